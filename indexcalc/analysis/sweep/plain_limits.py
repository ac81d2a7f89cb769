"""One limit and nothing else, met for many limits at one review: the case sweeps are made of.

The arithmetic is that of ``weighting``; what is left out is what such a rule does not have.  Whatever is
out of the ordinary (a limit that cannot be met, a line without a label, a value that is no weight) goes
the long way, which has the words for it.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.model.in_force import turned_off, unknown_paths
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.dated import BEGINNING
from indexcalc.methodology.values.values import Special
from indexcalc.review.weights.review_weights import WeightedList
from indexcalc.weighting.caps import units
from indexcalc.weighting.caps.bounded import CommonLimits, common_fills
from indexcalc.weighting.caps.measured import measured_factors
from indexcalc.weighting.caps.verify_weights import TOLERANCE


def plain_limit(weighting: Weighting) -> Cap | None:
    """The one limit, for all time, of a weighting that has no other cap, floor, check, trigger or window;
    None where it has.  The limit may be judged on means of its own (``measured``)."""
    if weighting.floor is not None or weighting.check.values != ((),):
        return None
    if weighting.measured is not None or weighting.when_exceeded.values != ((),):
        return None
    (beginning, caps), *later = weighting.caps.entries
    if (
        beginning != BEGINNING
        or isinstance(caps, Special)
        or any(said != caps for _, said in later)
    ):
        return None
    if len(caps) != 1 or caps[0].form != "limit":
        return None
    cap, limit = caps[0], caps[0].limit
    if any(
        part is not None for part in (cap.trigger, cap.from_, cap.until, cap.months, cap.unless)
    ):
        return None
    if limit is None or not limit.is_constant or isinstance(limit.value, Special):
        return None
    return cap


class ReviewUnits(Struct, frozen=True):
    """The units of one review: codes (n,) of the lines and what each unit is worth (m,).

    ``live``: units above zero; ``each_line``: every line is its own unit.  ``measured``: they are worth the
    means of a window, and are judged by ``tested`` (m,) in their place where there is one.
    """

    codes: Ints
    whole: Floats
    live: int
    each_line: bool
    measured: bool = False
    tested: Floats | None = None

    def met(self, limits: CommonLimits) -> tuple[Ints, Floats, Bools]:
        """All limits at once: those met here (m,), capping factors and who is capped (n, m).

        The other limits go the long way.
        """
        room = np.flatnonzero(limits.met_by(self.live))
        limits = limits if room.size == limits.share.size else limits.take(room)
        with np.errstate(divide="ignore", invalid="ignore"):
            factors, held, good = (self._on_means if self.measured else self._on_weights)(limits)
        if not good.all():
            room, factors, held = room[good], factors[:, good], held[:, good]
        if self.each_line:
            return room, factors, held
        return room, factors[self.codes], held[self.codes]

    def _on_weights(self, limits: CommonLimits) -> tuple[Floats, Bools, Bools]:
        """Factors of the units (m, n_limits), which are held, and which limits (n_limits,) are met."""
        filled = common_fills(self.whole, limits)
        at_limit = self.whole[:, None] >= filled.least
        shares = limits.share / (self.whole[:, None] * filled.scale)
        met: Bools = np.abs(filled.whole - 1.0) <= TOLERANCE
        return np.where(at_limit, shares, 1.0), at_limit, met

    def _on_means(self, limits: CommonLimits) -> tuple[Floats, Bools, Bools]:
        """The same on the means of a window."""
        made = measured_factors(self.whole, limits, self.tested)
        over = made.window_weights - limits.share
        met = (np.abs(over) <= TOLERANCE) | ~made.capped
        if self.tested is None:
            met &= over <= TOLERANCE
        good: Bools = np.logical_and.reduce(met, axis=0)
        return made.factors, made.capped, good


def review_units(weighed: WeightedList, cap: Cap) -> ReviewUnits | None:
    """The units a limit holds at a review; None where something is out of the ordinary."""
    values, on = weighed.values, weighed.effective_date
    if not np.isfinite(values).all() or (values < 0).any() or not (values > 0).any():
        return None
    codes = units.each_line(values.size)
    if cap.per != "security":
        groups = weighed.group(cap.per)
        if groups is None or (groups < 0).any():
            return None
        codes = units.dense(groups)
    tested = None
    if cap.measured is None:
        whole = units.sums(values / values.max(), codes)
    else:
        window = weighed.windows.get(cap.path)
        if window is None or unknown_paths(cap, on) or turned_off(cap, on):
            return None
        whole, tested = window.of_units(codes)
    return ReviewUnits(
        codes=codes,
        whole=whole,
        live=int(np.count_nonzero(whole > 0)),
        each_line=cap.per == "security",
        measured=cap.measured is not None,
        tested=tested,
    )
