"""Drawn sessions are past sessions, in blocks, of all lines together."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.likelihood.paths import BLOCK, Paths
from indexcalc.market.panel_cache.segment import PRESENT
from indexcalc.review.measures.series import Sessions
from tests.oracle.rows import table_of

DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(80)]


def market(split_on: int | None = None) -> ic.Market:
    """Three lines with prices of their own; the first splits two for one."""
    generator = np.random.default_rng(3)
    moves = np.exp(generator.normal(0.0, 0.02, (len(DAYS), 3)))
    closes, shares = np.cumprod(moves, axis=0) * 100.0, np.full((len(DAYS), 3), 1000)
    if split_on is not None:
        closes[split_on:, 0] /= 2.0
        shares[split_on:, 0] *= 2
    rows = [
        {
            "date": day,
            "symbol": symbol,
            "close": float(closes[at, line]),
            "shares_outstanding": int(shares[at, line]),
            "volume": 10 * at + line,
            "traded_value": 1000 * at + line,
        }
        for at, day in enumerate(DAYS)
        for line, symbol in enumerate("ABC")
    ]
    return ic.Market.from_tables(daily=table_of(rows), complete=True)


def drawn(over: ic.Market, seed: int) -> tuple[Sessions, np.ndarray]:
    """25 sessions to come and their moves (24, 3)."""
    part = Sessions.read(
        over.panel,
        (PRESENT, "close", "shares_outstanding", "volume", "traded_value"),
        slice(0, 25),
    )
    coming = Paths(over, part).draw(np.random.default_rng(seed))
    return coming, coming.close[1:] / coming.close[:-1]


@pytest.mark.parametrize("seed", range(4))
def test_moves_and_trades_are_those_of_one_past_session(seed: int) -> None:
    over = market()
    closes = over.panel.carried(0, len(DAYS))
    past = closes[1:] / closes[:-1]
    coming, moves = drawn(over, seed)
    where = (coming.columns["traded_value"][:, 0] / 1000).astype(int)
    assert (coming.columns["volume"] == 10 * where[:, None] + np.arange(3)).all()
    assert np.allclose(moves, past[where[1:] - 1], rtol=1e-12)
    first = coming.close[0] / closes[-1]
    assert np.allclose(first, past[where[0] - 1], rtol=1e-12)
    # Blocks of ten sessions that followed each other.
    steps = np.diff(where)
    inside = np.arange(1, 25) % BLOCK != 0
    assert (steps[inside] == 1).all()


def test_a_split_is_not_a_loss() -> None:
    for seed in range(6):
        split, whole = drawn(market(split_on=40), seed)[1], drawn(market(), seed)[1]
        assert np.allclose(split, whole, rtol=1e-12)
