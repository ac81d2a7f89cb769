"""Figures as a person writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.report.run_report.numbers import date_in_words, money, percent, plain


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (1.308e12, "1.31tn won", "1조 3,100억 원"),
        (869_552_900_000_000.0, "870tn won", "870조 원"),
        (13_149_000_000_000.0, "13.1tn won", "13조 1,000억 원"),
        (999_990_000_000.0, "1.00tn won", "1조 원"),
        (2.5e9, "2.50bn won", "25억 원"),
        (-4.2e6, "−4.20m won", "−420만 원"),
        (950.0, "950 won", "950 원"),
        (float("nan"), "–", "–"),
    ],
)
def test_amounts(value: float, english: str, korean: str) -> None:
    assert money(value, "KRW", "en") == english
    assert money(value, "KRW", "ko") == korean


def test_shares_numbers_and_dates() -> None:
    assert percent(0.3176) == "31.76\u00a0%"
    assert percent(-0.05, 1) == "−5.0\u00a0%"
    assert percent(0.05, 1, plus=True) == "+5.0\u00a0%"
    assert percent(float("nan")) == "–"
    assert plain(2302.0, 0) == "2,302"
    assert date_in_words(dt.date(2026, 11, 28), "en") == "28 November 2026"
    assert date_in_words(dt.date(2026, 11, 28), "ko") == "2026년 11월 28일"
