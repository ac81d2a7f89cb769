"""Rows of corporate actions as the price pass reads them."""

from __future__ import annotations

from typing import Any

from indexcalc.calculation.prices.corporate_actions import Action
from indexcalc.market.arrow import NULL_DAY

NAN = float("nan")


def action_row(kind: str, code: int = 0, **terms: Any) -> Action:
    """One action of a line on day 100; what is not given the row does not say."""
    given: dict[str, Any] = {
        "ex_day": 100,
        "sequence": 0,
        "ratio": NAN,
        "price": NAN,
        "amount": NAN,
        "other_symbol": None,
        "list_day": NULL_DAY,
        **terms,
    }
    return Action(code=code, type=kind, **given)
