"""Date phrases against sessions: weekdays less the holidays named here."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.methodology.dates.schedules import (
    monthly_dates,
    rebalance_dates,
    resolve_after,
    resolve_in_review,
    review_dates,
    unknown_spans,
    window,
)
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.date_phrases import parse_phrase
from indexcalc.methodology.values.values import as_duration
from tests.unit.methodology.small_rule import HEAD, found, rule

D = dt.date
# Exchange holidays on weekdays that the expected days depend on (KRX notices).
HOLIDAYS = {
    D(2002, 6, 13),  # local elections: a second Thursday
    D(2022, 5, 5),
    D(2022, 6, 1),
    D(2022, 6, 6),
    D(2022, 9, 9),
    D(2022, 9, 12),
    D(2023, 5, 1),
    D(2023, 6, 6),
    D(2023, 9, 28),
    D(2023, 9, 29),
}


def weekdays(first: dt.date, last: dt.date) -> Sessions:
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    kept = [day_number(day) for day in days if day.weekday() < 5 and day not in HOLIDAYS]
    return Sessions("test", "1", np.array(kept, dtype=np.int32))


SESSIONS = weekdays(D(1994, 1, 1), D(2027, 12, 31))
EXPIRY = "dates: {expiry: {months: [3, 6, 9, 12], on: 2nd thursday}}\n"


def scheduled(review: str, more: str = "") -> Methodology:
    lines = [line for line in HEAD.splitlines() if not line.startswith("review")]
    return Methodology.from_text("\n".join(lines) + f"\nreview: {review}\n" + more)


def effective(methodology: Methodology, start: dt.date, end: dt.date) -> list[str]:
    return [str(dates.effective) for dates in review_dates(methodology, SESSIONS, start, end)]


def test_the_session_after_expiry() -> None:
    size = scheduled(
        "{months: [3, 6, 9, 12], effective: session after expiry, "
        "cutoff: last session 2 months before}",
        EXPIRY,
    )
    # 2022-09-08 was the second Thursday; 09-09 and 09-12 were holidays (krx-methodology 11.1).
    assert effective(size, D(2022, 6, 1), D(2023, 6, 30)) == [
        "2022-06-10",
        "2022-09-13",
        "2022-12-09",
        "2023-03-10",
        "2023-06-09",
    ]
    # The expiry of 2002-06 fell a day early, on the election's eve; the change did not.
    assert effective(size, D(2002, 6, 1), D(2002, 6, 30)) == ["2002-06-14"]
    june = review_dates(size, SESSIONS, D(2022, 6, 1), D(2022, 6, 30))[0]
    assert (june.cutoff, june.pricing, june.announcement) == (D(2022, 4, 29), D(2022, 6, 9), None)
    assert june.month == (2022, 6)


def test_golden_p38_second_friday_before_the_third() -> None:
    select_sector = scheduled(
        "{months: [3, 6, 9, 12], effective: session after 3rd friday, cutoff: 2nd friday, "
        "pricing: 2nd friday}"
    )
    march, september = (
        review_dates(select_sector, SESSIONS, D(year, month, 1), D(year, month, 28))[0]
        for year, month in ((2027, 3), (2026, 9))
    )
    assert (march.pricing, september.pricing) == (D(2027, 3, 12), D(2026, 9, 11))
    # "Effective after the close" of the third Fridays 2027-03-19 and 2026-09-18.
    assert (march.effective, september.effective) == (D(2027, 3, 22), D(2026, 9, 21))


def test_months_count_from_the_schedules_month_not_the_effective_dates() -> None:
    msci = scheduled(
        "{months: [2, 5, 8, 11], effective: session after last session of month, "
        "cutoff: last session 1 month before, pricing: 9 sessions before effective, "
        "announcement: 2nd friday}"
    )
    may = review_dates(msci, SESSIONS, D(2022, 6, 1), D(2022, 6, 30))[0]
    assert may.effective == D(2022, 6, 2)  # 06-01 was a holiday
    assert may.month == (2022, 5)
    assert may.cutoff == D(2022, 4, 29)
    assert may.announcement == D(2022, 5, 13)
    assert may.pricing == D(2022, 5, 19)  # 05-31 30 27 26 25 24 23 20 19


def test_a_weekday_before_another() -> None:
    ftse = scheduled(
        "{months: [3, 9], effective: session after 3rd friday, cutoff: tuesday before 1st friday}"
    )
    march, september = review_dates(ftse, SESSIONS, D(2024, 3, 1), D(2024, 9, 30))
    # 2024-03-01 is a Friday: the Tuesday before lies in February.
    assert march.cutoff == D(2024, 2, 27)
    assert september.cutoff == D(2024, 9, 3)


def test_a_named_day_that_is_no_session_is_the_session_before() -> None:
    early = scheduled("{months: [9], effective: 5th friday, cutoff: 1st monday}")
    assert effective(early, D(2023, 9, 1), D(2023, 9, 30)) == ["2023-09-27"]  # 09-28, 09-29 closed
    assert effective(early, D(2024, 9, 1), D(2024, 9, 30)) == []  # no fifth Friday


def test_a_cutoff_that_is_not_before_the_effective_date_is_an_error() -> None:
    methodology = scheduled("{months: [3], effective: 2nd friday, cutoff: 3rd friday}")
    assert found(lambda: review_dates(methodology, SESSIONS, D(2022, 3, 1), D(2022, 3, 31))) == [
        ("DTE009", 6, 54)
    ]
    priced = scheduled(
        "{months: [3], effective: 2nd friday, cutoff: 1st friday, pricing: effective}"
    )
    with pytest.raises(RuleError):
        review_dates(priced, SESSIONS, D(2022, 3, 1), D(2022, 3, 31))


def test_a_phrase_that_is_late_every_year_is_one_finding() -> None:
    both = scheduled("{months: [3], effective: 2nd friday, cutoff: 3rd friday, pricing: effective}")
    with pytest.raises(RuleError) as refused:
        review_dates(both, SESSIONS, D(2003, 1, 1), D(2022, 12, 31))
    assert [(item.where, item.message) for item in refused.value.diagnostics] == [
        ("review.cutoff",
         "the cutoff 2003-03-21 is not before the effective date 2003-03-14 (and 19 more reviews)"),
        ("review.pricing",
         "the pricing 2003-03-14 is not before the effective date 2003-03-14 (and 19 more reviews)"),
    ]  # fmt: skip


def test_dated_months_count_for_the_effective_dates_inside_their_span() -> None:
    kospi200 = scheduled(
        "{months: {1994-06-01: [6], 2020-06-12: [6, 12]}, effective: session after 2nd thursday, "
        "cutoff: last session 2 months before}"
    )
    assert effective(kospi200, D(1993, 1, 1), D(1995, 12, 31)) == ["1994-06-10", "1995-06-09"]
    assert effective(kospi200, D(2019, 1, 1), D(2021, 12, 31)) == [
        "2019-06-14",
        "2020-06-12",
        "2020-12-11",
        "2021-06-11",
        "2021-12-10",
    ]


def test_a_dated_phrase_is_tried_under_each_value() -> None:
    # Hang Seng: the second Friday's session after, from 2007-09-10 the first's.  The September
    # 2007 day under the first value (09-17) lies outside its span, under the second (09-10) inside.
    hsi = scheduled(
        "{months: [9], effective: {1964-07-31: session after 2nd friday, "
        "2007-09-10: session after 1st friday}, cutoff: last session 3 months before}"
    )
    assert effective(hsi, D(2006, 1, 1), D(2008, 12, 31)) == [
        "2006-09-11",
        "2007-09-10",
        "2008-09-08",
    ]


def test_unknown_and_none_make_no_dates() -> None:
    size = scheduled(
        "{months: {2003-02-17: unknown, 2008-03-14: [3], 2010-01-01: none}, "
        "effective: session after 2nd thursday, cutoff: last session 1 month before}"
    )
    assert effective(size, D(2000, 1, 1), D(2012, 1, 1)) == ["2008-03-14", "2009-03-13"]
    assert unknown_spans(size.review, D(2001, 1, 1), D(2012, 1, 1)) == (
        (D(2001, 1, 1), D(2008, 3, 13)),
    )


def test_every_session() -> None:
    kospi = scheduled("{every: session, cutoff: 1 session before effective}")
    dates = review_dates(kospi, SESSIONS, D(2022, 9, 7), D(2022, 9, 14))
    assert [(str(d.effective), str(d.cutoff)) for d in dates] == [
        ("2022-09-07", "2022-09-06"),
        ("2022-09-08", "2022-09-07"),
        ("2022-09-13", "2022-09-08"),
        ("2022-09-14", "2022-09-13"),
    ]


def test_every_session_by_offsets_is_what_the_phrases_say() -> None:
    days = "{every: session, cutoff: %s, pricing: %s, announcement: %s}"
    said = (
        "2 sessions before effective",
        "1 session before effective",
        "5 sessions before effective",
    )
    short = scheduled(days % said)
    # Dated phrases are resolved one by one.
    long = scheduled(days % tuple(f"{{1990-01-02: {phrase}}}" for phrase in said))
    span = (D(1993, 1, 1), D(1995, 3, 1))
    dates = review_dates(short, SESSIONS, *span)
    assert len(dates) > 250
    assert [d.days for d in dates] == [d.days for d in review_dates(long, SESSIONS, *span)]


def test_following_others() -> None:
    parent = scheduled("{months: [6, 12], effective: 2nd friday, cutoff: 1st friday}")
    other = scheduled("{months: [3, 6], effective: 2nd friday, cutoff: 1st monday}")
    child = scheduled("{follows: [parent, other]}")
    family = {"parent": parent, "other": other}
    dates = review_dates(child, SESSIONS, D(2024, 1, 1), D(2024, 12, 31), family)
    assert [(str(d.effective), str(d.cutoff)) for d in dates] == [
        ("2024-03-08", "2024-03-04"),
        ("2024-06-14", "2024-06-07"),  # both change: the later cut-off
        ("2024-12-13", "2024-12-06"),
    ]
    assert rebalance_dates(child, SESSIONS, D(2024, 1, 1), D(2024, 12, 31), family) == dates


def test_a_rebalance_of_its_own() -> None:
    weights = scheduled(
        "{follows: parent}",
        "rebalance: {months: [3], effective: session after 3rd friday, pricing: 2nd friday}\n",
    )
    (one,) = rebalance_dates(weights, SESSIONS, D(2024, 1, 1), D(2024, 12, 31))
    assert (one.effective, one.pricing, one.cutoff) == (
        D(2024, 3, 18),
        D(2024, 3, 8),
        D(2024, 3, 15),
    )


def test_the_calendars_ends_are_never_guessed() -> None:
    june = scheduled("{months: [6], effective: 2nd friday, cutoff: last session 2 months before}")
    ending = weekdays(D(2022, 1, 1), D(2022, 6, 8))
    assert review_dates(june, ending, D(2022, 1, 1), D(2022, 12, 31)) == ()
    beginning = weekdays(D(2022, 5, 10), D(2022, 12, 30))
    assert review_dates(june, beginning, D(2022, 1, 1), D(2022, 12, 31)) == ()
    month_end = scheduled("{months: [6], effective: last session of month, cutoff: 1st friday}")
    # On the 24th nobody knows whether it is the month's last session.
    assert (
        review_dates(
            month_end, weekdays(D(2022, 1, 1), D(2022, 6, 24)), D(2022, 6, 1), D(2022, 6, 30)
        )
        == ()
    )
    assert [
        str(d.effective)
        for d in review_dates(
            month_end, weekdays(D(2022, 1, 1), D(2022, 6, 30)), D(2022, 6, 1), D(2022, 6, 30)
        )
    ] == ["2022-06-30"]


def test_next_is_strictly_after_the_day_in_hand() -> None:
    methodology = rule(EXPIRY)
    phrase = parse_phrase("session after next expiry")

    def entry(day: dt.date) -> dt.date | None:
        return resolve_after(phrase, methodology, SESSIONS, {"test": day}, day)

    # LG Energy Solution: listed 2022-01-27, 15 sessions, entered 2022-03-11 (krx-methodology 10.1).
    assert entry(D(2022, 2, 18)) == D(2022, 3, 11)
    assert entry(D(2022, 3, 9)) == D(2022, 3, 11)
    assert entry(D(2022, 3, 10)) == D(2022, 6, 10)  # the expiry itself: the next one
    one_after = parse_phrase("1 session after test")
    assert resolve_after(
        one_after, methodology, SESSIONS, {"test": D(2022, 9, 8)}, D(2022, 9, 8)
    ) == D(2022, 9, 13)


def test_a_window_end_inside_a_review() -> None:
    methodology = rule()
    (june,) = review_dates(methodology, SESSIONS, D(2022, 6, 1), D(2022, 6, 30))
    phrase = parse_phrase("last session 1 month before")
    assert resolve_in_review(phrase, june, methodology, SESSIONS) == D(2022, 5, 31)


def test_monthly_checks() -> None:
    methodology = rule(
        "maintenance:\n  fast_exit: {checked: last session of month, when: {status: new}, "
        "effective: 1 session after test, replace_from: largest}\n"
    )
    fast_exit = methodology.maintenance.fast_exit
    assert fast_exit is not None
    held = fast_exit.at(D(2022, 9, 1))
    days = monthly_dates(held.checked, methodology, SESSIONS, D(2023, 8, 15), D(2023, 10, 31))  # type: ignore[union-attr]
    assert days == (D(2023, 8, 31), D(2023, 9, 27), D(2023, 10, 31))


@pytest.mark.parametrize(
    ("duration", "to", "first", "last"),
    [
        ("3 sessions", D(2022, 9, 14), D(2022, 9, 8), D(2022, 9, 14)),
        ("6 calendar months", D(2022, 4, 29), D(2021, 11, 1), D(2022, 4, 29)),
        ("12 calendar months", D(2022, 4, 29), D(2021, 5, 3), D(2022, 4, 29)),
        ("1 calendar month", D(2022, 9, 14), D(2022, 9, 1), D(2022, 9, 14)),
        ("1 month", D(2022, 9, 14), D(2022, 8, 15), D(2022, 9, 14)),
        ("1 month", D(2022, 3, 31), D(2022, 3, 1), D(2022, 3, 31)),
        ("1 year", D(2024, 2, 29), D(2023, 3, 1), D(2024, 2, 29)),
        ("7 days", D(2022, 9, 14), D(2022, 9, 8), D(2022, 9, 14)),
        ("1 session", D(2022, 9, 11), D(2022, 9, 8), D(2022, 9, 8)),
    ],
)
def test_windows(duration: str, to: dt.date, first: dt.date, last: dt.date) -> None:
    start, stop = window(as_duration(duration), SESSIONS, to)
    assert (SESSIONS.date(start), SESSIONS.date(stop - 1)) == (first, last)


@pytest.mark.parametrize(
    "keys",
    [
        "float: {updated: {follows: kospi}}",
        "maintenance: {shares: {threshold: 5%, updated: {follows: kospi}}}",
        "returns: {points: {follows: kospi}}",
    ],
)
def test_only_reviews_and_rebalances_follow_others(keys: str) -> None:
    """The days of another index are no schedule of updates: said when the rule is read."""
    text = (
        "index: a\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2020-01-02, level: 100}\nuniverse: {}\n"
        "review: {months: [6], effective: 2nd friday, cutoff: last session 1 month before}\n"
    )
    with pytest.raises(RuleError) as error:
        Methodology.from_text(text + keys + "\n")
    assert "RUL001" in [found.code for found in error.value.diagnostics]
