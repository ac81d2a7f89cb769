"""A studio whose ten tabs are typed into at random: python -m benchmarks.studio_soak [TABS] [SECONDS]

A hundred edits a second and tab for a minute, levers, undo and panels among them.  Said at the end: that no
traceback was written, that every tab shows what ``simulate`` gives for its last text, and what memory the
server and the process that holds the market had before, after, and once all tabs are closed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import indexcalc as ic
from benchmarks.memory import anonymous_mb
from benchmarks.studio import chromium, missing
from indexcalc.studio.view.render import number
from tests.browser.conftest import FLAGS
from tests.browser.studio_edits import edited
from tests.browser.studio_server import RULE, Person, Studio, made_market, running

FIGURES = ("level_last", "volatility", "largest_weight_last", "effective_number_last")
FORGOTTEN = 45.0
"""Seconds after which a page that was closed is forgotten (``server.RECONNECT`` and some)."""


def main(tabs: int, seconds: float) -> int:
    """Edit, look, print; 1: something was wrong."""
    from playwright.sync_api import sync_playwright

    if said := missing():
        print(f"skipped: {said}")
        return 0
    with tempfile.TemporaryDirectory() as name, sync_playwright() as started:
        folder = Path(name)
        market = made_market(folder)
        (folder / "mine.yaml").write_text(RULE, "utf-8")
        with running(folder, market) as studio:
            browser = started.chromium.launch(executable_path=chromium(), args=FLAGS)
            wrong = _soaked(browser, studio, tabs, seconds)
            browser.close()
            wrong += studio.complaints()
    print(wrong or "no traceback; the last state of every tab is right")
    return 1 if wrong else 0


def _soaked(browser, studio: Studio, tabs: int, seconds: float) -> str:  # type: ignore[no-untyped-def]
    """What was wrong, '' where nothing was."""
    context = browser.new_context()
    Person(context, studio).open().page.close()
    _memory(studio, "after a first tab")
    wrong = ""
    for turn in ("first", "second"):
        people = [Person(context, studio).open() for _ in range(tabs)]
        _memory(studio, f"{tabs} tabs at rest, {turn} time")
        begun = time.perf_counter()
        edits = edited(people, seconds)
        for person in people:
            wrong += _differs(person, studio)
            wrong += "\n".join(person.said)
        rate = sum(edits) / tabs / seconds
        wrong += "".join(f"tab {place} was opened anew\n" for place, n in enumerate(edits) if not n)
        print(f"{sum(edits):,} edits, {rate:.0f} a second and tab; right after", end=" ")
        print(f"{time.perf_counter() - begun - seconds:.1f} s more")
        _memory(studio, "after the edits, tabs open")
        for person in people:
            person.page.close()
        time.sleep(FORGOTTEN)
        _memory(studio, "all tabs closed")
    return wrong


def _differs(person: Person, studio: Studio) -> str:
    rule = ic.Methodology.from_text(person.text())
    row = ic.simulate_caps(rule, studio.market).summary.to_pylist()[0]
    shown = person.figures()
    wanted = {name: number(name, row[name]) for name in FIGURES}
    found = {name: shown[name] for name in FIGURES}
    return "" if found == wanted else f"{found} is not {wanted} of\n{person.text()}\n"


def _memory(studio: Studio, when: str) -> None:
    """Print the anonymous memory of the server and of all its processes, and how many they are."""
    server = str(studio.process.pid)
    below = _below(server)
    whole = sum(anonymous_mb(each) for each in below)
    print(f"{when:<36} server {anonymous_mb(server):6.0f} MB, {len(below)} other", end=" ")
    print(f"processes {whole:6.0f} MB", flush=True)


def _below(process: str) -> list[str]:
    """The processes below one, by the tables of the kernel."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == process:
            found += [stat.parent.name, *_below(stat.parent.name)]
    return found


if __name__ == "__main__":
    given = [*map(float, sys.argv[1:]), *(10, 60)[len(sys.argv) - 1 :]]
    sys.exit(main(int(given[0]), given[1]))
