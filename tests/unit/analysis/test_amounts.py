"""Amounts as people write them, read and written."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.analysis.amounts import amount, figure, read_amount, read_share


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50tn", 50e12),
        ("50T", 50e12),
        ("1.5bn", 1.5e9),
        ("2b", 2e9),
        (" 300 m ", 300e6),
        ("3mn", 3e6),
        ("20k", 20e3),
        ("50조", 50e12),
        ("3000억", 3e11),
        ("5 억원", 5e8),
        ("20만", 2e5),
        ("1_250", 1250.0),
        ("1,250.5", 1250.5),
    ],
)
def test_an_amount_is_read_with_its_suffix(text: str, value: float) -> None:
    assert read_amount(text) == value


@pytest.mark.parametrize("text", ["", "much", "5x", "-5", "0", "1.m", ".5", "1e3", "9" * 400])
def test_what_is_no_amount_above_zero_is_refused(text: str) -> None:
    with pytest.raises(ic.UsageError, match="ANA001"):
        read_amount(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.31e12, "1.31tn"),
        (-42e9, "-42.0bn"),
        (999_400.0, "999k"),
        (999_600.0, "1.00m"),  # not 1000k
        (1000.0, "1.00k"),
        (99.96, "100"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (-0.001, "0.00"),
        (0.0, "0.00"),
        (None, "-"),
        (float("nan"), "-"),
    ],
)
def test_an_amount_is_written_with_three_digits(value: float | None, text: str) -> None:
    assert amount(value) == text


def test_a_share_is_a_part_or_a_per_cent() -> None:
    assert read_share("10%", "--x") == 0.1
    assert read_share(" 0.25 ", "--x") == 0.25
    assert read_share("1", "--x") == 1.0
    assert read_share("100%", "--x") == 1.0


@pytest.mark.parametrize("text", ["0", "101%", "1.5", "-1%", "ten", "", "NaN", "sNaN"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ic.UsageError, match="ANA001"):
        read_share(text, "--x")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1.30812345e12, 6, "1.30812tn"),
        (1.308e12, 4, "1.308tn"),
        (-8.762e11, 4, "-876.2bn"),
        (999_999.4, 6, "999999"),
        (999_999.7, 6, "1m"),
        (123_456.0, 6, "123456"),
        (123_456.0, 4, "123.5k"),
        (35.0, 6, "35"),
        (0.820968289, 6, "0.820968"),
        (0.0, 6, "0"),
        (-0.5, 4, "-0.5"),
    ],
)
def test_a_figure_is_written_without_powers_of_ten(value: float, digits: int, text: str) -> None:
    assert figure(value, digits) == text
