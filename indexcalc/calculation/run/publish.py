"""Writes a run to its folder: all files of one index, whole or not at all."""

from __future__ import annotations

from typing import Any

from indexcalc.calculation.run import committee_log, restatement
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.committee_log import last_day
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import DataError, RunError
from indexcalc.market.places.place import Place


def refuse_inside_run(out: Place) -> None:
    """RunError (RUN008): ``out`` is the folder of a run itself, in which no other lies."""
    if run_files.is_run(out):
        raise RunError.of(
            "RUN008",
            "the folder is that of a computed run, and runs lie beside each other",
            path=out,
            hint="name the folder above it, or another",
        )


def publish(run: Run, out: Place, *, restate: bool = False, composition: bool = False) -> Place:
    """Write ``run`` under ``out/<index>/``; the folder.

    A run without errors replaces one that ended in errors without ``restate``; the old values are kept all
    the same.

    RunError: RUN001 a written level would change and ``restate`` is false, RUN002 the folder is in
    use, RUN003 the run before is damaged, RUN008 ``out`` is itself a run, RUN020 it cannot be written.
    Either way the folder holds the old run or the new one.  DataError: the run ended in errors without a
    single member.
    """
    errors = any(finding.severity == "error" for finding in run.diagnostics)
    if errors and run.constituents.num_rows == 0 and "underlying" not in run.manifest:
        # A level without members is none: what kept every line out is the whole answer.
        raise DataError(run.diagnostics)
    refuse_inside_run(out)
    folder = out / run.index
    if folder.is_symlink():
        raise RunError.of(
            "RUN020",
            "the folder of the index is a symbolic link, and nothing is written through one",
            path=folder,
            hint="remove the link, or say the folder it leads to with --out",
        )
    with run_files.locked(folder):
        files: dict[str, Any] = {
            "levels.parquet": run.levels,
            "constituents.parquet": run.constituents,
            "reviews.parquet": run.reviews,
            "decisions.parquet": run.decisions,
            "events.parquet": run.events,
        }
        if composition and run.holdings is not None:
            files["composition.parquet"] = run.holdings.years(run.market)
        if run.overrides is not None:
            files["overrides.parquet"] = run.overrides
        log = committee_log.continued(folder, run.committee, last_day(run))
        if log is not None:
            files[committee_log.COMMITTEE_LOG] = log
        allowed = restate or (not errors and _ended_in_errors(folder))
        restated = restatement.restated(folder, run.levels, allowed)
        if restated is not None:
            files[restatement.TABLE] = restated
        run_files.write(folder, files, run.manifest)
    return folder


def _ended_in_errors(folder: Place) -> bool:
    """Did the run in ``folder`` end in errors, so that what it wrote is no history to keep to?"""
    stored = run_files.read_manifest(folder)
    return stored is not None and stored["counts"].get("errors", 0) > 0
