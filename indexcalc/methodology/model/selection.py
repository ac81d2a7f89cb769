"""How members are chosen: ``selection``, its seven verbs and the reserve list."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from indexcalc.methodology.model.condition_kinds import ConditionKind
from indexcalc.methodology.model.conditions import AllOf, Condition, Rounding, Status
from indexcalc.methodology.model.value_kinds import WITHIN, ValueKind
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, Item, key, read_block
from indexcalc.methodology.reading.containers import ByStatusKind, DatedKind, ListOf
from indexcalc.methodology.reading.kinds import ShareKind, Text, Word
from indexcalc.methodology.reading.reader import BAD, At, Kind, ScalarKind, Schema
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.dated import Dated, splice
from indexcalc.methodology.values.values import ByStatus, Number, PercentOf, Share, Special

Count = Number | PercentOf | Share
Verb = Literal["require", "drop", "select", "fill", "trim", "replace", "limit_changes"]
VERBS: Final[tuple[Verb, ...]] = (
    "require",
    "drop",
    "select",
    "fill",
    "trim",
    "replace",
    "limit_changes",
)


class ByKind(ScalarKind):
    """``by``: a measure or a numeric column."""

    wanted = "a measure"

    def parse(self, node: Scalar, at: At) -> Any:
        at.reading.fields.append(at.mention(node.text, node))
        return node.text


MOST_NAMES: Final = 1_000_000_000
"""No market has more lines."""


class CountKind(ScalarKind):
    """A whole number of names, or a share of a count."""

    types: tuple[type, ...] = (Number, PercentOf)
    wanted: str = "a number of names such as 200, or 10% of count"

    def parse(self, node: Scalar, at: At) -> Any:
        value = ValueKind(self.types, self.wanted).parse(node, at)
        if isinstance(value, Number) and not (value.is_whole and 0 <= value.exact <= MOST_NAMES):
            return at.refuse(
                "RUL011", f"`{node.text}` is not a number of names", node, "0, 1, 2 ..."
            )
        return value


COUNT: Final = DatedKind(CountKind())
TARGET: Final = DatedKind(CountKind((Number,), "a number of names such as 200"))
BY: Final = DatedKind(ByKind())
_ROUNDING: Final = Word(("floor", "ceil", "half_up"))


class PreferKind(Kind):
    """``existing``, or a condition: read as a condition either way."""

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, Scalar):
            word = Word(("existing",)).read(node, at)
            line = node.span.line
            status = Status(status="existing", path=at.path, line=line)
            return BAD if word is BAD else AllOf(parts=(status,), path=at.path, line=line)
        return ConditionKind().read(node, at)

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "existing"}, ConditionKind().schema()]}


class Adjust(Block):
    """``fill`` or ``trim``: to a number, by a measure; ``where`` restricts counting and choice,
    ``from_`` the choice only, ``prefer`` says who is safer."""

    to: Dated[Count] = key(COUNT, required=True)
    by: Dated[str] = key(BY, required=True)
    where: Dated[Condition] | None = key(DatedKind(ConditionKind()))
    from_: Dated[Condition] | None = key(DatedKind(ConditionKind()), name="from")
    prefer: Dated[Condition] | None = key(DatedKind(PreferKind()))
    rounding: Rounding = key(_ROUNDING, default="floor")


class Replace(Block):
    """``replace``: worst out, best in, while both exist."""

    out: Dated[Condition] = key(DatedKind(ConditionKind()), required=True)
    in_: Dated[Condition] = key(DatedKind(ConditionKind()), name="in", required=True)
    by: Dated[str] = key(BY, required=True)
    at_most: Dated[Count] | None = key(COUNT)
    rounding: Rounding = key(_ROUNDING, default="floor")


class LimitChanges(Block):
    """``limit_changes``: entrants up to the limit, as many leavers; the rest undone."""

    to: Dated[Count] = key(COUNT, required=True)
    by: Dated[str] = key(BY, required=True)
    rounding: Rounding = key(_ROUNDING, default="floor")


class Step(Item):
    """One step: exactly one verb.  ``within`` None: the selection's for ranks, none for counts."""

    exclusive = (VERBS,)

    require: Dated[Condition] | None = key(DatedKind(ConditionKind()))
    drop: Dated[Condition] | None = key(DatedKind(ConditionKind()))
    select: Dated[Condition] | None = key(DatedKind(ConditionKind(everything=True)))
    fill: Adjust | None = key(BlockKind(Adjust))
    trim: Adjust | None = key(BlockKind(Adjust))
    replace: Replace | None = key(BlockKind(Replace))
    limit_changes: LimitChanges | None = key(BlockKind(LimitChanges))
    inclusion: Dated[ByStatus[Share]] | None = key(DatedKind(ByStatusKind(ShareKind())))
    within: Dated[str] | None = key(WITHIN)
    note: str = key(Text(), default="")

    @property
    def verb(self) -> Verb:
        """Which verb it is."""
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``inclusion`` belongs to ``select``."""
        if node.says("inclusion") and not node.says("select"):
            key = next(name for name, _ in node.entries if name.text == "inclusion")
            at.refuse("RUL012", "`inclusion` belongs to `select`", key.span, "move or remove it")
            return False
        return True


class Reserve(Block):
    """``reserve``: names that replace leavers, in order, per group where ``within`` is given."""

    count: Dated[Count] = key(COUNT, required=True)
    by: Dated[str] = key(BY, required=True)
    within: Dated[str] | None = key(WITHIN)
    rounding: Rounding = key(_ROUNDING, default="floor")


class Selection(Block):
    """``selection``: ``given`` (a table says who), or steps; ``count`` None: no target."""

    given: Dated[bool] = Dated.constant(False)
    unit: Dated[str] = key(
        DatedKind(Word(("security", "issuer"))), default=Dated.constant("security")
    )
    count: Dated[Number] | None = key(TARGET)
    start: Dated[str] = key(DatedKind(Word(("none", "existing"))), default=Dated.constant("none"))
    within: Dated[str] = key(WITHIN, default=Dated.constant("all"))
    ties: Dated[tuple[str, ...]] = key(
        DatedKind(ListOf(ByKind(), or_one=True, distinct=True)),
        default=Dated.constant(("market_cap", "symbol")),
    )
    reserve: Reserve | None = key(BlockKind(Reserve))
    steps: Dated[tuple[Step, ...]] = key(
        DatedKind(ListOf(BlockKind(Step), least=0)), default=Dated.constant(())
    )
    rounding: Rounding = key(_ROUNDING, default="floor")


class SelectionKind(BlockKind, eq=False):
    """``given`` or a block; under dates the two may follow each other."""

    block: type[Block] = Selection

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, Scalar) and node.text == "given":
            return Selection(given=Dated.constant(True), path=at.path, line=node.span.line)
        if isinstance(node, Scalar) and node.text:
            return at.refuse("RUL004", f"`{node.text}` is not known here", node, "given, or steps")
        return (
            super().read(node, at)
            if not isinstance(node, Scalar)
            else read_block(Selection, node, at)
        )

    def spliced(self, parts: list[tuple[dt.date, Any]], node: Node, at: At) -> Any:
        """Steps of blocks that follow each other, and from when to when the list is given."""
        block = super().spliced(parts, node, at)
        if block is BAD:
            return BAD
        given = (
            (date, Dated.constant(False) if isinstance(part, Special) else part.given)
            for date, part in parts
        )
        return block.changed(given=splice(given))

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "given"}, super().schema()]}
