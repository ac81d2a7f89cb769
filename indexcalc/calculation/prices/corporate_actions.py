"""Corporate actions as arithmetic on one line: what they do to its price and its share count.

Design section 8.  A share factor m is shares after for one before; the price held at the start of
the ex-date is the last price put through the terms.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import isnan
from operator import itemgetter
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.calculation.prices.ex_rights_price import ex_rights_price
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.exchange_rates import exchange_rates, line_currencies
from indexcalc.market.market import Market

SHARE_ACTIONS = frozenset(
    {"split", "consolidation", "bonus", "stock_dividend", "capital_reduction"}
)
CASH_KINDS = frozenset({"special", "return_of_capital"})
# On its ex-date the line is gone; a price they give is that of the last session before.
ENDINGS = frozenset({"merger", "tender", "bankruptcy"})
TYPES = SHARE_ACTIONS | ENDINGS | {"rights", "spin_off", "base_price", "listing"}


class Action(Struct, frozen=True):
    """One row of ``corporate_actions``, or a special dividend, of one line.

    ``ex_day``, ``list_day`` and ``known_day`` are days (``NULL_DAY``: not said); numbers are NaN
    where not said.  ``other``: the line of ``other_symbol``, -1 where it is none of the market.
    """

    code: int
    ex_day: int
    sequence: int
    type: str
    ratio: float
    price: float
    amount: float
    other_symbol: str | None
    list_day: int
    final_price: float = float("nan")
    other: int = -1
    known_day: int = arrow.NULL_DAY
    rate_unknown: bool = False  # its money is of another currency, and no rate is known

    @property
    def gives_paper(self) -> bool:
        """Are shares of another line handed out?"""
        return self.type == "spin_off" or (
            self.type in SHARE_ACTIONS and self.other_symbol is not None
        )

    @property
    def is_term(self) -> bool:
        """Does it say what becomes of a price, rather than name the exchange's?"""
        return self.type not in ("base_price", "listing")

    @property
    def last_price(self) -> float:
        """The price an ending puts in the place of the last close; NaN where it stays."""
        if self.type == "bankruptcy" and np.isnan(self.final_price):
            return 0.0
        return self.final_price

    @property
    def share_factor(self) -> float:
        """Shares after for one before, counted from the ex-date; 1 where the count stays."""
        if self.type in SHARE_ACTIONS and self.other_symbol is None:
            return self.ratio
        return 1.0

    @property
    def terms(self) -> str:
        """What its row says, in words."""
        said = (("ratio", self.ratio), ("price", self.price), ("amount", self.amount))
        return ", ".join(f"{name} {value:g}" for name, value in said if not isnan(value))

    def missing(self) -> str:
        """The term this type needs and the row does not give; '' when it is complete."""
        if self.type not in TYPES | CASH_KINDS:
            return "known type"
        if self.rate_unknown:
            return "rate in `fx` from its currency to that of the line"
        if (
            self.type in SHARE_ACTIONS or self.type in ("rights", "spin_off")
        ) and not self.ratio > 0:
            return "ratio"
        if self.type in ("rights", "base_price", "listing") and not self.price > 0:
            return "price"
        if self.type in CASH_KINDS and np.isnan(self.amount):
            return "amount"
        return ""

    def ex_price(self, last: float) -> float:
        """``last`` put through the terms, per share after (currency per share).

        Paper of another line comes off at the price of the row; without one the line keeps its price.
        """
        if self.type == "base_price":
            return self.price
        if self.type in SHARE_ACTIONS and self.other_symbol is None:
            return last / self.ratio
        if self.type == "rights":
            return ex_rights_price(last, self.price, self.ratio)
        if self.gives_paper:
            return last - self.ratio * self.price if self.price > 0 else last
        if self.type in CASH_KINDS:
            return last - self.amount
        return last


class BySession:
    """Actions by the observed session they take effect on; of one session in the order given."""

    def __init__(self, actions: Iterable[tuple[int, Action]]) -> None:
        self._pairs = sorted(actions, key=itemgetter(0))
        self._sessions = [session for session, _ in self._pairs]

    def within(self, first: int, stop: int) -> Sequence[tuple[int, Action]]:
        """Those of the sessions from ``first`` up to ``stop``, session by session."""
        low = bisect_left(self._sessions, first)
        return self._pairs[low : bisect_left(self._sessions, stop, low)]


