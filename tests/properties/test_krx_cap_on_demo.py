"""The 30 % cap of KRX over a demo market, worked out again from its raw tables.

By hand here: the windows (whole calendar months), the means, the factors, how long they are kept, and the
weight of the largest name session by session.  Taken from the run: who is in, and the float factors.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run

LIMITS = {"kospi200-cap30": 0.30, "kospi200-cap25": 0.25, "kospi200-cap20": 0.20, "kospi100": 0.30}
WINDOW = {6: (3, 4, 5), 12: (9, 10, 11)}


@dataclass(frozen=True)
class Raw:
    """Rows of the demo market by symbol and day."""

    days: list[dt.date]
    close: dict[tuple[str, dt.date], float]
    base: dict[tuple[str, dt.date], float | None]
    shares: dict[tuple[str, dt.date], int]
    # (symbol, from, before, shares for one): counted from the ex-date, though listed later
    waiting: list[tuple[str, dt.date, dt.date, float]]
    # (acquirer, target, shares for one, listed): new shares for those of a target that left
    exchanged: list[tuple[str, str, float, dt.date]]


@cache
def demo() -> ic.Market:
    return ic.Market.demo(securities=400, years=3)


@cache
def raw() -> Raw:
    rows = demo().table("daily").to_pylist()
    place = {(row["symbol"], row["date"]): row for row in rows}
    days = sorted({row["date"] for row in rows})
    shares = {key: row["shares_outstanding"] for key, row in place.items()}

    def listed(symbol: str, ex: dt.date, at_least: float) -> dt.date:
        """The session from the ex-date on whose count steps up."""
        for before, day in itertools.pairwise(days):
            had, has = shares.get((symbol, before)), shares.get((symbol, day))
            if day >= ex and had and has and has / had > at_least:
                return day
        return days[-1] + dt.timedelta(days=1)

    waiting, exchanged = [], []
    for row in demo().table("corporate_actions").to_pylist():
        symbol, ex = row["symbol"], row["ex_date"]
        if row["type"] in ("rights", "bonus", "stock_dividend"):
            ratio = 1 + row["ratio"] if row["type"] == "rights" else row["ratio"]
            until = row["list_date"] or listed(symbol, ex, 0.9 * ratio)
            waiting.append((symbol, ex, until, ratio))
        if row["type"] == "merger":
            other = row["other_symbol"]
            exchanged.append((other, symbol, row["ratio"], listed(other, ex, 1.0)))
    return Raw(
        days,
        {key: row["close"] for key, row in place.items()},
        {key: row["base_price"] for key, row in place.items()},
        shares,
        waiting,
        exchanged,
    )


@cache
def computed(name: str) -> Run:
    run = ic.compute(name, demo())
    assert [item.message for item in run.diagnostics if item.severity == "error"] == []
    return run


@cache
def lists(name: str) -> dict[dt.date, tuple[str, dict[str, dict[str, Any]]]]:
    """Kind and rows by symbol of each list."""
    run = computed(name)
    made: dict[dt.date, tuple[str, dict[str, dict[str, Any]]]] = {
        row["effective_date"]: (row["kind"], {}) for row in run.reviews.to_pylist()
    }
    for row in run.constituents.to_pylist():
        made[row["effective_date"]][1][row["symbol"]] = row
    return made


def means(day: dt.date, members: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Mean of close x listed shares of that day x the float factor of the effective date."""
    window = [d for d in raw().days if d.year == day.year and d.month in WINDOW[day.month]]
    assert len(window) > 40 or day.year == raw().days[0].year
    made = {}
    for symbol, row in members.items():
        caps = [
            raw().close[symbol, d] * raw().shares[symbol, d]
            for d in window
            if (symbol, d) in raw().close
        ]
        made[symbol] = row["float_factor"] * sum(caps) / len(caps) if caps else 0.0
    return made


def factors(values: dict[str, float], k: float) -> dict[str, float]:
    """Cap the names above the limit one round after the other; what is not capped has 1.  The books
    keep four decimals of a factor, half up."""
    capped: set[str] = set()
    while True:
        rest = sum(value for symbol, value in values.items() if symbol not in capped)
        each = k / (1 - k * len(capped)) * rest
        now = {symbol: each / values[symbol] for symbol in capped}
        whole = rest + each * len(capped)
        over = {s for s, v in values.items() if s not in capped and v / whole > k}
        if not over:
            return {symbol: four(now.get(symbol, 1.0)) for symbol in values}
        capped |= over


