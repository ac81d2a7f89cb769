"""The command as a process: closed streams, paths of any bytes, interrupts from the first moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "indexcalc.cli.entry")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    words = " ".join(COMMAND)
    return subprocess.run(
        ["sh", "-c", line.replace("indexcalc", words, 1)],
        cwd=folder,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("indexcalc validate kospi >&-", 0),
        ("indexcalc schema >&-", 0),
        ("indexcalc --help >&-", 0),
        ("indexcalc validate kospi <&- >&- 2>&-", 0),
        ("indexcalc validate no-such-rule >&-", 1),
        ("indexcalc validate no-such-rule 2>&-", 1),
        ("indexcalc schema > /dev/full", 1),
    ],
)
def test_a_closed_or_full_stream(line: str, code: int, tmp_path: Path) -> None:
    found = shell(line, tmp_path)
    assert found.returncode == code
    assert b"Traceback" not in found.stderr
    if "/dev/full" in line:
        assert b"standard output: No space left" in found.stderr


def test_a_file_does_not_receive_what_was_for_a_closed_stream(tmp_path: Path) -> None:
    found = shell("indexcalc schema --out made.json >&-", tmp_path)
    assert found.returncode == 0
    assert (tmp_path / "made.json").read_bytes().startswith(b"{")
    assert b"made.json" not in (tmp_path / "made.json").read_bytes()


def test_paths_that_are_not_utf_8(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    Path(os.fsdecode(name) + ".yaml").write_text("index: x\n")
    os.mkdir(name)
    Path(os.fsdecode(name), "market.json").write_text("{}")
    for arguments in (
        (b"validate", name + b".yaml"),
        (b"compute", name + b".yaml"),
        (b"market", b"check", b"--market", name),
        (b"market", b"import", name + b".yaml", b"--market", name),
        (b"verify", name),
    ):
        found = subprocess.run([*COMMAND, *arguments], capture_output=True, check=False)
        assert found.returncode in (1, 2, 3), arguments
        assert b"Traceback" not in found.stderr, arguments
        assert b"caf" in found.stderr + found.stdout


def test_korean_on_a_terminal_that_knows_none(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("index: x\nname: {ko: 코스피}\n유: 1\n", encoding="utf-8")
    found = subprocess.run(
        [*COMMAND, "validate", "x.yaml"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert found.returncode == 1
    assert b"Traceback" not in found.stderr


def test_an_interrupt_from_the_first_moment_on() -> None:
    """Once this package is reached; before that it is Python's own start that is interrupted."""
    program = (
        "import os, signal, sys, threading\n"
        "import builtins\n"
        "real, count = builtins.__import__, [0]\n"
        "def slow(name, *rest, **more):\n"
        "    count[0] += 1\n"
        "    if count[0] == at: os.kill(os.getpid(), signal.SIGINT)\n"
        "    return real(name, *rest, **more)\n"
        "from indexcalc.cli.entry import main\n"
        "builtins.__import__ = slow\n"
        "at, sys.argv = int(sys.argv[1]), ['indexcalc', 'validate', 'kospi']\n"
        "main()\n"
    )
    for at in (1, 2, 5, 20, 60, 200, 500):
        found = subprocess.run(
            [sys.executable, "-c", program, str(at)], capture_output=True, check=False
        )
        assert b"Traceback" not in found.stderr, (at, found.stderr[-500:])
        assert found.returncode in (130, 0, 1), at


def _hears_interrupts() -> None:
    """A shell's background job ignores SIGINT, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_run_ends_with_130(tmp_path: Path) -> None:
    market = tmp_path / "m"
    process = subprocess.Popen(
        [*COMMAND, "market", "demo", "--years", "40", "--securities", "2500", "--out", str(market)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_hears_interrupts,
    )
    while process.poll() is None and not list(market.glob(".*.part")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert not (market / "market.json").exists()
    assert not list(market.glob(".*.part"))
