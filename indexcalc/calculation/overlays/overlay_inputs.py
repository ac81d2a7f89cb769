"""What an overlay is computed on: its rule, the levels below it, the days and the rates."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Floats
from indexcalc.calculation.levels.event_log import EventLog
from indexcalc.calculation.overlays.currency_weights import Parts
from indexcalc.calculation.overlays.quotes import SPOT, Quotes
from indexcalc.calculation.overlays.series import Series
from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Overlay
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import UNKNOWN, Special

_NO_LINE = -1


class Ground(Struct, dict=True):
    """The ground of one overlay.  Positions ``at`` count in the sessions of ``below``.

    ``parts``: what its members have in each currency, None where that is not asked for or not known.
    """

    rule: Methodology
    below: Series
    quotes: Quotes
    sessions: Sessions
    findings: Findings
    parts: Parts | None = None
    log: EventLog = field(default_factory=EventLog)
    notes: list[str] = field(default_factory=list)

    @property
    def overlay(self) -> Overlay:
        """The rule's ``overlay``."""
        assert self.rule.overlay is not None
        return self.rule.overlay

    @cached_property
    def dates(self) -> list[dt.date]:
        """The date of each session."""
        return [date_of(day) for day in self.below.days]

    @property
    def converts(self) -> bool:
        """Are the levels below in another currency?"""
        return self.below.currency != self.rule.currency

    def spot(self, at: int) -> float:
        """Units of the overlay's currency for one of the levels below; 1 where they are the same."""
        if not self.converts:
            return 1.0
        return self.quotes.exchange(self.below.currency, self.rule.currency, SPOT, at, "currency")

    def asset(self, first: int) -> Floats:
        """The levels below in the overlay's currency from position ``first`` on, NaN before."""
        level = self.below.level.copy()
        level[:first] = np.nan
        if self.converts:
            for at in range(first, level.size):
                level[at] *= self.spot(at)
        return level

    def said(self, dated: Dated[Any], at: int, path: str, off: Any = UNKNOWN) -> Any:
        """What the rule says on a session; ``off`` where it says ``none``.

        DataError (CAL017): it is unknown then, or ``none`` and nothing can be left out.
        """
        value = dated.at(self.dates[at])
        if isinstance(value, Special):
            value = off if value is not UNKNOWN else UNKNOWN
            if value is UNKNOWN:
                self.refuse("CAL017", f"`{path}` is not known on {self.dates[at]}", path)
        return value

    def refuse(self, code: str, message: str, path: str, hint: str = "") -> None:
        """Raise DataError with one more finding."""
        self.say(code, message, path, hint)
        raise DataError(self.findings.items)

    def say(self, code: str, message: str, path: str, hint: str = "") -> None:
        """A finding at a rule path."""
        self.findings.add(
            code,
            message,
            span=self.rule.span_of(path),
            where=path,
            path=self.rule.path,
            hint=hint,
        )

    def record(self, kind: str, at: int, before: float, after: float, reason: str) -> None:
        """An event row of the whole index."""
        self.log.add(kind, at, _NO_LINE, before, after, reason)
