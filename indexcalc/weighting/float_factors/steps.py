"""The steps of ``float.steps`` in the order written; one function for each key (``STEPS``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats
from indexcalc.methodology.model.float_rules import Band, FloatStep, RoundTo
from indexcalc.methodology.values.values import Points, Share
from indexcalc.weighting.float_factors.keep_small_changes import too_small
from indexcalc.weighting.float_factors.rounding import DECIMALS, banded, rounded


class SteppedFactors(Struct):
    """Float factors between a rule's steps, arrays (n,), NaN where not known.

    ``published``: the factors last published.  ``kept``: lines whose change was too small, which keep
    it; ``candidate``: what their factor would have been.
    """

    factor: Floats
    published: Floats
    candidate: Floats
    kept: Bools


def apply_steps(
    raw: Floats,
    published: Floats,
    steps: Sequence[FloatStep],
    effective_date: dt.date,
    month: int | None = None,
) -> SteppedFactors:
    """``raw`` factors (n,) put through the steps in force, in the order written.

    ``published``: the factors last published, NaN where a line had none.
    """
    factors = SteppedFactors(raw.copy(), published, raw.copy(), np.zeros(raw.shape, np.bool_))
    for step in steps:
        value: Any = getattr(step, step.verb).get(effective_date)
        if value is not None and step.in_force(effective_date, month):
            STEPS[step.verb](factors, value)
    factors.candidate = np.where(factors.kept, factors.candidate, factors.factor)
    return factors


def step_dates(steps: Sequence[FloatStep]) -> tuple[dt.date, ...]:
    """The dates on which a step's dated value changes: each is an update of the factors."""
    dates: set[dt.date] = set()
    for step in steps:
        dated = getattr(step, step.verb)
        dates.update(dated.dates)
        dates.update(date for date in (step.from_, step.until) if date is not None)
    return tuple(sorted(dates))


def _round(factors: SteppedFactors, to: RoundTo) -> None:
    _move(factors, rounded(factors.factor, to))


def _band(factors: SteppedFactors, bands: Sequence[Band]) -> None:
    _move(factors, banded(factors.factor, bands))


def _phase_in(factors: SteppedFactors, share: Share) -> None:
    """Take a part of the shares that are no float out."""
    _move(factors, np.round(1.0 - float(share.exact) * (1.0 - factors.factor), DECIMALS))


def _keep_below(factors: SteppedFactors, points: Points) -> None:
    _keep(factors, too_small(factors.factor, factors.published, points, or_equal=False))


def _keep_at_most(factors: SteppedFactors, points: Points) -> None:
    _keep(factors, too_small(factors.factor, factors.published, points, or_equal=True))


def _move(factors: SteppedFactors, factor: Floats) -> None:
    factors.factor = factor
    factors.candidate = np.where(factors.kept, factors.candidate, factor)


def _keep(factors: SteppedFactors, small: Bools) -> None:
    changed = np.round(np.abs(factors.factor - factors.published), DECIMALS) > 0
    factors.candidate = factors.factor
    factors.kept = factors.kept | (small & changed)
    factors.factor = np.where(small, factors.published, factors.factor)


STEPS: Final[Mapping[str, Callable[[SteppedFactors, Any], None]]] = MappingProxyType(
    {
        "round": _round,
        "bands": _band,
        "keep_if_change_below": _keep_below,
        "keep_if_change_at_most": _keep_at_most,
        "phase_in": _phase_in,
    }
)
