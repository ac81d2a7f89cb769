"""Calendar effects of one index against another, with how little a few years prove.

The January effect is the mean difference of January returns less that of the other months.  Its interval
is by bootstrap over whole years, drawn 10,000 times with a fixed seed.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Days, Floats, Ints
from indexcalc.market.calendar.packaged import session_after
from indexcalc.market.calendar.sessions import date_of

DRAWS = 10_000
SEED = 20261030
ENOUGH = 15
TURN_BEFORE, TURN_AFTER = 1, 4


class MonthEffect(Struct, frozen=True):
    """A month: ``mean`` of the difference of returns, less ``others``' mean; ``n`` years; standard error
    of the effect, its 95 % interval, and the share of years with the sign of the effect: NaN of one year,
    which says nothing of how years differ."""

    month: int
    n: int
    mean: float
    others: float
    effect: float
    error: float
    low: float
    high: float
    same_sign: float


def month_returns(days: Days, levels: Floats, calendar: str = "") -> tuple[Ints, Ints, Floats]:
    """(years, months, returns) of whole calendar months: from the last session of the month before to
    the last of the month.  A month the data begin in is left out; that in which they end, unless the
    session of ``calendar`` after them is one of the next month."""
    keys = np.array([date_of(day).year * 12 + date_of(day).month - 1 for day in days])
    ends = np.flatnonzero(np.append(keys[1:] != keys[:-1], True))
    last = date_of(days[-1])
    if session_after(calendar, last).month == last.month:
        ends = ends[:-1]
    key, level = keys[ends], levels[ends]
    follows = key[1:] == key[:-1] + 1
    returns: Floats = level[1:] / level[:-1] - 1.0
    return key[1:][follows] // 12, key[1:][follows] % 12 + 1, returns[follows]


def month_effect(years: Ints, months: Ints, difference: Floats, month: int) -> MonthEffect | None:
    """The effect of a month in differences of monthly returns (n,); None: no year has it."""
    here: Bools = months == month
    if not here.any() or here.all():
        return None
    inside, others = difference[here], difference[~here]
    effect = float(inside.mean() - others.mean())
    error = float("nan")
    if inside.size > 1 and others.size > 1:
        error = float(np.sqrt(inside.var(ddof=1) / inside.size + others.var(ddof=1) / others.size))
    # Each year: the sum and the count of the month, and of the others.
    drawn_from = np.unique(years)
    sums = np.array(
        [
            [
                difference[here & (years == year)].sum(),
                np.count_nonzero(here & (years == year)),
                difference[~here & (years == year)].sum(),
                np.count_nonzero(~here & (years == year)),
            ]
            for year in drawn_from
        ]
    )
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (DRAWS, len(sums)))
    totals = sums[drawn].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = totals[:, 0] / totals[:, 1] - totals[:, 2] / totals[:, 3]
        by_year = sums[:, 0] / sums[:, 1] - sums[:, 2] / sums[:, 3]
    low = high = same = np.nan
    judged = by_year[np.isfinite(by_year)]
    if inside.size > 1:
        low, high = np.percentile(effects[np.isfinite(effects)], [2.5, 97.5])
        same = np.mean(np.sign(judged) == np.sign(effect)) if judged.size else np.nan
    return MonthEffect(
        month=month,
        n=int(inside.size),
        mean=float(inside.mean()),
        others=float(others.mean()),
        effect=effect,
        error=error,
        low=float(low),
        high=float(high),
        same_sign=float(same),
    )


def turn_of_year(days: Days, difference: Floats) -> tuple[int, float, float]:
    """(years, mean, share of years above zero) of the difference of returns summed over the last session
    of a year and the first four of the next.  ``difference`` (n - 1,) is that of ``days[1:]``."""
    years = np.array([date_of(day).year for day in days])
    sums: list[float] = []
    for row in np.flatnonzero(years[1:] != years[:-1]).tolist():
        # days[place] is the last session of a year; its return is difference[place - 1].
        first, stop = row - TURN_BEFORE, row + TURN_AFTER
        if first >= 0 and stop <= difference.size:
            sums.append(float(difference[first:stop].sum()))
    if not sums:
        return 0, float("nan"), float("nan")
    differences = np.array(sums)
    return differences.size, float(differences.mean()), float(np.mean(differences > 0))


def sentence(effect: MonthEffect | None, small: str, large: str) -> str:
    """What the Januaries say, and how little that is."""
    if effect is None:
        return f"January: no whole January of {small} and {large} in the data"
    if effect.n == 1:
        return (
            f"January: {small} less {large} was {effect.mean:+.2%} in the one January there is and "
            f"{effect.others:+.2%} on average in other months: {effect.effect:+.2%}. One January proves "
            "nothing."
        )
    text = (
        f"January: {small} less {large} was {effect.mean:+.2%} on average in {effect.n} Januaries and "
        f"{effect.others:+.2%} in other months: {effect.effect:+.2%}, standard error {effect.error:.2%}, "
        f"95 % interval {effect.low:+.2%} to {effect.high:+.2%}, the same sign in "
        f"{effect.same_sign:.0%} of years."
    )
    if effect.n < ENOUGH:
        return f"{text} {effect.n} Januaries prove nothing either way."
    if effect.low <= 0.0 <= effect.high:
        return f"{text} The interval holds zero: no effect is shown."
    return (
        f"{text} The interval does not hold zero; one in twenty such intervals misses it by chance."
    )
