"""Where the server listens, and what it reads before the first page."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

pytest.importorskip("nicegui", reason="nicegui is not installed (extra `studio`)")

from indexcalc.studio.folders import Folders
from indexcalc.studio.page import server


def test_it_listens_on_this_machine_alone_and_a_taken_port_is_told() -> None:
    with server.listen(0) as first:
        address, port = first.getsockname()
        assert address == "127.0.0.1"
        first.listen()
        with pytest.raises(OSError, match="in use"):
            server.listen(port)
    with socket.socket() as after:
        after.settimeout(1)
        assert after.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("text", ["index: mine\n", "[" * 50, "", "name: {en: a, en: b}\n"])
def test_a_first_rule_that_does_not_read_keeps_nobody_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    server._read_once(Folders.of([tmp_path]), "mine")
    server._read_once(Folders.of([tmp_path]), "gone")
