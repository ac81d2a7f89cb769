"""The form ``factor``: every capping factor is multiplied by a share."""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.caps.form import POSITIVE_SHARE, CapForm
from indexcalc.methodology.reading.block import Block, key
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Share


class FactorKeys(Block, part=True):
    """``factor``: what the capping factors are multiplied by."""

    factor: Dated[Share] | None = key(POSITIVE_SHARE)


FACTOR: Final = CapForm(
    help={"factor": "A share every capping factor is multiplied by."},
    words="multiplied",
)
