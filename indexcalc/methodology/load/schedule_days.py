"""Checks that the days of a schedule can be made: from days that exist, and not from each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indexcalc.methodology.model.methodology import RuleKeys
from indexcalc.methodology.reading.reader import Reading
from indexcalc.methodology.values.date_phrases import KnownDay, NamedDate


def check_months(rule: RuleKeys, reading: Reading) -> None:
    """A schedule may use a named day only in the months the name has."""
    for path, schedule in _schedules(rule):
        if schedule is None or schedule.months is None:
            continue
        for word in ("effective", "cutoff", "pricing", "announcement"):
            phrases: Any = getattr(schedule, word, None)
            for phrase in phrases.values if phrases is not None else ():
                if not isinstance(phrase.anchor, NamedDate) or phrase.next:
                    continue
                named = rule.dates.get(phrase.anchor.name)
                if named is None:
                    continue
                have = {month for months in named.months.values for month in months}
                want = {month for months in schedule.months.values for month in months}
                if missing := sorted(want - have):
                    span = next((m.span for p, m in reading.phrases if p is phrase), None)
                    reading.findings.add(
                        "DTE006",
                        f"`{phrase.anchor.name}` has no day in month "
                        + ", ".join(map(str, missing)),
                        span=span,
                        where=f"{path}.{word}",
                        hint=f"add the month to `dates.{phrase.anchor.name}.months`",
                    )


def check_days(rule: RuleKeys, reading: Reading) -> None:
    """Days of a schedule that are made from each other: no circle, none that is not said."""
    for path, schedule in _schedules(rule):
        if schedule is None or (schedule.months is None and schedule.every is None):
            continue
        needs: dict[str, set[str]] = {}
        for word in ("effective", "cutoff", "announcement", "pricing"):
            phrases = getattr(schedule, word, None)
            anchors = [] if phrases is None else [phrase.anchor for phrase in phrases.values]
            needs[word] = {anchor.name for anchor in anchors if isinstance(anchor, KnownDay)}
        for word in ("cutoff", "announcement"):
            phrases = getattr(schedule, word, None)
            if phrases is None:
                _missing_day(path, word, schedule, needs, reading)
        if getattr(schedule, "pricing", None) is None:
            needs["pricing"] = {"effective"}
        for word in needs:
            if _reaches(word, word, needs, set()):
                phrases = getattr(schedule, word)
                span = (
                    next(
                        (m.span for p, m in reading.phrases for q in phrases.values if p is q), None
                    )
                    if phrases is not None
                    else None
                )
                reading.findings.add(
                    "DTE007",
                    f"`{word}` is made from itself",
                    span=span,
                    where=f"{path}.{word}",
                    hint="make one of them from a day of the month",
                )
                break


def _schedules(rule: RuleKeys) -> Iterator[tuple[str, Any]]:
    """Every schedule a rule may have, with its path."""
    yield "review", rule.review
    yield "rebalance", rule.rebalance
    yield "float.updated", rule.float.updated
    for updates in rule.maintenance.shares.values:
        yield "maintenance.shares.updated", updates.updated


def _missing_day(
    path: str, word: str, schedule: Any, needs: dict[str, set[str]], reading: Reading
) -> None:
    for other, wanted in needs.items():
        if word in wanted:
            phrases = getattr(schedule, other)
            span = next(
                (m.span for p, m in reading.phrases for q in phrases.values if p is q), None
            )
            reading.findings.add(
                "DTE011",
                f"there is no `{word}` day here",
                span=span,
                where=f"{path}.{other}",
                hint=f"say `{word}`, or count from another day",
            )


def _reaches(start: str, goal: str, needs: dict[str, set[str]], seen: set[str]) -> bool:
    for step in needs.get(start, ()):
        if step == goal:
            return True
        if step not in seen:
            seen.add(step)
            if _reaches(step, goal, needs, seen):
                return True
    return False
