"""Worked examples of levels, divisors and returns, run through market tables and a rule.

Each test names its case and the publisher; inputs and expected figures are carried over from there.
``NOT_RUN`` lists the cases of these categories that wait for a part of the language.
"""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

EXACT = 1e-12

NOT_RUN = {
    "P17": "geometric averages",
}
RUN = {
    "D03",
    "D04",
    "D06",
    "D07",
    "D08",
    "D10",
    "D13",
    "D39",
    "D49",
    "D53",
    "P05",
    "P18",
    "P19",
    "P20",
    "P21",
    "P23",
    "P24",
    "P25",
    "P39",
    "P40",
}
IN_SCHEMES = {"D34", "P09", "P10", "P12", "P13", "P14", "P15", "P42"}  # test_schemes
OURS = ("maintenance.", "calc.", "weighting.equal")
WITH_THE_RETURNS = {"D01", "D46", "P16"}


@pytest.mark.parametrize("case", sorted(NOT_RUN))
def test_cases_that_wait(case: str) -> None:
    pytest.skip(f"{case}: {NOT_RUN[case]} are not computed yet")


def test_every_case_of_these_categories_is_run_or_listed(golden_cases: Path) -> None:
    listed = json.loads((golden_cases / "index.json").read_text(encoding="utf-8"))
    cases = {
        case["id"]
        for case in (listed if isinstance(listed, list) else listed["cases"])
        if case["category"].startswith(OURS) and case["id"] not in WITH_THE_RETURNS
    }
    assert cases - RUN - IN_SCHEMES == set(NOT_RUN)
    assert not RUN & set(NOT_RUN)


def index(level: float | str, text: str = small.CAP) -> str:
    return text.replace("level: 1000", f"level: {level}")


def base_after(*rows: dict[str, Any], close: float, **tables: Any) -> tuple[float, float]:
    """(base price, share factor) of a line after the events of a session."""
    over = market(line("A", [close, close]), corporate_actions=list(rows), **tables)
    run = small.run(small.CAP, over)
    assert run.diagnostics == ()
    ((_, _, base, _, held, _, _),) = (
        tuple(row.values()) for row in run.composition.to_pylist() if row["date"] == small.day(1)
    )
    return base, held / 1000


# -- levels and divisors ---------------------------------------------------------------------------


def test_p05_level_and_weights() -> None:
    """CBI methodology: three constituents, divisor 36,000,000."""
    lines = (
        line(symbol, [price], shares)
        for symbol, price, shares in (
            ("X", 100, 2_000_000),
            ("Y", 200, 5_000_000),
            ("Z", 300, 8_000_000),
        )
    )
    run = small.run(index(100), market(*lines))
    assert small.levels(run, "divisor") == [36_000_000]
    weights = run.weights(small.day(0)).column("weight").to_pylist()
    assert [100 * weight for weight in weights] == pytest.approx([5.555, 27.778, 66.667], abs=1e-3)


def test_p18_free_float_market_value() -> None:
    """Angel One: a million shares at 1,000, 70 % free float: 70 crore of 100."""
    text = small.GIVEN + "weighting: {scheme: float_market_cap}\n"
    over = market(
        line("A", [1000, 1000], 1_000_000),
        memberships=small.given("A"),
        float_factors=[{"symbol": "A", "effective_date": small.day(0), "float_factor": 0.7}],
    )
    run = small.run(text, over)
    assert small.levels(run, "market_value") == pytest.approx([70e7], rel=EXACT)


def test_p19_sensex_style_move() -> None:
    """stockmarketbox.com: 57.50 to 58.75 lakh, +2.17 %, from 30,000."""
    run = small.run(
        index(30_000), market(line("X", [200, 250], 10_000), line("Y", [500, 450], 7_500))
    )
    assert small.levels(run, "market_value") == [5_750_000, 5_875_000]
    # The page multiplies by the rounded 2.17 %.
    assert small.levels(run)[1] == pytest.approx(30_651, abs=1.5)


def test_p20_round_divisor() -> None:
    """El Espanol: 6,050 over 100."""
    lines = (line("A", [25], 150), line("B", [40], 50), line("C", [15], 20))
    run = small.run(index(60.5), market(*lines))
    assert small.levels(run, "divisor") == [100]
    assert small.levels(run, "market_value") == [6050]


def test_p21_hundred_on_day_one() -> None:
    """Scribd 381531025: 3,350 and a base of 100 give a divisor of 33.5."""
    lines = (line("TEF", [20], 100), line("ACS", [40], 30), line("SOL", [10], 15))
    assert small.levels(small.run(index(100), market(*lines)), "divisor") == [33.5]


