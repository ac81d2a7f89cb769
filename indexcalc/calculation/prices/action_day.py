"""The events of one line in one session, in the order in which they count.

A price goes through them step by step.  What each step did to a holding depends on the scheme, so
the parts are kept apart: share actions and rights, cash, paper of other lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan

from msgspec import Struct, field

from indexcalc.calculation.prices.corporate_actions import CASH_KINDS, Action
from indexcalc.calculation.prices.lines import LineEvent, Lines, Spin


class ReceivedLine(Struct, frozen=True):
    """What one share of another line is worth to those who are given it.

    ``value``: what comes off the price for each, NaN where nothing values it.  ``held_at``: what the
    line is held at until its first trade; ``held``: is it held at all?  ``priced``: it had a price.
    """

    value: float
    held_at: float = 0.0
    held: bool = False
    priced: bool = False


class _Distribution(Struct, frozen=True):
    action: Action
    paper: ReceivedLine
    scales: tuple[float, float, float, float]


class EventDay(Struct):
    """A price on its way through the events of a session.

    ``price``: after the events so far (``unspun``: with nothing taken off for paper that is held).
    ``factor``: new shares for one, ``rights`` the subscribed part of it, and ``subscribed`` the price
    before over after of that.  ``spun`` and ``cash``:
    price before over after of spin-offs whose child is held and of special dividends; ``others``: of
    everything else.  ``unvalued``: actions that hand out paper without a value.
    """

    price: float
    unspun: float = nan
    factor: float = 1.0
    rights: float = 1.0
    subscribed: float = 1.0
    spun: float = 1.0
    cash: float = 1.0
    others: float = 1.0
    handed: list[_Distribution] = field(default_factory=list)
    unvalued: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.unspun = self.price

    def set(self, price: float) -> None:
        """A price from elsewhere (a first close)."""
        self.price = self.unspun = price

    def take(
        self, action: Action, paper: ReceivedLine | None, rights_at_ex_date: bool
    ) -> float | None:
        """Put the price through one action and return the shares for one old share it makes.

        None: it would leave no price, and is left out.
        """
        before = self.price
        if paper is None:
            after, unspun = action.ex_price(before), action.ex_price(self.unspun)
        else:
            if not (paper.held or paper.value > 0):
                self.unvalued.append(action)
            off = action.ratio * paper.value if paper.value > 0 else 0.0
            after = before - off
            unspun = self.unspun if paper.held else self.unspun - off
        if not after > 0:
            return None
        factor = action.share_factor
        if action.type == "rights" and rights_at_ex_date and after < before:
            factor = 1.0 + action.ratio
            self.rights *= factor
            self.subscribed *= before / after
        self.price, self.unspun = after, unspun
        self.factor *= factor
        if paper is not None and paper.held:
            self.spun *= before / after
            self.handed.append(_Distribution(action, paper, self._scales()))
        elif action.type in CASH_KINDS:
            self.cash *= before / after
        else:
            self.others *= before / after
        return factor

    def is_rebased(self, base: float) -> bool:
        """Did the exchange set a base that paper handed out was taken off?"""
        return bool(self.handed) and abs(base - self.unspun) > tick(self.unspun)

    def forget_paper(self) -> None:
        """The exchange valued what was handed out: it is not held, and the line's value falls."""
        self.others *= self.spun
        self.spun = 1.0
        self.handed.clear()

    def spins(self, session: int) -> list[Spin]:
        """The paper that is held, and what later events of the session made of the holding."""
        now = self._scales()
        return [self._spin(session, handed, now) for handed in self.handed]

    @staticmethod
    def _spin(session: int, handed: _Distribution, now: tuple[float, float, float, float]) -> Spin:
        cap, neutral, drifting, price = (
            after / then for after, then in zip(now, handed.scales, strict=True)
        )
        return Spin(
            session=session,
            parent=handed.action.code,
            child=handed.action.other,
            ratio=handed.action.ratio,
            value=handed.paper.held_at,
            priced=handed.paper.priced,
            cap=cap,
            neutral=neutral,
            drifting=drifting,
            price=price,
        )

    def _scales(self) -> tuple[float, float, float, float]:
        """What the events so far made of a holding: by cap, neutral, drifting and price schemes."""
        neutral = self.cash * self.others
        return self.factor, neutral, self.others, self.factor / self.rights


def tell_unvalued(
    lines: Lines, session: int, code: int, actions: Sequence[Action], stated: float, day: EventDay
) -> None:
    """Distributed shares of another line without a price: the fall of the price is no return."""
    if not isnan(stated) or any(action.type == "base_price" for action in actions):
        return
    for action in day.unvalued:
        reason = (
            f"{action.type} of {action.other_symbol or 'another line'} has no value and "
            "the exchange no base price: the survivor's fall is counted as return"
        )
        lines.events.append(LineEvent(session, code, "unvalued", nan, nan, reason))


def keep(lines: Lines, code: int, column: int, day: EventDay) -> None:
    """What the events of a session did to holdings, for the schemes that tell them apart."""
    lines.share_factor[lines.row(code), column] = day.factor
    for target, value in (
        (lines.rights, day.rights),
        (lines.spun, day.spun),
        (lines.cash, day.cash),
    ):
        if value != 1.0:
            target[code, column] = value
    if day.handed:
        lines.spins.extend(day.spins(lines.first + column))


def tick(price: float) -> float:
    """What the exchange's rounding of a base may move it: half a percent covers KRX's tick table."""
    return max(0.005 * price, 1.0 if price >= 100 else 0.01)
