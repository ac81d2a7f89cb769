"""What a person waits for in the studio, in the system's Chromium: python -m benchmarks.studio [MARKET]

Needs the extra ``studio``, playwright and a Chromium.  Times are from the event in the page (a key, a
step of a lever) to the picture of the screen that shows the answer, so they hold the browser, and the
server and the way between them where these are asked; the load of the machine is printed beside them.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.parts import Bench, Row
from tests.browser.conftest import FLAGS, PATHS
from tests.browser.studio_server import Person, Studio, running

RULE = "kospi200-cap30"
CAP = "weighting.caps[0].limit"
REVIEWED = "kospi200"
"""The rule whose count and buffer are moved: each asks for every review anew."""
LEVERS = ("selection.count", "selection.steps.2017-06-09[3].select.size.rank.max")
STEPS = 40
OPENED, COMPUTED = "open until the editor answers", "open until all is computed"
STEP, SLOWEST = f"a step of the cap, median of {STEPS}", "the slowest of these"
FINDING = "a key until the finding, median of 20"
REVIEWS = "a lever that needs new reviews, median of 4"
# From an event until the text of an element is another and the screen shows it: milliseconds, -1 after ten
# seconds.
UNTIL = """([element, act]) => new Promise((done) => {
  const watched = document.querySelector(element), before = watched.textContent;
  const begun = performance.now();
  const watch = new MutationObserver(() => {
    if (watched.textContent === before) return;
    watch.disconnect();
    // A message comes after the picture of the screen is made.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - begun);
    requestAnimationFrame(() => port2.postMessage(0));
  });
  watch.observe(watched, { childList: true, characterData: true, subtree: true });
  setTimeout(() => done(-1), 10000);
  eval(act);
})"""


def main(market: Path | None = None) -> int:
    """Measure and print.  ``market``: default a demo market."""
    if said := missing():
        print(f"skipped: {said}")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = measured(folder, market or demo(folder))
    for what, value in figures.items():
        print(f"{what:<58} {value:>9,.0f} ms")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return 0


def part(bench: Bench) -> list[Row]:
    """The studio, in the system's Chromium: from the event in the page to the answer on it."""
    if said := missing():
        return [Row("not measured", said)]
    folder = bench.folder / "studio"
    folder.mkdir()
    small, large = measured(folder, demo(folder)), measured(folder, Path(bench.demo))

    def row(what: str, figures: Mapping[str, float], least: str, where: str) -> Row:
        return Row(f"{what}, {where}", f"{figures[what]:,.0f} ms", least)

    smaller, larger = "the demo market as it comes", "`demo`"
    return [
        row(STEP, small, "50 ms", smaller),
        row(SLOWEST, small, "50 ms", smaller),
        row(FINDING, small, "100 ms", smaller),
        row(REVIEWS, small, "1,000 ms", smaller),
        row(STEP, large, "50 ms", larger),
        row(SLOWEST, large, "50 ms", larger),
        row(REVIEWS, large, "3,000 ms", larger),
        row(COMPUTED, large, "", larger),
    ]


def missing() -> str:
    """What there is not and the measurement needs; '' where all is there."""
    names = [name for name in ("nicegui", "playwright") if find_spec(name) is None]
    if names:
        return f"{' and '.join(names)} not installed"
    return "" if chromium() else "no Chromium is installed"


def chromium() -> str | None:
    """The path of the system's browser."""
    return next((found for name in PATHS if (found := shutil.which(name))), None)


def demo(folder: Path) -> Path:
    """The demo market as it comes."""
    from indexcalc.cli.main import run as command

    assert command(["market", "demo", "--out", str(folder / "market")]) == 0
    return folder / "market"


@contextmanager
def opened(folder: Path, market: Path) -> Iterator[tuple[Any, Studio]]:
    """A browser beside a studio on a market."""
    from playwright.sync_api import sync_playwright

    with running(folder, market, RULE) as studio, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser, studio
        browser.close()


def measured(folder: Path, market: Path) -> dict[str, float]:
    """Milliseconds by what was done on a market; rules are saved in ``folder``."""
    with opened(folder, market) as (browser, studio):
        made = _caps_and_keys(Person(browser.new_context(), studio))
        made[REVIEWS] = _reviews(Person(browser.new_context(), studio))
    return made


def _caps_and_keys(person: Person) -> dict[str, float]:
    made: dict[str, float] = {}
    begun = time.perf_counter()
    person.page.goto(person.studio.address)
    person.page.wait_for_selector("body[data-ready]", timeout=60_000)
    made[OPENED] = 1e3 * (time.perf_counter() - begun)
    person.rested()
    made[COMPUTED] = 1e3 * (time.perf_counter() - begun)
    person.page.wait_for_function("document.body.dataset.drags === 'true'", timeout=120_000)
    person.page.wait_for_timeout(3_000)
    places = [*range(28, 8, -1), *range(10, 30)]
    steps = [_lever(person, CAP, place, "#fig-total_return") for place in places]
    made[STEP], made[SLOWEST] = statistics.median(steps), max(steps)
    person.rested()
    typed = []
    for n in range(20):
        act = (
            _typing("limit: 30", f"limit: x{n:03d}")
            if n % 2 == 0
            else _typing(r"limit: x\d+", "limit: 30")
        )
        typed.append(_until(person, ".marks-box", act))
    made[FINDING] = statistics.median(typed)
    person.rested()
    return made


def _reviews(person: Person) -> float:
    """The median of levers that need new reviews, once the page has rested."""
    person.open()
    person.page.select_option("#rule", REVIEWED)
    person.page.wait_for_function(
        f"studio.view?.state.doc.toString().includes('index: {REVIEWED}\\n')"
    )
    person.rested()
    person.page.wait_for_timeout(6_000)
    taken = []
    for lever in LEVERS:
        for step in (-1, -2):
            place = int(person.page.locator(f"input[data-lever='{lever}']").get_attribute("value"))
            taken.append(_lever(person, lever, place + step, "#fig-total_return"))
            person.rested()
            person.page.wait_for_timeout(1_000)
    return statistics.median(taken)


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
    sys.exit(main(given))
