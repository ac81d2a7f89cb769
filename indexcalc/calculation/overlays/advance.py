"""The level of an overlay, session by session, kept as a multiple of the levels below."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Floats
from indexcalc.calculation.overlays.forms import Form
from indexcalc.calculation.overlays.overlay_inputs import Ground

FLOOR, LOST = "floor", "lost"


class Track(Struct, frozen=True):
    """The levels of an overlay from position ``first`` of the levels below: ``level`` (n,);
    ``exposure`` (n,): the leverage of each session, None where the form has none."""

    first: int
    level: Floats
    exposure: Floats | None


def advance(ground: Ground, form: Form, first: int, base_level: float) -> Track:
    """Levels from ``base_level`` at position ``first`` on.

    Since the last reset R: level_t = level_R * (growth below + extra) / growth below, times the
    level below over that at R.  What falls to zero stays there (CAL015); ``floor`` holds it up.
    """
    asset = ground.asset(first)
    n = asset.size
    level, exposure = np.full(n, np.nan), np.full(n, np.nan)
    level[first] = base_level
    # A multiple that does not move gives back the levels below to the bit.
    multiple = multiple_at_reset = base_level / float(asset[first])
    since = first
    for at in range(first + 1, n):
        before = float(level[at - 1])
        if before <= 0.0:
            level[at:] = before
            break
        if form.resets(at, since, multiple / multiple_at_reset):
            since, multiple_at_reset = at - 1, multiple
        growth = float(asset[at]) / float(asset[since])
        together = growth + form.extra(at, since, growth, before)
        if form.exposure is not None:
            exposure[at] = form.exposure
        multiple = multiple_at_reset * (together / growth)
        level[at] = multiple * float(asset[at])
        floor = _floor(ground, at)
        if floor is not None and level[at] <= floor:
            ground.record(FLOOR, at, float(level[at]), floor, "held at the floor")
            level[at], multiple = floor, floor / float(asset[at])
        elif level[at] <= 0.0:
            ground.record(LOST, at, float(level[at]), 0.0, "everything is lost")
            where = f"overlay.{ground.overlay.form}"
            message = f"{ground.rule.index} falls to {level[at]:.6g} on {ground.dates[at]}"
            ground.say("CAL015", message, where)
            level[at] = 0.0
    has = bool(np.isfinite(exposure).any())
    return Track(first, level[first:], exposure[first:] if has else None)


def _floor(ground: Ground, at: int) -> float | None:
    if ground.overlay.floor is None:
        return None
    floor = ground.said(ground.overlay.floor, at, "overlay.floor", off=None)
    return None if floor is None else float(floor)
