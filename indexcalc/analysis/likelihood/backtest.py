"""How good likelihoods were: past reviews as seen one, two and three months before, against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.likelihood.likelihood import Likelihood, likelihood_of
from indexcalc.analysis.pro_forma import with_reviews
from indexcalc.arrays import Bools, Floats
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import months_back
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

MONTHS = (3, 2, 1)
TRIES = 200
_BINS = 10


class Backtest(Struct, frozen=True):
    """``scores``: a row a review and distance: effective, as_of, months, names (in play: those on which
    the list before, the forecast, the likelihood and what came do not all agree), changes (names that came
    or went), hits (of them: the likelihood was on the right side of a half), alarms (names that it said
    would change and that did not), and the Brier scores brier, brier_no_change (as if the list stayed),
    brier_forecast (the review as of that day).

    ``bins``: of all names in play by tenths of the likelihood: from, to, names, mean, share_in.
    """

    index: str
    tries: int
    seed: int
    scores: Any
    bins: Any


def backtest(
    rule: str | Path | Methodology,
    market: Market | str | Path,
    *,
    reviews: int = 4,
    months: Sequence[int] = MONTHS,
    tries: int = TRIES,
    seed: int = 0,
    assume: Mapping[str, str] | None = None,
) -> Backtest:
    """Likelihoods as of some months before the cut-off of the last ``reviews`` reviews, and their scores.

    UsageError: ANA005 there is no review with one before it and data to look back on; else as
    ``likelihood``.
    """
    market = Market.of(market)
    family = load_family([rule])
    request = Request(assume=assumed_said(assume))
    index = with_reviews(family).index
    plan = make_plan(family, market, request)
    results = plan.works[index].members.results
    last = int(market.days[-1])
    past = [
        (at, item)
        for at, item in enumerate(results)
        if item.kind == "regular" and at > 0 and item.effective <= last
    ][-reviews:]
    rows: list[dict[str, Any]] = []
    likelihoods: list[Floats] = []
    came: list[Bools] = []
    for at, review in past:
        for before in months:
            as_of = _months_before(market, date_of(review.cutoff), before)
            if as_of is None or day_number(as_of) < results[at - 1].effective:
                continue
            found = likelihood_of(
                family, market.until(as_of), date_of(review.effective), tries, seed, request
            )
            inside = np.zeros(found.share.size, dtype=np.bool_)
            order = {symbol: code for code, symbol in enumerate(found.symbols)}
            symbols = (market.symbols[int(code)] for code in review.members)
            inside[[order[symbol] for symbol in symbols if symbol in order]] = True
            scored, play = _scores(found, inside)
            rows.append({"effective": found.effective, "as_of": as_of, "months": before, **scored})
            likelihoods.append(found.share[play])
            came.append(inside[play])
    if not rows:
        raise UsageError.of(
            "ANA005",
            f"{index} has no past review to look back on from some months before",
            where="--backtest",
            hint="it needs a review whose cut-off lies months after the list before",
        )
    bins = _bins(np.concatenate(likelihoods), np.concatenate(came))
    return Backtest(index=index, tries=tries, seed=seed, scores=_table(rows), bins=bins)


def _months_before(market: Market, cutoff: dt.date, months: int) -> dt.date | None:
    """The last observed session that is at least some months before a day; None: there is none."""
    day = day_number(months_back(cutoff, months))
    row = int(np.searchsorted(market.days, day, side="right")) - 1
    return date_of(market.days[row]) if row > 0 else None


def _scores(found: Likelihood, inside: Bools) -> tuple[dict[str, Any], Bools]:
    """Scores of one forecast, and the names in play (n,)."""
    share, member, forecast = found.share, found.member, found.forecast
    play = (share != inside) | (member != inside) | (forecast != inside)
    names = max(int(play.sum()), 1)

    def brier(said: Any) -> float:
        return float(np.sum((said[play].astype(np.float64) - inside[play]) ** 2)) / names

    likely = share > 0.5
    changed = member != inside
    return {
        "names": int(play.sum()),
        "changes": int(changed.sum()),
        "hits": int((changed & (likely == inside)).sum()),
        "alarms": int(((likely != member) & ~changed).sum()),
        "brier": brier(share),
        "brier_no_change": brier(member),
        "brier_forecast": brier(forecast),
    }, play


def _table(rows: Sequence[Mapping[str, Any]]) -> Any:
    columns: dict[str, Any] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if isinstance(values[0], dt.date):
            columns[name] = arrow.from_days(np.array([day_number(value) for value in values]))
        elif isinstance(values[0], int):
            columns[name] = arrow.from_ints(values)
        else:
            columns[name] = arrow.from_floats(values)
    return arrow.table(columns)


def _bins(share: Floats, inside: Bools) -> Any:
    """How often names with a likelihood came, by tenths of it."""
    at = np.minimum((share * _BINS).astype(np.int64), _BINS - 1)
    counts = np.bincount(at, minlength=_BINS)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(at, weights=share, minlength=_BINS) / counts
        came = np.bincount(at, weights=inside.astype(np.float64), minlength=_BINS) / counts
    return arrow.table(
        {
            "from": arrow.from_floats(np.arange(_BINS) / _BINS),
            "to": arrow.from_floats((np.arange(_BINS) + 1) / _BINS),
            "names": arrow.from_ints(counts),
            "mean": arrow.from_floats(mean, nan_is_null=True),
            "share_in": arrow.from_floats(came, nan_is_null=True),
        }
    )
