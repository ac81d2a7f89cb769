"""Names, groups and symbols of lines that do not exist, and the check digit of their codes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from indexcalc.market.demo.names import (
    SECTORS,
    company_name,
    domestic_symbols,
    foreign_symbols,
    isin,
    kosdaq_sector,
    ksic_group,
    lettered_symbols,
)


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        # The published codes of two large companies: the digit is that of ISO 6166.
        ("005930", "KR7005930003"),
        ("000660", "KR7000660001"),
        # 20 27 7 6 0 0 0 0 0 0 0, from the right every second digit doubled and its digits added:
        # 0 .. 0, 6, 7 -> 5, 7, 2 -> 4, 0, 2 -> 4: 6 + 5 + 7 + 4 + 4 = 26, and 4 is missing to 30.
        ("600000", "KR7600000004"),
    ],
)
def test_the_check_digit(symbol: str, expected: str) -> None:
    assert isin(symbol) == expected


def test_names_are_marked_as_invented() -> None:
    assert company_name("energy", "stock", 7) == ("Mock Energy 007", "가상에너지007")
    assert company_name("real_estate", "reit", 12) == ("Mock REIT 012", "가상리츠012")
    assert company_name("financials", "spac", 1000) == ("Mock SPAC 1000", "가상스팩1000")


def test_every_sector_has_its_groups() -> None:
    for sector in SECTORS:
        groups = {ksic_group(sector, number) for number in range(12)}
        assert groups <= {
            *("manufacturing", "mining", "construction", "services", "fisheries"),
            *("finance", "telecom", "power_gas"),
        }
    assert [ksic_group("energy", number) for number in range(3)] == [
        "manufacturing",
        "mining",
        "manufacturing",
    ]
    assert kosdaq_sector("health_care") == "bt"
    assert kosdaq_sector("materials") == "materials"


def test_symbols_lie_where_the_exchange_has_none() -> None:
    rng = np.random.default_rng(3)
    for made, pattern in (
        (domestic_symbols(rng, 500), r"[678]\d{4}0"),
        (lettered_symbols(rng, 500), r"0[789]\d\d[A-HJ-NP-TV-Z]0"),
        (foreign_symbols(rng, 50), r"97\d{3}0"),
    ):
        assert len(set(made)) == len(made)
        assert all(re.fullmatch(pattern, symbol) for symbol in made), made[:5]
        assert not made or not any(set("IOU") & set(symbol) for symbol in made)
    assert domestic_symbols(rng, 0) == []
