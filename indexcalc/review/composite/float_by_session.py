"""Float factors of an index that is reviewed every session: from when each line has which.

Without a schedule (``float.updated``) every session is an update: a factor counts from its effective date,
or from the day it is known where that is later.  With one, factors are those of its dates, as known on
their pricing days; a line that is listed in between has what an update on its day would give it.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Codes, Days, Floats, Ints, position_in
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import schedule_dates
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import Special
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.float_factors import FloatFactors
from indexcalc.review.data.line_states import NotKnown, StateRows
from indexcalc.review.data.presence import presence
from indexcalc.review.review_findings import ReviewFindings
from indexcalc.weighting.float_factors.steps import step_dates

PLACE = "weighting.scheme"
_SPAN = np.int64(1) << 32


class FloatChanges(Struct, frozen=True):
    """From observed session ``session`` on a line has ``factor`` (NaN: none); by session, arrays (m,)."""

    session: Ints
    codes: Codes
    factor: Floats

    def until(self, session: int) -> FloatChanges:
        """Those up to a session in it."""
        kept = self.session <= session
        return FloatChanges(self.session[kept], self.codes[kept], self.factor[kept])


def float_changes(
    rule: Methodology,
    market: Market,
    sessions: Sessions,
    fields: Fields,
    rows: StateRows,
    findings: Findings,
) -> FloatChanges:
    """The factors of all lines over the observed sessions; 1 while the scheme is by full market cap.

    ``rows``: who is in, of whom an assumption is recorded.  Finding REV005: factors that begin with an
    update and were not known.
    """
    floats = FloatFactors(rule, fields)
    report = ReviewFindings(rule, market.symbols, findings)
    days, first_days = market.days, presence(market).first_days
    updates = _updates(rule, market, sessions, floats)
    counting = np.searchsorted(days, floats.days_counting)
    asked = {0, *updates, *counting.tolist(), *np.searchsorted(days, first_days).tolist()}
    asked |= {_session(days, day_number(date)) for date in rule.weighting.scheme.dates}
    everyone = np.arange(days.size and len(market.symbols), dtype=np.int32)
    in_since = _eligible_since(rows, sessions, everyone.size)
    now, known = np.full(everyone.size, np.nan), np.full(everyone.size, np.nan)
    parts: list[FloatChanges] = []
    for session in sorted(at for at in asked if 0 <= at < days.size):
        day = int(days[session])
        if session in updates:
            known_by, month = updates[session]
            floats.update(day, known_by, month)
            event = Event(day, known_by, known_by, known_by, None, (date_of(day).year, month))
            report.factors_not_known_yet(event, floats.unknown_yet(day, known_by))
            known = floats.in_force(day)
        else:
            known = np.where(np.isnan(known), floats.in_force(day), known)
        made = np.ones(everyone.size)
        if rule.weighting.scheme.at(date_of(day)) == "float_market_cap":
            inside = everyone[(in_since <= day) & (first_days <= day)]
            made = floats.assumed(known, inside, np.ones(everyone.size, dtype=np.bool_))
        changed = np.flatnonzero(~((made == now) | (np.isnan(made) & np.isnan(now))))
        codes = changed.astype(np.int32)
        parts.append(FloatChanges(np.full(codes.size, session), codes, made[changed]))
        now = made
    return FloatChanges(
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.session for part in parts)]),
        np.concatenate([np.zeros(0, dtype=np.int32), *(part.codes for part in parts)]),
        np.concatenate([np.zeros(0), *(part.factor for part in parts)]),
    )


def _session(days: Days, day: int) -> int:
    return position_in(days, day)


def _updates(
    rule: Methodology, market: Market, sessions: Sessions, floats: FloatFactors
) -> dict[int, tuple[int, int]]:
    """By observed session: the day by which the factors of an update are known, and its month."""
    days = market.days
    if not days.size:
        return {}
    first, last = date_of(days[0]), date_of(days[-1])
    made: dict[int, tuple[int, int]] = {0: (int(days[0]), first.month)}

    def add(day: int, known_by: int | None, month: int) -> None:
        session = _session(days, day)
        if 0 < session < days.size:
            by = int(days[session - 1]) if known_by is None else known_by
            made[session] = (by, month)

    for value in rule.float.steps.values:
        if not isinstance(value, Special):
            for date in step_dates(value):
                add(day_number(date), None, date.month)
    for date in rule.float.steps.dates:
        if date != dt.date.min:
            add(day_number(date), None, date.month)
    schedule = rule.float.updated
    if schedule is None:
        for day in np.unique(floats.days_counting).tolist():
            session = _session(days, day)
            if session < days.size:
                made[session] = (int(days[session]), date_of(int(days[session])).month)
        return made
    for dates in schedule_dates(schedule, "float.updated", rule, sessions, first, last):
        add(day_number(dates.effective), day_number(dates.pricing), dates.month[1])
    return made


def _eligible_since(rows: StateRows, sessions: Sessions, n: int) -> Ints:
    """The day from which each line (n,) is in for the first time."""
    since = np.full(n, np.iinfo(np.int64).max)
    able = np.flatnonzero(rows.eligible)
    days = sessions.days[np.minimum(rows.session[able], len(sessions) - 1)]
    np.minimum.at(since, rows.codes[able], days.astype(np.int64))
    return since


def with_factors(
    rule: Methodology, rows: StateRows, changes: FloatChanges, calendar: Ints
) -> tuple[StateRows, NotKnown]:
    """Rows under which a line without a float factor is out, and the lines that are for want of one.

    ``calendar``: the calendar position of each observed session.
    """
    order = np.lexsort((changes.session, changes.codes))
    known = ~np.isnan(changes.factor[order])
    flips = changes.codes[order].astype(np.int64) * _SPAN + calendar[changes.session[order]]
    states = rows.codes.astype(np.int64) * _SPAN + rows.session
    both = np.unique(np.concatenate((states, flips)))
    at = np.searchsorted(states, both, side="right") - 1
    has_state = (at >= 0) & (rows.codes[np.maximum(at, 0)] == both >> 32)
    both, at = both[has_state], at[has_state]
    made = replace(rows.take(at), session=both & (_SPAN - 1))
    factor_at = np.searchsorted(flips, both, side="right") - 1
    told = np.zeros(both.size, dtype=np.bool_)
    if flips.size:
        place = np.maximum(factor_at, 0)
        told = (factor_at >= 0) & (flips[place] >> 32 == both >> 32) & known[place]
    lacking = np.flatnonzero(made.eligible & ~told)
    made.eligible[lacking] = False
    made.path[lacking] = rows.words.place(PLACE, rule.line_of(PLACE))
    made.observed[lacking] = made.threshold[lacking] = np.nan
    made.detail[lacking] = rows.words.number("its float factor is not known")
    same = np.concatenate((made.codes[1:] == made.codes[:-1], [False]))
    until = np.where(same, np.roll(made.session, -1), np.iinfo(np.int32).max)
    return made, NotKnown(
        "float_factor", PLACE, made.codes[lacking], made.session[lacking], until[lacking]
    )
