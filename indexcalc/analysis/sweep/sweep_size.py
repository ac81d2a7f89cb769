"""How much memory a sweep needs: one that this machine cannot hold is refused before its scan."""

from __future__ import annotations

import os

from indexcalc.diagnostics import UsageError, quantity

# Measured on the demo market with 1,000 to 5,000 limits: peak memory over rows of the tables.
_A_LEVEL = 46
_A_FULL_LEVEL = 120
_A_WEIGHT = 115
_GIGABYTE = 1e9


def bytes_of(points: int, sessions: int, weights: int, full: bool) -> int:
    """About what a sweep holds at its largest; ``weights``: rows of ``weights`` a point, of all lists."""
    if not full:
        return points * sessions * _A_LEVEL
    return points * (sessions * _A_FULL_LEVEL + weights * _A_WEIGHT)


def memory() -> int | None:
    """The memory of this machine in bytes; None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def refuse_too_large(points: int, sessions: int, weights: int, full: bool) -> None:
    """UsageError (ANA009): more than the memory of this machine."""
    needed, there = bytes_of(points, sessions, weights, full), memory()
    if there is None or needed <= there:
        return
    ways = ["take larger steps", "fewer sessions (--from)"]
    fewer = bytes_of(points, sessions, weights, False)
    if full and fewer <= there:
        ways.append(f"--levels-only (about {fewer / _GIGABYTE:,.0f} GB)")
    raise UsageError.of(
        "ANA009",
        f"{quantity(points, 'point')} over {quantity(sessions, 'session')}: about "
        f"{needed / _GIGABYTE:,.0f} GB of memory; this machine has {there / _GIGABYTE:,.0f} GB",
        where="caps",
        hint=f"{', '.join(ways[:-1])} or {ways[-1]}",
    )
