"""Price ticks of the demo market: the Korean exchange's table since January 2023, at all dates."""

from __future__ import annotations

import numpy as np

from indexcalc.arrays import Floats

# (lowest price of the band, tick), KRW.
TICK_TABLE: tuple[tuple[int, int], ...] = (
    (0, 1),
    (2_000, 5),
    (5_000, 10),
    (20_000, 50),
    (50_000, 100),
    (200_000, 500),
    (500_000, 1_000),
)
# Below this a tick is more than 1 % of the price, and rounding could pass the daily limit.
LOWEST_PRICE = 100.0

_BANDS = np.array([low for low, _ in TICK_TABLE[1:]], dtype=np.float64)
_SIZES = np.array([size for _, size in TICK_TABLE], dtype=np.float64)


def to_tick(price: Floats) -> Floats:
    """Each price (KRW, any shape) to the nearest whole tick, never below ``LOWEST_PRICE``."""
    size = _SIZES[np.searchsorted(_BANDS, price, side="right")]
    return np.maximum(np.rint(price / size) * size, LOWEST_PRICE)


def tick_price(price: float) -> float:
    """One price to the nearest whole tick, never below ``LOWEST_PRICE``."""
    size = next(size for low, size in reversed(TICK_TABLE) if price >= low)
    return max(float(round(price / size) * size), LOWEST_PRICE)
