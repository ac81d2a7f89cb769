"""Who is in a composite: listings, delistings, holes, transfers, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import DataError, UsageError
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market

EXACT = 1e-13


def test_a_listing_enters_on_its_second_session() -> None:
    run = small.run(
        small.CAP,
        market(line("A", [100] * 4), line("B", [100] * 4), line("C", [50, 55, 55], 2000, start=1)),
    )
    assert small.levels(run) == pytest.approx([1000, 1000, 1000 * 310 / 300, 1000 * 310 / 300])
    assert list(small.held(run)[1]) == ["A", "B"]
    assert list(small.held(run)[2]) == ["A", "B", "C"]
    assert small.levels(run, "constituents") == [2, 2, 3, 3]
    kinds = run.reviews.column("kind").to_pylist()
    assert kinds == ["regular", "listing"]
    assert small.events(run) == [(2, "C", "added", None, pytest.approx(1 / 3))]


def test_so_it_does_where_the_exchange_gives_a_base_price_on_the_first_day() -> None:
    run = small.run(
        small.CAP,
        market(line("A", [100] * 4), line("C", [80, 88, 88], start=1, base={1: 50, 2: 80})),
    )
    assert small.levels(run) == pytest.approx([1000, 1000, 1000 * 188 / 180, 1000 * 188 / 180])


def test_it_is_held_from_its_base_price_where_a_rule_judges_the_day_itself() -> None:
    text = small.CAP.replace("every: session", "every: session, cutoff: effective")
    run = small.run(
        text, market(line("A", [100] * 3), line("C", [80, 88], start=1, base={1: 50, 2: 80}))
    )
    assert small.levels(run)[1] == pytest.approx(1000 * 180 / 150, rel=EXACT)


def test_a_first_session_without_a_close_cannot_be_held() -> None:
    run = small.run(
        small.CAP,
        market(line("A", [100] * 4), line("C", [None, 50, 55], start=1, volume={1: 0})),
    )
    assert list(small.held(run)[2]) == ["A"]
    assert small.held(run)[3] == {"A": 1000, "C": 1000}


def test_a_delisted_name_leaves_at_its_last_price() -> None:
    run = small.run(small.CAP, market(line("A", [100, 120]), line("B", [100, 100, 110, 121])))
    assert small.levels(run) == pytest.approx([1000, 1100, 1210, 1331], rel=EXACT)
    assert small.events(run) == [(2, "A", "removed", 120, None)]
    (row,) = [row for row in run.events.to_pylist()]
    assert row["reason"] == "no longer listed: left at its last price"
    assert run.diagnostics == ()


def test_what_comes_back_enters_on_its_second_session_again() -> None:
    run = small.run(
        small.CAP, market(line("A", [100, 100, 100, 150, 165], skip=[2]), line("B", [100] * 5))
    )
    assert [list(held) for held in small.held(run).values()] == [
        ["A", "B"],
        ["A", "B"],
        ["B"],
        ["B"],
        ["A", "B"],
    ]
    assert small.levels(run)[4] == pytest.approx(1000 * 265 / 250, rel=EXACT)


def _with_hole(**options: Any) -> Run:
    over = market(line("A", [100, 100, 120], skip=[1]), line("B", [100] * 3), complete=False)
    return small.run(small.CAP, over, **options)


def test_a_hole_where_nobody_says_the_market_is_complete_is_an_error() -> None:
    run = _with_hole()
    (found,) = run.diagnostics
    assert (found.code, found.severity) == ("CAL003", "error")
    assert f"A {small.day(1)}" in found.message
    assert small.levels(run) == [1000, 1000, 1100]


def test_a_hole_may_be_carried() -> None:
    run = _with_hole(assume={"missing_row": "carried"})
    assert run.diagnostics == ()
    assert small.levels(run) == [1000, 1000, 1100]
    assert small.events(run, "carried") == [(1, "A", "carried", 100, 100)]


def test_a_hole_may_mean_not_listed() -> None:
    run = _with_hole(assume={"missing_row": "not_listed"})
    assert run.diagnostics == ()
    assert list(small.held(run)[1]) == ["B"]
    assert small.levels(run) == [1000, 1000, 1000]


def test_a_wrong_assumption_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"CAL003.*missing_row=perhaps"):
        _with_hole(assume={"missing_row": "perhaps"})


BOARD = small.HEAD + (
    "universe: {where: {market: MAIN}}\n"
    "review: {every: session, cutoff: 1 session before effective}\n"
    "weighting: {scheme: market_cap}\n"
    "maintenance: {deletions: [{on: [delisting, transfer], after: 0 sessions, replace_from: none}]}\n"
)


def test_a_transfer_leaves_at_once_and_enters_on_its_second_day() -> None:
    rows = [
        {"symbol": symbol, "valid_from": small.day(0), "market": board}
        for symbol, board in (("A", "MAIN"), ("B", "MAIN"), ("C", "SIDE"))
    ]
    rows += [
        {"symbol": "A", "valid_from": small.day(2), "market": "SIDE"},
        {"symbol": "C", "valid_from": small.day(2), "market": "MAIN"},
    ]
    over = market(
        line("A", [100, 100, 200, 200]),
        line("B", [100] * 4),
        line("C", [100, 100, 50, 55]),
        securities=rows,
    )
    run = small.run(BOARD, over)
    assert [list(held) for held in small.held(run).values()] == [
        ["A", "B"],
        ["A", "B"],
        ["B"],
        ["B", "C"],
    ]
    assert small.levels(run) == pytest.approx([1000, 1000, 1000, 1000 * 155 / 150], rel=EXACT)
    assert [row["kind"] for row in run.reviews.to_pylist()] == ["regular", "transfer", "listing"]


def test_a_delisting_date_takes_a_line_out_though_rows_go_on() -> None:
    rows = [
        {
            "symbol": "A",
            "valid_from": small.day(0),
            "market": "MAIN",
            "delisting_date": small.day(2),
        },
        {"symbol": "B", "valid_from": small.day(0), "market": "MAIN", "delisting_date": None},
    ]
    over = market(line("A", [100, 100, 1]), line("B", [100] * 3), securities=rows)
    run = small.run(BOARD, over)
    assert list(small.held(run)[2]) == ["B"]
    assert small.levels(run) == [1000, 1000, 1000]


def test_a_listing_row_stands_for_a_first_close_that_was_not_observed() -> None:
    rows = [action("C", 2, "listing", price=50)]
    run = small.run(
        small.CAP,
        market(
            line("A", [100] * 4, skip=[2]),
            line("B", [100] * 4, skip=[2]),
            line("C", [60], 2000, start=3),
            corporate_actions=rows,
        ),
    )
    assert small.levels(run) == pytest.approx([1000, 1000, 1000 * 320 / 300], rel=EXACT)
    assert small.codes(run) == ["DAT037"]  # the session without a row


def test_a_listing_row_of_the_observed_first_session_changes_nothing() -> None:
    rows = [action("C", 2, "listing", price=50)]
    run = small.run(
        small.CAP,
        market(line("A", [100] * 4), line("C", [55, 60], start=2), corporate_actions=rows),
    )
    assert small.levels(run) == pytest.approx([1000, 1000, 1000, 1000 * 160 / 155], rel=EXACT)


def test_an_empty_index_is_told_and_stays_where_it_was() -> None:
    run = small.run(
        small.CAP,
        market(line("A", [100, 110]), line("B", [50, 55], start=2), n_sessions=4),
    )
    assert small.levels(run) == pytest.approx([1000, 1100, 1100, 1210], rel=EXACT)
    assert small.levels(run, "constituents") == [1, 1, 0, 1]
    (found,) = run.diagnostics
    assert (found.code, found.severity) == ("CAL006", "error")
    for value, divisor, level in zip(
        *(small.levels(run, name) for name in ("market_value", "divisor", "level")), strict=True
    ):
        assert value == 0 or value / divisor == pytest.approx(level, rel=EXACT)


def test_symbols_with_letters_sort_by_their_bytes() -> None:
    symbols = ["0126Z0", "0088M0", "005930", "A00001", "a00001"]
    run = small.run(small.CAP, market(*(line(symbol, [100, 110]) for symbol in symbols)))
    assert list(small.held(run)[1]) == ["005930", "0088M0", "0126Z0", "A00001", "a00001"]
    assert small.levels(run) == pytest.approx([1000, 1100], rel=EXACT)


def test_unobserved_sessions_have_no_level() -> None:
    run = small.run(small.CAP, market(line("A", [100, 1, 1, 110], skip=[1, 2])))
    assert [(day - small.FIRST).days for day in small.levels(run, "date")] == [0, 3]
    assert small.levels(run) == [1000, 1100]


def test_rows_on_a_day_that_is_no_session_are_refused() -> None:
    rows = market(
        line("A", [100, 110, 120]), sessions=[{"date": small.day(number)} for number in (0, 2)]
    )
    with pytest.raises(DataError, match=f"DAT007.*{small.day(1)}") as refused:
        small.run(small.CAP, rows)
    assert refused.value.exit_code == 3


def test_a_scheme_a_composite_cannot_have_is_refused() -> None:
    """Equal weights are set at reviews, and a composite has none."""
    text = small.HEAD + small.EVERY_SESSION + "weighting: {scheme: equal}\n"
    text += "maintenance: {joins_at: average_weight}\n"
    with pytest.raises(DataError, match=r"CAL008 weighting\.scheme"):
        small.run(text, market(line("A", [100, 110])))


def test_a_run_stops_where_the_market_has_no_float_factors_at_all() -> None:
    """As `validate` says: not a level that stands still for want of members."""
    text = small.GIVEN + "weighting: {scheme: float_market_cap}\n"
    rows = market(line("A", [100, 100, 110]), memberships=small.given("A"))
    with pytest.raises(DataError, match=r"DAT001 weighting\.scheme: float factors") as refused:
        small.run(text, rows)
    assert refused.value.exit_code == 3
    assert small.levels(small.run(text, rows, assume={"float_factor": "1"})) == pytest.approx(
        [1000, 1100], rel=1e-12
    )


def test_a_condition_on_daily_values_is_judged_every_session() -> None:
    """A falls below 60 on session 2 and is out on session 3; it is back at 60 on session 4."""
    text = small.CAP.replace("symbol: {not_in: []}", "close: {min: 60}")
    over = market(line("A", [100, 100, 50, 55, 60, 70]), line("B", [100] * 6), line("C", [10] * 6))
    assert [list(held) for _, held in sorted(small.held(small.run(text, over)).items())] == [
        ["A", "B"], ["A", "B"], ["A", "B"], ["B"], ["B"], ["A", "B"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "cells"),
    [
        ("market_cap: {min: 60000}", [{"shares_outstanding": 500}, {}]),
        ("board: {in: [main]}", [{"board": "main"}, {"board": "new"}]),
        ("volume: {min: 1}", [{"volume": 1}, {"volume": 0}]),
    ],
)
def test_every_kind_of_daily_column_is_judged_again(
    condition: str, cells: list[dict[str, Any]]
) -> None:
    """What A has on session 2 puts it out on session 3, until session 4 puts it back."""
    good, bad = cells if condition[0] != "m" else cells[::-1]
    rows = [{**row, **(bad if n in (2, 3) else good)} for n, row in enumerate(line("A", [100] * 6))]
    other = [{**row, **good} for row in line("B", [100] * 6)]
    text = small.CAP.replace("symbol: {not_in: []}", condition)
    held = small.held(small.run(text, market(rows, other)))
    assert [list(held[at]) for at in range(6)] == [
        ["A", "B"], ["A", "B"], ["A", "B"], ["B"], ["B"], ["A", "B"],
    ]  # fmt: skip


def test_a_condition_on_the_float_factor_is_judged_as_it_changes() -> None:
    text = small.CAP.replace("symbol: {not_in: []}", "float_factor: {min: 20%}")
    factors = [
        {"symbol": symbol, "effective_date": small.day(at), "float_factor": factor}
        for symbol, at, factor in (("A", 0, 0.5), ("A", 2, 0.1), ("B", 0, 0.5))
    ]
    over = market(line("A", [100] * 5), line("B", [100] * 5), float_factors=factors)
    held = small.held(small.run(text, over))
    assert [list(held[at]) for at in range(5)] == [["A", "B"]] * 3 + [["B"]] * 2
