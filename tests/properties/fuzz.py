"""What every fuzz is held to: five seconds and one gigabyte a try, and how many tries it makes."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

SECONDS = 5.0
MEGABYTES = 1024.0


def tries(thorough: int, short: int) -> int:
    """How many tries: many with ``INDEXCALC_HYPOTHESIS=thorough``, few without."""
    return thorough if os.environ.get("INDEXCALC_HYPOTHESIS") == "thorough" else short


class Unbounded(BaseException):
    """Raised out of a try that takes too long: no handler of the code under test takes it."""


@contextmanager
def bounded() -> Iterator[None]:
    """AssertionError: what was done took 5 s of CPU time or 1 GB of memory.

    A loop without an end is broken off by a signal of the processor's clock.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise Unbounded

    before_handler = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    began, before = time.process_time(), _memory("VmRSS")
    _forget_the_peak()
    try:
        yield
    except Unbounded:
        raise AssertionError(f"it took longer than {SECONDS:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before_handler)
    assert time.process_time() - began < SECONDS
    assert _memory("VmHWM") - before < MEGABYTES


def _forget_the_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _memory(name: str) -> float:
    """A figure of this process in MB; 0 where the system does not say."""
    try:
        found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0
