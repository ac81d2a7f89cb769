"""The folder of a sweep: tables, pictures and manifest, written whole or not at all."""

from __future__ import annotations

from indexcalc.analysis.sweep.simulate_caps import TABLES, CapSweep
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.diagnostics import RunError
from indexcalc.market.places.place import Place
from indexcalc.report.sweep_pictures import sweep_pictures


def sweep_folder(out: Place, index: str) -> Place:
    """Where a sweep asked for in ``out`` goes: there, but where runs lie in it beside them.

    RunError (RUN008): it holds a computed run.
    """
    below = [folder for folder in out.iterdir() if folder.is_dir()] if out.is_dir() else []
    runs = any(run_files.is_run(folder) or run_files.is_sweep(folder) for folder in below)
    if runs and not run_files.is_run(out) and not run_files.is_sweep(out):
        out = out / f"{index}.simulate"
    _refuse_run(out)
    return out


def _refuse_run(folder: Place) -> None:
    """RunError (RUN008): a folder holds a computed run."""
    if run_files.is_run(folder):
        raise RunError.of(
            "RUN008",
            "the folder holds a computed run, which a sweep would replace",
            path=str(folder),
            hint="name the folder above it, or another",
        )


def publish_sweep(sweep: CapSweep, folder: Place) -> None:
    """Write ``sweep`` into ``folder``, in place of a sweep that is there.

    RunError: RUN002 it is in use, RUN008 it holds a run and not a sweep.
    """
    with run_files.locked(folder):
        _refuse_run(folder)
        tables = {f"{name}.parquet": getattr(sweep, name) for name in TABLES}
        files = {name: table for name, table in tables.items() if table is not None}
        run_files.write(folder, {**files, **sweep_pictures(sweep)}, sweep.manifest)
