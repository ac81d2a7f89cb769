"""Writes a sweep to its folder: tables, pictures and manifest, whole or not at all."""

from __future__ import annotations

from typing import Any

from indexcalc.analysis.sweep.simulate_caps import TABLES, CapSweep
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.diagnostics import RunError
from indexcalc.market.places.place import Place
from indexcalc.report.sweep_pictures import sweep_pictures


def publish_sweep(sweep: CapSweep, folder: Place) -> None:
    """Write ``sweep`` into ``folder``, in place of a sweep that is there.

    RunError: RUN002 it is in use, RUN008 it holds a run and not a sweep.
    """
    with run_files.locked(folder):
        written = run_files.read_manifest(folder)
        if written is not None and "caps" not in written.get("options", {}):
            raise RunError.of(
                "RUN008",
                "the folder holds a computed run, which a sweep would replace",
                path=str(folder),
                hint="use another --out",
            )
        files: dict[str, Any] = {}
        for name in TABLES:
            table = getattr(sweep, name)
            if table is not None:
                files[f"{name}.parquet"] = table
        files.update(sweep_pictures(sweep))
        run_files.write(folder, files, sweep.manifest)