def four(factor: float) -> float:
    return float(Decimal(repr(factor)).quantize(Decimal("0.0001"), ROUND_HALF_UP))


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_factors_of_each_review(name: str) -> None:
    bound = 0
    for day, (kind, members) in lists(name).items():
        if kind != "regular":
            continue
        values = means(day, members)
        expected = factors(values, LIMITS[name])
        got = {symbol: row["capping_factor"] for symbol, row in members.items()}
        assert got == expected, day
        above = [symbol for symbol, factor in expected.items() if factor < 1]
        bound += bool(above)
        if len(above) == 1 and LIMITS[name] == 0.30:
            w = values[above[0]] / sum(values.values())
            assert got[above[0]] == pytest.approx(3 / 7 * (1 - w) / w, abs=0.000051)
    assert bound >= 2


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_factor_is_kept_to_the_day_before_the_next_review(name: str) -> None:
    kept: dict[str, float] = {}
    between = frozen = 0
    for kind, members in lists(name).values():
        if kind == "regular":
            kept = {symbol: row["capping_factor"] for symbol, row in members.items()}
            continue
        between += 1
        frozen += any(kept.get(symbol, 1.0) < 1 for symbol in members)
        for symbol, row in members.items():
            assert row["capping_factor"] == kept.get(symbol, 1.0), (symbol, row["effective_date"])
        # A name that comes back later in the period is new, and has no factor.
        kept = {symbol: row["capping_factor"] for symbol, row in members.items()}
    assert between > 1
    assert frozen > 0


def count(symbol: str, before: dt.date, day: dt.date, members: dict[str, Any]) -> float:
    """Shares of a line on a day, those that are not listed yet with them."""
    made = float(raw().shares.get((symbol, day), raw().shares[symbol, before]))
    for line, ex, listed, ratio in raw().waiting:
        if line == symbol and ex <= day < listed:
            made *= ratio
    for line, target, ratio, listed in raw().exchanged:
        left = [on for on in sorted(lists("kospi200-cap30")) if on <= day]
        was = any(target in lists("kospi200-cap30")[on][1] for on in left)
        if line == symbol and was and target not in members and day < listed:
            rows = [d for d in raw().days if (target, d) in raw().shares]
            made += raw().shares[target, rows[-1]] * ratio
    return made


def opening_weights(name: str) -> dict[dt.date, dict[str, float]]:
    """Weights at the start of every session from raw prices and shares and the factors by hand."""
    dated = sorted(lists(name))
    at: dict[str, float] = {}
    since, made = dated[0], {}
    for before, day in itertools.pairwise(raw().days):
        if day < dated[0]:
            continue
        now = max(on for on in dated if on <= day)
        kind, members = lists(name)[now]
        if now != since or not at:
            since = now
            if kind == "regular":
                at = factors(means(now, members), LIMITS[name])
            at = {symbol: at.get(symbol, 1.0) for symbol in members}
        if day == dated[0]:
            continue  # the series starts at the close of its first session
        values = {}
        for symbol, row in members.items():
            base = raw().base.get((symbol, day))
            price = raw().close[symbol, before] if base is None else base
            shares = count(symbol, before, day, members)
            values[symbol] = price * shares * row["float_factor"] * at[symbol]
        whole = sum(values.values())
        made[day] = {symbol: value / whole for symbol, value in values.items()}
    return made


@cache
def treated_days() -> set[dt.date]:
    """Days of corporate actions, and of the first trade after a halt."""
    actions = {row["ex_date"] for row in demo().table("corporate_actions").to_pylist()}
    return actions | {row["to"] for row in demo().table("designations").to_pylist() if row["to"]}


def test_the_largest_weight_drifts_and_its_days_above_the_limit_are_counted() -> None:
    """The sweep's count of sessions above 30 %, against weights from raw prices."""
    name = "kospi200-cap30"
    weights = opening_weights(name)
    run = computed(name)
    largest = {day: max(held.values()) for day, held in weights.items()}
    # How a price is treated on the day of an action or after a halt has its own tests.
    plain_days = [day for day in weights if day not in treated_days()]
    assert len(plain_days) > 0.9 * len(weights)
    for day in plain_days[::15]:
        said = {row["symbol"]: row["weight"] for row in run.weights(day).to_pylist()}
        assert said == pytest.approx(weights[day], rel=1e-10), day
    capped = [
        day
        for day, (_, members) in lists(name).items()
        if any(row["capping_factor"] < 1 for row in members.values())
    ]
    since = [value for day, value in largest.items() if day >= capped[0]]
    assert min(since) < 0.295
    assert max(since) > 0.31
    above = sum(value > 0.30 + 1e-12 for value in largest.values())
    for rule in (name, "kospi200"):
        rows = ic.simulate_caps(rule, demo(), caps=["30%"]).summary.to_pylist()
        row = next(row for row in rows if row["cap"] == "30%")
        assert row["sessions_above_limit"] == above
        assert row["sessions"] == len(weights) + 1
        assert row["largest_weight_most"] == pytest.approx(max(largest.values()), rel=1e-10)
