"""Indices that ask for each other's lists: their reviewers stepped in turns."""

from __future__ import annotations

from collections.abc import Iterable

from indexcalc.review.result import ReviewResult
from indexcalc.review.review import Reviewer


def together(reviewers: Iterable[Reviewer]) -> dict[str, list[ReviewResult]]:
    """Indices that ask for each other's lists ``before``, stepped in turns: by day, then in order."""
    ordered = list(reviewers)
    turns = [
        (event.effective, place, event)
        for place, reviewer in enumerate(ordered)
        for event in reviewer.events
    ]
    found: dict[str, list[ReviewResult]] = {reviewer.rule.index: [] for reviewer in ordered}
    for _, place, event in sorted(turns, key=lambda turn: turn[:2]):
        result = ordered[place].step(event)
        if result is not None:
            found[ordered[place].rule.index].append(result)
    return found
