"""A studio of the tests: a small market, rules of its own, and the command itself in a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexcalc.cli.main import run as command

RULE = """\
# twenty of the largest, none above a third
index: mine
name: {en: My twenty, ko: 나의 스무 종목}
currency: KRW
calendar: XKRX
base: {date: 2024-03-15, level: 1000}
universe: {where: {security_type: stock}}
review:
  months: [3, 6, 9, 12]
  effective: session after 2nd thursday
  cutoff: last session 1 month before
measures: {size: {mean: market_cap, over: 3 calendar months}}
selection:
  count: 20
  steps:
    - select: {size: {rank: 20}}       # no buffer yet
    - fill: {to: 20, by: size}
weighting:
  scheme: market_cap
  caps:
    - {per: security, limit: 30%}      # the cap
"""


@dataclass(frozen=True)
class Studio:
    """A running studio: its address, its market and the folder of its rules."""

    address: str
    market: Path
    rules: Path
    errors: Path
    process: Any

    def complaints(self) -> str:
        """What it wrote to its standard error beyond what it always says."""
        lines = self.errors.read_text("utf-8").splitlines()
        return "\n".join(line for line in lines if not line.startswith("rules are opened"))


def made_market(folder: Path) -> Path:
    """A small demo market."""
    market = folder / "market"
    size = ["--securities", "150", "--years", "3", "--seed", "7"]
    assert command(["market", "demo", *size, "--out", str(market)]) == 0
    return market


@contextmanager
def running(folder: Path, market: Path, rule: str = "mine") -> Iterator[Studio]:
    """A studio on a market, with the rules in ``folder``, ended at the end."""
    errors = folder / "studio.log"
    with errors.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "indexcalc.cli.main", "studio", rule, "--no-browser"),
                *("--market", str(market), "--folder", str(folder)),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    try:
        yield Studio(address, market, folder, errors, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


class Person:
    """What a person does on a page and sees there."""

    def __init__(self, context: Any, studio: Studio) -> None:
        self.page = context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self._console(message))
        self.page.on("pageerror", lambda error: self.said.append(error.stack or str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.studio = studio

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def open(self, query: str = "") -> Person:
        """Open the page and wait until it is computed."""
        self.page.goto(self.studio.address + query)
        self.page.wait_for_selector("body[data-ready]", timeout=60_000)
        return self.rested()

    def rested(self) -> Person:
        """Wait until all is up to date."""
        self.page.wait_for_function("window.studio?.view && studio.rested()", timeout=60_000)
        return self

    def kept(self) -> Person:
        """Wait until all is up to date, the address too."""
        self.page.wait_for_function("window.studio?.view && studio.rested() && studio.kept()")
        return self

    def figures(self) -> dict[str, str]:
        """The key figures, as they are read."""
        found = self.page.query_selector_all("[data-figure]")
        return {item.get_attribute("data-figure"): item.inner_text() for item in found}

    def text(self) -> str:
        """The text in the editor."""
        said: str = self.page.evaluate("studio.view.state.doc.toString()")
        return said

    def change(self, old: str, new: str) -> None:
        """Select a piece of the text and type another in its place."""
        at = self.text().index(old)
        self.page.evaluate(
            "([from, to]) => { studio.view.focus();"
            " studio.view.dispatch({selection: {anchor: from, head: to}, scrollIntoView: true}); }",
            [at, at + len(old)],
        )
        if new:
            self.page.keyboard.insert_text(new)
        else:
            self.page.keyboard.press("Delete")

    def paste(self, text: str) -> None:
        """Paste over the whole text."""
        self.page.evaluate(
            "text => { const view = studio.view; view.focus();"
            " view.dispatch({selection: {anchor: 0, head: view.state.doc.length}});"
            " const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', text);"
            " view.contentDOM.dispatchEvent("
            "new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true})); }",
            text,
        )

    def findings(self) -> list[str]:
        """The findings, once the present text is read."""
        self.page.wait_for_function(
            "document.body.dataset.read === String(studio.fingerprint())", timeout=30_000
        )
        return [item.inner_text() for item in self.page.query_selector_all(".marks li")]

    def marked(self) -> list[str]:
        """The pieces of text that are underlined as mistakes."""
        return [item.inner_text() for item in self.page.query_selector_all(".mark-error")]

    def drag(self, lever: str, place: int) -> None:
        """Drag a lever to a place, as the mouse would."""
        self.page.evaluate(
            "([lever, place]) => { const slider = document.querySelector(`input[data-lever='${lever}']`);"
            " const step = slider.value < place ? 1 : -1;"
            " while (slider.value != place) { slider.value = Number(slider.value) + step;"
            " slider.dispatchEvent(new Event('input', {bubbles: true})); } }",
            [lever, place],
        )

    def panel(self, tab: str) -> str:
        """Choose a panel and read it when it is there."""
        self.page.click(f"[data-tab={tab}]")
        return self.read_panel()

    def read_panel(self) -> str:
        """The panel, once it is no longer being computed."""
        self.page.wait_for_function(
            "studio.heard() && !document.querySelector('.panel .busy')", timeout=60_000
        )
        text: str = self.page.inner_text(".panel")
        return text

    def rows(self, number: int = 0) -> list[list[str]]:
        """The cells of a table of the panel."""
        table = self.page.query_selector_all(".panel table")[number]
        return [
            [cell.inner_text() for cell in row.query_selector_all("td")]
            for row in table.query_selector_all("tbody tr")
        ]
