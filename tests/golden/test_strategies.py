"""Worked examples of strategies, run as overlays on a given level table.

Each test names its case and the publisher; inputs and expected figures are carried over from there.
``NOT_RUN`` lists the strategy cases that are no overlay, and why.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.unit.calculation import level_table
from tests.unit.calculation.level_table import dates

EXACT, POWERS = 1e-12, 1e-10
NOT_RUN: dict[str, str] = {}
RUN = {"D17", "D18", "D20", "P29", "P30", "P32", "P33", "P34"}
OURS = ("strategy.", "return.decrement")


def test_every_case_of_strategies_is_run_or_listed(golden_cases: Path) -> None:
    listed = json.loads((golden_cases / "index.json").read_text(encoding="utf-8"))
    cases = {case["id"] for case in listed if case["category"].startswith(OURS)}
    assert cases - RUN == set(NOT_RUN)
    assert cases >= RUN


# -- decrement -------------------------------------------------------------------------------------

# Calendar days between: 1, 3, 1.
NET = dates("2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09")
NET_LEVELS = [1000, 1010, 1004, 1020]


@pytest.mark.parametrize(
    ("overlay", "expected", "tolerance"),
    [
        ("{decrement: 5%, day_count: ACT/365}", [1019.30257271919], EXACT),
        ("{decrement: 5%, day_count: ACT/360}", [1019.29288809769], EXACT),
        ("{decrement: 5%, day_count: ACT/365, method: geometric}", [1019.2835509095], POWERS),
        (
            "{decrement: 50 points, day_count: ACT/365, floor: 0}",
            [1009.86301369863, 1003.45286857453, 1019.30716304725],
            EXACT,
        ),
    ],
)
def test_d17_decrements(overlay: str, expected: list[float], tolerance: float) -> None:
    """STOXX, Solactive, Euronext guides: percent by three ways of counting, and points."""
    market = level_table.levels(NET, NET_LEVELS)
    got = level_table.made(overlay, market, NET[0], kind="net")
    # The case gives 15 digits.
    assert got[-len(expected) :] == pytest.approx(expected, rel=max(tolerance, 2e-15))


# -- leverage --------------------------------------------------------------------------------------

# Calendar days between: 1, 3.
DAYS = dates("2024-01-04", "2024-01-05", "2024-01-08")
FINANCED = "reset: daily, financing: {rate: overnight, day_count: ACT/360%s}"


@pytest.mark.parametrize(
    ("leverage", "of", "expected"),
    [
        (2, "", [1039.9, 997.99203]),
        (3, "", [995.57612]),
        (-1, "", [980.2, 1000.39212]),
        (-2, "", [999.57627]),
        (1, ", of: exposure", [999.19603]),
    ],
)
def test_d18_leverage_inverse_and_excess_return(
    leverage: int, of: str, expected: list[float]
) -> None:
    """ShortDAX x2 earns three times the overnight rate; excess return pays it on the whole."""
    market = level_table.levels(DAYS, [1000, 1020, 999.6], rates={"overnight": [0.036] * 3})
    overlay = "{leverage: " + f"{leverage}, {FINANCED % of}" + "}"
    got = level_table.made(overlay, market, DAYS[0])
    assert got[-len(expected) :] == pytest.approx(expected, rel=EXACT)


def test_p29_three_times_daily() -> None:
    """Mr Money Mustache forum: -20 % and +25 % leave the index where it was, three times it at 70."""
    market = level_table.levels(DAYS, [100, 80, 100])
    got = level_table.made("{leverage: 3, reset: daily}", market, DAYS[0], level=100)
    assert got == pytest.approx([100, 40, 70], rel=EXACT)


@pytest.mark.parametrize(
    ("path", "expected"),
    [((0.1, 0.1), 121), ((-0.1, -0.1), 81), ((0.1, -0.1), 99)],
)
def test_p30_compounding(path: tuple[float, float], expected: float) -> None:
    """ProFunds: a level of twice the daily move compounds; half the moves, twice the leverage."""
    values = [100.0]
    for move in path:
        values.append(values[-1] * (1 + move / 2))
    market = level_table.levels(DAYS, values)
    got = level_table.made("{leverage: 2, reset: daily}", market, DAYS[0], level=100)
    assert got[-1] == pytest.approx(expected, rel=EXACT)


# -- currency hedge --------------------------------------------------------------------------------

# Last sessions of the months: 30 calendar days apart, with a session ten days after the first.
ROLL, MID, NEXT = dates("2022-10-31", "2022-11-10", "2022-11-30")
HEDGE = "{hedge: EUR, ratio: %s, roll: last session of month, forward: 1 month, adjust: monthly}"


def _hedged(
    days: list[dt.date],
    values: list[float],
    spot: list[float],
    forward: list[float],
    ratio: str = "100%",
) -> list[float]:
    """Levels of the hedge of ``values`` in euro, in dollars per euro."""
    fx = {
        ("EUR", "USD", "spot"): dict(zip(days, spot, strict=True)),
        ("EUR", "USD", "1 month"): dict(zip(days[: len(forward)], forward, strict=True)),
    }
    market = level_table.levels(days, values, fx=fx, sessions=None)
    return level_table.made(HEDGE % ratio, market, days[0], currency="USD", below="EUR")


def test_d20_monthly_roll() -> None:
    """MSCI hedged indexes, S&P: local +3 %, the euro from 1.10 to 1.08, sold forward at 1.105."""
    unhedged, half, whole = (
        _hedged([ROLL, NEXT], [100, 103], [1.10, 1.08], [1.105], ratio)[-1]
        for ratio in ("0%", "50%", "100%")
    )
    assert unhedged / 1000 - 1 == pytest.approx(0.0112727272727273, rel=EXACT)
    assert (whole - unhedged) / 1000 == pytest.approx(0.0227272727272727, rel=EXACT)
    assert half / 1000 - 1 == pytest.approx(0.0226363636363636, rel=EXACT)
    assert whole == pytest.approx(1034, rel=EXACT)


def test_d20_inside_the_month() -> None:
    """Day 10 of 30: the contract is valued at the forward interpolated to 1.093."""
    got = _hedged([ROLL, MID, NEXT], [100, 101, 101], [1.10, 1.09, 1.09], [1.105, 1.0945])
    assert got[1] == pytest.approx(1011.72727272727, rel=EXACT)


def test_d20_a_flat_local_market_earns_the_forward_premium() -> None:
    got = _hedged([ROLL, NEXT], [100, 100], [1.10, 1.10], [1.105])
    assert got[-1] / 1000 - 1 - (1.105 / 1.10 - 1) == pytest.approx(0, abs=EXACT)


def _futures(
    local: tuple[float, float], base: tuple[float, float], futures: tuple[float, float]
) -> tuple[float, float]:
    """(unhedged, hedged) return in percent of a principal hedged by a future that goes on.

    The future is a contract to a roll after the second day: half its days are left (14 of 28), so
    the tenor's forward is as far from the future as the future from spot.
    """
    days = dates("2023-11-30", "2023-12-14")
    spot = [base[0] / local[0], base[1] / local[1]]
    forward = [futures[0], 2 * futures[1] - spot[1]]
    plain, hedged = (
        _hedged(days, list(local), spot, forward, ratio)[-1] / 10 - 100 for ratio in ("0%", "100%")
    )
    return plain, hedged


def test_p32_futures_hedge_of_principal() -> None:
    """Schweser item on AnalystForum: 6.7 % local, 16.4 % in dollars, 9.1 % hedged."""
    plain, hedged = _futures((300_000, 320_000), (330_000, 384_000), (1.15, 1.23))
    assert plain == pytest.approx(16.4, abs=0.05)
    assert hedged - plain == pytest.approx(-7.3, abs=0.05)
    assert hedged == pytest.approx(9.1, abs=0.05)
    assert hedged == pytest.approx(9.09090909090909, rel=1e-9)


def test_p33_second_pair() -> None:
    """Schweser book 4: 3.96 % in dollars, 0.993 % from the future, 4.95 % together."""
    plain, hedged = _futures((1_000_000, 1_050_000), (1_288_800, 1_339_800), (1.2891, 1.2763))
    assert plain == pytest.approx(3.96, abs=0.005)
    assert hedged - plain == pytest.approx(0.993, abs=0.0005)
    assert hedged == pytest.approx(4.95, abs=0.005)
    assert hedged == pytest.approx(4.95034140285537, rel=1e-9)


def test_p34_eighty_percent_with_forwards_at_spot() -> None:
    """theanalystspace: local 7 %, the currency from 1.5 to 1.3, 80 % hedged: 3.4 %."""
    plain = _hedged([ROLL, NEXT], [100, 107], [1.5, 1.3], [1.5], "0%")[-1] / 10 - 100
    hedged = _hedged([ROLL, NEXT], [100, 107], [1.5, 1.3], [1.5], "80%")[-1] / 1000 - 1
    assert plain == pytest.approx(-7.26666666666667, rel=1e-9)
    assert hedged == pytest.approx(0.034, rel=1e-9)
