"""Says a value of a rule as the language writes it: ``{per: security, limit: 30%}``, ``2nd thursday``.

The text is made from what was read, not from what was typed: defaults are left out, ``0.30`` stays
``0.30``, and two spellings of one value differ only where their texts do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.float_rules import Band, ExcludedHolder, RoundTo
from indexcalc.methodology.model.maintenance import ShareUpdates
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.model.selection import Selection
from indexcalc.methodology.reading.block import Block
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import ByStatus, Special

NOTHING = "nothing"


def say(value: Any) -> str:
    """The text of any value of a methodology; ``nothing`` for None."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Special):
        return str(value.value)
    if isinstance(value, Dated):
        if value.is_constant:
            return say(value.value)
        entries = ((say_day(day), say(inner)) for day, inner in value)
        return "{" + ", ".join(f"{day}: {inner}" for day, inner in entries) + "}"
    if isinstance(value, ByStatus):
        if value.same:
            return say(value.existing)
        return f"{{existing: {say(value.existing)}, new: {say(value.new)}}}"
    if isinstance(value, tuple):
        if value and all(isinstance(item, Band) for item in value):
            return "{" + ", ".join(map(say, value)) + "}"
        return "[" + ", ".join(map(say, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {say(inner)}" for name, inner in value.items()) + "}"
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, Block):
        return _block(value)
    return str(value)


def say_day(day: dt.date) -> str:
    """A date, or ``always`` for the beginning of time."""
    return "always" if day == BEGINNING else day.isoformat()


def percent(exact: Fraction) -> str:
    """A share as a percentage."""
    return f"{float(exact * 100):.12g}%"


def _block(block: Block) -> str:
    """A block by its keys; those at their default are left out."""
    words = []
    for name, spec in block.language_keys.items():
        value = getattr(block, spec.attribute)
        if value != spec.default:
            words.append(f"{name}: {say(value)}")
    return "{" + ", ".join(words) + "}"


def say_tests(tests: Any) -> str:
    """The tests of a field (a tuple, a word such as ``none``, or those by date) without its name."""
    if isinstance(tests, Dated):
        if tests.is_constant:
            return say_tests(tests.value)
        entries = (f"{say_day(day)}: {say_tests(inner)}" for day, inner in tests)
        return "{" + ", ".join(entries) + "}"
    if not isinstance(tests, tuple):
        return say(tests)
    plain = tests[0] if len(tests) == 1 else None
    if isinstance(plain, c.Compare) and plain.op == "equals" and not _modifiers(plain):
        return say(plain.value)
    words = [text for test in tests for text in _test(test)]
    return "{" + ", ".join(words) + "}"


def _test(test: c.AnyTest) -> list[str]:
    """One test as ``key: value`` texts; the modifiers of a rank, coverage or share inside it."""
    if isinstance(test, c.Compare):
        return [f"{test.op}: {say(test.value)}", *_modifiers(test)]
    if isinstance(test, c.OneOf):
        return [f"{test.op}: {say(test.labels)}", *_modifiers(test)]
    word = {c.Rank: "rank", c.Coverage: "coverage", c.ShareOf: "share"}[type(test)]
    own = [name for name in type(test).defaults if name not in c.Test.defaults]
    words = []
    for name in own:
        value = getattr(test, name)
        if value is not None and not (name == "rounding" and value == "floor"):
            words.append((name.rstrip("_"), say(value)))
    modifiers = _modifiers(test)
    short = {"rank": "max", "coverage": "reach"}.get(word)
    if not modifiers and len(words) == 1 and words[0][0] == short:
        return [f"{word}: {words[0][1]}"]
    inside = [f"{name}: {text}" for name, text in words] + modifiers
    return [f"{word}: {{{', '.join(inside)}}}"]


def _modifiers(test: c.Test) -> list[str]:
    words = []
    if test.among is not None:
        words.append(f"among: {say(test.among)}")
    if test.within is not None:
        words.append(f"within: {say(test.within)}")
    if test.for_reviews != 1:
        words.append(f"for: {test.for_reviews} reviews")
    if test.unless is not None:
        words.append(f"unless: {say(test.unless)}")
    return words


def _field(field: c.Field) -> str:
    return f"{field.name}: {say_tests(field.tests)}"


def _among(among: c.Among) -> str:
    if among.kind == "index":
        return among.index
    return say(among.condition) if among.kind == "condition" else among.kind


def _unless(unless: c.Unless) -> str:
    words = [*unless.flags, *map(say, unless.conditions)]
    return words[0] if len(words) == 1 else "[" + ", ".join(words) + "]"


def _all_of(condition: c.AllOf) -> str:
    if not condition.parts:
        return "all"
    if len(condition.parts) == 1 and isinstance(condition.parts[0], c.ByDate):
        return say(condition.parts[0].conditions)
    return "{" + ", ".join(map(say, condition.parts)) + "}"


def _member_of(part: c.MemberOf) -> str:
    if part.when == "before":
        return f"member_of: {part.index}"
    return f"member_of: {{index: {part.index}, when: {part.when}}}"


def _selection(selection: Selection) -> str:
    return "given" if selection.given.is_constant and selection.given.value else _block(selection)


def _shares(shares: ShareUpdates) -> str:
    return _block(shares) if shares.mode == "threshold" else shares.mode


def _round_to(value: RoundTo) -> str:
    words = {"up": "up to", "nearest": "nearest", "down": "down to"}
    return f"{words[value.direction]} {percent(value.step)}"


def _band(band: Band) -> str:
    return f"{percent(band.up_to)}: {'as is' if band.gives is None else percent(band.gives)}"


def _holder(holder: ExcludedHolder) -> str:
    return holder.kind if holder.min is None else f"{{{holder.kind}: {{min: {holder.min}}}}}"


def _withholding(tax: Withholding) -> str:
    return say(tax.rate) if tax.rate is not None else say(dict(tax.by_country))


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    c.AllOf: _all_of,
    c.Field: _field,
    c.GroupTests: lambda part: f"group: {{{', '.join(map(_field, part.fields))}}}",
    c.Status: lambda part: f"status: {part.status}",
    c.MemberOf: _member_of,
    c.AnyOf: lambda part: f"any: {say(part.conditions)}",
    c.Not: lambda part: f"not: {say(part.condition)}",
    c.Was: lambda part: f"was: {say(part.condition)}",
    c.ByDate: lambda part: say(part.conditions),
    c.Among: _among,
    c.Unless: _unless,
    Selection: _selection,
    ShareUpdates: _shares,
    RoundTo: _round_to,
    Band: _band,
    ExcludedHolder: _holder,
    Withholding: _withholding,
}
