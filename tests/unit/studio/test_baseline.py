"""What a page compares with: which text, taken over or computed, and gone when it is another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from indexcalc.studio.baseline import Baseline
from indexcalc.studio.folders import Folders
from indexcalc.studio.session import OPENED, Session
from indexcalc.studio.work.studies import Point, Quick, Refusal
from tests.unit.studio.three_lines import in_a_loop

MADE = Quick("mine", {}, np.zeros(0, dtype=np.int32), Point(np.zeros(0), {}), ())


class Answers:
    """Workers that answer every job at once with what is asked for."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.jobs = answer, []  # type: ignore[var-annotated]

    async def compute(self, job: Any) -> Any:
        self.jobs.append(job)

        async def results() -> AsyncIterator[Any]:
            yield self.answer

        return SimpleNamespace(results=results, close=lambda: None)


def baseline(folder: Path, answer: Any = MADE) -> tuple[Baseline, Session, list[str]]:
    """On a rule that was opened as `first`, saved as `second` and is typed as `third`."""
    (folder / "mine.yaml").write_text("second", "utf-8")
    (folder / "other.yaml").write_text("of the other", "utf-8")
    session = Session("mine", "second", "third", original="first")
    shown: list[str] = []
    folders = Folders.of([folder])
    made = Baseline(Answers(answer), folders, session, lambda: shown.append("figures"))  # type: ignore[arg-type]
    return made, session, shown


def test_its_text_is_the_saved_one_the_opened_one_or_that_of_another_rule(tmp_path: Path) -> None:
    made, session, _ = baseline(tmp_path)
    file = made.folders.find("mine")
    assert made.text(file) == ("second", file.path)
    session.baseline = OPENED
    assert made.text(file) == ("first", file.path)
    session.baseline = "other"
    assert made.text(file) == ("of the other", (tmp_path / "other.yaml").resolve())
    # A rule that is gone since it was chosen leaves the saved one.
    (tmp_path / "other.yaml").unlink()
    assert made.text(file) == ("second", file.path)
    assert session.baseline == ""


def test_what_the_page_computed_itself_is_taken_over_only_where_it_is_the_baseline(
    tmp_path: Path,
) -> None:
    made, _, _ = baseline(tmp_path)
    file = made.folders.find("mine")
    made.take("third", file, MADE)
    assert not made.settled
    made.take("second", file, MADE)
    assert made.result is MADE
    assert made.settled


def test_another_one_is_computed_once(tmp_path: Path) -> None:
    made, session, shown = baseline(tmp_path)
    file = made.folders.find("mine")

    async def work() -> None:
        for name in ("", "", "other"):
            session.baseline = name
            made.follow(file)
            assert made._task is not None
            await made._task

    in_a_loop(work)
    assert [job.text for job in made.workers.jobs] == ["second", "of the other"]  # type: ignore[attr-defined]
    assert [job.stages for job in made.workers.jobs] == [("quick",)] * 2  # type: ignore[attr-defined]
    assert shown == ["figures", "figures"]
    assert made.result is MADE


def test_one_that_cannot_be_computed_is_refused_and_settled(tmp_path: Path) -> None:
    made, _, _ = baseline(tmp_path, Refusal(()))

    async def work() -> None:
        made.follow(made.folders.find("mine"))
        assert not made.settled
        await asyncio.gather(made._task)  # type: ignore[arg-type]

    in_a_loop(work)
    assert (made.result, made.refused, made.settled) == (None, True, True)
