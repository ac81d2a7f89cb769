"""The process that holds the market, and its forks: a job comes over a socket, results and answers go back.

What the market keeps of a rule once it was computed (its windows, above all) is in every later fork: the
first process holds that of the first rule, and for another that is opened a fork of it does the same.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import signal
import socket
import struct
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from indexcalc.diagnostics import IndexcalcError
from indexcalc.market.market import Market
from indexcalc.studio.work.exports import EXPORTS
from indexcalc.studio.work.questions import QUESTIONS
from indexcalc.studio.work.studies import Study, refusal

LENGTH: Final = struct.Struct(">Q")
_LIMIT: Final = 1 << 20
FOR_A_JOB: Final = b"j"
TO_HOLD: Final = b"h"


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
    _warm(market, warm, assume)
    _fork_for_all(control, market, assume)


def _warm(market: Market, rule: Path, assume: Mapping[str, str]) -> None:
    """Compute a rule once: what the market keeps of it is in every fork from now on."""
    # What is wrong with that rule is told by the fork that is asked for it.
    with contextlib.suppress(Exception):
        Study(market, rule.read_text("utf-8"), rule, assume).quick()
    gc.collect()
    gc.freeze()


def _fork_for_all(control: socket.socket, market: Market, assume: Mapping[str, str]) -> None:
    """Fork for every socket that comes over ``control``, until it is closed."""
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
                    if message == TO_HOLD:
                        _warm(market, receive(line), assume)
                        _send(line, True)
                        _fork_for_all(line, market, assume)
                    else:
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
    job = receive(line)
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
    while (message := receive(line)) is not None:
        asked.put(message)
    os._exit(0)


def _send(line: socket.socket, value: Any) -> None:
    line.sendall(packed(value))


def packed(value: Any) -> bytes:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def receive(line: socket.socket) -> Any:
    """The next message; None at the end."""
    head = _exactly(line, LENGTH.size)
    if head is None:
        return None
    data = _exactly(line, LENGTH.unpack(head)[0])
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
