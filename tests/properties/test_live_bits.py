"""Session by session from saved states, over markets that grow by a day, to the bits of one run."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.live.live import Live
from indexcalc.market.market import Market
from tests.properties.fuzz import bounded, tries
from tests.properties.test_levels_against_oracle import History, histories
from tests.properties.test_levels_bits import CAPPED, DRIFTED, EQUAL, FIXED, TOTAL
from tests.unit.calculation import small

PRICE = small.GIVEN + "weighting: {scheme: price}\nreturns: {kinds: [price, gross]}\n"
IN_PAYERS = small.GIVEN + (
    "weighting: {scheme: market_cap}\n"
    "returns: {kinds: [price, gross, net], reinvest: paying_stock, withholding: 15.4%}\n"
)
REBALANCED = small.GIVEN + (
    "weighting: {scheme: market_cap}\nmaintenance: {shares: at_rebalance}\n"
    "returns: {kinds: [price, gross, net], withholding: 22%}\n"
)
RULES = (TOTAL, EQUAL, FIXED, CAPPED, DRIFTED, PRICE, IN_PAYERS, REBALANCED)
COLUMNS = ("level", "level_published", "level_tr", "level_ntr", "divisor", "market_value")


def grown(history: History, kept: int, *, ahead: bool) -> Market:
    """The market with its first ``kept`` sessions; ``ahead``: events to come are in it already."""
    last = history.observed[kept - 1]

    def known(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if ahead or row["ex_date"] <= small.day(last)]

    daily = [row for row in history.daily if row["date"] <= small.day(last)]
    part = History(
        last + 1, history.observed[:kept], daily, known(history.actions), known(history.dividends)
    )
    return part.market()  # type: ignore[no-any-return]


def rows(made: Run) -> dict[dt.date, dict[str, Any]]:
    """The levels of a run by date."""
    return {
        row["date"]: {name: row.get(name) for name in (*COLUMNS, "constituents")}
        for row in made.levels.to_pylist()
    }


def row(session: Any, index: str = "test") -> dict[str, Any]:
    """The same of one live session."""
    one = session[index]
    return {name: getattr(one, name) for name in (*COLUMNS, "constituents")}


@settings(max_examples=tries(400, 60))
@given(history=histories(), text=st.sampled_from(RULES), ahead=st.booleans(), data=st.data())
@bounded()
def test_a_day_at_a_time_from_files_is_one_run(
    history: History, text: str, ahead: bool, data: st.DataObject
) -> None:
    if "selection" in text and not history.founders():
        return
    whole = small.run(text, history.market())
    n = len(history.observed)
    first = data.draw(st.integers(2, n))
    rule = small.rule(text)
    expected = rows(whole)
    met = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.state"
        try:
            live = Live.begin(rule, grown(history, first, ahead=ahead))
        except ic.DataError:
            return  # no review can be made in so short a market
        live.save(path)
        for kept in range(first + 1, n + 1):
            live = Live.resume(path, rule, grown(history, kept, ahead=ahead))
            for session in live.advance():
                if session.indices:
                    met[session.date] = row(session)
            live.save(path)
    after = small.day(history.observed[first - 1])
    assert met == {date: said for date, said in expected.items() if date > after}


@settings(max_examples=tries(400, 60))
@given(history=histories(), text=st.sampled_from(RULES), data=st.data())
@bounded()
def test_ticks_end_at_the_level_of_the_close(
    history: History, text: str, data: st.DataObject
) -> None:
    if "selection" in text and not history.founders():
        return
    over, rule = history.market(), small.rule(text)
    first = data.draw(st.integers(2, len(history.observed)))
    live = Live.begin(rule, over, until=small.day(history.observed[first - 1]))
    for number in history.observed[first:]:
        today = [one for one in history.daily if one["date"] == small.day(number)]
        traded = {one["symbol"]: one["close"] for one in today if one["volume"] and one["close"]}
        ticks = live.ticks()
        assert ticks.date == small.day(number)
        detours = data.draw(
            st.lists(
                st.tuples(st.sampled_from(sorted(traded) or ["none"]), st.integers(20, 600)),
                max_size=4,
            )
        )
        for symbol, price in detours if traded else ():
            ticks.trade(symbol, price)
            # What the few prices say is what all of the session says when it is worked out anew.
            assert ticks.level() == ticks.level() == ticks.session()["test"].level
        for symbol in data.draw(st.permutations(sorted(traded))):
            ticks.trade(symbol, traded[symbol])
        at_close = ticks.level()
        worked_out = ticks.session()
        session = next(live.advance())
        if not _printed_without_trade(history, number, today):
            assert at_close == session["test"].level
            assert row(worked_out) == row(session)


def _printed_without_trade(history: History, number: int, today: list[dict[str, Any]]) -> bool:
    """Is there a close without volume that is not the last one?  It counts, and is no trade."""
    for one in today:
        before = [
            other["close"]
            for other in sorted(history.daily, key=lambda other: other["date"])
            if other["symbol"] == one["symbol"]
            and other["date"] < one["date"]
            and other["close"] is not None
        ]
        if one["close"] is not None and not one["volume"] and before[-1:] != [one["close"]]:
            return True
    return False
