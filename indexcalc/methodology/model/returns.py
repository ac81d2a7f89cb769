"""What is published, and on what it stands: ``base``, ``returns``, ``underlying``, ``overlay``."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from msgspec import Struct

from indexcalc.methodology.model.schedule import Schedule
from indexcalc.methodology.model.value_kinds import IndexName
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, Item, key
from indexcalc.methodology.reading.containers import DatedKind, ListOf, MapOf
from indexcalc.methodology.reading.kinds import (
    Currency,
    Date,
    DurationKind,
    Exact,
    Phrase,
    ShareKind,
    Text,
    WholeNumber,
    Word,
)
from indexcalc.methodology.reading.reader import BAD, At, Kind, ScalarKind, Schema
from indexcalc.methodology.reading.unknown_and_missing_keys import missing_key
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import (
    Duration,
    Number,
    Points,
    Share,
    as_number,
    as_points,
    as_share,
)

CURRENCY: Final = Currency()
DAY_COUNTS: Final = ("ACT/365", "ACT/360", "30/360")
_DAY_COUNT: Final = DatedKind(Word(DAY_COUNTS))
_SHARE: Final = DatedKind(ShareKind())


class Anchor(Item):
    """An official close to chain from."""

    on: dt.date = key(Date(), required=True)
    level: Number = key(Exact(positive=True), required=True)


class Base(Block):
    """``base``: the date and level the index starts from; ``divisor`` where it is published."""

    date: dt.date = key(Date(), required=True)
    level: Number = key(Exact(positive=True), required=True)
    anchors: tuple[Anchor, ...] = key(ListOf(BlockKind(Anchor), least=0), default=())
    divisor: Number | None = key(Exact(positive=True))

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Anchors come in order, after the base date."""
        days = [anchor.on for anchor in values.get("anchors", ())]
        if days and (days != sorted(set(days)) or ("date" in values and days[0] < values["date"])):
            at.refuse(
                "DTE002",
                "the anchors are not in order after the base date",
                node.get("anchors"),
                "write them by ascending date",
            )
            return False
        return True


class Published(Block):
    """``published``: how many decimals are shown, and how they are rounded."""

    decimals: Dated[int] = key(DatedKind(WholeNumber(0, 12)), default=Dated.constant(2))
    rounding: Dated[str] = key(
        DatedKind(Word(("half_up", "half_even", "down"))), default=Dated.constant("half_up")
    )


class RoundingRules(Block):
    """``rounding``: decimals kept of index shares, capping factors and the divisor (None: all)."""

    index_shares: Dated[int] | None = key(DatedKind(WholeNumber(0, 15)))
    capping_factor: Dated[int] | None = key(DatedKind(WholeNumber(0, 15)))
    divisor: Dated[int] | None = key(DatedKind(WholeNumber(0, 15)))


class Source(Item):
    """Where a statement of the rule comes from, and how sure it is."""

    what: str = key(Text(), required=True)
    ref: str = key(Text(), required=True)
    confidence: str = key(Word(("certain", "single", "inferred")), required=True)


class Withholding(Struct, frozen=True):
    """Tax on dividends: one rate, or one by country (``rate`` None)."""

    rate: Share | None
    by_country: tuple[tuple[str, Share], ...] = ()


class WithholdingKind(Kind):
    """``15.4%``, or ``{KR: 15.4%, US: 30%}``."""

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, source.Mapping):
            country = Text("a country code such as KR", "[A-Z]{2}", "two capitals", "RUL008")
            rates = MapOf(ShareKind(), country).read(node, at)
            return BAD if rates is BAD else Withholding(None, tuple(rates.items()))
        rate = ShareKind().read(node, at)
        return BAD if rate is BAD else Withholding(rate)

    def schema(self) -> Schema:
        share = ShareKind().schema()
        return {"anyOf": [share, {"type": "object", "additionalProperties": share}]}


