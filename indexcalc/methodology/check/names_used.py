"""Checks what a rule names: what is defined and not used, columns of another kind, odd words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from indexcalc.methodology.check.findings_in_place import Checking, pieces, place
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.maintenance import Deletion
from indexcalc.methodology.model.market_columns import (
    DATE_COLUMNS,
    DESIGNATIONS,
    FACTS,
    HOLDER_KINDS,
    NUMBER_COLUMNS,
    TABLE_NAMES,
    TEXT_COLUMNS,
    USUAL_LABELS,
)
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.reading.block import Block
from indexcalc.methodology.reading.reader import nearest
from indexcalc.methodology.values.date_phrases import DatePhrase, NamedDate
from indexcalc.methodology.values.values import ByStatus, Label, MeasureAtRank

_CLOSE: Final = 0.8
_RATHER_CLOSE: Final = 0.65  # hardly any market has designations of its own: `delisted` is no kind


def check_use(checking: Checking) -> None:
    """RUL114 (not used), RUL115 (wrong kind of column), RUL116 (odd words)."""
    _unused(checking)
    _kinds(checking)
    _words(checking)


# --- not used -------------------------------------------------------------------------------------


def names_used(checking: Checking, *parts: object) -> set[str]:
    """Every measure, group and column that pieces of a rule ask for."""
    names: set[str] = set()
    for part in parts:
        for block in checking.blocks(part):
            if isinstance(block, c.Field):
                names.add(block.name)
            elif isinstance(block, Cap | Check):
                names.add(block.per)
        for dated in checking.dated(part):
            for value in dated.values:
                names.update(_names_in(value))
    return names


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):  # `by`, `within`; words of the language are no names of the user
        yield value
    elif isinstance(value, MeasureAtRank):
        yield value.measure
    elif isinstance(value, ByStatus):
        yield from _names_in(value.existing)
        yield from _names_in(value.new)
    elif isinstance(value, tuple):
        for item in value:
            yield from _names_in(item)


def _unused(checking: Checking) -> None:
    rule = checking.rule
    users = (rule.universe, rule.eligibility, rule.selection, rule.weighting, rule.maintenance)
    used = names_used(checking, *users)
    own = rule.path
    for kind, names in (("measures", rule.measures), ("groups", rule.groups)):
        for name in names:
            if name not in used:
                _say_unused(checking, kind, name, own)
    called = {
        phrase.anchor.name for phrase in _phrases(checking) if isinstance(phrase.anchor, NamedDate)
    }
    for name in rule.dates:
        if name not in called:
            _say_unused(checking, "dates", name, own)
    referenced = used | names_used(checking, rule.measures, rule.groups) | _columns_used(rule)
    for name in rule.columns:
        if name not in referenced:
            _say_unused(checking, "columns", name, own)


def _columns_used(rule: Methodology) -> set[str]:
    columns: set[str] = set()
    for measure in (value for dated in rule.measures.values() for value in dated.values):
        columns.update(getattr(measure, "columns", ()))
    for group in (value for dated in rule.groups.values() for value in dated.values):
        columns.add(getattr(group, "column", ""))
    if (factor := rule.weighting.price_factor) is not None:
        columns.update(getattr(factor_block, "column", "") for factor_block in factor.values)
    return columns


def _say_unused(checking: Checking, kind: str, name: str, own: str) -> None:
    path = f"{kind}.{name}"
    key = next((key for key, _ in _entries(checking.rule, kind) if key.text == name), None)
    if key is None or key.span.path != own:
        return  # a variant need not use all its base defines
    checking.findings.add(
        "RUL114",
        f"`{name}` is defined and nothing uses it",
        span=key.span,
        where=path,
        hint="use it, or remove it",
        path=checking.rule.path,
    )


def _entries(rule: Methodology, kind: str) -> Any:
    return getattr(rule.root.get(kind), "entries", ())


def _phrases(checking: Checking) -> Iterator[DatePhrase]:
    for dated in checking.dated(*pieces(checking.rule)):
        for value in dated.values:
            if isinstance(value, DatePhrase):
                yield value


# --- kinds of columns -----------------------------------------------------------------------------


def _kinds(checking: Checking) -> None:
    rule = checking.rule
    measures: list[tuple[str, Measure]] = [
        (f"measures.{name}", measure)
        for name, dated in rule.measures.items()
        for measure in dated.values
    ]
    for cap in checking.blocks(rule.weighting):
        if isinstance(cap, Cap | Weighting) and cap.measured is not None:
            measures += [(f"{cap.path}.measured", measure) for measure in cap.measured.values]
    for _, measure in measures:
        path = f"{measure.path}.{measure.statistic}"
        if measure.statistic == "count":
            if measure.count not in TABLE_NAMES:
                close = nearest(str(measure.count), TABLE_NAMES)
                checking.say(
                    "RUL115",
                    f"`count` counts the rows of a table, and there is no table `{measure.count}`",
                    path,
                    hint=f"did you mean `{close}`?"
                    if close
                    else "tables: " + ", ".join(TABLE_NAMES),
                )
            continue
        for column in measure.columns:
            _number(checking, column, path)
    for name, dated in rule.groups.items():
        for group in dated.values:
            own = _own_kind(rule, group.column) or "text"
            if group.column in NUMBER_COLUMNS | DATE_COLUMNS or own != "text":
                checking.say(
                    "RUL115",
                    f"`{group.column}` is no column of labels",
                    f"{group.path or f'groups.{name}'}.column",
                    hint="name a text column such as sector or issuer",
                )
    for part in (rule.universe, rule.eligibility, rule.selection, rule.maintenance):
        for block in checking.blocks(part):
            if isinstance(block, c.Field):
                _field_kind(checking, block)
            _by_kind(checking, block)
    _by_kind(checking, rule.weighting)
    for block in checking.blocks(rule.weighting):
        if isinstance(block, Cap):
            _ranked_by(checking, block)


def _ranked_by(checking: Checking, cap: Cap) -> None:
    """RUL121: what a cap ranks by is a measure, and equal weights have no largest."""
    names = () if cap.by is None else cap.by.values
    for name in names:
        if name not in checking.rule.measures:
            checking.say(
                "RUL121", f"`{name}` is no measure of this rule", f"{cap.path}.by", hint="define it"
            )
    equal = "equal" in checking.rule.weighting.scheme.values
    if not names and equal and (cap.targets is not None or cap.times is not None):
        message = "equal weights have no largest, and the cap does not say by what to rank"
        checking.say(
            "RUL121", message, f"{cap.path}.{cap.form}", hint="add `by: NAME` of a measure"
        )


def _by_kind(checking: Checking, block: Block) -> None:
    dated = getattr(block, "by", None)
    if dated is not None:
        for value in dated.values:
            _number(checking, value, f"{block.path}.by")


def _own_kind(rule: Methodology, column: str) -> str:
    """The kind of one of the rule's own columns; '' of any other."""
    own = rule.columns.get(column)
    return "" if own is None else own.of


