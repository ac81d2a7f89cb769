"""What every point of a sweep makes of one review: capping factors from one set of weighing inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from indexcalc.analysis.sweep.plain_limits import PlainLimit, plain_limit, review_units
from indexcalc.arrays import Bools, Floats
from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Special
from indexcalc.review.weights.review_weights import WeightedList
from indexcalc.weighting.schemes import half_up


@dataclass(slots=True)
class PointCaps:
    """The points of a sweep as weightings, and what they could not meet.

    ``on``: the effective date of every review seen.  ``refused``: by point, the date and finding of every
    review it could not be met at.
    """

    rule: Methodology
    weightings: Sequence[Weighting]
    on: list[dt.date] = field(default_factory=list)
    refused: dict[int, list[tuple[dt.date, Diagnostic]]] = field(default_factory=dict)
    excused: dict[int, list[tuple[dt.date, Diagnostic]]] = field(default_factory=dict)
    _plain: list[PlainLimit | None] = field(init=False)

    def __post_init__(self) -> None:
        self._plain = [plain_limit(weighting) for weighting in self.weightings]

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
        factors = np.ones((n, len(self.weightings)))
        capped = np.zeros(factors.shape, dtype=np.bool_)
        self.on.append(on)
        if n == 0:
            return factors, capped
        made_of = {per: review_units(weighed, per) for per in {p.per for p in self._plain if p}}
        for point, weighting in enumerate(self.weightings):
            plain = self._plain[point]
            known = None if plain is None else made_of[plain.per]
            met = None if plain is None or known is None else known.met(plain.limit)
            if met is not None:
                factors[:, point], capped[:, point] = met
                continue
            findings = Findings()
            capped_weights = weighed.cap(weighting, findings)
            if findings.items:
                noted = self.refused if capped_weights is None else self.excused
                noted.setdefault(point, []).append((on, findings.items[0]))
            if capped_weights is not None:
                factors[:, point] = capped_weights.factors
                capped[:, point] = capped_weights.capped
        digits = value_on(self.rule.rounding.capping_factor, on) if rounded else None
        return factors if digits is None else half_up(factors, digits), capped


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
