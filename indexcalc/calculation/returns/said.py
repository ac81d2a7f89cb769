"""Which return series a caller asks for."""

from __future__ import annotations

from collections.abc import Sequence


def returns_said(returns: str | Sequence[str]) -> tuple[str, ...]:
    """Series as a caller names them: ``"tr"``, ``"pr,tr"`` or a list."""
    return tuple(returns.replace(",", " ").split()) if isinstance(returns, str) else tuple(returns)
