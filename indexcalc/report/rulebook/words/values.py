"""Values of a rule in words: days, months, shares, windows, date phrases and values by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from indexcalc.methodology.describe.wording import say
from indexcalc.methodology.values import date_phrases as phrases
from indexcalc.methodology.values.dated import BEGINNING, Dated
from indexcalc.methodology.values.values import (
    ByStatus,
    Duration,
    Label,
    MeasureAtRank,
    Number,
    PercentOf,
    Points,
    RankPoints,
    Share,
    Special,
)
from indexcalc.report.rulebook.words.names import label, name_of
from indexcalc.report.rulebook.words.text import (
    Text,
    joined,
    listed,
    named_day,
    plain,
    t,
    with_history,
)

MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS_KO: Final = ("월", "화", "수", "목", "금", "토", "일")
ORDINALS_EN: Final = ("", "first", "second", "third", "fourth", "fifth")
ORDINALS_KO: Final = ("", "첫째", "둘째", "셋째", "넷째", "다섯째")
_DAYS: Final = {
    "effective": Text("the effective date", "시행일"),
    "cutoff": Text("the cut-off date", "심사기준일"),
    "announcement": Text("the announcement date", "발표일"),
    "pricing": Text("the pricing date", "가격기준일"),
    "listing": Text("the listing date", "상장일"),
    "test": Text("the test date", "심사일"),
    "halt": Text("the first day of the trading halt", "거래정지 개시일"),
}
_COUNTED: Final = {
    "existing": Text("the number of existing constituents", "기존 구성종목 수"),
    "remaining": Text("the number of remaining securities", "남은 종목 수"),
    "eligible": Text("the number of eligible securities", "적격종목 수"),
    "selected": Text("the number selected so far", "기선정 종목 수"),
    "count": Text("the target number", "목표 종목 수"),
}
ROUNDED: Final = {
    "floor": Text("down", "내림"),
    "ceil": Text("up", "올림"),
    "half_up": Text("half up", "반올림"),
}


def rounded(how: str) -> Text:
    """How a share of a number of names is rounded; nothing for the default, down."""
    if how == "floor":
        return Text("", "")
    return t(" (rounded {how})", "({how})", how=ROUNDED[how])


def within_words(word: str) -> Text:
    """Inside which groups names are ranked or counted."""
    if word == "all":
        return Text("across all groups", "전체에서")
    return t("within each {group}", "{group}별로", group=name_of(word))


def meaning(words: Mapping[str, str] | None) -> Text:
    """What the rule's own words say of a name, in brackets; English where a language is not there."""
    if not words:
        return Text("", "")
    english = words.get("en") or next(iter(words.values()))
    return t(" ({words})", "({words})", words=Text(english, words.get("ko") or english))


def day(date: dt.date) -> Text:
    """3 January 1990 · 1990년 1월 3일."""
    return Text(
        f"{date.day} {MONTHS_EN[date.month - 1]} {date.year}",
        f"{date.year}년 {date.month}월 {date.day}일",
    )


def months(numbers: Iterable[int]) -> Text:
    """June and December · 6월·12월."""
    return listed([Text(MONTHS_EN[n - 1], f"{n}월") for n in numbers])


def percent(exact: Fraction) -> Text:
    """30 % · 30%; a part that is no short decimal stays a fraction."""
    value = exact * 100
    short = f"{float(value):.10g}"
    if Fraction(short) != value:
        return plain(f"{exact.numerator}/{exact.denominator}")
    return Text(f"{short} %", f"{short}%")


def number(value: Number) -> str:
    """A number with thousands separated."""
    if value.is_whole:
        return f"{int(value):,}"
    return value.text


def duration(value: Duration) -> Text:
    """A window or a waiting time."""
    n, singular = value.n, value.n == 1
    en = value.unit[:-1] if singular else value.unit
    ko = {
        "sessions": f"{n}거래일",
        "days": f"{n}일",
        "months": f"{n}개월",
        "calendar months": f"{n}개월(역월)",
        "years": f"{n}년",
    }
    return Text(f"{n} {en}", ko[value.unit])


