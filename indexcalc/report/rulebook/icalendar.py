"""The days of coming reviews as an iCalendar file (RFC 5545), all-day events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from indexcalc.calculation.validate import Upcoming
from indexcalc.methodology.model.methodology import Methodology

_KINDS = (
    ("cutoff", "cut-off", "심사기준일"),
    ("announcement", "announcement", "발표일"),
    ("pricing", "pricing", "가격기준일"),
    ("effective", "effective", "시행일"),
)
_REBALANCE = ("rebalance, ", "가중치 재설정 ")
_OCTETS = 75


def icalendar(rule: Methodology, coming: Sequence[Upcoming], language: str = "en") -> str:
    """Cut-off, announcement, pricing and effective days of each review, and what a rebalance has of them;
    lines end with CR LF.

    The same rule and dates give the same bytes: the time stamp of each event is its own day.
    """
    name = rule.name.get(language, rule.name.get("en", rule.index))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//indexcalc//review calendar//EN"]
    for item in coming:
        days, effective = item.days(rule), item.dates.effective
        alone = "" if item.kind != "rebalance" else _REBALANCE[language == "ko"]
        for kind, english, korean in _KINDS:
            day = days.get(kind)
            if day is None:
                continue
            summary = f"{name}: {alone}{korean if language == 'ko' else english}"
            lines += [
                "BEGIN:VEVENT",
                f"UID:{rule.index}-{effective:%Y%m%d}-{kind}@indexcalc",
                f"DTSTAMP:{day:%Y%m%d}T000000Z",
                f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
                f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}",
                f"SUMMARY:{_escaped(summary)}",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line of at most 75 octets, folded where it is longer, never inside a character."""
    parts: list[str] = [""]
    size = 0
    for sign in line:
        octets = len(sign.encode("utf-8"))
        if size + octets > _OCTETS:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += octets
    return "".join(part + "\r\n" for part in parts)