def test_d49_base_market_value() -> None:
    """Nigerian Stock Exchange: 8 becomes 9 with a listing and 25/3 with a delisting; 30,000 stays."""
    over = market(
        line("A", [1] * 4, 2_200), line("B", [1] * 3, 200), line("C", [1] * 3, 300, start=1)
    )
    run = small.run(index(30_000), over)
    assert small.levels(run) == pytest.approx([30_000] * 4, rel=EXACT)
    base = [100 * divisor for divisor in small.levels(run, "divisor")]
    assert base == pytest.approx([8, 8, 9, 25 / 3], rel=EXACT)


def test_p39_public_offering() -> None:
    """Tokyo Stock Exchange: base market value 1,000,000 to 1,100,000, the index stays at 300."""
    run = small.run(index(100), market(line("A", [1000, 3000, 3000], [1000, 1000, 1100])))
    assert small.levels(run) == pytest.approx([100, 300, 300], rel=EXACT)
    base = [100 * divisor for divisor in small.levels(run, "divisor")]
    assert base == pytest.approx([1_000_000, 1_000_000, 1_100_000], rel=EXACT)


def test_p40_a_split_leaves_the_value_weighted_level() -> None:
    """passemall: 100, then 150 before and after the split."""
    over = market(
        line("A", [2, 4, 4], 50),
        line("B", [10, 10, 5], [10, 10, 20]),
        corporate_actions=[action("B", 2, "split", ratio=2)],
    )
    assert small.levels(small.run(index(100), over)) == pytest.approx([100, 150, 150], rel=EXACT)


# -- corporate actions -----------------------------------------------------------------------------


def test_d03_rights_in_the_money() -> None:
    """STOXX 8.1.4.1, FTSE Russell 4.9, S&P: one for four at 70 on 100, then 95."""
    over = market(
        line("A", [100, 95], [1_000_000, 1_250_000]),
        line("B", [400, 400], 1_000_000),
        corporate_actions=[action("A", 1, "rights", ratio=0.25, price=70)],
    )
    run = small.run(index(500), over)
    assert small.levels(run) == pytest.approx([500, 103_750 / 207], rel=EXACT)
    assert small.levels(run, "divisor") == pytest.approx([1_000_000, 1_035_000], rel=EXACT)
    (row,) = [
        row
        for row in run.composition.to_pylist()
        if (row["date"], row["symbol"]) == (small.day(1), "A")
    ]
    assert row["base_price"] == pytest.approx(94, rel=EXACT)
    assert row["index_shares"] == 1_250_000


@pytest.mark.parametrize("subscription", [110, 100])
def test_d04_rights_out_of_the_money(subscription: float) -> None:
    """MSCI: no adjustment at or above the price."""
    row = action("A", 1, "rights", ratio=0.25, price=subscription)
    assert base_after(row, close=100) == (100, 1)


def test_p23_theoretical_ex_rights_price() -> None:
    """miniFTSE 9.4: 94."""
    base, _ = base_after(action("A", 1, "rights", ratio=0.25, price=70), close=100)
    assert base == pytest.approx(94, rel=EXACT)


def test_d06_dividend_and_rights_on_one_day() -> None:
    """SZSE 4.3.2: (20 - 0.5 + 0.3 * 12) / 1.3; the dividend comes off the price there."""
    rights = {**action("A", 1, "rights", ratio=0.3, price=12), "sequence": 2}
    base, _ = base_after(rights, close=20, dividends=[dividend("A", 1, 0.5, "special")])
    assert base == pytest.approx(231 / 13, rel=EXACT)


def test_d07_split_and_paid_in_allotment() -> None:
    """hicfx (Nikkei): two for one and 0.1 a share at 1,000, counted on old shares: 31,000 / 21."""
    rows = [
        action("A", 1, "split", ratio=2),
        {**action("A", 1, "rights", ratio=0.05, price=1000), "sequence": 2},
    ]
    base, factor = base_after(*rows, close=3000)
    assert base == pytest.approx(31_000 / 21, rel=EXACT)
    assert factor == pytest.approx(2.1, rel=EXACT)


@pytest.mark.parametrize(
    ("rows", "price", "factor"),
    [
        pytest.param((("bonus", 1.1), ("rights", 0.2)), "1415/33", "33/25", id="rights after"),
        pytest.param((("rights", 0.2), ("bonus", 1.1)), "1400/33", "33/25", id="rights before"),
        pytest.param((("bonus", 1.1), ("rights", 2 / 11)), "560/13", "13/10", id="simultaneous"),
    ],
)
def test_d08_distribution_and_rights(
    rows: tuple[tuple[str, float], ...], price: str, factor: str
) -> None:
    """STOXX Calculation Guide 8.1.9: one free for ten and two at 30 for ten, on 50."""
    actions = [
        {
            **action("A", 1, kind, ratio=ratio, **({"price": 30} if kind == "rights" else {})),
            "sequence": place,
        }
        for place, (kind, ratio) in enumerate(rows, start=1)
    ]
    if rows[0][0] == "rights":
        for row in actions:
            row.setdefault("price", None)
    base, made = base_after(*actions, close=50)
    assert base == pytest.approx(float(Fraction(price)), rel=EXACT)
    assert made == pytest.approx(float(Fraction(factor)), rel=EXACT)


