"""What every fuzz is held to: five seconds and one gigabyte a try, and how many tries it makes; and
damage of values that more than one makes."""

from __future__ import annotations

import copy
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import yaml
from hypothesis import strategies as st

DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""Writes YAML; the quick one, where it is installed."""
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


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every key and item of a JSON or YAML value."""
    if not isinstance(node, dict | list):
        return
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*at, key)
        yield from places(value, (*at, key))


def value_at(node: Any, at: tuple[Any, ...]) -> Any:
    """What stands at a path."""
    for key in at:
        node = node[key]
    return node


def damaged_value(
    said: Any, data: st.DataObject, values: st.SearchStrategy[Any], keys: st.SearchStrategy[str]
) -> Any:
    """A value with one to three parts deleted, added (under ``keys``), exchanged or replaced by
    ``values``."""
    made = copy.deepcopy(said)
    for _ in range(data.draw(st.integers(1, 3))):
        all_places = list(places(made))
        if not all_places:
            return made
        at = data.draw(st.sampled_from(all_places))
        node = value_at(made, at[:-1])
        what = data.draw(st.sampled_from(["delete", "value", "value", "digit", "other", "add"]))
        if what == "delete":
            del node[at[-1]]
        elif what == "add" and isinstance(node, dict):
            node[data.draw(keys)] = copy.deepcopy(data.draw(values))
        elif what == "digit" and isinstance(node[at[-1]], str) and node[at[-1]]:
            text = node[at[-1]]
            place = data.draw(st.integers(0, len(text) - 1))
            node[at[-1]] = (
                text[:place] + data.draw(st.sampled_from("019af-./x")) + text[place + 1 :]
            )
        elif what == "other":
            other = value_at(said, data.draw(st.sampled_from(list(places(said)))))
            node[at[-1]] = copy.deepcopy(other)
        else:
            node[at[-1]] = copy.deepcopy(data.draw(values))
    return made
