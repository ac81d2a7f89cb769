"""What the events of a session make of shares held before it: other shares, cash, shares of others.

A holder's view of docs/events.md: a split multiplies the shares, a special dividend pays, rights are
taken up as the scheme takes them, spun-off lines are received.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from indexcalc.calculation.prices.corporate_actions import (
    CASH_KINDS,
    ENDINGS,
    SHARE_ACTIONS,
    Action,
    actions_of,
)
from indexcalc.market.market import Market

Rights = Literal["subscribed", "reinvested", "sold"]
"""What a holder does with rights: pays for the new shares (cap weighted, counted from the ex-date),
sells some to pay for others (weights that are set), or sells all (price weighted, or counted later)."""


class Holding(Struct):
    """One share held at the close before: ``factor`` shares now, ``cash`` paid to the holder (below
    zero: by), in the line's currency, and ``received``: (line, shares of it).  ``spun`` and ``paid``:
    price before over after of spin-offs whose child is held, and of special dividends."""

    factor: float = 1.0
    cash: float = 0.0
    received: list[tuple[int, float]] = msgspec.field(default_factory=list)
    spun: float = 1.0
    paid: float = 1.0


@dataclass(slots=True)
class ActionDays:
    """The actions of a market's lines by (observed session, line), in the order in which they count."""

    market: Market
    cells: dict[tuple[int, int], list[Action]] = field(init=False)
    _sessions: dict[int, list[tuple[tuple[int, int], list[Action]]]] | None = field(
        init=False, default=None
    )

    def __post_init__(self) -> None:
        self.cells = defaultdict(list)
        days = self.market.days
        for action in actions_of(self.market):
            session = int(np.searchsorted(days, action.ex_day))
            if session < days.size and not action.missing():
                self.cells[session, action.code].append(action)
        for rows in self.cells.values():
            rows.sort(key=lambda row: (row.ex_day, row.type == "base_price", row.sequence))

    def on(self, day: int, code: int) -> list[Action]:
        """The actions of a line that take effect in the session on ``day``."""
        session = int(np.searchsorted(self.market.days, day))
        return self.cells.get((session, code), [])

    def of_session(self, session: int) -> list[tuple[tuple[int, int], list[Action]]]:
        """The actions of all lines in an observed session."""
        if self._sessions is None:
            self._sessions = defaultdict(list)
            for cell, rows in sorted(self.cells.items()):
                self._sessions[cell[0]].append((cell, rows))
        return self._sessions.get(session, [])


def put_through(
    actions: Sequence[Action], close: float, rights: Rights, held: Container[int]
) -> Holding:
    """One share, worth ``close``, put through the actions of a session.

    ``held``: the lines the index holds in the session; a spun-off line that is not among them leaves at
    the value its row gives.  An action that would leave no price is left out, as in the level.
    """
    holding, price = Holding(), close
    for action in actions:
        if action.type in ENDINGS or action.type in ("base_price", "listing"):
            continue
        after = action.ex_price(price)
        if not after > 0:
            continue
        if action.type == "rights" and after < price:
            if rights == "subscribed":
                holding.cash -= holding.factor * action.ratio * action.price
                holding.factor *= 1.0 + action.ratio
            elif rights == "reinvested":
                holding.factor *= price / after
            else:
                holding.cash += holding.factor * (price - after)
        elif action.type in CASH_KINDS:
            holding.cash += holding.factor * action.amount
            holding.paid *= price / after
        elif action.gives_paper and action.other in held:
            holding.received.append((action.other, holding.factor * action.ratio))
            holding.spun *= price / after
        elif action.gives_paper:
            holding.cash += holding.factor * (price - after)
        elif action.type in SHARE_ACTIONS:
            holding.factor *= action.ratio
        price = after
    return holding


def ended(actions: Sequence[Action], close: float, held: Container[int]) -> Holding | None:
    """A line that leaves by a merger, a tender or a bankruptcy; None: by none of them.

    Shares of an acquirer the index holds are received, cash is paid, anything else leaves at the last
    price, which the terms have set.
    """
    for action in actions:
        if action.type not in ENDINGS:
            continue
        cash = 0.0 if np.isnan(action.amount) else action.amount
        if action.ratio > 0:
            if action.other not in held:
                return None  # its paper is no member's: it was sold at the last price
            return Holding(0.0, cash, [(action.other, action.ratio)])
        return Holding(0.0, cash if action.amount > 0 else close)
    return None
