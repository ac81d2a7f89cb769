"""What differs between two methodologies, value by value, with the dates between which it does.

Both are walked in the order of the language.  Dated values are laid over each other period by period;
steps and other lists are aligned, so that one step more is one difference and not many; what is equal
is left out, also where one says a default that the other leaves unsaid.  Names, sources and cases are
no part of a methodology.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from indexcalc.methodology.describe.wording import say, say_tests
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.maintenance import ShareUpdates
from indexcalc.methodology.model.methodology import Methodology, RuleKeys
from indexcalc.methodology.model.selection import Step
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.values.dated import BEGINNING, Dated, breakpoints, segments
from indexcalc.methodology.values.values import ByStatus

UNCOMPARED: Final = frozenset({"index", "name", "variant_of", "cases", "sources"})
"""Keys that say nothing about members, weights or levels."""
_END: Final = dt.date.max


class Difference(Struct, frozen=True):
    """One difference: the rule path, the values on both sides in the words of the language, and the
    dates it holds from and until (``until``: the first day it does not; None: no limit)."""

    path: str
    first: str
    second: str
    from_: dt.date | None = None
    until: dt.date | None = None

    @property
    def when(self) -> str:
        """The period in words; '' for all time."""
        if self.from_ is None and self.until is None:
            return ""
        last = None if self.until is None else self.until - dt.timedelta(days=1)
        if self.from_ is None:
            return f"until {last}"
        return f"from {self.from_}" if last is None else f"from {self.from_} until {last}"


class _Place(Struct, frozen=True):
    """Where the walk is: the rule path and the period."""

    path: str = ""
    start: dt.date = BEGINNING
    stop: dt.date = _END

    def into(self, word: str) -> _Place:
        return replace(self, path=f"{self.path}.{word}" if self.path and word else self.path + word)

    def item(self, number: int) -> _Place:
        return replace(self, path=f"{self.path}[{number}]")


def differences(
    first: Methodology,
    second: Methodology,
    *,
    on: dt.date | tuple[dt.date, dt.date] | None = None,
) -> tuple[Difference, ...]:
    """What differs between two rules (loaded with their families), in the order of the language.

    ``on``: as in force on that date; of two dates the first is for ``first``.
    """
    days = (on, on) if isinstance(on, dt.date) else on
    items: list[Difference] = []
    for name, spec in RuleKeys.language_keys.items():
        if name in UNCOMPARED:
            continue
        here, there = getattr(first, spec.attribute), getattr(second, spec.attribute)
        if days is not None:
            here, there = in_force(here, days[0]), in_force(there, days[1])
        items.extend(_differ(here, there, _Place(name)))
    return tuple(_joined(items))


def in_words(found: tuple[Difference, ...], first: str, second: str) -> str:
    """The differences as text, a path each; ``first`` and ``second`` are what the sides are called."""
    if not found:
        return f"{first} and {second}: no difference"
    lines = [f"{first} -> {second}"]
    last_path = ""
    for item in found:
        if item.path != last_path:
            lines.append(item.path)
            last_path = item.path
        when = f"{item.when}: " if item.when else ""
        lines.append(f"    {when}{item.first} -> {item.second}")
    return "\n".join(lines)


def _differ(first: Any, second: Any, place: _Place) -> Iterator[Difference]:
    if isinstance(first, Dated) or isinstance(second, Dated):
        yield from _dated(_as_dated(first), _as_dated(second), place)
    elif first == second:
        return
    elif isinstance(first, ShareUpdates) and isinstance(second, ShareUpdates):
        if first.mode != second.mode:
            yield _leaf(first, second, place)
        else:
            yield from _blocks(first, second, place)
    elif isinstance(first, c.AllOf) and isinstance(second, c.AllOf):
        yield from _conditions(first, second, place)
    elif isinstance(first, Block) and type(first) is type(second) and first.language_keys:
        yield from _blocks(first, second, place)
    elif isinstance(first, Mapping) and isinstance(second, Mapping):
        for name in dict.fromkeys([*first, *second]):
            yield from _differ(first.get(name), second.get(name), place.into(str(name)))
    elif _is_list(first) and _is_list(second) and (first or second):
        yield from _lists(first, second, place)
    elif isinstance(first, ByStatus) and isinstance(second, ByStatus):
        if first.same and second.same:
            yield from _differ(first.existing, second.existing, place)
        else:
            yield from _differ(first.existing, second.existing, place.into("existing"))
            yield from _differ(first.new, second.new, place.into("new"))
    elif first != second:
        yield _leaf(first, second, place)


def _leaf(first: Any, second: Any, place: _Place) -> Difference:
    start = None if place.start == BEGINNING else place.start
    stop = None if place.stop == _END else place.stop
    return Difference(place.path, _text(first), _text(second), start, stop)


def _text(value: Any) -> str:
    """A value in words; of the tests of a field the tests alone: the path says the field."""
    return say_tests(value.tests) if isinstance(value, c.Field) else say(value)


def _as_dated(value: Any) -> Dated[Any]:
    return value if isinstance(value, Dated) else Dated.constant(value)


def _dated(first: Dated[Any], second: Dated[Any], place: _Place) -> Iterator[Difference]:
    for here, there, inside in _periods(first, second, place):
        yield from _differ(here, there, inside)


def _periods(
    first: Dated[Any], second: Dated[Any], place: _Place
) -> Iterator[tuple[Any, Any, _Place]]:
    """Two values laid over each other: each period in which both hold one value."""
    dates = [day for day in breakpoints([first, second]) if place.start < day < place.stop]
    for begin, end in segments(dates):
        start = max(begin, place.start)
        inside = replace(place, start=start, stop=place.stop if end is None else end)
        yield first.at(start), second.at(start), inside


def _blocks(first: Block, second: Block, place: _Place) -> Iterator[Difference]:
    for name, spec in first.language_keys.items():
        here, there = getattr(first, spec.attribute), getattr(second, spec.attribute)
        yield from _differ(here, there, place.into(name))


# --- lists ------------------------------------------------------------------------------------------


def _is_list(value: Any) -> bool:
    """A list of blocks (steps, caps, deletions ...), not one of words or numbers."""
    return isinstance(value, tuple) and all(isinstance(item, Block) for item in value)


def _lists(
    first: tuple[Block, ...], second: tuple[Block, ...], place: _Place
) -> Iterator[Difference]:
    """Lists aligned: equal items pair first, then items of one kind in between."""
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for tag, begin, end, low, high in matcher.get_opcodes():
        if tag == "equal":
            continue
        free = list(range(low, high))
        for number in range(begin, end):
            partner = next((n for n in free if _alike(first[number], second[n])), None)
            if partner is None:
                yield _leaf(first[number], None, place.item(number))
                continue
            for skipped in (n for n in free if n < partner):
                yield _leaf(None, second[skipped], place.item(skipped))
            free = [n for n in free if n > partner]
            yield from _differ(first[number], second[partner], place.item(number))
        for number in free:
            yield _leaf(None, second[number], place.item(number))


def _alike(first: Block, second: Block) -> bool:
    """May two items be one that was changed?  Steps and float steps of one verb, others of a type."""
    verbs = [getattr(item, "verb", getattr(item, "form", "")) for item in (first, second)]
    if type(first) is not type(second) or verbs[0] != verbs[1]:
        return False
    if isinstance(first, Step) and isinstance(second, Step):
        return first.months == second.months or first.note == second.note
    return True


def in_force(value: Any, day: dt.date) -> Any:
    """A piece of a rule as it holds on a day: dated values read, items out of force left out."""
    if isinstance(value, Dated):
        return Dated.constant(in_force(value.at(day), day))
    if isinstance(value, ByStatus):
        return ByStatus(in_force(value.existing, day), in_force(value.new, day))
    if isinstance(value, tuple):
        inner = (item for item in value if not isinstance(item, Item) or item.in_force(day))
        return tuple(in_force(item, day) for item in inner)
    if isinstance(value, Mapping):
        return {name: in_force(inner, day) for name, inner in value.items()}
    if isinstance(value, Block):
        fields = {name: in_force(inner, day) for name, inner in value.__dict__.items()}
        if isinstance(value, Item):
            fields |= {"from_": None, "until": None}
        return type(value)(**fields)
    return value


# --- conditions -------------------------------------------------------------------------------------


def _conditions(first: c.AllOf, second: c.AllOf, place: _Place) -> Iterator[Difference]:
    """Conditions part by part; the parts of one field, or of one word, are compared."""
    here, there = _parts(first), _parts(second)
    for name in dict.fromkeys([*here, *there]):
        inside = place.into(name)
        mine, other = here.get(name), there.get(name)
        if isinstance(mine, c.Field) and isinstance(other, c.Field):
            yield from _tests(mine.tests, other.tests, inside)
        elif isinstance(mine, c.GroupTests) and isinstance(other, c.GroupTests):
            parts = (c.AllOf(parts=mine.fields), c.AllOf(parts=other.fields))
            yield from _conditions(*parts, inside)
        elif isinstance(mine, c.Not | c.Was) and isinstance(other, c.Not | c.Was):
            yield from _differ(mine.condition, other.condition, inside)
        elif isinstance(mine, c.ByDate) or isinstance(other, c.ByDate):
            yield from _differ(_conditions_of(mine), _conditions_of(other), place)
        elif mine != other:
            yield _leaf(mine, other, inside)


def _conditions_of(part: Any) -> Any:
    return part.conditions if isinstance(part, c.ByDate) else part


def _parts(condition: c.AllOf) -> dict[str, c.Part]:
    """The parts by field name or word; a second part of one name is numbered."""
    parts: dict[str, c.Part] = {}
    for part in condition.parts:
        name = part.name if isinstance(part, c.Field) else _WORDS[type(part)]
        parts[name if name not in parts else f"{name}({len(parts)})"] = part
    return parts


_WORDS: Final[Mapping[type, str]] = {
    c.GroupTests: "group",
    c.Status: "status",
    c.MemberOf: "member_of",
    c.AnyOf: "any",
    c.Not: "not",
    c.Was: "was",
    c.ByDate: "",
}


def _tests(first: Dated[Any], second: Dated[Any], place: _Place) -> Iterator[Difference]:
    """The tests of a field, period by period; the same kinds of tests are compared bound by bound."""
    for here, there, inside in _periods(first, second, place):
        if here == there:
            continue
        mine, other = _by_word(here), _by_word(there)
        if not mine or mine.keys() != other.keys():
            yield replace(_leaf(None, None, inside), first=say_tests(here), second=say_tests(there))
            continue
        for word, test in mine.items():
            yield from _bounds(test, other[word], inside.into("" if word == "equals" else word))


def _by_word(tests: Any) -> dict[str, c.AnyTest]:
    return {_word(test): test for test in tests} if isinstance(tests, tuple) else {}


def _word(test: c.AnyTest) -> str:
    if isinstance(test, c.Compare | c.OneOf):
        return test.op
    return {c.Rank: "rank", c.Coverage: "coverage", c.ShareOf: "share"}[type(test)]


def _bounds(first: c.AnyTest, second: c.AnyTest, place: _Place) -> Iterator[Difference]:
    short = {"Rank": "max", "Coverage": "reach"}.get(type(first).__name__)
    for name in type(first).defaults:
        if name in first.uncompared:
            continue
        here, there = getattr(first, name), getattr(second, name)
        word = {"for_reviews": "for", short: "", "value": "", "labels": ""}.get(
            name, name.rstrip("_")
        )
        yield from _differ(here, there, place.into(word))


def _joined(found: list[Difference]) -> Iterator[Difference]:
    """Differences of one path whose periods follow each other and say the same become one."""
    last: dict[str, int] = {}
    items: list[Difference] = []
    for item in found:
        earlier = last.get(item.path)
        if earlier is not None:
            before = items[earlier]
            same = (before.first, before.second) == (item.first, item.second)
            if same and before.until is not None and before.until == item.from_:
                items[earlier] = replace(before, until=item.until)
                continue
        last[item.path] = len(items)
        items.append(item)
    yield from items
