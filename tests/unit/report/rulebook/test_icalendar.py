"""Review days as iCalendar: the form of RFC 5545."""

from __future__ import annotations

import datetime as dt
import re

from indexcalc.calculation.validate import Upcoming
from indexcalc.methodology.dates.schedules import ReviewDates
from indexcalc.methodology.load.family import load_family
from indexcalc.report.rulebook.icalendar import icalendar


def test_events_lines_and_folding() -> None:
    rule = load_family(["kospi200"])["kospi200"]
    day = dt.date(2026, 12, 11)
    dates = ReviewDates(
        effective=day,
        cutoff=dt.date(2026, 10, 30),
        announcement=None,
        pricing=dt.date(2026, 12, 10),
        month=(2026, 12),
    )
    text = icalendar(rule, [Upcoming(dates, "review")], "ko")
    assert text.count("BEGIN:VEVENT") == 3  # no announcement: no event for it
    assert "DTSTART;VALUE=DATE:20261211\r\nDTEND;VALUE=DATE:20261212\r\n" in text
    assert "SUMMARY:코스피 200: 시행일\r\n" in text
    assert all(len(line.encode("utf-8")) <= 75 for line in text.split("\r\n"))
    assert text.endswith("END:VCALENDAR\r\n")
    long = rule.varied({"name.ko": "가" * 60})
    folded = icalendar(long, [Upcoming(dates, "review")], "ko")
    assert all(len(line.encode("utf-8")) <= 75 for line in folded.split("\r\n"))
    assert "가" * 60 in folded.replace("\r\n ", "")


def test_a_rebalance_alone_is_called_one_and_has_no_cut_off() -> None:
    rule = load_family(["euro-stoxx-50"])["euro-stoxx-50"]
    day = dt.date(2026, 12, 21)
    dates = ReviewDates(
        effective=day,
        cutoff=dt.date(2026, 12, 18),
        announcement=None,
        pricing=dt.date(2026, 12, 11),
        month=(2026, 12),
    )
    text = icalendar(rule, [Upcoming(dates, "rebalance")])
    assert re.findall("SUMMARY:(.*)\r\n", text) == [
        "EURO STOXX 50: rebalance\\, pricing",
        "EURO STOXX 50: rebalance\\, effective",
    ]
