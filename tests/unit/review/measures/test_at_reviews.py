"""Measures over windows: statistics, windows, halts, splits, currencies, block sizes, poison."""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
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


def test_sessions_counts_those_with_a_row_or_those_on_which_it_trades() -> None:
    """Twenty sessions of February: A trades on all but three, B has rows on five and never trades."""
    n = len(SESSIONS)
    rows = daily(SESSIONS, {"A": [10.0] * n, "B": [10.0] * n}).to_pylist()
    halted = {CUTOFF - 1, CUTOFF - 4, CUTOFF - 19, CUTOFF - 20}
    kept = []
    for row in rows:
        place = SESSIONS.at_or_before(row["date"])
        idle = row["symbol"] == "B" or place in halted
        row["volume"], row["traded_value"] = (0, 0.0) if idle else (5, 50.0)
        if row["symbol"] == "A" or CUTOFF - 5 < place <= CUTOFF:
            kept.append({**row, "date": row["date"].isoformat()})
    made = Market.from_tables(daily=table(kept), complete=True)
    over = "over: 1 calendar month"
    assert measured(f"sessions: close, {over}", made) == {"A": 20, "B": 5}
    traded = measured(f"sessions: traded_value, {over}, halted: skip", made)
    assert traded == {"A": 17, "B": 0}


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


def test_nothing_after_the_cut_off_is_read() -> None:
    caps = [place + 1.0 for place in range(len(SESSIONS))]
    poisoned = [cap if place <= CUTOFF else 1e9 * (place % 3 + 1) for place, cap in enumerate(caps)]
    asked = "mean: market_cap, over: 3 calendar months"
    clean = measured(asked, market(SESSIONS, {"A": caps}))
    assert measured(asked, market(SESSIONS, {"A": poisoned})) == clean
    assert day_number(dt.date(2020, 2, 28)) == SESSIONS.days[CUTOFF]


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


def reviewed(text: str, made: Market) -> Ran:
    return Ran(made, SESSIONS, rule(text + "weighting: {scheme: market_cap}\n"))


def test_a_rule_reads_the_measures_its_conditions_orders_and_ties_use() -> None:
    text = (
        "measures: {a: {last: market_cap}, b: {last: volume}, c: {last: close}, d: {last: close}, "
        "e: {last: close}, f: {last: close, best: lowest}}\n"
        "eligibility: {any: [{not: {a: {min: 1}}}, {close: {min: 50% of b at rank 1}}]}\n"
        "selection: {ties: [f, symbol], steps: [{fill: {to: 1, by: c}}]}\n"
        "maintenance: {fast_entry: [{after: 1 session, effective: 1 session after test, "
        "require: {d: {min: 1}}, replaces: none}]}\n"
    )
    measures = reviewed(text, ramp()).reviewer.measures
    assert measures.used == ("a", "b", "c", "f")
    # Between reviews those of the tests and of the ties.
    assert measures.used_between == ("d", "f")


def test_a_tie_is_won_by_the_best() -> None:
    text = (
        "measures: {m: {last: volume}, t: {last: market_cap, best: BEST}}\n"
        "selection: {ties: [t], steps: [{fill: {to: 1, by: m}}]}\n"
    )
    made = market(SESSIONS, {"A": 1.0, "B": 2.0})
    assert reviewed(text.replace("BEST", "highest"), made).members[-1] == "B"
    assert reviewed(text.replace("BEST", "lowest"), made).members[-1] == "A"


def test_a_measure_the_rule_does_not_know_on_the_date_refuses_the_review() -> None:
    text = (
        "measures: {m: {2021-01-04: {last: market_cap}}}\n"
        "selection: {steps: [{select: {m: {min: 0}}}]}\n"
    )
    ran = reviewed(text, ramp())
    assert set(ran.codes) == {"REV001"}
    assert ran.findings.items[0].where == "measures.m"
    part = text.replace(
        "{2021-01-04: {last: market_cap}}", "{mean: market_cap, over: {2021-01-04: 1 month}}"
    )
    assert reviewed(part, ramp()).findings.items[0].where == "measures.m.over"


def test_what_a_window_means_is_remembered_though_the_data_do_not_reach_it() -> None:
    text = (
        "measures: {m: {mean: market_cap, over: 3 calendar months}}\n"
        "selection: {steps: [{select: {m: {min: 0}}}]}\n"
    )
    ran = reviewed(text, ramp())
    result = ran.results[-1]
    meant = ran.reviewer.measures.meant("m", result.effective)
    assert meant is not None
    assert (str(meant[0]), meant[1]) == ("3 calendar months", dt.date(2020, 2, 28))
    assert ran.reviewer.measures.meant("m", result.effective + 1) is None
    # December, January and February.
    assert ran.reviewer.measures.observed(
        next(event for event in ran.reviewer.events if event.effective == result.effective)
    ) == {"m": (65, 65)}


def test_issuers_matter_where_something_counts_by_them() -> None:
    text = (
        "measures: {m: {last: market_cap PER}}\nselection: {UNITsteps: [{select: {m: {WITHIN}}}]}\n"
    )
    plain = {" PER": "", "UNIT": "", "WITHIN": "min: 0"}
    cases = [
        ({}, False),
        ({" PER": ", per: issuer"}, True),
        ({"UNIT": "unit: issuer, "}, True),
        ({"WITHIN": "rank: {max: 1, within: issuer}"}, True),
        ({"WITHIN": "rank: {max: 1, within: sector}"}, False),
    ]
    for words, expected in cases:
        said = text
        for word, value in {**plain, **words}.items():
            said = said.replace(word, value)
        assert reviewed(said, ramp()).reviewer.measures.uses_issuers is expected, words
