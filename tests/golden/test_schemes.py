"""Worked examples of price weights, tilts and fundamental weights, run through market tables and a rule.

Each test names its case and the publisher; inputs and expected figures are carried over from there.
Not here: D44 (minimum variance: weights of an optimiser are not a scheme of the language), P17 (geometric
averages), P16 and P27 (with the returns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import pytest

from indexcalc.calculation.run.run import Run
from tests.unit.calculation import small
from tests.unit.calculation.small import action, given, line, market

EXACT = 1e-12


def priced(level: float | str, divisor: float | str | None = None, more: str = "") -> str:
    """A price-weighted index of a given list, with its divisor where one is printed."""
    said = f"level: {level}" + ("" if divisor is None else f", divisor: {divisor}")
    return small.GIVEN.replace("level: 1000", said) + f"weighting: {{scheme: price{more}}}\n"


def run_of(
    text: str,
    closes: Mapping[str, Sequence[float]],
    splits: Sequence[tuple[str, int, float]] = (),
    lists: Mapping[int, str] | None = None,
    **tables: Any,
) -> Run:
    """A run over lines from session 0 on; ``splits``: (symbol, session, shares for one)."""
    shares = {name: [1000.0] * len(prices) for name, prices in closes.items()}
    for name, on, ratio in splits:
        shares[name] = [n * (ratio if at >= on else 1) for at, n in enumerate(shares[name])]
    rows = [row for on, names in (lists or {}).items() for row in given(*names.split(), on=on)]
    over = market(
        *(
            line(name, list(prices), [int(n) for n in shares[name]])
            for name, prices in closes.items()
        ),
        memberships=rows or given(*closes),
        corporate_actions=[action(name, on, "split", ratio=ratio) for name, on, ratio in splits],
        **tables,
    )
    return small.run(text, over)


def weights(run: Run, on: int = 1) -> dict[str, float]:
    made = run.weights(small.day(on).isoformat())
    pairs = zip(made.column("symbol").to_pylist(), made.column("weight").to_pylist(), strict=True)
    return dict(pairs)


def divisors(run: Run) -> list[float]:
    return small.levels(run, "divisor")


NIKKEI = {"FR": 60000, "TEL": 30000, "X": 5000, "Y": 2000}
FACTORS = {"FR": 1.0, "TEL": 3.0, "X": 0.5, "Y": 1.0, "N": 0.1}
PAF = ", price_factor: {column: paf}"


def factor_rows(**later: float) -> list[dict[str, Any]]:
    """Price adjustment factors; those of ``later`` from session 2 on."""
    first = [
        {"symbol": name, "valid_from": small.day(0), "paf": value}
        for name, value in FACTORS.items()
    ]
    return first + [
        {"symbol": name, "valid_from": small.day(2), "paf": value} for name, value in later.items()
    ]


def test_d34_the_level_and_a_replacement() -> None:
    """D34 (Nikkei 225): prices times their adjustment factors over the divisor; Y gives way to N."""
    closes = {name: [price] * 3 for name, price in NIKKEI.items()} | {"N": [25000] * 3}
    run = run_of(
        priced(3090, 50, PAF),
        closes,
        lists={1: "FR TEL X Y", 2: "FR TEL X N"},
        securities=factor_rows(),
    )
    assert small.levels(run) == pytest.approx([3090, 3090], rel=EXACT)
    assert divisors(run) == pytest.approx([50, 15500 / 309], rel=EXACT)


def test_d34_a_split_that_the_factor_takes() -> None:
    closes = {name: [price] * 3 for name, price in NIKKEI.items()}
    closes["TEL"] = [30000, 30000, 10000]
    run = run_of(priced(3090, 50, PAF), closes, [("TEL", 2, 3)], securities=factor_rows(TEL=9.0))
    assert small.levels(run) == pytest.approx([3090, 3090], rel=EXACT)
    assert divisors(run) == pytest.approx([50, 50], rel=EXACT)


def test_d34_the_cap_ratio() -> None:
    """Above a tenth of the sum a price counts nine tenths.

    The case caps FR alone; TEL, above the threshold too, stands as ten names of 9,000.
    """
    others = {f"TEL{n}": 9000 for n in range(10)} | {"X": 2500, "Y": 2000}
    closes = {name: [price] * 3 for name, price in ({"FR": 60000} | others).items()}
    cap = ", caps: [{per: security, trigger: 10%, factor: 90%, from: 2024-01-04}]"
    names = " ".join(closes)
    run = run_of(priced(3090, 50, cap), closes, lists={1: names, 2: names})
    assert small.levels(run) == pytest.approx([3090, 3090], rel=EXACT)
    assert divisors(run) == pytest.approx([50, 4950 / 103], rel=EXACT)
    assert weights(run, 1)["FR"] == pytest.approx(40 / 103, rel=EXACT)
    assert weights(run, 2)["FR"] == pytest.approx(4 / 11, rel=EXACT)
    factors = run.constituents.column("capping_factor").to_pylist()
    assert factors == [1] * 13 + [0.9] + [1] * 12


def test_p09_a_four_for_one_split() -> None:
    """P09 (1728.org): 1500 over 3, then 600 over 1.2."""
    closes = {"AA": [1200, 1200, 300], "BB": [227] * 3, "CC": [73] * 3}
    run = run_of(priced(500, 3), closes, [("AA", 2, 4)])
    assert small.levels(run) == [500, 500]
    assert divisors(run) == pytest.approx([3, 1.2], rel=EXACT)
    assert small.levels(run, "market_value") == [1500, 600]


def test_p10_a_fifty_dollar_stock_splits() -> None:
    """P10 (InvestorGlossary): 1500 over 0.125 is 12,000; 1475 over 0.1229."""
    closes = {"X": [50, 50, 25], "REST": [1450] * 3}
    run = run_of(priced(12000, 0.125), closes, [("X", 2, 2)])
    assert small.levels(run) == [12000, 12000]
    assert small.levels(run, "market_value") == [1500, 1475]
    assert divisors(run)[1] == pytest.approx(0.1229, abs=5e-5)


def test_p12_three_stocks() -> None:
    """P12 (225op.co.uk): 900 over 3, then 700 over 2.33."""
    closes = {"A": [200] * 3, "B": [300] * 3, "C": [400, 400, 200]}
    run = run_of(priced(300, 3), closes, [("C", 2, 2)])
    assert small.levels(run) == [300, 300]
    assert divisors(run)[1] == pytest.approx(7 / 3, rel=EXACT)


def test_p13_a_split_after_a_day_of_moves() -> None:
    """P13: 120 at 1000; 129 the day after; then the split of B takes 35 out of the sum."""
    closes = {"A": [40, 40, 44, 44], "B": [70, 70, 70, 35], "C": [10, 10, 15, 15]}
    run = run_of(priced(1000), closes, [("B", 3, 2)])
    assert small.levels(run) == pytest.approx([1000, 1075, 1075], rel=EXACT)
    assert divisors(run) == pytest.approx([0.12, 0.12, 94 / 1075], rel=EXACT)
    assert divisors(run)[2] == pytest.approx(0.0874, abs=5e-5)


def test_p14_the_divisor_of_a_base() -> None:
    """P14: a sum of 857 at a base of 100."""
    run = run_of(priced(100), {"A": [500] * 2, "B": [357] * 2})
    assert divisors(run) == pytest.approx([8.57], rel=EXACT)


@pytest.mark.parametrize(("divisor", "points"), [("0.146021281", 6.8483), ("0.145233969", 6.8854)])
def test_p15_points_for_a_dollar(divisor: str, points: float) -> None:
    """P15 (MarketWatch): what one dollar moves the Dow by, under the divisor before and after."""
    level = 3200 / float(divisor)
    run = run_of(priced(level, divisor), {"A": [100, 100, 101], "REST": [3100] * 3})
    first, second = small.levels(run)
    assert second - first == pytest.approx(points, abs=5e-5)


def test_p42_one_of_thirty_splits() -> None:
    """P42: a sum of 2000 at 100 is a divisor of 20; one of 100 splits three for one."""
    closes: dict[str, Sequence[float]] = {f"S{n:02d}": [1900 / 29] * 3 for n in range(29)}
    run = run_of(priced(100), closes | {"X": [100, 100, 100 / 3]}, [("X", 2, 3)])
    assert small.levels(run) == pytest.approx([100, 100], rel=EXACT)
    assert divisors(run)[0] == pytest.approx(20, rel=EXACT)
    assert small.levels(run, "market_value")[1] == pytest.approx(1933.33, abs=5e-3)
    assert divisors(run)[1] == pytest.approx(19.33, abs=5e-3)


def by_score(
    scheme: str, caps: Mapping[str, float], scores: Mapping[str, float]
) -> dict[str, float]:
    """Opening weights of market caps under a scheme that takes a score."""
    rows = [
        row | {"score": scores[name]}
        for name, cap in caps.items()
        for row in line(name, [cap, cap], 1000)
    ]
    floats = [
        {"symbol": name, "effective_date": small.day(0), "float_factor": 1.0} for name in caps
    ]
    text = small.GIVEN + (
        f"measures: {{score: {{last: score}}}}\nweighting: {{scheme: {scheme}, by: score}}\n"
        "maintenance: {joins_at: average_weight}\n"
    )
    return weights(small.run(text, market(rows, memberships=given(*caps), float_factors=floats)))


BASE = {"A": 0.5, "B": 0.3, "C": 0.2}
Z = {"A": -1, "B": 0, "C": 2}


def test_d42_factor_tilts() -> None:
    """D42 (MSCI, FTSE Russell): cap weights times 1 + z, or 1/(1 - z) below nought; times the normal
    distribution of z."""
    msci = {name: 1 + z if z > 0 else 1 / (1 - z) for name, z in Z.items()}
    assert by_score("tilt", BASE, msci) == pytest.approx(
        {"A": 0.217391304347826, "B": 0.260869565217391, "C": 0.521739130434783}, rel=EXACT
    )
    ftse = {name: NormalDist().cdf(z) for name, z in Z.items()}
    assert by_score("tilt", BASE, ftse) == pytest.approx(
        {"A": 0.18675096534785, "B": 0.353125964732054, "C": 0.460123069920096}, rel=EXACT
    )


def test_d43_fundamental_weights() -> None:
    """D43: the mean of four shares, of three where no dividend is paid; weights in proportion to it."""
    composite = {"A": 0.35, "B": 23 / 60, "C": 0.3625}
    assert by_score("measure", BASE, composite) == pytest.approx(
        {"A": 0.319391634980989, "B": 0.349809885931559, "C": 0.330798479087452}, rel=EXACT
    )
