"""The demo market's tables: plan and outcome as Arrow tables in the market's columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import true_cells
from indexcalc.market import arrow
from indexcalc.market.demo.agenda import Plan
from indexcalc.market.demo.clock import Clock
from indexcalc.market.demo.lines import Line
from indexcalc.market.demo.names import isin, kosdaq_sector, ksic_group
from indexcalc.market.demo.outcome import Action, Block, Outcome
from indexcalc.market.demo.owners import Owners


def daily_table(block: Block, clock: Clock, symbols: Sequence[str]) -> Any:
    """A block's listed lines as rows of ``daily``, by date and symbol."""
    listed = block.listed
    sessions, codes = true_cells(listed)
    days = clock.sessions.days[block.first : block.first + listed.shape[0]]
    return arrow.table(
        {
            "date": arrow.from_days(days[sessions]),
            "symbol": arrow.from_codes(codes.astype(np.int32), symbols),
            "close": arrow.from_floats(block.close[listed]),
            "base_price": arrow.from_floats(block.base_price[listed]),
            "shares_outstanding": arrow.from_ints(block.shares[listed]),
            "volume": arrow.from_ints(block.volume[listed]),
            "traded_value": arrow.from_ints(block.traded_value[listed]),
            "dividend_yield": arrow.from_floats(block.dividend_yield[listed]),
        }
    )


def _days(values: Iterable[int | None]) -> Any:
    return arrow.from_days([arrow.NULL_DAY if value is None else value for value in values])


def _floats(values: Iterable[float | None]) -> Any:
    data = [float("nan") if value is None else value for value in values]
    return arrow.from_floats(data, nan_is_null=True)


def securities_table(plan: Plan) -> Any:
    """A row a line, and one more from each day its facts change: market, sector, state, leaving."""
    rows = _changing_facts(plan)
    lines = [line for line, _ in rows]
    futures = _with_futures(plan)

    def texts(name: str) -> Any:
        return arrow.from_texts([values[name] for _, values in rows])

    def days(name: str) -> Any:
        return _days(values[name] for _, values in rows)

    return arrow.table(
        {
            "symbol": arrow.from_texts([line.symbol for line in lines]),
            "valid_from": days("valid_from"),
            "name": arrow.from_texts([line.name for line in lines]),
            "name_en": arrow.from_texts([line.name_en for line in lines]),
            "isin": arrow.from_texts([isin(line.symbol) for line in lines]),
            "issuer": arrow.from_texts([line.issuer for line in lines]),
            "market": texts("market"),
            "currency": arrow.from_texts(["KRW"] * len(rows)),
            "country": arrow.from_texts(
                ["XX" if line.security_type == "foreign" else "KR" for line in lines]
            ),
            "share_class": arrow.from_texts([line.share_class for line in lines]),
            "security_type": arrow.from_texts([line.security_type for line in lines]),
            "sector": texts("sector"),
            "ksic_group": arrow.from_texts(
                [ksic_group(line.sector, line.number) for line in lines]
            ),
            "ksq_sector": arrow.from_texts([kosdaq_sector(line.sector) for line in lines]),
            "impaired_capital": arrow.from_bools(
                [values["impaired_capital"] for _, values in rows]
            ),
            "single_stock_futures": arrow.from_bools([line.index in futures for line in lines]),
            "listing_date": days("listing_date"),
            "listed_by": texts("listed_by"),
            "delisting_date": days("delisting_date"),
            "successor": texts("successor"),
            "known_at": days("known_at"),
        }
    )


