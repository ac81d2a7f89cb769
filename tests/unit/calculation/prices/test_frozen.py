"""Frozen first sessions after a halt: in blocks of any size and live, to the same bits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.calculation.prices import daily_rows
from tests.unit.calculation.stored import stored

RULE = """\
index: frozen
currency: KRW
calendar: XKRX
base: {date: 2024-12-24, level: 100}
universe: {where: {market: KOSPI}}
review: {every: session, cutoff: 1 session before effective}
weighting: {scheme: market_cap}
maintenance: {shares: daily, resumption: frozen}
"""
DAYS = ["2024-12-23", "2024-12-24", "2024-12-26", "2024-12-27", "2024-12-30", "2025-01-02"]
CLOSES = {"A": [100, 100, 100, 1200, 1320, 1320], "B": [100, 100, 100, 110, 110, 121]}
# A, 100 shares at 100, stands at 10,000 on the 27th and is 10 shares at 1,200 from then on.
LEVELS = [100.0, 100.0, 105.0]
LEVELS.append(LEVELS[-1] * (13_200 + 11_000) / (12_000 + 11_000))
LEVELS.append(LEVELS[-1] * (13_200 + 12_100) / (13_200 + 11_000))


def _market() -> ic.Market:
    rows = [
        {
            "date": dt.date.fromisoformat(day),
            "symbol": symbol,
            "close": float(closes[place]),
            "shares_outstanding": 10.0 if symbol == "A" and place >= 3 else 100.0,
        }
        for place, day in enumerate(DAYS)
        for symbol, closes in CLOSES.items()
    ]
    listed = [{"symbol": s, "market": "KOSPI", "listing_date": dt.date(2000, 1, 4)} for s in "AB"]
    action = {"symbol": "A", "ex_date": dt.date(2024, 12, 27), "type": "capital_reduction"}
    return ic.Market.from_tables(
        daily=pa.Table.from_pylist(rows),
        securities=pa.Table.from_pylist(listed),
        corporate_actions=pa.Table.from_pylist([{**action, "ratio": 0.1}]),
        complete=True,
    )


def _levels(market: ic.Market) -> list[float]:
    run = ic.compute(ic.Methodology.from_text(RULE), market)
    return [float(level) for level in run.levels.column("level").to_pylist()]


def test_the_line_stands_and_is_booked_at_its_first_close() -> None:
    assert _levels(_market()) == pytest.approx(LEVELS, rel=1e-13)


@pytest.mark.parametrize("sessions", [1, 2, 3])
def test_blocks_of_any_size_give_the_same(
    sessions: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily_rows, "SESSIONS", sessions)
    market = ic.Market.open(stored(_market(), tmp_path / "m", (sessions,)))
    assert _levels(market) == pytest.approx(LEVELS, rel=1e-13)
