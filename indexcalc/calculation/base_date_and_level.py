"""Where a series starts: base date, anchor or first session, and at what level."""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct

from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.notes import note


class Start(Struct, frozen=True):
    """Where a series begins and from when on it is told.

    ``begin``: the observed session at whose close it stands at ``level``; ``session``: the first that is
    told, ``begin`` or later.  ``notes``: what the manifest says of it.
    """

    session: int
    level: float
    notes: tuple[str, ...]
    begin: int


def start_of(
    rule: Methodology,
    market: Market,
    first_session: int,
    requested: dt.date | None,
    findings: Findings,
) -> Start:
    """The start of ``rule``: the later of its base date and the first possible session.

    On the base date the level is the base level; on the date of an anchor it is the official
    close; elsewhere the series starts at the base level, and the notes say so.  From ``requested`` on it is
    told, at the levels it has then, or anew where that day has an anchor.  DataError (CAL010): there is
    no session left.
    """
    whole = start_on(rule, market, first_session, None, findings)
    if requested is None or day_number(requested) <= int(market.days[whole.session]):
        return whole
    later = start_on(rule, market, first_session, requested, findings)
    assert rule.base is not None
    if date_of(market.days[later.session]) in {anchor.on for anchor in rule.base.anchors}:
        return later
    return Start(later.session, whole.level, whole.notes, whole.session)


def start_on(
    rule: Methodology,
    market: Market,
    first_session: int,
    requested: dt.date | None,
    findings: Findings,
) -> Start:
    """The start of a series that begins on ``requested``, or as soon after it as it can."""
    assert rule.base is not None
    earliest = max(rule.base.date, requested) if requested is not None else rule.base.date
    session = max(first_session, int(np.searchsorted(market.days, day_number(earliest))))
    if session >= market.days.size:
        findings.add(
            "CAL010",
            f"{rule.index} cannot start: the data end on "
            f"{date_of(market.days[-1])}, before its first possible session",
            path=market.place,
            hint="import more data, or ask for an earlier --from",
        )
        raise DataError(findings.items)
    date = date_of(market.days[session])
    if rule.base.date < date_of(market.days[0]):
        why = note("base_absent", day=rule.base.date)
    elif requested is not None and requested > rule.base.date and session > first_session:
        why = note("base_not_asked", day=rule.base.date)
    elif session == first_session:
        why = note("base_without_members", day=rule.base.date)
    else:
        why = note("base_absent", day=rule.base.date)
    level, notes = level_on(rule, date, why)
    return Start(session, level, notes, session)


def level_on(rule: Methodology, date: dt.date, why: str = "") -> tuple[float, tuple[str, ...]]:
    """The level of a series that starts on ``date``, and what the notes say of it.

    ``why`` it does not start on its base date: that this date is not in the data, unless said.
    """
    assert rule.base is not None
    level = float(rule.base.level)
    if date == rule.base.date:
        return level, ()
    for anchor in rule.base.anchors:
        if anchor.on == date:
            said = note("at_anchor", index=rule.index, day=date, level=anchor.level)
            return float(anchor.level), (said,)
    why = why or note("base_absent", day=rule.base.date)
    said = note("at_base", index=rule.index, day=date, level=rule.base.level, why=why)
    if rule.base.divisor is not None:
        said = note("no_divisor", note=said)
    return level, (said,)
