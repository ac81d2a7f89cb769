"""What a person waits for in the studio, measured in the system's Chromium: python -m benchmarks.studio

Needs the extra ``studio``, playwright and a Chromium.  Times are from the event in the page (a key, a
step of a lever) to the change that answers it on the page, so they hold the browser, the server and the
way between them; the load of the machine is printed beside them.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.browser.conftest import FLAGS, PATHS
from tests.browser.studio_server import Person, Studio, running

RULE = "kospi200-cap30"
CAP = "weighting.caps[0].limit"
WINDOW = "weighting.caps[0].measured.over"
STEPS = 20
# From an event until the text of an element is another: milliseconds, -1 after ten seconds.
UNTIL = """([element, act]) => new Promise((done) => {
  const watched = document.querySelector(element), before = watched.textContent;
  const begun = performance.now();
  const watch = new MutationObserver(() => {
    if (watched.textContent === before) return;
    watch.disconnect();
    done(performance.now() - begun);
  });
  watch.observe(watched, { childList: true, characterData: true, subtree: true });
  setTimeout(() => done(-1), 10000);
  eval(act);
})"""


def main(market: Path | None = None) -> dict[str, float]:
    """Measure and print; medians in milliseconds by what was done.  ``market``: default a demo market."""
    from playwright.sync_api import sync_playwright

    chromium = next((found for name in PATHS if (found := shutil.which(name))), None)
    if chromium is None:
        print("skipped: no Chromium is installed")
        return {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as started:
        place = market or _demo(Path(name))
        with running(Path(name), place, RULE) as studio:
            browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
            figures = _measured(Person(browser.new_context(), studio), studio)
            browser.close()
    for what, value in figures.items():
        print(f"{what:<58} {value:>9,.0f} ms")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return figures


def _demo(folder: Path) -> Path:
    from indexcalc.cli.main import run as command

    assert command(["market", "demo", "--out", str(folder / "market")]) == 0
    return folder / "market"


def _measured(person: Person, studio: Studio) -> dict[str, float]:
    made: dict[str, float] = {}
    begun = time.perf_counter()
    person.page.goto(studio.address)
    person.page.wait_for_selector("body[data-ready]", timeout=60_000)
    made["open until the editor answers"] = 1e3 * (time.perf_counter() - begun)
    person.rested()
    made["open until all is computed"] = 1e3 * (time.perf_counter() - begun)
    person.page.wait_for_timeout(6_000)
    steps = [_lever(person, CAP, 28 - n, "#fig-total_return") for n in range(STEPS)]
    made[f"a step of the cap until the figures (median of {STEPS})"] = statistics.median(steps)
    made["the slowest of these"] = max(steps)
    person.rested()
    typed = []
    for n in range(STEPS):
        act = (
            _typing("limit: 30", f"limit: x{n:03d}")
            if n % 2 == 0
            else _typing(r"limit: x\d+", "limit: 30")
        )
        typed.append(_until(person, ".marks-box", act))
    made[f"a key until the finding (median of {STEPS})"] = statistics.median(typed)
    person.rested()
    again = [_lever(person, WINDOW, place, "#fig-total_return") for place in (3, 4)]
    made["a lever that needs new reviews until the figures"] = statistics.median(again)
    person.rested()
    return made


def _until(person: Person, element: str, act: str) -> float:
    value: float = person.page.evaluate(UNTIL, [element, act])
    return value


def _lever(person: Person, lever: str, place: int, element: str) -> float:
    slider = f"document.querySelector(`input[data-lever='{lever}']`)"
    act = f"const s = {slider}; s.value = {place}; s.dispatchEvent(new Event('input', {{bubbles: true}}))"
    return _until(person, element, act)


def _typing(old: str, new: str) -> str:
    return (
        "const v = studio.view, t = v.state.doc.toString(), m = t.match(/" + old + "/);"
        f" v.dispatch({{changes: {{from: m.index, to: m.index + m[0].length, insert: '{new}'}}}})"
    )


if __name__ == "__main__":
    given: Any = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    sys.exit(0 if main(given) or not shutil.which("chromium") else 1)
