"""A review foretold: what it is measured over, who is near the line, and what each would need."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.pro_forma import ProForma, pro_forma
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.oracle.rows import table_of

AS_OF = dt.date(2024, 5, 14)
# The first review is that of 15 December 2023.  The second Thursday of June 2024 is the 13th: the next is
# effective on the 14th, cut-off 31 May.
RULE = """index: test
currency: KRW
calendar: XKRX
base: {date: 2023-09-01, level: 1000}
universe: {where: {symbol: {not_in: []}}}
review: {months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures:
  size: {mean: market_cap, over: 3 calendar months}
  recent: {mean: market_cap, over: 5 sessions}
selection:
  count: 3
  steps: STEPS
weighting: {scheme: market_cap}
"""
FILL = "[{require: {recent: {min: 1}}}, {fill: {to: 3, by: size}}]"
CLOSES = {"A": 100.0, "B": 90.0, "C": 80.0, "D": 76.0, "E": 10.0}


def market_until(last: dt.date, later: dict[str, float] | None = None) -> Market:
    """Closes as above to the day of the forecast, then ``later``; a thousand shares each."""
    sessions = packaged("XKRX")
    rows: list[dict[str, Any]] = []
    for place in range(sessions.at_or_after(dt.date(2023, 9, 1)), sessions.at_or_before(last) + 1):
        date = sessions.date(place)
        closes = CLOSES if date <= AS_OF or later is None else {**CLOSES, **later}
        rows += [
            {"date": date, "symbol": symbol, "close": close, "shares_outstanding": 1000}
            for symbol, close in closes.items()
        ]
    return ic.Market.from_tables(daily=table_of(rows), complete=True)


def told(
    market: Market, as_of: dt.date | None = AS_OF, steps: str = FILL, on: str = "2024-06-01"
) -> ProForma:
    family = load_family([ic.Methodology.from_text(RULE.replace("STEPS", steps))])
    return pro_forma(family, market, dt.date.fromisoformat(on), as_of)


def near(made: ProForma) -> dict[str, dict[str, Any]]:
    return {row["symbol"]: row for row in made.near.to_pylist()}


def members(made: ProForma) -> list[str]:
    return [row["symbol"] for row in made.members.to_pylist()]


@pytest.fixture(scope="module")
def market() -> Market:
    """D is the largest of all from the day after the forecast on."""
    return market_until(dt.date(2024, 6, 28), {"D": 5000.0})


def test_what_comes_later_is_not_known(market: Market) -> None:
    made = told(market)
    assert (made.effective, made.cutoff) == (dt.date(2024, 6, 14), dt.date(2024, 5, 31))
    assert made.data_until == made.priced_on == AS_OF
    assert members(made) == ["A", "B", "C"]
    # The same as in a market that ends there; with all that came D is in.
    alone = told(market_until(AS_OF), None)
    for table in ("members", "near", "reserve", "windows"):
        assert getattr(made, table).equals(getattr(alone, table)), table
    assert members(told(market, None)) == ["A", "B", "D"]


def test_what_each_name_needs(market: Market) -> None:
    """By size 100, 90, 80 | 76, 10.  D passes C with 80/76 - 1; C falls behind D below 76/80."""
    found = near(told(market))
    assert {name for name, row in found.items() if row["side"] == "in"} == {"A", "B", "C"}
    exact = {"C": 76 / 80 - 1, "B": 76 / 90 - 1, "A": 76 / 100 - 1, "D": 80 / 76 - 1}
    for name, change in exact.items():
        assert found[name]["needed_change"] == pytest.approx(change, rel=1e-3)
        assert abs(found[name]["needed_change"]) >= abs(change)  # it is enough
        assert found[name]["measure"] == "size"
    # E would need eight times its size: it is not near.
    assert "E" not in found
    assert [found[name]["in_place_of"] for name in "ABCD"] == ["D", "D", "D", "C"]
    assert [found[name]["rank"] for name in "ABCD"] == [1, 2, 3, 4]
    assert found["D"]["value"] == 76_000
    assert found["D"]["what"] == "enters with +5.3 % size in place of C"
    # 5 % exactly is a tie, which the larger market capitalisation wins: a little more is needed.
    assert found["C"]["what"] == "leaves with -5.1 % size, and D would enter"


def test_nearest_come_first(market: Market) -> None:
    rows = [row["symbol"] for row in told(market).near.to_pylist()]
    assert rows == ["C", "B", "A", "D"]


def test_windows_that_are_not_over_are_measured_so_far(market: Market) -> None:
    """March had 20 sessions, April 21 (an election), May 20 (two holidays and a day in lieu)."""
    rows = {row["measure"]: row for row in told(market).windows.to_pylist()}
    size, recent = rows["size"], rows["recent"]
    assert (size["observed"], size["expected"], size["complete"]) == (20 + 21 + 8, 61, False)
    assert size["until"] == AS_OF
    assert size["what"] == (
        "the 3 calendar months to 2024-05-31, so far to 2024-05-14: 49 of 61 sessions"
    )
    # The five sessions before the cut-off are all to come: the last five are measured.
    assert (recent["observed"], recent["expected"], recent["complete"]) == (5, 5, False)
    assert recent["what"] == (
        "the 5 sessions to 2024-05-14; the data do not reach those to 2024-05-31"
    )


def test_a_window_that_has_not_begun_is_the_one_to_the_day(market: Market) -> None:
    """On 15 February, of March to May nothing: December to that day."""
    made = told(market, dt.date(2024, 2, 15))
    (size,) = [row for row in made.windows.to_pylist() if row["measure"] == "size"]
    assert size["until"] == dt.date(2024, 2, 15)
    assert size["what"] == (
        "the 3 calendar months to 2024-02-15; the data do not reach those to 2024-05-31"
    )
    assert members(made) == ["A", "B", "C"]


def test_windows_of_a_review_that_was_are_complete(market: Market) -> None:
    rows = told(market, None).windows.to_pylist()
    assert [(row["measure"], row["complete"], row["observed"]) for row in rows] == [
        ("recent", True, 5),
        ("size", True, 61),
    ]


def test_a_name_that_is_too_large_would_come_by_falling(market: Market) -> None:
    """Of 356: A has 28.1 %, B 25.3 %: above a quarter.  (100 - x) / (356 - x) = 1/4 at x = 14.67."""
    steps = "[{drop: {size: {share: {above: 25%}}}}, {select: all}]"
    found = near(told(market, steps=steps))
    assert {name for name, row in found.items() if row["side"] == "out"} == {"A", "B"}
    assert found["A"]["needed_change"] == pytest.approx(-44 / 3 / 100, rel=1e-3)
    assert found["A"]["what"] == "enters with -14.7 % size"
    # C leaves where (80 + x) / (356 + x) passes a quarter: x = 12.
    assert found["C"]["needed_change"] == pytest.approx(12 / 80, rel=1e-3)


def test_a_buffer_is_seen_through(market: Market) -> None:
    """Members may rank to 3, new names to 2: D must pass B, not C, to come."""
    steps = "[{select: {size: {rank: {existing: 3, new: 2}}}}, {trim: {to: 3, by: size}}]"
    found = near(told(market, steps=steps))
    # In December nobody was in before: A and B came, C was third and new.
    assert members(told(market, steps=steps)) == ["A", "B"]
    assert found["D"]["needed_change"] == pytest.approx(90 / 76 - 1, rel=1e-3)
    assert found["C"]["needed_change"] == pytest.approx(90 / 80 - 1, rel=1e-3)
    # B would be third, which a member may be.
    assert found["D"]["in_place_of"] == found["C"]["in_place_of"] == ""
    # B leaves only when it is fourth: behind C and D.
    assert found["B"]["needed_change"] == pytest.approx(76 / 90 - 1, rel=1e-3)
