"""What a rule says and this version does not compute is refused, never passed over."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market


def over() -> object:
    lines = (line("A", [100, 100, 110]), line("B", [100, 100, 100]))
    return market(*lines, memberships=small.given("A", "B"))


EQUAL = small.GIVEN + "weighting: {scheme: equal}\n"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (
            EQUAL
            + "maintenance: {joins_at: average_weight, "
            + "special_weight: {1990-01-01: keep, 2024-01-04: drift}}\n",
            "maintenance.special_weight",
        ),
        (
            small.CAP + "maintenance: {spin_off: {1990-01-01: zero, 2024-01-04: valued}}\n",
            "maintenance.spin_off",
        ),
        (
            small.CAP + "maintenance: {rights: {1990-01-01: listing, 2024-01-04: ex_date}}\n",
            "maintenance.rights",
        ),
        (
            small.CAP + "maintenance: {base_price: {1990-01-01: terms, 2024-01-04: exchange}}\n",
            "maintenance.base_price",
        ),
        (
            small.CAP + "maintenance: {shares: {1990-01-01: at_rebalance, 2024-01-04: daily}}\n",
            "maintenance.shares",
        ),
        (
            small.CAP
            + "returns: {kinds: [price, gross], order: {1990-01-01: after, 2024-01-04: before}}\n",
            "returns.order",
        ),
        (
            small.GIVEN
            + "weighting: {scheme: {1990-01-01: market_cap, 2024-01-04: equal}}\n"
            + "maintenance: {joins_at: average_weight}\n",
            "weighting.scheme",
        ),
        *(
            (
                small.GIVEN
                + "weighting: {scheme: market_cap, interim: recap, caps: [{per: security, limit: 60%}]}\n"
                + f"maintenance: {{shares: {shares}}}\n",
                "weighting.interim",
            )
            for shares in ("at_rebalance", "{threshold: 5%}")
        ),
    ],
)
def test_it_is_refused_with_its_place(text: str, where: str) -> None:
    with pytest.raises(DataError) as refused:
        small.run(text, over())  # type: ignore[arg-type]
    assert [(item.code, item.where) for item in refused.value.diagnostics] == [("CAL008", where)]


def test_a_change_outside_the_run_is_none_of_its_business() -> None:
    text = small.CAP + "maintenance: {rights: {1990-01-01: listing, 2024-01-05: ex_date}}\n"
    run = small.run(text, over())  # type: ignore[arg-type]
    assert run.diagnostics == ()


@pytest.mark.parametrize(
    ("maintenance", "told"),
    [
        ("deletions: [{on: administrative, after: 0 sessions, replace_from: none}]", True),
        ("deletions: [{when: {flag: true}, after: 0 sessions, replace_from: none}]", True),
        ("deletions: [{on: leaves_parent, after: 0 sessions, replace_from: none}]", False),
        ("follow_entries: true", False),
    ],
)
def test_an_index_that_chooses_nothing_tells_what_it_does_not_do(
    maintenance: str, told: bool
) -> None:
    """It holds what its parent holds, without a word of its own deletions."""
    child = ic.Methodology.from_text(
        "index: child\nuniverse: {of: test}\nreview: {follows: test}\ncolumns: {flag: flag}\n"
        f"weighting: {{scheme: market_cap}}\nmaintenance: {{{maintenance}}}\n"
    )
    parent = small.rule(small.GIVEN + "weighting: {scheme: market_cap}\n")
    market_of = market(
        line("A", [10] * 5),
        securities=[{"symbol": "A", "flag": False}],
        memberships=small.given("A"),
    )
    found = dict(ic.compute([parent, child], market_of))["child"].diagnostics
    assert [item.where for item in found if item.code == "CAL009"] == (
        ["maintenance.deletions"] if told else []
    )
