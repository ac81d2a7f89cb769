"""Computing apart from the page: one process holds the market, and each text is computed in a fork of it.

A fork has all the market has loaded and costs some milliseconds; when its text is superseded its socket is
closed and it ends, with all its memory.  So a page never waits for work it no longer wants, no page can
stop another, and what a rule does to memory ends with its process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from indexcalc.diagnostics import RunError
from indexcalc.studio.work.market_process import (
    FOR_A_JOB,
    LENGTH,
    TO_HOLD,
    Facts,
    Job,
    packed,
    receive,
)
from indexcalc.studio.work.studies import Refusal, refusal

_LIMIT: Final = 1 << 20
_MOST_HOLDERS: Final = 3
"""Rules besides the first whose windows are held; the one opened first makes room."""
# Not -m: the classes that are pickled have one home.  -P: nothing of the current folder is imported.
_MAIN: Final = "from indexcalc.studio.work.market_process import main; main()"
ENDED: Final = "the computation ended without an answer"


@dataclass(eq=False)
class Worker:
    """A process that computes one text, from this side.  Close it when the text is superseded."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    slot: asyncio.Semaphore
    path: Path
    _waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)
    _number: int = 0
    _holds: bool = True
    _listener: asyncio.Task[None] | None = None
    closed: bool = False

    async def results(self) -> AsyncIterator[Any]:
        """``Quick``, ``Full``, ``Caps`` or a ``Refusal`` as they are made; then the worker answers."""
        try:
            while (message := await self._next()) is not None:
                yield message
        except (asyncio.IncompleteReadError, ConnectionError):
            yield _ended(self.path)
            self.close()
            return
        finally:
            self._release()
        self._listener = asyncio.create_task(self._listen())

    async def ask(self, name: str, **arguments: Any) -> Any:
        """The answer to a question of ``QUESTIONS`` or ``EXPORTS``, or a ``Refusal``."""
        if self.closed:
            return _ended(self.path)
        self._number += 1
        number = self._number
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self.writer.write(packed((number, name, arguments)))
        try:
            return await self._waiting[number]
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """End the process, whatever it does; those who wait for an answer are told."""
        if self.closed:
            return
        self.closed = True
        self._release()
        self.writer.close()
        if self._listener is not None:
            self._listener.cancel()
        for future in self._waiting.values():
            if not future.done():
                future.set_result(_ended(self.path))

    async def _listen(self) -> None:
        try:
            while True:
                number, answer = await self._next()
                future = self._waiting.get(number)
                if future is not None and not future.done():
                    future.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()

    async def _next(self) -> Any:
        head = await self.reader.readexactly(LENGTH.size)
        return pickle.loads(await self.reader.readexactly(LENGTH.unpack(head)[0]))

    def _release(self) -> None:
        if self._holds:
            self._holds = False
            self.slot.release()


class NoWorker(Struct, frozen=True):
    """What stands for a worker where there is no market to compute on: it says why."""

    why: Refusal

    async def results(self) -> AsyncIterator[Any]:
        """Why there is none."""
        yield self.why

    async def ask(self, name: str, **arguments: Any) -> Any:
        """Why there is no answer."""
        return self.why

    def close(self) -> None:
        """Nothing to end."""


def fork_of(holder: socket.socket, what: bytes) -> socket.socket:
    """The line to a new fork of a process that holds the market."""
    mine, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(holder, [what], [theirs.fileno()])
    return mine


def _ended(path: Path) -> Refusal:
    return refusal(RunError.of("STU003", ENDED, path=path), path)


@dataclass(eq=False)
class _Holder:
    """A process that holds what the market keeps of a rule besides the first; ``ready``: it has it."""

    line: socket.socket
    ready: bool = False
    warming: asyncio.Task[None] | None = None

    def close(self) -> None:
        """End the process, once it has done what it computes now."""
        self.ready = False
        # Who waits for its word in another thread is woken by this, not by closing alone.
        with contextlib.suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()


class Workers:
    """The process that holds the market, and the forks of it.  ``place``: the market's folder, '' for
    the demo market; ``warm``: the rule that is asked for first; ``most``: computing at a time."""

    def __init__(
        self, place: str, warm: Path, assume: Mapping[str, str], most: int | None = None
    ) -> None:
        self.place, self.warm, self.assume = place, warm, dict(assume)
        self._slot = asyncio.Semaphore(most or 1 + max(2, os.cpu_count() or 2))
        self._control: socket.socket | None = None
        self._holders: dict[Path, _Holder] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = asyncio.Lock()
        self.facts: Facts | Refusal | None = None

    async def start(self) -> Facts | Refusal:
        """Start the process if it does not run; what the market is, or why it cannot be opened."""
        async with self._starting:
            if self._process is not None and self._process.poll() is None and self.facts:
                return self.facts
            mine, theirs = socket.socketpair()
            command = [sys.executable, "-P", "-c", _MAIN, str(theirs.fileno())]
            assumed = [f"{key}={value}" for key, value in self.assume.items()]
            self._process = subprocess.Popen(
                [*command, self.place, str(self.warm), *assumed], pass_fds=[theirs.fileno()]
            )
            theirs.close()
            self._end_holders()
            if self._control is not None:
                self._control.close()
            self._control = mine
            self.facts = await asyncio.to_thread(receive, mine)
            if self.facts is None:
                self.facts = _ended(Path(self.place))
            return self.facts

    def keep_warm(self, path: Path) -> None:
        """Have what the market keeps of a rule in the forks for it, from when that is there on."""
        if self._control is None or path == self.warm or path in self._holders:
            return
        holder = self._holders[path] = _Holder(fork_of(self._control, TO_HOLD))
        holder.line.sendall(packed(path))
        holder.warming = asyncio.create_task(self._warmed(path, holder))
        if len(self._holders) > _MOST_HOLDERS:
            self._holders.pop(next(iter(self._holders))).close()

    async def _warmed(self, path: Path, holder: _Holder) -> None:
        async with self._slot:
            holder.ready = bool(await asyncio.to_thread(receive, holder.line))
        if not holder.ready and self._holders.get(path) is holder:
            del self._holders[path]

    async def compute(self, job: Job) -> Worker | NoWorker:
        """A worker on a job, as soon as one of the processors is free."""
        await self._slot.acquire()
        try:
            facts = await self.start()
            if isinstance(facts, Refusal):
                self._slot.release()
                return NoWorker(facts)
            assert self._control is not None
            mine = self._forked(job.path)
            mine.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=mine, limit=_LIMIT)
        except BaseException:
            self._slot.release()
            raise
        writer.write(packed(job))
        return Worker(reader, writer, self._slot, job.path)

    def _forked(self, path: Path) -> socket.socket:
        """The line to a fork with what is held of a rule, where that is there and lives."""
        assert self._control is not None
        holder = self._holders.get(path)
        if holder is not None and holder.ready:
            try:
                return fork_of(holder.line, FOR_A_JOB)
            except OSError:
                self._holders.pop(path).close()
        return fork_of(self._control, FOR_A_JOB)

    def stop(self) -> None:
        """End the process that holds the market; its forks end as their sockets close."""
        self._end_holders()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait(timeout=10)

    def _end_holders(self) -> None:
        for holder in self._holders.values():
            holder.close()
        self._holders.clear()
