"""The messages between a page's server and the process that holds the market."""

from __future__ import annotations

import socket
from pathlib import Path

from indexcalc.studio.work.market_process import LENGTH, Job, packed, receive, serve
from indexcalc.studio.work.studies import Refusal


def test_a_message_comes_out_as_it_was_put_in_however_it_is_cut() -> None:
    job = Job("index: test\n", Path("test.yaml"), ("quick",))
    data = packed(job) + packed(None) + packed((7, "why", {"symbol": "A"}))
    assert LENGTH.unpack(data[: LENGTH.size])[0] == len(packed(job)) - LENGTH.size
    mine, theirs = socket.socketpair()
    with mine, theirs:
        for place in range(0, len(data), 5):
            theirs.sendall(data[place : place + 5])
        assert receive(mine) == job
        assert receive(mine) is None
        assert receive(mine) == (7, "why", {"symbol": "A"})


def test_a_line_that_ends_or_breaks_off_is_no_message() -> None:
    mine, theirs = socket.socketpair()
    with mine:
        with theirs:
            theirs.sendall(packed("half")[:-1])
        assert receive(mine) is None
        assert receive(mine) is None


def test_a_market_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    import signal

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD)
    mine, theirs = socket.socketpair()
    with mine, theirs:
        try:
            serve(theirs, str(tmp_path / "none"), tmp_path / "rule.yaml", {})
        finally:
            signal.signal(signal.SIGINT, before[0])
            signal.signal(signal.SIGCHLD, before[1])
        said = receive(mine)
    assert isinstance(said, Refusal)
    assert "none" in said.marks[0].file or "none" in said.marks[0].message
