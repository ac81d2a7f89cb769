"""Why each name is in or out: the test or step that decided last, kept as columns."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.review.conditions.evaluate import Verdict
from indexcalc.review.conditions.outcome import slack


class Reasons(Struct, eq=False):
    """The test or step that decided last of each line: arrays (n,); see ``ledger.Decisions``."""

    path: Ints
    observed: Floats
    threshold: Floats
    detail: Ints
    unknown: Bools
    measure: Ints

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
        leaf = verdict.leaf
        self.say(rows, leaf.path, leaf.detail, leaf.observed, leaf.threshold, leaf.measure)
        np.putmask(self.unknown, rows, verdict.unknown)

    def say(
        self,
        rows: Bools,
        path: Ints | int,
        detail: Ints | int,
        observed: Floats | float = np.nan,
        threshold: Floats | float = np.nan,
        measure: Ints | int = 0,
    ) -> None:
        """A step itself decided of ``rows``; each column is one value for all or (n,).

        ``measure``: the number of the name of what the step orders names with.
        """
        np.putmask(self.path, rows, path)
        np.putmask(self.detail, rows, detail)
        np.putmask(self.observed, rows, observed)
        np.putmask(self.threshold, rows, threshold)
        np.putmask(self.measure, rows, measure)
        np.putmask(self.unknown, rows, False)

    def miss(self, rows: Bools, verdict: Verdict) -> None:
        """``rows`` were not selected by this test: kept where nothing nearer is known."""
        leaf = verdict.leaf
        now, before = slack(leaf.observed, leaf.threshold), slack(self.observed, self.threshold)
        self.take(rows & ((self.path == 0) | (now < before)), verdict)


class NoReasons(Reasons):
    """Nobody asks why."""

    def take(self, rows: Bools, verdict: Verdict) -> None:
        """Nothing is kept."""

    def say(
        self,
        rows: Bools,
        path: Ints | int,
        detail: Ints | int,
        observed: Floats | float = np.nan,
        threshold: Floats | float = np.nan,
        measure: Ints | int = 0,
    ) -> None:
        """Nothing is kept."""

    def miss(self, rows: Bools, verdict: Verdict) -> None:
        """Nothing is kept."""
