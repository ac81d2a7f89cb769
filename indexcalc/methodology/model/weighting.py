"""How much of each: ``weighting`` with its caps and checks."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.caps.form import SHARE
from indexcalc.methodology.model.selection import BY
from indexcalc.methodology.model.universe_and_measures import COLUMN, Measure
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf
from indexcalc.methodology.reading.kinds import DurationKind, Exact, Word
from indexcalc.methodology.reading.reader import At
from indexcalc.methodology.reading.unknown_and_missing_keys import missing_key
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Duration, Number, Share

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
BY_MEASURE: Final = ("measure", "tilt", "inverse_volatility")
OF_ALL_CAPS: Final = "weighting"
"""The path of the block whose ``measured`` holds for all of its caps."""


class PriceFactor(Block):
    """``price_factor``: a column that scales each price (Nikkei's price adjustment factor)."""

    column: str = key(COLUMN, required=True)


class Amount(Block):
    """``amount``: what is invested whenever weights are set, in index currency: ``each`` for an average
    member, or in ``total``."""

    exclusive = (("each", "total"),)

    each: Number | None = key(Exact(positive=True))
    total: Number | None = key(Exact(positive=True))

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """It says one of the two."""
        if not (node.says("each") or node.says("total")):
            missing_key("each", node, at, "say `each` (of an average member) or `total`")
            return False
        return True


class Weighting(Block):
    """``weighting``: the scheme, the caps in order, and what is verified at the end.

    ``when_exceeded``: the caps act only where one of these is exceeded by the weights before any cap.
    ``measured``: all caps act on the means of this window in the place of the pricing closes.
    ``amount``: index shares come from it whenever weights are set, and the divisor from them (None: from
    what the index is worth).  ``spread_over``: they come to those of a new list in equal steps, one a
    session from the effective day on (None: at once).
    """

    scheme: Dated[str] = key(DatedKind(Word(SCHEMES)), default=Dated.constant("float_market_cap"))
    by: Dated[str] | None = key(BY)
    across: Dated[str] = key(
        DatedKind(Word(("security", "issuer"))), default=Dated.constant("security")
    )
    price_factor: Dated[PriceFactor] | None = key(DatedKind(BlockKind(PriceFactor)))
    floor: Dated[Share] | None = key(SHARE)
    amount: Dated[Amount] | None = key(DatedKind(BlockKind(Amount)))
    spread_over: Dated[Duration] | None = key(
        DatedKind(DurationKind(("sessions",), least=1, wanted="a number of sessions"))
    )
    interim: Dated[str] = key(DatedKind(Word(("keep", "recap"))), default=Dated.constant("keep"))
    on_infeasible: Dated[str] = key(
        DatedKind(Word(("error", "equal", "relax"))), default=Dated.constant("error")
    )
    caps: Dated[tuple[Cap, ...]] = key(
        DatedKind(ListOf(BlockKind(Cap), least=0)), default=Dated.constant(())
    )
    measured: Dated[Measure] | None = key(DatedKind(BlockKind(Measure)))
    when_exceeded: Dated[tuple[Check, ...]] = key(
        DatedKind(ListOf(BlockKind(Check), least=0)), default=Dated.constant(())
    )
    check: Dated[tuple[Check, ...]] = key(
        DatedKind(ListOf(BlockKind(Check), least=0)), default=Dated.constant(())
    )

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Schemes that weigh by something say by what."""
        needs = (
            [word for word in values["scheme"].values if word in BY_MEASURE]
            if ("scheme" in values)
            else []
        )
        if needs and not node.says("by"):
            missing_key("by", node, at, f"`{needs[0]}` weighs by a measure: say which")
            return False
        return True
