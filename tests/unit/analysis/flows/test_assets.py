"""How much money follows an index, as said and as the market has it."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.analysis.flows.assets import TrackedAssets, read_assets, too_small
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation.small import day, line, market

ROWS = [
    {"index": "a", "date": day(2), "assets": 30.0, "currency": "USD", "source": "a sheet"},
    {"index": "a", "date": day(0), "assets": 10.0, "currency": "KRW", "certainty": "about"},
    {"index": "b", "date": day(1), "assets": 7.0},
]
OVER = market(
    line("A", [1] * 5),
    tracked_assets=ROWS,
    fx=[{"date": day(3), "from_currency": "USD", "to_currency": "KRW", "rate": 1000.0}],
)


def on(at: int) -> int:
    return day_number(day(at))


def test_amounts_for_every_index_and_for_one() -> None:
    assert read_assets(["50tn", "a=1bn, b = 2m"]) == {"": 50e12, "a": 1e9, "b": 2e6}
    assert read_assets([]) == {}
    assert read_assets(["", "5,"]) == {"": 5.0}


def test_assets_without_their_unit_are_told() -> None:
    found = too_small({"": 50.0, "a": 1e9, "b": 99_999.0}, "KRW")
    assert [(item.code, item.severity, item.message) for item in found] == [
        ("ANA010", "warning", "50 KRW follow every index"),
        ("ANA010", "warning", "99,999 KRW follow b"),
    ]
    assert "50tn a trillion times" in found[0].hint


@pytest.mark.parametrize("texts", [["=5tn"], [" =5tn"], ["a="], ["lots"]])
def test_what_names_no_index_or_no_amount_is_refused(texts: list[str]) -> None:
    with pytest.raises(ic.UsageError, match="ANA001"):
        read_assets(texts)


@pytest.mark.parametrize("texts", [["1,500"], ["5tn", "6tn"], ["a=1,a=2"]])
def test_two_amounts_for_one_index_are_refused(texts: list[str]) -> None:
    """1,500 is two amounts, of which the last would have stood."""
    with pytest.raises(ic.UsageError, match=r"ANA001.*said twice"):
        read_assets(texts)


def test_what_is_said_stands_before_the_table() -> None:
    said = TrackedAssets(OVER, {"": 5.0, "b": 6.0})
    assert said.on("a", "KRW", on(4)).amount == 5.0
    assert said.on("b", "KRW", on(4)).amount == 6.0
    assert said.on("b", "KRW", on(4)).source == "as given"
    assert said.stated("anything")
    assert not TrackedAssets(OVER, {"b": 6.0}).stated("a")


def test_the_newest_row_up_to_the_day_with_its_source() -> None:
    table = TrackedAssets(OVER, {})
    first = table.on("a", "KRW", on(1))
    assert (first.amount, first.certainty) == (10.0, "about")
    assert first.source == "table tracked_assets, 2024-01-02"
    # 30 dollars of 1000 won, at the rate of the day asked for.
    second = table.on("a", "KRW", on(3))
    assert (second.amount, second.source) == (30_000.0, "a sheet, 2024-01-04")
    assert table.on("a", "USD", on(2)).amount == 30.0
    assert table.on("b", "EUR", on(1)).amount == 7.0  # a row without a currency is of the index
    assert table.first_row("a") == on(0)
    assert table.first_row("c") is None


def test_what_is_not_known_is_refused() -> None:
    table = TrackedAssets(OVER, {})
    with pytest.raises(ic.UsageError, match=r"ANA002.*2024-01-02 is not known"):
        table.on("b", "KRW", on(0))
    with pytest.raises(ic.DataError, match=r"CAL013.*from USD to KRW on 2024-01-06"):
        table.on("a", "KRW", on(4))
    with pytest.raises(ic.UsageError, match="ANA002"):
        TrackedAssets(market(line("A", [1])), {}).on("a", "KRW", on(0))
