"""Figures as a person writes them, in English and Korean: 31.8 %, 1.31tn won, 28 November 2026."""

from __future__ import annotations

import datetime as dt
import math

MINUS = "−"
NONE = "–"
PER_CENT = "\u00a0%"
"""The sign, which does not leave its figure at the end of a line."""
_LARGE_EN = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_CURRENCIES = {"KRW": ("won", "원"), "USD": ("US dollars", "달러"), "EUR": ("euros", "유로")}


def signed(text: str) -> str:
    """A proper minus sign instead of a hyphen."""
    return text.replace("-", MINUS)


def plain(value: float, decimals: int = 2) -> str:
    """A number with thousands separated; a dash where it is not known."""
    return NONE if not math.isfinite(value) else signed(_unsigned_zero(f"{value:,.{decimals}f}"))


def _unsigned_zero(text: str) -> str:
    """What rounds to zero has no sign."""
    return text.lstrip("+-") if not text.strip("+-0.,") else text


def percent(value: float, decimals: int = 2, *, plus: bool = False) -> str:
    """A share as a percentage: 0.3176 is ``31.76 %``; ``plus`` writes the sign of gains too."""
    if not math.isfinite(value):
        return NONE
    text = _unsigned_zero(f"{value * 100:{'+' if plus else ''},.{decimals}f}")
    return f"{signed(text)}{PER_CENT}"


def whole(value: float) -> str:
    """A count with thousands separated."""
    return NONE if not math.isfinite(value) else signed(f"{value:,.0f}")


def money(value: float, currency: str, language: str) -> str:
    """An amount: ``1.31tn won``, ``1조 3,100억 원``."""
    if not math.isfinite(value):
        return NONE
    english, korean = _CURRENCIES.get(currency, (currency, currency))
    sign = MINUS if value < 0 else ""
    size = abs(value)
    if language == "ko":
        return f"{sign}{_korean(size)} {korean}"
    for unit, word in _LARGE_EN:
        if size >= unit * 0.9995:
            return f"{sign}{_three(size / unit)}{word} {english}"
    return f"{sign}{size:,.0f} {english}"


def _three(size: float) -> str:
    """At least three digits, and no more decimals than that takes: 1.31, 13.1, 1,312."""
    for decimals, below in ((2, 9.995), (1, 99.95)):
        if size < below:
            return f"{size:,.{decimals}f}"
    return f"{size:,.0f}"


def _korean(size: float) -> str:
    """Three digits of 조 and 억: 1조 3,100억, 13조 1,000억, 131조."""
    if size >= 9.995e11:
        step = 100 if size < 9.995e12 else 1_000 if size < 9.995e13 else 10_000
        trillions, rest = divmod(round(size / 1e8 / step) * step, 10_000)
        return f"{trillions:,}조 {rest:,}억" if rest else f"{trillions:,}조"
    if size >= 1e8:
        return f"{round(size / 1e8):,}억"
    return f"{round(size / 1e4):,}만" if size >= 1e4 else f"{size:,.0f}"


def date_in_words(day: dt.date, language: str) -> str:
    """28 November 2026 · 2026년 11월 28일."""
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {day:%B} {day.year}"
