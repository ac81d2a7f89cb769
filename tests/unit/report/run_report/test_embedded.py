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


def test_days_are_steps_and_values_are_rounded() -> None:
    days = np.array([100, 101, 104], dtype=np.int32)
    made = series(days, {"level": np.array([1000.126, np.nan, np.inf])}, 2)
    assert made == {"days": [100, 1, 3], "values": {"level": [1000.13, None, None]}}
