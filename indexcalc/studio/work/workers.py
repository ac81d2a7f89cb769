"""Computing apart from the page: one process holds the market, and each text is computed in a fork of it.

A fork has all the market has loaded and costs some milliseconds; when its text is superseded its socket is
closed and it ends, with all its memory.  So a page never waits for work it no longer wants, no page can
stop another, and what a rule does to memory ends with its process.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import pickle
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from indexcalc.diagnostics import IndexcalcError, RunError
from indexcalc.market.market import Market
from indexcalc.studio.work.exports import EXPORTS
from indexcalc.studio.work.questions import QUESTIONS
from indexcalc.studio.work.studies import Refusal, Study, refusal

_LENGTH: Final = struct.Struct(">Q")
_LIMIT: Final = 1 << 20
# Not -m: the classes that are pickled have one home.  -P: nothing of the current folder is imported.
_MAIN: Final = "from indexcalc.studio.work.workers import main; main()"
ENDED: Final = "the computation ended without an answer"


class Job(Struct, frozen=True):
    """What is to be computed; ``stages`` of ``quick``, ``full`` and ``caps``, in that order."""

    text: str
    path: Path
    stages: tuple[str, ...] = ("quick", "full", "caps")
    pers: tuple[str, ...] = ("security",)


class Facts(Struct, frozen=True):
    """What the page says of the market; ``last``: its last session as a day number."""

    place: str
    synthetic: bool
    first: int
    last: int
    lines: int


# --- in the process that holds the market ----------------------------------------------------------


def serve(control: socket.socket, place: str, warm: Path, assume: Mapping[str, str]) -> None:
    """Hold a market and fork for every socket that comes over ``control``, until it is closed.

    The rule at ``warm`` is computed once beforehand: what the market keeps of it is in every fork.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        market = Market.open(Path(place)) if place else Market.demo()
        facts = _facts(market)
    except IndexcalcError as error:
        _send(control, refusal(error, Path(place)))
        return
    _send(control, facts)
    # What is wrong with that rule is told by the fork that is asked for it.
    with contextlib.suppress(Exception):
        Study(market, warm.read_text("utf-8"), warm, assume).quick()
    gc.collect()
    gc.freeze()
    while True:
        message, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        with socket.socket(fileno=handles[0]) as line, warnings.catch_warnings():
            # Python warns of forks beside threads; those of Arrow are made anew in the child.
            warnings.simplefilter("ignore", DeprecationWarning)
            if os.fork() == 0:
                control.close()
                # Who asked has closed the line: another text has taken the place of this one.
                with contextlib.suppress(ConnectionError):
                    _answer(line, market, assume)
                os._exit(0)


def main() -> None:
    """The process of ``_MAIN``: the number of a socket, a folder, the path of a rule, assumptions."""
    assume = dict(word.partition("=")[::2] for word in sys.argv[4:])
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], Path(sys.argv[3]), assume)


def _facts(market: Market) -> Facts:
    market.panel.presence()
    facts = market.facts
    return Facts(
        place=str(market.place),
        synthetic=bool(facts.get("synthetic")),
        first=int(market.days[0]) if len(market.days) else 0,
        last=int(market.days[-1]) if len(market.days) else 0,
        lines=len(market.symbols),
    )


def _answer(line: socket.socket, market: Market, assume: Mapping[str, str]) -> None:
    """Compute the job that comes over a socket, then answer questions; ends with the socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()
    job = _receive(line)
    if not isinstance(job, Job):
        return
    # Whoever closes the other end wants nothing any more: the process ends in the middle of its work.
    threading.Thread(target=_listen, args=(line, asked), daemon=True).start()
    study = Study(market, job.text, job.path, assume)
    for stage in job.stages:
        try:
            if stage == "quick":
                _send(line, study.quick())
            elif stage == "full":
                _send(line, study.full())
            else:
                for per in job.pers:
                    _send(line, study.caps(per))
        except IndexcalcError as error:
            _send(line, refusal(error, job.path))
            break
    _send(line, None)
    while True:
        number, name, arguments = asked.get()
        ask = QUESTIONS.get(name) or EXPORTS[name]
        try:
            _send(line, (number, ask(study, **arguments)))
        except IndexcalcError as error:
            _send(line, (number, refusal(error, job.path)))


def _listen(line: socket.socket, asked: queue.SimpleQueue[Any]) -> None:
    while (message := _receive(line)) is not None:
        asked.put(message)
    os._exit(0)


def _send(line: socket.socket, value: Any) -> None:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    line.sendall(_LENGTH.pack(len(data)) + data)


def _receive(line: socket.socket) -> Any:
    """The next message; None at the end."""
    head = _exactly(line, _LENGTH.size)
    if head is None:
        return None
    data = _exactly(line, _LENGTH.unpack(head)[0])
    return None if data is None else pickle.loads(data)


def _exactly(line: socket.socket, n: int) -> bytes | None:
    parts = []
    while n:
        try:
            part = line.recv(min(n, _LIMIT))
        except OSError:
            return None
        if not part:
            return None
        parts.append(part)
        n -= len(part)
    return b"".join(parts)


# --- in the process of the page -------------------------------------------------------------------


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
        data = pickle.dumps((number, name, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        self.writer.write(_LENGTH.pack(len(data)) + data)
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
        head = await self.reader.readexactly(_LENGTH.size)
        return pickle.loads(await self.reader.readexactly(_LENGTH.unpack(head)[0]))

    def _release(self) -> None:
        if self._holds:
            self._holds = False
            self.slot.release()


def _ended(path: Path) -> Refusal:
    return refusal(RunError.of("STU003", ENDED, path=path), path)


class Workers:
    """The process that holds the market, and the forks of it.  ``place``: the market's folder, '' for
    the demo market; ``warm``: the rule that is asked for first; ``most``: computing at a time."""

    def __init__(
        self, place: str, warm: Path, assume: Mapping[str, str], most: int | None = None
    ) -> None:
        self.place, self.warm, self.assume = place, warm, dict(assume)
        self._slot = asyncio.Semaphore(most or 1 + max(2, os.cpu_count() or 2))
        self._control: socket.socket | None = None
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
            self._control = mine
            self.facts = await asyncio.to_thread(_receive, mine)
            if self.facts is None:
                self.facts = _ended(Path(self.place))
            return self.facts

    async def compute(self, job: Job) -> Worker:
        """A worker on a job, as soon as one of the processors is free."""
        await self._slot.acquire()
        try:
            if isinstance(await self.start(), Refusal):
                raise ConnectionError
            assert self._control is not None
            mine, theirs = socket.socketpair()
            with theirs:
                socket.send_fds(self._control, [b"1"], [theirs.fileno()])
            mine.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=mine, limit=_LIMIT)
        except BaseException:
            self._slot.release()
            raise
        data = pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
        writer.write(_LENGTH.pack(len(data)) + data)
        return Worker(reader, writer, self._slot, job.path)

    def stop(self) -> None:
        """End the process that holds the market; its forks end as their sockets close."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait(timeout=10)
