"""Eligibility and the steps of selection in words."""

from __future__ import annotations

from typing import Any

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.selection import Adjust, Selection, Step
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Number, Special
from indexcalc.report.rulebook.words.conditions import condition, securities
from indexcalc.report.rulebook.words.items import say_items
from indexcalc.report.rulebook.words.names import name_of
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, joined, t
from indexcalc.report.rulebook.words.values import (
    ROUNDED,
    dated,
    period,
    rounded,
    special,
    value,
    within_words,
)


def eligibility(rule: Methodology, section: Section) -> None:
    """What a security must meet at a review: one sentence a condition."""
    dated_condition = rule.eligibility
    if dated_condition is None:
        return
    for start, parts in dated_condition:
        under = None if dated_condition.is_constant else period(start, None)
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
    block = rule.selection
    if block is None:
        section.say(
            "",
            Text(
                "All eligible securities of the universe are constituents.",
                "적격한 심사 대상 종목 전부를 구성종목으로 한다.",
            ),
        )
        return
    if block.given.is_constant and block.given.value is True:
        section.say(
            "selection",
            Text(
                "The constituents are given by a published list.",
                "구성종목은 공표된 명단에 따른다.",
            ),
        )
        return
    if not block.given.is_constant:
        section.say(
            "selection",
            t(
                "The constituents are {how}.",
                "구성종목은 {how}.",
                how=dated(block.given, _given_or_chosen),
            ),
        )
    _frame(block, section)
    say_items(section, block.steps, "selection.steps", _step)
    if block.reserve is not None:
        section.say(
            "selection.reserve",
            t(
                "The reserve list holds the next securities by {by}{within}: {count}{rounding}.",
                "예비종목은 {by} 순으로 둔다{within}: {count}{rounding}.",
                count=_names(block.reserve.count),
                by=dated(block.reserve.by, name_of),
                within=_per_group(block.reserve.within),
                rounding=rounded(block.reserve.rounding),
            ),
        )


def _given_or_chosen(given: bool) -> Text:
    if given:
        return Text("given by a published list", "공표된 명단에 따른다")
    return Text("chosen by the steps below", "아래 단계에 따라 선정한다")


def _frame(held: Selection, section: Section) -> None:
    if held.count is not None:
        section.say(
            "selection.count",
            t(
                "The index aims at {count} {noun}.",
                "목표 구성종목 수는 {count}(으)로 한다.",
                count=_names(held.count),
                noun="constituent" if _names(held.count).en == "1" else "constituents",
            ),
        )
    if not (held.unit.is_constant and held.unit.value == "security"):
        section.say(
            "selection.unit",
            t(
                "Counted and chosen are {unit}.",
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
                "Ties are decided, in this order, by {ties}.",
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
                how=ROUNDED[held.rounding],
            ),
        )


def _per_group(within: Dated[str] | None) -> Text:
    if within is None:
        return Text("", "")
    return t(", within each {group}", "({group}별)", group=dated(within, name_of))


def _step(step: Step) -> Text:
    text = _verb(step)
    if step.within is not None:
        text = t(
            "{text} Ranks and numbers are taken {within}.",
            "{text} 순위와 종목 수는 {within} 정한다.",
            text=text,
            within=dated(step.within, within_words),
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
            "유지 요건: {inner}.",
            inner=condition(step.require),
        )
    if step.drop is not None:
        return t(
            "Drop: a security is removed if {inner}.", "제외: {inner}.", inner=condition(step.drop)
        )
    if step.select is not None:
        if step.select.is_constant and not getattr(step.select.value, "parts", True):
            return Text("Select: every security is chosen.", "선정: 모든 종목.")
        return t(
            "Select: a security is chosen if {inner}.",
            "선정: {inner}.",
            inner=condition(step.select),
        )
    if step.fill is not None:
        return _adjust(
            step.fill,
            Text(
                "Fill: the first by {by} are added until there are {to}",
                "충원: {by} 상위 종목을 {to}이(가) 될 때까지 추가한다",
            ),
            Text("{text}; first come {inner}", "{text}; 우선: {inner}"),
        )
    if step.trim is not None:
        return _adjust(
            step.trim,
            Text(
                "Trim: the last by {by} are taken out until there are {to}",
                "축소: {by} 하위 종목을 {to}이(가) 될 때까지 제외한다",
            ),
            Text("{text}; kept first are {inner}", "{text}; 우선 유지: {inner}"),
        )
    if step.replace is not None:
        replace = step.replace
        return t(
            "Replace: of {out}, the last by {by} give way, one for one, to the first of "
            "{in_}{most}{rounding}.",
            "교체: {by} 기준으로 하위 종목({out})을 상위 종목({in_})으로 1대1 교체한다{most}{rounding}.",
            by=dated(replace.by, name_of),
            out=securities(replace.out),
            in_=securities(replace.in_),
            most=_at_most(replace.at_most),
            rounding=rounded(replace.rounding),
        )
    assert step.limit_changes is not None
    return t(
        "At most {to} enter at one review, chosen by {by}{rounding}; further changes are undone.",
        "한 번의 심사에서 신규 편입은 {by} 순으로 {to} 이내로 한다{rounding}.",
        to=_names(step.limit_changes.to),
        by=dated(step.limit_changes.by, name_of),
        rounding=rounded(step.limit_changes.rounding),
    )


def _at_most(most: Dated[Any] | None) -> Text:
    if most is None:
        return Text("", "")
    return t(", at most {n}", "(최대 {n})", n=_names(most))


def _names(held: Dated[Any]) -> Text:
    """A number of names: Korean counts them in 종목, a share of a number stays a share."""

    def words(count: Any) -> Text:
        text = value(count)
        return Text(text.en, f"{text.ko}종목") if isinstance(count, Number) else text

    return dated(held, words)


def _adjust(held: Adjust, words: Text, preferred: Text) -> Text:
    text = t(words.en, words.ko, by=dated(held.by, name_of), to=_names(held.to))
    if held.where is not None:
        text = t(
            "{text}, counting only {inner}",
            "{text}; 대상: {inner}",
            text=text,
            inner=securities(held.where),
        )
    if held.from_ is not None:
        text = t(
            "{text}, from {inner}",
            "{text}; 후보: {inner}",
            text=text,
            inner=securities(held.from_),
        )
    if held.prefer is not None:
        text = t(preferred.en, preferred.ko, text=text, inner=securities(held.prefer))
    return t("{text}{rounding}.", "{text}{rounding}.", text=text, rounding=rounded(held.rounding))
