"""Puts what a day between reviews decided on the list: who leaves, enters, takes a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools
from indexcalc.diagnostics import quantity
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.methodology.dates.schedules import months_back
from indexcalc.methodology.values.values import Duration
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.committee import CommitteeDecisions
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.plan import MaintenancePlan

REPLACING = {
    "reserve": "from the reserve",
    "largest": "as the largest",
    "given": "as its successor",
}


class DayChanges(Struct, eq=False):
    """One day's list in the making: ``members`` (n,) changes in place; ``reported`` (n,): lines the
    ledger speaks of; ``why``: what the event log says of each line that came or went; ``places``: by
    code of who came, whose place it took; ``at_review``: the changes are a review's own, not made
    between reviews."""

    maintenance: MaintenancePlan
    event: Event
    members: Bools
    reasons: Reasons
    words: Texts
    reported: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    why: dict[int, str] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    at_review: bool = False

    def __post_init__(self) -> None:
        self.reported = np.zeros(self.members.size, dtype=np.bool_)

    def committee(self, committee: CommitteeDecisions) -> None:
        """What the committee adds, removes, keeps and refuses on a day that is no review."""
        before = self.members.copy()
        committee.between(self.event, self.members, self.reasons)
        self.reported |= committee.say_held(self.event, self.reasons)
        self._turn_away(self.members & ~before & ~self.maintenance.listed.on(self.event.before))
        for code in np.flatnonzero(self.members != before).tolist():
            entered = bool(self.members[code])
            days = (self.maintenance.left, self.maintenance.joined)
            days[entered][code] = self.event.effective
            days[not entered].pop(code, None)
            self.why[code] = f"committee: {self.words.texts[int(self.reasons.detail[code])]}"
            if entered:
                self.maintenance.waiting.drop([code])

    def apply(
        self,
        outcome: Outcome,
        held_in: Sequence[int],
        refused: Sequence[int],
        reviews: Sequence[int],
    ) -> None:
        """All of a day.  ``kept``, ``refused``: lines the committee holds in or out; ``reviews``:
        days of the regular reviews."""
        for code in held_in:
            outcome.leaving.pop(code, None)
        for code in refused:
            outcome.entering.pop(code, None)
        for move in outcome.failed.values():
            if move.code not in self.why:
                self._say(move, move.text)
        leavers = [outcome.leaving[code] for code in sorted(outcome.leaving)]
        leavers = [move for move in leavers if self.members[move.code]]
        for move in leavers:
            self._out(move, move.text)
            outcome.done.append(move.kind)
        self._enter(outcome, set(held_in))
        for move in leavers:
            self._replace(move, outcome, reviews, refused)

    def _turn_away(self, rows: Bools) -> None:
        """Lines the committee adds that are not listed: they cannot be bought."""
        self.members[rows] = False
        self.reported |= rows
        for code in np.flatnonzero(rows).tolist():
            text = self.words.texts[int(self.reasons.detail[code])]
            self.reasons.detail[code] = self.words.number(f"{text}; not listed, does not enter")

    def _enter(self, outcome: Outcome, held_in: set[int]) -> None:
        entrants = [outcome.entering[code] for code in sorted(outcome.entering)]
        entrants = [move for move in entrants if not self.members[move.code]]
        candidates = self.members.copy()
        candidates[list(held_in)] = False
        for move in entrants:
            self._in(move, move.text)
            outcome.done.append(move.kind)
            if move.replaces != "smallest":
                continue
            code = self.maintenance.waiting.smallest(candidates)
            if code is None:
                self._say(move, f"{move.text}; nobody had a place at a review: none leaves")
                continue
            candidates[code] = False
            name = self._name(move.code)
            by = self.maintenance.waiting.by
            self.places[move.code] = code
            self._out(
                Move(code, move.kind, "", f"{move.path}.replaces", move.line),
                f"the smallest by {by} at the last review makes room for {name}",
            )
            if move.leaver == "first_reserve":
                self.maintenance.waiting.put_first(code, self._group(code) or "")

    def _replace(
        self, move: Move, outcome: Outcome, reviews: Sequence[int], refused: Sequence[int]
    ) -> None:
        if move.replace_from == "none":
            return
        remain = int(self.members.sum())
        if move.if_below is not None and remain >= move.if_below:
            left = quantity(remain, "member remains", "members remain")
            self._say(move, f"{move.text}; {left}: nobody takes the place")
            return
        if _review_within(self.maintenance.sessions, self.event, move.unless, reviews):
            following = date_of(min(day for day in reviews if day > self.event.effective))
            self._say(move, f"{move.text}; the review of {following} is near: the place is vacant")
            return
        taken = self._taken(move, [*outcome.leaving, *refused])
        if not taken:
            empty = {
                "reserve": "the reserve is used up",
                "largest": "no name can take the place",
                "given": "no successor can take the place",
            }[move.replace_from]
            self._say(move, f"{move.text}; {empty}: the place is vacant")
        for code in taken:
            how = REPLACING[move.replace_from]
            text = f"takes the place of {self._name(move.code)} {how}"
            path, line = f"{move.path}.replace_from", move.line
            if move.replace_from == "reserve":
                path, line = "selection.reserve", self._reserve_line()
            self.places[code] = move.code
            self._in(Move(code, move.kind, text, path, line), text)

    def _taken(self, move: Move, gone: Sequence[int]) -> list[int]:
        """The lines that take a place, out of where the rule says they come from."""
        waiting = self.maintenance.waiting
        usable = self.maintenance.unusable(self.event, self.members, gone)
        if move.replace_from == "given":
            good = move.successor >= 0 and not usable(move.successor)
            return [move.successor] if good else []
        if move.replace_from == "largest":
            if not move.best:
                return waiting.largest(usable)
            best = next((code for code in move.best if not usable(code)), None)
            return [] if best is None else [best]
        taken, passed = waiting.take(self._group(move.code), usable)
        for code, why in passed:
            if not self.members[code] and code not in self.why:
                row = Move(code, move.kind, "", "selection.reserve", self._reserve_line())
                self._say(row, f"passed over in the reserve: {why}")
        return taken

    def _group(self, code: int) -> str | None:
        """The group of the place a line leaves; None: the reserve is of all groups."""
        maintenance = self.maintenance
        label = maintenance.waiting.group(code)
        selection = maintenance.rule.selection
        if label != "" or selection is None or selection.reserve is None:
            return label
        within = None if selection.reserve.within is None else selection.reserve.within.at
        grouping = within(self.event.date) if within is not None else None
        if not isinstance(grouping, str):
            return label
        # It was in no group at the review: the one it is in now.
        rows = np.array([code], dtype=np.int32)
        before = np.array([self.event.before], dtype=np.int32)
        lines = JudgedLines(
            maintenance.fields, rows, before, before, self.words, maintenance.rule.groups
        )
        groups, labels = lines.grouping(grouping, self.event.date)
        return labels[int(groups[0])] if groups[0] >= 0 and labels else ""

    def _reserve_line(self) -> int:
        selection = self.maintenance.rule.selection
        return 0 if selection is None or selection.reserve is None else selection.reserve.line

    # --- one line -------------------------------------------------------------------------------------

    def _in(self, move: Move, text: str) -> None:
        self.members[move.code] = True
        self.maintenance.waiting.drop([move.code])
        if not self.at_review:
            self.maintenance.joined[move.code] = self.event.effective
        self.maintenance.left.pop(move.code, None)
        self.why[move.code] = f"{move.kind}: {text}"
        self._say(move, text)

    def _out(self, move: Move, text: str) -> None:
        self.members[move.code] = False
        self.maintenance.joined.pop(move.code, None)
        if not self.at_review and not move.path.endswith(".replaces"):
            # Who only made room may come back at the next review.
            self.maintenance.left[move.code] = self.event.effective
        self.why[move.code] = f"{move.kind}: {text}"
        self._say(move, text)

    def _say(self, move: Move, text: str) -> None:
        row = np.zeros(self.members.size, dtype=np.bool_)
        row[move.code] = True
        path = self.words.place(move.path, move.line)
        self.reasons.say(row, path, self.words.number(text), move.observed, move.threshold)
        self.reported |= row
        if move.code in self.why:
            self.why[move.code] = f"{move.kind}: {text}"

    def _name(self, code: int) -> str:
        return self.maintenance.fields.market.symbols[code]


def _review_within(
    sessions: Sessions, event: Event, unless: Duration | None, reviews: Iterable[int]
) -> bool:
    """Does a regular review take effect within a duration after the day of an event?"""
    if unless is None:
        return False
    following = [day for day in reviews if day > event.effective]
    if not following:
        return False
    review = date_of(min(following))
    if unless.unit == "sessions":
        gap = sessions.at_or_before(review) - sessions.at_or_before(event.date)
        return gap <= unless.n
    if unless.unit == "days":
        return (review - event.date).days <= unless.n
    return months_back(review, unless.n) <= event.date
