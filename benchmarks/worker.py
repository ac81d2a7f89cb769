"""One contestant in a process of its own: set up once, run when told, measured inside.

    python -m benchmarks.worker TASK ARGUMENTS ANSWER

Reads a line for each run and answers with one of JSON: seconds and what the task adds; the first run has
the largest anonymous memory of the process too.  Nobody quotes its time: imports and file caches are
warm after it.  Its answer goes to the file ANSWER, to be compared with the others'.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import AnonymousMemory, this_process


class Worker:
    """A contestant as the runner sees it: ``run`` gives the facts of one more run."""

    def __init__(self, task: str, *arguments: Any) -> None:
        self.task = task
        self._folder = tempfile.TemporaryDirectory()
        self._answer = Path(self._folder.name) / "answer.npz"
        words = [sys.executable, "-m", "benchmarks.worker", task, json.dumps(arguments)]
        self._process = subprocess.Popen(
            [*words, str(self._answer)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.first = self.run()

    def run(self) -> dict[str, float]:
        """One run.  RuntimeError: the contestant failed; what it said is on stderr."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.task} ended")
        facts: dict[str, float] = json.loads(line)
        return facts

    def answer(self) -> dict[str, Any]:
        """The arrays of its first answer."""
        return dict(np.load(self._answer))

    def close(self) -> None:
        """End it."""
        self._process.communicate()
        self._folder.cleanup()


def main() -> None:
    """Run when told."""
    from benchmarks.tasks import TASKS

    name, arguments, answer = sys.argv[1:]
    # What a contestant prints is not part of the talk.
    talk = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    task = TASKS[name](*json.loads(arguments))
    first = True
    for _ in sys.stdin:
        task.before()
        if first:
            with AnonymousMemory(this_process, 0.01) as memory:
                seconds, arrays, facts = _timed(task)
            facts["memory"] = memory.most
            np.savez(answer, **arrays)
            first = False
        else:
            seconds, arrays, facts = _timed(task)
        print(json.dumps({"seconds": seconds, **facts}), file=talk, flush=True)


def _timed(task: Any) -> tuple[float, dict[str, Any], dict[str, float]]:
    begun = time.perf_counter()
    result = task.run()
    seconds = time.perf_counter() - begun
    arrays, facts = task.told(result)
    return seconds, arrays, facts


if __name__ == "__main__":
    main()
