"""Who is in by the state of a line alone: conditions and cut-off of an index checked every session."""

from __future__ import annotations

from collections.abc import Collection

from indexcalc.diagnostics import Findings
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.block import walk
from indexcalc.methodology.values.date_phrases import KnownDay
from indexcalc.methodology.values.dated import Dated


def state_only(condition: c.AllOf, measures: Collection[str] = ()) -> bool:
    """Does a condition ask only for the state of a line: its columns, designations, time listed?

    ``measures``: the names that are measures of the rule.
    """
    for node in walk(condition):
        if isinstance(node, c.Rank | c.Coverage | c.ShareOf | c.GroupTests | c.Status):
            return False
        if isinstance(node, c.MemberOf | c.Was):
            return False
        if isinstance(node, c.Field) and (node.name in measures or node.name == "inclusion"):
            return False
        if isinstance(node, c.Test) and node.for_reviews > 1:
            return False
        if isinstance(node, c.Unless) and "existing" in node.flags:
            return False
        if isinstance(node, c.Compare) and not all(value.same for value in node.value.values):
            return False
    return True


def state_conditions(rule: Methodology, findings: Findings) -> list[Dated[c.Condition]]:
    """Who is in, of an index that chooses nothing at reviews; CAL008: not by the state of a line alone."""
    conditions = [
        condition for condition in (rule.universe.where, rule.eligibility) if condition is not None
    ]
    for dated in conditions:
        for condition in dated.values:
            if not state_only(condition, rule.measures):
                findings.add(
                    "CAL008",
                    "who is in is checked every session: a condition that ranks, measures or asks for "
                    "the list before is not computed by this version",
                    span=rule.span_of(condition.path),
                    where=condition.path,
                    path=rule.path,
                    hint="let it choose at reviews: `selection: {steps: [{select: all}]}` and a schedule, "
                    "or `follows`",
                )
    return conditions


def cutoff_lag(rule: Methodology, findings: Findings) -> int:
    """Sessions from the cut-off to the effective session: 1 unless the rule says otherwise."""
    cutoff = rule.review.cutoff
    if cutoff is None:
        return 1
    phrases = {phrase for phrase in cutoff.values}
    if len(phrases) == 1:
        phrase = phrases.pop()
        if isinstance(phrase.anchor, KnownDay) and phrase.anchor.name == "effective":
            return -phrase.sessions
    findings.add(
        "CAL008",
        "a review every session has its cut-off `N sessions before effective`",
        span=rule.span_of("review.cutoff"),
        where="review.cutoff",
        path=rule.path,
    )
    return 1
