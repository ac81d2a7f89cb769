"""Sessions of an index, split into parts, as attribution reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.analysis.attribution.parts import SessionParts


def session_parts(
    weights: Sequence[float],
    gains: Sequence[float],
    *,
    codes: Sequence[int] | None = None,
    day: int = 100,
    rounding: float = 0.0,
) -> SessionParts:
    """A session of lines with opening weights, whose contributions are all of prices."""
    size = len(weights)
    price = np.array(gains, dtype=np.float64)
    return SessionParts(
        day=day,
        codes=np.array(range(size) if codes is None else codes, dtype=np.int32),
        weight=np.array(weights, dtype=np.float64),
        price=price,
        currency=np.zeros(size),
        dividends=np.zeros(size),
        rounding=rounding,
        total=float(price.sum()) + rounding,
    )
