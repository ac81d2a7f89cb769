"""Reads the cases of a rule: a tiny market in, what is expected of it out, each with its place.

    cases:
      - name: the largest two
        market: {daily: [{date: 2024-01-31..2024-03-15, symbol: [A, B, C], close: [3, 2, 1],
                          shares_outstanding: 100}]}
        on: 2024-03-15
        expect: {members: [A, B], weights: {A: 60%, B: 40%}}

``expect`` speaks of the opening of session ``on``; without ``on`` of every regular review.  Members,
weights and capping factors may stand under dates instead (``members: {2024-03-15: [A, B]}``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import Struct

from indexcalc.cases.rows import read_market, spread
from indexcalc.codes import CATALOGUE
from indexcalc.diagnostics import Findings, Span
from indexcalc.market.market import Market
from indexcalc.methodology.load.load import is_name, shipped_names
from indexcalc.methodology.model.methodology import CasesKind, Methodology
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.containers import is_dated, read_dates
from indexcalc.methodology.reading.kinds import Custom, Date, Exact, Symbol, Text
from indexcalc.methodology.reading.reader import BAD, At, Bad, Reading, did_you_mean, wrong_shape
from indexcalc.methodology.reading.unknown_and_missing_keys import missing_key
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.values import Number, Share, as_number, as_share

TOLERANCE = Fraction(1, 10**12)


class Expectation(Struct, frozen=True):
    """One thing expected: ``what`` (members, weights, capping_factors, levels) ``on`` a date (None:
    at every regular review), and the place that says so.

    ``value``: symbols, exact numbers by symbol, or (levels) one exact number.
    """

    what: str
    on: dt.date | None
    value: tuple[str, ...] | Mapping[str, Fraction] | Fraction
    span: Span
    where: str


class Case(Struct, frozen=True):
    """One case of a rule.  ``codes``: the findings expected, None where the case does not say (then
    no error may be found)."""

    name: str
    market: Market
    expected: tuple[Expectation, ...]
    codes: tuple[str, ...] | None
    tolerance: Fraction
    span: Span
    where: str


class ReadCases(Struct, frozen=True):
    """The cases of a rule; ``broken``: name and findings of those that do not read.

    ``texts``: files read besides the rule's own, by path.
    """

    cases: tuple[Case, ...]
    broken: tuple[tuple[str, Findings], ...]
    texts: Mapping[str, str]


def cases_path(rule: Methodology) -> Path | None:
    """Where the cases of a rule lie when they do not stand in it: ``NAME.cases.yaml`` beside it."""
    return None if rule.folder is None else rule.folder / f"{rule.index}.cases.yaml"


def each_once(rules: Iterable[str | Path | Methodology]) -> list[str | Path | Methodology]:
    """What is asked for as a pattern such as ``rules/krx/**`` gives it: a folder stands for the rules
    below it, ``NAME.cases.yaml`` for the rule beside it, and no file counts twice."""
    found: dict[object, str | Path | Methodology] = {}
    for asked in rules:
        if isinstance(asked, Methodology) or is_name(asked):
            found[asked if isinstance(asked, str) else id(asked)] = asked
            continue
        path = Path(asked)
        rule = path.with_name(f"{path.name.removesuffix('.cases.yaml')}.yaml")
        if path.is_dir():
            below = sorted(shipped_names(path).values())
        else:
            below = [rule if path.name.endswith(".cases.yaml") and rule.is_file() else path]
        found |= {each: each for each in below}
    return list(found.values())


def read_cases(rule: Methodology, file: Path | None = None) -> ReadCases:
    """All cases of a rule: its own, then those of ``NAME.cases.yaml``; with ``file``, those of that file
    instead.

    A variant has its own only: those of its base are about another index.
    """
    nodes: list[tuple[str, Node]] = []
    broken: list[tuple[str, Findings]] = []
    texts: dict[str, str] = {}
    own = rule.node_of("cases")  # those of a base are not inherited (methodology/variants.py)
    if file is None and isinstance(own, source.Sequence):
        nodes += [(f"cases[{position}]", item) for position, item in enumerate(own.items)]
    path = file or cases_path(rule)
    if path is not None and (file is not None or path.is_file()):
        shown = str(path if file is not None else Path(rule.path).parent / path.name)
        findings = Findings()
        text = source.read_file(path, findings)
        root = None
        if text is not None:
            texts[shown] = text
            root = source.parse(text, shown, findings)
        nodes += _listed(root, findings) if root is not None else []
        if findings.errors:
            broken.append((path.name, findings))
    read: list[Case] = []
    names: dict[str, Span] = {}
    for where, node in nodes:
        findings_of_case = Findings()
        case = _case(node, At(Reading(findings_of_case), where), rule.folder, names)
        if case is not None and not findings_of_case.errors:
            read.append(case)
        else:
            broken.append((_name_of(node, where), findings_of_case))
    return ReadCases(tuple(read), tuple(broken), texts)


def _listed(root: source.Mapping, findings: Findings) -> list[tuple[str, Node]]:
    """The cases of a file of its own: it has the one key ``cases``."""
    at = At(Reading(findings))
    good = True
    for name, _ in root.entries:
        if name.text != "cases":
            at.refuse(
                "RUL001",
                f"the key `{name.text}` is not known here",
                name,
                did_you_mean(name.text, ("cases",), otherwise="known here: "),
            )
            good = False
    cases = root.get("cases")
    if cases is None:
        missing_key("cases", root, at)
        return []
    inside = at.into(next(name for name, _ in root.entries if name.text == "cases"))
    if CasesKind().read(cases, inside) is BAD or not good:
        return []
    assert isinstance(cases, source.Sequence)
    return [(f"cases[{position}]", item) for position, item in enumerate(cases.items)]


def _name_of(node: Node, where: str) -> str:
    name = node.get("name") if isinstance(node, source.Mapping) else None
    return name.text if isinstance(name, Scalar) else where


def _case(node: Node, at: At, folder: Path | None, names: dict[str, Span]) -> Case | None:
    """One case; its keys were checked when the rule was read."""
    assert isinstance(node, source.Mapping)
    keys: dict[str, tuple[At, Node]] = {
        name.text: (at.into(name), value) for name, value in node.entries
    }
    for word in ("name", "market", "expect"):
        if word not in keys:
            missing_key(word, node, at)
    if not keys.keys() >= {"name", "market", "expect"}:
        return None
    name = Text().read(keys["name"][1], keys["name"][0])
    if isinstance(name, str):
        if name in names:
            first = names[name].line
            at.refuse(
                "RUL018",
                f"there is a case `{name}` already, on line {first}",
                keys["name"][1],
                "name each case for what it shows",
            )
        names.setdefault(name, keys["name"][1].span)
    on = _read(Date(), keys.get("on"))
    tolerance = _read(Exact(), keys.get("tolerance"))
    market = read_market(keys["market"][1], keys["market"][0], folder)
    expected, codes = _expectations(keys["expect"], on if isinstance(on, dt.date) else None)
    if market is None or any(value is BAD for value in (name, on, tolerance)) or expected is None:
        return None
    return Case(
        name=name,
        market=market,
        expected=expected,
        codes=codes,
        tolerance=TOLERANCE if tolerance is None else tolerance.exact,
        span=keys["name"][1].span,
        where=at.path,
    )


def _read(kind: Any, node: tuple[At, Node] | None) -> Any:
    return None if node is None else kind.read(node[1], node[0])


def _expectations(
    written: tuple[At, Node], on: dt.date | None
) -> tuple[tuple[Expectation, ...] | None, tuple[str, ...] | None]:
    """(what is expected, the codes expected); None after findings."""
    at, node = written
    assert isinstance(node, source.Mapping)
    expectations: list[Expectation] = []
    codes: tuple[str, ...] | None = None
    good = True
    if not node.entries:
        at.refuse("CAS002", "expects nothing", node, "say members, weights or levels")
        return None, None
    for key, value in node.entries:
        inside = at.into(key)
        if key.text == "diagnostics":
            read = _codes(value, inside)
            good &= read is not None
            codes = read
            continue
        parts: list[tuple[dt.date | None, At, Node]] = [(on, inside, value)]
        if is_dated(value):
            dated = read_dates(value, inside)
            good &= dated is not None
            parts = [(date, inside.on(name), part) for date, name, part in dated or ()]
            if on is not None:
                inside.refuse("RUL012", "has dates of its own beside `on`", key, "keep one of them")
                good = False
        elif key.text == "levels" and on is None:
            inside.refuse("RUL002", "says no date", key, "write levels: {2024-03-15: 1000}")
            good = False
        for date, where, part in parts:
            value_or_bad = _READERS[key.text](part, where)
            good &= value_or_bad is not BAD
            span = part.span if isinstance(part, Scalar) else key.span
            if isinstance(where.key, Scalar):
                span = where.key.span
            expectations.append(Expectation(key.text, date, value_or_bad, span, where.path))
    return (tuple(expectations) if good else None), codes


def _codes(node: Node, at: At) -> tuple[str, ...] | None:
    if not isinstance(node, source.Sequence):
        wrong_shape(node, at, "a list of codes")
        return None
    codes: list[str] = []
    good = True
    for position, item in enumerate(node.items):
        text = item.text if isinstance(item, Scalar) else ""
        if text not in CATALOGUE:
            at.item(position).refuse(
                "RUL004", f"there is no code `{text}`", item, did_you_mean(text, CATALOGUE)[:80]
            )
            good = False
        codes.append(text)
    return tuple(codes) if good else None


def _members(node: Node, at: At) -> tuple[str, ...] | Bad:
    if not isinstance(node, source.Sequence):
        return wrong_shape(node, at, "a list of symbols")
    symbols: dict[str, None] = {}
    good = True
    for position, item in enumerate(node.items):
        inside = at.item(position)
        texts = spread(item, inside) if isinstance(item, Scalar) else None
        if isinstance(texts, Bad):
            return BAD
        for symbol in (Symbol().read(item, inside),) if texts is None else texts:
            if symbol in symbols:
                symbol = inside.refuse("RUL018", f"`{symbol}` is listed twice", item)
            good &= symbol is not BAD
            symbols[symbol] = None
    return tuple(symbols) if good else BAD


def _by_symbol(node: Node, at: At, kind: Any) -> Mapping[str, Fraction] | Bad:
    if not isinstance(node, source.Mapping):
        return wrong_shape(node, at, "symbols with a number each")
    numbers: dict[str, Fraction] = {}
    good = True
    for key, value in node.entries:
        inside = at.into(key, named=True)
        symbol = Symbol().read(key, inside)
        number = kind.read(value, inside)
        if symbol is BAD or number is BAD:
            good = False
        else:
            numbers[symbol] = number.exact
    return numbers if good else BAD


def _share(text: str) -> Share:
    return as_share(text)


def _factor(text: str) -> Share | Number:
    return as_share(text, at_most_one=False) if "/" in text else as_number(text)


_WEIGHT = Custom(_share, "a weight such as 25%, 0.25 or 1/4", "RUL006")
_FACTOR = Custom(_factor, "a capping factor such as 0.85 or 3/7", "RUL005")


def _level(node: Node, at: At) -> Fraction | Bad:
    number = Exact().read(node, at)
    return number if number is BAD else number.exact


_READERS: Mapping[str, Any] = {
    "members": _members,
    "weights": lambda node, at: _by_symbol(node, at, _WEIGHT),
    "capping_factors": lambda node, at: _by_symbol(node, at, _FACTOR),
    "levels": _level,
}
