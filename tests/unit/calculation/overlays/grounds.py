"""What an overlay stands on, made of a table of levels, before anything is computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.calculation.overlays.overlay_inputs import Ground
from indexcalc.calculation.overlays.quotes import Quotes
from indexcalc.calculation.overlays.series import Series
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import Sessions, day_number
from tests.unit.calculation import level_table


def ground(overlay: str, days: Sequence[dt.date], values: Sequence[float], **said: Any) -> Ground:
    """An overlay over levels of ``below``.  ``fx`` and ``rates``: of the market, the rest of the rule."""
    market = level_table.levels(
        days, values, fx=said.pop("fx", None), rates=said.pop("rates", None)
    )
    rule = level_table.rule(overlay, days[0], **said)
    numbers = np.array([day_number(day) for day in days], dtype=np.int32)
    currency = said.get("below") or said.get("currency", "KRW")
    below = Series("below", "gross", currency, "published", numbers, np.array(values, dtype=float))
    return Ground(rule, below, Quotes(market, numbers), Sessions("x", "", numbers), Findings())
