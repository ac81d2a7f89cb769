"""Whatever the text, reading a rule gives a methodology or findings with places inside the text."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.diagnostics import RuleError, render_text
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.methodology.dates.schedules import review_dates, window
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated, splice
from indexcalc.methodology.values.values import as_duration, as_share
from tests.properties.fuzz import bounded, tries

RULE = """\
index: fuzz
name: {en: Fuzz, ko: 지수}
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
dates: {expiry: {months: [3, 6, 9, 12], on: 2nd thursday}}
universe: {of: kospi, where: {symbol: {not_in: ["005930"]}, market: KOSPI}}
groups: {gics: {column: sector, merge: {financials: [financials, real_estate]}}}
float: {updated: at_review, steps: [{round: {2000-01-04: none, 2007-06-15: up to 5%}}]}
review: {months: [6, 12], effective: session after expiry, cutoff: last session 2 months before}
measures: {size: {mean: market_cap, over: {2000-01-04: 12 calendar months}}}
eligibility: {listed_for: {min: 6 calendar months, unless: [existing, {size: {rank: 50}}]}}
selection:
  count: 200
  within: gics
  steps:
    - require: {size: {rank: 85%, among: eligible}}
    - select: {status: new, size: {coverage: 80%, rank: {existing: 110, new: 90}}}
    - {fill: {to: 50% of remaining, by: size, from: {status: existing}}, months: [6]}
weighting: {scheme: float_market_cap, caps: [{per: security, limit: 30%}]}
maintenance: {deletions: [{on: delisting, after: 2 sessions, replace_from: none}]}
"""
WORDS = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "none",
    "unknown",
    "2010-01-04",
    "-",
    "\n",
    " ",
    "30",
    "%",
    "existing",
    "rank",
    "가",
    "'",
    '"',
    "#",
    "&a",
    "*a",
    "!t",
    "\t",
    ",",
    "size",
    "all",
    "{}",
]


def check(text: str) -> None:
    """Reading ends in a methodology or in findings whose places are inside the text."""
    try:
        with bounded():
            Methodology.from_text(text)
    except RuleError as error:
        found = error.diagnostics
    else:
        return
    lines = text.splitlines() or [""]
    assert found
    for item in found:
        assert item.message
        if item.span is not None:
            assert 1 <= item.span.line <= len(lines) + 1
            line = lines[item.span.line - 1] if item.span.line <= len(lines) else ""
            assert 1 <= item.span.column <= len(line) + 1
    render_text(found, {"<text>": text})


@settings(max_examples=tries(20_000, 100))
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=tries(40_000, 100))
@given(st.data())
def test_a_good_rule_with_pieces_replaced(data: st.DataObject) -> None:
    text = RULE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        piece = "".join(data.draw(st.lists(st.sampled_from(WORDS), max_size=3)))
        text = text[:start] + piece + text[start + length :]
    check(text)


@settings(max_examples=tries(30_000, 100))
@given(st.data())
def test_a_good_rule_with_lines_moved(data: st.DataObject) -> None:
    lines = RULE.splitlines()
    order = data.draw(st.permutations(range(len(lines))))
    check("\n".join(lines[n] for n in order[: data.draw(st.integers(0, len(lines)))]))


@given(st.integers(0, 100_000), st.integers(1, 1000))
def test_a_share_is_the_same_however_it_is_written(numerator: int, denominator: int) -> None:
    share = as_share(f"{numerator}/{denominator * 100_000}")
    assert share.exact * denominator * 100_000 == numerator
    percent = as_share(f"{numerator / 1000:.3f}%")
    assert percent.exact * 100_000 == numerator


DATES = st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))


@given(
    st.lists(DATES, min_size=1, max_size=6, unique=True),
    st.lists(DATES, min_size=1, max_size=4, unique=True),
    DATES,
)
def test_splicing_reads_each_part_in_its_own_span(
    starts: list[dt.date], cuts: list[dt.date], day: dt.date
) -> None:
    inner = Dated(tuple((date, n) for n, date in enumerate(sorted(starts))))
    parts = [(cut, inner.map(lambda n, k=k: (k, n))) for k, cut in enumerate(sorted(cuts))]  # type: ignore[misc]
    holding = [part for cut, part in parts if cut <= day]
    expected = holding[-1].at(day) if holding else Dated(((dt.date.max, 0),)).at(day)
    assert splice(parts).at(day) == expected


FIRST = dt.date(2001, 1, 1)


@given(st.sets(st.integers(0, 1800), max_size=60), DATES, st.integers(1, 400))
def test_every_review_is_made_of_sessions_in_order(
    closed: set[int], start: dt.date, n: int
) -> None:
    days = [FIRST + dt.timedelta(days=k) for k in range(1800) if k not in closed]
    open_days = [day_number(day) for day in days if day.weekday() < 5]
    sessions = Sessions("t", "1", np.array(open_days, dtype=np.int32))
    rule = Methodology.from_text(RULE)
    whole = review_dates(rule, sessions, FIRST, dt.date(2006, 1, 1))
    for dates in whole:
        assert sessions.is_session(dates.effective)
        assert sessions.is_session(dates.cutoff)
        assert dates.cutoff < dates.effective
        assert dates.pricing < dates.effective
    # Asking for a part of the time gives that part of the dates.
    part = review_dates(rule, sessions, start, dt.date(2006, 1, 1))
    assert part == tuple(dates for dates in whole if dates.effective >= start)
    first, stop = window(as_duration(f"{n} sessions"), sessions, dt.date(2004, 6, 1))
    assert stop - first == min(n, stop)
