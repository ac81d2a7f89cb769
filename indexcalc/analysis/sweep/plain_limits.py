"""One limit and nothing else, met for many limits at one review: the case sweeps are made of.

The arithmetic is that of ``weighting``; what is left out is what such a rule does not have.  Whatever is
out of the ordinary (a limit that cannot be met, a line without a label, a value that is no weight) goes
the long way, which has the words for it.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.values import Special
from indexcalc.review.weights.review_weights import WeightedList
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.bounded import CommonLimits, common_fills
from indexcalc.weighting.caps.verify_weights import TOLERANCE


class PlainLimit(Struct, frozen=True):
    """A weighting that is one limit for all time."""

    per: str
    limit: Fraction


def plain_limit(weighting: Weighting) -> PlainLimit | None:
    """The one limit of a weighting that has no other cap, floor, check, trigger or window; None where it
    has."""
    if weighting.floor is not None or weighting.check.values != ((),):
        return None
    if weighting.measured is not None or weighting.when_exceeded.values != ((),):
        return None
    if not weighting.caps.is_constant or isinstance(weighting.caps.value, Special):
        return None
    caps = weighting.caps.value
    if len(caps) != 1 or caps[0].form != "limit" or caps[0].limit is None:
        return None
    cap = caps[0]
    bare = (cap.trigger, cap.measured, cap.from_, cap.until, cap.months, cap.unless)
    if any(part is not None for part in bare) or not caps[0].limit.is_constant:
        return None
    share = caps[0].limit.value
    return None if isinstance(share, Special) else PlainLimit(cap.per, share.exact)


class ReviewUnits(Struct, frozen=True):
    """The units of one review: codes (n,) of the lines and what each unit is worth (m,).

    ``live``: units above zero; ``each_line``: every line is its own unit.
    """

    codes: Ints
    whole: Floats
    live: int
    each_line: bool

    def met(self, limits: CommonLimits) -> tuple[Ints, Floats, Bools]:
        """All limits at once: those met here (m,), capping factors and who is capped (n, m).

        The other limits go the long way.
        """
        room = np.flatnonzero(limits.met_by(self.live))
        limits = limits if room.size == limits.share.size else limits.take(room)
        filled = common_fills(self.whole, limits)
        whole = np.abs(filled.whole - 1.0) <= TOLERANCE
        at_limit = self.whole[:, None] >= filled.least
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = limits.share / (self.whole[:, None] * filled.scale)
        factors = np.where(at_limit, shares, 1.0)
        if not whole.all():
            room, factors, at_limit = room[whole], factors[:, whole], at_limit[:, whole]
        if self.each_line:
            return room, factors, at_limit
        return room, factors[self.codes], at_limit[self.codes]


def review_units(weighed: WeightedList, per: str) -> ReviewUnits | None:
    """The units a limit per ``per`` holds at a review; None where something is out of the ordinary."""
    values = weighed.values
    if not np.isfinite(values).all() or (values < 0).any() or not (values > 0).any():
        return None
    codes = units.each_line(values.size)
    if per != "security":
        groups = weighed.group(per)
        if groups is None or (groups < 0).any():
            return None
        codes = units.dense(groups)
    whole = units.sums(values / values.max(), codes)
    return ReviewUnits(codes, whole, int(np.count_nonzero(whole > 0)), per == "security")
