"""What the index committee decided: discretion as data, shown in the ledger as such."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.methodology.model.maintenance import Committee
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons


class CommitteeDecisions:
    """The committee's decisions of one rule, on the lines ``symbols`` (position by symbol)."""

    def __init__(
        self, rule: Methodology, sessions: Sessions, order: dict[str, int], words: Texts
    ) -> None:
        self.rule, self.sessions, self.order, self.words = rule, sessions, order, words
        self.n = len(set(order.values()))  # a line may have two tickers

    def at_review(self, event: Event, reasons: Reasons) -> tuple[Bools, Bools]:
        """(names added or kept, names refused or removed) at a review, shape (n,) each."""
        pinned = np.zeros(self.n, dtype=np.bool_)
        refused = pinned.copy()
        for item in self._of(event):
            for word in ("add", "keep", "refuse", "remove"):
                rows = self._rows(getattr(item, word))
                if word in ("add", "keep"):
                    pinned |= rows
                else:
                    refused |= rows
                self._say(reasons, rows, word, item)
        return pinned, refused

    def between(self, event: Event, members: Bools, reasons: Reasons) -> None:
        """Add to and remove from ``members`` on a day that is no review."""
        for item in self._of(event):
            for word, value in (("add", True), ("remove", False)):
                rows = self._rows(getattr(item, word))
                members[rows] = value
                self._say(reasons, rows, word, item)

    def held(self, day: int, word: str) -> list[int]:
        """Lines of which the committee said ``word`` (keep, refuse, add, remove) on a day."""
        codes: list[int] = []
        for item in self.rule.committee:
            if self._session(item.effective) == day:
                names = getattr(item, word)
                codes += [self.order[name] for name in names if name in self.order]
        return sorted(codes)

    def say_held(self, event: Event, reasons: Reasons) -> Bools:
        """Say of the lines kept and refused on a day that is no review; which they are (n,)."""
        reported = np.zeros(self.n, dtype=np.bool_)
        for item in self._of(event):
            for word in ("keep", "refuse"):
                rows = self._rows(getattr(item, word))
                self._say(reasons, rows, word, item)
                reported |= rows
        return reported

    def _of(self, event: Event) -> Iterator[Committee]:
        for item in self.rule.committee:
            if self._session(item.effective) == event.effective:
                yield item

    def _session(self, date: dt.date) -> int:
        position = self.sessions.at_or_after(date)
        return int(self.sessions.days[position]) if position < len(self.sessions) else -1

    def _rows(self, symbols: Sequence[str]) -> Bools:
        rows = np.zeros(self.n, dtype=np.bool_)
        rows[[self.order[name] for name in symbols if name in self.order]] = True
        return rows

    def _say(self, reasons: Reasons, rows: Bools, word: str, item: Committee) -> None:
        path = self.words.place(f"{item.path}.{word}", item.line)
        reasons.say(rows, path, self.words.number(f"committee: {item.why} ({item.ref})"))
