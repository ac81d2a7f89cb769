"""One page: what a person does is handed to the desk, and what the desk shows is put in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.client import Client
from nicegui.events import GenericEventArguments, ValueChangeEventArguments

from indexcalc.diagnostics import IndexcalcError
from indexcalc.studio.desk import refused
from indexcalc.studio.links import PageState, to_link
from indexcalc.studio.page import frame
from indexcalc.studio.page.shown_parts import Shown
from indexcalc.studio.session import picked
from indexcalc.studio.text.completion import help_of
from indexcalc.studio.view import render
from indexcalc.studio.view.words import word
from indexcalc.studio.work.studies import Refusal

_FILES = {"levels": "csv", "constituents": "csv", "decisions": "csv"}


class Page(Shown):
    """The controller of one page; it ends with its client."""

    def build(self, prefix: str) -> None:
        """Make the page and begin to read and compute."""
        self.client: Client = ui.context.client
        self.frame = frame.build(self.desk.session.text, self.language, self._typed, prefix)
        ui.on("studio", self._did)
        self.client.on_delete(self._close)
        self.client.on_connect(self._connected)
        self._show_all()

    async def _connected(self) -> None:
        await self.workers.start()
        editor = f"c{self.frame.editor.id}"
        self._run(f"studio.setup({json.dumps(editor)}, {frame.tour_steps(self.language)})")
        self._show_all()
        self.desk.refresh()

    # --- what a person does -----------------------------------------------------------------------

    def _typed(self, event: ValueChangeEventArguments[Any]) -> None:
        if not self._silent:
            self.desk.typed(event.value or "")
            self._ways()

    async def _did(self, event: GenericEventArguments) -> None:
        what = event.args if isinstance(event.args, dict) else {}
        do: Deed = DEEDS.get(str(what.get("do")), _nothing)
        try:
            made = do(self, what)
            if made is not None:
                await made
        except IndexcalcError as error:
            self._note(refused(error), "warning")
        except OSError as error:
            self._note(f"{error.filename}: {error.strerror}", "warning")
        self.heard = max(self.heard, _whole(what.get("number")))
        self.show("status")

    def _lever(self, what: dict[str, Any]) -> None:
        self.desk.move(str(what.get("lever")), _whole(what.get("place"), -1))

    def _save(self, _: dict[str, Any]) -> None:
        path = self.desk.save()
        self._note(word("saved", self.language, path=path.name))

    def _open(self, what: dict[str, Any]) -> None:
        self.folders.find(str(what.get("value")))
        self._go(PageState(rule=str(what.get("value")), language=self.language))

    def _language(self, _: dict[str, Any]) -> None:
        picked(self.desk.session, language="en" if self.language == "ko" else "ko")
        self._go(self.desk.session.state())

    def _go(self, state: PageState) -> None:
        link = to_link(state)
        if not link:
            self._note(word("too_long", self.language), "warning")
            return
        self._run(f"location.assign('?s={link}')")

    def _dark(self, what: dict[str, Any]) -> None:
        self.dark = bool(what.get("dark"))
        self.frame.editor.set_theme(frame.THEMES[self.dark])  # type: ignore[arg-type]
        self._chart()

    def _switch(self, _: dict[str, Any]) -> None:
        self._run(f"Quasar.Dark.set({json.dumps(not self.dark)})")
        self._dark({"dark": not self.dark})

    def _tab(self, what: dict[str, Any]) -> None:
        if what.get("tab") in frame.TABS:
            picked(self.desk.session, tab=str(what["tab"]))
            self.show("tabs")
            self._panel()

    def _why(self, what: dict[str, Any]) -> None:
        picked(self.desk.session, tab="name", symbol=str(what.get("symbol", "")).strip())
        self._asked_again("name")

    def _day(self, what: dict[str, Any]) -> None:
        picked(self.desk.session, tab="day", day=str(what.get("day", "")))
        self._asked_again("day")

    def _flows(self, what: dict[str, Any]) -> None:
        picked(self.desk.session, tab="flows", aum=str(what.get("aum", "")))
        self._asked_again("flows")

    def _compare(self, what: dict[str, Any]) -> None:
        self.desk.compare_with(str(what.get("value", "")))
        self.asked.pop("compare", None)
        self.show("baseline")
        if self.desk.session.tab == "compare":
            self._panel()

    def _asked_again(self, tab: str) -> None:
        self.asked.pop(tab, None)
        self.show("tabs")
        self._panel()

    def _cursor(self, what: dict[str, Any]) -> None:
        """Help for the line of the cursor, and its clause lit."""
        reading, line = self.desk.reading, _whole(what.get("line"))
        if reading is None or reading.rule is None:
            return
        rule = reading.rule
        spans = ((path, rule.span_of(path)) for path in rule.paths)
        here = [path for path, at in spans if at and at.line == line and at.path == rule.path]
        path = here[0] if here else ""
        said = help_of(path)
        self.frame.set("help", render.help_line(path, said))
        if path != self._lit:
            self._lit = path
            self._run(f"studio.light({json.dumps(path)})")

    async def _take(self, what: dict[str, Any]) -> None:
        name = str(what.get("what"))
        session = self.desk.session
        if name == "link":
            link = to_link(session.state())
            if link:
                self._run(f"studio.copy('?s={link}', {json.dumps(word('copied', self.language))})")
            else:
                self._note(word("too_long", self.language), "warning")
            return
        if name == "rule":
            text = session.variant.encode("utf-8")
            self._download(text, f"{self.desk.file.name}.yaml", "application/yaml")
            return
        arguments: dict[str, Any] = {}
        if name in ("report", "rulebook"):
            arguments = {"language": self.language}
        elif name == "notice":
            arguments = {"saved": session.saved, "language": self.language}
        elif name in _FILES:
            name, arguments = "csv", {"table": name}
        elif name != "parquet":
            return
        self._note(word("working", self.language, what=word("take", self.language)))
        made = await self.desk.ask(name, **arguments)
        if isinstance(made, tuple):
            self._download(made[2], made[0], made[1])
        else:
            marks = made.marks if isinstance(made, Refusal) else ()
            why = marks[0].message if marks else word("not_yet", self.language)
            self._note(why, "warning")

    def _download(self, data: bytes, name: str, media: str) -> None:
        with self.client:
            ui.download.content(data, name, media)


def _nothing(page: Page, what: dict[str, Any]) -> None:
    """What no page of ours asks for is not done."""


def _whole(value: Any, default: int = 0) -> int:
    """A number as the page sends it; what is none is the default."""
    return value if isinstance(value, int) else default


Deed = Callable[[Page, dict[str, Any]], Any]
DEEDS: dict[str, Deed] = {
    "lever": Page._lever,
    "undo": lambda page, _: page.desk.undo(),
    "redo": lambda page, _: page.desk.undo(forth=True),
    "write": lambda page, _: page.desk.write_levers(),
    "add_cap": lambda page, _: page.desk.add_cap(),
    "add_buffer": lambda page, _: page.desk.add_buffer(),
    "save": Page._save,
    "open": Page._open,
    "language": Page._language,
    "dark": Page._dark,
    "scheme": Page._switch,
    "tab": Page._tab,
    "why": Page._why,
    "day": Page._day,
    "flows": Page._flows,
    "baseline": Page._compare,
    "cursor": Page._cursor,
    "take": Page._take,
}
