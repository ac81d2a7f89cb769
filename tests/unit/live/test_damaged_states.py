"""A saved state is untrusted: whatever is in the file, it resumes as it was or says what is wrong."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.diagnostics import IndexcalcError, RunError
from indexcalc.live import saved_state
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market

OTHERS: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    2.5,
    10**30,
    "x",
    "",
    "2024-99-99",
    [],
    [1],
    {},
    {"x": 1},
    [[1, 2]],
)
RULE = small.CAP.replace("index: test", "index: test\nreturns: {kinds: [gross]}")


def over(sessions: int) -> ic.Market:
    return market(
        line("A", [100.0, 110, 130, 128, 131][:sessions]),
        line("B", [30.0, 31, 29, 15, 14][:sessions], [3000, 3000, 3000, 6000, 6000][:sessions]),
        corporate_actions=[action("B", 3, "split", ratio=2.0)],
    )


@pytest.fixture(scope="module")
def state() -> saved_state.Kept:
    return ic.Live.begin(small.rule(RULE), over(4)).state()


def resumed(kept: saved_state.Kept) -> str:
    """What becomes of a state: ``told``, or the levels of the session after it."""
    try:
        live = ic.Live.resume(kept, small.rule(RULE), over(5))
        return repr([session["test"].level for session in live.advance()])
    except IndexcalcError:
        return "told"


def mutants(said: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    entries = said.items() if isinstance(said, dict) else enumerate(said)
    for key, value in entries:
        yield (*at, key), "deleted"
        for other in OTHERS:
            if not (value == other and type(value) is type(other)):
                yield (*at, key), other
        if isinstance(value, dict | list):
            yield from mutants(value, (*at, key))


def changed(said: Any, at: tuple[Any, ...], other: Any) -> Any:
    made = copy.deepcopy(said)
    node = made
    for key in at[:-1]:
        node = node[key]
    if other == "deleted":
        del node[at[-1]]
    else:
        node[at[-1]] = other
    return made


def test_no_changed_value_of_a_state_gives_a_traceback(state: saved_state.Kept) -> None:
    good = resumed(state)
    assert good != "told"
    tried = told = 0
    for at, other in mutants(state.said):
        tried += 1
        kept = saved_state.Kept(state.symbols, dict(state.columns), changed(state.said, at, other))
        told += resumed(kept) == "told"
    assert tried > 300
    assert told > tried // 2


def test_no_changed_column_of_a_state_gives_a_traceback(state: saved_state.Kept) -> None:
    n = len(state.symbols)
    others = (
        np.zeros(n, np.bool_),
        np.zeros(n, np.int64),
        np.zeros(n, np.int32),
        np.full(n, np.nan),
        np.full(n, np.inf),
        np.full(n, 2**62, np.int64),
    )
    for name in state.columns:
        for other in (None, *others):
            columns = {key: value for key, value in state.columns.items() if key != name}
            if other is not None:
                columns[name] = other
            resumed(saved_state.Kept(state.symbols, columns, copy.deepcopy(state.said)))
    for symbols in ((), ("A",), ("A", "C"), ("A", "B", "C")):
        columns = {key: value[: len(symbols)] for key, value in state.columns.items()}
        assert resumed(saved_state.Kept(symbols, columns, copy.deepcopy(state.said)))


def test_every_damaged_byte_of_the_file_is_told(state: saved_state.Kept, tmp_path: Path) -> None:
    saved_state.write(tmp_path / "state", state)
    content = (tmp_path / "state").read_bytes()
    good = resumed(saved_state.read(tmp_path / "state"))
    random = np.random.default_rng(7)
    for place in random.integers(0, len(content), 300).tolist():
        damaged = bytearray(content)
        damaged[place] ^= 1 << (place % 8)
        (tmp_path / "damaged").write_bytes(bytes(damaged))
        try:
            kept = saved_state.read(tmp_path / "damaged")
        except RunError as error:
            assert {found.code for found in error.diagnostics} == {"RUN005"}  # noqa: PT017
            continue
        assert resumed(kept) in (good, "told")
    for length in (0, 1, 10, len(content) // 2, len(content) - 1):
        (tmp_path / "damaged").write_bytes(content[:length])
        with pytest.raises(RunError, match="RUN005"):
            saved_state.read(tmp_path / "damaged")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_folder_is_told(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "state")
    with pytest.raises(RunError, match="RUN005"):
        saved_state.read(tmp_path / "state")


def test_nothing_is_written_through_a_link(state: saved_state.Kept, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / ".state.part").symlink_to(tmp_path / "victim")
    (tmp_path / "state").symlink_to(tmp_path / "victim")
    saved_state.write(tmp_path / "state", state)
    assert (tmp_path / "victim").read_text() == "mine"
    assert json.dumps(saved_state.read(tmp_path / "state").said)
