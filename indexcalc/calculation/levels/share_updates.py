"""Share changes taken once they are large: at once, some sessions later, or on days of their own.

Rule ``maintenance.shares: {threshold, after, updated}``.  A change is measured since the last one
taken.  ``after``: it is taken N sessions after it reached the threshold, with the count there is
then.  ``updated``: it is judged on the days of a schedule alone, by the count at the cut-off of the
day (put through the share actions since), or of the day itself where no cut-off is said.  Share
actions scale index shares on their ex-date, and count as no change.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels.index_shares import Stretch
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.methodology.dates.schedules import schedule_dates
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import value_on


class UpdateDay(Struct, frozen=True):
    """A day on which changes are judged, in observed sessions; ``cutoff`` -1: by its own counts."""

    effective: int
    cutoff: int


class ShareUpdates(Struct):
    """When changes of share counts are taken, and what is waiting.

    ``calendar``: calendar positions of the observed sessions.  ``days``: None where a change does not
    wait for one.  ``due`` (n_symbols,): calendar session in which a change is taken, -1 where none is.
    ``counts``: by effective session, the counts of its cut-off (n_symbols,) put through what came since.
    """

    threshold: float
    after: int
    days: tuple[UpdateDay, ...] | None
    calendar: Ints
    due: Ints | None = None
    counts: dict[int, Floats] = field(default_factory=dict)

    def see(self, block: LineBlock) -> None:
        """Note the counts at cut-offs of the block and bring those noted before to its days."""
        first, n_sessions = block.first, block.days.size
        for day in self.days or ():
            noted = day.effective in self.counts
            begin = 0 if noted else day.cutoff - first + 1
            stop = min(day.effective - first + 1, n_sessions)
            if day.cutoff < 0 or stop <= 0 or not (noted or 0 < begin <= n_sessions):
                continue
            count = self.counts[day.effective] if noted else block.shares_in(begin - 1)
            for column in range(begin, stop):
                count = count * block.share_factor_in(column)
            self.counts[day.effective] = count

    def lacking(self, last: int) -> list[int]:
        """The days after session ``last`` whose cut-off has been and whose counts are not noted."""
        return [
            day.effective
            for day in self.days or ()
            if 0 <= day.cutoff <= last < day.effective and day.effective not in self.counts
        ]

    def shares(self, lines: Stretch, before: Floats, n_symbols: int) -> Floats:
        """Index shares (m, k) of a cap-weighted index, all of whose lines are asked for together.

        ``before`` (m,): of the session before.  What is waiting moves along, so each stretch of sessions is
        asked once, in order.
        """
        codes = lines.codes
        if self.due is None:
            self.due = np.full(n_symbols, -1, dtype=np.int64)
        own, scale, inside = lines.counted, lines.scale, lines.inside
        made = np.zeros_like(own)
        last = before
        for column in range(own.shape[1]):
            session = int(lines.sessions[column])
            scaled = last * scale[:, column]
            fresh = (last == 0.0) | lines.resets[column]
            now = own[:, column]
            if self.days is None:
                taken = self._waited(codes, now, scaled, fresh, session)
            else:
                noted = self.counts.pop(session, None)
                judged = now if noted is None else noted[codes] * lines.factor[:, column]
                judges = any(day.effective == session for day in self.days)
                taken = _large(judged, scaled, self.threshold) & judges
                now = np.where(fresh, now, judged)
            last = np.where(inside[:, column], np.where(fresh | taken, now, scaled), 0.0)
            made[:, column] = last
        return made

    def _waited(
        self,
        codes: Codes,
        own: Floats,
        scaled: Floats,
        fresh: Bools,
        session: int,
    ) -> Bools:
        """Changes that have waited long enough; those that become large begin to wait."""
        assert self.due is not None
        today = int(self.calendar[session])
        due = np.where(fresh, -1, self.due[codes])
        begins = (due < 0) & ~fresh & _large(own, scaled, self.threshold)
        due = np.where(begins, today + self.after, due)
        taken = (due >= 0) & (due <= today)
        self.due[:] = -1
        self.due[codes] = np.where(taken, -1, due)
        return np.asarray(taken, dtype=np.bool_)


def share_updates(
    rule: Methodology,
    start: dt.date,
    end: dt.date,
    sessions: Sessions,
    observed: Codes,
) -> ShareUpdates | None:
    """What a rule says beyond a bare threshold; None where it says nothing more.

    ``observed``: the days of the market; a day that is none counts on the next one, and a cut-off on
    the one before.
    """
    said = rule.maintenance.shares.get(start)
    if said is None or (said.after is None and said.updated is None):
        return None
    after = value_on(said.after, start)
    days: tuple[UpdateDay, ...] | None = None
    if said.updated is not None:
        schedule = said.updated
        path = "maintenance.shares.updated"
        found = []
        for dates in schedule_dates(schedule, path, rule, sessions, start, end):
            effective = int(np.searchsorted(observed, day_number(dates.effective)))
            cutoff = int(np.searchsorted(observed, day_number(dates.cutoff), side="right")) - 1
            found.append(UpdateDay(effective, -1 if schedule.cutoff is None else cutoff))
        days = tuple(found)
    return ShareUpdates(
        float(value_on(said.threshold, start, 0.0)),
        0 if after is None else after.n,
        days,
        np.searchsorted(sessions.days, observed).astype(np.int64),
    )


def _large(own: Floats, scaled: Floats, threshold: float) -> Bools:
    """Did the count change by the threshold or more?  Compared after rounding to 12 decimals."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.round(np.abs(own / scaled - 1.0), 12) >= threshold)
