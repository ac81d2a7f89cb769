"""Text cells as numbers and dates: what counts as one, and what is marked."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pyarrow as pa
import pytest

from indexcalc.market import arrow
from indexcalc.market.importers import cells


def numbers(*texts: str | None, **marks: str) -> tuple[list[float | None], list[bool]]:
    made, bad = cells.numbers(arrow.from_texts(texts), **marks)
    return made.to_pylist(), bad.tolist()


def test_whole_numbers_beyond_a_float_stay_exact() -> None:
    made, bad = cells.numbers(arrow.from_texts(["1180375801646800", "9,007,199,254,740,993", None]))
    assert str(made.type) == "int64"
    assert made.to_pylist() == [1180375801646800, 9007199254740993, None]
    assert not bad.any()


def test_decimals_signs_and_exponents() -> None:
    assert numbers("+2.5", "-3.24", "5.93E+09", ".5") == (
        [2.5, -3.24, 5_930_000_000.0, 0.5],
        [False] * 4,
    )


@pytest.mark.parametrize(
    "text",
    ["1,23", "0,567", "-0,5", "12,34,567", "1.2.3", "N/A", "1 000", "0x10", "٣", "--1"],
)
def test_no_number(text: str) -> None:
    made, bad = numbers(text)
    assert bad == [True]
    assert made == [None]


def test_marks_of_other_places() -> None:
    assert numbers("1.234.567,5", "12,25", decimal=",", thousands=".") == (
        [1234567.5, 12.25],
        [False, False],
    )
    # With these marks an English figure is no number: it is not read as 1.234.
    assert numbers("1,234.5", decimal=",", thousands=".")[1] == [True]


def test_words_for_no_value() -> None:
    made = cells.stripped(arrow.from_texts([" 12 ", "", "-", "N/A", None]), frozenset({"-", "N/A"}))
    assert made.to_pylist() == ["12", None, None, None, None]


def test_dates_as_people_write_them() -> None:
    texts = ["2023-05-19", "2023/05/19", "2023.5.19", "20230519", "2023-05-19 00:00:00", None]
    made, bad = cells.dates(arrow.from_texts(texts))
    assert made.to_pylist() == [dt.date(2023, 5, 19)] * 5 + [None]
    assert not bad.any()


@pytest.mark.parametrize(
    "text", ["2023-02-30", "19.05.2023", "2023-05/19", "2023519", "2023-05-19 15:30", "today"]
)
def test_no_date(text: str) -> None:
    _, bad = cells.dates(arrow.from_texts([text]))
    assert bad.tolist() == [True]


def test_a_date_format_is_the_only_one_read() -> None:
    made, bad = cells.dates(arrow.from_texts(["19.05.2023", "2023-05-19"]), "%d.%m.%Y")
    assert made.to_pylist() == [dt.date(2023, 5, 19), None]
    assert bad.tolist() == [False, True]


def test_a_time_that_is_not_midnight_is_of_no_day_for_certain() -> None:
    # Midnight of 3 January in Seoul is 15:00 UTC of the 2nd.
    utc = pa.array(
        [dt.datetime(2024, 1, 2, 15), None, dt.datetime(2024, 1, 3)], pa.timestamp("us", "UTC")
    )
    seoul = utc.cast(pa.timestamp("us", "Asia/Seoul"))
    for values, days, timed in (
        (utc, ["2024-01-02", None, "2024-01-03"], [True, False, False]),
        (seoul, ["2024-01-03", None, "2024-01-03"], [False, False, True]),
        (utc.cast(pa.timestamp("ns")), ["2024-01-02", None, "2024-01-03"], [True, False, False]),
        (utc.cast(pa.date32(), safe=False), ["2024-01-02", None, "2024-01-03"], [False] * 3),
    ):
        found, bad = cells.days_of_times(values)
        assert [day and str(day) for day in found.to_pylist()] == days
        assert bad.tolist() == timed


def test_whole_marks_fractions() -> None:
    made, bad = cells.whole(arrow.from_floats([1.0, 2.5, float("nan")], nan_is_null=True))
    assert made.to_pylist() == [1, None, None]
    assert bad.tolist() == [False, True, False]


def test_nothing_here_imports_pandas() -> None:
    code = """
import sys
from indexcalc.market import arrow
from indexcalc.market.importers import cells
texts = cells.stripped(arrow.from_texts([" 1,234", None, "x", "-"]), frozenset({"-"}))
cells.whole(cells.numbers(texts)[0])
cells.dates(texts)
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "-20", "0037"], [1, -20, 37]),
        ([], None),
        (["9223372036854775807"], [9223372036854775807]),
        (["9223372036854775808"], None),
        (["1", "--2"], None),
        (["-"], None),
        (["1", ""], None),
        (["1", None], None),
        (["0x1F"], None),
        (["１"], None),
        (["1.0"], None),
        ([" 1"], None),
        (["+1"], None),
    ],
)
def test_plain_integers(texts: list[str | None], expected: list[int] | None) -> None:
    read = cells.plain_integers(arrow.from_texts(texts))
    assert (None if read is None else read.to_pylist()) == expected


def test_days_as_spreadsheets_number_them() -> None:
    # 46083 is 2026-03-02 and 61 is 1900-03-01, as any spreadsheet shows them.
    texts = arrow.from_texts(["46083", "46083.0", "61", "60", "46083.65", "2026-03-02", None])
    made, bad = cells.dates(texts, cells.EXCEL)
    day = dt.date(2026, 3, 2)
    assert made.to_pylist() == [day, day, dt.date(1900, 3, 1), None, None, None, None]
    assert bad.tolist() == [False, False, False, True, True, True, False]
