"""A second, slow, obvious calculation of levels: a fund that holds, trades at the close and receives.

It reads rows, not arrays; it works in exact fractions; and it thinks in money.  At the close before
a session the fund buys what it must own to hold the index's shares once the events of the session
have happened.  Overnight the events happen to what it bought: splits multiply shares, subscriptions
cost money, special dividends and rights sold bring money.  At the close it counts.

The market is complete: a line without a row is not listed.  Nothing here finds unexplained gaps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

Row = Mapping[str, Any]
MULTIPLIES = ("split", "consolidation", "bonus", "stock_dividend", "capital_reduction")
BRINGS_CASH = ("special", "return_of_capital")
TOLERANCE = Fraction(1, 10)


@dataclass(frozen=True)
class Says:
    """What the rule says of the treatment of events."""

    scheme: Literal["cap", "equal"] = "cap"
    subscribes: bool = True  # rights: ex_date; else the rights are sold
    exchange_base: bool = True
    order: Literal["after", "before"] = "after"


@dataclass
class Held:
    """One share of a line bought at the close before, through the night."""

    shares: Fraction
    spent: Fraction  # money put in for it so far, less money received
    new: list[tuple[Fraction, dt.date | None]] = field(default_factory=list)  # factor, list date

    def multiply(self, factor: Fraction, item: Row) -> None:
        """Some shares become others, or more."""
        self.shares *= factor
        self.new.append((factor, item.get("list_date")))

    @property
    def cost(self) -> Fraction:
        """Money per share now held: the base price."""
        return self.spent / self.shares


@dataclass
class Day:
    """A line on one session."""

    base: Fraction | None
    close: Fraction
    counted: Fraction
    night: Held | None
    paid: Fraction  # ordinary dividend per share held before the events


@dataclass
class LineStory:
    """A line's sessions; None where it is not listed."""

    days: list[Day | None] = field(default_factory=list)


def tell(
    observed: Sequence[dt.date],
    calendar: Sequence[dt.date],
    daily: Iterable[Row],
    actions: Iterable[Row],
    dividends: Iterable[Row],
    says: Says,
) -> dict[str, LineStory]:
    """Every line's prices and share counts, session by session."""
    rows: dict[str, dict[dt.date, Row]] = {}
    for row in daily:
        rows.setdefault(row["symbol"], {})[row["date"]] = row
    happenings = [dict(row) for row in actions]
    happenings += [{**row, "type": row["kind"]} for row in dividends if row["kind"] in BRINGS_CASH]
    ordinary = [row for row in dividends if row["kind"] == "ordinary"]
    return {
        symbol: _line(
            observed,
            calendar,
            rows[symbol],
            [row for row in happenings if row["symbol"] == symbol],
            [row for row in ordinary if row["symbol"] == symbol],
            says,
        )
        for symbol in sorted(rows)
    }


def _line(
    observed: Sequence[dt.date],
    calendar: Sequence[dt.date],
    rows: Mapping[dt.date, Row],
    happenings: list[dict[str, Any]],
    ordinary: list[Row],
    says: Says,
) -> LineStory:
    story = LineStory()
    price: Fraction | None = None  # C
    printed: float | None = None
    listed_before: int | None = None
    pending: list[tuple[Fraction, dt.date | None]] = []
    before = dt.date.min
    for day in observed:
        row = rows.get(day)
        todays = [item for item in happenings if before < item["ex_date"] <= day]
        paid = sum(
            (_exact(item["amount"]) for item in ordinary if before < item["ex_date"] <= day),
            Fraction(0),
        )
        since, before = before, day
        if row is None:
            story.days.append(None)
            price = None
            continue
        listed = row["shares_outstanding"]
        step = Fraction(listed, listed_before) if listed_before else Fraction(1)
        pending = _still_pending(pending, step, day)
        night = None
        if price is not None:
            consecutive = calendar.index(day) == calendar.index(since) + 1
            # Where a rule takes terms, the exchange's base price counts on days without any.
            terms = any(item["type"] not in ("base_price", "listing") for item in todays)
            counts = says.exchange_base or not terms
            said = row.get("base_price") if consecutive and counts else None
            night = _overnight(price, todays, said, says)
        for factor, listing in night.new if night is not None else ():
            if not _is(step, factor) and (listing is None or listing > day):
                pending.append((factor, listing))
        close = row["close"]
        # A line that is halted keeps its printed price, and nobody trades; on the day of an event
        # the exchange may print another.
        set_aside = todays and calendar.index(day) == calendar.index(since) + 1
        traded = close is not None and not (row["volume"] == 0 and (close == printed or set_aside))
        if price is None and close is not None:
            traded = True
        base = None if night is None else night.cost
        if traded:
            price = _exact(close)
        elif base is not None:
            price = base
        printed = close if close is not None else printed
        listed_before = listed
        counted = Fraction(listed)
        for factor, _ in pending:
            counted *= factor
        story.days.append(None if price is None else Day(base, price, counted, night, paid))
    return story


def _exact(value: float) -> Fraction:
    return Fraction(value)