def test_d10_stock_dividend() -> None:
    """STOXX 8.1.5: one for twenty on 63."""
    base, factor = base_after(action("A", 1, "stock_dividend", ratio=1.05), close=63)
    assert (base, factor) == (pytest.approx(60, rel=EXACT), pytest.approx(1.05, rel=EXACT))


def test_d10_stock_dividend_of_another_company() -> None:
    """STOXX 8.1.6: one share at 25 for ten, on 40."""
    row = action("A", 1, "stock_dividend", ratio=0.1, price=25, other_symbol="Z")
    assert base_after(row, close=40) == (pytest.approx(37.5, rel=EXACT), 1)


def test_d10_return_of_capital_with_a_consolidation() -> None:
    """STOXX 8.1.6: twelve returned on 60, then four shares for five."""
    rows = [{**action("A", 1, "consolidation", ratio=0.8), "sequence": 2}]
    paid = [dividend("A", 1, 12, "return_of_capital")]
    base, factor = base_after(*rows, close=60, dividends=paid)
    assert (base, factor) == (pytest.approx(60, rel=EXACT), pytest.approx(0.8, rel=EXACT))


def test_d10_self_tender() -> None:
    """STOXX 8.1.7: a tenth of the company bought back at 58 while it stands at 50.  To who holds the
    company that is 5.8 a share returned and nine shares left of ten."""
    rows = [{**action("A", 1, "consolidation", ratio=0.9), "sequence": 2}]
    paid = [dividend("A", 1, 5.8, "return_of_capital")]
    base, factor = base_after(*rows, close=50, dividends=paid)
    assert base == pytest.approx(442 / 9, rel=EXACT)
    assert 1_000_000 * factor == pytest.approx(900_000, rel=EXACT)
    assert 900_000 * base == pytest.approx(44_200_000, rel=EXACT)


@pytest.mark.parametrize(
    ("row", "levels", "divisor", "value"),
    [
        pytest.param(
            action("T", 3, "merger", amount=33, final_price=33),
            [5000, 5030, 5030],
            47_000_000 / 503,
            470_000_000,
            id="cash at the offer",
        ),
        pytest.param(
            action("T", 3, "merger", ratio=0.5, other_symbol="A"),
            [5000, 5000, 5000],
            100_000,
            500_000_000,
            id="half a share",
        ),
        pytest.param(
            action("T", 3, "bankruptcy"),
            [5000, 4700, 4700],
            100_000,
            470_000_000,
            id="bankrupt",
        ),
    ],
)
@pytest.mark.parametrize("listed", [5_000_000, 5_500_000])
def test_d13_mergers_and_bankruptcy(
    row: dict[str, Any], levels: list[float], divisor: float, value: float, listed: int
) -> None:
    """FTSE Russell 4.10, S&P: a target of 30 million, an acquirer of 300 and 170 of others; the last
    price is recognised first, then the line goes.  The acquirer's new shares list at once, or later."""
    in_shares = "other_symbol" in row
    if not in_shares and listed != 5_000_000:
        pytest.skip("nothing is issued")
    over = market(
        line("T", [30, 30, 30], 1_000_000),
        line("A", [60] * 4, [5_000_000] * 3 + [listed]),
        line("O", [170] * 4, 1_000_000),
        n_sessions=4,
        memberships=small.given(*"TAO"),
        corporate_actions=[row],
    )
    run = small.run(index(5000, small.GIVEN + "weighting: {scheme: market_cap}\n"), over)
    assert small.levels(run, "divisor")[0] == pytest.approx(100_000, rel=EXACT)
    assert small.levels(run) == pytest.approx(levels, rel=EXACT)
    assert small.levels(run, "divisor")[-1] == pytest.approx(divisor, rel=EXACT)
    assert small.levels(run, "market_value")[-1] == pytest.approx(value, rel=EXACT)
    assert run.diagnostics == ()


