"""Figures as a person writes them, in English and Korean: 31.8 %, 1.31tn won, 28 November 2026."""

from __future__ import annotations

import datetime as dt
import math

MINUS = "−"
NONE = "–"
_LARGE_EN = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_CURRENCIES = {"KRW": ("won", "원"), "USD": ("US dollars", "달러"), "EUR": ("euros", "유로")}


def signed(text: str) -> str:
    """A proper minus sign instead of a hyphen."""
    return text.replace("-", MINUS)


def plain(value: float, decimals: int = 2) -> str:
    """A number with thousands separated; a dash where it is not known."""
    return NONE if not math.isfinite(value) else signed(f"{value:,.{decimals}f}")


def percent(value: float, decimals: int = 2, *, plus: bool = False) -> str:
    """A share as a percentage: 0.3176 is ``31.76 %``; ``plus`` writes the sign of gains too."""
    if not math.isfinite(value):
        return NONE
    text = f"{value * 100:{'+' if plus else ''},.{decimals}f}"
    return f"{signed(text)} %"


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
        if size >= unit:
            return f"{sign}{size / unit:,.2f}{word} {english}"
    return f"{sign}{size:,.0f} {english}"


def _korean(size: float) -> str:
    trillions, rest = divmod(round(size / 1e8), 10_000)
    if trillions:
        return f"{trillions:,}조 {rest:,}억" if rest and trillions < 1_000 else f"{trillions:,}조"
    if rest:
        return f"{rest:,}억"
    tens = round(size / 1e4)
    return f"{tens:,}만" if tens else f"{size:,.0f}"


def date_in_words(day: dt.date, language: str) -> str:
    """28 November 2026 · 2026년 11월 28일."""
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{day.day} {day:%B} {day.year}"
