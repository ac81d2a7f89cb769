"""Which caps, floor and checks of a weighting are in force on a date, and which are not known."""

from __future__ import annotations

import datetime as dt

from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Share, Special

_KEYS = ("caps", "measured", "when_exceeded", "check", "floor")


def unknown_keys(weighting: Weighting, on: dt.date) -> tuple[str, ...]:
    """The keys among ``caps``, ``check`` and ``floor`` that are ``unknown`` on a date."""
    written = [key for key in _KEYS if getattr(weighting, key) is not None]
    return tuple(key for key in written if getattr(weighting, key).at(on) is Special.UNKNOWN)


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
