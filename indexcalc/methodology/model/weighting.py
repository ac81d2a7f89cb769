"""How much of each: ``weighting`` with its caps and checks."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from indexcalc.methodology.model.selection import BY
from indexcalc.methodology.model.universe_and_measures import COLUMN, Measure
from indexcalc.methodology.model.value_kinds import GroupingKind
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, Item, key, missing_key
from indexcalc.methodology.reading.containers import DatedKind, ListOf
from indexcalc.methodology.reading.kinds import ShareKind, Text, Whole, Word
from indexcalc.methodology.reading.reader import At
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import Share

SCHEMES: Final = (
    "market_cap",
    "float_market_cap",
    "equal",
    "price",
    "measure",
    "tilt",
    "inverse_volatility",
    "given",
)
_BY_SCHEMES: Final = ("measure", "tilt", "inverse_volatility")
CapForm = Literal["limit", "ladder", "set", "factor"]
_SHARE: Final = DatedKind(ShareKind())
_POSITIVE: Final = DatedKind(ShareKind(positive=True))


class CapSet(Block):
    """The set a cap holds together: all ``above`` a weight, or the ``largest`` N."""

    exclusive = (("above", "largest"),)

    above: Dated[Share] | None = key(_SHARE)
    largest: Dated[int] | None = key(DatedKind(Whole(1)))


class Others(Block):
    """The limit of all names outside the set."""

    limit: Dated[Share] = key(_POSITIVE, required=True)
    not_above: Dated[str] | None = key(DatedKind(Word(("smallest_of_set",))))


class Fewer(Block):
    """A count that is ``below`` a number."""

    below: Dated[int] = key(DatedKind(Whole(1)), required=True)


class CapUnless(Block):
    """When a cap is left out: where there are fewer ``members``."""

    members: Fewer = key(BlockKind(Fewer), required=True)


class Cap(Item):
    """One cap: ``limit``, ``ladder``, ``set`` with ``together``, or ``factor``; in the order written.

    ``trigger``: act only if the largest weight (the set's sum) exceeds it (None: the limit).
    ``unless``: it is left out where there are few names.  ``measured``: judged on means over a window,
    as KRX does, not on the pricing day's weights.
    """

    exclusive = (("limit", "ladder", "set", "factor"),)

    per: str = key(GroupingKind(), required=True)
    limit: Dated[Share] | None = key(_POSITIVE)
    ladder: Dated[tuple[Share, ...]] | None = key(DatedKind(ListOf(ShareKind(positive=True))))
    set: CapSet | None = key(BlockKind(CapSet))
    together: Dated[Share] | None = key(_POSITIVE)
    factor: Dated[Share] | None = key(_POSITIVE)
    trigger: Dated[Share] | None = key(_SHARE)
    others: Others | None = key(BlockKind(Others))
    method: Dated[str] = key(
        DatedKind(Word(("proportional", "descending", "smallest_first"))),
        default=Dated.constant("proportional"),
    )
    each: Dated[Share] | None = key(_POSITIVE)
    document: str = key(Text(), default="")
    unless: CapUnless | None = key(BlockKind(CapUnless))
    measured: Dated[Measure] | None = key(DatedKind(BlockKind(Measure)))
    test: Dated[str] = key(
        DatedKind(Word(("weight_of_means", "mean_of_weights"))),
        default=Dated.constant("weight_of_means"),
    )
    note: str = key(Text(), default="")

    def left_out(self, n: int | None, on: dt.date) -> bool:
        """Is it left out of ``n`` names on a date (None: nobody knows how many there are)?"""
        fewest = None if self.unless is None else value_on(self.unless.members.below, on)
        return fewest is not None and n is not None and n < fewest

    @property
    def form(self) -> CapForm:
        """Which of the four forms it has."""
        forms: tuple[CapForm, ...] = ("limit", "ladder", "set", "factor")
        return next(name for name in forms if getattr(self, name) is not None)

    @classmethod
    def complete(cls, said: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``set`` and ``together`` go together; ``others`` and ``each`` belong to a set."""
        good = True
        if node.says("set") and not node.says("together"):
            missing_key("together", node, at, "say the most the set may weigh")
            good = False
        if not node.says("set"):
            for word in ("together", "others", "each"):
                if node.says(word):
                    place = next(name for name, _ in node.entries if name.text == word)
                    at.refuse("RUL012", f"`{word}` belongs to a `set`", place.span, "add `set`")
                    good = False
        if node.says("test") and not node.says("measured"):
            place = next(name for name, _ in node.entries if name.text == "test")
            at.refuse("RUL012", "`test` belongs to `measured`", place.span, "add `measured`")
            good = False
        return good


class Check(Item):
    """One limit that is verified after all caps, apart from the path that leads to it."""

    exclusive = (("limit", "set"),)

    per: str = key(GroupingKind(), required=True)
    limit: Dated[Share] | None = key(_POSITIVE)
    set: CapSet | None = key(BlockKind(CapSet))
    together: Dated[Share] | None = key(_POSITIVE)

    @classmethod
    def complete(cls, said: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``set`` and ``together`` go together."""
        if node.says("set") != node.says("together"):
            missing_key("together" if node.says("set") else "set", node, at)
            return False
        return True


class PriceFactor(Block):
    """``price_factor``: a column that scales each price (Nikkei's price adjustment factor)."""

    column: str = key(COLUMN, required=True)


class Weighting(Block):
    """``weighting``: the scheme, the caps in order, and what is verified at the end."""

    scheme: Dated[str] = key(DatedKind(Word(SCHEMES)), default=Dated.constant("float_market_cap"))
    by: Dated[str] | None = key(BY)
    across: Dated[str] = key(
        DatedKind(Word(("security", "issuer"))), default=Dated.constant("security")
    )
    price_factor: Dated[PriceFactor] | None = key(DatedKind(BlockKind(PriceFactor)))
    floor: Dated[Share] | None = key(_SHARE)
    interim: Dated[str] = key(DatedKind(Word(("keep", "recap"))), default=Dated.constant("keep"))
    on_infeasible: Dated[str] = key(
        DatedKind(Word(("error", "equal", "relax"))), default=Dated.constant("error")
    )
    caps: Dated[tuple[Cap, ...]] = key(
        DatedKind(ListOf(BlockKind(Cap), least=0)), default=Dated.constant(())
    )
    check: Dated[tuple[Check, ...]] = key(
        DatedKind(ListOf(BlockKind(Check), least=0)), default=Dated.constant(())
    )

    @classmethod
    def complete(cls, said: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Schemes that weigh by something say by what."""
        needs = (
            [word for word in said["scheme"].values if word in _BY_SCHEMES]
            if ("scheme" in said)
            else []
        )
        if needs and not node.says("by"):
            missing_key("by", node, at, f"`{needs[0]}` weighs by a measure: say which")
            return False
        return True
