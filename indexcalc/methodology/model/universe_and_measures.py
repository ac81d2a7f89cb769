"""Who may be in: ``columns``, ``universe``, ``groups`` and ``measures``."""

from __future__ import annotations

from typing import Any, Final, Literal

from indexcalc.methodology.model.condition_kinds import ConditionKind
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.value_kinds import IN_WORDS, IndexName, ValueKind
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf, MapOf
from indexcalc.methodology.reading.kinds import (
    Currency,
    DurationKind,
    Phrase,
    Text,
    Word,
)
from indexcalc.methodology.reading.reader import BAD, At, Bad, Schema
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Duration, Number, Share

_COLUMN_WORDS: Final = ("a column name", r"[A-Za-z_]\w*", "letters, digits and _", "RUL010")
NAME: Final = Text(*_COLUMN_WORDS)
"""The user's own name for a measure, group or date."""
STATISTICS: Final = (
    *("mean", "median", "last", "sum", "min", "max", "std", "count", "sessions", "ratio"),
)
SINCE: Final = ("listing", "merger", "demerger", "resumption")
"""What of a line a window may begin with."""
Statistic = Literal[
    "mean", "median", "last", "sum", "min", "max", "std", "count", "sessions", "ratio"
]
_COLUMN_KIND: Final = Word(("number", "text", "date", "flag"))
_MEASURE_DAYS: Final = (
    "effective",
    "cutoff",
    "announcement",
    "pricing",
    "test",
    "listing",
    "halt",
)


class ColumnKind(Text):
    """A column of the market, by name."""

    def parse(self, node: Scalar, at: At) -> str | Bad:
        column = super().parse(node, at)
        if not isinstance(column, Bad):
            at.reading.fields.append(at.mention(column, node))
        return column


COLUMN: Final = ColumnKind(*_COLUMN_WORDS)


class Universe(Block):
    """``universe``: whose members may be chosen; without ``of`` the whole market."""

    of: Dated[tuple[str, ...]] | None = key(
        DatedKind(ListOf(IndexName(), or_one=True, distinct=True))
    )
    except_: Dated[tuple[str, ...]] | None = key(
        DatedKind(ListOf(IndexName(), or_one=True, distinct=True)), name="except"
    )
    as_of: Dated[str] | None = key(DatedKind(Word(("cutoff", "effective"))))
    where_on: Dated[str] = key(
        DatedKind(Word(("cutoff", "effective"))), default=Dated.constant("cutoff")
    )
    where: Dated[Condition] | None = key(DatedKind(ConditionKind()))


class OwnColumn(Block):
    """A name in ``columns``: what the values of that column of the market are."""

    of: Literal["number", "text", "date", "flag"] = key(_COLUMN_KIND, required=True)
    means: dict[str, str] | None = key(IN_WORDS)


class OwnColumnKind(BlockKind, eq=False):
    """An ``OwnColumn``; its kind alone is enough: ``{score: number}``."""

    block: type[Block] = OwnColumn

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, Scalar):
            return super().read(node, at)
        kind = _COLUMN_KIND.read(node, at)
        return BAD if kind is BAD else OwnColumn(path=at.path, line=node.span.line, of=kind)

    def schema(self) -> Schema:
        return {"anyOf": [_COLUMN_KIND.schema(), super().schema()]}


class Group(Block):
    """A name in ``groups``: the labels of a column at the cut-off, some merged under a new one."""

    column: str = key(COLUMN, required=True)
    merge: dict[str, tuple[str, ...]] | None = key(
        MapOf(ListOf(Text("a label"), distinct=True), Text("a label"))
    )
    means: dict[str, str] | None = key(IN_WORDS)

    @property
    def merged(self) -> dict[str, str]:
        """The old labels with the label each is merged under."""
        return {old: new for new, olds in (self.merge or {}).items() for old in olds}

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """A label is merged under one new label only."""
        seen: set[str] = set()
        for olds in (values.get("merge") or {}).values():
            for old in olds:
                if old in seen:
                    at.refuse("RUL018", f"the label `{old}` is merged twice", node)
                    return False
                seen.add(old)
        return True


class Measure(Block):
    """One measure: a statistic of a column (``ratio``: of two) over a window that ends at ``to``
    (None: the cut-off of the decision).

    ``months_at_least``: in how many calendar months of the window the statistic of the month reaches this.
    ``halted: skip``: only sessions on which the line trades count.  ``since``: the line's window
    begins with the last of these that falls in it.
    """

    exclusive = (STATISTICS,)

    mean: str | None = key(COLUMN)
    median: str | None = key(COLUMN)
    last: str | None = key(COLUMN)
    sum: str | None = key(COLUMN)
    min: str | None = key(COLUMN)
    max: str | None = key(COLUMN)
    std: str | None = key(COLUMN)
    count: str | None = key(COLUMN)
    sessions: str | None = key(COLUMN)
    ratio: tuple[str, ...] | None = key(ListOf(COLUMN, least=2, most=2))
    over: Dated[Duration] = key(DatedKind(DurationKind()))
    to: Dated[DatePhrase] | None = key(DatedKind(Phrase(_MEASURE_DAYS)))
    in_: Dated[str] | None = key(DatedKind(Currency()), name="in")
    per: Dated[str] = key(
        DatedKind(Word(("security", "issuer"))), default=Dated.constant("security")
    )
    best: Dated[str] = key(
        DatedKind(Word(("highest", "lowest"))), default=Dated.constant("highest")
    )
    halted: Dated[str] = key(DatedKind(Word(("count", "skip"))), default=Dated.constant("count"))
    months_at_least: Dated[Number | Share] | None = key(
        DatedKind(ValueKind((Number, Share), "a number or a share such as 0.1%"))
    )
    since: Dated[tuple[str, ...]] = key(
        DatedKind(ListOf(Word(SINCE), or_one=True, distinct=True)), default=Dated.constant(())
    )

    @property
    def statistic(self) -> Statistic:
        """Which statistic it is."""
        return next(name for name in STATISTICS if getattr(self, name) is not None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The column (for ``ratio``: both) it is made from; for ``count`` the table."""
        columns = getattr(self, self.statistic)
        return columns if isinstance(columns, tuple) else (columns,)

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``over`` may be left out for ``last`` alone, where it is one session."""
        if not node.says("over"):
            if not node.says("last"):
                at.refuse(
                    "RUL002",
                    "the key `over` is missing",
                    at.key.span if at.key is not None else node,
                    "say the window, such as `over: 6 calendar months`",
                )
                return False
            values["over"] = Dated.constant(Duration(1, "sessions", "1 session"))
        return True
