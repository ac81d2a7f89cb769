"""A whole methodology as a frozen value: every key of the rule language, typed, with its places."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from indexcalc.diagnostics import (
    Diagnostic,
    Span,
    quantity,
)
from indexcalc.market.notebook_display import Displayed
from indexcalc.market.tables import new_name
from indexcalc.methodology.model.condition_kinds import ConditionKind
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.float_rules import FloatRules
from indexcalc.methodology.model.maintenance import Committee, Maintenance
from indexcalc.methodology.model.market_columns import TABLE_NAMES
from indexcalc.methodology.model.returns import (
    CURRENCY,
    Base,
    Overlay,
    Published,
    Returns,
    RoundingRules,
    Source,
    Underlying,
)
from indexcalc.methodology.model.schedule import NamedDates, Rebalance, Review
from indexcalc.methodology.model.selection import Selection, SelectionKind
from indexcalc.methodology.model.universe_and_measures import (
    NAME,
    Group,
    Measure,
    OwnColumn,
    OwnColumnKind,
    Universe,
)
from indexcalc.methodology.model.value_kinds import IN_WORDS, INDEX_NAME
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf, MapOf
from indexcalc.methodology.reading.kinds import Date, Text
from indexcalc.methodology.reading.reader import (
    BAD,
    At,
    Kind,
    Mention,
    Schema,
    did_you_mean,
    wrong_shape,
)
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.dated import Dated

__all__ = ["CASE_KEYS", "EXPECT_KEYS", "Methodology", "RuleKeys", "SourceFile"]

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
CASE_KEYS: Final[Mapping[str, str]] = {
    "name": "What the case shows.",
    "market": "A tiny market: tables with their rows, or the name of a folder of CSV files.",
    "on": "The session whose opening is looked at; without it every regular review.",
    "expect": "What must come out.",
    "tolerance": "How far a number may be off, relative: 1e-12 unless said.",
}
EXPECT_KEYS: Final[Mapping[str, str]] = {
    "members": "The members: [A, B, C01..C40].",
    "weights": "The opening weight of every member: {A: 60%, B: 2/5}.",
    "capping_factors": "Capping factors; a member that is not named has 1.",
    "levels": "Levels by date: {2024-06-17: 1100}.",
    "diagnostics": "The codes of all findings; without it no error may be found.",
}
_INDEX: Final = Text("a name of an index", INDEX_NAME, "a-z, 0-9 and - only", "RUL010")


class CasesKind(Kind):
    """The rule's own tests: a list of mappings, kept as nodes; only their keys and the names of the
    tables of their markets are checked."""

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, source.Sequence):
            return wrong_shape(node, at, "a list of cases")
        good = True
        for index, case in enumerate(node.items):
            inside = at.item(index)
            good &= self._keys(case, CASE_KEYS, inside)
            if isinstance(case, source.Mapping):
                for name, value in case.entries:
                    if name.text == "expect":
                        good &= self._keys(value, EXPECT_KEYS, inside.into(name))
                    elif name.text == "market" and isinstance(value, source.Mapping):
                        good &= self._keys(value, TABLE_NAMES, inside.into(name))
        return tuple(node.items) if good else BAD

    def _keys(self, node: Node, allowed: Collection[str], at: At) -> bool:
        if not isinstance(node, source.Mapping):
            wrong_shape(node, at, "a mapping of " + ", ".join(allowed))
            return False
        unknown = [name for name, _ in node.entries if name.text not in allowed]
        for name in unknown:
            renamed = new_name(name.text) if allowed is TABLE_NAMES else ""
            at.refuse(
                "RUL001",
                f"the key `{name.text}` is not known here",
                name,
                renamed or did_you_mean(name.text, allowed, otherwise="known here: "),
            )
        return not unknown

    def schema(self) -> Schema:
        def words_of(explained: Mapping[str, str], **more: Schema) -> Schema:
            schema = {
                word: {"title": word, "description": text, **more.get(word, {})}
                for word, text in explained.items()
            }
            return {"type": "object", "properties": schema, "additionalProperties": False}

        tables: Schema = {"type": "object", "propertyNames": {"enum": list(TABLE_NAMES)}}
        case = words_of(
            CASE_KEYS,
            expect=words_of(EXPECT_KEYS),
            market={"anyOf": [{"type": "string"}, tables]},
        )
        return {"type": "array", "items": case}


class RuleKeys(Block):
    """The top-level keys.  ``currency`` and ``calendar`` are '' for a child until it is loaded with
    its family; blocks that are not said hold their defaults (``said`` tells which were)."""

    index: str = key(_INDEX, required=True)
    name: Mapping[str, str] = key(IN_WORDS, default=NOTHING)
    currency: str = key(CURRENCY, default="")
    calendar: str = key(Text("a calendar such as XKRX", r"[A-Za-z0-9_]+"), default="")
    published: Published = key(BlockKind(Published), default=Published())
    variant_of: str | None = key(_INDEX)
    base: Base | None = key(BlockKind(Base))
    columns: Mapping[str, OwnColumn] = key(MapOf(OwnColumnKind(), NAME), default=NOTHING)
    dates: Mapping[str, NamedDates] = key(MapOf(BlockKind(NamedDates), NAME), default=NOTHING)
    universe: Universe = key(BlockKind(Universe), default=Universe())
    groups: Mapping[str, Dated[Group]] = key(
        MapOf(DatedKind(BlockKind(Group)), NAME), default=NOTHING
    )
    float: FloatRules = key(BlockKind(FloatRules), default=FloatRules())
    review: Review = key(BlockKind(Review), default=Review())
    rebalance: Rebalance | None = key(BlockKind(Rebalance))
    measures: Mapping[str, Dated[Measure]] = key(
        MapOf(DatedKind(BlockKind(Measure)), NAME), default=NOTHING
    )
    eligibility: Dated[Condition] | None = key(DatedKind(ConditionKind()))
    selection: Selection | None = key(SelectionKind())
    weighting: Weighting = key(BlockKind(Weighting), default=Weighting())
    maintenance: Maintenance = key(BlockKind(Maintenance), default=Maintenance())
    committee: tuple[Committee, ...] = key(ListOf(BlockKind(Committee), least=0), default=())
    returns: Returns = key(BlockKind(Returns), default=Returns())
    underlying: Underlying | None = key(BlockKind(Underlying))
    overlay: Overlay | None = key(BlockKind(Overlay))
    rounding: RoundingRules = key(BlockKind(RoundingRules), default=RoundingRules())
    launch: dt.date | None = key(Date())
    cases: tuple[source.Mapping, ...] = key(CasesKind(), default=())
    sources: tuple[Source, ...] = key(ListOf(BlockKind(Source), least=0), default=())


class SourceFile(Struct, frozen=True):
    """One file a rule was read from."""

    path: str
    text: str
    sha256: str


class Methodology(Displayed, RuleKeys):
    """One index methodology.  ``path`` is the file as named by the user (``<text>`` for text)."""

    uncompared = frozenset({"path", "line", "folder", "root", "files"})

    text: str = ""
    sha256: str = ""
    files: tuple[SourceFile, ...] = ()
    folder: Path | None = None
    root: source.Mapping
    said: frozenset[str] = frozenset()
    own_keys: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    warnings: tuple[Diagnostic, ...] = ()
    inherited: tuple[str, ...] = ()
    parent_mentions: tuple[Mention, ...] = ()
    other_mentions: tuple[Mention, ...] = ()

    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        name = self.name.get("en") or next(iter(self.name.values()), "")
        rows = [("file", self.path), ("currency", str(self.currency)), ("hash", self.sha256[:12])]
        if self.parents:
            rows.insert(1, ("rests on", ", ".join(sorted(self.parents))))
        if self.warnings:
            rows.append(("findings", f"{quantity(len(self.warnings), 'warning')} (.warnings)"))
        return f"Methodology {self.index}{f' ({name})' if name else ''}", rows

    @classmethod
    def load(
        cls,
        name_or_path: str | Path,
        *,
        beside: Path | str | None = None,
        shipped: Path | None = None,
    ) -> Methodology:
        """A rule by name (looked up ``beside`` a folder, then among the shipped rules) or by path.

        Raises RuleError with all findings.  Parents are not read (a variant's base is): see
        ``load.load_family``.
        """
        # Loading builds a Methodology, so it is imported by the call that needs it, here and below.
        from indexcalc.methodology.load import load

        return load.load_rule(name_or_path, beside=beside, shipped=shipped)

    @classmethod
    def from_text(
        cls,
        text: str,
        name: str = "<text>",
        *,
        beside: Path | str | None = None,
        shipped: Path | None = None,
    ) -> Methodology:
        """A rule from YAML text; ``name`` stands in its diagnostics.  Raises RuleError."""
        from indexcalc.methodology.load import load

        return load.rule_from_text(text, name, beside=beside, shipped=shipped)

    @property
    def is_overlay(self) -> bool:
        """Does it stand on another index's level?"""
        return self.underlying is not None

    @property
    def parents(self) -> tuple[str, ...]:
        """Indices that must be computed first: universe, followed reviews, underlying."""
        return tuple(dict.fromkeys(mention.name for mention in self.parent_mentions))

    @property
    def mentioned(self) -> tuple[str, ...]:
        """Indices whose list in force it asks for (``member_of``, ``among``): no order follows."""
        return tuple(dict.fromkeys(mention.name for mention in self.other_mentions))

    def varied(self, changes: Mapping[str, str]) -> Methodology:
        """The rule with other values at some rule paths (``{"weighting.caps[0].limit": "20%"}``).

        Raises RuleError where a path is not a single value of the rule, or the new value does not
        fit its place.  What was inherited stays.
        """
        from indexcalc.methodology.load import load

        return load.vary(self, changes)

    def span_of(self, rule_path: str) -> Span | None:
        """The place of a rule path (``weighting.caps[0].limit``): the value where it is a scalar,
        else its key; None where the rule does not say it."""
        return self._places.get(rule_path)

    def line_of(self, rule_path: str) -> int:
        """The line of a rule path, or of the nearest thing above it that the rule says."""
        while rule_path:
            if (span := self._places.get(rule_path)) is not None:
                return span.line
            rule_path = rule_path[: max(rule_path.rfind("."), rule_path.rfind("["), 0)]
        return self.root.span.line

    @property
    def paths(self) -> tuple[str, ...]:
        """Every rule path the rule says, in order."""
        return tuple(self._nodes)

    def node_of(self, rule_path: str) -> Node | None:
        """The node of a rule path, as written."""
        return self._nodes.get(rule_path)

    @functools.cached_property
    def _nodes(self) -> dict[str, Node]:
        return {path: node for path, _, node in _paths(self.root, "")}

    @functools.cached_property
    def _places(self) -> dict[str, Span]:
        return {
            path: node.span if isinstance(node, Scalar) or name is None else name.span
            for path, name, node in _paths(self.root, "")
        }


def _paths(node: Node, path: str) -> list[tuple[str, Scalar | None, Node]]:
    """Every rule path below a node with its key (None for an item of a list) and value."""
    places: list[tuple[str, Scalar | None, Node]] = []
    if isinstance(node, source.Mapping):
        for name, value in node.entries:
            below = f"{path}.{name.text}" if path else name.text
            places.append((below, name, value))
            places.extend(_paths(value, below))
    elif isinstance(node, source.Sequence):
        for index, item in enumerate(node.items):
            below = f"{path}[{index}]"
            places.append((below, None, item))
            places.extend(_paths(item, below))
    return places
