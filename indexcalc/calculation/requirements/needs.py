"""What a rule needs of a market: tables, columns and windows, each with the rule path that asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from indexcalc.market.panel_cache.segment import IDLE
from indexcalc.methodology.check.findings_in_place import Checking, pieces
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.universe_and_measures import Measure
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.values.dated import BEGINNING, Dated

_OF_THE_REVIEW = frozenset(("symbol", "inclusion", *c.GROUP_COUNTS))
_MADE = ("float_factor", "market_cap", "float_market_cap", "turnover_ratio", "float_turnover_ratio")
_OF_SHARES = ("market_cap", "float_market_cap", "turnover_ratio", "float_turnover_ratio")
_OF_LEVELS = ("close", "base_price", "shares_outstanding", "volume", IDLE)
_NO_COLUMN = frozenset(("all", "security", ""))


class Needs(Struct):
    """First rule path by what it asks for.

    ``columns``: of ``daily`` or ``securities``; ``tables``: others; ``labels``: (column, labels of
    which one must occur, path); ``symbols``: (lines named, path).  ``float_factor``, ``listed_for``:
    paths, '' where not needed.
    """

    columns: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    labels: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    symbols: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    measures: dict[str, list[Measure]] = field(default_factory=dict)
    float_factor: str = ""
    listed_for: str = ""
    listed_by: str = ""


def needs_of(rule: Methodology, first: dt.date = BEGINNING, last: dt.date = dt.date.max) -> Needs:
    """All a rule asks of the market, by its own words (not those of its parents) that hold on a day of
    ``first .. last``."""
    if (first, last) != (BEGINNING, dt.date.max):
        rule = _within(rule, first, last)
    needs = Needs()
    parts = pieces(rule)
    checking = Checking(rule, {})
    blocks = checking.blocks(*parts)
    for block in blocks:
        _of_block(needs, rule, block)
    said = {word for block in blocks for word in _words(block)}
    for name, dated in rule.groups.items():
        for group in dated.values if name in said else ():
            needs.columns.setdefault(group.column, f"groups.{name}.column")
    selection = rule.selection
    if selection is not None:
        if (
            rule.span_of("selection.ties") is not None
        ):  # the default uses the size where it is known
            for values in selection.ties.values:
                _columns(needs, rule, values, "selection.ties")
        for name in ("within", "unit"):
            _columns(needs, rule, getattr(selection, name).values, f"selection.{name}")
        if any(selection.given.values):
            needs.tables.setdefault("memberships", "selection")
    weighting = rule.weighting
    if not rule.is_overlay:
        by_value = [str(name) for name in weighting.scheme.values if name in _OF_SHARES]
        _columns(needs, rule, by_value, "weighting.scheme")
    if "given" in weighting.scheme.values:
        needs.tables.setdefault("weight_factors", "weighting.scheme")
    if weighting.price_factor is not None:
        for factor in weighting.price_factor.values:
            needs.columns.setdefault(factor.column, "weighting.price_factor.column")
    if set(rule.returns.kinds) & {"gross", "net"}:
        needs.tables.setdefault("dividends", "returns.kinds")
    if rule.returns.points is not None:
        needs.tables.setdefault("dividends", "returns.points")
    taxes = () if rule.returns.withholding is None else rule.returns.withholding.values
    if "net" in rule.returns.kinds and any(tax.by_country for tax in taxes):
        needs.columns.setdefault("country", "returns.withholding")
    return needs


def _words(block: Block) -> Iterator[str]:
    """The words that stand as values in a block."""
    for value in block.__dict__.values():
        for said in value.values if isinstance(value, Dated) else (value,):
            yield from (
                word
                for word in (said if isinstance(said, tuple) else (said,))
                if isinstance(word, str)
            )


def _within(part: Any, first: dt.date, last: dt.date) -> Any:
    """A part of a rule without the words that hold on no day of ``first .. last``."""
    if isinstance(part, Dated):
        stops = [date for date, _ in part.entries[1:]]
        return Dated(
            tuple(
                (date, _within(value, first, last))
                for (date, value), stop in zip(part.entries, [*stops, None], strict=True)
                if date <= last and (stop is None or stop > first)
            )
        )
    if isinstance(part, Block):
        names = [spec.attribute for spec in part.language_keys.values()]
        kept = {name: part.__dict__[name] for name in names if name in part.__dict__}
        return part.changed(**{name: _within(value, first, last) for name, value in kept.items()})
    if isinstance(part, tuple):
        items = [item for item in part if not (isinstance(item, Item) and _out(item, first, last))]
        return tuple(_within(item, first, last) for item in items)
    if isinstance(part, Mapping):
        return {name: _within(value, first, last) for name, value in part.items()}
    return part


def _out(item: Item, first: dt.date, last: dt.date) -> bool:
    late = item.from_ is not None and item.from_ > last
    return late or (item.until is not None and item.until <= first)


def _of_block(needs: Needs, rule: Methodology, block: Block) -> None:
    if isinstance(block, c.Field):
        _field(needs, rule, block)
    elif isinstance(block, Measure):
        name = block.path.split(".")[1] if block.path.startswith("measures.") else block.path
        needs.measures.setdefault(name, []).append(block)
        path = f"{block.path}.{block.statistic}"
        if block.statistic == "count":
            needs.tables.setdefault(block.columns[0], path)
        else:
            _columns(needs, rule, block.columns, path)
        if "issuer" in block.per.values:
            needs.columns.setdefault("issuer", f"{block.path}.per")
        if block.in_ is not None:
            needs.tables.setdefault("fx", f"{block.path}.in")
    elif isinstance(block, Cap | Check):
        _columns(needs, rule, (block.per,), f"{block.path}.per")
    elif isinstance(block, c.Test):
        if block.within is not None:
            _columns(needs, rule, block.within.values, f"{block.path}.within")
        for unless in block.unless.values if block.unless is not None else ():
            if set(c.FLAGS) - {"existing"} & set(unless.flags):
                needs.listed_by = needs.listed_by or unless.path
    by = getattr(block, "by", None)
    if by is not None:
        _columns(needs, rule, by.values, f"{block.path}.by")
    within = getattr(block, "within", None)
    if within is not None and not isinstance(block, c.Test):
        _columns(needs, rule, within.values, f"{block.path}.within")


def _field(needs: Needs, rule: Methodology, block: c.Field) -> None:
    name = block.name
    if name == "symbol":
        needs.symbols += [
            (_asked_labels(test) or _named(test), test.path)
            for tests in block.tests.values
            for test in tests
        ]
    if name in _OF_THE_REVIEW or not block.tests.values:
        return  # what is not known (REV001) or holds on no day asks for nothing
    if name == "listed_for":
        needs.listed_for = needs.listed_for or block.path
    elif name == "designation":
        needs.tables.setdefault("designations", block.path)
    else:
        _columns(needs, rule, (name,), block.path)
    for tests in block.tests.values:
        for test in tests:
            words = _asked_labels(test)
            if words and name not in ("designation", *rule.measures, *rule.groups):
                needs.labels.append((name, words, test.path))


def _named(test: c.AnyTest) -> tuple[str, ...]:
    """Labels a test names, whatever it asks of them."""
    if isinstance(test, c.OneOf):
        return tuple(label.text for labels in test.labels.values for label in labels)
    return ()


def _asked_labels(test: c.AnyTest) -> tuple[str, ...]:
    """Labels of which a name must have one."""
    if isinstance(test, c.OneOf) and test.op == "in":
        return _named(test)
    if isinstance(test, c.Compare) and test.op == "equals":
        asked_labels: list[str] = []
        for value in test.value.values:
            for number in (getattr(value, "existing", None), getattr(value, "new", None)):
                if type(number).__name__ == "Label":
                    asked_labels.append(str(number))
        return tuple(dict.fromkeys(asked_labels))
    return ()


def _columns(needs: Needs, rule: Methodology, names: Iterable[str], path: str) -> None:
    for name in names:
        if name in ("turnover_ratio", "float_turnover_ratio"):
            needs.columns.setdefault("traded_value", path)
        if name in _OF_SHARES:
            needs.columns.setdefault("shares_outstanding", path)
        if name in ("float_factor", "float_market_cap", "float_turnover_ratio"):
            needs.float_factor = needs.float_factor or path
        if name in rule.measures or name in rule.groups or name in _NO_COLUMN:
            continue
        if name not in (*_OF_THE_REVIEW, *_MADE):
            needs.columns.setdefault(name, path)


def daily_columns(rules: Iterable[Methodology]) -> tuple[str, ...]:
    """The columns of ``daily`` that computing some rules reads, where a market has them."""
    columns: dict[str, None] = dict.fromkeys(_OF_LEVELS)
    for rule in rules:
        needs = needs_of(rule)
        columns.update(dict.fromkeys(needs.columns))
        measures = [measure for item in needs.measures.values() for measure in item]
        if any("skip" in measure.halted.values for measure in measures):
            columns.update(dict.fromkeys(("volume", "traded_value")))
    return tuple(columns)
