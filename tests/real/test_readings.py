"""The readings of the rules say what the shipped rules say now, but for what each changes."""

from __future__ import annotations

import pytest

import indexcalc as ic
from tests.real import readings

CASES = [
    *(("kospi200", reading) for reading in readings.KOSPI200),
    *((f"{board}-{size}", reading)
      for board in ("kospi", "kosdaq") for size in ("large", "mid") for reading in readings.SIZES),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reading"), CASES, ids=[f"{name}-{reading.what}" for name, reading in CASES]
)
def test_a_reading_is_a_rule(name: str, reading: readings.Reading) -> None:
    shipped = (readings.RULES / f"{name}.yaml").read_text(encoding="utf-8")
    text = readings.rule_text(name, reading)
    assert (text != shipped) == bool(reading.replace or reading.lines)
    assert ic.Methodology.from_text(text).index == name
