"""Where a condition is asked, and verdicts of three values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.oracle.figures import Figures
from tests.oracle.language import Unsaid, is_by_status

Verdict = bool | None


@dataclass
class Moment:
    """Where a condition is asked: a review, what is left and chosen, the default ``within``."""

    figures: Figures
    existing: dict[str, Fraction]
    eligible: set[str]
    remaining: set[str]
    selected: set[str]
    within: str
    in_steps: bool
    place: tuple[Any, ...]
    reviews_before: list[dict[tuple[Any, ...], Moment]]
    orders: dict[Any, list[str]] = field(default_factory=dict)

    @property
    def effective(self) -> dt.date:
        return self.figures.effective

    def at_review_before(self, back: int) -> Moment | None:
        """The same place ``back`` reviews earlier; None: there was no such review."""
        if back > len(self.reviews_before):
            return None
        found = self.reviews_before[-back].get(self.place)
        if found is None:
            raise Unsaid("the review before had no such step")
        return found


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False where one is, else unknown where one is, else True."""
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """True where one is, else unknown where one is, else False."""
    found = list(verdicts)
    if True in found:
        return True
    return None if None in found else False


def negated(verdict: Verdict) -> Verdict:
    """Unknown stays unknown."""
    return None if verdict is None else not verdict


def for_status(value: Any, name: str, moment: Moment) -> Any:
    """The part of a value by status that is meant for a name."""
    if is_by_status(value):
        return value["existing" if name in moment.existing else "new"]
    return value


def compare(op: str, have: Fraction, limit: Fraction) -> bool:
    return {
        "equals": have == limit,
        "min": have >= limit,
        "max": have <= limit,
        "above": have > limit,
        "below": have < limit,
    }[op]
