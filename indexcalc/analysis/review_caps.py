"""What every point of a sweep makes of one review: capping factors from one set of weighing inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexcalc.calculation.index_shares import half_up
from indexcalc.calculation.weighing import Weighed, said
from indexcalc.diagnostics import DataError, Diagnostic, Findings
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.model_weights import Weighting
from indexcalc.methodology.values import Special

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# What a point of a sweep may fail by; anything else is wrong with the rule or the data.
OF_A_POINT = frozenset({"CAP001", "CAP002", "CAP003", "CAP006"})


@dataclass(slots=True)
class PointCaps:
    """The points of a sweep as weightings, and what they could not meet.

    ``refused``: by point, the date and finding of every review it could not be met at.
    """

    rule: Methodology
    weightings: Sequence[Weighting]
    reviews: int = 0
    refused: dict[int, list[tuple[dt.date, Diagnostic]]] = field(default_factory=dict)
    excused: dict[int, list[tuple[dt.date, Diagnostic]]] = field(default_factory=dict)

    def at(self, weighed: Weighed, rounded: bool) -> tuple[Floats, Bools]:
        """Capping factors and who is capped, (n, n_points) for ``weighed.codes``.

        A point that cannot be met at the review leaves its weights uncapped, as a computation does.
        ``rounded``: to the digits of the rule.  DataError: what no limit can mend (no label to cap by).
        """
        n, on = weighed.codes.size, weighed.effective_date
        factors = np.ones((n, len(self.weightings)))
        capped = np.zeros(factors.shape, dtype=np.bool_)
        self.reviews += 1
        if n == 0:
            return factors, capped
        for place, weighting in enumerate(self.weightings):
            findings = Findings()
            made = weighed.cap(weighting, findings)
            self._note(place, on, findings, failed=made is None)
            if made is not None:
                factors[:, place] = made.factors
                capped[:, place] = made.capped
        digits = said(self.rule.rounding.capping_factor, on) if rounded else None
        return factors if digits is None else half_up(factors, digits), capped

    def _note(self, place: int, on: dt.date, findings: Findings, failed: bool) -> None:
        strange = [found for found in findings.items if found.code not in OF_A_POINT]
        if strange and failed:
            raise DataError(self._placed(found, on) for found in strange)
        if findings.items:
            kept = self.refused if failed else self.excused
            kept.setdefault(place, []).append((on, findings.items[0]))

    def _placed(self, found: Diagnostic, on: dt.date) -> Diagnostic:
        return Diagnostic(
            found.code,
            f"the review of {on}: {found.message}",
            where=found.where,
            hint=found.hint,
            severity=found.severity,
            path=self.rule.path,
        )


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
