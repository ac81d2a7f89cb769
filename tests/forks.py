"""Children that are killed: a script, a process of its own that has imported everything, forks one for each
piece of work.  The script itself never calls into Arrow, which would start threads."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

KILLS = 200 if os.environ.get("INDEXCALC_HYPOTHESIS") == "thorough" else 20


def forked(work: Callable[[], int | None]) -> int:
    """The process id of a child that ends with what ``work`` returns (None: 0); with 99 where it raises."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work() or 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def answer(work: Callable[[], int | None]) -> int:
    """What a child ends with that is waited for."""
    _, status = os.waitpid(forked(work), 0)
    return os.waitstatus_to_exitcode(status)


def outcomes(script: str, place: Path) -> tuple[int, int]:
    """Runs a script on (``place``, ``KILLS``); how many of its children were killed before the end of their
    work, and how many after it, as it prints them."""
    done = subprocess.run(
        [sys.executable, "-c", script, str(place), str(KILLS)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
    )
    assert done.returncode == 0, done.stderr
    killed, survived = map(int, done.stdout.split())
    assert killed + survived == KILLS
    return killed, survived
