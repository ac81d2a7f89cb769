"""A renamed line has its old name on its old days; a line without a name has none."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation.small import day, line, market


def told(names: NamesOfDay, codes: list[int], sessions: list[int]) -> list[str | None]:
    days = [day_number(day(number)) for number in sessions]
    found, values = names.on(np.array(codes, dtype=np.int32), np.array(days, dtype=np.int32))
    return [values[code] if code >= 0 else None for code in found.tolist()]


def test_the_name_of_the_day() -> None:
    """A is Old from session 0 and New from session 2; B is named from session 2 on only."""
    over = market(
        line("A", [1, 1, 1]),
        line("B", [1, 1, 1]),
        line("C", [1, 1, 1]),
        securities=[
            {"symbol": "A", "valid_from": day(0), "name": "Old"},
            {"symbol": "A", "valid_from": day(2), "name": "New"},
            {"symbol": "B", "valid_from": day(2), "name": "Bee"},
        ],
    )
    names = NamesOfDay(over)
    assert told(names, [0, 0, 0], [0, 1, 2]) == ["Old", "Old", "New"]
    # Before its first name a line has the last one known, and C never has any.
    assert told(names, [1, 2, 1], [0, 0, 2]) == ["Bee", None, "Bee"]


def test_a_market_without_names() -> None:
    names = NamesOfDay(market(line("A", [1])))
    assert told(names, [0], [0]) == [None]


def test_english_names_of_the_day() -> None:
    """A has an English name from session 2 on, B at once, C none, D before its first row."""
    over = market(
        *(line(symbol, [1, 1, 1]) for symbol in "ABCD"),
        securities=[
            {"symbol": "A", "valid_from": day(0), "name": "가", "name_en": None},
            {"symbol": "A", "valid_from": day(2), "name": "나", "name_en": "Na"},
            {"symbol": "B", "valid_from": day(0), "name": "다", "name_en": "Da"},
            {"symbol": "C", "valid_from": day(0), "name": "라", "name_en": None},
            {"symbol": "D", "valid_from": day(1), "name": "마", "name_en": "Ma"},
        ],
    )
    english, korean = (NamesOfDay(over, language) for language in ("en", "ko"))
    first, last = (day_number(day(number)) for number in (0, 2))
    assert english.all_on(first) == ["가", "Da", "라", "Ma"]
    assert english.all_on(last) == ["Na", "Da", "라", "Ma"]
    assert korean.all_on(first) == ["가", "다", "라", "마"]
    assert korean.all_on(last) == ["나", "다", "라", "마"]
    assert (english.of("A", day(1)), korean.of("A", day(2))) == ("가", "나")


def test_a_market_with_english_names_alone() -> None:
    over = market(line("A", [1]), securities=[{"symbol": "A", "name_en": "Alpha"}])
    assert NamesOfDay(over, "en").all_on(0) == ["Alpha"]
    assert NamesOfDay(over).all_on(0) == [None]
