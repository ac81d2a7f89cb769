"""Universe, groups, measures, float, eligibility and selection in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.selection import Adjust, Selection, Step
from indexcalc.methodology.model.universe_and_measures import Group, Measure
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.conditions import condition
from indexcalc.report.rulebook.text import Section, Text, joined, listed, plain, t
from indexcalc.report.rulebook.values import (
    dated,
    duration,
    label,
    name_of,
    period,
    phrase,
    special,
    value,
)

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
    "ratio": Text(
        "the ratio of the sum of {field} to the sum of {other} over {window}",
        "{window}간 {field} 합계를 {other} 합계로 나눈 값",
    ),
}


def indices(names: tuple[str, ...]) -> Text:
    """Names of indices."""
    return listed([plain(name) for name in names])


def universe(rule: Methodology, section: Section) -> None:
    """Whose members may be chosen, and who of them is screened out."""
    held = rule.universe
    if held.of is None:
        section.say(
            "universe",
            Text(
                "The universe is every line of the market.", "심사 대상은 시장의 전 종목으로 한다."
            ),
        )
    else:
        of = dated(held.of, indices)
        section.say(
            "universe.of",
            t(
                "The universe consists of the constituents of {of}.",
                "심사 대상은 {of} 구성종목으로 한다.",
                of=of,
            ),
        )
    if held.except_ is not None:
        section.say(
            "universe.except",
            t(
                "Constituents of {names} are left out.",
                "{names} 구성종목은 제외한다.",
                names=dated(held.except_, indices),
            ),
        )
    if held.as_of is not None:
        day = dated(
            held.as_of,
            lambda word: Text(
                "the cut-off date" if word == "cutoff" else "the effective date",
                "심사기준일" if word == "cutoff" else "시행일",
            ),
        )
        section.say(
            "universe.as_of",
            t("Their lists are read as of {day}.", "구성종목은 {day} 기준으로 한다.", day=day),
        )
    if held.where is not None:
        section.say(
            "universe.where",
            t(
                "A security belongs to it if {inner}.",
                "다음을 모두 충족하는 종목: {inner}.",
                inner=condition(held.where),
            ),
        )


def groups_and_measures(rule: Methodology, section: Section) -> None:
    """The names a rule gives to groupings and to figures over windows."""
    for name, dated_group in rule.groups.items():
        section.say(
            f"groups.{name}",
            t(
                "“{name}” is {what}.",
                "“{name}”: {what}.",
                name=name,
                what=dated(dated_group, _group),
            ),
        )
    for name, dated_measure in rule.measures.items():
        section.say(
            f"measures.{name}",
            t(
                "“{name}” is {what}.",
                "“{name}”: {what}.",
                name=name,
                what=dated(dated_measure, measure),
            ),
        )


def _group(group: Group) -> Text:
    what = t("the {column} of a security", "종목의 {column}", column=name_of(group.column))
    if not group.merge:
        return what
    parts = [
        t(
            "{olds} count as {new}",
            "{olds} → {new}",
            olds=listed([label(old) for old in olds]),
            new=new.replace("_", " "),
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
    if held.per.is_constant and held.per.value == "issuer":
        text = t("{text}, added up for each issuer", "{text}(발행회사별 합산)", text=text)
    if held.best.is_constant and held.best.value == "lowest":
        text = t("{text}; the lowest value ranks first", "{text}(낮은 값 우선)", text=text)
    return text


# --- eligibility and selection ----------------------------------------------------------------------


def eligibility(rule: Methodology, section: Section) -> None:
    """What a security must meet at a review: one sentence a condition."""
    held = rule.eligibility
    if held is None:
        return
    for start, parts in held:
        under = None if held.is_constant else period(start, None)
        if isinstance(parts, Special):
            section.say("eligibility", special(parts), under)
            continue
        for part in parts.parts:
            single = type(parts)(parts=(part,))
            section.say(
                part.path or "eligibility",
                t(
                    "A security is eligible only if {inner}.",
                    "적격 요건: {inner}.",
                    inner=condition(single),
                ),
                under,
            )


def selection(rule: Methodology, section: Section) -> None:
    """How members are chosen, step by step."""
    held = rule.selection
    if held is None:
        section.say(
            "",
            Text(
                "All eligible securities of the universe are constituents.",
                "적격한 심사 대상 종목 전부를 구성종목으로 한다.",
            ),
        )
        return
    if held.given.is_constant and held.given.value is True:
        section.say(
            "selection",
            Text(
                "The constituents are given by a published list.",
                "구성종목은 공표된 명단에 따른다.",
            ),
        )
        return
    _frame(held, section)
    for number, (start, steps) in enumerate(held.steps):
        later = held.steps.entries[number + 1][0] if number + 1 < len(held.steps.entries) else None
        under = None if held.steps.is_constant else period(start, later)
        if isinstance(steps, Special):
            section.say(
                "selection.steps",
                t("The steps: {what}.", "선정 절차: {what}.", what=special(steps)),
                under,
            )
            continue
        for step in steps:
            section.say(step.path, _step(step), under)
    if held.reserve is not None:
        section.say(
            "selection.reserve",
            t(
                "A reserve list holds {count} securities by {by}{within}.",
                "예비종목은 {by} 순으로 {count}종목을 둔다{within}.",
                count=dated(held.reserve.count, value),
                by=dated(held.reserve.by, name_of),
                within=_per_group(held.reserve.within),
            ),
        )


def _frame(held: Selection, section: Section) -> None:
    if held.count is not None:
        section.say(
            "selection.count",
            t(
                "The index aims at {count} constituents.",
                "목표 구성종목 수는 {count}종목으로 한다.",
                count=dated(held.count, value),
            ),
        )
    if not (held.unit.is_constant and held.unit.value == "security"):
        section.say(
            "selection.unit",
            t(
                "What is counted and chosen: {unit}.",
                "선정 단위: {unit}.",
                unit=dated(held.unit, value),
            ),
        )
    if not (held.within.is_constant and held.within.value == "all"):
        section.say(
            "selection.within",
            t(
                "Securities are ranked and counted within each {group}.",
                "순위와 종목 수는 다음 그룹별로 정한다: {group}.",
                group=dated(held.within, name_of),
            ),
        )

    if any(word == "existing" for word in held.start.values):
        section.say(
            "selection.start",
            Text(
                "The existing constituents are selected before the first step.",
                "기존 구성종목을 먼저 선정한 상태에서 시작한다.",
            ),
        )
    if held.ties != Selection.defaults["ties"]:
        section.say(
            "selection.ties",
            t(
                "Between equals this decides, in order: {ties}.",
                "동순위의 우선순위: {ties}.",
                ties=dated(held.ties, lambda names: joined([name_of(name) for name in names])),
            ),
        )
    if held.rounding != "floor":
        section.say(
            "selection.rounding",
            t(
                "Shares of a count are rounded {how}.",
                "종목 수 비율의 끝수 처리: {how}.",
                how=Text("up", "올림") if held.rounding == "ceil" else Text("half up", "반올림"),
            ),
        )


def _per_group(within: Dated[str] | None) -> Text:
    if within is None:
        return Text("", "")
    return t(", within each {group}", "({group}별)", group=dated(within, name_of))


def _step(step: Step) -> Text:
    text = _verb(step)
    months = "" if not step.months else " " + ", ".join(str(month) for month in step.months)
    if months:
        text = t(
            "{text} (reviews of months{months})",
            "{text} ({months}월 심사)",
            text=text,
            months=months,
        )
    if step.inclusion is not None:
        text = t(
            "{text} They count with {part} of their weight.",
            "{text} 편입비율은 {part}.",
            text=text,
            part=dated(step.inclusion, value),
        )
    return text


def _verb(step: Step) -> Text:
    if step.require is not None:
        return t(
            "Require: a security stays only if {inner}.",
            "존속 요건: {inner}.",
            inner=condition(step.require),
        )
    if step.drop is not None:
        return t(
            "Drop: a security is removed if {inner}.", "제외: {inner}.", inner=condition(step.drop)
        )
    if step.select is not None:
        return t(
            "Select: a security is chosen if {inner}.",
            "선정: {inner}.",
            inner=condition(step.select),
        )
    if step.fill is not None:
        return _adjust(
            step.fill,
            Text(
                "Fill: the highest by {by} are added until there are {to}",
                "충원: {by} 상위 종목을 {to}종목이 될 때까지 추가한다",
            ),
        )
    if step.trim is not None:
        return _adjust(
            step.trim,
            Text(
                "Trim: the lowest by {by} are taken out until there are {to}",
                "축소: {by} 하위 종목을 {to}종목이 될 때까지 제외한다",
            ),
        )
    if step.replace is not None:
        held = step.replace
        return t(
            "Replace: the lowest by {by} among those for which {out} give way, one for one, to the "
            "highest among those for which {in_}{most}.",
            "교체: {by} 기준으로 하위 종목({out})을 상위 종목({in_})으로 1대1 교체한다{most}.",
            by=dated(held.by, name_of),
            out=condition(held.out),
            in_=condition(held.in_),
            most=_at_most(held.at_most),
        )
    assert step.limit_changes is not None
    return t(
        "At most {to} securities enter at a review, by {by}; further changes are undone.",
        "한 번의 심사에서 신규 편입은 {by} 순으로 {to}종목 이내로 한다.",
        to=dated(step.limit_changes.to, value),
        by=dated(step.limit_changes.by, name_of),
    )


def _at_most(most: Dated[Any] | None) -> Text:
    if most is None:
        return Text("", "")
    return t(", at most {n}", "(최대 {n}종목)", n=dated(most, value))


def _adjust(held: Adjust, words: Text) -> Text:
    text = t(words.en, words.ko, by=dated(held.by, name_of), to=dated(held.to, value))
    if held.where is not None:
        text = t(
            "{text}; counted are those for which {inner}",
            "{text}; 대상: {inner}",
            text=text,
            inner=condition(held.where),
        )
    if held.from_ is not None:
        text = t(
            "{text}; chosen from those for which {inner}",
            "{text}; 후보: {inner}",
            text=text,
            inner=condition(held.from_),
        )
    if held.prefer is not None:
        text = t(
            "{text}; those come first for which {inner}",
            "{text}; 우선: {inner}",
            text=text,
            inner=condition(held.prefer),
        )
    return t("{text}.", "{text}.", text=text)
