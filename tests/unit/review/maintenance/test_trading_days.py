"""On which sessions a line trades: volume, traded value, halts."""

from __future__ import annotations

import pyarrow as pa
import pytest
from msgspec.structs import replace

from indexcalc.market.market import Market
from indexcalc.review.data.line_facts import Fact, position
from indexcalc.review.maintenance.trading_days import TradingDays, trading_days
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import daily, weekdays

CALENDAR = weekdays("2020-01-02", "2020-01-17")  # 2 3 6 7 8 9 10 13 14 15 16 17 January
ROWS = weekdays("2020-01-02", "2020-01-14")  # of the data: nine sessions
N = len(CALENDAR)


def trading(
    idle: tuple[str, ...] = (),
    halts: tuple[tuple[str, str], ...] = (),
    absent: tuple[str, ...] = (),
    without: str = "",
) -> TradingDays:
    """Line A on its sessions; ``idle``: without volume or traded value."""
    rows = daily(ROWS, {"A": 1.0, "B": 1.0}, absent={"A": list(absent)}).to_pylist()
    for row in rows:
        if row["symbol"] == "A" and str(row["date"]) in idle:
            row["volume"] = row["traded_value"] = 0
    table = pa.Table.from_pylist(rows)
    if without:
        table = table.drop_columns([without])
    spells = [Fact("halted", 0, on(begin), until=on(end)) for begin, end in halts]
    spells.append(Fact("caution", 0, on("2020-01-02")))  # is no halt
    made = TradingDays(Market.from_tables(daily=table, complete=True), CALENDAR, spells)
    made.read([0])
    return made


def open_(made: TradingDays) -> str:
    return "".join("y" if made.trades(0, at) else "n" for at in range(N))


@pytest.mark.parametrize("without", ["", "volume"])
def test_a_session_without_volume_or_row_is_none_and_one_not_observed_is(without: str) -> None:
    made = trading(idle=("2020-01-03",), absent=("2020-01-07",), without=without)
    assert open_(made) == "ynynyyyyyyyy"


def test_a_halt_is_from_its_day_up_to_its_end() -> None:
    assert open_(trading(halts=(("2020-01-03", "2020-01-07"),))) == "ynnyyyyyyyyy"
    # Also after the data, where a halt is known.
    assert open_(trading(halts=(("2020-01-14", "2020-01-16"),))) == "yyyyyyyynnyy"


def test_sessions_that_pass_are_those_on_which_it_trades() -> None:
    made = trading(halts=(("2020-01-03", "2020-01-08"),))  # n at places 1, 2, 3
    assert [made.after(0, 0, n) for n in (0, 1, 2, 3)] == [0, 1, 5, 6]
    # A halt is waited for over two sessions from the one after the first.
    assert made.after(0, 0, 2, at_most=2) == 3
    assert made.after(0, 0, 2, at_most=9) == 5
    assert made.after(0, 4, N) == N  # the calendar does not reach it


def test_the_first_trade_from_a_day_on() -> None:
    made = trading(idle=("2020-01-06",), halts=(("2020-01-07", "2020-01-09"),))
    assert made.first_trade(0, on("2020-01-03")) == 1
    assert made.first_trade(0, on("2020-01-04")) == 5  # 6 idle, 7 and 8 halted
    assert made.first_trade(0, on("2020-01-15")) is None


def test_the_first_session_of_the_halt_a_line_is_in() -> None:
    made = trading(halts=(("2020-01-03", "2020-01-08"),))
    assert [made.halted_before(0, at) for at in (0, 1, 3, 4)] == [1, 1, 1, 5]
    never = trading(halts=(("2020-01-02", "2020-01-08"),))
    assert never.halted_before(0, 3) == 0


def test_lines_are_read_once_and_others_later() -> None:
    made = trading(idle=("2020-01-03",))
    made.read([0, 1])
    assert made.trades(1, 1)
    assert not made.trades(0, 1)


def test_another_calendar_of_the_same_name_and_version_has_sessions_of_its_own() -> None:
    """A calendar that days of another exchange have joined keeps its name and version."""
    market = Market.from_tables(daily=daily(ROWS, {"A": 1.0}), complete=True)
    fewer = replace(CALENDAR, days=CALENDAR.days[2:])
    for sessions in (CALENDAR, fewer):
        made = trading_days(market, sessions, [])
        made.read([0])
        assert made is trading_days(market, sessions, [])
        assert made.after(0, 1, 1) == 2
        assert made.first_trade(0, on("2020-01-07")) == position(sessions, on("2020-01-07"))
