"""What follows on what a person does: read, computed latest-wins, ended when superseded, shown by parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexcalc.diagnostics import RunError
from indexcalc.studio import desk as desk_module
from indexcalc.studio.desk import Desk
from indexcalc.studio.folders import Folders
from indexcalc.studio.links import PageState
from indexcalc.studio.work.market_process import Job
from indexcalc.studio.work.studies import Caps, Full, Point, Quick, Refusal
from tests.unit.studio.three_lines import RULE, in_a_loop

CAP = "weighting.caps[0].limit"
DAYS = np.zeros(0, dtype=np.int32)


def point(of: str) -> Point:
    """A point that is known by what it is of."""
    return Point(np.zeros(0), {}, refused=of)


class FakeWorker:
    """Answers a job with results that say its text; ``held``: not before it is set."""

    def __init__(self, job: Job, held: asyncio.Event | None) -> None:
        self.job, self.held, self.closed = job, held, False

    async def results(self) -> AsyncIterator[Any]:
        if self.held is not None:
            await self.held.wait()
        for stage in self.job.stages:
            if stage == "quick":
                yield Quick("test", {}, DAYS, point(self.job.text), ())
            elif stage == "full":
                yield Full((), (), 0, ())
            else:
                yield Caps("security", DAYS, {"40%": point("40%"), "none": point("none")})

    async def ask(self, name: str, **arguments: Any) -> Any:
        return name, arguments

    def close(self) -> None:
        self.closed = True


class FakeWorkers:
    """Workers that keep what was asked of them."""

    facts = None

    def __init__(self) -> None:
        self.made: list[FakeWorker] = []
        self.warm: list[Path] = []
        self.held: asyncio.Event | None = None

    async def compute(self, job: Job) -> FakeWorker:
        self.made.append(FakeWorker(job, self.held))
        return self.made[-1]

    def keep_warm(self, path: Path) -> None:
        self.warm.append(path)

    def of(self, *stages: str) -> list[FakeWorker]:
        return [worker for worker in self.made if worker.job.stages == stages]


Work = Callable[[Desk, FakeWorkers, list[str]], Coroutine[Any, Any, Any]]


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REST", "REST_OF_LEVERS", "REST_OF_CAPS"):
        monkeypatch.setattr(desk_module, name, 0.0)


def with_desk(folder: Path, work: Work, text: str = RULE) -> Any:
    """What a coroutine makes of a desk on a rule `test` in a folder of its own."""
    (folder / "test.yaml").write_text(text, "utf-8")

    async def run() -> Any:
        workers, shown = FakeWorkers(), []  # type: ignore[var-annotated]
        folders = Folders.of([folder])
        desk = Desk.open(workers, folders, shown.append, PageState(rule="test"))  # type: ignore[arg-type]
        try:
            return await asyncio.wait_for(work(desk, workers, shown), 30)
        finally:
            desk.close()

    return in_a_loop(run)


async def settled(desk: Desk) -> None:
    """Until all is read and computed."""
    while desk.reading is None or desk.reading.text != desk.session.text or not desk.settled:
        await asyncio.sleep(0.005)


def test_a_text_is_read_computed_and_shown_by_parts(tmp_path: Path) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        desk.refresh()
        assert not desk.settled
        await settled(desk)
        assert desk.now is not None
        assert desk.now.point.refused == RULE
        assert [lever.path for lever in desk.levers] == [CAP, "review.cutoff"]
        assert {"status", "marks", "levers", "rulebook", "figures", "full"} <= set(shown)
        # The rule is its own baseline: it is computed once, and the caps after it.
        assert desk.baseline.result is desk.now
        while not desk.drags:
            await asyncio.sleep(0.005)
        assert [worker.job.stages for worker in workers.made] == [("quick", "full"), ("caps",)]
        assert workers.warm == [desk.file.path]

    with_desk(tmp_path, work)


def test_what_is_superseded_is_ended_and_the_last_text_is_shown(tmp_path: Path) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        workers.held = asyncio.Event()
        desk.refresh()
        while not workers.of("quick", "full"):
            await asyncio.sleep(0.005)
        held, workers.held = workers.held, None
        desk.typed(RULE.replace("50%", "60%"))
        await settled(desk)
        held.set()
        await asyncio.sleep(0.01)
        first, second = workers.of("quick", "full")
        assert first.closed
        assert not second.closed
        assert desk.now is not None
        assert "60%" in desk.now.point.refused
        # One that has answered is ended too, once another text is computed.
        desk.typed(RULE.replace("50%", "70%"))
        await settled(desk)
        assert [worker.closed for worker in workers.of("quick", "full")] == [True, True, False]

    with_desk(tmp_path, work)


def test_a_wrong_text_is_told_and_not_computed(tmp_path: Path) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        desk.typed(RULE.replace("50%", "50"))
        await settled_reading(desk)
        assert desk.reading is not None
        assert not desk.reading.good
        assert any(mark.code == "RUL006" for mark in desk.marks)
        assert workers.made == []
        assert desk.busy == ""

    async def settled_reading(desk: Desk) -> None:
        while desk.reading is None or desk.busy:
            await asyncio.sleep(0.005)

    with_desk(tmp_path, work)


def test_a_cap_is_dragged_over_points_that_are_there(tmp_path: Path) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        desk.refresh()
        await settled(desk)
        while not desk.drags:
            await asyncio.sleep(0.005)
        lever = desk.levers[0]
        desk.move(CAP, lever.values.index("40%"))
        # At once, before anything is computed.
        assert desk.point is not None
        assert desk.point.refused == "40%"
        assert desk.session.text == RULE
        for nothing in (("no lever", 0), (CAP, -1), (CAP, 10_000)):
            desk.move(*nothing)
        assert desk.session.levers == {CAP: "40%"}
        await settled(desk)
        assert desk.now is not None
        assert "limit: 40%" in desk.now.point.refused
        desk.write_levers()
        assert desk.session.text == RULE.replace("50%", "40%")
        desk.undo()
        assert desk.session.text == RULE

    with_desk(tmp_path, work)


def test_caps_and_buffers_are_put_in_by_their_buttons_and_taken_back(tmp_path: Path) -> None:
    text = RULE.replace(
        "selection: given\n",
        "measures: {size: {mean: market_cap, over: 1 session}}\n"
        "selection:\n  count: 2\n  steps:\n    - fill: {to: 2, by: size}\n",
    ).split("weighting")[0]

    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        desk.refresh()
        await settled(desk)
        desk.add_cap()
        assert desk.session.text.endswith("limit: 30%}\n")
        await settled(desk)
        assert desk.buffer is not None
        desk.add_buffer()
        assert "existing: 3, new: 1" in desk.session.text
        await settled(desk)
        assert desk.buffer is None
        desk.undo()
        desk.undo()
        assert desk.session.text == text
        desk.undo(forth=True)
        assert "limit: 30%" in desk.session.text

    with_desk(tmp_path, work, text)


def test_saved_is_what_the_levers_say_and_nothing_of_somebody_else_is_lost(tmp_path: Path) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        desk.refresh()
        await settled(desk)
        lever = desk.levers[0]
        desk.move(CAP, lever.values.index("40%"))
        assert desk.save() == desk.file.path
        assert desk.file.path.read_text("utf-8") == RULE.replace("50%", "40%")
        assert not desk.session.changed
        desk.file.path.write_text("of another", "utf-8")
        desk.typed(RULE)
        with pytest.raises(RunError, match="STU002"):
            desk.save()
        assert desk.file.path.read_text("utf-8") == "of another"

    with_desk(tmp_path, work)


def test_questions_wait_for_a_result_and_long_ones_have_a_process_of_their_own(
    tmp_path: Path,
) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        assert await desk.ask("why", symbol="A") is None
        desk.refresh()
        await settled(desk)
        assert await desk.ask("why", symbol="A") == ("why", {"symbol": "A"})
        assert workers.of() == []
        assert await desk.ask("report", language="en") == ("report", {"language": "en"})
        (apart,) = workers.of()
        assert apart.closed
        desk.close()
        assert all(worker.closed for worker in workers.of("quick", "full"))

    with_desk(tmp_path, work)


def test_a_refusal_of_the_market_is_shown_and_the_figures_before_stay(tmp_path: Path) -> None:
    async def work(desk: Desk, workers: FakeWorkers, shown: list[str]) -> None:
        desk.refresh()
        await settled(desk)
        before = desk.now
        desk._take(desk.session.text, Refusal(()))
        assert desk.refusal is not None
        assert desk.now is before
        assert desk.busy == ""

    with_desk(tmp_path, work)
