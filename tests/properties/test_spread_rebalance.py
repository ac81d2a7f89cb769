"""A rebalance spread over sessions against a fund that trades an equal part of what is left each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

NAMES = "ABC"
SESSIONS = 8
PRICE = st.integers(80, 120).map(float)
LIST = st.sets(st.sampled_from(NAMES), min_size=1)


def fund(
    prices: Mapping[str, Sequence[float]],
    lists: Mapping[int, set[str]],
    steps: int,
    shares: Mapping[str, int] | None,
) -> list[float]:
    """Levels from 1000: weights are equal where ``shares`` is None, else those of the shares."""

    def wanted(names: set[str], day: int, worth: float) -> dict[str, float]:
        if shares is not None:
            return {name: float(shares[name]) for name in names}
        return {name: worth / len(names) / prices[name][day] for name in names}

    held, levels = wanted(lists[0], 0, 1000.0), [1000.0]
    goal, left = held, 0
    for day in range(1, SESSIONS):
        worth = sum(units * prices[name][day - 1] for name, units in held.items())
        if day in lists:
            goal, left = wanted(lists[day], day - 1, worth), steps
        if left:
            every = {*held, *goal}
            held = {
                name: held.get(name, 0.0) + (goal.get(name, 0.0) - held.get(name, 0.0)) / left
                for name in every
            }
            left -= 1
        before, after = (
            sum(units * prices[name][at] for name, units in held.items()) for at in (day - 1, day)
        )
        levels.append(levels[-1] * after / before)
    return levels


@given(
    table=st.lists(st.lists(PRICE, min_size=SESSIONS, max_size=SESSIONS), min_size=3, max_size=3),
    counts=st.none() | st.lists(st.integers(1, 9000), min_size=3, max_size=3),
    lists=st.lists(LIST, min_size=3, max_size=3),
    days=st.tuples(st.integers(1, 4), st.integers(1, 3)),
    steps=st.integers(1, 5),
)
def test_it_is_the_fund(
    table: list[list[float]],
    counts: list[int] | None,
    lists: list[set[str]],
    days: tuple[int, int],
    steps: int,
) -> None:
    """The second list may come before the first is in force."""
    prices = dict(zip(NAMES, table, strict=True))
    shares = None if counts is None else dict(zip(NAMES, counts, strict=True))
    on = dict(zip((0, days[0], days[0] + days[1]), lists, strict=True))
    over = market(
        *(line(name, prices[name], 1000 if shares is None else shares[name]) for name in NAMES),
        memberships=[row for day, names in on.items() for row in small.given(*names, on=day)],
    )
    scheme = "equal" if shares is None else "market_cap"
    text = small.GIVEN.replace("2024-01-03", "2024-01-02")
    run = small.run(f"{text}weighting: {{scheme: {scheme}, spread_over: {steps} sessions}}\n", over)
    assert small.levels(run) == pytest.approx(fund(prices, on, steps, shares), rel=1e-9)
