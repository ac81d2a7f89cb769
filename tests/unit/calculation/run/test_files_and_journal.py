"""A run killed at any moment leaves the run before or itself, whole, and never an error."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import RunError
from tests.forks import outcomes
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market
from tests.unit.calculation.stored import column, files_of


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@contextmanager
def dying(at: int, partly: bool) -> Iterator[list[int]]:
    """Die at the ``at``-th call that touches the disk for good; ``partly``: a moment after it."""
    count = [0]

    def deadly(real: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] == at and not partly:
                raise Killed
            made = real(*args, **options)
            if count[0] == at:
                raise Killed
            return made

        return call

    with (
        mock.patch.object(os, "replace", deadly(os.replace)),
        mock.patch.object(os, "fsync", deadly(os.fsync)),
        mock.patch.object(os, "unlink", deadly(os.unlink)),
        mock.patch.object(run_files.pq, "write_table", deadly(run_files.pq.write_table)),
    ):
        yield count


@functools.cache
def made(number: int) -> Run:
    """A run in which every file tells its number."""
    text = small.CAP.replace("index: test", f"index: test\nname: {{en: '{number}'}}")
    return small.run(
        text, market(line("A", [100, 100 + number], [1000, 1000 + number]), line("B", [100] * 2))
    )


def number_of(folder: Path) -> int:
    """Which run is there, as a reader finds it; it must be whole."""
    manifest = run_files.read_manifest(folder)
    assert manifest is not None
    number = int(manifest["name"]["en"])
    level = 1000 * ((1000 + number) * (100 + number) + 100_000) / ((1000 + number) * 100 + 100_000)
    assert column(folder, "levels", "level")[1] == pytest.approx(level, rel=1e-12)
    assert column(folder, "events", "after") == [1000 + number]
    for name in ("constituents", "reviews", "decisions"):
        assert len(column(folder, name, "effective_date")) == manifest["counts"][name]
    assert (
        not list(folder.glob(f"{run_files.NEW}*parquet"))
        or not (folder / run_files.JOURNAL).exists()
    )
    return number


@pytest.mark.parametrize("partly", [False, True])
def test_dying_at_every_step(tmp_path: Path, partly: bool) -> None:
    publish(made(1), tmp_path)
    old = files_of(tmp_path / "test")
    with dying(0, partly) as steps:
        publish(made(2), tmp_path, restate=True)
    new = files_of(tmp_path / "test")
    found = []
    for at in range(1, steps[0] + 1):
        out = tmp_path / f"{partly}{at}"
        publish(made(1), out)
        with pytest.raises(Killed), dying(at, partly):
            publish(made(2), out, restate=True)
        found.append(number_of(out / "test"))
        assert files_of(out / "test") == (old, new)[found[-1] - 1]
        # The next writer goes on as if nothing had happened.
        publish(made(3), out, restate=True)
        assert number_of(out / "test") == 3
        assert not list((out / "test").glob(f"{run_files.NEW}*"))
    assert found == sorted(found)
    assert set(found) == {1, 2}


def test_dying_before_the_first_run_leaves_none(tmp_path: Path) -> None:
    with pytest.raises(Killed), dying(3, False):
        publish(made(1), tmp_path)
    assert run_files.read_manifest(tmp_path / "test") is None
    publish(made(1), tmp_path)
    assert number_of(tmp_path / "test") == 1


def test_a_second_writer_is_told(tmp_path: Path) -> None:
    publish(made(1), tmp_path)
    with (
        run_files.locked(tmp_path / "test"),
        pytest.raises(RunError, match=r"RUN002.*another process is writing this run"),
    ):
        publish(made(2), tmp_path, restate=True)
    assert number_of(tmp_path / "test") == 1


# Forks a child for each computation and kills it after a random time.
SCRIPT = """
import os, random, signal, sys, time
from pathlib import Path
import indexcalc.calculation.compute, indexcalc.calculation.members.members, indexcalc.cli.indices.compute
import indexcalc.methodology.load.family, indexcalc.methodology.load.load
from indexcalc.calculation.run.publish import publish
from tests.forks import answer, forked
from tests.unit.calculation.run.test_files_and_journal import made, number_of

out, kills = Path(sys.argv[1]), int(sys.argv[2])


def compute(number, began=None):
    def work():
        run = made(number)
        if began is not None:
            os.write(began, b"x")
        publish(run, out, restate=True)
    return work


assert answer(compute(1)) == 0
reading, writing = os.pipe()
child = forked(compute(2, writing))
os.read(reading, 1)
start = time.perf_counter()
os.waitpid(child, 0)
longest = (time.perf_counter() - start) * 1.3
source = random.Random(20240102)
number, killed, survived = 2, 0, 0
for turn in range(kills):
    child = forked(compute(number % 90 + 1, writing))
    if turn % 5:
        os.read(reading, 1)  # most of the kills fall into the writing, some into the computing
    time.sleep(source.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not turn % 5:
        os.set_blocking(reading, False)
        try:
            os.read(reading, 1)
        except BlockingIOError:
            pass
        os.set_blocking(reading, True)
    found = answer(lambda: number_of(out / "test"))
    assert found in (number, number % 90 + 1), (number, found)
    killed, survived = killed + (found == number), survived + (found != number)
    number = found
print(killed, survived)
"""


def test_killed_at_random_moments(tmp_path: Path) -> None:
    killed, _ = outcomes(SCRIPT, tmp_path)
    assert killed, "no run was killed before its end: the test shows nothing"
