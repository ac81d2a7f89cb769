"""Which points of a sweep a reader is shown where there is room for some: one choice for text and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

UNCAPPED = "none"
MOST_LINES = 6
"""Points beside the reference: as many as there are colours."""


def shown_rows(summary: Any, own: str | None = None, most: int = MOST_LINES) -> list[int]:
    """The rows of a summary that are shown: the reference, the first and the last point, the one the rule
    has itself (``own``), and others where the gaps are widest, those first that hold somebody.

    A point without a level is none of them.
    """
    rows = summary.to_pylist()
    with_level = [position for position, row in enumerate(rows) if row["level_last"] is not None]
    reference = [position for position in with_level if is_reference(rows[position])][:1]
    others = [position for position in with_level if not is_reference(rows[position])]
    if not others:
        return reference
    mine = [at for at, position in enumerate(others) if rows[position]["cap"] == own]
    chosen = list(dict.fromkeys([0, len(others) - 1, *mine[:1]]))
    binds = [bool(rows[position].get("reviews_capped")) for position in others]
    for wanted in (True, False):
        open_ = np.array([bound == wanted for bound in binds])
        open_[chosen] = False
        at = np.arange(len(others))
        gap = np.abs(at[:, None] - np.array(chosen)).min(axis=1)
        while len(chosen) < most and open_.any():
            widest = int(np.argmax(np.where(open_, gap, -1)))
            chosen.append(widest)
            open_[widest] = False
            gap = np.minimum(gap, np.abs(at - widest))
    return sorted([*reference, *(others[at] for at in chosen)])


def left_out(summary: Any, shown: list[int]) -> list[str]:
    """The points with a level that are not among ``shown``, as they are called."""
    rows = summary.to_pylist()
    return [
        label_of(row)
        for position, row in enumerate(rows)
        if position not in shown and row["level_last"] is not None
    ]


def label_of(row: Mapping[str, Any]) -> str:
    """How a row of the summary is called in a picture or on a screen."""
    variant = row.get("variant")
    if variant is None:
        return "uncapped" if row["cap"] == UNCAPPED else str(row["cap"])
    short = " ".join(part.rpartition(".")[2] for part in str(variant).split(" "))
    return short if row["cap"] in ("as written", variant) else f"{short} {row['cap']}"


def is_reference(row: Mapping[str, Any]) -> bool:
    """Is it what all others are compared with?"""
    return row["cap"] == UNCAPPED or row.get("variant") == "as written"
