"""Amounts as people write them: ``50tn`` read, ``1.31tn`` written."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from indexcalc.diagnostics import UsageError

_SUFFIXES = {"": 0, "k": 3, "m": 6, "mn": 6, "bn": 9, "b": 9, "tn": 12, "t": 12}
_KOREAN = {"만": 4, "억": 8, "조": 12}
_SHOWN = ((12, "tn"), (9, "bn"), (6, "m"), (3, "k"))
_AMOUNT = re.compile(r"\s*([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([a-zA-Z만억조]*)원?\s*")


def read_amount(text: str, where: str = "--aum") -> float:
    """``50tn``, ``1.5bn``, ``300m``, ``20k``, ``50조``, ``3000억`` or a plain number.  UsageError (ANA001):
    it is none."""
    match = _AMOUNT.fullmatch(text)
    powers = {**_SUFFIXES, **_KOREAN}
    if match is None or match[2].lower() not in powers:
        raise UsageError.of(
            "ANA001",
            f"`{text}` is not an amount",
            where=where,
            hint="write a number with k, m, bn or tn, such as 50tn, or with 만, 억 or 조",
        )
    number = Decimal(match[1].replace("_", "").replace(",", ""))
    value = float(number.scaleb(powers[match[2].lower()]))
    if not value > 0 or not math.isfinite(value):
        raise UsageError.of("ANA001", f"`{text}` is not above zero", where=where)
    return value


def amount(value: float | None) -> str:
    """Three significant digits with k, m, bn or tn: ``1.31tn``, ``-42.0bn``; ``-`` where unknown."""
    if value is None or math.isnan(value):
        return "-"
    size = abs(value)
    for power, suffix in _SHOWN:
        # What would be written as 1000m is 1.00bn.
        if size >= 0.9995 * 10**power:
            return f"{_three(value / 10**power)}{suffix}"
    return _three(value)


def figure(value: float, digits: int = 6) -> str:
    """A measured value to so many significant digits, with a suffix where its whole part has more:
    ``35``, ``0.820968``, ``1.30812tn``."""
    rounded = float(f"{value:.{digits}g}")
    for power, suffix in _SHOWN if abs(rounded) >= 10.0**digits else ():
        if abs(rounded) >= 10.0**power:
            return f"{rounded / 10.0**power:.{digits}g}{suffix}"
    return f"{value:.{digits}g}"


def _three(value: float) -> str:
    size = abs(value)
    decimals = 0 if size >= 99.95 else 1 if size >= 9.995 else 2
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0.0 else text


def read_share(text: str, where: str) -> float:
    """``10%`` or ``0.1``: a share above 0 and at most 1.  UsageError (ANA001): it is none."""
    digits = text.strip()
    try:
        value = float(Decimal(digits.removesuffix("%"))) / (100.0 if digits.endswith("%") else 1.0)
    except (InvalidOperation, ValueError):  # a signalling NaN is no float
        value = float("nan")
    if not 0 < value <= 1:
        raise UsageError.of("ANA001", f"`{text}` is not a share", where=where, hint="such as 10%")
    return value
