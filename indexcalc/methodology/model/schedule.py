"""Schedules and named days: ``review``, ``rebalance``, ``dates`` and the updates of float and shares."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal

from indexcalc.methodology.model.value_kinds import IN_WORDS, IndexName
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import MONTHS, Block, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf
from indexcalc.methodology.reading.kinds import Phrase, Word
from indexcalc.methodology.reading.reader import At
from indexcalc.methodology.reading.unknown_and_missing_keys import missing_key
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import Dated

Months = tuple[int, ...]
_REVIEW_DAYS = ("effective", "cutoff", "announcement", "pricing")


class NamedDates(Block):
    """A name in ``dates``: a day of each of its months."""

    months: Dated[Months] = key(DatedKind(MONTHS), required=True)
    on: Dated[DatePhrase] = key(DatedKind(Phrase(known=())), required=True)
    means: dict[str, str] | None = key(IN_WORDS)


MEANINGLESS: Final = {
    "every": ("effective",),
    "follows": _REVIEW_DAYS,
}
"""Beside what says when, the days that it says too."""


class Schedule(Block):
    """When something takes effect: in ``months``, or at ``every`` session."""

    exclusive: ClassVar[tuple[tuple[str, ...], ...]] = (("months", "every"),)

    months: Dated[Months] | None = key(DatedKind(MONTHS))
    every: Literal["session"] | None = key(Word(("session",)))
    effective: Dated[DatePhrase] | None = key(DatedKind(Phrase(_REVIEW_DAYS)))
    cutoff: Dated[DatePhrase] | None = key(DatedKind(Phrase(_REVIEW_DAYS)))
    pricing: Dated[DatePhrase] | None = key(DatedKind(Phrase(_REVIEW_DAYS)))

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``months`` needs ``effective``; days that are given need none."""
        if node.says("months") and not node.says("effective"):
            missing_key("effective", node, at, "say the day of the month, such as `2nd thursday`")
            return False
        good = True
        for form, days in MEANINGLESS.items():
            if node.says("months") or not node.says(form):
                continue  # two of them are told as such
            for name, _ in node.entries:
                if name.text in days:
                    message = f"`{name.text}` has no meaning beside `{form}`"
                    at.refuse("RUL012", message, name.span, "remove it, or say `months`")
                    good = False
        return good


class Rebalance(Schedule):
    """``rebalance``: when weights are set anew; it may follow the dates of other indices."""

    exclusive = (("months", "every", "follows"),)

    follows: tuple[str, ...] = key(ListOf(IndexName(), or_one=True, distinct=True), default=())


class Review(Rebalance):
    """``review``: when members are chosen anew.  All of it is absent for an overlay."""

    announcement: Dated[DatePhrase] | None = key(DatedKind(Phrase(_REVIEW_DAYS)))

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``months`` needs ``effective`` and ``cutoff``."""
        good = super().complete(values, node, at)
        if node.says("months") and not node.says("cutoff"):
            missing_key("cutoff", node, at, "say the last day whose data the review may use")
            good = False
        return good

    @property
    def kind(self) -> Literal["scheduled", "session", "follows", "none"]:
        """How review dates come about."""
        if self.months is not None:
            return "scheduled"
        if self.every is not None:
            return "session"
        return "follows" if self.follows else "none"