def _number(checking: Checking, column: str, path: str) -> None:
    if column in checking.rule.measures:
        return
    own = _own_kind(checking.rule, column)
    words = column in TEXT_COLUMNS or own == "text"
    if words or column in DATE_COLUMNS or own == "date":
        checking.say(
            "RUL115",
            f"`{column}` is a column of {'words' if words else 'dates'}, no number",
            path,
            hint="name a column of numbers such as market_cap or traded_value",
        )


def _field_kind(checking: Checking, field: c.Field) -> None:
    rule = checking.rule
    words = field.name in TEXT_COLUMNS or _own_kind(rule, field.name) == "text"
    if not words or field.name in rule.measures or field.name in rule.groups:
        return
    for tests in field.tests.values:
        for test in tests:
            bound = isinstance(test, c.Compare) and test.op != "equals"
            if bound or isinstance(test, c.Rank | c.Coverage | c.ShareOf):
                checking.say(
                    "RUL115",
                    f"`{field.name}` is a column of words: it has no order",
                    test.path,
                    hint="test it with a label, `in` or `not_in`",
                )


# --- words ----------------------------------------------------------------------------------------


def _words(checking: Checking) -> None:
    rule = checking.rule
    for part in (rule.universe, rule.eligibility, rule.selection, rule.maintenance):
        for block in checking.blocks(part):
            if isinstance(block, c.Field) and block.name in USUAL_LABELS:
                for test in (test for tests in block.tests.values for test in tests):
                    for word in _labels(test):
                        _odd(checking, word, USUAL_LABELS[block.name], test.path)
            elif isinstance(block, Deletion):
                for word in block.on:
                    _odd(checking, word, (*FACTS, *DESIGNATIONS), f"{block.path}.on", _RATHER_CLOSE)
    if rule.float.exclude is not None:
        for holder in dict.fromkeys(item for items in rule.float.exclude.values for item in items):
            _odd(checking, holder.kind, HOLDER_KINDS, "float.exclude", _RATHER_CLOSE)


def _labels(test: c.AnyTest) -> Iterator[str]:
    if isinstance(test, c.OneOf):
        yield from (label.text for labels in test.labels.values for label in labels)
    elif isinstance(test, c.Compare):
        for value in test.value.values:
            if isinstance(value, ByStatus):
                yield from (
                    part.text for part in (value.existing, value.new) if isinstance(part, Label)
                )


def _odd(
    checking: Checking, word: str, usual: tuple[str, ...], path: str, cutoff: float = _CLOSE
) -> None:
    if word in usual:
        return
    close = nearest(word.lower(), usual, cutoff)
    if not close:
        return
    span = _place_of_word(checking.rule, word, path)
    checking.findings.add(
        "RUL116",
        f"`{word}` is no usual word here",
        span=span,
        where=path,
        hint=f"did you mean `{close}`?",
        path=checking.rule.path,
    )


def _place_of_word(rule: Methodology, word: str, path: str) -> Any:
    """The word itself where it stands in a list at or under the path."""
    for rule_path in rule.paths:
        node = rule.node_of(rule_path)
        if rule_path.startswith(path) and getattr(node, "text", None) == word:
            return rule.span_of(rule_path)
    return place(rule, path)
