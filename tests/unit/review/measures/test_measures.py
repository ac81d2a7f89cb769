"""Measures over windows: statistics, windows, halts, splits, currencies, block sizes, poison."""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any
from unittest import mock

import numpy as np
import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import decode
from indexcalc.review.data.currency import Rates
from indexcalc.review.measures.series import Window
from indexcalc.review.measures.windows import scan
from tests.unit.review.small_reviews import Ran, daily, market, rule, table, weekdays

# Effective 2020-03-13, cut-off Friday 2020-02-28.
SESSIONS = weekdays("2019-11-01", "2020-03-31")
CUTOFF = SESSIONS.at_or_before(dt.date(2020, 2, 28))


def measured(measure: str, made: Market, extra: str = "", **options: Any) -> dict[str, float]:
    text = (
        f"measures: {{m: {{{measure}}}}}\nselection: {{steps: [{{select: {{m: {{min: 0}}}}}}]}}\n"
        f"weighting: {{scheme: market_cap}}\n{extra}"
    )
    ran = Ran(made, SESSIONS, rule(text), **options)
    values = ran.results[-1].measures["m"]
    return dict(zip(made.symbols, values.tolist(), strict=True))


def ramp(made: str = "A") -> Market:
    """Market cap 1, 2, 3 ... by session: the cut-off's is CUTOFF + 1."""
    return market(SESSIONS, {made: [place + 1.0 for place in range(len(SESSIONS))]})


LAST = CUTOFF + 1.0
IN_WINDOW = {
    "1 session": 1,
    "5 sessions": 5,
    # 22 February to the 28th, the 22nd a Saturday
    "7 days": 5,
    # after 28 January: 29, 30, 31 and the 20 weekdays of February
    "1 month": 23,
    "1 calendar month": 20,
    # January has 23 weekdays, December 22
    "3 calendar months": 65,
    "1 year": CUTOFF + 1,
}


@pytest.mark.parametrize(("window", "n"), list(IN_WINDOW.items()))
@pytest.mark.parametrize("statistic", ["mean", "median", "sum", "min", "max", "last"])
def test_statistics_over_windows(window: str, n: int, statistic: str) -> None:
    inside = [LAST - place for place in range(n)]
    expected = {
        "mean": statistics.fmean(inside),
        "median": statistics.median(inside),
        "sum": sum(inside),
        "min": min(inside),
        "max": max(inside),
        "last": LAST,
    }[statistic]
    assert measured(f"{statistic}: market_cap, over: {window}", ramp())["A"] == expected


def test_to_moves_the_end_of_the_window() -> None:
    found = measured("mean: market_cap, over: 2 sessions, to: 3 sessions before cutoff", ramp())
    assert found["A"] == LAST - 3.5
    # months count from the schedule's month: the last session two before March is January's
    found = measured("last: market_cap, to: last session 2 months before", ramp())
    assert found["A"] == LAST - 20


def test_ratio_count_and_deviation() -> None:
    made = market(
        SESSIONS,
        {"A": [100.0 * 2 ** (place % 2) for place in range(len(SESSIONS))], "B": 400.0},
        traded={"A": 30, "B": 20},
        dividends=[
            {"symbol": "A", "ex_date": day, "amount": 1.0}
            for day in ("2018-03-01", "2018-06-01", "2019-03-01", "2020-02-03", "2020-03-02")
        ],
    )
    ratio = measured("ratio: [traded_value, market_cap], over: 4 sessions", made)
    assert ratio == {"A": 120 / 600, "B": 80 / 1600}
    # distinct years up to the cut-off, three years back: 2018, 2019, 2020
    assert measured("count: dividends, over: 3 years", made) == {"A": 3.0, "B": 0.0}
    moves = [np.log(2.0) * (1 if place % 2 else -1) for place in range(4)]
    deviation = measured("std: close, over: 5 sessions", made)
    assert deviation["A"] == pytest.approx(statistics.stdev(moves), rel=1e-12)
    assert deviation["B"] == 0.0


