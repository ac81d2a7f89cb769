"""The smallest change that would move a name to the other side at the last regular review of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from indexcalc.calculation.stored_run import StoredRun
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.rulebook.words.names import called
from indexcalc.report.rulebook.words.text import Text, plain, t
from indexcalc.report.run_report.numbers import percent
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.what_if import WhatIf

NEAR = 5  # names on each side that a change moves
MOST = 0.5  # a larger change is not near
PRECISION = 1.0 / 64.0  # a change of 5.0 % may be said as 5.1 %
_ASKED = 2 * NEAR  # names on each side that are asked


class NearName(Struct, frozen=True):
    """A name and the smallest change of the measure that moves it to the other side; ``change`` None:
    none up to a half does.  ``others``: who would come where it goes, or go where it comes."""

    symbol: str
    name: str
    inside: bool
    change: float | None
    others: tuple[str, ...]


class WouldChange(Struct, frozen=True):
    """``names`` nearest first, members before others; ``day``: the effective day of the review asked
    again; ``measure``: what its rule orders by."""

    day: int = 0
    measure: str = ""
    names: tuple[NearName, ...] = ()

    def texts(self) -> dict[str, Text]:
        """What would have moved each name, as a sentence, by symbol."""
        return {item.symbol: self._text(item) for item in self.names}

    def _text(self, item: NearName) -> Text:
        day = date_of(self.day).isoformat()
        if item.change is None:
            return t(
                "No change of {measure} alone, up to {most}, would have moved it at the review of {day}.",
                "{day} 변경에서 {measure} 값만 {most}까지 달라져도 결과는 같다.",
                measure=called(self.measure),
                most=percent(MOST, 0),
                day=day,
            )
        return t(
            "With {measure} {change} it would have {gone} at the review of {day}{others}.",
            "{day} 변경에서 {measure} 값이 {change_ko} {gone}{others}.",
            measure=called(self.measure),
            change=f"{size(item.change)} {'higher' if item.change > 0 else 'lower'}",
            change_ko=f"{size(item.change)} {'높았다면' if item.change > 0 else '낮았다면'}",
            day=day,
            gone=Text("left", "제외되었다") if item.inside else Text("entered", "편입되었다"),
            others=_others(item),
        )


def size(change: float) -> str:
    """A change without its sign, rounded outwards, so that what is said is enough."""
    return percent(float(np.ceil(abs(change) * 1000.0)) / 1000.0, 1)


def _others(item: NearName) -> Text:
    if not item.others:
        return plain("")
    listed = ", ".join(item.others)
    if item.inside:
        return t(", and {names} would have entered", " (대신 편입: {names})", names=listed)
    return t(" in place of {names}", " (대신 제외: {names})", names=listed)


def would_change(
    run: StoredRun, names: Sequence[str | None], also: Sequence[str] = ()
) -> WouldChange:
    """Asks the last regular review again with one value of a name at a time scaled: of those nearest on
    each side by what the rule fills by, and of the symbols ``also``.

    Nothing where the review cannot be asked (a composite; a rule that weighs no measure).
    """
    made = run.last_review()
    if made is None:
        return WouldChange()
    reviewer, result = made
    rule, market = reviewer.rule, reviewer.market
    measure = last_fill_by(rule, date_of(result.effective))
    if measure not in rule.measures:
        measure = next(iter(rule.measures), "")
    asked = WhatIf(reviewer, result)
    if not asked.works or measure not in asked.measures:
        return WouldChange()
    symbols = market.symbols

    def name_of(code: int) -> str:
        return names[code] or symbols[code]

    found: list[NearName] = []
    inside, outside = _candidates(asked, measure)
    wanted = [market.order[symbol] for symbol in also if symbol in market.order]
    for side, most in ((wanted, len(wanted)), (inside, NEAR), (outside, NEAR)):
        movable = 0
        for code in side:
            if any(item.symbol == symbols[code] for item in found):
                continue
            needed = asked.needed(code, measure, MOST, PRECISION)
            chosen = bool(asked.chosen[code])
            others = [] if needed is None else needed.others.tolist()
            movable += needed is not None
            found.append(
                NearName(
                    symbol=symbols[code],
                    name=names[code] or "",
                    inside=chosen,
                    change=None if needed is None else needed.change,
                    others=tuple(name_of(at) for at in others if asked.chosen[at] != chosen)[:3],
                )
            )
            if movable >= most > 0:
                break
    found.sort(key=lambda item: (not item.inside, abs(item.change or 1.0), item.symbol))
    return WouldChange(int(result.effective), measure, tuple(found))


def _candidates(asked: WhatIf, measure: str) -> tuple[list[int], list[int]]:
    """Members by their values from the worst, and others by their distance from those."""
    held = asked.measures[measure]
    value = held.values if held.lowest_is_best else -held.values
    known = np.flatnonzero(~np.isnan(value))
    order = known[np.argsort(value[known], kind="stable")]
    inside, outside = order[asked.chosen[order]], order[~asked.chosen[order]]
    worst = inside[::-1]
    if worst.size:
        # A name out with a value like the best members' is out for another reason than its value.
        bar = float(np.median(value[worst[:NEAR]]))
        outside = outside[np.argsort(np.abs(value[outside] - bar), kind="stable")]
    return worst[:_ASKED].tolist(), outside[:_ASKED].tolist()
