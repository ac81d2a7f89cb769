"""Which return series a caller asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indexcalc.diagnostics import UsageError


def returns_said(returns: Any) -> tuple[str, ...]:
    """Series as a caller names them: ``"tr"``, ``"pr,tr"`` or a list.  UsageError (CAL008): neither."""
    if isinstance(returns, str):
        return tuple(returns.replace(",", " ").split())
    said: tuple[Any, ...] = tuple(returns) if isinstance(returns, Iterable) else (returns,)
    for name in said:
        if not isinstance(name, str):
            message = f"{name!r:.60} is no return series"
            raise UsageError.of("CAL008", message, where="returns", hint="choose from pr, tr, ntr")
    return said
