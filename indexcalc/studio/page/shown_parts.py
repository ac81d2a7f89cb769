"""What a page shows: each part of a desk put in its place, panels when they are asked for."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from typing import Any, Final

from nicegui.client import Client

from indexcalc.studio.desk import Desk
from indexcalc.studio.folders import Folders
from indexcalc.studio.links import PageState, to_link
from indexcalc.studio.page import frame
from indexcalc.studio.page.frame import Frame
from indexcalc.studio.session import OPENED
from indexcalc.studio.text.reading import sentences
from indexcalc.studio.view import chart, figures, panels, render
from indexcalc.studio.view.words import word
from indexcalc.studio.work.market_process import Facts
from indexcalc.studio.work.studies import Refusal, day_of
from indexcalc.studio.work.workers import Workers

REST_OF_CHART: Final = 0.015
REST_OF_LINK: Final = 0.3
REST_OF_LISTS: Final = 0.2


class Shown:
    """What one page shows of its desk; ``dark``: its scheme, as its browser has it."""

    client: Client
    frame: Frame

    def __init__(self, workers: Workers, folders: Folders, state: PageState) -> None:
        self.workers, self.folders = workers, folders
        self.desk = Desk.open(workers, folders, self.show, state)
        self.dark = False
        self.near: list[dict[str, Any]] | None = None
        self.asked: dict[str, Any] = {}
        """The answers that are shown, by panel, for the text that is computed."""
        self._shapes: tuple[Any, ...] = ()
        self._drawing = False
        self._drawn: dict[str, Any] = {}
        self._lines: list[Any] = []
        self._name = ""
        self._pending: dict[str, None] = {}
        self._ways_shown: list[bool] = []
        self._linking: asyncio.Task[None] | None = None
        self._resting: asyncio.Task[None] | None = None
        self._linked: list[object] = []
        self._lit = ""
        self._silent = False
        self.heard = 0
        """The number of the last thing that was done on the page and is answered."""
        self._kind = "busy"
        self._told: list[Any] = []
        self._ahead_of: tuple[Any, ...] = (None, None, None)

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.desk.session.language

    def _show_all(self) -> None:
        self._shapes, self._linked, self._ways_shown = (), [], []
        self._drawn, self._lines, self._told = {}, [], []
        self._ahead_of = (None, None, None)
        self.frame.set("tabs", frame.tabs(self.language))
        for part in ("title", "baseline", "tabs", "levers", "figures", "status", "marks"):
            self.show(part)
        self._panel()

    def _close(self) -> None:
        """The page is gone."""
        for task in (self._linking, self._resting):
            if task is not None:
                task.cancel()
        self.desk.close()

    # --- what the desk shows ----------------------------------------------------------------------

    def show(self, part: str) -> None:
        """Put one part in its place, with all that changes in the same moment."""
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._flush)
        self._pending[part] = None

    def _flush(self) -> None:
        parts, self._pending = list(self._pending), {}
        for part in parts:
            SHOWN[part](self)
        self._ways()
        self._ahead()
        state = [self._kind, self.heard, self.desk.drags]
        # Last, so that whoever waits for it finds all the rest in its place.
        if state != self._told:
            self._told = state
            self._run(f"studio.state({json.dumps(state)})")
        if self._linking is None or self._linking.done():
            self._linking = asyncio.create_task(self._link())

    def _ahead(self) -> None:
        """What the figures are at every place of the cap's lever, where that is another than was told."""
        desk, name = self.desk, self._baseline_name()
        of = (desk.caps if desk.drags else None, desk.baseline.result, name)
        if not all(mine is told for mine, told in zip(of, self._ahead_of, strict=True)):
            self._ahead_of = of
            caps, before, _ = of
            if caps is not None:
                made = figures.ahead(desk.session, desk.levers, caps, before, name)
                self._run(f"studio.ahead({json.dumps(made)})")

    def _ways(self) -> None:
        """Which buttons have something to do."""
        session = self.desk.session
        ways = [bool(session.past), bool(session.future), session.changed, bool(session.levers)]
        if ways != self._ways_shown:
            self._ways_shown = ways
            self._run(f"studio.ways({json.dumps(ways)})")

    def _title(self) -> None:
        facts = self.workers.facts
        rule = None if self.desk.reading is None else self.desk.reading.rule
        if rule is not None:
            self._name = rule.name.get(self.language) or rule.name.get("en", "")
        text = frame.title(
            rules=self.folders.listed(),
            chosen=self.desk.file.name,
            name=self._name,
            synthetic=isinstance(facts, Facts) and facts.synthetic,
            language=self.language,
        )
        self.frame.set("title", text)

    def _text(self) -> None:
        self._silent = True
        self.frame.editor.set_value(self.desk.session.text)
        self._silent = False

    def _marks(self) -> None:
        reading = self.desk.reading
        if reading is None:
            return
        found = self.desk.marks
        self.frame.set("marks", render.marks(found, self.language, read=True))
        shown = [
            [mark.line, mark.column, mark.length, mark.severity, f"{mark.code} {mark.message}"]
            for mark in found
            if mark.line
        ]
        self._run(f"studio.marks({json.dumps(shown)}, {render.fingerprint(reading.text)})")
        self.show("title")
        self.show("baseline")
        self._status()

    def _levers(self) -> None:
        found, session = self.desk.levers, self.desk.session
        adds = [] if any(lever.kind == "cap" for lever in found) else ["add_cap"]
        adds += ["add_buffer"] if self.desk.buffer is not None else []
        shapes = (found, adds, self.language)
        if shapes != self._shapes:
            self._shapes = shapes
            self.frame.set("levers", render.levers(found, session, adds))
        else:
            self._patch(render.lever_patches(found, session))

    def _figures(self) -> None:
        desk, point = self.desk, self.desk.point
        self._status()
        if point is None or desk.now is None:
            return
        before = desk.baseline.result
        now = figures.of_point(point, desk.now.days, before)
        saved, name = None if before is None else before.point.figures, self._baseline_name()
        self._patch(figures.texts(now, saved, name, self.language))
        own = None if before is None else before.point.members
        comings = render.comings(point.members, own, name, self.language)
        if desk.baseline.refused:
            comings = render.paragraph(word("no_baseline", self.language, name=name))
        self.frame.set("comings", comings)
        # The figures go out first: the chart takes the browser longer than all of them.
        if not self._drawing:
            self._drawing = True
            asyncio.get_running_loop().call_later(REST_OF_CHART, self._chart)
        if desk.session.tab == "members":
            if self._resting is not None:
                self._resting.cancel()
            self._resting = asyncio.create_task(self._members_later())

    def _baseline_name(self) -> str:
        chosen = self.desk.session.baseline
        names = {"": "the_saved", OPENED: "the_opened"}
        return word(names[chosen], self.language) if chosen in names else chosen

    def _baseline(self) -> None:
        desk = self.desk
        rule = None if desk.reading is None else desk.reading.rule
        rests_on = () if rule is None else (rule.variant_of, *rule.parents)
        listed = self.folders.listed()
        names = {item.name for item in listed}
        parent = next((name for name in rests_on if name in names), "")
        session = desk.session
        changed = session.original != session.saved
        made = frame.baselines(session.baseline, parent or "", changed, listed, self.language)
        self.frame.set("baseline", made)

    def _chart(self) -> None:
        """The chart: where only its lines move, these alone go out, and only those that did."""
        self._drawing = False
        desk, point = self.desk, self.desk.point
        if point is None or desk.now is None or not point.level.size:
            return
        saved = None
        before = desk.baseline.result
        if before is not None and (desk.session.changed or desk.session.baseline):
            saved = (before.days, before.point.level)
        days = desk.now.days
        made = chart.options(
            days, point.level, saved, self._baseline_name(), language=self.language, dark=self.dark
        )
        drawn, lines = chart.without_data(made)
        old = self._lines or [None] * len(lines)
        moved = [None if line == before else line for line, before in zip(lines, old, strict=True)]
        # Not by the element, which would send all of it and have the whole page looked at anew.
        told = [self.frame.chart.id, None if drawn == self._drawn else drawn, moved]
        self._run(f"studio.chart({json.dumps(told)})")
        self._drawn, self._lines = drawn, lines
        words = chart.in_words(days, point.level, self.language)
        self._run(f"studio.described({self.frame.chart.id}, {json.dumps(words)})")

    def _status(self) -> None:
        desk = self.desk
        reading = desk.reading
        if reading is not None and not reading.good:
            text, kind = word("waiting", self.language), "wait"
        elif desk.shown_cap is not None and desk.shown_cap.refused:
            text, kind = word("cannot", self.language, why=desk.shown_cap.refused), "wait"
        elif desk.refusal is not None:
            first = desk.refusal.marks[0].message if desk.refusal.marks else ""
            text, kind = f"{word('refused', self.language)}: {first}", "wait"
        elif not desk.settled:
            what = word(desk.busy or "levels", self.language)
            text, kind = word("working", self.language, what=what), "busy"
        else:
            text, kind = word("ready", self.language), "ready"
        self._kind = kind
        self.frame.set("status", render.paragraph(text, kind))

    def _full(self) -> None:
        self.asked, self.near = {}, None
        self._status()
        self._panel()

    def _tabs(self) -> None:
        session = self.desk.session
        self._run(f"studio.chosen({json.dumps(session.tab)})")
        last = "" if self.desk.now is None else str(day_of(self.desk.now.days[-1]))
        values = {"symbol": session.symbol, "day": session.day or last, "aum": session.aum}
        self.frame.set("ask", frame.ask(session.tab, values, self.language))

    def _rulebook(self) -> None:
        if self.desk.session.tab == "rulebook":
            self._panel()

    async def _members_later(self) -> None:
        """The list of members follows a drag at some distance: it is long."""
        await asyncio.sleep(REST_OF_LISTS)
        if self.desk.session.tab == "members":
            self._panel()

    # --- panels -----------------------------------------------------------------------------------

    def _panel(self) -> None:
        """Show the chosen panel: at once what is there, then what has to be asked for."""
        desk, language, tab = self.desk, self.language, self.desk.session.tab
        if tab == "members":
            point = desk.point
            members = () if point is None else point.members
            content = panels.members(desk.full, members, language)
        elif tab == "reviews":
            content = "" if desk.full is None else panels.reviews(desk.full, language)
        elif tab == "rulebook":
            book = None if desk.reading is None else sentences(desk.reading, dt.date.today())
            content = "" if book is None else panels.rulebook(book, language)
        elif tab in self.asked:
            content = self.asked[tab]
        else:
            content = self._ask(tab)
        self.frame.set("panel", content)

    def _ask(self, tab: str) -> str:
        """Ask the worker for a panel; what to show meanwhile."""
        session = self.desk.session
        asking: dict[str, tuple[str, dict[str, Any]]] = {
            "coming": ("coming", {}),
            "name": ("why", {"symbol": session.symbol}),
            "day": ("on_day", {"day": session.day or "9999-12-31"}),
            "flows": ("flows", {"aum": session.aum}),
        }
        if tab == "name" and not session.symbol:
            return render.paragraph(word("pick_name", self.language), "soft")
        if tab == "compare":
            text, path = self.desk.baseline.text(self.desk.file)
            called = "as opened" if session.baseline == OPENED else "saved"
            asking["compare"] = ("against", {"text": text, "path": path, "called": called})
        if self.desk.full is not None and tab in asking:
            self.desk.later(self._answer(tab, *asking[tab]))
        return render.paragraph(
            word("working", self.language, what=word(tab, self.language)), "busy"
        )

    async def _answer(self, tab: str, name: str, arguments: dict[str, Any]) -> None:
        answer = await self.desk.ask(name, **arguments)
        if answer is None:
            return
        if isinstance(answer, Refusal):
            content = panels.refusal(answer, self.language)
        elif tab == "coming":
            self.near = answer["near"]
            content = panels.coming(answer, self.language)
        elif tab == "name":
            content = panels.why(answer, [], self.near, self.language)
            self.desk.later(self._chain(answer))
        else:
            content = PANELS[tab](answer, self.language)
        self.asked[tab] = content
        if self.desk.session.tab == tab:
            self.frame.set("panel", content)

    async def _chain(self, why: dict[str, Any]) -> None:
        """The chain of decisions on a name, with the line of this rule that decided lit, then what would
        change it at the next review."""
        found = await self.desk.ask("chain", symbol=why["symbol"])
        if not isinstance(found, dict) or self.desk.session.symbol != why["symbol"]:
            return
        self._name_again(why, found["links"])
        name = self.desk.file.path.name
        mine = [link["line"] for link in found["links"] if link["file"].endswith(name)]
        if mine and mine[-1]:
            self._run(f"studio.lit({int(mine[-1])})")
        if self.near is None:
            coming = await self.desk.ask("coming")
            if isinstance(coming, dict) and self.desk.session.symbol == why["symbol"]:
                self.near = coming["near"]
                self._name_again(why, found["links"])

    def _name_again(self, why: dict[str, Any], links: list[dict[str, Any]]) -> None:
        self.asked["name"] = panels.why(why, links, self.near, self.language)
        if self.desk.session.tab == "name":
            self.frame.set("panel", self.asked["name"])

    # --- to the browser ---------------------------------------------------------------------------

    def _patch(self, patches: list[tuple[str, str]]) -> None:
        self._run(f"studio.patch({json.dumps(patches)}, {self.heard})")

    def _note(self, text: str, kind: str = "info") -> None:
        self._run(f"studio.note({json.dumps(text)}, {json.dumps(kind)})")

    async def _link(self) -> None:
        """The address follows what is shown, so that a reload opens it again."""
        await asyncio.sleep(REST_OF_LINK)
        link = to_link(self.desk.session.state())
        kept = [self.heard, render.fingerprint(self.desk.session.text)]
        if [link, *kept] != self._linked:
            self._linked = [link, *kept]
            query = json.dumps(f"?s={link}" if link else None)
            self._run(f"studio.address({query}, {json.dumps(kept)})")

    def _run(self, code: str) -> None:
        if self.client.has_socket_connection:
            self.client.run_javascript(f"if (window.studio) {code}")


SHOWN: dict[str, Callable[[Shown], None]] = {
    "title": Shown._title,
    "text": Shown._text,
    "marks": Shown._marks,
    "levers": Shown._levers,
    "figures": Shown._figures,
    "status": Shown._status,
    "full": Shown._full,
    "tabs": Shown._tabs,
    "rulebook": Shown._rulebook,
    "caps": Shown._status,
    "baseline": Shown._baseline,
}
PANELS: dict[str, Callable[[dict[str, Any], str], str]] = {
    "day": panels.day,
    "flows": panels.flows,
    "compare": panels.compared,
}
