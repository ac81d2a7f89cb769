"""The largest anonymous memory of processes while a block runs.

Mapped files are pages of the cache, not memory somebody pays for; they are left out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


class AnonymousMemory:
    """The largest RssAnon of any process that ``watched`` names, looked at ``every`` few seconds; MB."""

    def __init__(self, watched: Callable[[], Iterable[str]], every: float) -> None:
        self.most = 0.0
        self._watched, self._every = watched, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> AnonymousMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            self.most = max(self.most, *map(anonymous_mb, self._watched()), 0.0)


def this_process() -> tuple[str, ...]:
    """The process itself."""
    return ("self",)


def children() -> list[str]:
    """The processes that this one started."""
    found: list[str] = []
    for thread in list(Path("/proc/self/task").iterdir()):
        try:
            found += (thread / "children").read_text().split()
        except OSError:
            continue
    return found


def anonymous_mb(process: str) -> float:
    """The anonymous resident set of a process in MB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith("RssAnon:")]
    return int(found[0]) / 1024 if found else 0.0
