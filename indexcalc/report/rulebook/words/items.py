"""Lists of items in words: each item a sentence, with the time and the months for which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from indexcalc.methodology.reading.block import Item
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, t
from indexcalc.report.rulebook.words.values import months, period, special


def say_items(
    section: Section, items: Dated[tuple[Any, ...]], path: str, words: Callable[[Any], Text]
) -> None:
    """One sentence an item, under the period of its list where the list changes by date: the newest
    first.  A period in which there is no list says nothing."""
    for under, listed in by_period(items):
        if isinstance(listed, Special):
            if listed is not Special.NONE:
                section.say(path, t("{what}.", "{what}.", what=special(listed)), under)
            continue
        for item in listed:
            section.say(item.path, with_limits(item, words(item)), under)


def by_period(values: Dated[Any]) -> Iterator[tuple[Text | None, Any]]:
    """The values by date, the newest first, each with its period; None for one that always holds."""
    entries = values.entries
    for number in range(len(entries) - 1, -1, -1):
        start, value = entries[number]
        later = entries[number + 1][0] if number + 1 < len(entries) else None
        yield (None if values.is_constant else period(start, later)), value


def with_limits(item: Item, text: Text) -> Text:
    """A sentence with the days and months for which its item holds, and the remark of its author."""
    if item.from_ is not None or item.until is not None:
        span = period(item.from_ or BEGINNING, item.until)
        text = t("{text} In force {span}.", "{text} 적용 기간: {span}.", text=text, span=span)
    text = in_months(item, text)
    note = getattr(item, "note", "")
    if not note:
        return text
    return t("{text} Note: {note}.", "{text} 비고: {note}.", text=text, note=note.rstrip("."))


def in_months(item: Item, text: Text) -> Text:
    """A sentence with the months for which its item holds."""
    if item.months is None:
        return text
    return t(
        "{text} Only in {months}.",
        "{text} {months}에 한한다.",
        text=text,
        months=months(item.months),
    )
