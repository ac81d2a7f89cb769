"""The decision ledger: why each name is in or out, as columns.

One ``membership`` row for each security of the universe and review, with the step that decided last;
rows of other steps (``float``, ``cap``) stand beside it.  Texts are numbers of ``Texts``: no Python
object is made for a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Codes, Floats, Ints, States
from indexcalc.market import arrow
from indexcalc.review.data.texts import Texts

OUTCOMES = ("in", "out", "kept", "set")
IN, OUT, KEPT, SET = range(4)
STEPS = ("membership", "float", "cap")
VALUE_UNKNOWN = "DAT011"
CODES = (VALUE_UNKNOWN,)


class Decisions(Struct, frozen=True):
    """Ledger rows of one step on one effective day; arrays (n,).

    ``outcome``: a position in ``OUTCOMES``; ``path`` and ``detail``: numbers of texts; ``code``: a
    position in ``CODES``, -1 for none; ``measure``: the number of the name of the measure that decided,
    0 for none (not a column of the table).
    """

    effective_day: int
    step: str
    codes: Codes
    outcome: States
    observed: Floats
    threshold: Floats
    detail: Ints
    path: Ints
    code: States
    measure: Ints

    @property
    def size(self) -> int:
        """How many rows."""
        return int(self.codes.size)


def table(blocks: Sequence[Decisions], symbols: Sequence[str], words: Texts) -> Any:
    """``decisions.parquet`` of an index: by effective date, step and symbol."""
    blocks = sorted(blocks, key=lambda block: (block.effective_day, STEPS.index(block.step)))
    steps = list(STEPS)

    def joined(parts: list[npt.NDArray[Any]], dtype: Any) -> npt.NDArray[Any]:
        if not parts:
            return np.zeros(0, dtype=dtype)
        return np.concatenate(parts, dtype=dtype, casting="unsafe")

    sizes = np.array([block.size for block in blocks], dtype=np.int64)
    days = np.repeat(np.array([b.effective_day for b in blocks], dtype=np.int32), sizes)
    step = np.repeat(np.array([steps.index(b.step) for b in blocks], dtype=np.int32), sizes)
    path = joined([b.path for b in blocks], np.int64)
    lines = np.array(words.lines, dtype=np.int64)
    # The empty text is null: a row whose deciding step has nothing more to say.
    detail = joined([b.detail for b in blocks], np.int32)
    return arrow.table(
        {
            "effective_date": arrow.from_days(days),
            "symbol": arrow.from_codes(joined([b.codes for b in blocks], np.int32), symbols),
            "step": arrow.from_codes(step, steps),
            "outcome": arrow.from_codes(joined([b.outcome for b in blocks], np.int32), OUTCOMES),
            "observed": finite(joined([b.observed for b in blocks], np.float64)),
            "threshold": finite(joined([b.threshold for b in blocks], np.float64)),
            "detail": arrow.from_codes(np.where(detail == 0, -1, detail), words.texts),
            "rule_path": arrow.from_codes(np.where(path == 0, -1, path), words.texts),
            "rule_line": arrow.from_ints(lines[path], path == 0),
            "code": arrow.from_codes(joined([b.code for b in blocks], np.int32), CODES),
        }
    )


def finite(values: npt.NDArray[np.float64]) -> Any:
    """Numbers (n,) for the ledger: what is not known, or without end, is null."""
    return arrow.from_floats(np.where(np.isfinite(values), values, np.nan), nan_is_null=True)
