"""What ``maintenance`` does on the day of a review: before the steps choose, and after."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Bools, Floats
from indexcalc.review.calendar.agenda import Event
from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.maintenance.apply_changes import DayChanges
from indexcalc.review.maintenance.committee import CommitteeDecisions
from indexcalc.review.maintenance.outcome import Move, Outcome
from indexcalc.review.maintenance.plan import MaintenancePlan


class ReviewDayChanges(Struct, frozen=True):
    """The maintenance of one index at one of its reviews; ``reasons`` are those of the review."""

    maintenance: MaintenancePlan
    committee: CommitteeDecisions
    words: Texts
    event: Event
    reasons: Reasons

    def entered_since(self, existing: Bools) -> Bools:
        """Existing names (n,) that entered after the cut-off of the review: they stay."""
        entered = np.zeros(existing.size, dtype=np.bool_)
        stays = self.maintenance.stays(self.event.cutoff, self.event.effective)
        stays = [code for code in stays if existing[code]]
        entered[stays] = True
        if stays:
            line = self.maintenance.rule.line_of("maintenance")
            path = self.words.place("maintenance", line)
            self.reasons.say(entered, path, self.words.number("entered after the cut-off"))
        return entered

    def moves(self, outcome: Outcome, pinned: Bools, refused: Bools) -> tuple[Bools, Bools]:
        """(names in, names out) by what the day decided, shape (n,); what the committee pins stays
        in and what it refuses stays out."""
        entering = np.zeros(pinned.size, dtype=np.bool_)
        leaving = entering.copy()
        due = {item.code for item in self.maintenance.due.get(self.event.effective, ())}
        for move in (*outcome.entering.values(), *outcome.leaving.values()):
            enters = move.code in outcome.entering
            # Deletions due on the day are the reserve's: see ``refill``.
            if move.code in due or (refused if enters else pinned)[move.code]:
                continue
            (entering if enters else leaving)[move.code] = True
            row = np.zeros(pinned.size, dtype=np.bool_)
            row[move.code] = True
            path = self.words.place(move.path, move.line)
            text = self.words.number(move.text)
            self.reasons.say(row, path, text, move.observed, move.threshold)
        return entering, leaving

    def refill(self, members: Bools, inclusion: Floats, pinned: Bools) -> None:
        """Names that are no longer listed the session before, are gone by the effective date or were
        deleted since the cut-off never enter; the reserve takes their places."""
        event, rule = self.event, self.maintenance.rule
        gone: dict[int, Move] = {}
        if "regular" in event.kinds:
            moves = self.maintenance.barred(event.cutoff, event.effective, self._kept_on)
            gone = {m.code: m for m in moves if members[m.code] and not pinned[m.code]}
        for code, fact in self.maintenance.ended(event.effective, members).items():
            line = rule.line_of("review")
            gone.setdefault(code, Move(code, "deletion", fact.text, "review.effective", line))
        if self.maintenance.listed.rows_stop:
            text = "not listed on the session before the effective date"
            line = rule.line_of("review")
            for code in np.flatnonzero(
                members & ~self.maintenance.listed.on(event.before)
            ).tolist():
                gone.setdefault(code, Move(code, "deletion", text, "review.effective", line))
        if not gone:
            return
        changes = DayChanges(
            self.maintenance, event, members, self.reasons, self.words, at_review=True
        )
        selection = rule.selection
        source = "none" if selection is None or selection.reserve is None else "reserve"
        outcome = Outcome(
            {code: replace(gone[code], replace_from=source, unless=None) for code in sorted(gone)}
        )
        changes.apply(outcome, (), (), ())
        for code in changes.why:
            inclusion[code] = 1.0 if members[code] else 0.0

    def _kept_on(self, code: int, day: int) -> bool:
        """Did the committee keep a line on a day?"""
        return code in self.committee.held(day, "keep")
