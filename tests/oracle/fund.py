"""A fund that follows an index by hand: it holds, trades at the close and receives.

Every figure is worked out the slow way: shares of each line, cash in hand, one session after the
other.  Written before looking at how the levels are computed; the only thing shared is the words.

The fund is told what it should hold (``wants``) after each close, at the prices of that close, and
buys and sells so; trading costs nothing.  The index level is what one unit of the fund is worth.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Fund:
    """Shares by line and cash, in one currency."""

    shares: dict[str, float] = field(default_factory=dict)
    cash: float = 0.0

    def worth(self, prices: dict[str, float]) -> float:
        """What all is worth at prices."""
        return self.cash + sum(held * prices[name] for name, held in self.shares.items() if held)

    def split(self, name: str, new_for_one: float) -> None:
        """Each share becomes ``new_for_one``."""
        self.shares[name] *= new_for_one

    def paid(self, name: str, each: float) -> None:
        """Each share pays cash."""
        self.cash += self.shares[name] * each

    def handed(self, name: str, other: str, each: float) -> None:
        """Each share brings ``each`` shares of another line."""
        self.shares[other] = self.shares.get(other, 0.0) + self.shares[name] * each

    def subscribes(self, name: str, each: float, price: float) -> None:
        """Each share takes up ``each`` new ones at a price, paid in cash."""
        new = self.shares[name] * each
        self.shares[name] += new
        self.cash -= new * price

    def swapped(self, name: str, other: str, each: float) -> None:
        """The shares are exchanged for ``each`` of another."""
        self.handed(name, other, each)
        del self.shares[name]

    def sells(self, name: str, price: float) -> None:
        """All of a line goes at a price."""
        self.cash += self.shares.pop(name) * price

    def trades_to(self, wanted: dict[str, float], prices: dict[str, float]) -> None:
        """Sell and buy at prices until it holds a multiple of ``wanted`` and no cash."""
        worth = self.worth(prices)
        aim = sum(held * prices[name] for name, held in wanted.items() if held)
        self.shares = {name: held * worth / aim for name, held in wanted.items()}
        self.cash = 0.0
