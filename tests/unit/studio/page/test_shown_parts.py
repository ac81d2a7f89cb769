"""What a page puts in its place: parts once a moment, the rest as calls of the script in the browser."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("nicegui", reason="nicegui is not installed (extra `studio`)")

from indexcalc.studio.folders import Folders
from indexcalc.studio.links import PageState, from_link
from indexcalc.studio.page import shown_parts
from indexcalc.studio.page.page import DEEDS, Page
from indexcalc.studio.text.levers import levers
from indexcalc.studio.text.reading import read
from indexcalc.studio.work.studies import Caps, Member, Point, Quick
from tests.unit.studio.three_lines import RULE, in_a_loop

FIGURES = {"level_last": 1087.5, "largest_weight_last": 0.5}
DAYS = np.asarray([19_725, 19_726, 19_727], dtype=np.int32)


class Frame:
    """A frame that keeps what is put into it."""

    def __init__(self) -> None:
        self.chart, self.parts = SimpleNamespace(id=7), {}  # type: ignore[var-annotated]
        self.editor = SimpleNamespace(set_value=self._text, set_theme=self._theme)

    def set(self, name: str, content: str) -> None:
        self.parts[name] = content

    def _text(self, text: str) -> None:
        self.parts["text"] = text

    def _theme(self, name: str) -> None:
        self.parts["theme"] = name


def with_page(folder: Path, work: Callable[[Page, list[str]], Coroutine[Any, Any, Any]]) -> Any:
    """What a coroutine makes of a page on a rule `test`, and of the calls it sends to its browser."""
    (folder / "test.yaml").write_text(RULE, "utf-8")

    async def run() -> Any:
        page = Page(SimpleNamespace(facts=None), Folders.of([folder]), PageState(rule="test"))  # type: ignore[arg-type]
        calls: list[str] = []
        page.client = SimpleNamespace(has_socket_connection=True, run_javascript=calls.append)  # type: ignore[assignment]
        page.frame = Frame()  # type: ignore[assignment]
        try:
            return await asyncio.wait_for(work(page, calls), 30)
        finally:
            page._close()

    return in_a_loop(run)


def sent(calls: list[str], name: str) -> list[Any]:
    """The arguments of every call of a function of the script."""
    found = [re.fullmatch(rf"if \(window\.studio\) studio\.{name}\((.*)\)", call) for call in calls]
    return [json.loads(f"[{each[1]}]") for each in found if each is not None]


def computed(page: Page, level: list[float]) -> None:
    """As if the text had been computed."""
    page.desk.reading = read(page.desk.session.text, page.desk.file.path)
    members = (Member("A", "가나전자", 0.5),)
    page.desk.now = Quick("test", {}, DAYS, Point(np.asarray(level), FIGURES, members), ())


def test_parts_of_one_moment_are_put_in_place_together_and_once(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        for _ in range(3):
            page.show("status")
            page.show("title")
        assert page._pending
        await asyncio.sleep(0)
        assert len(sent(calls, "state")) == 1
        assert set(page.frame.parts) == {"status", "title"}  # type: ignore[attr-defined]
        page.show("status")
        await asyncio.sleep(0)
        # Nothing is new: nothing is sent.
        assert len(sent(calls, "state")) == 1

    with_page(tmp_path, work)


def test_figures_go_out_as_texts_and_only_the_lines_of_the_chart_move(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_parts, "REST_OF_CHART", 0.0)

    async def work(page: Page, calls: list[str]) -> None:
        computed(page, [1000.0, 1050.0, 1087.5])
        page.heard = 12
        page.show("figures")
        await asyncio.sleep(0.02)
        patches, number = sent(calls, "patch")[0]
        assert ["fig-level_last", "1,087.50"] in patches
        # The page knows of which of its steps they are.
        assert number == 12
        ((chart_id, drawn, _),) = sent(calls, "chart")[0]
        assert chart_id == 7
        assert drawn["yAxis"]["type"] == "value"
        computed(page, [1000.0, 1050.0, 1090.0])
        page.show("figures")
        await asyncio.sleep(0.02)
        # Its frame is as it was; the browser is given the line that moved, and no other.
        ((_, drawn, moved),) = sent(calls, "chart")[-1]
        assert drawn is None
        assert [value for _, value in moved[0]] == [1000.0, 1050.0, 1090.0]
        assert moved[1] is None

    with_page(tmp_path, work)


def test_the_figures_of_every_cap_are_told_once_and_again_where_the_baseline_is_another(
    tmp_path: Path,
) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        computed(page, [1000.0, 1050.0, 1087.5])
        desk = page.desk
        assert desk.reading is not None
        assert desk.reading.rule is not None
        assert desk.now is not None
        desk.levers = levers(desk.reading.rule, dt.date(2026, 1, 2))
        desk.caps = Caps("security", DAYS, {"20%": desk.now.point})
        desk._family_of = desk._family_key()
        for _ in range(2):
            page.show("caps")
            await asyncio.sleep(0)
        ((told,),) = sent(calls, "ahead")
        place = desk.levers[0].values.index("20%")
        assert ["fig-level_last", "1,087.50"] in told["steps"][place]
        desk.baseline.result = desk.now
        page.show("status")
        await asyncio.sleep(0)
        assert len(sent(calls, "ahead")) == 2

    with_page(tmp_path, work)


def test_the_address_follows_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown_parts, "REST_OF_LINK", 0.0)

    async def work(page: Page, calls: list[str]) -> None:
        page.desk.session.text = RULE.replace("50%", "40%")
        page.show("status")
        await asyncio.sleep(0.02)
        query, _ = sent(calls, "address")[-1]
        assert query is not None
        state = from_link(query.removeprefix("?s="))
        assert (state.rule, state.text) == ("test", RULE.replace("50%", "40%"))

    with_page(tmp_path, work)


def test_which_buttons_have_something_to_do(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        page._ways()
        page.desk.session.type(RULE + "#")
        page._ways()
        page._ways()
        assert sent(calls, "ways") == [[[False, False, False, False]], [[True, False, True, False]]]

    with_page(tmp_path, work)


def test_what_is_asked_before_anything_is_computed_says_so(tmp_path: Path) -> None:
    async def work(page: Page, calls: list[str]) -> None:
        parts = page.frame.parts  # type: ignore[attr-defined]
        for tab, word in (("flows", "computing Flows"), ("name", "Choose a name")):
            await page._did(SimpleNamespace(args={"do": "tab", "tab": tab}))  # type: ignore[arg-type]
            assert word in parts["panel"]
        await page._did(SimpleNamespace(args={"do": "tab", "tab": "no such tab"}))  # type: ignore[arg-type]
        assert page.desk.session.tab == "name"

    with_page(tmp_path, work)


def test_the_deeds_of_a_page() -> None:
    """Each thing the script can send has its deed, and each is of a page."""
    static = Path(shown_parts.__file__).parent / "static" / "studio.js"
    script = static.read_text("utf-8")
    asked = set(re.findall(r"send\(\{ do: \"(\w+)\"", script))
    assert {"cursor", "dark", "lever", "save"} <= asked
    assert asked <= set(DEEDS)
