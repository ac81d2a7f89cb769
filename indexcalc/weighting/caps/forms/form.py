"""What a form of cap does: how it acts, whether it joins others, and what must be true at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from msgspec import Struct

from indexcalc.arrays import Floats
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.weighting.caps.limits import Bounds
from indexcalc.weighting.caps.state import State


class Excess(Struct, frozen=True):
    """How far above its ``limit`` a cap or check stands (0: not above), and the key that says it."""

    over: float
    limit: Fraction
    key: str


def never(cap: Cap, on: dt.date) -> bool:
    """For a form that holds only under its own conditions."""
    return False


class FormFunctions(Struct, frozen=True, kw_only=True):
    """The functions of one form of cap.

    ``apply(state, cap)``: act on the weights so far; raises ``Stop`` after a finding.
    ``bounds(state, cap, weights)``: the limit of each unit on weights (n,) on any scale, for a form
    that is met together with the limits beside it where ``joins(cap, on)``.
    ``holds_at_end(cap, on)``: must it be true of the final weights?  ``excess(state, item)``: is it?
    """

    apply: Callable[[State, Cap], None]
    bounds: Callable[[State, Cap, Floats], Bounds] | None = None
    joins: Callable[[Cap, dt.date], bool] = never
    holds_at_end: Callable[[Cap, dt.date], bool] = never
    excess: Callable[[State, Any], Excess | None] | None = None