def _changing_facts(plan: Plan) -> list[tuple[Line, dict[str, Any]]]:
    """(line, facts that change by date) for each row: the first of a line, then one a change."""
    clock = plan.clock
    sectors = {line.index: (session, sector) for line, session, sector in plan.reclassified}
    rows: list[tuple[Line, dict[str, Any]]] = []
    for line in plan.roster.lines:
        first = clock.day(0)
        listed = first - line.listed_before if line.start < 0 else clock.day(line.start)
        values: dict[str, Any] = {
            "valid_from": None,
            "market": line.market,
            "sector": line.sector,
            "listing_date": listed,
            "listed_by": line.listed_by,
            "delisting_date": None,
            "successor": None,
            "impaired_capital": False,
            "known_at": None if line.start < 0 else listed - 10,
        }
        rows.append((line, values))
        changes: list[tuple[int, int, dict[str, Any]]] = []
        if line.transfer is not None:
            moved = clock.day(line.transfer)
            what = {"market": "KOSPI", "listing_date": moved, "listed_by": "transfer"}
            changes.append((moved, moved - 14, what))
        if line.index in sectors:
            session, sector = sectors[line.index]
            changes.append((clock.day(session), clock.day(session) - 7, {"sector": sector}))
        if line.index in plan.impaired:
            day = clock.day(plan.impaired[line.index])
            changes.append((day, day, {"impaired_capital": True}))
        if line.index in plan.leaving and line.end is not None:
            announced, successor = plan.leaving[line.index]
            what = {
                "delisting_date": clock.day(line.end),
                "successor": successor.symbol if successor else None,
            }
            changes.append((clock.day(announced), clock.day(announced), what))
        for day, known, what in sorted(changes, key=lambda change: change[0]):
            values = {**values, **what, "valid_from": day, "known_at": known}
            rows.append((line, values))
    return rows


