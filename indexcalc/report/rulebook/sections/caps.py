"""Caps in words: a sentence for each form, and where what they take off goes."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.model.caps.set_together import CapSet
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.sections.universe_and_measures import measure
from indexcalc.report.rulebook.words.items import say_items
from indexcalc.report.rulebook.words.names import name_of
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, joined, t
from indexcalc.report.rulebook.words.values import dated, value

_PER: Final = {
    "security": Text("any single security", "개별 종목"),
    "issuer": Text("any single issuer", "개별 발행회사"),
}
_UNITS: Final = {
    "security": Text("securities", "종목"),
    "issuer": Text("issuers", "발행회사"),
}
_METHODS: Final = {
    "proportional": Text("", ""),
    "descending": Text(
        "; the weights are reduced from the largest down", "; 큰 비중부터 차례로 줄인다"
    ),
    "smallest_first": Text(
        "; the smallest of the set gives way first", "; 집합 안에서 작은 비중부터 줄인다"
    ),
}
_TAKING_OFF: Final = ("limit", "ladder", "set")
"""Forms of caps that take something off which others are to have."""


def caps_in_order(block: Weighting, section: Section) -> None:
    """A sentence for each cap, the window that all act on, and where the excess goes."""
    say_items(section, block.caps, "weighting.caps", _cap)
    _of_all_caps(block, section)
    _excess(block, section)


def _of_all_caps(block: Weighting, section: Section) -> None:
    """The window that all caps act on."""
    if block.measured is not None:
        section.say(
            "weighting.measured",
            t(
                "All limits are judged on {measure}; the capping factors that follow are kept to the "
                "next rebalance.",
                "모든 한도의 판단 기준: {measure}; 이에 따른 CAP 비율은 다음 정기 변경까지 유지한다.",
                measure=dated(block.measured, measure),
            ),
        )


def _excess(block: Weighting, section: Section) -> None:
    """Where what a limit takes off goes: in proportion, where no cap has another ``excess``."""
    ways = {
        way
        for _, caps in block.caps.entries
        for cap in (() if isinstance(caps, Special) else caps)
        if cap.form in _TAKING_OFF
        for way in cap.excess.values
    }
    if "proportional" not in ways:
        return
    what = (
        Text("Otherwise what", "그 밖의 한도 초과분은")
        if "equal" in ways
        else Text("What", "한도 초과분은")
    )
    section.say(
        "weighting.caps",
        t(
            "{what} a limit takes off goes to the others in proportion to their weights, again until none "
            "is above its limit.",
            "{what} 나머지 종목에 비중에 비례하여 배분하고, 한도를 넘는 종목이 없을 때까지 "
            "반복한다.",
            what=what,
        ),
    )


def per_words(word: str) -> Text:
    """What a limit is on."""
    return _PER.get(word, t("any single {group}", "{group}별 합계", group=name_of(word)))


def _cap(cap: Cap) -> Text:
    text = CAP_SENTENCES[cap.form](cap)
    if cap.trigger is not None:
        what = (
            Text("together they exceed", "합계")
            if cap.form == "set"
            else Text("the largest weight exceeds", "최대 비중")
        )
        text = t(
            "{text}, if {what} {trigger}",
            "{text}({what} {trigger} 초과 시)",
            text=text,
            what=what,
            trigger=dated(cap.trigger, value),
        )
    if cap.measured is not None:
        text = t(
            "{text}, judged on {measure}",
            "{text}; 판단 기준: {measure}",
            text=text,
            measure=dated(cap.measured, measure),
        )
        if any(word == "mean_of_weights" for word in cap.test.values):
            text = t("{text} (the mean of daily weights)", "{text}(일별 비중의 평균)", text=text)
    if cap.unless is not None:
        text = t(
            "{text}, unless there are fewer than {n} constituents",
            "{text}(구성종목이 {n}종목 미만이면 적용하지 않음)",
            text=text,
            n=dated(cap.unless.members.below, value),
        )
    if cap.document:
        text = t("{text} (“{words}”)", "{text}(“{words}”)", text=text, words=cap.document)
    return t("{text}.", "{text}.", text=text)


def _limit(cap: Cap) -> Text:
    assert cap.limit is not None
    return t(
        "The weight of {per} is limited to {limit}",
        "{per}의 비중은 {limit} 이내로 한다",
        per=per_words(cap.per),
        limit=dated(cap.limit, value),
    )


def _ladder(cap: Cap) -> Text:
    assert cap.ladder is not None
    return t(
        "The largest weights are limited by rank: {steps}; the last step holds for all others",
        "비중 순위별 한도: {steps}; 마지막 단계는 나머지 전체에 적용한다",
        steps=dated(cap.ladder, lambda steps: joined([value(step) for step in steps])),
    )


def _set(cap: Cap) -> Text:
    assert cap.set is not None
    assert cap.together is not None
    text = t(
        "{set} may together weigh {together} at most",
        "{set}의 합계 비중은 {together} 이내로 한다",
        set=set_words(cap.set),
        together=dated(cap.together, value),
    )
    if cap.each is not None:
        text = t(
            "{text}, each {each} at most",
            "{text}(개별 {each} 이내)",
            text=text,
            each=dated(cap.each, value),
        )
    if cap.least is not None:
        text = t(
            "{text}, each {least} at least (the others of the set give in proportion)",
            "{text}(개별 {least} 이상; 집합의 다른 종목이 비례하여 줄인다)",
            text=text,
            least=dated(cap.least, value),
        )
    if cap.others is not None:
        text = t(
            "{text}; all others are limited to {limit}",
            "{text}; 그 외 종목은 {limit} 이내",
            text=text,
            limit=dated(cap.others.limit, value),
        )
        if cap.others.not_above is not None:
            text = t(
                "{text}, and none above the smallest of the set",
                "{text}, 집합의 최소 비중 이하",
                text=text,
            )
    method = dated(cap.method, lambda word: _METHODS[word])
    text = t("{text}{method}", "{text}{method}", text=text, method=method)
    if any(word == "equal" for word in cap.excess.values):
        text = t(
            "{text}; what a limit takes off is shared in equal parts",
            "{text}; 한도 초과분은 균등하게 배분한다",
            text=text,
        )
    if any(word == "uncapped" for word in cap.acts_on.values):
        text = t(
            "{text}; it acts on the weights before any cap",
            "{text}; 한도 적용 전 비중에서 다시 계산한다",
            text=text,
        )
    return text


def _factor(cap: Cap) -> Text:
    assert cap.factor is not None
    return t(
        "Every capping factor is multiplied by {factor}",
        "모든 CAP 비율에 {factor} 값을 곱한다",
        factor=dated(cap.factor, value),
    )


def _largest_by(cap: Cap) -> Text:
    if cap.by is None:
        return t("weight", "비중")
    return dated(cap.by, name_of)


def _targets(cap: Cap) -> Text:
    assert cap.targets is not None
    return t(
        "The largest {per} by {by} weigh, by rank: {steps}; the others share the rest in proportion",
        "{by} 상위 {per}의 순위별 목표 비중: {steps}; 나머지는 잔여 비중을 기존 비율로 나눈다",
        per=_UNITS.get(cap.per, name_of(cap.per)),
        by=_largest_by(cap),
        steps=dated(cap.targets, lambda steps: joined([value(step) for step in steps])),
    )


def _times(cap: Cap) -> Text:
    assert cap.times is not None
    assert cap.largest is not None
    return t(
        "The {n} largest {per} by {by} count {times} times",
        "{by} 상위 {n}개 {per}의 비중에 {times}을(를) 곱한다",
        n=dated(cap.largest, value),
        per=_UNITS.get(cap.per, name_of(cap.per)),
        by=_largest_by(cap),
        times=dated(cap.times, value),
    )


def set_words(held: CapSet) -> Text:
    """Whom a set holds."""
    if held.above is not None:
        return t(
            "Those weighing more than {above}",
            "비중 {above} 초과 종목",
            above=dated(held.above, value),
        )
    assert held.largest is not None
    return t("The {n} largest", "상위 {n}종목", n=dated(held.largest, value))


CAP_SENTENCES: Final[dict[str, Any]] = {
    "limit": _limit,
    "ladder": _ladder,
    "set": _set,
    "factor": _factor,
    "targets": _targets,
    "times": _times,
}
