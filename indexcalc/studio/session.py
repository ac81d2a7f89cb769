"""What one page is about: the rule as typed, the levers moved, what is looked at, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.load import is_name
from indexcalc.studio.links import PageState
from indexcalc.studio.text.edits import with_values
from indexcalc.studio.text.levers import Lever

MOST_STEPS: Final = 200
OPENED: Final = ":opened"
"""The baseline that is the text as it was opened; '' is the saved text, a name another rule."""


class Step(Struct, frozen=True):
    """What undo goes back to: the text and the levers moved."""

    text: str
    levers: Mapping[str, str]


class Session(Struct):
    """The state of one page; no two pages share one.

    ``saved``: the text of the file when it was opened or last saved; ``original``: when it was opened;
    ``levers``: values by rule path that are tried and not yet written into ``text``; ``baseline``: what
    the variant is compared with.
    """

    rule: str
    saved: str
    text: str
    levers: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    tab: str = "members"
    symbol: str = ""
    day: str = ""
    baseline: str = ""
    aum: str = "1tn"
    original: str = ""
    past: list[Step] = field(default_factory=list)
    future: list[Step] = field(default_factory=list)
    _typing: bool = False
    _moving: str = ""
    _variant: tuple[tuple[str, dict[str, str]], str] | None = None

    @classmethod
    def opened(cls, rule: str, saved: str, state: PageState | None = None) -> Session:
        """A session on a rule as its file has it, with the changes of a link."""
        session = cls(rule, saved, saved, original=saved)
        if state is not None:
            session.text = saved if state.text is None else state.text
            session.levers = dict(state.levers)
            session.language = "ko" if state.language == "ko" else "en"
            session.tab, session.symbol, session.day = state.tab, state.symbol, state.day
            if state.baseline == OPENED or is_name(state.baseline):
                session.baseline = state.baseline
            session.aum = state.aum
        return session

    @property
    def variant(self) -> str:
        """The text with the levers moved.  A lever whose path the text no longer says is let go."""
        if self._variant is not None and self._variant[0] == (self.text, self.levers):
            return self._variant[1]
        try:
            text = with_values(self.text, self.levers)
        except RuleError:
            text = self._with_those_that_hold()
        self._variant = ((self.text, dict(self.levers)), text)
        return text

    def _with_those_that_hold(self) -> str:
        text = self.text
        for path, value in list(self.levers.items()):
            try:
                text = with_values(text, {path: value})
            except RuleError:
                del self.levers[path]
        return text

    @property
    def changed(self) -> bool:
        """Is there something that is not in the file?"""
        return self.text != self.saved or bool(self.levers)

    def state(self) -> PageState:
        """What a link to this page says."""
        return PageState(
            rule=self.rule,
            text=None if self.text == self.saved else self.text,
            levers=dict(self.levers),
            language=self.language,
            tab=self.tab,
            symbol=self.symbol,
            day=self.day,
            baseline=self.baseline,
            aum=self.aum,
        )

    # --- changes ----------------------------------------------------------------------------------

    def type(self, text: str) -> bool:
        """The text as typed; is it another one?  A stretch of typing is one step of undo."""
        if text == self.text:
            return False
        if not self._typing:
            self._remember()
        self._typing, self._moving = True, ""
        self.text = text
        return True

    def move(self, lever: Lever, value: str) -> bool:
        """Move a lever; is it elsewhere now?  A drag of one lever is one step of undo."""
        if value not in lever.values or value == self.value(lever):
            return False
        if self._moving != lever.path:
            self._remember()
        self._typing, self._moving = False, lever.path
        changes = lever.moved(value)
        for path in changes:
            self.levers.pop(path, None)
        if value != lever.text:
            self.levers.update(changes)
        return True

    def value(self, lever: Lever) -> str:
        """Where a lever stands."""
        return self.levers.get(lever.path, lever.text)

    def place(self, lever: Lever) -> int:
        """The place of that among its values."""
        value = self.value(lever)
        return lever.values.index(value) if value in lever.values else lever.place

    def replace(self, text: str) -> None:
        """Another text, by a button: one step of undo; the levers are let go."""
        self._remember()
        self._typing, self._moving = False, ""
        self.text, self.levers = text, {}

    def write_levers(self) -> None:
        """The levers become part of the text."""
        if self.levers:
            self.replace(self.variant)

    def undo(self) -> bool:
        """Go a step back; was there one?"""
        return self._go(self.past, self.future)

    def redo(self) -> bool:
        """Go a step forth again; was there one?"""
        return self._go(self.future, self.past)

    def saved_now(self, rule: str) -> None:
        """The text is what the file holds, under the name of ``rule``."""
        self.rule, self.saved = rule, self.text

    def _remember(self) -> None:
        self.past.append(Step(self.text, dict(self.levers)))
        del self.past[:-MOST_STEPS]
        self.future.clear()

    def _go(self, away: list[Step], back: list[Step]) -> bool:
        if not away:
            return False
        back.append(Step(self.text, dict(self.levers)))
        step = away.pop()
        self.text, self.levers = step.text, dict(step.levers)
        self._typing, self._moving = False, ""
        return True


def picked(session: Session, **what: str) -> None:
    """Set what is looked at: ``tab``, ``symbol``, ``day``, ``baseline``, ``aum``, ``language``."""
    for name, value in what.items():
        setattr(session, name, value)
