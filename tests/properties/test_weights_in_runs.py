"""Capped runs on random markets: against a slow second reading of caps, factors and index shares.

The second reading knows nothing of the engine: it reads raw closes and shares, caps by cutting the largest
until nothing is above the limit (exact fractions), and lets shares list, split and change in between.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from tests.oracle.rows import table_of

FIRST = dt.date(2024, 1, 1)
LENGTH = 24
REVIEWS = (1, 8, 16)
EXACT = 1e-11

prices = st.integers(1, 4000)


@st.composite
def markets(draw: st.DrawFn) -> dict[str, Any]:
    """Lines with closes, listed shares, splits, a first and a last session; who is listed when."""
    n = draw(st.integers(2, 7))
    lines: dict[str, Any] = {}
    for place in range(n):
        first = 0 if place < 2 else draw(st.sampled_from([0, 0, 0, 5, 10]))
        last = LENGTH if place < 2 else draw(st.sampled_from([LENGTH, LENGTH, LENGTH, 12]))
        splits = draw(
            st.dictionaries(st.integers(2, LENGTH - 1), st.sampled_from([2, 5]), max_size=1)
        )
        issues = draw(st.dictionaries(st.integers(2, LENGTH - 1), st.integers(1, 9), max_size=2))
        rows = []
        shares, close = draw(st.integers(1, 500)), float(draw(prices))
        for session in range(first, last):
            ratio = splits.get(session, 1) if session > first else 1
            # A plain issue is small enough to be no gap.
            extra = 0 if ratio > 1 else shares * issues.get(session, 0) // 100
            shares = shares * ratio + extra
            close = close / ratio * draw(st.sampled_from([0.9, 0.97, 1.0, 1.02, 1.15]))
            rows.append((session, close, shares, ratio))
        lines[f"L{place}"] = rows
    return {
        "lines": lines,
        "limit": draw(st.sampled_from(["1/2", "40%", "3/5", "35%"])),
        "floor": draw(st.sampled_from([None, None, "2%"])),
    }


def day(session: int) -> dt.date:
    return FIRST + dt.timedelta(days=session)


def computed(made: dict[str, Any]) -> Run:
    daily = [
        {
            "date": day(session),
            "symbol": name,
            "close": close,
            "shares_outstanding": shares,
            "volume": 1,
        }
        for name, rows in made["lines"].items()
        for session, close, shares, _ in rows
    ]
    actions = [
        {"symbol": name, "ex_date": day(session), "type": "split", "ratio": float(ratio)}
        for name, rows in made["lines"].items()
        for session, _, _, ratio in rows
        if ratio > 1
    ]
    members = [
        {"index": "test", "effective_date": day(review), "symbol": name}
        for review in REVIEWS
        for name in listed(made, review)
    ]
    tables: dict[str, Any] = {
        "memberships": table_of(members),
        "sessions": table_of([{"date": day(session)} for session in range(LENGTH)]),
    }
    if actions:
        tables["corporate_actions"] = table_of(actions)
    floor = "" if made["floor"] is None else f"floor: {made['floor']}, "
    rule = ic.Methodology.from_text(
        "index: test\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2024-01-02, level: 1000}\n"
        "universe: {where: {symbol: {not_in: []}}}\nselection: given\n"
        "review: {months: [1], effective: first session of month, cutoff: 1 session before effective}\n"
        f"weighting: {{scheme: market_cap, {floor}on_infeasible: equal, "
        f"caps: [{{per: security, limit: {made['limit']}}}]}}\n"
    )
    market = ic.Market.from_tables(daily=table_of(daily), complete=True, **tables)
    return ic.compute(rule, market)


def listed(made: dict[str, Any], session: int) -> list[str]:
    """Lines with a row on a session and on the one before: they have a price to be bought at."""
    return [
        name
        for name, rows in made["lines"].items()
        if {session - 1, session} <= {row[0] for row in rows}
    ]


def cut(caps: dict[str, Fraction], limit: Fraction, floor: Fraction) -> dict[str, Fraction]:
    """Capped weights: one common scale for whom nothing holds, found by trying every split of names.

    Sorted by size, the largest k stand at the limit, the smallest j at the floor.
    """
    n = len(caps)
    if limit * n < 1:
        return dict.fromkeys(caps, Fraction(1, n))
    ordered = sorted(caps, key=lambda name: caps[name], reverse=True)
    for k in range(n + 1):
        for j in range(n + 1 - k):
            middle = ordered[k : n - j]
            left = 1 - limit * k - floor * j
            whole = sum((caps[name] for name in middle), Fraction(0))
            if not middle:
                if left == 0:
                    scale = None
                    made = dict.fromkeys(ordered[:k], limit) | dict.fromkeys(ordered[k:], floor)
                    return made
                continue
            if left <= 0:
                continue
            scale = left / whole
            made = {name: scale * caps[name] for name in middle}
            good = all(floor <= weight <= limit for weight in made.values())
            good &= all(scale * caps[name] >= limit for name in ordered[:k])
            good &= all(scale * caps[name] <= floor for name in ordered[n - j :])
            if good:
                return (
                    made
                    | dict.fromkeys(ordered[:k], limit)
                    | dict.fromkeys(ordered[n - j :], floor)
                )
    raise AssertionError("nothing meets them")


@given(markets())
def test_every_review_is_capped_and_factors_stay_in_between(made: dict[str, Any]) -> None:
    run = computed(made)
    assert {item.code for item in run.diagnostics} <= {"CAP001", "CAP002"}
    limit = Fraction(made["limit"].rstrip("%")) / (100 if "%" in made["limit"] else 1)
    floor = Fraction(0 if made["floor"] is None else made["floor"].rstrip("%")) / 100
    close = {(name, s): value for name, rows in made["lines"].items() for s, value, _, _ in rows}
    shares = {(name, s): value for name, rows in made["lines"].items() for s, _, value, _ in rows}
    ratio = {(name, s): value for name, rows in made["lines"].items() for s, _, _, value in rows}
    held: dict[int, dict[str, float]] = {}
    for row in run.composition.to_pylist():  # type: ignore[union-attr]
        held.setdefault((row["date"] - FIRST).days, {})[row["symbol"]] = row["index_shares"]
    lists = {(row["effective_date"] - FIRST).days: {} for row in run.constituents.to_pylist()}
    for row in run.constituents.to_pylist():
        lists[(row["effective_date"] - FIRST).days][row["symbol"]] = row["capping_factor"]
    for review, until in zip(REVIEWS, (*REVIEWS[1:], LENGTH), strict=True):
        names = listed(made, review)
        # The close before, put through a split of the day; the shares of the day.
        caps = {
            name: Fraction(close[name, review - 1]) / ratio[name, review] * shares[name, review]
            for name in names
        }
        expected = cut(caps, limit, floor)
        factors = lists[review]
        assert sorted(factors) == names
        got = {name: float(caps[name]) * factors[name] for name in names}
        total = sum(got.values())
        for name in names:
            assert got[name] / total == pytest.approx(float(expected[name]), rel=EXACT)
        for session in range(review, until):
            here = [name for name in names if (name, session) in close]
            here = [n for n in here if all((n, s) in close for s in range(review, session + 1))]
            assert sorted(held[session]) == here
            for name in here:
                assert held[session][name] == pytest.approx(
                    shares[name, session] * factors[name], rel=EXACT
                )
