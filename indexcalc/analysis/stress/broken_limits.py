"""What of a run on a small market is a break of the rule, and what a case says of it.

Limits are judged where weights are set (the review's own verification, and names that enter between
reviews), never through drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.analysis.stress.tables import SmallMarket
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import Diagnostic, IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on

KINDS: Mapping[str, str] = {
    "count": "a count that cannot be filled, though no session has fewer lines than the count",
    "cap": "caps or floors that cannot be met, though no session lacks lines",
    "members": "a review or session without members, though lines are listed",
    "limit": "a weight above its limit where weights are set",
    "turnover": "one-way turnover of a review above the bound",
    "move": "a move of the level from one session to the next above the bound",
}
"""What can be judged."""

_BY_CODE = {
    "REV003": "count",
    "REV004": "members",
    "CAL006": "members",
    "CAP001": "cap",
    "CAP002": "cap",
    "CAP003": "cap",
    "CAP006": "limit",
}
_SHORT = ("count", "members", "cap")
_MORE = 1.0 + 1e-12  # what is above a bound by the last bits of a double is at it


class Bounds(Struct, frozen=True):
    """Bounds of the user's, each a share or None (not judged): ``weight`` of any member on the day a
    regular review takes effect, one-way ``turnover`` of a regular review, one-day ``move``; ``kinds`` of
    break to look for."""

    weight: float | None = None
    turnover: float | None = None
    move: float | None = None
    kinds: tuple[str, ...] = tuple(KINDS)

    @property
    def judged(self) -> tuple[str, ...]:
        """The kinds of break that are looked for."""
        unsaid = {kind for kind in ("turnover", "move") if getattr(self, kind) is None}
        return tuple(kind for kind in KINDS if kind in self.kinds and kind not in unsaid)


class Verdict(Struct, frozen=True):
    """What came of one market: ``breaks``: what happened in words, by kind; ``codes`` of all findings;
    ``lists``, ``weights``, ``levels``: what a case expects, by kind and date; ``set_aside``: the code of
    the finding that kept the rule from being computed, '' where it was."""

    breaks: Mapping[str, str]
    codes: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    set_aside: str = ""


def judged(family: Family, index: str, small: SmallMarket, bounds: Bounds, least: int) -> Verdict:
    """The verdict on the rule ``index`` of a family on one market."""
    alone = Family(family.rules, (index,))
    try:
        # As its case will: a market that has the sessions it needs and no others.
        run = compute_family(alone, small.market(), Request(sketch=True))[index]
    except IndexcalcError as error:
        breaks = _of_findings(error.diagnostics, small, least)
        codes = tuple(sorted({item.code for item in error.diagnostics}))
        errors = [item.code for item in error.diagnostics if item.severity == "error"]
        return Verdict(breaks, codes, set_aside="" if breaks else (errors or list(codes))[0])
    breaks = _of_findings(run.diagnostics, small, least)
    days = [str(date_of(day)) for day in arrow.days(run.reviews.column("effective_date"))]
    regular = [kind == "regular" for kind in arrow.texts(run.reviews.column("kind"))]
    weights = {day: _weights(run, day) for day in days}
    _limits(breaks, family[index], run, bounds, weights)
    if bounds.turnover is not None:
        for at, turned in enumerate(arrow.floats(run.reviews.column("one_way_turnover"))):
            if at and regular[at] and turned > bounds.turnover * _MORE:
                text = (
                    f"the review of {days[at]} turns over {turned:.2%}, above {bounds.turnover:.2%}"
                )
                breaks.setdefault("turnover", text)
    levels = arrow.floats(run.levels.column("level"))
    dates = [str(date_of(day)) for day in arrow.days(run.levels.column("date"))]
    if bounds.move is not None and levels.size > 1:
        moves = levels[1:] / levels[:-1] - 1.0
        worst = int(np.argmax(np.abs(moves)))
        if abs(moves[worst]) > bounds.move * _MORE:
            breaks["move"] = f"{moves[worst]:+.2%} on {dates[worst + 1]}, beyond {bounds.move:.2%}"
    return Verdict(
        breaks=breaks,
        codes=tuple(sorted({item.code for item in run.diagnostics})),
        lists={day: tuple(weights[day]) for day in days},
        weights=weights,
        levels=dict(zip(dates, levels.tolist(), strict=True)),
    )


def _of_findings(findings: Iterable[Diagnostic], small: SmallMarket, least: int) -> dict[str, str]:
    """The first finding of each kind that is a break, in its own words."""
    breaks: dict[str, str] = {}
    for item in findings:
        kind = _BY_CODE.get(item.code)
        # A market that lacks lines breaks every rule, and shows nothing.
        if kind is None or (kind in _SHORT and small.fewest < least):
            continue
        breaks.setdefault(kind, f"{item.code} {item.message}")
    return breaks


def _weights(run: Run, day: str) -> dict[str, float]:
    """Opening weights of the list of a review, by symbol."""
    texts = [str(date_of(item)) for item in arrow.days(run.constituents.column("effective_date"))]
    rows = [at for at, text in enumerate(texts) if text == day]
    symbols = arrow.texts(run.constituents.column("symbol"))
    weights = arrow.floats(run.constituents.column("weight"))
    return {str(symbols[at]): float(weights[at]) for at in rows}


def _limits(
    breaks: dict[str, str],
    rule: Methodology,
    run: Run,
    bounds: Bounds,
    weights: Mapping[str, Mapping[str, float]],
) -> None:
    """Weights above the user's bound at regular reviews, and above a plain limit of the rule on one line
    for a name that enters between reviews."""
    kinds = arrow.texts(run.reviews.column("kind"))
    for kind, (day, held) in zip(kinds, weights.items(), strict=True):
        if kind == "regular":
            limit, names = bounds.weight, list(held)
        else:
            limit, names = _own_limit(rule, day), _added(run, day)
        for name in names if limit is not None else ():
            assert limit is not None
            if held[name] > limit * _MORE:
                text = f"{name} has {held[name]:.2%} on {day} ({kind}), above {limit:.2%}"
                breaks.setdefault("limit", text)


def _own_limit(rule: Methodology, day: str) -> float | None:
    """The smallest plain limit on one line that is in force on a day."""
    on = np.datetime64(day).astype(object)
    caps = [
        cap for cap in items_in_force(rule.weighting.caps, on, on.month) if cap.per == "security"
    ]
    limits = [value_on(cap.limit, on) for cap in caps if cap.form_on(on) == "limit"]
    return min((float(limit) for limit in limits if limit is not None), default=None)


def _added(run: Run, day: str) -> list[str]:
    days = arrow.days(run.constituents.column("effective_date"))
    changes = arrow.texts(run.constituents.column("change"))
    symbols = arrow.texts(run.constituents.column("symbol"))
    return [
        str(symbol)
        for at, change, symbol in zip(days, changes, symbols, strict=True)
        if change == "added" and str(date_of(at)) == day
    ]


def expectations(verdict: Verdict, kind: str) -> dict[str, Any]:
    """What the case of a break expects: the codes, and the lists, weights or levels that show it."""
    said: dict[str, Any] = {"diagnostics": list(verdict.codes)}
    if not verdict.lists:
        return said
    if kind in ("limit", "turnover"):
        said["weights"] = verdict.weights
    elif kind == "move":
        said["levels"] = verdict.levels
    else:
        said["members"] = verdict.lists
    return said
