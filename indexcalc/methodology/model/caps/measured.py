"""The form ``measured``: a limit judged on means over a window, as KRX does.

Its keys stand beside ``limit``, which says the share; where ``measured`` is off on a date, the cap is a
plain limit.
"""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.caps.form import CapForm
from indexcalc.methodology.model.caps.limit import infeasible
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.reading.block import Block, BlockKind, key
from indexcalc.methodology.reading.containers import DatedKind
from indexcalc.methodology.reading.kinds import Word
from indexcalc.methodology.values.dated import Dated


class MeasuredKeys(Block, part=True):
    """``measured``: the window; ``test``: what is compared with the limit."""

    measured: Dated[Measure] | None = key(DatedKind(BlockKind(Measure)))
    test: Dated[str] = key(
        DatedKind(Word(("weight_of_means", "mean_of_weights"))),
        default=Dated.constant("weight_of_means"),
    )


MEASURED: Final = CapForm(
    help={
        "measured": "Judge the limit on means over this window, as KRX does.",
        "test": "weight_of_means (default) or mean_of_weights.",
    },
    words="held at its limit",
    needs=("limit",),
    infeasible=infeasible,
)
