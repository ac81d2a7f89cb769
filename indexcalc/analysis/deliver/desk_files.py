"""The compositions, divisors and coming actions of an index after its last session, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.analysis.coming_list import coming_list
from indexcalc.analysis.flows.baskets import FACTORS, Basket, Baskets
from indexcalc.analysis.flows.holdings import put_through
from indexcalc.analysis.flows.list_turns import rights_of
from indexcalc.arrays import Floats
from indexcalc.calculation.plan import Request
from indexcalc.calculation.prices.corporate_actions import actions_of
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.calculation.run.run import Run
from indexcalc.calculation.verify import kept_family
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.holidays import sessions_of_run
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.weighting.schemes import SchemeFamily, family_of

COMING = 20
"""Calendar days ahead of which the actions are told."""


def desk_files(run: Run, on: dt.date | None = None) -> dict[str, Any]:
    """The files of one session (default: the last) by name.

    ``opening`` and ``closing``: the composition at base prices and at closes, with factors, index shares,
    weights, and the divisor of the session; ``next``: today's list and that of the next session, with the
    base prices its known actions give; ``divisors``: level, divisor and market value of every session;
    ``actions``: what is known of the next 20 days, with the price and the index shares each leaves and the
    change of the divisor, all else as it is.
    UsageError (CAL010): no session of the run; (ANA003): it holds no lines.
    """
    baskets = Baskets(run)
    levels = run.levels
    days = arrow.days(levels.column("date"))
    day = int(days[-1]) if on is None else day_number(on)
    row = int(np.searchsorted(days, day))
    if row >= days.size or days[row] != day:
        raise UsageError.of(
            "CAL010",
            f"{run.index} has no level on {date_of(day)}",
            where="--on",
            hint=f"its sessions run from {date_of(days[0])} to {date_of(days[-1])}",
        )
    divisor = float(arrow.floats(levels.column("divisor"))[row])
    close = baskets.at_close(day)
    if not close.codes.size:
        raise UsageError.of(
            "ANA003",
            f"{run.index} holds nothing on {date_of(day)}: there is no composition to send",
            where=run.index,
            hint="say a session on which it does with --on",
        )
    upto = levels.slice(0, row + 1)
    with kept_family(run.manifest) as family:
        rule = family[family.asked[0]]
        scheme = family_of(rule.weighting.scheme.at(date_of(day)))
        assumed = dict(run.manifest["options"]["assume"])
        missing_row = assumed.get("missing_row", "")
        sessions, _ = sessions_of_run(run.market, rule.calendar, rule.currency, missing_row)
        coming = sessions.date(sessions.at_or_after(date_of(day + 1)))
        request = Request(assume=assumed)
        following = coming_list(family, run.market, coming, date_of(day), request)
        actions = _actions(run, close, day, float(ordered_sum(_money(close))), rights_of(rule, day))
    return {
        "opening": _composition(run, baskets, baskets.at_start(day), divisor, scheme),
        "closing": _composition(run, baskets, close, divisor, scheme),
        "next": following.append_column(
            "date", arrow.from_days(np.full(following.num_rows, day_number(coming), np.int32))
        ),
        "divisors": upto.select(["date", "level", "level_published", "divisor", "market_value"]),
        "actions": actions,
    }


def _money(basket: Basket) -> Floats:
    values: Floats = basket.units * basket.price * basket.rate
    return values


def _composition(
    run: Run, baskets: Baskets, basket: Basket, divisor: float, scheme: SchemeFamily
) -> Any:
    market, codes = run.market, basket.codes
    factors = baskets.factors(basket.day, codes, scheme)
    money = _money(basket)
    columns = {
        "date": arrow.from_days(np.full(codes.size, basket.day, dtype=np.int32)),
        "index": arrow.from_texts([run.index] * codes.size),
        "symbol": arrow.from_codes(codes, market.symbols),
        "isin": arrow.from_texts(_isins(run, basket)),
        "name": arrow.from_texts(NamesOfDay(market).texts(codes, basket.day)),
        **{name: arrow.from_floats(factors[name], nan_is_null=True) for name in FACTORS},
        "index_shares": arrow.from_floats(basket.units),
        "price": arrow.from_floats(basket.price),
        "fx_rate": arrow.from_floats(basket.rate),
        "market_value": arrow.from_floats(money),
        "weight": arrow.from_floats(money / float(ordered_sum(money))),
        "divisor": arrow.from_floats(np.full(codes.size, divisor)),
    }
    return arrow.table(columns)


def _isins(run: Run, basket: Basket) -> list[str | None]:
    table = run.market.table("securities")
    if table is None or "isin" not in table.column_names:
        return [None] * basket.codes.size
    days = np.full(basket.codes.size, basket.day, dtype=np.int32)
    codes, labels = History(table, "valid_from", run.market.order).labels(
        "isin", basket.codes, days
    )
    return [labels[code] if code >= 0 else None for code in codes.tolist()]


def _actions(run: Run, close: Basket, day: int, value: float, rights: Any) -> Any:
    market = run.market
    row_of_code = {int(code): close_row for close_row, code in enumerate(close.codes)}
    rows: list[Mapping[str, Any]] = []
    for action in actions_of(market.known_by(date_of(day))):
        close_row = row_of_code.get(action.code)
        if close_row is None or not day < action.ex_day <= day + COMING or action.missing():
            continue
        price = float(close.price[close_row])
        after = action.ex_price(price)
        holding = put_through([action], price, rights, set(row_of_code))
        units = float(close.units[close_row])
        moved = units * (after * holding.factor - price) * float(close.rate[close_row])
        rows.append(
            {
                "ex_date": action.ex_day,
                "symbol": market.symbols[action.code],
                "event": action.type,
                "ratio": action.ratio,
                "amount": action.amount,
                "subscription_price": action.price,
                "other_symbol": action.other_symbol,
                "price_before": price,
                "price_after": after,
                "index_shares_before": units,
                "index_shares_after": units * holding.factor,
                "divisor_change": moved / value,
            }
        )
    rows.sort(key=lambda row: (row["ex_date"], row["symbol"]))
    numbers = (
        "ratio",
        "amount",
        "subscription_price",
        "price_before",
        "price_after",
        "index_shares_before",
        "index_shares_after",
        "divisor_change",
    )
    return arrow.table(
        {
            "ex_date": arrow.from_days(np.array([row["ex_date"] for row in rows], dtype=np.int32)),
            **{
                name: arrow.from_texts([row[name] for row in rows])
                for name in ("symbol", "event", "other_symbol")
            },
            **{
                name: arrow.from_floats(
                    np.array([row[name] for row in rows], dtype=np.float64), nan_is_null=True
                )
                for name in numbers
            },
        }
    )
