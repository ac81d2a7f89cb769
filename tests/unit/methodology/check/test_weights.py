"""Checks of limits and floors: those that cannot be met, and caps that never bind."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import render_text
from indexcalc.methodology.check.check import check
from indexcalc.methodology.model.methodology import Methodology
from tests.call_counts import count_calls
from tests.unit.methodology.check.rules_and_findings import (
    SIZE,
    codes,
    found,
    of_count,
)
from tests.unit.methodology.small_rule import HEAD


def test_the_message_of_the_design() -> None:
    """Design section 11, word for word."""
    lines = ["# a", "#"] * 12 + HEAD.splitlines()[:-1]
    lines += ["review: {months: [6], effective: 2nd friday, cutoff: last session 2 months before}"]
    lines += ["weighting:", "  caps:", "    - {per: security, limit: 0.3%}"]
    lines[0] = "# x"
    text = (
        "\n".join(lines)
        + "\n"
        + SIZE
        + "selection: {count: 200, steps: [{fill: {to: 200, by: size}}]}\n"
    )

    made = Methodology.from_text(text, "rules/mine.yaml")
    items = check(made, {made.index: made}).items
    line = text.splitlines().index("    - {per: security, limit: 0.3%}") + 1
    assert render_text(items, {"rules/mine.yaml": text}) == (
        f"rules/mine.yaml:{line}:30: error CAP001 weighting.caps[0].limit\n"
        f"  {line} |     - {{per: security, limit: 0.3%}}\n"
        "     |                              ^^^^ 0.3 % x 200 constituents = 60 % < 100 %; "
        "smallest feasible limit is 0.5 %\n"
        "  hint: did you mean 30%?"
    )


@pytest.mark.parametrize(
    ("count", "limit", "feasible"),
    [
        (200, "0.5%", True),  # 200 x 0.5 % = 100 %: equal weights
        (200, "0.4999%", False),
        (3, "1/3", True),  # exact: 3 x 1/3 is one
        (3, "33.33%", False),
        (3, "33.34%", True),
        (7, "1/7", True),
        (49, "1/49", True),  # in doubles 49 * (1/49) < 1
        (5, "30%", True),
    ],
)
def test_limits_are_decided_on_exact_shares(count: int, limit: str, feasible: bool) -> None:
    items = found(of_count(count, f"{{caps: [{{per: security, limit: {limit}}}]}}"))
    assert ("CAP001" in [item.code for item in items]) is not feasible


def test_what_is_done_where_infeasible_makes_it_a_warning() -> None:
    said = "{on_infeasible: equal, caps: [{per: security, limit: 1%}]}"
    (item,) = found(of_count(50, said))
    assert (item.code, item.severity) == ("CAP001", "warning")


def test_limits_of_a_ladder_and_of_the_others() -> None:
    # 10 + 8 + 18 x 4 = 90 %
    (item,) = found(of_count(20, "{caps: [{per: security, ladder: [10%, 8%, 4%]}]}"))
    assert item.code == "CAP001"
    assert "= 90 % < 100 %; its last step must be at least 4.5556 %" in item.message
    assert not codes(of_count(20, "{caps: [{per: security, ladder: [10%, 9%, 5%]}]}"))
    # 40 + 5 x 10 = 90 %
    set_of_five = "{per: security, set: {largest: 5}, together: 40%, others: {limit: 10%}}"
    (item,) = found(of_count(10, f"{{caps: [{set_of_five}]}}"))
    assert "smallest feasible limit of the others is 12 %" in item.message


def test_five_ten_forty_needs_sixteen_names() -> None:
    """Four at 10 % are 40 %; the other 60 % are twelve at 5 %."""
    said = "{caps: [{per: security, limit: 10%}, {per: security, set: {above: 5%}, together: 40%}]}"
    assert codes(of_count(16, said)) == []
    (item,) = found(of_count(15, said))
    assert item.code == "CAP001"
    assert "16 constituents are needed (4 of 10 %, the others of 5 %), there are 15" in item.message


def test_a_limit_is_judged_on_its_own_days() -> None:
    more = (
        SIZE
        + "selection: {count: {2000-01-04: 200, 2010-06-11: 20}, "
        + "steps: [{fill: {to: {2000-01-04: 200, 2010-06-11: 20}, by: size}}]}\n"
        + "weighting: {caps: [{per: security, limit: {2000-01-04: 1%, 2010-06-11: 3%}}]}\n"
    )
    (item,) = found(more)
    assert item.code == "CAP001"
    assert "3 % x 20 constituents = 60 %" in item.message
    assert item.message.endswith("from 2010-06-11")
    assert item.span is not None
    line = (HEAD + more).splitlines()[item.span.line - 1]
    assert line[item.span.column - 1 :].startswith("3%")


def test_a_child_has_at_most_its_parents_names() -> None:
    child = "index: small\nuniverse: {of: kospi-large}\nreview: {follows: kospi-large}\n"
    assert codes("weighting: {caps: [{per: security, limit: 0.9%}]}\n", child) == ["CAP001"]
    assert codes("weighting: {caps: [{per: security, limit: 1%}]}\n", child) == []


def test_issuers_are_not_counted_as_lines() -> None:
    more = (
        SIZE
        + "selection: {unit: issuer, count: 20, steps: [{fill: {to: 20, by: size}}]}\n"
        + "weighting: {caps: [{per: PER, limit: 4%}]}\n"
    )
    assert codes(more.replace("PER", "issuer")) == ["CAP001"]
    assert codes(more.replace("PER", "security")) == []  # twenty issuers may have thirty lines


def test_floors() -> None:
    assert codes(of_count(200, "{floor: 0.5%}")) == []
    (item,) = found(of_count(3, "{floor: 34%}"))
    assert "largest feasible floor is 33.3333 %" in item.message
    both = "{floor: 6%, caps: [{per: security, limit: 5%}]}"
    assert "the floor 6% is above the limit 5%" in found(of_count(30, both))[0].message


@pytest.mark.parametrize(
    ("weighting", "expected"),
    [
        ("{scheme: equal, caps: [{per: security, limit: 10%}]}", ["CAP004"]),
        ("{caps: [{per: security, limit: 100%}]}", ["CAP004"]),
        ("{caps: [{per: security, limit: 20%}, {per: security, limit: 10%}]}", []),
        ("{caps: [{per: issuer, limit: 10%}, {per: security, limit: 10%}]}", ["CAP004"]),
        ("{caps: [{per: security, limit: 10%}, {per: issuer, limit: 10%}]}", []),
        ("{caps: [{per: security, limit: 10%}], check: [{per: security, limit: 10%}]}", []),
    ],
)
def test_caps_that_never_bind(weighting: str, expected: list[str]) -> None:
    assert codes(of_count(20, weighting)) == expected


def test_a_long_list_of_caps_is_checked_in_one_pass() -> None:
    """Four times as many caps take about four times as many calls; each is told once."""
    spent = {}
    for n in (500, 2000):
        caps = ", ".join(
            f"{{per: security, limit: {20 + place % 50}.{place:04d}%}}" for place in range(n)
        )
        told: list[str] = []
        text = f"weighting: {{scheme: market_cap, caps: [{caps}]}}\n"
        spent[n] = count_calls(lambda: told.extend(codes(text)))  # noqa: B023
        assert told == ["CAP004"] * (n - 1)
    assert spent[2000] < 5 * spent[500]
