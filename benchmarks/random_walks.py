"""A market of random walks on disk: every line on every session, no corporate action.

The simplest market there is, so that a contestant needs no event handling to be right: what is
measured is reading, reviewing, capping and adding up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.market import arrow, store
from indexcalc.market.calendar.packaged import packaged

SEED = 20260601


def make_market(path: Path, n_lines: int, n_years: float) -> Path:
    """Write the market and give the path of its one file of daily rows."""
    rng = np.random.default_rng(SEED)
    calendar = packaged("XKRX").days
    last = int(np.searchsorted(calendar, np.datetime64("2026-05-29", "D").astype(np.int32)))
    days = calendar[max(0, last - round(n_years * 246)) : last]
    symbols = [f"{number:06d}" for number in range(n_lines)]
    shares = np.round(np.exp(rng.normal(17.0, 1.6, n_lines))).astype(np.int64)
    start = np.exp(rng.normal(9.5, 1.0, n_lines))
    with store.writing(path) as writer:
        writer.put_daily(_groups(rng, days, symbols, shares, start))
        writer.put("float_factors", _float_factors(rng, days, symbols))
        writer.put("securities", _securities(symbols))
        writer.facts["complete"] = True
    return path / store.read_contents(path).of("daily")[0].name


def _groups(rng: Any, days: Any, symbols: list[str], shares: Any, start: Any) -> Any:
    n = len(symbols)
    level = np.log(start)
    names = arrow.from_texts(symbols).dictionary_encode()
    for first in range(0, days.size, store.SESSIONS_PER_ROW_GROUP):
        part = days[first : first + store.SESSIONS_PER_ROW_GROUP]
        market = rng.normal(0.0002, 0.011, (part.size, 1))
        moves = market + rng.normal(0.0, 0.018, (part.size, n))
        walk = level + np.cumsum(moves, axis=0)
        level = walk[-1]
        close = np.maximum(np.round(np.exp(walk)), 1.0)
        codes = np.tile(np.arange(n, dtype=np.int32), part.size)
        yield arrow.table(
            {
                "date": arrow.from_days(np.repeat(part, n)),
                "symbol": names.take(arrow.from_int32s(codes)).dictionary_encode(),
                "close": arrow.from_floats(close.reshape(-1)),
                "shares_outstanding": arrow.from_ints(np.tile(shares, part.size)),
            }
        )


def _float_factors(rng: Any, days: Any, symbols: list[str]) -> Any:
    factors = np.round(rng.uniform(0.2, 1.0, len(symbols)), 2)
    return arrow.table(
        {
            "symbol": arrow.from_texts(symbols),
            "effective_date": arrow.from_days(np.full(len(symbols), days[0])),
            "float_factor": arrow.from_floats(factors),
        }
    )


def _securities(symbols: list[str]) -> Any:
    return arrow.table(
        {
            "symbol": arrow.from_texts(symbols),
            "valid_from": arrow.from_days(np.full(len(symbols), arrow.NULL_DAY)),
            "name": arrow.from_texts([f"Line {symbol}" for symbol in symbols]),
            "security_type": arrow.from_texts(["stock"] * len(symbols)),
        }
    )
