"""The universe, groups and measures of a rule in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.universe_and_measures import Group, Measure
from indexcalc.methodology.values.dated import Dated
from indexcalc.report.rulebook.words.conditions import condition
from indexcalc.report.rulebook.words.names import label, name_of
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import (
    Text,
    index_name,
    joined,
    listed,
    own_name,
    plain,
    t,
)
from indexcalc.report.rulebook.words.values import dated, duration, meaning, phrase, value

_STATISTICS: Final[Mapping[str, Text]] = {
    "mean": Text("the mean daily {field} over {window}", "{window}간 일평균 {field}"),
    "median": Text("the median daily {field} over {window}", "{window}간 일별 {field}의 중앙값"),
    "last": Text("the last {field}", "최근 {field}"),
    "sum": Text("the sum of {field} over {window}", "{window}간 {field} 합계"),
    "min": Text("the lowest {field} over {window}", "{window}간 {field} 최솟값"),
    "max": Text("the highest {field} over {window}", "{window}간 {field} 최댓값"),
    "std": Text(
        "the standard deviation of daily log returns of {field} over {window}",
        "{window}간 {field} 일별 로그수익률의 표준편차",
    ),
    "count": Text(
        "the number of calendar years with a row in {field} over {window}",
        "{window}간 {field} 기록이 있는 역년 수",
    ),
    "sessions": Text(
        "the number of sessions with {field} over {window}",
        "{window}간 {field} 값이 있는 거래일 수",
    ),
    "ratio": Text(
        "the ratio of the sum of {field} to the sum of {other} over {window}",
        "{window}간 {field} 합계를 {other} 합계로 나눈 값",
    ),
}


_READ_ON: Final[Mapping[str, Text]] = {
    "cutoff": Text("the cut-off date", "심사기준일"),
    "effective": Text("the effective date", "시행일"),
}
_SINCE: Final[Mapping[str, Text]] = {
    "listing": Text("listing", "상장"),
    "merger": Text("merger", "합병"),
    "demerger": Text("demerger", "분할"),
    "resumption": Text("resumption of trading", "매매거래재개"),
}


_COLUMN_KINDS: Final[Mapping[str, Text]] = {
    "number": Text("a figure", "수치"),
    "text": Text("a label", "분류"),
    "date": Text("a date", "일자"),
    "flag": Text("a mark, yes or no,", "해당 여부"),
}


def indices(names: tuple[str, ...]) -> Text:
    """Names of indices."""
    return listed([index_name(name) for name in names])


def universe(rule: Methodology, section: Section) -> None:
    """Whose members may be chosen, and who of them is screened out."""
    block = rule.universe
    if block.of is None:
        section.say(
            "universe",
            Text(
                "The universe is all securities of the market.",
                "심사 대상은 시장의 전 종목으로 한다.",
            ),
        )
    else:
        of = dated(block.of, indices)
        section.say(
            "universe.of",
            t(
                "The universe consists of the constituents of {of}.",
                "심사 대상은 {of} 구성종목으로 한다.",
                of=of,
            ),
        )
    if block.except_ is not None:
        section.say(
            "universe.except",
            t(
                "Constituents of {names} are left out.",
                "{names} 구성종목은 제외한다.",
                names=dated(block.except_, indices),
            ),
        )
    if block.as_of is not None:
        day = dated(block.as_of, lambda word: _READ_ON[word])
        section.say(
            "universe.as_of",
            t("Their lists are read as of {day}.", "구성종목은 {day} 기준으로 한다.", day=day),
        )
    if block.where is not None:
        on = Text("", "")
        if block.where_on != type(block).defaults["where_on"]:
            on = t(
                ", read on {day}",
                " ({day} 기준)",
                day=dated(block.where_on, lambda word: _READ_ON[word]),
            )
        section.say(
            "universe.where",
            t(
                "A security belongs to it if {inner}{on}.",
                "다음을 모두 충족하는 종목으로 한다: {inner}{on}.",
                inner=condition(block.where),
                on=on,
            ),
        )


def groups_and_measures(rule: Methodology, section: Section) -> None:
    """The names a rule gives to columns of the data, to groupings and to figures over windows."""
    for name, column in rule.columns.items():
        section.say(
            f"columns.{name}",
            t(
                "{name} is {kind} of the data (column {column}).",
                "{name}: 자료 항목(열 {column}, {kind}).",
                name=own_name(name),
                column=name,
                kind=_COLUMN_KINDS[column.of],
            ),
        )
    for name, dated_group in rule.groups.items():
        section.say(
            f"groups.{name}",
            t(
                "{name} is {what}.",
                "{name}: {what}.",
                name=own_name(name),
                what=dated(dated_group, _group),
            ),
        )
    for name, dated_measure in rule.measures.items():
        section.say(
            f"measures.{name}",
            t(
                "{name} is {what}.",
                "{name}: {what}.",
                name=own_name(name),
                what=dated(dated_measure, measure),
            ),
        )


def _group(group: Group) -> Text:
    what = t(
        "the {column} of a security{means}",
        "종목의 {column}{means}",
        column=name_of(group.column),
        means=meaning(group.means),
    )
    if not group.merge:
        return what
    parts = [
        t(
            "{olds} count as {new}",
            "{olds} → {new}",
            olds=listed([label(old) for old in olds]),
            new=label(new),
        )
        for new, olds in group.merge.items()
    ]
    return t("{what}, where {merged}", "{what}({merged})", what=what, merged=joined(parts))


def measure(held: Measure) -> Text:
    """A measure: its statistic, window and end."""
    fields = [name_of(column) for column in held.columns]
    pattern = _STATISTICS[held.statistic]
    text = t(
        pattern.en,
        pattern.ko,
        field=fields[0],
        other=fields[-1],
        window=dated(held.over, duration),
    )
    if held.to is not None:
        text = t("{text} up to {to}", "{to}까지 {text}", text=text, to=dated(held.to, phrase))
    if held.in_ is not None:
        text = t("{text}, in {in_}", "{text}({in_} 기준)", text=text, in_=dated(held.in_, plain))
    for name, words in _CHOICES.items():
        chosen: Dated[str] = getattr(held, name)
        if chosen == Measure.defaults[name]:
            continue
        how = dated(chosen, lambda word, w=words: w[word])  # type: ignore[misc]
        text = t("{text}; {how}", "{text}({how})", text=text, how=how)
    if held.months_at_least is not None:
        text = t(
            "the number of calendar months in which this is at least {least}: {text}",
            "{text} — 월별 값이 {least} 이상인 달의 수",
            least=dated(held.months_at_least, value),
            text=text,
        )
    if held.since != Measure.defaults["since"]:
        text = t(
            "{text}; the window begins with the security's last {event} in it",
            "{text}(기간 중 {event}이(가) 있으면 그날부터)",
            text=text,
            event=dated(held.since, lambda words: listed([_SINCE[word] for word in words], "or")),
        )
    return text


_CHOICES: Final[Mapping[str, Mapping[str, Text]]] = {
    "per": {
        "security": Text("for each security", "종목별"),
        "issuer": Text("added up for each issuer", "발행회사별 합산"),
    },
    "best": {
        "highest": Text("the highest value ranks first", "높은 값 우선"),
        "lowest": Text("the lowest value ranks first", "낮은 값 우선"),
    },
    "halted": {
        "count": Text("sessions without trading count", "매매거래정지일 포함"),
        "skip": Text("sessions without trading do not count", "매매거래정지일 제외"),
    },
}
