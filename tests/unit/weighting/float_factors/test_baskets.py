"""Float and capping factors from several made baskets with known factors."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.conform import conform
from indexcalc.market.market import Market
from indexcalc.weighting.float_factors.baskets import (
    Basket,
    baskets_of,
    capping_factors,
    float_factors,
    floated,
    index_shares,
)

DAY = dt.date(2026, 8, 14)
NAMES = [f"{position:06d}" for position in range(1, 41)]
SHARES = [int(count) for count in np.geomspace(5e6, 4e9, 40)]
TRUE = {name: ((7 * position) % 80 + 21) / 100 for position, name in enumerate(NAMES)}


@pytest.fixture(scope="module")
def market() -> Market:
    return Market.from_tables(
        daily=pa.table(
            {
                "date": [DAY] * 40,
                "symbol": NAMES,
                "close": [1000.0] * 40,
                "shares_outstanding": SHARES,
            }
        ),
        float_factors=pa.table(
            {
                "symbol": NAMES,
                "effective_date": [DAY] * 40,
                "float_factor": list(TRUE.values()),
            }
        ),
    )


def basket(
    market: Market, fund: str, scale: float, caps: dict[str, float] | None = None, lines: int = 40
) -> list[Basket]:
    units = [
        int(shares * TRUE[name] * (caps or {}).get(name, 1.0) * scale + 0.5)
        for name, shares in zip(NAMES, SHARES, strict=True)
    ]
    table = pa.table(
        {"fund": [fund] * 40, "date": [DAY] * 40, "symbol": NAMES, "units": units}
    ).slice(40 - lines)
    findings = Findings()
    made = baskets_of(market, conform("baskets", table, findings), "none", findings)
    assert not findings.items
    return made


def test_several_funds_leave_one_value(market: Market) -> None:
    findings = Findings()
    first = basket(market, "a", 2e-6)
    alone = float_factors(market, first, 100, {}, findings)
    both = float_factors(
        market,
        [*first, *basket(market, "b", 3.37e-6), *basket(market, "c", 1.1e-5)],
        100,
        {},
        findings,
    )
    assert not findings.items
    certain = {item.symbol: item.value for item in both if item.certainty == "certain"}
    assert len(certain) > sum(item.certainty == "certain" for item in alone)
    assert certain == {name: TRUE[name] for name in certain}
    for item in both:
        assert TRUE[item.symbol] in item.candidates
        assert item.baskets >= 1


def test_values_that_stay_open_are_named(market: Market) -> None:
    found = float_factors(market, basket(market, "a", 2e-6), 100, {}, Findings())
    open_ = next(item for item in found if item.certainty != "certain")
    assert len(open_.candidates) > 1
    assert open_.certainty == (
        f"one of {len(open_.candidates)}: {open_.candidates[0]:g} to {open_.candidates[-1]:g}"
    )
    # By hand: units u of N shares at the scale allow factors from (u - 1/2) / (s N) to (u + 1/2) / (s N).
    shares = SHARES[NAMES.index(open_.symbol)]
    units = int(shares * TRUE[open_.symbol] * 2e-6 + 0.5)
    assert open_.low == pytest.approx((units - 0.5) / (2e-6 * shares), rel=1e-3)
    assert open_.high == pytest.approx((units + 0.5) / (2e-6 * shares), rel=1e-3)


def test_a_capped_line_is_told_and_its_cap_found(market: Market) -> None:
    capped = basket(market, "a", 1e-4, caps={NAMES[-1]: 0.8388, NAMES[-2]: 0.5})
    findings = Findings()
    found = {item.symbol: item for item in float_factors(market, capped, 100, {}, findings)}
    assert [item.code for item in findings.items] == ["DAT062"]
    assert NAMES[-1] in findings.items[0].message
    assert NAMES[-1] not in found

    findings = Findings()
    shares = floated(market, capped, findings)
    caps = {item.symbol: item for item in capping_factors(market, shares, findings)}
    assert not findings.items
    assert caps[NAMES[-1]].value == 0.8388
    assert caps[NAMES[-1]].certainty == "certain"
    assert caps[NAMES[-2]].value == 0.5
    assert all(item.value == 1.0 for name, item in caps.items() if name not in NAMES[-2:])
    held = index_shares(market, list(caps.values()), shares)
    assert held[NAMES[-1]] == pytest.approx(SHARES[-1] * TRUE[NAMES[-1]] * 0.8388, rel=1e-12)


def test_a_basket_of_no_index_is_refused(market: Market) -> None:
    findings = Findings()
    table = pa.table(
        {
            "fund": ["x"] * 40,
            "date": [DAY] * 40,
            "symbol": NAMES,
            "units": [(position * 7919) % 4001 + 50 for position in range(40)],
        }
    )
    made = baskets_of(market, conform("baskets", table, findings), "none", findings)
    assert float_factors(market, made, 100, {}, findings) == []
    assert [item.code for item in findings.items] == ["DAT060"]


def test_a_scale_that_is_not_settled_needs_an_anchor(market: Market) -> None:
    table = pa.table(
        {
            "date": [DAY] * 12,
            "symbol": NAMES[-12:],
            "units": [
                int(shares * (at % 7 + 11) / 100 * 1e-4 + 0.5)
                for at, shares in enumerate(SHARES[-12:])
            ],
        }
    )
    findings = Findings()
    made = baskets_of(market, conform("baskets", table, findings), "mine", findings)
    assert made[0].fund == "mine"
    float_factors(market, made, 100, {}, findings)
    assert [item.code for item in findings.items] == ["DAT061"]
    for times in (1, 2, 5):
        findings = Findings()
        known = {NAMES[-1]: 0.15 * times}
        found = float_factors(market, made, 100, known, findings)
        assert not findings.items
        assert [item.value for item in found] == [(at % 7 + 11) * times / 100 for at in range(12)]


def test_lines_the_market_does_not_have_are_told(market: Market) -> None:
    findings = Findings()
    table = pa.table({"date": [DAY] * 2, "symbol": ["CASH", NAMES[0]], "units": [5, 7]})
    made = baskets_of(market, conform("baskets", table, findings), "x", findings)
    assert [item.code for item in findings.items] == ["DAT063"]
    assert "CASH" in findings.items[0].message
    assert made[0].lines.tolist() == [0]
