"""Runs as their files have them, for the tests of what is made from stored runs."""

from __future__ import annotations

import indexcalc as ic
from indexcalc.calculation.stored_run import TABLES, StoredRun


def stored(run: ic.Run, **changed: object) -> StoredRun:
    """What was written of a run; ``changed``: tables that say something else."""
    tables = {name: changed.get(name, getattr(run, name)) for name in TABLES}
    return StoredRun(run.manifest, tables, run.market)
