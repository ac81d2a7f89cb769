"""The folder of a sweep: tables, pictures and manifest, written whole or not at all."""

from __future__ import annotations

from indexcalc.analysis.sweep.simulate_caps import TABLES, CapSweep
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.stored_manifest import is_sweep
from indexcalc.diagnostics import RunError
from indexcalc.market.places.place import Place
from indexcalc.report.sweep_pictures import sweep_pictures


def publish_sweep(sweep: CapSweep, folder: Place) -> None:
    """Write ``sweep`` into ``folder``, in place of a sweep that is there.

    RunError: RUN002 it is in use, RUN008 it holds a run and not a sweep.
    """
    with run_files.locked(folder):
        written = run_files.read_manifest(folder)
        if written is not None and not is_sweep(written):
            raise RunError.of(
                "RUN008",
                "the folder holds a computed run, which a sweep would replace",
                path=str(folder),
                hint="use another --out",
            )
        tables = {f"{name}.parquet": getattr(sweep, name) for name in TABLES}
        files = {name: table for name, table in tables.items() if table is not None}
        run_files.write(folder, {**files, **sweep_pictures(sweep)}, sweep.manifest)
