"""Processes that compute for pages: answers, work that is superseded, and none that stops another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from indexcalc.studio.work.market_process import Facts, Job
from indexcalc.studio.work.studies import Full, Quick, Refusal
from indexcalc.studio.work.workers import Workers
from tests.unit.calculation.stored import stored
from tests.unit.studio.three_lines import RULE, in_a_loop, three

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(three(), tmp_path_factory.mktemp("three") / "market")


def with_workers(market: Path, work: Callable[[Workers, Path], Awaitable[Any]]) -> Any:
    """What a coroutine makes of the processes on a market and the path of its rule."""
    path = market.parent / "test.yaml"
    path.write_text(RULE, "utf-8")

    async def run() -> Any:
        workers = Workers(str(market), path, {}, most=2)
        try:
            return await asyncio.wait_for(work(workers, path), 60)
        finally:
            workers.stop()
            await asyncio.sleep(0)  # what was closed ends with the next turn of the loop

    return in_a_loop(run)


async def all_of(workers: Workers, job: Job) -> list[Any]:
    worker = await workers.compute(job)
    found = [result async for result in worker.results()]
    worker.close()
    return found


def test_a_text_is_computed_and_asked_about(market: Path) -> None:
    async def work(workers: Workers, path: Path) -> Any:
        facts = await workers.start()
        worker = await workers.compute(Job(RULE, path, ("quick", "full")))
        found = [result async for result in worker.results()]
        asked = await worker.ask("why", symbol="A"), await worker.ask("why", symbol="Z")
        worker.close()
        return facts, found, asked, await worker.ask("why", symbol="A")

    facts, (quick, full), (why, unknown), late = with_workers(market, work)
    assert isinstance(facts, Facts)
    assert (facts.lines, facts.last - facts.first) == (3, 3)
    assert isinstance(quick, Quick)
    assert isinstance(full, Full)
    assert quick.point.level.tolist() == pytest.approx([1000, 1050, 1087.5])
    assert why["name"] == "가나전자"
    assert [mark.code for mark in unknown.marks] == ["DAT012"]
    assert [mark.code for mark in late.marks] == ["STU003"]


def test_a_rule_that_cannot_be_computed_is_refused_and_the_next_is_computed(market: Path) -> None:
    async def work(workers: Workers, path: Path) -> Any:
        bad = Job(RULE.replace("scheme: market_cap", "scheme: float_market_cap"), path, ("quick",))
        return await all_of(workers, bad), await all_of(workers, Job(RULE, path, ("quick",)))

    (refused,), (made,) = with_workers(market, work)
    assert isinstance(refused, Refusal)
    assert isinstance(made, Quick)


def test_what_is_superseded_ends_and_others_go_on(market: Path) -> None:
    """Both processors are taken; closing one lets a third in, and the other answers as before."""

    async def work(workers: Workers, path: Path) -> Any:
        job = Job(RULE, path, ("quick", "full", "caps"))
        first, second = await workers.compute(job), await workers.compute(job)
        third = asyncio.create_task(workers.compute(Job(RULE, path, ("quick",))))
        await asyncio.sleep(0)
        waits = not third.done()
        first.close()
        last = await third
        made = [result async for result in last.results()]
        found = [result async for result in second.results()]
        why = await second.ask("why", symbol="B")
        second.close()
        last.close()
        return waits, made, found, why

    waits, made, found, why = with_workers(market, work)
    assert waits
    assert [type(each) for each in made] == [Quick]
    assert [type(each).__name__ for each in found] == ["Quick", "Full", "Caps"]
    assert why["symbol"] == "B"


def test_a_process_that_dies_is_told_and_the_market_is_opened_again(market: Path) -> None:
    async def work(workers: Workers, path: Path) -> Any:
        await workers.start()
        worker = await workers.compute(Job(RULE, path, ("quick",)))
        assert workers._process is not None
        workers._process.kill()
        workers._process.wait()
        worker.close()
        return await all_of(workers, Job(RULE, path, ("quick",)))

    assert [type(each) for each in with_workers(market, work)] == [Quick]


def test_no_process_is_left_at_the_end(market: Path) -> None:
    async def work(workers: Workers, path: Path) -> Any:
        await all_of(workers, Job(RULE, path, ("quick",)))
        assert workers._process is not None
        return workers._process.pid

    pid = with_workers(market, work)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_market_that_is_none_refuses_every_job(tmp_path: Path) -> None:
    async def work() -> Any:
        path = tmp_path / "test.yaml"
        workers = Workers(str(tmp_path / "none"), path, {}, most=1)
        try:
            facts = await workers.start()
            # As often as one likes: no place among those that compute is lost.
            jobs = [await all_of(workers, Job(RULE, path, ("quick",))) for _ in range(3)]
            asked = await (await workers.compute(Job(RULE, path, ()))).ask("why", symbol="A")
        finally:
            workers.stop()
        return facts, jobs, asked

    facts, jobs, asked = in_a_loop(work)
    assert isinstance(facts, Refusal)
    assert jobs == [[facts]] * 3
    assert asked == facts
