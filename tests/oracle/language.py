"""How plain Python values stand for the rule language, and their text as YAML.

A rule is a dict.  A mapping whose keys are all dates is a dated value; ``{"existing": .., "new": ..}``
is a value by status; shares, counts and durations are text as a rule writes them.
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from math import ceil, floor
from typing import Any

Rule = dict[str, Any]


class Unsaid(Exception):
    """The rule language does not say what happens here: no answer is right or wrong."""


class Refused(Exception):
    """The review needs a dated value that is unknown on its day."""


class Symbol(str):
    """A symbol: written in quotes."""

    __slots__ = ()


def is_dated(value: Any) -> bool:
    """Is it a mapping with only dates as keys?"""
    return isinstance(value, dict) and bool(value) and all(isinstance(k, dt.date) for k in value)


def is_by_status(value: Any) -> bool:
    """Is it ``{existing: X, new: Y}``?"""
    return isinstance(value, dict) and set(value) == {"existing", "new"}


def at(value: Any, effective: dt.date) -> Any:
    """A value that may be dated, on an effective date.  Refused: it is unknown then."""
    if is_dated(value):
        begun = [day for day in value if day <= effective]
        value = value[max(begun)] if begun else "unknown"
    if value == "unknown":
        raise Refused
    return value


def share(text: Any) -> Fraction:
    """``30%``, ``0.30`` or ``1/3``."""
    said = str(text)
    return Fraction(said[:-1]) / 100 if said.endswith("%") else Fraction(said)


def rounded(value: Fraction, how: str) -> int:
    """A share of a count as a whole number."""
    if how == "floor":
        return floor(value)
    return ceil(value) if how == "ceil" else floor(value + Fraction(1, 2))


def percent_of(text: Any) -> tuple[Fraction, str] | None:
    """``110% of existing`` as (11/10, existing); None for anything else."""
    match = re.fullmatch(r"([\d.]+)% of (existing|remaining|eligible|selected|count)", str(text))
    return (Fraction(match[1]) / 100, match[2]) if match else None


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later (earlier), or the last of that month."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError


def window(over: str, end: dt.date, sessions: tuple[dt.date, ...]) -> list[dt.date]:
    """The sessions of a window that ends on a day (with it)."""
    match = re.fullmatch(r"(\d+) (sessions?|days?|calendar months?|months?|years?)", over)
    assert match, over
    n, unit = int(match[1]), match[2].rstrip("s")
    past = [day for day in sessions if day <= end]
    if unit == "session":
        return past[-n:]
    if unit == "calendar month":
        first = add_months(end.replace(day=1), 1 - n)
        return [day for day in past if day >= first]
    if unit == "day":
        start = end - dt.timedelta(days=n)
    else:
        start = add_months(end, -n * (12 if unit == "year" else 1))
    return [day for day in past if day > start]


def listed_long_enough(
    listing: dt.date, cutoff: dt.date, least: str, sessions: tuple[dt.date, ...]
) -> bool:
    """``listed_for: {min: least}``: from the listing to the cut-off, both days in."""
    n, unit = int(least.split()[0]), least.split(maxsplit=1)[1].rstrip("s")
    if listing > cutoff:
        return False
    if unit == "session":
        return len([day for day in sessions if listing <= day <= cutoff]) >= n
    if unit == "day":
        return (cutoff - listing).days + 1 >= n
    if unit == "calendar month":
        # "a minimum in calendar months passes a name listed by the first session of that window"
        return listing <= window(least, cutoff, sessions)[0]
    # "`6 months` run back from the day"
    first_day = add_months(cutoff, -n * (12 if unit == "year" else 1)) + dt.timedelta(days=1)
    return listing <= first_day


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def day_of(
    phrase: str, year: int, month: int, sessions: tuple[dt.date, ...], **known: dt.date
) -> dt.date:
    """The day a date phrase names in a schedule's month; ``known``: effective, cutoff ..."""
    if match := re.fullmatch(r"(\d+) sessions? (before|after) (.+)", phrase):
        anchor = day_of(match[3], year, month, sessions, **known)
        n = int(match[1])
        if match[2] == "after":
            return [day for day in sessions if day > anchor][n - 1]
        return [day for day in sessions if day < anchor][-n]
    if match := re.fullmatch(r"session after (.+)", phrase):
        anchor = day_of(match[1], year, month, sessions, **known)
        return next(day for day in sessions if day > anchor)
    if phrase in known:
        return known[phrase]
    if match := re.fullmatch(r"(first|last) session (?:of month|(\d+) months? before)", phrase):
        first = add_months(dt.date(year, month, 1), -int(match[2] or 0))
        inside = [d for d in sessions if (d.year, d.month) == (first.year, first.month)]
        return inside[0] if match[1] == "first" else inside[-1]
    match = re.fullmatch(r"(\d)(?:st|nd|rd|th) (\w+)", phrase)
    assert match, phrase
    named = [
        day
        for day in (dt.date(year, month, 1) + dt.timedelta(days=i) for i in range(31))
        if day.month == month and day.weekday() == WEEKDAYS.index(match[2])
    ][int(match[1]) - 1]
    return max(day for day in sessions if day <= named)


def to_yaml(value: Any) -> str:
    """A rule as YAML: block style at the top, flow style below (both are read)."""
    lines = []
    for key, below in value.items():
        if key == "selection" and isinstance(below, dict) and isinstance(below.get("steps"), list):
            lines.append("selection:")
            lines += [f"  {k}: {_flow(v)}" for k, v in below.items() if k != "steps"]
            lines.append("  steps:" if below["steps"] else "  steps: []")
            lines += [f"    - {_flow(step)}" for step in below["steps"]]
        else:
            lines.append(f"{_flow(key)}: {_flow(below)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, Symbol):
        return f'"{value}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