def anchor(at: phrases.Anchor) -> Text:
    """The day a date phrase counts from."""
    if isinstance(at, phrases.KnownDay):
        return _DAYS[at.name]
    if isinstance(at, phrases.NthWeekday):
        which = (
            ("last", "마지막") if at.n == phrases.LAST else (ORDINALS_EN[at.n], ORDINALS_KO[at.n])
        )
        return Text(
            f"the {which[0]} {phrases.WEEKDAYS[at.weekday].capitalize()} of the month",
            f"해당 월의 {which[1]} {WEEKDAYS_KO[at.weekday]}요일",
        )
    if isinstance(at, phrases.WeekdayBefore):
        weekday = phrases.WEEKDAYS[at.weekday].capitalize()
        return t(
            "the {weekday} before {nth}",
            "{nth} 직전 {weekday_ko}요일",
            weekday=weekday,
            weekday_ko=WEEKDAYS_KO[at.weekday],
            nth=anchor(at.before),
        )
    if isinstance(at, phrases.MonthEdge):
        edge = Text(at.edge, "첫" if at.edge == "first" else "마지막")
        if not at.months_before:
            return t("the {edge} session of the month", "해당 월의 {edge} 거래일", edge=edge)
        n = at.months_before
        return t(
            "the {edge} session of the month {n} before"
            if n > 1
            else "the {edge} session of the month before",
            "{n}개월 전 월의 {edge} 거래일" if n > 1 else "직전 월의 {edge} 거래일",
            edge=edge,
            n=Text(f"{n} months", str(n)),
        )
    return t("the {name}", "{name}", name=named_day(at.name))


def phrase(value: phrases.DatePhrase) -> Text:
    """A date phrase: ``session after expiry`` is ``the session after the “expiry” day``."""
    at, n = anchor(value.anchor), value.sessions
    if value.next:
        at = t("the next {at}", "다음 {at}", at=Text(at.en.removeprefix("the "), at.ko))
    if n == 0:
        return at
    if abs(n) == 1:
        return (
            t("the session after {at}", "{at}의 다음 거래일", at=at)
            if n > 0
            else t("the session before {at}", "{at}의 직전 거래일", at=at)
        )
    side = Text("after", "후") if n > 0 else Text("before", "전")
    return t("{n} sessions {side} {at}", "{at}의 {n}거래일 {side}", n=str(abs(n)), side=side, at=at)


def _at_coverage(held: MeasureAtRank) -> Text:
    most = "" if held.share_cap is None else value(held.share_cap)
    return t(
        "that of the security with which {share} of {measure} is first reached"
        + (" (no security counting for more than {most} of it)" if most else ""),
        "누적비중이 처음 {share}에 이르는 종목의 {measure}"
        + ("(종목당 {most} 이내로 계산)" if most else ""),
        share=value(held.rank),
        measure=name_of(held.measure),
        most=most,
    )


def _everyone(rank: object) -> bool:
    """Is a rank that of the last existing constituent?"""
    return isinstance(rank, PercentOf) and rank.share == 1 and rank.of == "existing"


