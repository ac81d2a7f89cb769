"""Values that are made: the symbol in a file's name, numbers times a factor."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.importers.maps.values import symbol_in_name, times


def test_the_symbol_in_a_name() -> None:
    assert symbol_in_name(Path("BRK-B.csv")) == "BRK-B"
    assert symbol_in_name(Path("005930-holders.json")) == "005930"
    with pytest.raises(ImportRefused, match="IMP006"):
        symbol_in_name(Path("prices.csv"))


def test_whole_numbers_stay_whole_where_the_factor_is() -> None:
    numbers = arrow.from_ints([2**60 + 1])
    assert times(numbers, Fraction(3)).to_pylist() == [3 * 2**60 + 3]
    assert times(numbers, Fraction(1, 2)).to_pylist() == [(2**60 + 1) / 2]