def test_a_halt_has_its_last_close_and_value_zero() -> None:
    rows = daily(SESSIONS, {"A": 100.0, "B": 100.0}, {"A": 10, "B": 10}).to_pylist()
    for row in rows:
        if row["symbol"] == "A" and dt.date(2020, 2, 27) <= row["date"]:
            row.update(close=None, volume=0, traded_value=None, shares_outstanding=200)
    made = Market.from_tables(
        daily=table([{**r, "date": r["date"].isoformat()} for r in rows]), complete=True
    )
    assert measured("mean: market_cap, over: 4 sessions", made)["A"] == 150.0
    assert measured("mean: traded_value, over: 4 sessions", made)["A"] == 5.0


def test_only_sessions_listed_and_observed_enter() -> None:
    early = [SESSIONS.date(place).isoformat() for place in range(CUTOFF - 1)]
    made = market(
        SESSIONS,
        {"A": [place + 1.0 for place in range(len(SESSIONS))], "B": 7.0},
        absent={"A": early},
    )
    assert measured("mean: market_cap, over: 10 sessions", made)["A"] == LAST - 0.5
    # Nothing is observed on the cut-off itself: the last observed session counts.
    cut = [SESSIONS.date(CUTOFF).isoformat()]
    made = market(
        SESSIONS, {"A": [place + 1.0 for place in range(len(SESSIONS))]}, absent={"A": cut}
    )
    assert measured("last: market_cap", made)["A"] == LAST - 1
    text = (
        "measures: {m: {mean: market_cap, over: 5 sessions}}\n"
        "selection: {steps: [{select: {m: {min: 0}}}]}\nweighting: {scheme: market_cap}\n"
    )
    ran = Ran(made, SESSIONS, rule(text))
    assert ran.results[-1].observed == {"m": (4, 5)}
    assert "4 of 5 sessions observed" in ran.ledger()["A"]["detail"]


def test_close_is_adjusted_and_market_cap_needs_no_adjustment() -> None:
    caps = [100.0] * len(SESSIONS)
    rows = []
    for place in range(len(SESSIONS)):
        day = SESSIONS.date(place)
        split = day >= dt.date(2020, 2, 27)
        rows.append(
            {
                "date": day.isoformat(),
                "symbol": "A",
                "close": 1.0 if split else 5.0,
                "shares_outstanding": 100 if split else 20,
            }
        )
    assert len(rows) == len(caps)
    actions = [{"symbol": "A", "ex_date": "2020-02-27", "type": "split", "ratio": 5.0}]
    made = Market.from_tables(daily=table(rows), corporate_actions=table(actions), complete=True)
    assert measured("mean: market_cap, over: 4 sessions", made)["A"] == 100.0
    assert measured("mean: close, over: 4 sessions", made)["A"] == 1.0
    assert measured("max: close, over: 4 sessions", made)["A"] == 1.0
    late = [{**actions[0], "known_at": "2020-03-02"}]
    made = Market.from_tables(daily=table(rows), corporate_actions=table(late), complete=True)
    assert measured("max: close, over: 4 sessions", made)["A"] == 5.0


def in_two_currencies(rates: dict[str, float]) -> Market:
    """A in KRW, B in USD; a dollar is 1,000 on the last session and as ``rates`` say before."""
    pair = {"from_currency": "USD", "to_currency": "KRW"}
    days = [date_of(day).isoformat() for day in SESSIONS.days]
    return market(
        SESSIONS,
        {"A": 1200.0, "B": 1200.0},
        securities=[{"symbol": "A", "currency": "KRW"}, {"symbol": "B", "currency": "USD"}],
        fx=[
            {"date": day, "rate": rates.get(day, 1200.0), **pair}
            for day in days
            if rates.get(day, 1)
        ],
    )


def test_amounts_in_another_currency() -> None:
    made = in_two_currencies({"2020-02-28": 1000.0})
    assert measured("mean: market_cap, over: 2 sessions, in: USD", made) == {
        "A": (1.0 + 1.2) / 2,
        "B": 1200.0,
    }
    assert measured("last: market_cap", made) == {"A": 1200.0, "B": 1_200_000.0}
    assert measured("last: volume", made) == {"A": 1.0, "B": 1.0}


