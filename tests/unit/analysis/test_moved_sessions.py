"""Markets whose last sessions are changed, cell by cell."""

from __future__ import annotations

from pathlib import Path

from indexcalc.analysis.moved_sessions import MovedSessions, daily_rows
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from tests.unit.calculation.small import day, line, market
from tests.unit.calculation.stored import stored


def over() -> Market:
    return market(line("A", [10, 11, 12, 13], volume={2: 5}), line("B", [20, 21, 22, 23]))


def on(at: int) -> int:
    return day_number(day(at))


def closes(made: Market) -> list[list[float]]:
    return made.panel.column("close", 0, made.panel.size).tolist()  # type: ignore[no-any-return]


def test_all_rows_up_to_the_last_day_of_the_market(tmp_path: Path) -> None:
    assert daily_rows(over()).num_rows == 8
    assert daily_rows(over().until(day(1))).num_rows == 4
    path = stored(over(), tmp_path / "m", groups=(1, 1))
    assert daily_rows(Market.open(path)).num_rows == 8
    assert daily_rows(Market.open(path).until(day(2))).num_rows == 6


def test_rows_of_a_line_from_a_day_on() -> None:
    moved = MovedSessions(over(), on(1))
    assert moved.first_day == on(1)
    rows = moved.rows_of(1, on(2))
    picked = moved.rows.take(rows).to_pylist()
    assert [(row["symbol"], row["date"]) for row in picked] == [("B", day(2)), ("B", day(3))]
    assert moved.rows_of(1, on(9)).size == 0


def test_scaled_cells_are_those_asked_for_and_whole_numbers_stay_whole() -> None:
    moved = MovedSessions(over(), on(1))
    rows = moved.rows_of(0, on(2))
    made = moved.scaled({"close": rows, "volume": rows[:1], "none": rows}, 1.5)
    told = {(row["symbol"], row["date"]): row for row in made.to_pylist()}
    assert told["A", day(1)]["close"] == 11.0
    assert [told["A", day(at)]["close"] for at in (2, 3)] == [18.0, 19.5]
    assert [told["A", day(at)]["volume"] for at in (2, 3)] == [8, 1]  # 7.5, rounded to even
    assert told["B", day(3)]["close"] == 23.0
    assert made.schema == moved.rows.schema


def test_the_market_with_other_rows_has_the_sessions_before_as_they_were() -> None:
    moved = MovedSessions(over(), on(2))
    made = moved.with_rows(moved.scaled({"close": moved.rows_of(1, on(3))}, 2.0))
    assert closes(made) == [[10, 20], [11, 21], [12, 22], [13, 46]]
    assert made.days.tolist() == over().days.tolist()
    assert made.symbols == ("A", "B")
    again = moved.with_rows(None)
    assert closes(again) == closes(over())


def test_alone_what_is_before_them_is_left_out() -> None:
    moved = MovedSessions(over(), on(2), alone=True)
    made = moved.with_rows(None)
    assert made.days.tolist() == [on(2), on(3)]
    assert closes(made) == [[12, 22], [13, 23]]


def test_other_tables_take_the_place_of_the_markets_own() -> None:
    own = market(line("A", [1, 2]), securities=[{"symbol": "A", "sector": "iron"}])
    moved = MovedSessions(own, on(1))
    made = moved.with_rows(None, {"securities": own.table("securities").slice(0, 0)})
    assert made.table("securities").num_rows == 0
    assert own.table("securities").num_rows == 1


def test_a_day_after_the_data_leaves_nothing_to_change() -> None:
    moved = MovedSessions(over(), on(9))
    assert (moved.rows.num_rows, moved.first_day) == (0, on(9))
    assert moved.rows_of(0, on(0)).size == 0
