"""The smallest change that would move a name to the other side at the last regular review of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from indexcalc.analysis.near_misses import MOST, NearestNames
from indexcalc.calculation.stored_run import StoredRun
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.rulebook.words.names import called
from indexcalc.report.rulebook.words.text import Text, plain, t
from indexcalc.report.run_report.numbers import percent
from indexcalc.review.what_if import Needed, WhatIf

NEAR = 5  # names on each side that a change moves
PRECISION = 1.0 / 64.0  # a change of 5.0 % may be said as 5.1 %


class NearName(Struct, frozen=True):
    """A name and the smallest change of a measure that moves it to the other side; ``change`` None:
    none up to a half does.  ``near``: of the nearest on its side.  ``others``: who would come where it
    goes, or go where it comes."""

    symbol: str
    name: str
    inside: bool
    near: bool
    measure: str
    change: float | None
    others: tuple[str, ...]


class WouldChange(Struct, frozen=True):
    """``names`` nearest first, members before others; ``day``: the effective day of the review asked
    again."""

    day: int = 0
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
                measure=called(item.measure),
                most=percent(MOST, 0),
                day=day,
            )
        return t(
            "With {measure} {change} it would have {gone} at the review of {day}{others}.",
            "{day} 변경에서 {measure} 값이 {change_ko} {gone}{others}.",
            measure=called(item.measure),
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
    """Asks the last regular review again with one value of a name at a time scaled: the nearest on each
    side, as ``review`` tells them, and the symbols ``also`` by what the rule fills by.

    Nothing where the review cannot be asked (a composite; a rule that weighs no measure).
    """
    made = run.last_review()
    if made is None:
        return WouldChange()
    reviewer, result = made
    what_if = WhatIf(reviewer, result)
    asked = NearestNames.of(what_if, reviewer, result, near=NEAR, precision=PRECISION)
    if not what_if.works or asked is None or not what_if.measures:
        return WouldChange()
    order = reviewer.market.order
    found: dict[int, tuple[str, Needed | None]] = {}
    for inside in (True, False):
        nearest, _ = asked.movable(inside)
        found.update({int(asked.rows.codes[at]): held for at, held in nearest.items()})
    near = set(found)
    measure = asked.fill_by or next(iter(what_if.measures))
    for code in (order[symbol] for symbol in also if symbol in order):
        if code not in found:
            found[code] = measure, what_if.needed(code, measure, MOST, PRECISION)

    def called_by(code: int) -> str:
        return names[code] or reviewer.market.symbols[code]

    def near_name(code: int, by: str, needed: Needed | None) -> NearName:
        inside = bool(what_if.chosen[code])
        others = [] if needed is None else needed.others.tolist()
        return NearName(
            symbol=reviewer.market.symbols[code],
            name=names[code] or "",
            inside=inside,
            near=code in near,
            measure=by,
            change=None if needed is None else needed.change,
            others=tuple(called_by(at) for at in others if what_if.chosen[at] != inside)[:3],
        )

    told = [near_name(code, *held) for code, held in found.items()]
    told.sort(key=lambda item: (not item.inside, abs(item.change or 1.0), item.symbol))
    return WouldChange(int(result.effective), tuple(told))
