"""What a page carries for its script: the same bits every time, days as steps, unknown values as null."""

from __future__ import annotations

import base64
import gzip

import numpy as np

from indexcalc.report.run_report.embedded import encoded, series


def test_a_value_is_compact_json_and_its_bits_do_not_change() -> None:
    text = encoded({"name": "삼성전자", "at": [1, None]})
    raw = gzip.decompress(base64.b64decode(text))
    assert raw.decode("utf-8") == '{"name":"삼성전자","at":[1,null]}'
    assert base64.b64decode(text)[4:8] == b"\0\0\0\0"  # the time in the head of a gzip file


def test_days_and_values_are_steps_in_units_of_the_last_decimal() -> None:
    days = np.array([100, 101, 104, 105], dtype=np.int32)
    made = series(days, {"level": np.array([1000.126, np.nan, 2000.0, 1999.5])})
    assert made == {
        "days": [100, 1, 3, 1],
        # 1000.13, unknown, 2000.00, 1999.50
        "values": {"level": [100013, None, 99987, -50]},
        "decimals": {"level": 2},
    }


def test_a_small_range_has_more_decimals_and_one_value_has_two() -> None:
    days = np.array([100, 101], dtype=np.int32)
    made = series(days, {"a": np.array([1.0, 1.05]), "b": np.array([7.0, 7.0])})
    # A ten-thousandth of 0.05 is 0.000005.
    assert made["decimals"] == {"a": 6, "b": 2}
    assert made["values"] == {"a": [1000000, 50000], "b": [700, 0]}
    none = series(days, {"a": np.array([np.nan, np.inf])})
    assert none["values"] == {"a": [None, None]}


def test_noise_of_the_last_bit_and_huge_levels_keep_fourteen_digits() -> None:
    days = np.array([100, 101], dtype=np.int32)
    made = series(
        days, {"flat": np.array([100.0, 100.0 + 1.5e-14]), "huge": np.array([1e26, 3e26])}
    )
    assert made["decimals"] == {"flat": 12, "huge": -13}
    assert made["values"] == {"flat": [10**14, 0], "huge": [10**13, 2 * 10**13]}