_WITHHOLDING: Final = DatedKind(WithholdingKind())


class Returns(Block):
    """``returns``: which series are made and how dividends are put to work."""

    kinds: tuple[str, ...] = key(
        ListOf(Word(("price", "gross", "net")), or_one=True, distinct=True), default=("price",)
    )
    withholding: Dated[Withholding] | None = key(_WITHHOLDING)
    reinvest: Dated[str] = key(
        DatedKind(Word(("index", "paying_stock"))), default=Dated.constant("index")
    )
    order: Dated[str] = key(DatedKind(Word(("after", "before"))), default=Dated.constant("after"))
    points: Schedule | None = key(BlockKind(Schedule))

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Net returns need a tax rate."""
        if "net" in values.get("kinds", ()) and not node.says("withholding"):
            missing_key("withholding", node, at, "net returns need a rate: `withholding: 15.4%`")
            return False
        return True


class Underlying(Block):
    """``underlying``: the index an overlay stands on.

    ``levels: published``: its levels are rows of the table ``published``, and it needs no rule;
    ``currency`` is theirs where it is not the overlay's.
    """

    index: str = key(IndexName(), required=True)
    return_: str = key(Word(("price", "gross", "net")), name="return", required=True)
    withholding: Dated[Withholding] | None = key(_WITHHOLDING)
    levels: str = key(Word(("computed", "published")), default="computed")
    currency: str = key(CURRENCY, default="")

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Official levels are what they are: no tax rate changes them; a rule has its currency."""
        published = values.get("levels") == "published"
        name = "withholding" if published else "currency"
        value = node.get(name)
        if value is None:
            return True
        message = (
            "`withholding` has no meaning for levels that are published"
            if published
            else "`currency` is said by the rule of the underlying"
        )
        at.refuse("RUL012", message, value, "remove it")
        return False


class Financing(Block):
    """What borrowing costs: a rate of the market's ``rates`` and its day count.

    ``of``: interest is paid on what is ``borrowed`` (leverage less one; what is not invested earns
    it), or on the whole ``exposure`` (an excess return).  ``missing: carried``: on a session
    without a rate the last one before it holds.
    """

    rate: Dated[str] = key(DatedKind(Text("a name in `rates`")), required=True)
    day_count: Dated[str] = key(_DAY_COUNT, required=True)
    of: str = key(Word(("borrowed", "exposure")), default="borrowed")
    missing: str = key(Word(("error", "carried")), default="error")


