"""Recomputes a written run from its manifest and compares value by value."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run import files as run_files
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import RunError
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family

TABLES = ("levels", "constituents", "reviews", "decisions", "events", "composition")
OPTIONAL = ("composition",)
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a recomputed run compares: ``bits`` all equal, else largest relative difference."""

    index: str
    bits: bool
    largest: float
    published_equal: bool
    same_versions: bool
    same_data: bool
    rows: int

    @property
    def good(self) -> bool:
        """Bits in the same environment; else 1e-12 and the same published digits."""
        if self.same_versions and self.same_data:
            return self.bits
        return self.largest <= TOLERANCE and self.published_equal

    def sentence(self) -> str:
        """What a person reads."""
        where = "same versions" if self.same_versions else "other versions"
        data = "same data" if self.same_data else "other data"
        if self.bits:
            return f"{self.index}: {self.rows} rows equal bit for bit ({where}, {data})"
        digits = "equal" if self.published_equal else "different"
        return (
            f"{self.index}: largest relative difference {self.largest:.3g}, published levels "
            f"{digits} ({where}, {data})"
        )


def verify(folder: Path, market: Market) -> Verdict:
    """Recompute the run in ``folder`` over ``market`` and compare every number.

    The rule is the text kept in the manifest, not today's file.  RunError (RUN003): no run there,
    or a file of it is missing or damaged.
    """
    said = run_files.read_manifest(folder)
    if said is None:
        raise RunError.of("RUN003", "there is no run here", path=folder)
    run = _recomputed(said, market)
    bits, largest, published_equal, rows = True, 0.0, True, 0
    for name in TABLES:
        written = run_files.read_table(folder, f"{name}.parquet")
        made = getattr(run, name)
        if written is None:
            if name not in OPTIONAL:
                raise RunError.of("RUN003", f"{name}.parquet is missing", path=folder)
            continue
        equal, difference = _compare(written, made)
        bits &= equal
        largest = max(largest, difference)
        rows += written.num_rows
        if name == "levels":
            published_equal = written.column("level_published").equals(
                made.column("level_published")
            )
    versions = said["versions"] == run.manifest["versions"]
    data = said["market"]["tables"] == run.manifest["market"]["tables"]
    return Verdict(run.index, bits, largest, published_equal, versions, data, rows)


def _recomputed(said: dict[str, Any], market: Market) -> Run:
    """Run the kept rule texts again with the kept options."""
    options = said["options"]
    request = Request(
        _date(options["start"]),
        _date(options["end"]),
        tuple(options["returns"]),
        dict(options["assume"]),
        _date(options["known"]),
    )
    with tempfile.TemporaryDirectory() as folder:
        texts = [said["rule"], *said["parents"].values()]
        for rule in texts:
            for file in rule["files"]:
                (Path(folder) / file["name"]).write_text(file["text"], encoding="utf-8")
        path = Path(folder) / said["rule"]["files"][0]["name"]
        family = load_family([path])
        return compute_family(family, market, request)[said["index"]]


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _compare(written: Any, made: Any) -> tuple[bool, float]:
    """(equal to the bit, largest relative difference of any number; inf where rows differ)."""
    if written.num_rows != made.num_rows or written.column_names != made.column_names:
        return False, float("inf")
    bits, largest = True, 0.0
    for name in written.column_names:
        one, two = written.column(name), made.column(name)
        if str(one.type) == "double":
            left, right = arrow.floats(one), arrow.floats(two)
            bits &= left.tobytes() == right.tobytes()
            with np.errstate(invalid="ignore", divide="ignore"):
                off = np.abs(left - right) / np.maximum(np.abs(left), np.abs(right))
            off = np.where((left == right) | (np.isnan(left) & np.isnan(right)), 0.0, off)
            off = np.where(np.isnan(off), np.inf, off)
            largest = max(largest, float(off.max(initial=0.0)))
        elif one.to_pylist() != two.to_pylist():
            bits, largest = False, float("inf")
    return bits, largest