def _with_futures(plan: Plan) -> set[int]:
    """Indices of the lines that have single-stock futures: the largest commons of KOSPI, a twelfth."""
    commons = [
        line
        for line in plan.roster.lines
        if line.market == "KOSPI" and line.share_class == "common" and line.security_type == "stock"
    ]
    largest = sorted(commons, key=lambda line: (-line.size, line.index))
    return {line.index for line in largest[: max(15, len(commons) // 12)]}


def actions_table(plan: Plan, outcome: Outcome) -> Any:
    """``corporate_actions`` by symbol and ex-date; a spin-off's price is the child's first close."""
    clock = plan.clock
    actions = sorted(outcome.actions, key=lambda action: (action.line.index, action.session))

    def price(action: Action) -> float | None:
        if action.type == "spin_off" and action.other:
            return outcome.first_close[action.other.index]
        return action.price

    return arrow.table(
        {
            "symbol": arrow.from_texts([action.line.symbol for action in actions]),
            "ex_date": _days(clock.day(action.session) for action in actions),
            "sequence": arrow.from_ints([1] * len(actions)),
            "type": arrow.from_texts([action.type for action in actions]),
            "ratio": _floats(action.ratio for action in actions),
            "part": _floats(action.part for action in actions),
            "price": _floats(price(action) for action in actions),
            "amount": _floats(action.amount for action in actions),
            "currency": arrow.from_texts(["KRW"] * len(actions)),
            "other_symbol": arrow.from_texts(
                [action.other.symbol if action.other else None for action in actions]
            ),
            "list_date": _days(
                None if action.list_session is None else clock.day(action.list_session)
                for action in actions
            ),
            "final_price": _floats(action.final_price for action in actions),
            "known_at": _days(
                None if action.known is None else clock.day(max(action.known, 0))
                for action in actions
            ),
        }
    )


def dividends_table(
    rng: np.random.Generator, clock: Clock, outcome: Outcome, symbols: Sequence[str]
) -> Any:
    """``dividends`` by symbol and ex-date: a year's final amount is known in March, a quarter's two
    to four weeks after the ex-date."""
    lines = np.concatenate([paid.lines for paid in outcome.paid] or [np.zeros(0, dtype=np.int64)])
    amounts = np.concatenate([paid.amounts for paid in outcome.paid] or [np.zeros(0)])
    exes = np.concatenate(
        [np.full(paid.lines.size, clock.day(paid.session)) for paid in outcome.paid]
        or [np.zeros(0, dtype=np.int64)]
    )
    lags = np.concatenate(
        [
            rng.integers(68, 88, paid.lines.size)
            if paid.month == 12
            else rng.integers(14, 26, paid.lines.size)
            for paid in outcome.paid
        ]
        or [np.zeros(0, dtype=np.int64)]
    )
    order = np.lexsort((exes, lines))
    rows = order.size
    return arrow.table(
        {
            "symbol": arrow.from_texts([symbols[i] for i in lines[order].tolist()]),
            "ex_date": arrow.from_days(exes[order]),
            "kind": arrow.from_texts(["ordinary"] * rows),
            "sequence": arrow.from_ints(np.ones(rows)),
            "amount": arrow.from_floats(amounts[order]),
            "currency": arrow.from_texts(["KRW"] * rows),
            "known_at": arrow.from_days((exes + lags)[order]),
        }
    )


def holdings_table(owners: Owners, symbols: Sequence[str]) -> Any:
    """``holdings`` by symbol, date, kind and holder."""
    keys = list(zip(owners.line, owners.day, owners.stake, strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return arrow.table(
        {
            "symbol": arrow.from_texts([symbols[owners.line[k]] for k in order]),
            "date": _days(owners.day[k] for k in order),
            "holder_kind": arrow.from_texts([owners.stake[k][0] for k in order]),
            "holder": arrow.from_texts([owners.stake[k][1] for k in order]),
            "shares": arrow.from_floats([float(owners.shares[k]) for k in order]),
            "known_at": _days(owners.known[k] for k in order),
        }
    )


def float_factors_table(owners: Owners, symbols: Sequence[str]) -> Any:
    """``float_factors`` by symbol and effective date, a row where the factor changes."""
    return arrow.table(
        {
            "symbol": arrow.from_texts([symbols[i] for i in owners.float_line]),
            "effective_date": _days(owners.float_day),
            "float_factor": arrow.from_floats(owners.float_factor),
            "known_at": _days(owners.float_known),
        }
    )


def designations_table(plan: Plan) -> Any:
    """``designations`` by symbol, first day and kind; ``to`` is the first day it no longer holds."""
    n = len(plan.clock)
    rows = sorted(
        (item for item in plan.designations if item.start < n),
        key=lambda item: (item.line.index, item.start, item.kind),
    )
    days = [plan.clock.day(item.start) for item in rows]
    return arrow.table(
        {
            "symbol": arrow.from_texts([item.line.symbol for item in rows]),
            "from": _days(days),
            "kind": arrow.from_texts([item.kind for item in rows]),
            "to": _days(
                None if item.stop is None or item.stop >= n else plan.clock.day(item.stop)
                for item in rows
            ),
            "known_at": _days(days),
        }
    )


def money_tables(rng: np.random.Generator, clock: Clock) -> dict[str, Any]:
    """``rates`` (call, cd91: share of 1 a year) and ``fx`` (KRW per USD, spot and one month)."""
    n = len(clock)
    policy = np.round(0.025 + 0.012 * np.sin(np.arange(n) / 246.0 / 1.3), 4) // 0.0025 * 0.0025
    call = np.round(policy + 0.0004 * rng.standard_normal(n), 4)
    cd91 = np.round(policy + 0.0025 + 0.0002 * rng.standard_normal(n), 4)
    level, spot = 0.0, np.empty(n)
    for t, step in enumerate((0.005 * rng.standard_normal(n)).tolist()):
        level = 0.997 * level + step
        spot[t] = level
    spot = np.round(1_180.0 * np.exp(spot + 0.01 * np.arange(n) / 246.0), 1)
    forward = np.round(spot * (1.0 + (call - 0.03) / 12.0), 2)
    twice = np.repeat(clock.sessions.days, 2)
    return {
        "rates": arrow.table(
            {
                "date": arrow.from_days(twice),
                "name": arrow.from_texts(["call", "cd91"] * n),
                "rate": arrow.from_floats(np.column_stack((call, cd91)).reshape(-1)),
            }
        ),
        "fx": arrow.table(
            {
                "date": arrow.from_days(twice),
                "from_currency": arrow.from_texts(["USD"] * (2 * n)),
                "to_currency": arrow.from_texts(["KRW"] * (2 * n)),
                "tenor": arrow.from_texts(["1 month", "spot"] * n),
                "rate": arrow.from_floats(np.column_stack((forward, spot)).reshape(-1)),
            }
        ),
    }
