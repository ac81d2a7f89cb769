"""Universe, groups and measures as a rule writes them."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.universe_and_measures import STATISTICS
from tests.unit.methodology.small_rule import HEAD, found_in, rule


@pytest.mark.parametrize("statistic", [name for name in STATISTICS if name != "ratio"])
def test_a_measure_is_one_statistic_of_a_column(statistic: str) -> None:
    measure = rule(f"measures: {{m: {{{statistic}: close, over: 3 months}}}}\n").measures["m"].value
    assert measure.statistic == statistic  # type: ignore[union-attr]
    assert measure.columns == ("close",)  # type: ignore[union-attr]


def test_a_ratio_is_of_two_columns() -> None:
    measure = rule("measures: {m: {ratio: [traded_value, market_cap], over: 3 months}}\n")
    assert measure.measures["m"].value.columns == ("traded_value", "market_cap")  # type: ignore[union-attr]


def test_the_last_value_is_of_one_session() -> None:
    measure = rule("measures: {m: {last: close}}\n").measures["m"].value
    assert str(measure.over.value) == "1 session"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("measures: {m: {mean: close}}\n", ["RUL002"]),
        ("measures: {m: {mean: close, last: close, over: 3 months}}\n", ["RUL012"]),
        ("measures: {m: {ratio: [close], over: 3 months}}\n", ["RUL011"]),
        ("measures: {m: {mean: close, over: 0 months}}\n", ["RUL011"]),
        ("measures: {m: {mean: close, over: 3 months, since: birth}}\n", ["RUL004"]),
        ("measures: {m: {mean: 2 closes, over: 3 months}}\n", ["RUL010"]),
        ("groups: {g: {column: sector, merge: {a: [x], b: [x]}}}\n", ["RUL018"]),
        ("groups: {g: {merge: {a: [x]}}}\n", ["RUL002"]),
    ],
)
def test_what_cannot_be_said(text: str, codes: list[str]) -> None:
    assert [found[0] for found in found_in(HEAD + text)] == codes


def test_old_labels_with_the_one_they_are_merged_under() -> None:
    read = rule("groups: {g: {column: sector, merge: {money: [banks, insurers]}}}\n")
    assert read.groups["g"].value.merged == {"banks": "money", "insurers": "money"}  # type: ignore[union-attr]


def test_a_universe_of_others_without_some() -> None:
    head = HEAD.replace("{where: {market: KOSPI}}", "{of: [a, b], except: c}")
    universe = rule("", head).universe
    assert universe is not None
    assert universe.of is not None
    assert universe.except_ is not None
    assert (universe.of.value, universe.except_.value) == (("a", "b"), ("c",))
