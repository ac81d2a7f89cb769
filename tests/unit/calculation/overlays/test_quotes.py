"""Rates on the sessions of a series: exact, carried only where asked, and named where absent."""

from __future__ import annotations

import math

import numpy as np
import pytest

from indexcalc.calculation.overlays.quotes import SPOT, Quotes
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import day_number
from tests.unit.calculation.level_table import dates, levels, rule

DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04")


def quotes() -> Quotes:
    market = levels(
        DAYS,
        [1, 1, 1],
        rates={"CD": [0.03, None, 0.04]},
        fx={("KRW", "USD", SPOT): {DAYS[0]: 0.0008}},
    )
    return Quotes(market, np.array([day_number(day) for day in DAYS], dtype=np.int32))


def test_a_rate_is_that_of_its_day_or_carried() -> None:
    asked = quotes()
    assert asked.rate_names() == ["CD"]
    assert [asked.interest("CD", at, "p", carry=True) for at in range(3)] == [0.03, 0.03, 0.04]
    assert asked.missing == {}
    assert asked.notes() == ["CD: on 1 session without a row the last rate before was carried"]


def test_the_inverse_where_only_the_other_direction_is_quoted() -> None:
    """0.0008 dollars for a won: 1,250 won for a dollar."""
    assert quotes().exchange("USD", "KRW", SPOT, 0, "p") == pytest.approx(1250, rel=1e-15)


def test_what_is_not_there_is_reported_once_with_its_days() -> None:
    asked, findings = quotes(), Findings()
    assert math.isnan(asked.interest("CD", 1, "overlay.financing.rate"))
    for at in (2, 1):
        assert math.isnan(asked.exchange("USD", "KRW", SPOT, at, "currency"))
    asked.report(rule("{leverage: 2, reset: daily}", DAYS[0]), findings)
    assert [(item.code, item.where) for item in findings.items] == [
        ("CAL014", "overlay.financing.rate"),
        ("CAL013", "currency"),
    ]
    assert findings.items[1].message.endswith("on 2024-01-03, 2024-01-04")
