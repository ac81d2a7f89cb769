"""Writes a sweep to its folder: tables, pictures and manifest, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from indexcalc.analysis.caps import TABLES, CapSweep
from indexcalc.calculation import run_files
from indexcalc.report.sweep_pictures import sweep_pictures


def publish_sweep(sweep: CapSweep, out: Path) -> Path:
    """Write ``sweep`` under ``out/<index>.simulate/``; the folder.

    No index is called so, and its runs beside it stay as they are.  RunError (RUN002): it is in use.
    """
    folder = out / f"{sweep.index}.simulate"
    with run_files.locked(folder):
        files: dict[str, Any] = {}
        for name in TABLES:
            table = getattr(sweep, name)
            if table is not None:
                files[f"{name}.parquet"] = table
        files.update(sweep_pictures(sweep))
        run_files.write(folder, files, sweep.manifest)
    return folder
