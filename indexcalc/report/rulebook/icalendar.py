"""The days of coming reviews as an iCalendar file (RFC 5545), all-day events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from indexcalc.methodology.dates.schedules import ReviewDates
from indexcalc.methodology.model.methodology import Methodology

_KINDS = (
    ("cutoff", "cut-off", "심사기준일"),
    ("announcement", "announcement", "발표일"),
    ("pricing", "pricing", "가격기준일"),
    ("effective", "effective", "시행일"),
)
_OCTETS = 75


def icalendar(rule: Methodology, coming: Sequence[ReviewDates], language: str = "en") -> str:
    """Cut-off, announcement, pricing and effective days of each review; lines end with CR LF.

    The same rule and dates give the same bytes: the time stamp of each event is its own day.
    """
    name = rule.name.get(language, rule.name.get("en", rule.index))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//indexcalc//review calendar//EN"]
    for dates in coming:
        for kind, english, korean in _KINDS:
            day: dt.date | None = getattr(dates, kind)
            if day is None:
                continue
            summary = f"{name}: {korean if language == 'ko' else english}"
            lines += [
                "BEGIN:VEVENT",
                f"UID:{rule.index}-{dates.effective:%Y%m%d}-{kind}@indexcalc",
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
