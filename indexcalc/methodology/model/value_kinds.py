"""Kinds of what tests compare with: values, ranks, coverage, labels, groups, other indices."""

from __future__ import annotations

import re
from typing import Any, Final

from indexcalc.methodology.reading.containers import DatedKind, MapOf
from indexcalc.methodology.reading.kinds import ShareKind, Symbol, Text
from indexcalc.methodology.reading.reader import At, Bad, ScalarKind, Schema
from indexcalc.methodology.reading.yaml import Scalar
from indexcalc.methodology.values import values
from indexcalc.methodology.values.values import Label

INDEX_NAME: Final = r"[a-z0-9][a-z0-9-]*"
FIELD_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
SHARE_FIELDS: Final = ("float_factor", "inclusion")
IN_WORDS: Final = MapOf(
    Text("words for people"), Text("a language such as en", "[a-z]{2,3}", "en, ko", "RUL008")
)
"""Words for people, by language."""


class ValueKind(ScalarKind, eq=False):
    """A value of some types: what a test compares with, a count, a target."""

    types: tuple[type, ...]
    wanted: str = "a number, a share, a duration or a word"

    def parse(self, node: Scalar, at: At) -> Any:
        value = values.as_value(node.text, quoted=node.quoted)
        if not isinstance(value, self.types):
            hint = ""
            if isinstance(value, values.Number) and values.Share in self.types:
                hint = f"{node.text}%"
            elif isinstance(value, values.Number) and values.Duration in self.types:
                hint = f"{node.text} sessions"
            elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", node.text):
                hint = node.text.replace(",", "_")
            elif self.types == (values.Duration,):
                hint = values.DURATIONS
            return at.refuse("RUL008", f"`{node.text}` is not {self.wanted}", node, hint)
        if isinstance(value, values.MeasureAtRank):
            at.reading.measures.append(at.mention(value.measure, node))
        return value


class RankKind(ScalarKind):
    """A rank: a whole number from 1, a share of the names ranked, ``N% of existing``."""

    wanted = "a rank such as 50, 85% or 110% of existing"

    def parse(self, node: Scalar, at: At) -> Any:
        value = values.as_value(node.text, quoted=node.quoted)
        if isinstance(value, values.PercentOf):
            return value
        if isinstance(value, values.Number):
            if not value.is_whole or value.exact < 1:
                hint = (
                    f"{float(value) * 100:g}%" if 0 < value.exact < 1 else "ranks are 1, 2, 3 ..."
                )
                return at.refuse("RUL011", f"`{node.text}` is not a rank", node, hint)
            return value
        if isinstance(value, values.Share):
            return values.as_share(node.text)
        return at.refuse("RUL008", f"`{node.text}` is not {self.wanted}", node)


class CoverageKind(ScalarKind):
    """A cumulative share, or ``rank 1000 + 2.5 points``."""

    wanted = "a share such as 85%"
    code = "RUL006"

    def parse(self, node: Scalar, at: At) -> Any:
        if node.text.startswith("rank "):
            return values.as_rank_points(node.text)
        return values.as_share(node.text)


ANY_VALUE = ValueKind(
    (
        values.Number,
        values.Share,
        values.PercentOf,
        values.MeasureAtRank,
        values.Flag,
        values.Label,
    ),
    wanted="a number, a share, a label or true",
)
LIMIT = ValueKind(
    (values.Number, values.Share, values.PercentOf, values.MeasureAtRank),
    wanted="a number, a share or a measure at a rank",
)
LISTED = ValueKind((values.Duration,), wanted="a duration such as 6 calendar months")
SHARE: Final = ShareKind()


class LabelKind(ScalarKind):
    """A label of a list: a sector, a kind, a class."""

    wanted = "a word"

    def parse(self, node: Scalar, at: At) -> Label:
        return Label(node.text)


class SymbolLabel(Symbol):
    """A symbol as a label."""

    def parse(self, node: Scalar, at: At) -> Any:
        symbol = super().parse(node, at)
        return symbol if isinstance(symbol, Bad) else Label(symbol)


class GroupingKind(ScalarKind):
    """``within``: a name in ``groups``, a text column, ``issuer`` or ``all``."""

    wanted = "a group, issuer or all"

    def parse(self, node: Scalar, at: At) -> Any:
        if not FIELD_NAME.fullmatch(node.text):
            return at.refuse("RUL008", f"`{node.text}` is not the name of a group or column", node)
        if node.text not in ("all", "issuer", "security"):
            at.reading.groupings.append(at.mention(node.text, node))
        return node.text


WITHIN: Final = DatedKind(GroupingKind())


class IndexName(ScalarKind):
    """The name of another index."""

    wanted = "the name of an index"

    def parse(self, node: Scalar, at: At) -> Any:
        if not re.fullmatch(INDEX_NAME, node.text, re.ASCII):
            return at.refuse(
                "RUL010", f"`{node.text}` is not the name of an index", node, "a-z, 0-9 and - only"
            )
        at.reading.indices.append(at.mention(node.text, node))
        return node.text

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{INDEX_NAME}$"}


class ShareOrAtRank(ScalarKind):
    """A share, or a measure at a rank: for fields that are shares themselves."""

    wanted = "a share such as 10%"
    code = "RUL006"

    def parse(self, node: Scalar, at: At) -> Any:
        if " at rank " in node.text or " at coverage " in node.text:
            return values.as_measure_at_rank(node.text)
        return values.as_share(node.text)
