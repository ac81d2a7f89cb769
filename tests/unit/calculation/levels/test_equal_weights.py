"""Equal weights and fixed share counts: only reviews move the weights, whatever happens to a line."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

EXACT = 1e-13


def equal(closes: list[float | None], *args: Any, text: str = small.EQUAL, **tables: Any) -> Any:
    """A (``closes``) and B (100 throughout) at half the index each, from session 1 on."""
    rows = {name: tables.pop(name) for name in list(tables) if isinstance(tables[name], list)}
    made = market(
        line("A", closes, *args, **tables),
        line("B", [100] * len(closes)),
        memberships=small.given("A", "B"),
        **rows,
    )
    return small.run(text, made)


def test_equal_money_in_each_line_at_the_start() -> None:
    run = equal([50, 50, 60])
    assert small.levels(run) == [1000, 1100]
    assert small.held(run)[1] == {"A": 10, "B": 5}
    weights = run.weights(small.day(2).isoformat()).column("weight").to_pylist()
    assert weights == pytest.approx([0.5, 0.5], rel=EXACT)


@pytest.mark.parametrize(
    ("row", "shares", "base"),
    [
        pytest.param(action("A", 2, "split", ratio=2), [1, 1, 2], 25, id="split"),
        pytest.param(action("A", 2, "consolidation", ratio=0.1), [10, 10, 1], 500, id="merge"),
        pytest.param(action("A", 2, "bonus", ratio=4), [1, 1, 1], 12.5, id="late bonus"),
        pytest.param(
            action("A", 2, "rights", ratio=0.5, price=20), [1, 1, 1], 40, id="rights in the money"
        ),
        pytest.param(
            action("A", 2, "rights", ratio=0.5, price=60), [1, 1, 1], 50, id="rights above"
        ),
        pytest.param(action("A", 2, "base_price", price=35), [1, 1, 1], 35, id="base price"),
    ],
)
@pytest.mark.parametrize("rights", ["ex_date", "listing"])
def test_an_action_leaves_the_money_where_it_was(
    row: dict[str, Any], shares: list[int], base: float, rights: str
) -> None:
    """Ten percent up on the base: +5 % of the index, and the divisor stays."""
    text = small.EQUAL.replace("{joins_at", f"{{rights: {rights}, joins_at")
    run = equal(
        [50, 50, base * 1.1], [1000 * n for n in shares], corporate_actions=[row], text=text
    )
    assert small.levels(run) == pytest.approx([1000, 1050], rel=EXACT)
    assert small.held(run)[2]["A"] == pytest.approx(500 / base, rel=EXACT)
    assert small.levels(run, "divisor") == pytest.approx([1, 1], rel=EXACT)
    assert run.diagnostics == ()


def test_a_special_dividend_is_put_back_into_its_line() -> None:
    run = equal([50, 50, 44], dividends=[dividend("A", 2, 10, "special")])
    assert small.levels(run) == pytest.approx([1000, 1050], rel=EXACT)
    assert small.held(run)[2]["A"] == pytest.approx(12.5, rel=EXACT)


def test_share_changes_are_ignored() -> None:
    run = equal([50, 50, 55], [1000, 1000, 1080])
    assert small.levels(run) == pytest.approx([1000, 1050], rel=EXACT)
    assert small.events(run) == []


def test_dividends_go_to_the_shares_before_rights_and_splits() -> None:
    text = small.EQUAL + "returns: {kinds: [price, gross]}\n"
    for row, close in (
        (action("A", 2, "rights", ratio=0.5, price=20), 40),
        (action("A", 2, "split", ratio=2), 25),
    ):
        run = equal(
            [50, 50, close], corporate_actions=[row], dividends=[dividend("A", 2, 5)], text=text
        )
        assert small.levels(run) == pytest.approx([1000, 1000], rel=EXACT)
        # Ten shares at 50 were held: 50 of 1,000.
        assert small.levels(run, "level_tr") == pytest.approx([1000, 1050], rel=EXACT)


def test_a_line_that_is_gone_is_spread_over_the_rest() -> None:
    gone = small.run(
        small.EQUAL,
        market(
            line("A", [50, 50, 60]),
            line("B", [100, 100, 100, 110]),
            memberships=small.given("A", "B"),
        ),
    )
    assert small.levels(gone) == pytest.approx([1000, 1100, 1210], rel=EXACT)
    assert small.events(gone) == [(3, "A", "removed", 60, None)]


# -- share counts taken at reviews only, or from a threshold on -----------------------------------


def capped(text: str, shares: list[int], closes: list[float], **tables: Any) -> Any:
    made = market(line("A", closes, shares), line("B", [100] * len(closes)), **tables)
    return small.run(small.CAP + f"maintenance: {{shares: {text}}}\n", made)


def test_at_rebalance_never_takes_a_change_between() -> None:
    run = capped("at_rebalance", [1000, 1080, 1080], [100, 100, 110])
    assert small.levels(run) == pytest.approx([1000, 1000, 1050], rel=EXACT)
    assert [held["A"] for held in small.held(run).values()] == [1000, 1000, 1000]


def test_at_rebalance_scales_with_splits_and_counts_late_shares_once() -> None:
    run = capped(
        "at_rebalance",
        [1000, 1000, 4000, 4100],
        [100, 25, 25, 27.5],
        corporate_actions=[action("A", 1, "bonus", ratio=4)],
    )
    assert [held["A"] for held in small.held(run).values()] == [1000, 4000, 4000, 4000]
    assert small.levels(run) == pytest.approx([1000, 1000, 1000, 1050], rel=EXACT)


def test_a_threshold_takes_a_change_once_it_is_large_enough() -> None:
    """3 % and then 6 % away from the count last taken; then 2 % from the new one."""
    run = capped("{threshold: 5%}", [1000, 1030, 1060, 1081], [100, 100, 100, 100])
    assert [held["A"] for held in small.held(run).values()] == [1000, 1000, 1060, 1060]


@pytest.mark.parametrize("percent", range(1, 40))
def test_a_threshold_is_reached_exactly(percent: int) -> None:
    after = 100 + percent
    run = capped(f"{{threshold: {percent}%}}", [100, after, after], [100, 100, 100])
    assert [held["A"] for held in small.held(run).values()] == [100, after, after]


def test_a_threshold_and_a_split_on_one_day() -> None:
    run = capped(
        "{threshold: 5%}",
        [1000, 2040, 2040],
        [100, 50, 50],
        corporate_actions=[action("A", 1, "split", ratio=2)],
    )
    assert [held["A"] for held in small.held(run).values()] == [1000, 2000, 2000]
