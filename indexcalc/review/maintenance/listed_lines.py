"""Which lines are listed on a day, as the market and what the user said of missing rows tell it."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools
from indexcalc.market.market import Market
from indexcalc.review.calendar.timeline import Timeline
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.line_facts import still_there
from indexcalc.review.data.presence import Presence, presence


class Listed(Struct, frozen=True):
    """The listed lines of a market, day by day.

    ``rows_stop``: a line whose rows stop has left.  ``carried``: a line without a row is still there,
    unless it is said to be gone.
    """

    market: Market
    there: Presence
    rows_stop: bool
    carried: bool

    def on(self, day: int) -> Bools:
        """Lines (n,) listed on a day, as the market tells it."""
        if self.carried:
            return still_there(self.market, self.there, day)
        return self.there.listed(day)

    def stopped(self, after: int, upto: int) -> Bools:
        """Lines (n,) whose rows stopped since a day: they have left."""
        if not self.rows_stop:
            return np.zeros(self.there.n, dtype=np.bool_)
        return self.there.stopped(after, upto)

    def members(self, timeline: Timeline, day: int) -> Bools:
        """Members (n,) on a day whose rows have not stopped since their list was made."""
        members = np.zeros(self.there.n, dtype=np.bool_)
        members[timeline.members(day)] = True
        members &= self.on(day) & ~self.stopped(timeline.since(day) - 1, day)
        return members


def listed_lines(fields: Fields) -> Listed:
    """The listed lines of the market that ``fields`` reads."""
    market = fields.market
    assumed = fields.assumptions.given.get("missing_row")
    rows_stop = market.complete or assumed == "not_listed"
    return Listed(market, presence(market), rows_stop, not rows_stop and assumed == "carried")
