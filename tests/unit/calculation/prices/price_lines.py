"""Prices of a few lines over a few sessions, as the steps of the price pass hand them on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexcalc.calculation.prices.lines import Lines


def price_lines(
    close: Sequence[Sequence[float]],
    *,
    base: Sequence[Sequence[float]] | None = None,
    shares: float = 10.0,
    traded: Sequence[Sequence[bool]] | None = None,
    first: int = 0,
) -> Lines:
    """Lines 0, 1, ... of closes (n, n_sessions) on days 0, 1, ...; ``base``: the closes where not given."""
    closes = np.array(close, dtype=np.float64)
    yes = np.ones(closes.shape, dtype=np.bool_)
    n, n_sessions = closes.shape
    return Lines(
        codes=np.arange(n, dtype=np.int32),
        first=first,
        days=np.arange(first, first + n_sessions, dtype=np.int32),
        present=yes.copy(),
        close=closes,
        last=closes.copy(),
        base=closes.copy() if base is None else np.array(base, dtype=np.float64),
        shares=np.full(closes.shape, shares),
        share_factor=np.ones(closes.shape),
        ready=yes.copy(),
        traded=yes.copy() if traded is None else np.array(traded, dtype=np.bool_),
        missing=~yes,
        traded_before=np.ones(n, dtype=np.bool_),
        shares_before=np.full(n, shares),
        complete=True,
        idle=~yes,
    )
