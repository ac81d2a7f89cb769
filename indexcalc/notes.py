"""What a run takes for granted, as its manifest says it, and as a Korean page says it.

The English sentence of a note is made from its template here (``note``), and read back by the same
template where a page says it in Korean (``parts_of``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, SupportsIndex

NOTES: Final[Mapping[str, tuple[str, str]]] = {
    # where a series starts
    "at_anchor": (
        "{index} starts on {day} at the official close {level}",
        "{index} 산출 시작: {day}, 공식 종가 {level}",
    ),
    "at_base": (
        "{index} starts on {day} at its base level {level}: {why} and no anchor is on {day}",
        "{index} 산출 시작: {day}, 기준지수 {level}. {why}, 그날의 공식 종가(anchor)도 없다",
    ),
    "no_divisor": (
        "{note}; the divisor given for it is not used",
        "{note}. 규칙에 주어진 제수는 쓰지 않는다",
    ),
    "base_absent": (
        "the base date {day} is not in the data",
        "기준일 {day}이(가) 자료에 없고",
    ),
    "base_not_asked": (
        "the levels from the base date {day} on are not asked for",
        "기준일 {day}부터의 지수를 요청하지 않았고",
    ),
    "base_without_members": (
        "no members are known on the base date {day}",
        "기준일 {day}의 구성종목을 알 수 없고",
    ),
    # the calendar
    "dates_of_daily": (
        "sessions are the dates of `daily`: the market has no `sessions` table and there is no packaged "
        "table of {calendar} (there are: {known}); the sessions of other exchanges: pip install "
        "'indexcalc[calendars]', and import them as `sessions`",
        "거래일은 `daily`의 일자이다. 시장 자료에 `sessions` 표가 없고 {calendar}의 내장 거래일표도 "
        "없다(내장: {known})",
    ),
    "not_sessions": (
        "outside the sessions of {source}: {n} of {all:date} of `daily` (first {first}, last {last})",
        "`daily`의 일자 {all}일 가운데 {n}일은 {source}의 거래일이 아니다(처음 {first}, 마지막 {last})",
    ),
    "from_file": ("the session file {name}", "거래일 파일 {name}"),
    "from_market": ("the market's `sessions`", "시장 자료의 `sessions` 표"),
    "from_package": ("the packaged table of {calendar}", "{calendar}의 내장 거래일표"),
    "from_daily": ("the dates of `daily`", "`daily`의 일자"),
    "before_verified": (
        "sessions of {calendar} before {day} rest on holiday rules and were not checked against real dates",
        "{day} 전의 {calendar} 거래일은 휴장일 규칙으로 정한 것이며 실제 일자와 대조하지 않았다",
    ),
    "after_verified": (
        "sessions of {calendar} after {day} are those expected; elections and special holidays are not in "
        "them",
        "{day} 후의 {calendar} 거래일은 예정일이며 선거일과 임시공휴일은 반영하지 않았다",
    ),
    "continued": (
        "sessions after {day}, the last of {calendar}, are {how}",
        "{calendar}의 마지막 거래일인 {day} 후의 거래일: {how}",
    ),
    "weekdays": (
        "Mondays to Fridays, holidays unknown",
        "월요일부터 금요일까지(휴장일 미상)",
    ),
    "those_of_package": ("those of the packaged table of {calendar}", "{calendar}의 내장 거래일표"),
    "then_weekdays": (
        "{how} until {day}, then Mondays to Fridays",
        "{day}까지 {how}, 그 뒤는 월요일부터 금요일까지",
    ),
    "weekdays_before": (
        "before {day} Mondays to Fridays are taken for sessions",
        "{day} 전은 월요일부터 금요일까지를 거래일로 본다",
    ),
    "weekdays_after": (
        "after {day} Mondays to Fridays are taken for sessions",
        "{day} 후는 월요일부터 금요일까지를 거래일로 본다",
    ),
    "other_exchange": (
        "{n:day} of `daily` outside the sessions of {calendar}, counted as sessions of another exchange "
        "({why}): {days}",
        "`daily`의 일자 가운데 {calendar} 거래일이 아닌 {n}일은 다른 거래소의 거래일로 본다({why}): {days}",
    ),
    "no_home_row": ("no line in {currency} has a row", "{currency} 종목의 행이 없음"),
    "and_more": ("{days} and {n} more", "{days} 외 {n}일"),
    "own_holidays": (
        "sessions on which no line of a currency has a row are holidays of its exchange, and prices are "
        "carried: {currencies}",
        "어느 통화의 종목도 행이 없는 거래일은 그 거래소의 휴장일로 보아 가격을 이어 쓴다: {currencies}",
    ),
    "holidays_of": ("{currency} {n} (first {day})", "{currency} {n}일(처음 {day})"),
    # lines
    "renamed": (
        "renamed lines are one line: {names}",
        "종목코드가 바뀐 종목은 한 종목으로 본다: {names}",
    ),
    "renamed_as": ("{old} as {new}", "{old} → {new}"),
    "reused": (
        "tickers used again are two lines, the earlier one called TICKER~DATE: {names}",
        "다시 쓰인 종목코드는 두 종목이며 앞의 것을 코드~일자로 부른다: {names}",
    ),
    "reused_before": ("{symbol} before {day}", "{symbol}({day} 전)"),
    "unfollowed": (
        "successors that do nothing: {names}",
        "승계 종목으로 적혀 있으나 처리하지 않은 것: {names}",
    ),
    "of_lines": ("{what}: {n:line}", "{what}: {n}종목"),
    "assumed_value": (
        "{name}={value} where it is not known",
        "{name} 값이 없으면 {value}(으)로 본다",
    ),
    "assumed_nowhere": (
        "{name}={value} was said and is used nowhere: the rules do not ask for it, or it is known",
        "{name}={value}은(는) 쓰이지 않았다: 규칙이 찾지 않거나 값이 모두 있다",
    ),
    "no_dividends": (
        "no table of dividends: a total return is the price return",
        "배당 표가 없어 총수익은 가격수익과 같다",
    ),
    "no_designations": (
        "designation={value}: no table of designations",
        "지정사항 표가 없어 지정사항을 {value}(으)로 본다",
    ),
    "not_flag": (
        "not {flag} where listed_by is not known",
        "상장 사유(listed_by)를 모르면 {flag}이(가) 아닌 것으로 본다",
    ),
    "listed_by_row": (
        "listed on the ex-date of its listing row where listing_date is not known",
        "상장일을 모르면 상장 기록의 일자를 상장일로 본다",
    ),
    "listed_first_row": (
        "listed on its first daily row where listing_date is not known",
        "상장일을 모르면 시세가 처음 나타난 날을 상장일로 본다",
    ),
    "listed_before": (
        "listed before the data where listing_date is not known",
        "상장일을 모르면 자료의 시작 전에 상장한 것으로 본다",
    ),
    "own_issuer": (
        "its own issuer where none is known",
        "발행회사를 모르면 종목마다 다른 발행회사로 본다",
    ),
    # reviews
    "begins_with": (
        "{index} begins with the review of {day}; earlier ones are not made ({why})",
        "{index}의 첫 정기변경은 {day}이며 그 전의 변경은 산출하지 않았다({why})",
    ),
    "terms_unknown": (
        "{n} refused because the rule does not know its terms",
        "내용이 알려지지 않은 {n}회",
    ),
    "before_data": ("{n} before the data", "자료 시작 전 {n}회"),
    "of_index": ("{index}: {what}", "{index}: {what}"),
    "short_window": (
        "the window of `{measure}` is observed on {seen} of {all:session} at the review of {day}",
        "{day} 변경에서 {measure}의 산정기간 {all}거래일 가운데 {seen}일만 관측되었다",
    ),
    "short_windows": (
        "{what}, and in part at {n} more",
        "{what}. 다른 {n}회의 변경에서도 일부만 관측되었다",
    ),
    "method": (
        "sequential sums over members by ascending symbol bytes, float64",
        "종목코드의 바이트 오름차순으로 구성종목을 차례로 더함(float64)",
    ),
    "method_of_caps": (
        "{how}; float64; equal to separate runs to 1e-12",
        "{how}. float64이며 따로 산출한 값과 1e-12까지 같다",
    ),
    "closed_form": (
        "closed form over all caps: prefix sums by session, two multiply-adds a cap and session",
        "모든 상한을 한 번에 계산: 거래일별 누적합에 상한·거래일마다 곱셈과 덧셈 두 번",
    ),
    "line_by_line": (
        "sums over capped members line by line for all caps at once",
        "상한이 적용된 구성종목을 종목별로 모든 상한에 대해 한꺼번에 더함",
    ),
    # overlays
    "published_below": (
        "the levels of {index} ({kind}) are those of `published`",
        "{index}({kind})의 지수는 `published` 표의 값이다",
    ),
    "no_level": (
        "no level of {index}, and none of this index, on {n:session}",
        "{n}거래일은 {index}의 값이 없어 이 지수도 없다",
    ),
    "one_level": (
        "{index} has one level: the return versions asked for are not its own",
        "{index}은(는) 지수가 하나이며, 요청한 수익 유형을 따로 두지 않는다",
    ),
    "converted": (
        "levels of {index} are taken from {source} to {target} at each session's spot rate",
        "{index}의 값은 거래일마다 현물환율로 {source}에서 {target}(으)로 환산한다",
    ),
    "rate_carried": (
        "{rate}: on {n:session} without a row the last rate before was carried",
        "{rate}: 값이 없는 {n}거래일은 직전 금리를 이어 쓴다",
    ),
}
"""By a key: the sentence in English and in Korean.  A part may be a note, or several with commas;
``{n:day}`` is a count with what it counts."""


_PHRASES: Final = frozenset(
    (
        "why",
        "how",
        "what",
        "note",
        "source",
        "days",
        "names",
        "currencies",
        "known",
        "value",
        "rate",
    )
)
"""Parts of several words; the others are one."""
_PART: Final = r"\{(\w+)(?::(\w+))?\}"


class _Count(int):
    """A number that says itself with what it counts: ``{n:line}`` is ``1 line`` or ``1,234 lines``."""

    def __format__(self, one: str) -> str:
        return f"{int(self):,}" + (f" {one}{'s' * (self != 1)}" if one else "")


def note(key: str, /, **parts: object) -> str:
    """The English sentence of a note; parts that count are integers."""
    counts = {name: _Count(part) for name, part in parts.items() if isinstance(part, SupportsIndex)}
    return NOTES[key][0].format(**{**parts, **counts})


def parts_of(text: str) -> tuple[str, dict[str, str]] | None:
    """The Korean template of a sentence that ``note`` made, and its parts; None of any other text."""
    for pattern, korean in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return korean, found.groupdict()
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """English templates as patterns, those with the most words of their own first."""

    def words(english: str) -> int:
        return len(re.sub(_PART, "", english))

    return tuple(
        (re.compile(_pattern(english)), korean)
        for english, korean in sorted(NOTES.values(), key=lambda pair: -words(pair[0]))
    )


def _pattern(english: str) -> str:
    made, seen, end = "", set(), 0
    for found in re.finditer(_PART, english):
        made += re.escape(english[end : found.start()])
        name, one = found.groups()
        words = ".+?" if name in _PHRASES else r"\S+?"
        made += f"(?P={name})" if name in seen else f"(?P<{name}>{words})"
        made += f" {one}s?" if one else ""
        seen.add(name)
        end = found.end()
    return made + re.escape(english[end:])
