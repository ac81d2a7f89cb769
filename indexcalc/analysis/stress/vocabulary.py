"""What a rule speaks of: labels, thresholds and days, out of which markets are made that test it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days
from indexcalc.calculation.requirements.needs import Needs, needs_of
from indexcalc.diagnostics import UsageError
from indexcalc.market.calendar.choose import choose, names
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.tables import TABLES
from indexcalc.methodology.dates.schedules import review_dates
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.block import walk
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import ByStatus, Flag, Label, Number, Share, Special

EACH = "(each)"
"""Instead of a label: every line of the block has another one."""
_GROUPS = tuple(f"g{n}" for n in range(1, 13))
_OTHER = "other"
_SIZE_UNIT = Fraction(1_000_000)
_MADE = ("close", "shares_outstanding", "volume", "market_cap", "currency")
_TABLES = ("designations", "dividends", "memberships", "weight_factors")
_FIRST = dt.date(2024, 1, 2)
_YEARS = 4
_YEARS_OF_WEEKDAYS = (dt.date(2020, 1, 1), dt.date(2029, 12, 31))


class Vocabulary(Struct, frozen=True):
    """What markets for a rule are made of.

    ``texts``: column of ``securities`` -> its labels, the one a rule asks for first; ``numbers``: column
    of ``daily`` -> units its values are multiples of; ``sizes``: the same for market capitalisation;
    ``designations``: kinds; ``sessions``: observed days of one, two ... reviews; ``least``: members the
    rule or one of those below it must have; ``given``: indices whose first list is given; ``weighed``:
    indices whose weight factors are; ``currency``: of every line; ``weekdays``: first and last day of the
    sessions where no calendar of that name is packaged.
    """

    texts: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, tuple[Fraction, ...]]
    sizes: tuple[Fraction, ...]
    designations: tuple[str, ...]
    sessions: tuple[tuple[dt.date, ...], ...]
    least: int
    given: tuple[str, ...]
    weighed: tuple[str, ...]
    currency: str
    weekdays: tuple[dt.date, dt.date] | None


def vocabulary_of(family: Family, index: str, start: dt.date | None, reviews: int) -> Vocabulary:
    """What markets for the rule ``index`` of a family are made of; reviews are those from ``start`` on
    (None: from the last date the rule or one below it changes, 2024 at the earliest).

    UsageError (ANA006): an overlay, a rule without reviews in four years, or one that needs a table no
    market made here has.
    """
    rules = [family[name] for name in _below(family, index)]
    rule = family[index]
    if rule.is_overlay:
        raise _refused(rule, "it is an overlay and has no members", "ask for its underlying index")
    needs = [needs_of(item) for item in rules]
    for need in needs:
        for table, path in need.tables.items():
            if table not in _TABLES:
                raise _refused(rule, f"`{path}` needs the table `{table}`", "ask for another rule")
    sessions = _calendar(rule.calendar)
    begin = start or _last_change(rules, sessions)
    labels, refused = _labels(rules, begin)
    fixed = _of_the_universe(rules)
    columns = {name for need in needs for name in need.columns} - set(_MADE)
    texts: dict[str, tuple[str, ...]] = {}
    numbers: dict[str, tuple[Fraction, ...]] = {}
    grouping = _grouping(rules)
    measured = {column for need in needs for column in _measured(need)}
    thresholds = _thresholds(rules)
    for name in sorted(columns):
        known = TABLES["securities"].by_name.get(name)
        declared = next((item.columns[name] for item in rules if name in item.columns), None)
        is_text = (known is not None and known.kind == "text") or declared == "text"
        if name in grouping:
            texts[name] = (EACH, *_distinct(labels.get(name, ()), _GROUPS, refused.get(name, ())))
        elif name in fixed:
            texts[name] = labels.get(name) or (_OTHER,)
        elif is_text or name in labels or name in refused:
            others = () if "true" in refused.get(name, ()) else (_OTHER,)
            texts[name] = _distinct(labels.get(name, ()), others, refused.get(name, ()))
        elif declared != "date" and (name in measured or known is None):
            numbers[name] = thresholds.get(name, ()) or (
                _SIZE_UNIT if name in measured else Fraction(1),
            )
    texts.pop("issuer", None)
    return Vocabulary(
        texts=texts,
        numbers=numbers,
        sizes=(*thresholds.get("market_cap", ()), _SIZE_UNIT),
        designations=refused.get("designation", labels.get("designation", ())),
        sessions=_sessions(family, rules, sessions, begin, reviews),
        least=max((_count(item) for item in rules), default=1),
        given=tuple(
            item.index
            for item in rules
            if item.selection is not None and any(item.selection.given.values)
        ),
        weighed=tuple(item.index for item in rules if "given" in item.weighting.scheme.values),
        currency=rule.currency,
        weekdays=None if rule.calendar in names() else _YEARS_OF_WEEKDAYS,
    )


def _refused(rule: Methodology, why: str, hint: str) -> UsageError:
    return UsageError.of(
        "ANA006",
        f"no market can be made to test {rule.index}: {why}",
        where=rule.index,
        path=rule.path,
        hint=hint,
    )


def _below(family: Family, index: str) -> list[str]:
    """The rule and all it rests on or asks about."""
    names, to_see = [], [index]
    while to_see:
        name = to_see.pop()
        if name not in names:
            names.append(name)
            to_see += [*family[name].parents, *family[name].mentioned]
    return names


def _count(rule: Methodology) -> int:
    """The lines a rule speaks of: its count, or the rank from which on it takes names; 1 without one."""
    if rule.selection is None:
        return 1
    said = () if rule.selection.count is None else rule.selection.count.values
    numbers = [int(value) for value in said][-1:]
    for node in walk(rule.selection):
        if isinstance(node, c.Rank):
            for name in ("from_", "beyond"):
                edge = getattr(node, name)
                numbers += [] if edge is None else map(int, _whole(_values(edge)))
    return max([*numbers, 1])


def _whole(values: Iterable[Any]) -> list[Number]:
    return [value for value in values if isinstance(value, Number) and value.is_whole]


def _labels(rules: Iterable[Methodology], on: dt.date) -> tuple[_Labels, _Labels]:
    """The labels a line must have one of, and those it may not have, by column, as asked on a date."""
    wanted: dict[str, dict[str, None]] = {}
    refused: dict[str, dict[str, None]] = {}
    for rule in rules:
        groups = {name: said.get(on) for name, said in rule.groups.items()}
        columns = {name: group.column for name, group in groups.items() if group is not None}
        for group in groups.values():
            if group is not None:
                wanted.setdefault(group.column, {}).update(dict.fromkeys(group.merged))
        for node in walk(rule):
            for test in node.tests.get(on, ()) if isinstance(node, c.Field) else ():
                assert isinstance(node, c.Field)
                name = columns.get(node.name, node.name)
                if isinstance(test, c.OneOf):
                    held = wanted if test.op == "in" else refused
                    said = [label.text for label in test.labels.get(on, ())]
                elif isinstance(test, c.Compare) and test.op == "equals":
                    held = wanted
                    values = [
                        item for item in _values(test.value) if isinstance(item, Label | Flag)
                    ]
                    said = [value.text for value in values]
                    if any(isinstance(value, Flag) for value in values):
                        refused.setdefault(name, {}).update(dict.fromkeys(("true", "false")))
                else:
                    continue
                held.setdefault(name, {}).update(dict.fromkeys(said))
    return (
        {name: tuple(said) for name, said in wanted.items()},
        {name: tuple(said) for name, said in refused.items()},
    )


_Labels = dict[str, tuple[str, ...]]


def _distinct(*several: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for labels in several for label in labels))


def _of_the_universe(rules: Iterable[Methodology]) -> set[str]:
    """Columns that only say which lines a rule is about: every line of a market here has a right label."""
    asked: dict[str, bool] = {}
    for rule in rules:
        columns = {
            name: group.column for name, said in rule.groups.items() for group in said.values
        }
        for node in walk(rule):
            if isinstance(node, c.Field):
                name = columns.get(node.name, node.name)
                inside = node.path.startswith("universe") and all(
                    isinstance(test, c.OneOf | c.Compare)
                    and getattr(test, "op", "") in ("in", "equals", "not_in")
                    for tests in node.tests.values
                    for test in tests
                )
                asked[name] = asked.get(name, True) and inside
    return {name for name, only in asked.items() if only}


def _values(threshold: Dated[Any]) -> list[Any]:
    """The plain values of a threshold, of existing and new names alike."""
    values: list[Any] = []
    for value in threshold.values:
        for part in (value.existing, value.new) if isinstance(value, ByStatus) else (value,):
            if not isinstance(part, Special):
                values.append(part)
    return values


def _thresholds(rules: Iterable[Methodology]) -> dict[str, tuple[Fraction, ...]]:
    """By column: a tenth of each number it, or a measure of it, is compared with."""
    found: dict[str, dict[Fraction, None]] = {}
    for rule in rules:
        measured = {
            name: measure.columns[0]
            for name, said in rule.measures.items()
            for measure in said.values
            if measure.columns
        }
        for node in walk(rule):
            if not isinstance(node, c.Field):
                continue
            column = measured.get(node.name, node.name).replace("float_market_cap", "market_cap")
            for test in (test for tests in node.tests.values for test in tests):
                if isinstance(test, c.Compare):
                    for value in _values(test.value):
                        if isinstance(value, Number | Share) and value.exact > 0:
                            # Multiples of a tenth: values on both sides, and the threshold itself.
                            found.setdefault(column, {})[value.exact / 10] = None
    return {column: tuple(units) for column, units in found.items()}


def _measured(needs: Needs) -> list[str]:
    """Columns some measure is made of."""
    return [
        column
        for measures in needs.measures.values()
        for measure in measures
        for column in (
            ("traded_value",) if "turnover_ratio" in str(measure.columns) else measure.columns
        )
    ]


def _grouping(rules: Iterable[Methodology]) -> set[str]:
    """Columns by which lines are counted together: groups, ``within``, ``per``."""
    names: set[str] = set()
    for rule in rules:
        names |= {group.column for said in rule.groups.values() for group in said.values}
        for node in walk(rule):
            per = getattr(node, "per", None)
            within = getattr(node, "within", None)
            names |= {per} if isinstance(per, str) else set()
            for said in (per, within):
                names |= {str(name) for name in said.values} if isinstance(said, Dated) else set()
    return names


def _sessions(
    family: Family,
    rules: list[Methodology],
    sessions: Sessions,
    begin: dt.date,
    reviews: int,
) -> tuple[tuple[dt.date, ...], ...]:
    """The days a market has rows on, for one review, two ...: cut-offs, pricing days, the session before
    a list, its first two, and those in the middle of the way to the next."""
    rule = rules[0]
    end = min(dt.date(begin.year + _YEARS, 1, 1), sessions.date(-1 + len(sessions) - 10))
    found = review_dates(rule, sessions, begin, end, family.rules) if begin < end else ()
    if not found and begin < end and rule.review.months is None:
        first = sessions.at_or_after(begin)
        days_of = [sessions.date(first + step) for step in range(3 * reviews)]
        return tuple(tuple(days_of[: 3 * n]) for n in range(1, reviews + 1))
    if not found:
        raise _refused(rule, f"it has no review from {begin} to {end}", "say another --from")
    made: list[tuple[dt.date, ...]] = []
    days: set[dt.date] = set()
    for at, review in enumerate(found[:reviews]):
        for other in rules:
            if other.review.kind == "scheduled" or other.review.kind == "follows":
                for item in review_dates(other, sessions, begin, review.effective, family.rules):
                    days |= {item.cutoff, item.pricing}
        days |= {review.cutoff, review.pricing, review.effective}
        days.add(sessions.date(sessions.at_or_after(review.effective) + 1))
        if at + 1 < len(found):
            middle = review.effective + (found[at + 1].effective - review.effective) / 2
            days.add(sessions.date(sessions.at_or_before(middle)))
        made.append(tuple(sorted(days)))
    return tuple(made)


def _calendar(name: str) -> Sessions:
    """The sessions of a calendar; Monday to Friday where none is packaged."""
    first, last = map(day_number, _YEARS_OF_WEEKDAYS)
    days: Days = np.arange(first, last + 1, dtype=np.int32)
    weekdays: Days = days[(days + 3) % 7 < 5]
    return choose(name, None, weekdays if name not in names() else None, weekdays)[0]


def _last_change(rules: Iterable[Methodology], sessions: Sessions) -> dt.date:
    """The last date from which any value of the rules holds, so long before the end of the calendar that
    reviews follow."""
    latest = sessions.date(len(sessions) - 1) - dt.timedelta(days=800)
    dates = [
        date
        for rule in rules
        for node in walk(rule)
        for value in node.__dict__.values()
        if isinstance(value, Dated)
        for date in value.dates
        if date < latest
    ]
    bases = [rule.base.date for rule in rules if rule.base is not None]
    return max([_FIRST, *dates, *bases])
