"""What a cell of a market may hold: where the line between a text and a confusing text runs."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.diagnostics import Findings
from indexcalc.market.cell_checks import (
    check_dates,
    check_texts,
    dates_of_times,
    first_rows,
    row_text,
    wrong_text,
)
from indexcalc.market.tables import TABLES


@pytest.mark.parametrize(
    ("text", "of_a_key", "of_a_name"),
    [
        ("BRK B", "", ""),
        ("삼성전자", "", ""),
        ("A\n", "the character '\\n'", "the character '\\n'"),
        ("A\u2028B", "the character LINE SEPARATOR", "the character LINE SEPARATOR"),
        ("A\u200dB", "the character ZERO WIDTH JOINER", ""),
        ("A\u200bB", "the character ZERO WIDTH SPACE", "the character ZERO WIDTH SPACE"),
        ("A\u00a0B", "the blank NO-BREAK SPACE", ""),
        (" A", "a blank at an end", ""),
        ("A ", "a blank at an end", ""),
        ("a" * 200, "", ""),
        ("a" * 201, "more than 200 bytes", ""),
        ("가" * 66, "", ""),  # three bytes each: 198
        ("가" * 67, "more than 200 bytes", ""),  # 201
    ],
)
def test_a_name_may_hold_what_a_key_may_not(text: str, of_a_key: str, of_a_name: str) -> None:
    assert wrong_text(text, False) == of_a_key
    assert wrong_text(text, True) == of_a_name


def test_rows_are_named_by_their_key() -> None:
    lines = pa.table(
        {
            "symbol": [f"S{number}" for number in range(7)],
            "valid_from": pa.array([None, *[dt.date(2024, 1, 2)] * 6], pa.date32()),
        }
    )
    spec = TABLES["securities"]
    assert row_text(spec, lines, 0) == "S0 always"
    assert row_text(spec, lines, 1) == "S1 2024-01-02"
    five = np.array([True, True, True, True, True, False, False])
    assert first_rows(spec, lines, five).endswith("S4 2024-01-02")
    assert first_rows(spec, lines, np.ones(7, dtype=np.bool_)).endswith("S4 2024-01-02 and 2 more")
    assert first_rows(spec, lines, np.zeros(7, dtype=np.bool_)) == ""


def test_a_day_beyond_the_years_of_python_is_shown_as_its_number() -> None:
    rows = pa.table({"date": pa.array([3_000_000], pa.int32()).cast(pa.date32()), "symbol": ["A"]})
    assert row_text(TABLES["daily"], rows, 0) == "3000000 A"


def found_in_texts(table: str, **columns: pa.Array) -> list[tuple[str, str, str]]:
    findings = Findings()
    check_texts(TABLES[table], pa.table(columns), findings, "here")
    return [(item.code, item.where, item.message) for item in findings.items]


def test_texts_are_counted_and_the_first_is_shown() -> None:
    symbols = pa.array(["A", "B ", "A", "B ", "C\t"])
    (found,) = found_in_texts("daily", symbol=symbols)
    assert found == (
        "DAT016",
        "symbol",
        "3 rows have a text in symbol that holds a blank at an end; the first is 'B '",
    )
    assert found_in_texts("daily", symbol=symbols.dictionary_encode()) == [found]


def test_a_symbol_is_not_empty_and_another_text_may_be() -> None:
    (found,) = found_in_texts("securities", symbol=pa.array([""]), issuer=pa.array([""]))
    assert found[1] == "symbol"
    assert "no character" in found[2]


def test_a_value_of_a_dictionary_that_no_row_has_is_not_told() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int32()), pa.array(["A", "B "]))
    assert found_in_texts("daily", symbol=column) == []


@pytest.mark.parametrize(
    ("column", "day", "codes"),
    [
        ("listing_date", dt.date(1599, 12, 31), ["DAT006"]),
        ("listing_date", dt.date(1600, 1, 1), []),
        ("listing_date", dt.date(2999, 12, 31), []),
        ("listing_date", dt.date(3000, 1, 1), ["DAT006"]),
        ("delisting_date", dt.date(9999, 12, 31), []),
        ("listing_date", None, []),
    ],
)
def test_the_years_a_day_may_lie_in(column: str, day: dt.date | None, codes: list[str]) -> None:
    findings = Findings()
    rows = pa.table({"symbol": ["A"], column: pa.array([day], pa.date32())})
    check_dates(rows, findings, "here")
    assert [item.code for item in findings.items] == codes


def days_of(column: str, times: list[dt.datetime], zone: str | None) -> tuple[object, Findings]:
    findings = Findings()
    spec = TABLES["memberships" if column == "effective_date" else "float_factors"]
    array = pa.array(times, pa.timestamp("us", zone))
    made = dates_of_times(spec, spec.by_name[column], array, findings, "here")
    return None if made is None else made.to_pylist(), findings


def test_a_timestamp_is_of_its_local_day() -> None:
    # 15:00 UTC on the 2nd is midnight of the 3rd in Seoul, nine hours ahead.
    stamp = [dt.datetime(2024, 1, 2, 15)]
    assert days_of("effective_date", stamp, "Asia/Seoul")[0] == [dt.date(2024, 1, 3)]
    made, findings = days_of("effective_date", stamp, "UTC")
    assert made is None
    (found,) = findings.items
    assert found.code == "DAT003"
    assert found.message.startswith(
        "a time of day in 1 value of memberships.effective_date; the first is "
    )


def test_when_something_became_known_may_have_a_time_of_day() -> None:
    made, findings = days_of("known_at", [dt.datetime(2024, 1, 2, 15)], None)
    assert made == [dt.date(2024, 1, 2)]
    assert findings.items == []


def test_a_zone_that_does_not_exist_is_told() -> None:
    made, findings = days_of("effective_date", [dt.datetime(2024, 1, 2)], "Asia/Atlantis")
    assert made is None
    assert [item.code for item in findings.items] == ["DAT003"]
