"""What every point of a sweep makes of one review: capping factors from one set of weighing inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from msgspec import Struct, field

from indexcalc.analysis.sweep.capped_rules import with_limits
from indexcalc.analysis.sweep.plain_limits import plain_limit, review_units
from indexcalc.analysis.sweep.points import Limit, Point
from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.dated import BEGINNING, value_on
from indexcalc.methodology.values.values import Special
from indexcalc.review.weights.review_weights import WeightedList
from indexcalc.weighting.caps.bounded import CommonLimits
from indexcalc.weighting.caps.state import exact
from indexcalc.weighting.schemes import half_up


class PlainPoints(Struct, frozen=True):
    """Points (m,) that are one limit and nothing else, with those limits; ``cap``: that of the first."""

    cap: Cap
    points: Ints
    limits: CommonLimits


class PointCaps(Struct):
    """The points of a sweep as weightings, and what they could not meet.

    ``on``: the effective date of every review seen.  ``refused``: by point, the date and finding of every
    review it could not be met at.  ``patterns``: one weighting for each set of things limited.
    """

    rule: Methodology
    points: Sequence[Point]
    on: list[dt.date] = field(default_factory=list)
    refused: dict[int, list[tuple[dt.date, Diagnostic]]] = field(default_factory=dict)
    excused: dict[int, list[tuple[dt.date, Diagnostic]]] = field(default_factory=dict)
    patterns: list[Weighting] = field(default_factory=list)
    _plain: list[PlainPoints] = field(default_factory=list)
    _weightings: dict[int, Weighting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        alike: dict[tuple[bool, ...], list[int]] = {}
        for number, point in enumerate(self.points):
            alike.setdefault(tuple(item.share is None for item in point.limits), []).append(number)
        for numbers in alike.values():
            first = self.points[numbers[0]]
            self.patterns.append(with_limits(self.rule.weighting, first))
            # Points that limit the same things differ in their shares alone.
            plain = plain_limit(self.patterns[-1])
            if plain is None:
                continue
            place = next((i for i, item in enumerate(first.limits) if item.share is not None), None)
            own = exact(plain.limit, BEGINNING)
            assert own is not None
            shares = [
                own if place is None else _exact(self.points[number].limits[place])
                for number in numbers
            ]
            points = np.array(numbers, dtype=np.int64)
            self._plain.append(PlainPoints(plain, points, CommonLimits.of(shares)))

    @property
    def reviews(self) -> int:
        """How many reviews were seen."""
        return len(self.on)

    def forget_before(self, first: dt.date) -> None:
        """Leave out what was over by the first session: all reviews before the one in force on it."""
        since = max((day for day in self.on if day <= first), default=first)
        self.on = [day for day in self.on if day >= since]
        for noted in (self.refused, self.excused):
            for point, refusals in list(noted.items()):
                later = [item for item in refusals if item[0] >= since]
                if later:
                    noted[point] = later
                else:
                    del noted[point]

    def at(self, weighed: WeightedList, rounded: bool) -> tuple[Floats, Bools]:
        """Capping factors and who is capped, (n, n_points) for ``weighed.codes``.

        A point that cannot be met at the review leaves its weights uncapped, as a computation does.
        ``rounded``: to the digits of the rule.
        """
        n, on = weighed.codes.size, weighed.effective_date
        factors = np.ones((n, len(self.points)))
        capped = np.zeros(factors.shape, dtype=np.bool_)
        self.on.append(on)
        if n == 0:
            return factors, capped
        left = np.ones(len(self.points), dtype=np.bool_)
        for plain in self._plain:
            units = review_units(weighed, plain.cap)
            if units is None:
                continue
            rows, made, held = units.met(plain.limits)
            met = plain.points[rows]
            factors[:, met], capped[:, met], left[met] = made, held, False
        for point in np.flatnonzero(left).tolist():
            findings = Findings()
            capped_weights = weighed.cap(self._weighting(point), findings)
            if findings.items:
                noted = self.refused if capped_weights is None else self.excused
                noted.setdefault(point, []).append((on, findings.items[0]))
            if capped_weights is not None:
                factors[:, point] = capped_weights.factors
                capped[:, point] = capped_weights.capped
        digits = value_on(self.rule.rounding.capping_factor, on) if rounded else None
        return factors if digits is None else half_up(factors, digits), capped

    def _weighting(self, point: int) -> Weighting:
        made = self._weightings.get(point)
        if made is None:
            made = self._weightings[point] = with_limits(self.rule.weighting, self.points[point])
        return made


def _exact(limit: Limit) -> Fraction:
    assert limit.share is not None
    return limit.share.exact


def rounds_weights(rule: Methodology) -> tuple[str, ...]:
    """The roundings of a rule under which variants are no longer multiples of one holding."""
    asked = {
        "rounding.index_shares": rule.rounding.index_shares,
        "rounding.divisor": rule.rounding.divisor,
    }
    return tuple(
        path
        for path, dated in asked.items()
        if dated is not None and any(not isinstance(value, Special) for value in dated.values)
    )
