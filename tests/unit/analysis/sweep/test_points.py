"""Limits as typed: exact ranges, lists, grids, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from indexcalc.analysis.sweep.points import limit_of, percent_range, points_of, typed_limits
from indexcalc.diagnostics import UsageError


def test_a_range_is_exact_and_has_both_ends() -> None:
    assert percent_range("10%", "13%", "1%") == ("10%", "11%", "12%", "13%")
    assert percent_range("10%", "10%", "5%") == ("10%",)
    # A tenth of a percent thirty times over is three percent, not nearly.
    assert percent_range("0.1%", "3%", "0.1%")[-1] == "3%"
    assert percent_range("1/3", "2/3", "1/3") == ("1/3", "2/3")


@pytest.mark.parametrize("bounds", [("30%", "10%", "1%"), ("10%", "30%", "0%"), ("0%", "1%", "1%")])
def test_no_range(bounds: tuple[str, str, str]) -> None:
    with pytest.raises(UsageError, match=r"range|above zero"):
        percent_range(*bounds)


@pytest.mark.parametrize(
    ("bounds", "hint"),
    [
        (("10%", "12%", "5%"), "end at 10% or 15%, or say the end as a limit of its own: 10%,12%"),
        (("10%", "11.2%", "0.5%"), "end at 11% or 11.5%, or .*: 10%:11%:0.5%,11.2%"),
    ],
)
def test_an_end_between_two_steps_is_told(bounds: tuple[str, str, str], hint: str) -> None:
    with pytest.raises(UsageError, match=rf"RUL006.*do not meet its end\n  hint: {hint}"):
        percent_range(*bounds)


def test_what_is_typed() -> None:
    assert typed_limits("15%, 20%,none") == ("15%", "20%", "none")
    assert typed_limits("10%:12%:1%,30%") == ("10%", "11%", "12%", "30%")
    for wrong in ("", "30", "10%:20%", "ten"):
        with pytest.raises(UsageError, match="RUL006"):
            typed_limits(wrong)


@pytest.mark.parametrize(
    ("value", "exact"),
    [("30%", Fraction(3, 10)), (0.3, Fraction(3, 10)), (Fraction(1, 3), Fraction(1, 3))],
)
def test_a_limit_keeps_its_exact_share(value: Any, exact: Fraction) -> None:
    share = limit_of(value, "here")
    assert share is not None
    assert share.exact == exact


def test_the_uncapped_point_is_always_there_once() -> None:
    assert [point.label for point in points_of(["30%"], "security")] == ["30%", "none"]
    labels = [point.label for point in points_of([None, "30%", "30%"], "security")]
    assert labels == ["none", "30%"]


def test_a_grid_names_both_limits() -> None:
    points = points_of(["10%", None], "security", [("issuer", ["20%", None])])
    assert [point.label for point in points] == [
        "10% issuer=20%",
        "10% issuer=none",
        "none issuer=20%",
        "none",
    ]
    assert points[0].limits[1].share is not None
    assert points[-1].uncapped


def test_two_limits_of_one_thing_are_refused() -> None:
    # The second would take the place of the first, and the point would say both.
    for per, also in (
        ("security", [("security", ["20%"])]),
        ("security", [("issuer", ["20%"]), ("issuer", ["30%"])]),
    ):
        with pytest.raises(UsageError, match=r"RUL006.*two limits per"):
            points_of(["30%"], per, also)