def value(held: Any) -> Text:
    """Any single value."""
    if isinstance(held, Special):
        return special(held)
    if isinstance(held, ByStatus):
        if held.same:
            return value(held.existing)
        return t(
            "{new} ({old} for existing constituents)",
            "{new}(기존 종목 {old})",
            old=value(held.existing),
            new=value(held.new),
        )
    if isinstance(held, Dated):
        return dated(held, value)
    if isinstance(held, Share):
        return percent(held.exact)
    if isinstance(held, Number):
        return plain(number(held))
    if isinstance(held, Points):
        n = f"{float(held.exact):.10g}"
        points = "percentage point" if n == "1" else "percentage points"
        return Text(f"{n} {points}", f"{n}%p")
    if isinstance(held, Duration):
        return duration(held)
    if isinstance(held, PercentOf):
        return t(
            "{share} of {of}", "{of}의 {share}", share=percent(held.share), of=_COUNTED[held.of]
        )
    if isinstance(held, MeasureAtRank):
        if isinstance(held.rank, Share):
            at = _at_coverage(held)
        elif _everyone(held.rank):
            at = t(
                "that of the smallest existing constituent by {measure}",
                "최하위 기존 구성종목의 {measure}",
                measure=name_of(held.measure),
            )
        else:
            at = t(
                "that of the security at rank {rank} by {measure}",
                "{rank}위 종목의 {measure}"
                if isinstance(held.rank, Number)
                else "순위가 {rank}인 종목의 {measure}",
                rank=value(held.rank),
                measure=name_of(held.measure),
            )
        if held.share == 1:
            return at
        return t("{share} of {at}", "{at}의 {share}", share=percent(held.share), at=at)
    if isinstance(held, RankPoints):
        moved = f"{float(held.points):+.10g}".replace("-", "−")
        return t(
            "the coverage reached at rank {rank}, moved by {points} points",
            "{rank}위까지의 누적비율 {points}%p",
            rank=number(held.rank),
            points=moved,
        )
    if isinstance(held, phrases.DatePhrase):
        return phrase(held)
    if isinstance(held, Label):
        return label(held.text)
    if isinstance(held, str):
        return label(held)
    if isinstance(held, tuple):
        return listed([value(item) for item in held])
    return plain(say(held))


def special(held: Special) -> Text:
    """``none`` and ``unknown``."""
    if held is Special.NONE:
        return Text("not in force", "적용하지 않음")
    return Text("terms not known", "내용이 알려지지 않음")


def dated(held: Dated[Any], words: Callable[[Any], Text]) -> Text:
    """A value that changes by date: the newest, and behind its sentence those before, each with the days
    it held; one that holds no more, with its days.  A time before it was in force is not told."""
    if held.is_constant:
        return _one(held.value, words)
    newest, *older = reversed(held.entries)
    start, now = newest
    if now is Special.NONE and older and not isinstance(older[0][1], Special):
        (begin, last), *rest = older
        span = t("{span} only", "{span}에 한함", span=period(begin, start))
        spans = joined([span, *_before(rest, begin, words)], "; ", "; ")
        return t("{text} ({spans})", "{text}({spans})", text=_one(last, words), spans=spans)
    since = t("since {day}", "{day}부터", day=day(start))
    return with_history(
        _one(now, words), joined([since, *_before(older, start, words)], "; ", "; ")
    )


def _before(
    older: Sequence[tuple[dt.date, Any]], until: dt.date, words: Callable[[Any], Text]
) -> list[Text]:
    """What held before a day, the newest first, with its days; nothing where nothing was in force."""
    told: list[Text] = []
    for begin, item in older:
        span = period(begin, until)
        told.append(t("{text}, {span}", "{text}, {span}", text=_one(item, words), span=span))
        until = begin
    while told and older[len(told) - 1][1] is Special.NONE:
        told.pop()
    if told:
        told[0] = t("before: {text}", "이전: {text}", text=told[0])
    return told


def _one(item: Any, words: Callable[[Any], Text]) -> Text:
    return special(item) if isinstance(item, Special) else words(item)


def period(start: dt.date, until: dt.date | None) -> Text:
    """The days from ``start`` to the one before ``until`` (None: until further notice)."""
    last = None if until is None else day(until - dt.timedelta(days=1))
    if last is None:
        return t("since {start}", "{start}부터", start=day(start))
    if start == BEGINNING:
        return t("until {last}", "{last}까지", last=last)
    return t("{start} to {last}", "{start}~{last}", start=day(start), last=last)