def actions_of(market: Market) -> Sequence[Action]:
    """Every action of a line of ``daily``, sorted by line, ex-date and sequence; read once a market.

    Special dividends and returns of capital come from ``dividends``, at their place in the sequence.
    Money in another currency than the line's counts at the rate of the session before the ex-date;
    it is NaN where that is not known.
    """
    return market.memo("corporate actions", lambda: _actions_of(market))


def _actions_of(market: Market) -> tuple[Action, ...]:
    actions: list[Action] = []
    table = market.table("corporate_actions")
    if table is not None:
        actions.extend(_rows(table, market, kinds=None))
    dividends = market.table("dividends")
    if dividends is not None:
        actions.extend(_rows(dividends, market, kinds=CASH_KINDS))
    return tuple(sorted(actions, key=lambda item: (item.code, item.ex_day, item.sequence)))


def actions_among(market: Market, some: Bools | None) -> tuple[Sequence[Action], Bools | None]:
    """The actions of ``some`` lines (n_symbols,; None: all) and of those that actions join to them,
    directly or by others, and all these lines."""
    actions = actions_of(market)
    if some is None:
        return actions, None
    joined, pairs = some.copy(), {(one.code, one.other) for one in actions if one.other >= 0}
    while apart := [pair for pair in pairs if joined[pair[0]] != joined[pair[1]]]:
        joined[[code for pair in apart for code in pair]] = True
    return [action for action in actions if joined[action.code]], joined


def _rates(table: Any, market: Market, codes: Codes, ex_days: Codes) -> Floats:
    """Units of the line's currency for one of each row's, on the last session before the ex-date."""
    of_row = np.ones(table.num_rows)
    if "currency" not in table.column_names or not market.days.size:
        return of_row
    own = line_currencies(market, "")
    sessions = np.maximum(np.searchsorted(market.days, ex_days) - 1, 0)
    rates = exchange_rates(market)
    for row, currency in enumerate(arrow.texts(table.column("currency"))):
        home = own[int(codes[row])]
        if currency and home and currency != home:
            of_row[row] = rates.on(currency, home, market.days[sessions[row : row + 1]])[0]
    return of_row


def _rows(table: Any, market: Market, kinds: frozenset[str] | None) -> list[Action]:
    order = market.order
    codes = arrow.codes_into(table.column("symbol"), order)
    asked_for = codes >= 0
    if kinds is not None:
        kind, names = arrow.coded(table.column("kind"))
        asked_for &= np.array([*(name in kinds for name in names), False])[kind]
    table, codes = table.filter(arrow.from_bools(asked_for)), codes[asked_for]
    ex_days = arrow.days(table.column("ex_date"))
    sequences = arrow.integers(table.column("sequence"))
    types = arrow.texts(table.column("type" if kinds is None else "kind"))
    nothing = np.full(table.num_rows, np.nan)

    def numbers(name: str) -> Floats:
        return arrow.floats(table.column(name)) if name in table.column_names else nothing

    rate = _rates(table, market, codes, ex_days)
    ratio, price, amount = numbers("ratio"), numbers("price") * rate, numbers("amount") * rate
    final_price = numbers("final_price") * rate
    money = ("price", "amount", "final_price")
    unknown = np.isnan(rate) & ~np.all([np.isnan(numbers(name)) for name in money], axis=0)
    others: list[str | None] = [None] * table.num_rows
    if "other_symbol" in table.column_names:
        others = arrow.texts(table.column("other_symbol"))
    list_days = np.full(table.num_rows, arrow.NULL_DAY, dtype=np.int32)
    if "list_date" in table.column_names:
        list_days = arrow.days(table.column("list_date"))
    known = known_days(table)
    return [
        Action(
            code=int(codes[row]),
            ex_day=int(ex_days[row]),
            sequence=int(sequences[row]),
            type=str(types[row]),
            ratio=float(ratio[row]),
            price=float(price[row]),
            amount=float(amount[row]),
            other_symbol=others[row],
            list_day=int(list_days[row]),
            final_price=float(final_price[row]),
            other=order.get(others[row] or "", -1),
            known_day=int(known[row]),
            rate_unknown=bool(unknown[row]),
        )
        for row in range(table.num_rows)
    ]
