"""The tables of a flows study, row by row from the trades of each session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.flows.assets import Assets
from indexcalc.analysis.flows.trades import CAUSES, Trades
from indexcalc.arrays import Bools, Floats
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum

MEANS = ("20", "60", "window", "20_cutoff", "60_cutoff")
# A part of a sum of trades that is its rounding.
ROUNDING = 1e-9


class SessionFlows(Struct, frozen=True):
    """The flows of one index in one session.  ``volumes``: mean volume by ``MEANS``; ``float_shares``:
    shares x float factor; ``capacity``: assets at which a line takes the agreed part of its volume;
    ``netted_at``: what a unit of its currency is in that of the netted trades."""

    index: str
    day: int
    kind: str
    currency: str
    assets: Assets
    trades: Trades
    volumes: dict[str, Floats]
    float_shares: Floats
    capacity: Floats
    difference: float
    netted_at: float = 1.0

    @property
    def traded(self) -> Bools:
        """Lines whose holding changes by more than the rounding of a sum over all lines."""
        trades = self.trades
        rounding = 4.0 * np.finfo(np.float64).eps * max(trades.money.size, 16)
        return np.abs(trades.money) > rounding * np.abs(trades.position)

    def residue(self) -> float:
        """Money left over (above zero) where only whole shares are traded."""
        trades = self.trades
        parts = (trades.units - np.rint(trades.units)) * trades.price * trades.rate
        return float(ordered_sum(np.where(trades.units != 0.0, parts, 0.0)))

    def index_capacity(self) -> tuple[float, float]:
        """(the smallest capacity of a traded line, the median weighted by what is traded)."""
        here = self.traded & np.isfinite(self.capacity)
        if not here.any():
            return float("nan"), float("nan")
        order = np.argsort(self.capacity[here], kind="stable")
        sizes = self.capacity[here][order]
        share = np.cumsum(np.abs(self.trades.money[here])[order])
        # What is bought is often half of what is traded: a sum that is half but for its rounding is half.
        half = share[-1] * (0.5 - ROUNDING)
        return float(sizes[0]), float(sizes[np.searchsorted(share, half)])


def trades_table(sessions: Sequence[SessionFlows], market: Market) -> Any:
    """One row a line that is traded: see docs/flows.md for the columns."""
    rows = [np.flatnonzero(item.traded) for item in sessions]

    def joined(pick: Any) -> Floats:
        parts = [pick(item)[at] for item, at in zip(sessions, rows, strict=True)]
        return np.concatenate(parts) if parts else np.zeros(0)

    sizes = [at.size for at in rows]
    indices = sorted({item.index for item in sessions})
    codes = joined(lambda item: item.trades.codes).astype(np.int32)
    units = joined(lambda item: item.trades.units)
    money = joined(lambda item: item.trades.money)
    position = joined(lambda item: item.trades.position)
    change = joined(
        lambda item: np.where(item.trades.added, 0, np.where(item.trades.removed, 2, 1))
    ).astype(np.int32)
    days_of_rows = np.repeat(np.array([item.day for item in sessions], dtype=np.int32), sizes)
    columns = {
        "index": arrow.from_codes(
            np.repeat([indices.index(item.index) for item in sessions], sizes).astype(np.int32),
            indices,
        ),
        "effective_date": arrow.from_days(days_of_rows),
        "symbol": arrow.from_codes(codes, market.symbols),
        "name": arrow.from_texts(NamesOfDay(market).texts(codes, days_of_rows)),
        "change": arrow.from_codes(change, ["added", "kept", "removed"]),
        "units": arrow.from_floats(units),
        "whole_units": arrow.from_floats(np.rint(units)),
        "price": arrow.from_floats(joined(lambda item: item.trades.price)),
        "amount": arrow.from_floats(money),
        "of_position": arrow.from_floats(money / position),
    }
    for cause in CAUSES:
        columns[cause] = arrow.from_floats(joined(lambda item, c=cause: item.trades.causes[c]))
    with np.errstate(divide="ignore", invalid="ignore"):
        for mean in MEANS:
            volume = joined(lambda item, m=mean: item.volumes[m])
            days = np.where(volume > 0, np.abs(units) / volume, np.nan)
            columns[f"days_{mean}"] = arrow.from_floats(days, nan_is_null=True)
        of_float = np.abs(units) / joined(lambda item: item.float_shares)
    columns["of_float"] = arrow.from_floats(
        np.where(np.isfinite(of_float), of_float, np.nan), nan_is_null=True
    )
    columns["capacity"] = arrow.from_floats(joined(lambda item: item.capacity), nan_is_null=True)
    return arrow.table(columns)


def reviews_table(sessions: Sequence[SessionFlows]) -> Any:
    """One row an index and session: assets and their source, what is bought, sold and paid in cash."""
    capacities = [item.index_capacity() for item in sessions]

    def numbers(values: Sequence[float]) -> Any:
        return arrow.from_floats(np.array(values, dtype=np.float64), nan_is_null=True)

    return arrow.table(
        {
            "index": arrow.from_texts([item.index for item in sessions]),
            "effective_date": arrow.from_days(
                np.array([item.day for item in sessions], dtype=np.int32)
            ),
            "kind": arrow.from_texts([item.kind for item in sessions]),
            "currency": arrow.from_texts([item.currency for item in sessions]),
            "assets": numbers([item.assets.amount for item in sessions]),
            "assets_source": arrow.from_texts([item.assets.source for item in sessions]),
            "assets_certainty": arrow.from_texts(
                [item.assets.certainty or None for item in sessions]
            ),
            "added": arrow.from_ints([int(item.trades.added.sum()) for item in sessions]),
            "removed": arrow.from_ints([int(item.trades.removed.sum()) for item in sessions]),
            "traded": arrow.from_ints([int(item.traded.sum()) for item in sessions]),
            "bought": numbers([item.trades.bought for item in sessions]),
            "sold": numbers([item.trades.sold for item in sessions]),
            "cash": numbers([item.trades.cash for item in sessions]),
            "residue": numbers([item.residue() for item in sessions]),
            "one_way_turnover": numbers(
                [
                    0.5 * (item.trades.bought + item.trades.sold) / item.assets.amount
                    for item in sessions
                ]
            ),
            "capacity": numbers([smallest for smallest, _ in capacities]),
            "capacity_median": numbers([median for _, median in capacities]),
            "tracking_difference": numbers([item.difference for item in sessions]),
        }
    )


def net_table(trades: Any, sessions: Sequence[SessionFlows], currency: str) -> Any:
    """The trades of all indices netted by line and session in one ``currency``, with how many buy and sell.

    ``trades``: the rows of ``sessions``.  Days and the share of the float are of the net units: they follow
    from any index's row of the line.
    """
    days = arrow.days(trades.column("effective_date"))
    codes, symbols = arrow.sorted_codes(trades.column("symbol"))
    names = arrow.texts(trades.column("name"))
    units, money = (arrow.floats(trades.column(name)) for name in ("units", "amount"))
    sizes = np.array([item.traded.sum() for item in sessions], dtype=np.int64)
    money *= np.repeat(np.array([item.netted_at for item in sessions]), sizes)
    key = days.astype(np.int64) * (len(symbols) + 1) + codes
    keys, first, group = np.unique(key, return_index=True, return_inverse=True)

    def total(values: Floats) -> Floats:
        return np.bincount(group, weights=values, minlength=keys.size).astype(np.float64)

    net = total(units)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.abs(net) / np.abs(units[first])
    columns = {
        "effective_date": arrow.from_days(days[first]),
        "symbol": arrow.from_codes(codes[first], symbols),
        "name": arrow.from_texts([names[row] for row in first.tolist()]),
        "units": arrow.from_floats(net),
        "currency": arrow.from_texts([currency] * keys.size),
        "amount": arrow.from_floats(total(money)),
        "gross": arrow.from_floats(total(np.abs(money))),
        "buyers": arrow.from_ints(total((money > 0).astype(np.float64)).astype(np.int64)),
        "sellers": arrow.from_ints(total((money < 0).astype(np.float64)).astype(np.int64)),
    }
    for name in ("days_20", "days_60", "of_float"):
        values = arrow.floats(trades.column(name))[first] * scale
        columns[name] = arrow.from_floats(values, nan_is_null=True)
    return arrow.table(columns)
