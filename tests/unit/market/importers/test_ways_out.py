"""What is said of cells that cannot be read: the words of a map that read them."""

from __future__ import annotations

import pytest

from indexcalc.market.importers.ways_out import date_way_out, number_way_out


@pytest.mark.parametrize(
    ("text", "decimal", "said"),
    [
        ("NaN", ".", 'nulls: ["NaN"]'),
        ("#N/A", ".", 'nulls: ["#N/A"]'),
        ("0,567", ".", 'decimal: ","'),
        ("1.234,56", ".", 'decimal: ","'),
        ("12.5", ",", 'decimal: "."'),
        ("1 234", ".", 'thousands: " "'),
        ("1'234.5", ".", 'thousands: "\'"'),
        ("₩30,469", ".", 'close: {column: Price, strip: "₩"}'),
        ("$ 12", ".", 'close: {column: Price, strip: "$"}'),
        ("45%", ".", "percent: true"),
        ("합계", ".", "except: {Price: 합계}"),
        ("12abc", ".", ""),
        ("(12)", ".", ""),
    ],
)
def test_numbers(text: str, decimal: str, said: str) -> None:
    hint = number_way_out(text, target="close", header="Price", decimal=decimal)
    assert said in hint
    assert bool(hint) == bool(said)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["46083"], "date_format: excel"),
        (["46083"], "2026-03-02"),
        (["15.03.2026"], 'date_format: "%d.%m.%Y"` in a map reads it'),
        (["03/15/2026"], 'date_format: "%m/%d/%Y"` in a map reads it'),
        (["03/04/2026", "15/03/2026"], 'date_format: "%d/%m/%Y"` in a map reads it'),
        (["03/04/2026"], 'date_format: "%m/%d/%Y"` or `date_format: "%d/%m/%Y"'),
        (["2026년 3월 2일"], '"%Y년 %m월 %d일"'),
        (["2026-03-03 15:30:00"], "give days alone"),
        (["NaN"], 'except: {Day: "NaN"}'),
        (["합계"], "except: {Day: 합계}"),
        (["2026-13-45"], "another form"),
    ],
)
def test_dates(texts: list[str], said: str) -> None:
    assert said in date_way_out(texts, "Day")


def test_a_serial_day_under_its_own_format_has_another_fault() -> None:
    assert "excel" not in date_way_out(["46083.5"], "Day", "excel")