def test_a_rate_missing_inside_a_window_is_an_error_that_names_it() -> None:
    made = in_two_currencies({"2020-02-26": 0, "2020-02-28": 1000.0})
    assert measured("mean: market_cap, over: 2 sessions", made)["B"] == 1200 * 1100.0
    refused = r"CAL013 fx: `fx` has no rate from USD to KRW on 2020-02-26"
    with pytest.raises(DataError, match=refused):
        measured("mean: market_cap, over: 3 sessions", made)


def test_float_in_force_on_each_day_enters_float_market_cap() -> None:
    made = market(
        SESSIONS,
        {"A": 100.0},
        float_factors=[
            {"symbol": "A", "effective_date": "2019-11-01", "float_factor": 0.5},
            {"symbol": "A", "effective_date": "2020-02-28", "float_factor": 0.7},
        ],
    )
    assert measured("mean: float_market_cap, over: 2 sessions", made)["A"] == (50.0 + 70.0) / 2


def test_per_issuer_adds_the_lines_of_an_issuer() -> None:
    made = market(
        SESSIONS,
        {"A": 10.0, "B": 5.0, "C": 1.0},
        securities=[{"symbol": "A", "issuer": "p"}, {"symbol": "B", "issuer": "p"}],
    )
    assert measured("last: market_cap, per: issuer", made) == {"A": 15.0, "B": 15.0, "C": 1.0}


def test_a_column_of_securities_has_its_last_known_value() -> None:
    made = market(
        SESSIONS,
        {"A": 1.0},
        securities=[
            {"symbol": "A", "payout": 0.25},
            {"symbol": "A", "valid_from": "2020-03-02", "payout": 0.75},
        ],
    )
    assert measured("last: payout", made)["A"] == 0.25


def test_bits_depend_neither_on_blocks_nor_on_data_around_the_window() -> None:
    random = np.random.default_rng(5)
    caps = {name: (random.random(len(SESSIONS)) * 1e13).tolist() for name in "ABC"}
    made = market(SESSIONS, caps)
    first, last = SESSIONS.days[30], SESSIONS.days[80]
    rates = Rates(made, ["KRW"] * 3, "KRW")
    ones = np.ones(3)
    found = []
    for size in (1, 7, 250):
        with mock.patch.object(decode, "SESSIONS_PER_CHUNK", size):
            made = market(SESSIONS, caps)
            for how in ("sum", "median", "std"):
                series = "close" if how == "std" else "market_cap"
                window = Window(series, "KRW", how, int(first), int(last))
                got = scan(made, [window], lambda day, known: ones, rates)
                found.append((how, got[window].total.tobytes(), int(got[window].count[0])))
    assert len(set(found)) == 3
    whole = Window("market_cap", "KRW", "sum", int(SESSIONS.days[0]), int(last))
    both = scan(
        made,
        [whole, Window("market_cap", "KRW", "sum", int(first), int(last))],
        lambda day, known: ones,
        rates,
    )
    assert (
        "sum",
        both[Window("market_cap", "KRW", "sum", int(first), int(last))].total.tobytes(),
        51,
    ) in found
    closes = np.array([caps[name][30:81] for name in "ABC"]) / 100.0
    slow = [0.0] * 3
    for place in range(51):
        for line in range(3):
            slow[line] += closes[line, place] * 100
    assert found[0][1] == np.array(slow).tobytes()


def test_nothing_after_the_cut_off_is_read() -> None:
    caps = [place + 1.0 for place in range(len(SESSIONS))]
    poisoned = [cap if place <= CUTOFF else 1e9 * (place % 3 + 1) for place, cap in enumerate(caps)]
    asked = "mean: market_cap, over: 3 calendar months"
    clean = measured(asked, market(SESSIONS, {"A": caps}))
    assert measured(asked, market(SESSIONS, {"A": poisoned})) == clean
    assert day_number(dt.date(2020, 2, 28)) == SESSIONS.days[CUTOFF]
