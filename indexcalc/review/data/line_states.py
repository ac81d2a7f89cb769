"""The state of each line on the days it was judged: what a composite's members are made from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.review.data.texts import Texts


class StateRows(Struct, frozen=True):
    """Lines on the days their state was judged, sorted by line, then session.

    ``session``: calendar position from which the state holds; ``eligible``: what it is; the other
    columns are the deciding test's (numbers of ``words``).
    """

    codes: Codes
    session: Ints
    eligible: Bools
    path: Ints
    observed: Floats
    threshold: Floats
    detail: Ints
    words: Texts

    def take(self, rows: npt.NDArray[np.intp]) -> StateRows:
        """Some of the rows."""
        return StateRows(
            codes=self.codes[rows],
            session=self.session[rows],
            eligible=self.eligible[rows],
            path=self.path[rows],
            observed=self.observed[rows],
            threshold=self.threshold[rows],
            detail=self.detail[rows],
            words=self.words,
        )


class NotKnown(Struct, frozen=True):
    """A value a test needed of some lines, and the calendar positions between which it did not."""

    field: str
    path: str
    codes: Codes
    begin: Ints
    end: Ints


def unchanged_dropped(rows: StateRows) -> StateRows:
    """The first row of each line, and those that change its state."""
    first = np.concatenate(([True], rows.codes[1:] != rows.codes[:-1]))
    changed = np.concatenate(([True], rows.eligible[1:] != rows.eligible[:-1]))
    return rows.take(np.flatnonzero(first | changed))
