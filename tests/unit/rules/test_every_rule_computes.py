"""Each shipped rule, on a demo market it was not written for: a run, or a finding; never a traceback."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.market import arrow
from indexcalc.market.demo import demo_tables
from indexcalc.methodology.load.load import shipped_folder, shipped_names

RULES = sorted(
    (name, path)
    for folder in ("patterns", "world")
    for name, path in shipped_names(shipped_folder() / folder).items()
)


@pytest.fixture(scope="module")
def market() -> ic.Market:
    tables = demo_tables(n_securities=150, n_years=3, seed=5)
    return ic.Market.from_tables(complete=True, **tables.tables)


@pytest.mark.parametrize(("name", "path"), RULES, ids=[name for name, _ in RULES])
def test_a_rule_gives_levels_or_a_finding(name: str, path: Path, market: ic.Market) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ic.FindingsWarning)
        try:
            run = ic.compute(path, market)
        except ic.IndexcalcError:
            return
    levels = arrow.floats(run.levels.column("level"))
    assert levels.size
    assert np.isfinite(levels).all()
