"""``float``: where float factors come from, and the steps they go through."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Literal

from msgspec import Struct

from indexcalc.methodology.model.schedule import Schedule
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, Item, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf, special_word
from indexcalc.methodology.reading.kinds import Custom, PointsKind, ShareKind, Text, Word
from indexcalc.methodology.reading.reader import BAD, At, Kind, Schema, wrong_shape
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values import values
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Points, Share, UnreadableText


class RoundTo(Struct, frozen=True):
    """``round: up to 5%``."""

    direction: Literal["up", "nearest", "down"]
    step: Fraction


class Band(Struct, frozen=True):
    """A band of float factors up to (and with) ``up_to``; ``gives`` None leaves them as they are."""

    up_to: Fraction
    gives: Fraction | None


_ROUND = r"(up to|nearest|down to) (.+)"


def _round_to(text: str) -> RoundTo:
    match = re.fullmatch(_ROUND, text)
    if match is None:
        raise UnreadableText(
            f"`{text}` is not a rounding", "write up to 5%, nearest 1% or down to 1%"
        )
    direction: Any = match[1].split()[0]
    step = values.as_share(match[2]).exact
    if step == 0:
        raise UnreadableText(f"`{text}` rounds to nothing", "write up to 5%")
    return RoundTo(direction, step)


class BandsKind(Kind):
    """``bands: {10%: as is, 20%: 20%, ...}``, ascending, to 100 %."""

    def read(self, node: Node, at: At) -> Any:
        if not isinstance(node, source.Mapping) or not node.entries:
            return wrong_shape(node, at, "bands {10%: as is, 20%: 20%, ...}")
        bands: list[Band] = []
        good = True
        for name, value in node.entries:
            inside = at.into(name, named=True)
            up_to = ShareKind(positive=True).read(name, inside)
            gives: Any = None
            if not (isinstance(value, Scalar) and value.text == "as is"):
                gives = ShareKind(wanted="`as is` or a share").read(value, inside)
            if up_to is BAD or gives is BAD:
                good = False
                continue
            if bands and up_to.exact <= bands[-1].up_to:
                inside.refuse(
                    "RUL011",
                    f"{name.text} does not come after the band before",
                    name,
                    "write the bands in ascending order",
                )
                good = False
            bands.append(Band(up_to.exact, None if gives is None else gives.exact))
        if good and bands[-1].up_to != 1:
            at.refuse(
                "RUL011",
                "the last band does not reach 100%",
                node.entries[-1][0],
                "add a band 100%",
            )
            good = False
        return tuple(bands) if good else BAD

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": {"type": ["string", "number"]}}


class FloatStep(Item):
    """One step of ``float.steps``, in the order written; each works on the factor so far."""

    exclusive = (("round", "bands", "keep_if_change_below", "keep_if_change_at_most", "phase_in"),)

    round: Dated[RoundTo] | None = key(
        DatedKind(
            Custom(
                _round_to, "a rounding such as up to 5%", "RUL008", r"^(up to|nearest|down to) .+$"
            )
        )
    )
    bands: Dated[tuple[Band, ...]] | None = key(DatedKind(BandsKind()))
    keep_if_change_below: Dated[Points] | None = key(DatedKind(PointsKind()))
    keep_if_change_at_most: Dated[Points] | None = key(DatedKind(PointsKind()))
    phase_in: Dated[Share] | None = key(DatedKind(ShareKind()))
    note: str = key(Text(), default="")

    @property
    def verb(self) -> str:
        """Which of them it is."""
        return next(name for name in self.exclusive[0] if getattr(self, name) is not None)


class ExcludedHolder(Struct, frozen=True):
    """A kind of holder whose shares are not float; ``min``: only stakes from that share up."""

    kind: str
    min: Share | None = None


class ExcludeKind(Kind):
    """A list of holder kinds, or ``{kind: {min: N%}}``."""

    def read(self, node: Node, at: At) -> Any:
        parts = node.items if isinstance(node, source.Sequence) else (node,)
        holders: list[ExcludedHolder] = []
        good = True
        for index, part in enumerate(parts):
            inside = at.item(index) if isinstance(node, source.Sequence) else at
            if isinstance(part, Scalar) and isinstance(node, source.Sequence):
                kind = Text("a kind of holder").read(part, inside)
                good &= kind is not BAD
                holders.append(ExcludedHolder(kind))
            elif isinstance(part, source.Mapping):
                for name, value in part.entries:
                    least = self._least(value, inside.into(name, named=True))
                    good &= least is not BAD
                    holders.append(ExcludedHolder(name.text, least))
            else:
                wrong_shape(part, inside, "a kind of holder, or {kind: {min: N%}}")
                good = False
            kinds = [holder.kind for holder in holders]
            if good and len(set(kinds)) < len(kinds):
                # Its shares would be taken off twice.
                good = False
                inside.refuse("RUL018", f"`{kinds[-1]}` is in the list twice", part, "keep one")
        return tuple(holders) if good else BAD

    def _least(self, node: Node, at: At) -> Any:
        least = BlockKind(_HolderTerms).read(node, at)
        return BAD if least is BAD else least.min

    def schema(self) -> Schema:
        terms: Schema = {"type": "object", "additionalProperties": BlockKind(_HolderTerms).schema()}
        return {
            "anyOf": [{"type": "array", "items": {"anyOf": [{"type": "string"}, terms]}}, terms]
        }


class _HolderTerms(Block):
    min: Share = key(ShareKind(), required=True)


class UpdatedKind(Kind):
    """``at_review`` (read as None) or a schedule."""

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, Scalar) and special_word(node, own_none=False) is None:
            word = Word(("at_review",)).read(node, at)
            return BAD if word is BAD else None
        return BlockKind(Schedule).read(node, at)

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "at_review"}, BlockKind(Schedule).schema()]}


class FloatRules(Block):
    """``float``: where float factors come from and what is done to them.

    ``source`` None: factors where the market has them, else made from holdings.  ``updated`` None:
    at each review.
    """

    source: Dated[str] | None = key(DatedKind(Word(("factors", "holdings"))))
    exclude: Dated[tuple[ExcludedHolder, ...]] | None = key(DatedKind(ExcludeKind()))
    updated: Schedule | None = key(UpdatedKind())
    steps: Dated[tuple[FloatStep, ...]] = key(
        DatedKind(ListOf(BlockKind(FloatStep), least=0)), default=Dated.constant(())
    )
