"""Which of the three columns of design section 8 a scheme belongs to."""

from __future__ import annotations

from typing import Literal

from indexcalc.methodology.values.values import Special

SchemeFamily = Literal["cap", "neutral", "price"]
CAP_WEIGHTED = ("market_cap", "float_market_cap")


def family_of(scheme: str | Special) -> SchemeFamily:
    """``cap`` (index shares follow the shares), ``neutral`` (weights are set and only trading moves
    them) or ``price`` (one share each)."""
    if isinstance(scheme, Special) or scheme in CAP_WEIGHTED:
        return "cap"
    return "price" if scheme == "price" else "neutral"
