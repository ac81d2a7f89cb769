"""What the script of a report reads: levels and the rows of the ledger, compressed into the page."""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.arrays import Days, Floats
from indexcalc.market import arrow
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.reasons.in_words import in_words, of_places, of_shares

MOST_BYTES = 450_000
"""Most bytes of all ledgers in a page, as base64."""
_DIGITS = 6
_SIGNIFICANT = 14
_SHOWN = 2
"""Decimals of a value that the script shows."""


def encoded(value: Any, effort: int = 9) -> str:
    """JSON, gzip (no time in it: the same bits every time), base64."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8"), effort, mtime=0)).decode("ascii")


def series(days: Days, values: Mapping[str, Floats]) -> dict[str, Any]:
    """Days as differences, and of each series the differences of its known values in units of
    ``10**-decimals``; null where it is not known."""
    parts = {name: _steps(column) for name, column in values.items()}
    return {
        "days": np.diff(days, prepend=0).tolist(),
        "values": {name: steps for name, (steps, _) in parts.items()},
        "decimals": {name: decimals for name, (_, decimals) in parts.items()},
    }


def _steps(column: Floats) -> tuple[list[int | None], int]:
    known = np.isfinite(column)
    held = column[known]
    span, most = (float(np.ptp(held)), float(np.abs(held).max())) if held.size else (0.0, 0.0)
    # As many as a reader is shown, and a ten-thousandth of the picture's height; no more than there are.
    decimals = max(_SHOWN, math.ceil(4 - math.log10(span))) if span > 0 else _SHOWN
    if most > 0:
        decimals = min(decimals, _SIGNIFICANT - math.ceil(math.log10(most)))
    steps: list[int | None] = [None] * column.size
    units = np.diff(np.rint(held * 10.0**decimals).astype(np.int64), prepend=0)
    for at, step in zip(np.flatnonzero(known).tolist(), units.tolist(), strict=True):
        steps[at] = step
    return steps, decimals


def ledger(
    run: RunFolder, beside: Mapping[str, Any], language: str, most: int = MOST_BYTES
) -> tuple[str, int]:
    """The decisions of the run with what lies ``beside`` them, encoded, from the newest review back until
    there are ``most`` bytes; and the first day (since 1970-01-01) that is in it."""
    days = arrow.days(run.decisions.column("effective_date"))
    distinct, counts = np.unique(days, return_counts=True)
    # No more than could have room at one byte each are tried.
    keep = max(1, int(np.searchsorted(np.cumsum(counts[::-1]), most, side="right")))
    while True:
        first = int(distinct[distinct.size - keep]) if distinct.size else 0
        # The last effort makes it a twentieth smaller in four times the time.
        text = encoded(_rows(run, beside, language, days >= first), effort=7)
        if len(text) <= most or keep <= 1:
            return text, first
        keep = max(1, min(keep - 1, keep * most // len(text)))


def _rows(run: RunFolder, beside: Mapping[str, Any], language: str, keep: Any) -> dict[str, Any]:
    table = run.decisions.filter(arrow.from_bools(keep))
    rows: dict[str, Any] = dict(beside)
    for name in ("symbol", "step", "outcome", "detail", "rule_path", "code"):
        rows[name] = _labelled(table.column(name))
    details = [text or "" for text in rows["detail"]["labels"]]
    rows["detail"]["labels"] = [in_words(text, language, run.own_words) for text in details]
    rows["shares"] = [of_shares(text) for text in details]
    rows["places"] = [of_places(text) for text in details]
    rows["day"] = np.diff(arrow.days(table.column("effective_date")), prepend=0).tolist()
    rows["line"] = arrow.integers(table.column("rule_line")).tolist()
    for name in ("observed", "threshold"):
        values, at = np.unique(arrow.floats(table.column(name)), return_inverse=True)
        shown = [
            float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
            for value in values.tolist()
        ]
        rows[name] = [shown[position] for position in at.tolist()]
    return rows


def _labelled(column: Any) -> dict[str, Any]:
    """A text column as its ``labels``, in the order in which they first occur, and where each row's is."""
    codes, values = arrow.coded(column)
    distinct, first, at = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    labels = [values[code] if code >= 0 else None for code in distinct[order].tolist()]
    return {"labels": labels, "at": np.argsort(order)[at].tolist()}