def test_d39_phased_removal_of_weight() -> None:
    """TOPIX (J-FLEC): a tenth of the weight goes each quarter, here each month; 500 becomes 350 with
    the third step and nothing with the tenth."""
    months = [(2024, month) for month in range(3, 13)]
    steps = "".join(
        f"{year}-{month:02d}-01: {100 - 10 * number}%, "
        for number, (year, month) in enumerate(months[:9], start=1)
    )
    text = (
        small.HEAD.replace("2024-01-02", "2024-02-01")
        + "universe: {where: {symbol: {not_in: []}}}\n"
        + "review: {months: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "
        + "effective: first session of month, cutoff: 1 session before effective}\n"
        + "selection:\n  steps:\n"
        + "    - {drop: {leaving: 1}, from: 2024-12-01}\n"
        + f"    - {{select: {{leaving: 1}}, inclusion: {{2024-01-01: 100%, {steps[:-2]}}}}}\n"
        + "    - {select: {leaving: 0}}\n"
        + "weighting: {scheme: market_cap}\n"
    )
    n = 340
    lines = [line("A", [5.0] * n, 100), line("B", [7.0] * n, 100)]
    for rows, leaving in zip(lines, (1.0, 0.0), strict=True):
        for row in rows:
            row["leaving"] = leaving
    run = small.run(text, market(*lines))
    days = [row["date"] for row in run.levels.to_pylist()]
    values = dict(zip(days, small.levels(run, "market_value"), strict=True))
    held = small.held(run)
    for number, (year, month) in enumerate(months, start=1):
        day = dt.date(year, month, 1)
        factor = held[(day - small.FIRST).days].get("A", 0.0) / 100
        assert factor == pytest.approx(1 - number / 10, rel=EXACT)
        assert values[day] - 700 == pytest.approx(500 * (1 - number / 10), abs=1e-9)
    assert values[dt.date(2024, 5, 1)] == pytest.approx(350 + 700, rel=EXACT)
    assert small.levels(run) == pytest.approx([1000.0] * len(days), rel=EXACT)


def test_d39_level_from_the_base_of_1968() -> None:
    """8,602,056,951,154 yen are 100."""
    over = market(line("A", [8_602_056_951_154, 860_205_695_115_400], 1))
    assert small.levels(small.run(index(100), over)) == pytest.approx([100, 10_000], rel=EXACT)


def test_d53_rights_in_an_index_that_is_not_cap_weighted() -> None:
    """S&P and FTSE non-cap guides: a quarter of the index, one for four at 70 on 100; then 6 % more
    shares.  Their weight factor times shares is our index shares: 2,500 and 2,659.57, or 2,500."""
    rights = action("A", 2, "rights", ratio=0.25, price=70)

    def run(rows: list[dict[str, Any]], shares: list[int]) -> Any:
        others = [line(name, [100, 100, 100]) for name in "BCD"]
        over = market(
            line("A", [100, 100, 94 if rows else 100], shares),
            *others,
            memberships=small.given(*"ABCD"),
            corporate_actions=rows,
        )
        return small.run(index(1_000_000, small.EQUAL), over)

    made = run([rights], [1000] * 3)
    assert small.levels(made) == pytest.approx([1_000_000] * 2, rel=EXACT)
    assert small.levels(made, "divisor") == pytest.approx([1, 1], rel=EXACT)
    weights = made.weights(small.day(2)).column("weight").to_pylist()
    assert weights == pytest.approx([0.25] * 4, rel=EXACT)
    held = [small.held(made)[session]["A"] for session in (1, 2)]
    assert held == pytest.approx([2.5 * 1000, 100 / 47 * 1250], rel=EXACT)
    more_shares = run([], [1000, 1000, 1060])
    assert small.held(more_shares)[2]["A"] == pytest.approx(125 / 53 * 1060, rel=EXACT)


# -- equal weights ---------------------------------------------------------------------------------


def test_p24_equal_weights_over_one_period() -> None:
    """AnalystForum: 136 becomes 136.82."""
    lines = (line(*one) for one in (("A", [15, 15, 15]), ("B", [40, 40, 48]), ("C", [55, 55, 45])))
    over = market(*lines, memberships=small.given("A", "B", "C"))
    assert small.levels(small.run(index(136, small.EQUAL), over))[1] == pytest.approx(
        136.82, abs=0.005
    )


def test_p25_equal_weight_shares_and_return() -> None:
    """r/CFA: 1,000 in each of three stocks: 50, 20 and 38.46 shares, +7.13 %."""
    lines = (line(*one) for one in (("A", [20, 20, 22]), ("B", [50, 50, 48]), ("C", [26, 26, 30])))
    run = small.run(index(3000, small.EQUAL), market(*lines, memberships=small.given(*"ABC")))
    held = small.held(run)[1]
    assert [held[name] for name in "ABC"] == pytest.approx([50, 20, 38.46], abs=0.005)
    # The page averages rounded returns.
    assert 100 * (small.levels(run)[1] / 3000 - 1) == pytest.approx(7.127, abs=0.0015)