def _still_pending(
    pending: list[tuple[Fraction, dt.date | None]], step: Fraction, day: dt.date
) -> list[tuple[Fraction, dt.date | None]]:
    """New shares are listed on their date; without one, when the listed count steps by them."""
    left = []
    for factor, listing in pending:
        if listing is None or listing > day:
            left.append((factor, listing))
        elif _is(step, factor):
            step /= factor
    waiting = [item for item in left if item[1] is None]
    for item in waiting:
        if _is(step, item[0]):
            left.remove(item)
            return left
    product = Fraction(1)
    for factor, _ in waiting:
        product *= factor
    if len(waiting) > 1 and _is(step, product):
        return [item for item in left if item[1] is not None]
    return left


def _is(step: Fraction, factor: Fraction) -> bool:
    return abs(step - factor) <= TOLERANCE * abs(factor - 1)


def _overnight(
    price: Fraction, todays: list[dict[str, Any]], said: float | None, says: Says
) -> Held:
    held = Held(Fraction(1), price)
    rebases = [item for item in todays if item["type"] == "base_price"]
    terms = [item for item in todays if item["type"] not in ("base_price", "listing")]
    if not says.exchange_base and terms:
        rebases = []
    for item in sorted(
        [*terms, *rebases],
        key=lambda item: (item["ex_date"], item["type"] == "base_price", item.get("sequence") or 1),
    ):
        kind = item["type"]
        if kind == "base_price":
            held.spent = held.shares * _exact(item["price"])
        elif kind in MULTIPLIES:
            held.multiply(_exact(item["ratio"]), item)
        elif kind == "rights":
            _rights(held, item, says)
        elif kind == "spin_off":
            held.spent -= held.shares * _exact(item["ratio"]) * _exact(item["price"])
        elif kind in BRINGS_CASH:
            held.spent -= held.shares * _exact(item["amount"])
    if said is not None:
        held.spent = held.shares * _exact(said)
    return held


def _rights(held: Held, item: Row, says: Says) -> None:
    new, subscription = _exact(item["ratio"]), _exact(item["price"])
    if subscription >= held.cost:
        return
    if says.subscribes:
        held.spent += held.shares * new * subscription
        held.multiply(1 + new, item)
        return
    worth = held.cost - (held.cost + new * subscription) / (1 + new)
    held.spent -= held.shares * worth


@dataclass
class Series:
    """Levels by observed session from the start on."""

    level: list[Fraction]
    total: list[Fraction]
    holdings: list[dict[str, Fraction]]


def cap_fund(
    story: Mapping[str, LineStory], n_sessions: int, start_level: int, says: Says
) -> Series:
    """Every listed line, in from its second session; shares taken anew every day."""
    made = Series([Fraction(start_level)], [Fraction(start_level)], [])
    made.holdings.append(
        {name: said.days[0].counted for name, said in story.items() if said.days[0]}
    )
    for now in range(1, n_sessions):
        owned = {
            symbol: today
            for symbol, said in story.items()
            if (today := said.days[now]) and today.night
        }
        # What must be bought at the close before, and the money it needs until the morning.
        bought = {symbol: today.counted / today.night.shares for symbol, today in owned.items()}
        money = sum((bought[name] * owned[name].night.spent for name in owned), Fraction(0))
        worth = sum((today.counted * today.close for today in owned.values()), Fraction(0))
        received = sum(
            (bought[symbol] * today.paid for symbol, today in owned.items()), Fraction(0)
        )
        _step(made, worth, money, received, says)
        made.holdings.append({symbol: today.counted for symbol, today in owned.items()})
    return made


def equal_fund(
    story: Mapping[str, LineStory],
    symbols: Sequence[str],
    start: int,
    n_sessions: int,
    start_level: int,
    says: Says,
) -> Series:
    """The same money in each line at the close of session ``start``; nothing is ever sold.

    What a line brings overnight buys more of it; what it costs is paid by selling some of it.  A line
    that is gone was sold at the close before, and its money spread over the rest.
    """
    made = Series([Fraction(start_level)], [Fraction(start_level)], [])
    money = {symbol: Fraction(start_level, len(symbols)) for symbol in symbols}
    shares = {symbol: money[symbol] / story[symbol].days[start].close for symbol in symbols}  # type: ignore[union-attr]
    made.holdings.append(dict(shares))
    for now in range(start + 1, n_sessions):
        today = {symbol: story[symbol].days[now] for symbol in money}
        money = {symbol: money[symbol] for symbol in money if today[symbol] is not None}
        opening = sum(money.values(), Fraction(0))
        received = Fraction(0)
        for symbol in list(money):
            said = today[symbol]
            assert said is not None
            assert said.night is not None
            received += shares[symbol] * said.paid
            held = money[symbol] / said.night.cost
            shares[symbol] = held
            money[symbol] = held * said.close
        _step(made, sum(money.values(), Fraction(0)), opening, received, says)
        made.holdings.append({symbol: shares[symbol] for symbol in money})
    return made


def _step(made: Series, worth: Fraction, money: Fraction, received: Fraction, says: Says) -> None:
    if money == 0:
        made.level.append(made.level[-1])
        made.total.append(made.total[-1])
        return
    made.level.append(made.level[-1] * worth / money)
    if says.order == "after":
        made.total.append(made.total[-1] * (worth + received) / money)
    else:
        made.total.append(made.total[-1] * worth / money * (1 + received / money))
