"""What happens behind one page: each change is read at once and computed latest-wins, and parts are shown.

The desk knows nothing of how the page looks: it calls ``show`` with the name of the part that changed.
Reading waits for nothing; a computation begins when the text rests, and the one before it is ended.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from indexcalc.diagnostics import IndexcalcError
from indexcalc.studio.baseline import Baseline
from indexcalc.studio.folders import Folders, RuleFile
from indexcalc.studio.links import PageState
from indexcalc.studio.session import OPENED, Session
from indexcalc.studio.text.buffers import Place, buffer_place, with_new_buffer
from indexcalc.studio.text.edits import with_cap
from indexcalc.studio.text.levers import Lever, levers
from indexcalc.studio.text.reading import Mark, Reading, read
from indexcalc.studio.work.market_process import Job
from indexcalc.studio.work.studies import Caps, Full, Point, Quick, Refusal, day_of
from indexcalc.studio.work.workers import NoWorker, Worker, Workers

REST: Final = 0.12
"""Seconds without a change before a computation begins."""
REST_OF_LEVERS: Final = 0.05
"""The same where another lever moves."""
REST_OF_CAPS: Final = 0.4
"""The same where a cap moves, whose figures are there already."""
LARGE: Final = 200_000
"""Characters of a text from which on it is read only when it rests."""
_READERS: Final = 2
LONG: Final = frozenset({"chain", "coming", "against", "report", "notice"})
NEW_CAP: Final = "30%"

Show = Callable[[str], None]


@dataclass(eq=False)
class Desk:
    """One page's work.  ``now``: what is shown; ``shown_cap``: the point of the sweep that is shown
    instead of ``now`` while a cap is dragged; ``buffer``: where a buffer can be put."""

    workers: Workers
    folders: Folders
    show: Show
    session: Session
    file: RuleFile
    baseline: Baseline
    reading: Reading | None = None
    now: Quick | None = None
    full: Full | None = None
    caps: Caps | None = None
    shown_cap: Point | None = None
    refusal: Refusal | None = None
    busy: str = ""
    levers: tuple[Lever, ...] = ()
    buffer: Place | None = None
    data_marks: tuple[Mark, ...] = ()
    _wanted: str | None = None
    _reader: asyncio.Task[None] | None = None
    _main: asyncio.Task[None] | None = None
    _family: asyncio.Task[None] | None = None
    _worker: Worker | NoWorker | None = None
    _computed: str | None = None
    _family_of: tuple[str, str] | None = None
    _apart: list[Worker | NoWorker] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    # --- what a person does -----------------------------------------------------------------------

    @classmethod
    def open(cls, workers: Workers, folders: Folders, show: Show, state: PageState) -> Desk:
        """A desk on the rule of a state.  UsageError, RunError: it cannot be opened."""
        file, text = folders.open(state.rule)
        session = Session.opened(file.name, text, state)
        if all(item.name != session.baseline for item in folders.listed()):
            session.baseline = OPENED if session.baseline == OPENED else ""
        baseline = Baseline(workers, folders, session, lambda: show("figures"))
        return cls(workers, folders, show, session, file, baseline)

    def typed(self, text: str) -> None:
        """The text changed in the editor."""
        if self.session.type(text):
            self.refresh()

    def move(self, path: str, place: int) -> None:
        """A lever was dragged to one of its values."""
        lever = next((item for item in self.levers if item.path == path), None)
        if lever is None or not 0 <= place < len(lever.values):
            return
        if not self.session.move(lever, lever.values[place]):
            return
        self.shown_cap = self._cap_point()
        self.show("levers")
        if self.shown_cap is not None:
            self.show("figures")
            self._compute(REST_OF_CAPS)
        else:
            self._compute(REST_OF_LEVERS)

    def undo(self, *, forth: bool = False) -> None:
        """Go back a step, or forth."""
        if self.session.redo() if forth else self.session.undo():
            self.show("text")
            self.refresh()

    def write_levers(self) -> None:
        """What the levers say becomes part of the text."""
        self.session.write_levers()
        self.show("text")
        self.refresh()

    def add_cap(self) -> None:
        """Put a cap on each security into the text.  RuleError: it cannot be."""
        self.session.replace(with_cap(self.session.variant, NEW_CAP))
        self.show("text")
        self.refresh()

    def add_buffer(self) -> None:
        """Put a buffer around the ranks of the selection into the text.  RuleError: it cannot be."""
        if self.buffer is not None:
            self.session.replace(with_new_buffer(self.session.variant, self.buffer))
            self.show("text")
            self.refresh()

    def compare_with(self, baseline: str) -> None:
        """Choose the baseline: '', ``OPENED`` or the name of a rule.  UsageError: there is none."""
        if baseline not in ("", OPENED):
            self.folders.find(baseline)
        self.session.baseline = baseline
        if self.now is not None:
            self.baseline.follow(self.file)
            self.show("figures")

    def save(self) -> Path:
        """Write the text, levers in it, to its file.  UsageError, RunError: it cannot be written."""
        self.session.write_levers()
        reading = read(self.session.text, self.file.path)
        index = reading.rule.index if reading.rule is not None else self.file.name
        mine = self.file.own and self.file.name == index
        path = self.folders.save(index, self.session.text, self.session.saved if mine else None)
        self.file = RuleFile(index, path, True)
        self.session.saved_now(index)
        if self._computed == self.session.text:
            self.baseline.take(self.session.text, self.file, self.now)
        self.show("text")
        self.refresh()
        return path

    def close(self) -> None:
        """The page is gone: end all its work."""
        for task in (self._reader, self._main, self._family, *self._tasks):
            if task is not None:
                task.cancel()
        self.baseline.close()
        self._end()

    def _end(self) -> None:
        """End what was computed and asked of another text."""
        for worker in (self._worker, *self._apart):
            if worker is not None:
                worker.close()
        self._worker = None

    async def ask(self, name: str, **arguments: Any) -> Any:
        """An answer about what is computed; None while nothing is, or where it was superseded.

        What takes long is asked of a process of its own, so that nothing else waits for it.
        """
        worker, text = self._worker, self._computed
        if worker is None or text is None:
            return None
        if name not in LONG:
            answer = await worker.ask(name, **arguments)
            return answer if worker is self._worker else None
        apart = await self.workers.compute(Job(text, self.file.path, ()))
        self._apart.append(apart)
        try:
            async for _ in apart.results():
                pass
            answer = await apart.ask(name, **arguments)
        finally:
            apart.close()
            self._apart.remove(apart)
        return answer if text == self._computed else None

    # --- what follows -----------------------------------------------------------------------------

    @property
    def point(self) -> Point | None:
        """The figures and levels that are shown."""
        if self.shown_cap is not None:
            return self.shown_cap
        return None if self.now is None else self.now.point

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All that is to be said of the text: of the rule, then of its data."""
        own = () if self.reading is None else self.reading.marks
        return (*own, *(mark for mark in self.data_marks if mark not in own))

    @property
    def settled(self) -> bool:
        """Is all that is shown of what there is now?"""
        return not self.busy and self.baseline.settled

    @property
    def drags(self) -> bool:
        """Are the figures of every cap there?"""
        return self.caps is not None and self._family_key() == self._family_of

    def refresh(self) -> None:
        """Read the text anew, then compute it."""
        self._wanted = self.session.text
        self._say("levels")
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while (text := self._wanted) is not None:
            if len(text) > LARGE:
                await asyncio.sleep(REST * 4)
                if self._wanted != text:
                    continue
            self._wanted = None
            async with _reading_slot():
                self.reading = await asyncio.to_thread(read, text, self.file.path)
            # Findings about the data are of the text that was computed.
            if self._computed != text:
                self.data_marks = ()
            if self.reading.rule is not None:
                self.levers = levers(self.reading.rule, self._last_day())
                self.buffer = buffer_place(self.reading.rule, self._last_day())
            self.show("marks")
            if self.reading.rule is not None:
                self.show("levers")
                self.show("rulebook")
            self._compute(REST)

    def _last_day(self) -> dt.date:
        facts = self.workers.facts
        return (
            dt.date.today() if facts is None or isinstance(facts, Refusal) else day_of(facts.last)
        )

    def _compute(self, rest: float) -> None:
        """Compute the variant once it rests; what is being computed for another text is ended."""
        if self.reading is None or not self.reading.good:
            if self._main is not None:
                self._main.cancel()
            self._say("")
            return
        if self._main is not None:
            self._main.cancel()
        self._say("levels")
        self._main = asyncio.create_task(self._main_work(rest))

    async def _main_work(self, rest: float) -> None:
        await asyncio.sleep(rest)
        text = self.session.variant
        if text == self._computed:
            self._say("")
            return
        self._computed = None
        self._end()
        if self._family is not None and self._family_key() != self._family_of:
            if not self._family.done():
                self._family_of = None
            self._family.cancel()
        worker = await self.workers.compute(Job(text, self.file.path, ("quick", "full")))
        self._worker = worker
        try:
            async for result in worker.results():
                self._take(text, result)
        except asyncio.CancelledError:
            worker.close()
            if self._worker is worker:
                self._worker = None
            raise

    def _take(self, text: str, result: Any) -> None:
        if isinstance(result, Refusal):
            self.refusal, self.data_marks = result, result.marks
            self._say("")
            self.show("marks")
            self.show("figures")
        elif isinstance(result, Quick):
            self.refusal, self.now, self.shown_cap = None, result, None
            self.baseline.take(text, self.file, result)
            self._say("reviews")
            self.show("figures")
            self.baseline.follow(self.file)
        elif isinstance(result, Full):
            self.full, self.data_marks, self._computed = result, result.marks, text
            self._say("")
            self.show("marks")
            self.show("full")
            self._find_caps()
            self.workers.keep_warm(self.file.path)

    def _find_caps(self) -> None:
        """Compute the family of caps of this text, once there is nothing else to do for it."""
        wanted = self._family_key()
        if wanted is not None and wanted != self._family_of:
            if self._family is not None:
                self._family.cancel()
            self._family_of = wanted
            self._family = asyncio.create_task(self._family_work(*wanted))

    def _cap_lever(self) -> Lever | None:
        return next((item for item in self.levers if item.kind == "cap"), None)

    def _family_key(self) -> tuple[str, str] | None:
        """The text whatever its first cap is, and what that cap is per; None: it has no cap."""
        lever = self._cap_lever()
        if lever is None:
            return None
        others = {p: v for p, v in self.session.levers.items() if p not in lever.paths}
        if not others:
            return self.session.text, lever.per
        return Session(self.session.rule, "", self.session.text, others).variant, lever.per

    def _cap_point(self) -> Point | None:
        """The point of the sweep for where the cap lever stands, where that is all that was moved."""
        lever = self._cap_lever()
        if lever is None or self.caps is None or not self.drags:
            return None
        return self.caps.points.get(self.session.value(lever))

    async def _family_work(self, text: str, per: str) -> None:
        self.caps = None
        worker = await self.workers.compute(Job(text, self.file.path, ("caps",), (per,)))
        try:
            async for result in worker.results():
                if isinstance(result, Caps):
                    self.caps = result
                    self.show("caps")
        finally:
            worker.close()

    def _say(self, busy: str) -> None:
        self.busy = busy
        self.show("status")

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something for the page that ends with it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_slots: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


def _reading_slot() -> asyncio.Semaphore:
    """Readers of all pages together: more threads than this only wait for each other."""
    return _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_READERS))


def refused(error: IndexcalcError) -> str:
    """An error as one line for a person."""
    first = error.diagnostics[0]
    return f"{first.message} ({first.hint})" if first.hint else first.message
