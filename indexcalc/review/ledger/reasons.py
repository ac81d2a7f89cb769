"""Why each name is in or out: the test or step that decided last, kept as columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.review.conditions.evaluate import Verdict


@dataclass(slots=True)
class Reasons:
    """The test or step that decided last of each line: arrays (n,); see ``ledger.Decisions``."""

    path: Ints
    observed: Floats
    threshold: Floats
    detail: Ints
    unknown: Bools
    measure: Ints
    settled: Bools = field(init=False)
    """The reason is a decision; else it is the nearest miss so far."""

    def __post_init__(self) -> None:
        self.settled = np.zeros(self.path.size, dtype=np.bool_)

    @classmethod
    def none(cls, n: int) -> Reasons:
        """No reason yet for any of ``n`` lines."""
        return cls(
            path=np.zeros(n, dtype=np.int64),
            observed=np.full(n, np.nan),
            threshold=np.full(n, np.nan),
            detail=np.zeros(n, dtype=np.int64),
            unknown=np.zeros(n, dtype=np.bool_),
            measure=np.zeros(n, dtype=np.int64),
        )

    def take(self, rows: Bools, verdict: Verdict) -> None:
        """The verdict's deciding test decided of ``rows``."""
        self.path[rows] = verdict.path[rows]
        self.observed[rows] = verdict.observed[rows]
        self.threshold[rows] = verdict.threshold[rows]
        self.detail[rows] = verdict.detail[rows]
        self.unknown[rows] = verdict.unknown[rows]
        self.measure[rows] = verdict.measure[rows]
        self.settled[rows] = True

    def say(
        self,
        rows: Bools,
        path: int,
        detail: int,
        observed: Any = np.nan,
        threshold: Any = np.nan,
        measure: int = 0,
    ) -> None:
        """A step itself decided of ``rows``; ``observed`` and ``threshold`` are scalars or (n,).

        ``measure``: the number of the name of what the step orders names with.
        """
        self.path[rows] = path
        self.detail[rows] = detail
        self.observed[rows] = observed if np.ndim(observed) == 0 else observed[rows]
        self.threshold[rows] = threshold if np.ndim(threshold) == 0 else threshold[rows]
        self.unknown[rows] = False
        self.measure[rows] = measure
        self.settled[rows] = True

    def miss(self, rows: Bools, verdict: Verdict) -> None:
        """``rows`` were not selected by this test: kept where nothing nearer is known."""
        nearer = rows & (
            (self.path == 0) | (_slack(verdict) < _distance(self.observed, self.threshold))
        )
        self.take(nearer, verdict)
        self.settled[nearer] = False


class NoReasons(Reasons):
    """Nobody asks why."""

    def take(self, rows: Bools, verdict: Verdict) -> None:
        """Nothing is kept."""

    def say(
        self,
        rows: Bools,
        path: int,
        detail: int,
        observed: Any = np.nan,
        threshold: Any = np.nan,
        measure: int = 0,
    ) -> None:
        """Nothing is kept."""

    def miss(self, rows: Bools, verdict: Verdict) -> None:
        """Nothing is kept."""


def _distance(observed: Floats, threshold: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.abs(observed - threshold) / np.abs(threshold)
    distance: Floats = np.where(np.isnan(relative), np.inf, relative)
    return distance


def _slack(verdict: Verdict) -> Floats:
    return _distance(verdict.observed, verdict.threshold)
