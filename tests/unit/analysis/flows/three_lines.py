"""The turn of an index of three lines from one session to the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.analysis.flows.trades import Turn


def turn(**over: Any) -> Turn:
    """A 10 at 100, B 20 at 50, C not held, worth 25; what is said differs."""
    one = np.ones(3)
    factors = {
        name: one.copy()
        for name in ("shares", "float_factor", "capping_factor", "inclusion_factor")
    }
    values: dict[str, Any] = {
        "codes": np.arange(3, dtype=np.int32),
        "before": np.array([10.0, 20.0, 0.0]),
        "close": np.array([100.0, 50.0, 25.0]),
        "held": np.array([10.0, 20.0, 0.0]),
        "after": np.array([10.0, 20.0, 0.0]),
        "base": np.array([100.0, 50.0, 25.0]),
        "rate": one,
        "cash": 0.0,
        "old": factors,
        "new": factors,
        "sets_weights": False,
    }
    return Turn(**{**values, **over})
