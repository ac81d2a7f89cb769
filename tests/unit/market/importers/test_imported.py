"""The day of a file: the option, the one date in its name, or none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.imported import Imported, Options, date_in_name, date_of_file


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("data_20230519.csv", dt.date(2023, 5, 19)),
        ("2023-05-19.csv", dt.date(2023, 5, 19)),
        ("20230519_20230519.csv", dt.date(2023, 5, 19)),  # twice the same
        ("20230519_20230522.csv", None),  # two that differ
        ("1001_2026.csv", None),  # the code of an index and a year
        ("20231399.csv", None),  # no such day
        ("120230519.csv", None),  # part of a longer number
    ],
)
def test_the_one_date_in_a_name(name: str, date: dt.date | None) -> None:
    assert date_in_name(Path(name)) == date


def test_the_option_comes_first_and_the_name_is_noted_as_assumed() -> None:
    result = Imported("20230519.csv", "x")
    given = Options(date=dt.date(2024, 1, 2))
    assert date_of_file(Path("20230519.csv"), given, result) == dt.date(2024, 1, 2)
    assert result.notes == []
    assert date_of_file(Path("20230519.csv"), Options(), result) == dt.date(2023, 5, 19)
    assert [note.kind for note in result.notes] == ["assumed"]


def test_without_a_day_the_file_is_refused() -> None:
    with pytest.raises(ImportRefused) as raised:
        date_of_file(Path("data.csv"), Options(), Imported("data.csv", "x"))
    assert [item.code for item in raised.value.diagnostics] == ["IMP006"]
