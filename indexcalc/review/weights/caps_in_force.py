"""Which caps, floor and checks of a weighting are in force on a date, and which are not known."""

from __future__ import annotations

import datetime as dt

from indexcalc.methodology.model.in_force import items_in_force, unknown_paths
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Share, Special

_KEYS = ("caps", "measured", "when_exceeded", "check", "floor")


def unknown_keys(weighting: Weighting, on: dt.date) -> tuple[str, ...]:
    """The keys among ``caps``, ``check``, ``floor`` and the window of all caps that are ``unknown`` on a
    date, as paths below ``weighting``."""
    written = [key for key in _KEYS if getattr(weighting, key) is not None]
    unknown = [key for key in written if getattr(weighting, key).at(on) is Special.UNKNOWN]
    measured = value_on(weighting.measured, on)
    if measured is not None:
        unknown += [path.removeprefix("weighting.") for path in unknown_paths(measured, on)]
    return tuple(unknown)


def floor_in_force(weighting: Weighting, on: dt.date) -> Share | None:
    """The smallest weight a member may have on a date; None where there is no floor."""
    return value_on(weighting.floor, on)


def caps_something(weighting: Weighting, on: dt.date, month: int | None = None) -> bool:
    """Are a cap, a floor or a check in force on a date?"""
    return (
        any(Special.UNKNOWN is dated.at(on) for dated in (weighting.caps, weighting.check))
        or bool(items_in_force(weighting.caps, on, month))
        or bool(items_in_force(weighting.check, on, month))
        or floor_in_force(weighting, on) is not None
    )