class Estimator(Block):
    """One estimate of volatility: by decay, or over a window.

    ``seed``: the volatility a year at the first session; without it an estimate by decay waits until it
    rests on returns enough.
    """

    exclusive = (("decay", "window"),)

    decay: Dated[Share] | None = key(_SHARE)
    seed: Dated[Share] | None = key(DatedKind(ShareKind(at_most_one=False, positive=True)))
    window: Dated[Duration] | None = key(DatedKind(DurationKind(("sessions",), least=2)))

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``seed`` belongs to ``decay``."""
        if node.says("seed") and not node.says("decay"):
            at.refuse("RUL012", "`seed` belongs to `decay`", node.get("seed"), "remove it")
            return False
        return True


class MostLeverageKind(ScalarKind):
    """``1.5`` or ``150%``."""

    wanted = "a leverage such as 1.5 or 150%"

    def parse(self, node: Scalar, at: At) -> Any:
        percent = node.text.endswith("%")
        value: Share | Number = (
            as_share(node.text, at_most_one=False) if percent else as_number(node.text)
        )
        if value.exact <= 0:
            return at.refuse("RUL011", f"`{node.text}` is not above zero", node, "such as 150%")
        return value

    def schema(self) -> Schema:
        return {"type": ["number", "string"], "pattern": r"^\d+(\.\d+)? ?%$"}


class RiskControl(Block):
    """``risk_control``: leverage that aims at a volatility.

    ``first_exposure``: the leverage until the estimates are whole; without it the index begins then.
    """

    target: Dated[Share] = key(
        DatedKind(ShareKind(at_most_one=False, positive=True)), required=True
    )
    leverage_max: Dated[Number | Share] = key(
        DatedKind(MostLeverageKind()), default=Dated.constant(None), required=True
    )
    estimators: Dated[tuple[Estimator, ...]] = key(
        DatedKind(ListOf(BlockKind(Estimator))), required=True
    )
    combine: Dated[str] = key(DatedKind(Word(("max", "mean"))), default=Dated.constant("max"))
    annual_factor: Dated[int] = key(DatedKind(WholeNumber(1, 366)), default=Dated.constant(252))
    lag: Dated[Duration] = key(DatedKind(DurationKind(("sessions",), least=0)), required=True)
    first_exposure: Dated[Number | Share] | None = key(DatedKind(MostLeverageKind()))


class DecrementKind(ScalarKind):
    """``5%`` or ``50 points`` a year."""

    wanted = "a share or points such as 5% or 50 points"

    def parse(self, node: Scalar, at: At) -> Share | Points:
        return as_points(node.text) if "point" in node.text else as_share(node.text)


class Overlay(Block):
    """``overlay``: leverage, decrement, currency hedge, risk control or conversion of a level."""

    exclusive = (("leverage", "decrement", "hedge", "risk_control", "conversion"),)

    leverage: Dated[Number] | None = key(DatedKind(Exact()))
    reset: Dated[str] | None = key(DatedKind(Word(("daily", "monthly"))))
    financing: Financing | None = key(BlockKind(Financing))
    decrement: Dated[Share | Points] | None = key(DatedKind(DecrementKind()))
    day_count: Dated[str] | None = key(_DAY_COUNT)
    method: Dated[str] = key(
        DatedKind(Word(("arithmetic", "geometric"))), default=Dated.constant("arithmetic")
    )
    floor: Dated[Number] | None = key(DatedKind(Exact()))
    hedge: str | None = key(CURRENCY)
    ratio: Dated[Share] | None = key(DatedKind(ShareKind(at_most_one=False)))
    of: str = key(Word(("level", "members")), default="level")
    roll: Dated[DatePhrase] | None = key(DatedKind(Phrase(known=())))
    forward: Dated[str] | None = key(DatedKind(Text("a tenor of `fx` such as 1 month")))
    adjust: Dated[str] | None = key(DatedKind(Word(("daily", "monthly"))))
    risk_control: RiskControl | None = key(BlockKind(RiskControl))
    conversion: str | None = key(Word(("spot",)))

    @property
    def form(self) -> str:
        """Which of the five it is."""
        return next(name for name in self.exclusive[0] if getattr(self, name) is not None)

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """Each form has its own keys, and those it needs."""
        form = next((name for name in cls.exclusive[0] if node.says(name)), None)
        needed, allowed = _OVERLAY_KEYS[form] if form else ((), ())
        good = True
        for name, _ in node.entries:
            if form and name.text not in (form, *needed, *allowed):
                at.refuse(
                    "RUL012", f"`{name.text}` has no meaning for `{form}`", name.span, "remove it"
                )
                good = False
        for word in needed:
            if not node.says(word):
                missing_key(word, node, at)
                good = False
        points = "decrement" in values and any(
            isinstance(value, Points) for value in values["decrement"].values
        )
        if points and "method" in values and "geometric" in values["method"].values:
            at.refuse(
                "RUL012",
                "`geometric` has no meaning for a decrement in points",
                node.get("method"),
                "points are taken off as they are: remove `method`",
            )
            good = False
        return good


_OVERLAY_KEYS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "leverage": (("reset",), ("financing",)),
    "decrement": (("day_count",), ("floor", "method")),
    "hedge": (("ratio", "roll", "forward", "adjust"), ("of",)),
    "risk_control": ((), ("financing",)),
    "conversion": ((), ()),
}
