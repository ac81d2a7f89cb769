"""What lies on disk, damaged at random: manifests, journals, market.json and saved states are told or
mean what they meant, never a traceback, a number that is none, or a file touched that is not ours.

`INDEXCALC_HYPOTHESIS=thorough` makes five to sixteen thousand tries of each; the default is short.
"""

from __future__ import annotations

import copy
import json
import math
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.publish import publish
from indexcalc.diagnostics import IndexcalcError
from indexcalc.live import saved_state
from tests.properties.fuzz import bounded, damaged_value, tries
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market
from tests.unit.calculation.stored import stored

CASE = settings(
    max_examples=tries(5_000, 25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
RULE = small.rule(small.CAP.replace("index: test", "index: test\nreturns: {kinds: [gross]}"))

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1, 2**31, 2**63, 10**30, 10**400]),
    st.sampled_from([0.0, -0.5, 1e300, float("nan"), float("inf")]),
    st.sampled_from(
        ["", "x", "../victim", "/victim", "manifest.json", "2024-99-99", "nan", "가\n"]
    ),
    st.sampled_from(["0x1p+2000", "0x1.8p+1", "levels.parquet", "9" * 300, "\ud800"]),
)
JSON = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "files", "name", "sha256"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@cache
def over(sessions: int = 4) -> ic.Market:
    """Two lines, one of them split on its fourth session; made once, for nothing of it is damaged."""
    return market(
        line("A", [100.0, 110, 130, 128, 131][:sessions]),
        line("B", [30.0, 31, 29, 15, 14][:sessions], [3000, 3000, 3000, 6000, 6000][:sessions]),
        securities=[{"symbol": "A", "name": "a"}],
        corporate_actions=[action("B", 3, "split", ratio=2.0)],
    )


def damaged(said: Any, data: st.DataObject) -> Any:
    """A JSON value with one to three values deleted, added, exchanged or replaced."""
    return damaged_value(said, data, JSON, st.sampled_from(["x", "name", ""]))


def text_of(value: Any, data: st.DataObject) -> bytes:
    """A value as a file, sometimes with a few bytes of it gone or changed."""
    content = json.dumps(value).encode()
    if data.draw(st.integers(0, 9)) == 0 and content:
        place = data.draw(st.integers(0, len(content) - 1))
        content = content[:place] + data.draw(st.binary(max_size=3)) + content[place + 1 :]
    return content


def said_in(content: bytes) -> str:
    """What a file says, in one form; its bytes where it is no JSON."""
    try:
        return json.dumps(json.loads(content), sort_keys=True)
    except ValueError:
        return repr(content)


def finite(run: ic.Run) -> None:
    for row in run.levels.to_pylist():
        assert all(math.isfinite(value) for value in row.values() if isinstance(value, float))


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A written run, its manifest to be changed in place."""
    return publish(ic.compute(RULE, over(), returns=["tr"]), tmp_path_factory.mktemp("runs"))


@CASE
@given(data=st.data())
def test_manifests(run_folder: Path, data: st.DataObject) -> None:
    whole = run_folder / "whole.json"
    if not whole.exists():
        whole.write_bytes((run_folder / "manifest.json").read_bytes())
    content = text_of(damaged(json.loads(whole.read_bytes()), data), data)
    (run_folder / "manifest.json").write_bytes(content)
    with bounded():
        try:
            verdict = ic.verify(run_folder, over())
        except IndexcalcError:
            return
    if said_in(content) != said_in(whole.read_bytes()):
        assert not (verdict.good and verdict.same_versions and verdict.same_data)


FILES = (
    "manifest.json",
    "levels.parquet",
    ".new-levels.parquet",
    ".new-manifest.json",
    "events.parquet",
)
OTHERS = ("mine.txt", ".new-mine.txt", "levels.csv")
NAMES = st.sampled_from(
    [*FILES, *OTHERS, "../victim", "..", "", "/victim", ".new-../victim", "a\0b"]
)


@settings(CASE, max_examples=tries(16_000, 25))
@given(data=st.data())
def test_journals(data: st.DataObject) -> None:
    lists = st.lists(NAMES, max_size=4) | JSON
    journal = data.draw(
        st.fixed_dictionaries({"files": lists, "gone": lists})
        | st.dictionaries(st.sampled_from(["files", "gone", "x"]), lists)
        | JSON
    )
    with tempfile.TemporaryDirectory(prefix="indexcalc-fuzz-") as place:
        folder, victim = Path(place) / "run", Path(place) / "victim"
        folder.mkdir()
        victim.write_text("mine")
        for name in (*FILES, *OTHERS):
            (folder / name).write_text(name)
        (folder / ".journal.json").write_bytes(text_of(journal, data))
        try:
            with bounded(), run_files.locked(folder):
                pass
        except IndexcalcError as refused:
            assert {item.code for item in refused.diagnostics} == {"RUN003"}  # noqa: PT017
        assert victim.read_text() == "mine"
        assert all((folder / name).read_text() == name for name in OTHERS)


@pytest.fixture(scope="module")
def market_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored market of two daily files, its market.json to be changed in place."""
    return stored(over(), tmp_path_factory.mktemp("market") / "m", (2, 2))


@settings(CASE, max_examples=tries(10_000, 25))
@given(data=st.data())
def test_market_json(market_folder: Path, data: st.DataObject) -> None:
    whole = market_folder / "whole.json"
    if not whole.exists():
        whole.write_bytes((market_folder / "market.json").read_bytes())
    said = json.loads(whole.read_bytes())
    (market_folder / "market.json").write_bytes(text_of(damaged(said, data), data))
    with bounded():
        try:
            run = ic.compute(RULE, ic.Market.open(market_folder))
        except IndexcalcError:
            return
    finite(run)


STATE = ic.Live.begin(RULE, over(4)).state()
CELLS: dict[str, Callable[[Any], Any]] = {
    "nan": lambda column: np.full(column.shape, np.nan),
    "zero": np.zeros_like,
    "large": lambda column: np.full(column.shape, 2**62, np.int64),
    "other kind": lambda column: column.astype(
        np.float64 if column.dtype.kind != "f" else np.int64
    ),
    "reversed": lambda column: column[::-1].copy(),
    "negative": lambda column: -column.astype(np.float64),
    "huge": lambda column: np.full(column.shape, 1e300),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@CASE
@given(data=st.data())
def test_states(data: st.DataObject) -> None:
    """Values and columns that a hash would tell, had it not been made anew."""
    said = damaged(STATE.said, data) if data.draw(st.booleans()) else copy.deepcopy(STATE.said)
    columns = dict(STATE.columns)
    for name in data.draw(st.lists(st.sampled_from(sorted(columns)), max_size=2, unique=True)):
        what = data.draw(st.sampled_from([*CELLS, "gone"]))
        if what == "gone":
            del columns[name]
        else:
            columns[name] = CELLS[what](columns[name])
    with bounded():
        try:
            kept = saved_state.Kept(STATE.symbols, columns, said)
            live = ic.Live.resume(kept, RULE, over(5))
            sessions = list(live.advance())
        except IndexcalcError:
            return
    for session in sessions:
        assert all(math.isfinite(index.level) for index in session.indices.values())
