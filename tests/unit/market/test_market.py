"""A market in use: its order, what was known when, and its names; in memory as on disk."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from msgspec.structs import replace

from indexcalc.diagnostics import DataError, UsageError
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market, line_names
from tests.unit.calculation.small import day, line, market
from tests.unit.calculation.stored import stored


def some(**more: Any) -> Market:
    return market(
        line("a", [10, 11, 12]),
        line("B", [20, 21], start=1),
        securities=[
            {"symbol": "a", "valid_from": None, "name": "before"},
            {"symbol": "a", "valid_from": day(1), "name": "after"},
            {"symbol": "B", "valid_from": day(1), "name": None},
            {"symbol": "Z", "valid_from": day(1), "name": "no rows"},
        ],
        float_factors=[
            {"symbol": "a", "effective_date": day(0), "float_factor": 0.5, "known_at": None},
            {"symbol": "a", "effective_date": day(1), "float_factor": 0.6, "known_at": day(2)},
        ],
        **more,
    )


@pytest.fixture(params=["in memory", "on disk"])
def over(request: pytest.FixtureRequest, tmp_path: Path) -> Market:
    return some() if request.param == "in memory" else Market.open(stored(some(), tmp_path / "m"))


def test_sessions_and_lines_in_order(over: Market) -> None:
    assert over.days.tolist() == [day_number(day(number)) for number in range(3)]
    assert over.symbols == ("B", "a")  # by their bytes
    assert over.order == {"B": 0, "a": 1}
    assert over.names == ("daily", "securities", "float_factors", "sessions")
    assert "close" in over.columns("daily")
    assert over.columns("dividends") == ()
    assert over.table("dividends") is None


def test_what_was_not_known_is_not_there(over: Market) -> None:
    def factors(of: Market) -> list[float]:
        return list(of.table("float_factors").column("float_factor").to_pylist())

    assert factors(over.known_by(day(1))) == [0.5]
    assert factors(over.known_by(day(2))) == [0.5, 0.6]  # known on the day itself
    until = over.until(day(1))
    assert until.days.tolist() == over.days[:2].tolist()
    assert factors(until) == [0.5]
    assert over.days.size == 3
    assert over.known_by(day(0)).days.size == 3  # daily rows of later days stay


def test_the_last_name_of_each_line(over: Market) -> None:
    assert line_names(over) == [None, "after"]
    assert line_names(over, "issuer") == [None, None]
    assert line_names(market(line("A", [1]))) == [None]


def test_a_market_goes_to_another_process(over: Market) -> None:
    assert over.memo("x", lambda: 1) == 1
    assert over.memo("x", lambda: 2) == 1  # made once
    assert over.panel.size == 3
    other = pickle.loads(pickle.dumps(over))
    assert other.memo("x", lambda: 2) == 2
    assert other.symbols == over.symbols
    assert other.content_hashes() == over.content_hashes()


def test_a_hash_is_of_the_content() -> None:
    def hashes(of: Market) -> dict[str, Any]:
        return {name: found[0]["sha256"] for name, found in of.content_hashes().items()}

    one, same = hashes(some()), hashes(some())
    other = hashes(some(dividends=[{"symbol": "a", "ex_date": day(1), "amount": 1.0}]))
    assert one == same
    assert {name: other[name] for name in one} == one
    close = hashes(market(line("a", [10, 11, 12.5]), line("B", [20, 21], start=1)))
    assert close["daily"] != one["daily"]
    assert close["sessions"] == one["sessions"]
    daily = some().content_hashes()["daily"][0]
    assert (daily["first"], daily["last"], daily["rows"]) == ("2024-01-02", "2024-01-04", 5)


def test_a_table_is_hashed_once(over: Market) -> None:
    first = over.content_hashes()
    with mock.patch("indexcalc.market.market._table_hash", side_effect=AssertionError):
        assert over.content_hashes() == first


def test_other_tables_with_the_same_daily_rows(over: Market) -> None:
    without = over.with_tables({"securities": over.table("securities").slice(0, 0)})
    assert line_names(without) == [None, None]
    assert line_names(over) == [None, "after"]
    assert without.days.tolist() == over.days.tolist()
    assert without.daily_sources() == over.daily_sources()


def test_a_file_with_other_rows_than_said_is_refused(tmp_path: Path) -> None:
    opened = Market.open(stored(some(), tmp_path / "m"))
    opened._files = tuple(replace(item, rows=item.rows + 1) for item in opened._files)
    with pytest.raises(DataError, match=r"DAT010.*market\.json says 6 rows, the file has 5"):
        _ = opened.days
    with pytest.raises(DataError, match=r"DAT010.*says 5 rows, the file has 4"):
        opened.table("securities")


def test_what_is_a_market() -> None:
    over = some()
    assert Market.of(over) is over
    with pytest.raises(UsageError, match=r"CAL010.*int is not a market"):
        Market.of(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="prices is no table: daily, "):
        Market.from_tables(prices=None)
    with pytest.raises(TypeError, match="is called `committee` now"):
        Market.from_tables(decisions=None)


def test_a_market_of_no_rows() -> None:
    empty = Market.from_tables(daily=None)
    assert (empty.days.size, empty.symbols, empty.names) == (0, (), ())
    assert empty.daily_sources() == []
    assert not empty.complete
    assert empty.place == "market"
    assert empty.versions == {}
    assert empty.at_versions({"daily": 3}) is empty
    assert empty.until(dt.date(2024, 1, 1)).panel.size == 0


def test_how_a_market_shows_itself() -> None:
    lines = repr(some(facts={"currency": "KRW"})).splitlines()
    assert lines[0] == "Market in memory"
    assert [line.split(None, 1) for line in lines[1:3]] == [
        ["sessions", "3, 2024-01-02 to 2024-01-04"],
        ["lines", "2"],
    ]
    assert lines[-1].split(None, 1) == ["facts", "complete True, currency KRW"]
    made = repr(some(facts={"synthetic": True})).splitlines()
    assert made[0] == "Market in memory (synthetic, no real company)"
    assert "synthetic" not in made[-1]
