"""What happens to variants between reviews, each case against the separate run of the capped rule.

Sessions lie nine days apart: lists come into force on sessions 4 (February, the first), 7 (March, a
rebalance) and 10 (April, members alone).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import indexcalc as ic
from tests.properties.test_levels_against_oracle import History
from tests.properties.test_sweep import (
    HEAD,
    REBALANCES,
    apart,
    compare,
    market_of,
    rows_of,
    variant,
)
from tests.unit.calculation import small

Rule = tuple[str, str, str, str]
N = 14
CAP = (HEAD + REBALANCES, "scheme: market_cap", "", "")
NEUTRAL = (
    HEAD + REBALANCES + "maintenance: {joins_at: leaver_weight}\n",
    "scheme: equal",
    "",
    "",
)


def walk(start: float, step: float, n: int) -> list[float]:
    """Prices that move by a step each session, up and down in turn."""
    return [round(start * (1 + step * (number % 3)), 2) for number in range(n)]


def history(*lines: list[dict[str, Any]]) -> History:
    return History(N, list(range(N)), [row for rows in lines for row in rows], [], [])


def sides(
    rule: Rule, over: ic.Market, per: str, cap: str, extra: str = "", start: dt.date | None = None
) -> tuple[ic.CapSweep, ic.Run]:
    """The sweep, and the run of the rule with the cap written into it."""
    swept = ic.Methodology.from_text(variant(rule, []) + extra)
    sweep = ic.simulate_caps(swept, over, caps=[cap], per=per, start=start)
    run = small.run(variant(rule, [(per, cap)]) + extra, over, start=start)
    compare(sweep, run, cap)
    return sweep, run


def joined() -> ic.Market:
    """C leaves and D joins on the April list, between two rebalances; A and C are of one issuer."""
    return market_of(
        history(
            small.line("A", walk(100, 0.05, N)),
            small.line("B", walk(50, 0.03, N)),
            small.line("C", walk(80, 0.04, 10)),
            small.line("D", walk(20, 0.02, N - 8), start=8),
        ),
        ["x", "y", "x", "z"],
        [1.0] * 4,
    )


@pytest.mark.parametrize("start", [None, 11], ids=["from the first list", "after the line joined"])
def test_a_line_that_joins_is_given_what_the_leaver_of_its_variant_had(start: int | None) -> None:
    """Equal weights, issuers held at 55 %: C has 27.5 % where it had a third, and D takes that over."""
    begin = None if start is None else apart(small.day(start))
    sweep, _ = sides(NEUTRAL, joined(), "issuer", "55%", start=begin)
    if start is None:
        weights = rows_of(sweep.weights, "55%", "symbol", "weight")
        assert weights[0][:3] == ["A", "B", "C"]
        assert weights[1][:3] == pytest.approx([0.275, 0.45, 0.275])
        turnover = rows_of(sweep.reviews, "55%", "effective_date", "one_way_turnover")
        moved = dict(zip(*turnover, strict=True))[apart(small.day(10))]
        # What left and came in is about the weight of C in its variant, not a third.
        assert 0.25 < moved < 0.3


def test_a_line_that_comes_back_between_rebalances_is_not_capped() -> None:
    """A is capped in March, loses its listing for a session, and is back on the April list with 1."""
    over = market_of(
        history(
            small.line("A", walk(300, 0.05, N), skip=[8]),
            small.line("B", walk(100, 0.03, N)),
            small.line("C", walk(100, 0.04, N)),
        ),
        ["x", "y", "z"],
        [1.0] * 3,
    )
    sweep, _ = sides(CAP, over, "security", "40%")
    days, capped = rows_of(sweep.reviews, "40%", "effective_date", "capped")
    told = dict(zip(days, capped, strict=True))
    assert told[apart(small.day(7))] == 1
    assert told[apart(small.day(10))] == 0


def test_capping_factors_are_rounded_as_the_rule_says() -> None:
    sweep, run = sides(CAP, joined(), "security", "36%", "rounding: {capping_factor: 2}\n")
    factors = rows_of(sweep.factors, "36%", "capping_factor")[0]
    assert factors
    assert all(round(factor, 2) == factor for factor in factors)
    assert set(factors) <= set(run.constituents.column("capping_factor").to_pylist())


def test_between_rebalances_the_largest_is_above_its_limit_by_drift_alone() -> None:
    """A rises by half after the March list: above 40 % until the end, and only then."""
    prices = [100.0] * 8 + [150.0] * (N - 8)
    over = market_of(
        history(
            small.line("A", prices),
            small.line("B", [60.0] * N),
            small.line("C", [50.0] * N),
        ),
        ["x", "y", "z"],
        [1.0] * 3,
    )
    sweep, _ = sides(CAP, over, "security", "40%")
    row = sweep.summary.to_pylist()[0]
    # The close of session 8 is the first at 150: the opens of 9 to 13 are above.
    assert row["sessions_above_limit"] == 5
    # 40 % grown by half over what the index grew to: 0.6 / 1.2.
    assert row["largest_weight_last"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("start", "reviews", "infeasible"),
    [(None, 3, 2), (12, 2, 1), (15, 1, 0)],
    ids=["from the first list", "under the weights of March", "after those of May"],
)
def test_a_later_start_counts_from_the_weights_in_force(
    start: int | None, reviews: int, infeasible: int
) -> None:
    """Weights are set on sessions 4 (February), 7 (March) and 14 (May); until B joins in April there is
    one issuer, and no 60 % can hold it."""
    n = 18
    over = market_of(
        History(
            n,
            list(range(n)),
            [
                *small.line("A", walk(100, 0.05, n)),
                *small.line("B", walk(50, 0.03, n - 8), start=8),
                *small.line("C", walk(80, 0.04, n)),
            ],
            [],
            [],
        ),
        ["x", "y", "x"],
        [1.0] * 3,
    )
    begin = None if start is None else apart(small.day(start))
    sweep = ic.simulate_caps(
        ic.Methodology.from_text(variant(CAP, [])), over, caps=["60%"], per="issuer", start=begin
    )
    row = sweep.summary.to_pylist()[0]
    assert (row["reviews"], row["reviews_infeasible"]) == (reviews, infeasible)
    assert row["feasible"] == (infeasible == 0)
    assert [found.code for found in sweep.diagnostics] == ["CAP001"] * (infeasible > 0)
