"""Weighting, caps and checks in words."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model.caps.cap import Cap, Check
from indexcalc.methodology.model.caps.set_together import CapSet
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.weighting import Amount, Weighting
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.sections.universe_and_measures import measure
from indexcalc.report.rulebook.words.items import say_items
from indexcalc.report.rulebook.words.names import name_of
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, joined, t
from indexcalc.report.rulebook.words.values import dated, value

_SCHEMES: Final = {
    "market_cap": Text("by market capitalisation", "시가총액 가중"),
    "float_market_cap": Text("by free-float market capitalisation", "유동시가총액 가중"),
    "equal": Text("equally", "동일 가중"),
    "price": Text("by price", "주가 가중"),
    "measure": Text("in proportion to {by}", "{by} 비례 가중"),
    "tilt": Text(
        "by free-float market capitalisation times {by}",
        "유동시가총액에 {by}을(를) 곱한 값으로 가중",
    ),
    "inverse_volatility": Text("in inverse proportion to {by}", "{by} 역수 가중"),
    "given": Text("by published weight factors", "공표된 가중계수에 따른 가중"),
}
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
_CAP_WORDS: Final = frozenset({"market_cap", "float_market_cap"})


def weighting(rule: Methodology, section: Section) -> None:
    """The scheme, the caps in order, and what is verified."""
    block = rule.weighting
    by = Text("the given measure", "정해진 지표") if block.by is None else dated(block.by, name_of)
    section.say(
        "weighting.scheme",
        t(
            "Constituents are weighted {how}.",
            "구성종목의 가중 방식: {how}.",
            how=dated(block.scheme, lambda word: t(_SCHEMES[word].en, _SCHEMES[word].ko, by=by)),
        ),
    )
    if block.price_factor is not None:
        section.say(
            "weighting.price_factor",
            t(
                "Each price is scaled by {column}.",
                "주가에 {column} 값을 곱한다.",
                column=dated(block.price_factor, lambda factor: name_of(factor.column)),
            ),
        )
    if not (block.across.is_constant and block.across.value == "security"):
        section.say(
            "weighting.across",
            t(
                "The scheme weights {whom}.",
                "가중 단위: {whom}.",
                whom=dated(block.across, value),
            ),
        )
    say_items(section, block.caps, "weighting.caps", _cap)
    _of_all_caps(block, section)
    if block.floor is not None:
        section.say(
            "weighting.floor",
            t(
                "No weight is below {floor}.",
                "최저 비중: {floor}.",
                floor=dated(block.floor, value),
            ),
        )
    _index_shares(block, section)
    say_items(section, block.when_exceeded, "weighting.when_exceeded", _trigger)
    say_items(section, block.check, "weighting.check", _check)
    words = {
        "error": Text("the weights are refused", "산출하지 않는다"),
        "equal": Text("equal weights are used", "동일 비중으로 한다"),
        "relax": Text(
            "the limits are relaxed to the smallest feasible ones", "가능한 최소 한도로 완화한다"
        ),
    }
    if _says(rule, section, "weighting.interim"):
        section.say(
            "weighting.interim",
            t(
                "Capping factors are {what} between rebalances.",
                "정기 변경 사이의 CAP 비율: {what}.",
                what=dated(
                    block.interim,
                    lambda word: Text(
                        "kept" if word == "keep" else "set again whenever constituents change",
                        "유지" if word == "keep" else "구성종목 변경 시 재산정",
                    ),
                ),
            ),
        )
    if _says(rule, section, "weighting.on_infeasible"):
        section.say(
            "weighting.on_infeasible",
            t(
                "Where the limits cannot be met, {what}.",
                "한도를 충족할 수 없는 경우: {what}.",
                what=dated(block.on_infeasible, lambda word: words[word]),
            ),
        )


def _index_shares(block: Weighting, section: Section) -> None:
    """What index shares are made from, and how they come to be."""
    if block.amount is not None:
        section.say("weighting.amount", _amount(block.amount))
    if block.spread_over is not None:
        section.say(
            "weighting.spread_over",
            t(
                "A rebalance is spread over {n}: from the effective day on, index shares come to the new "
                "ones in equal steps, and who leaves is held until the last.",
                "정기 변경은 {n}에 나누어 반영한다: 적용일부터 지수주식수를 같은 폭으로 옮기고, "
                "편출 종목은 마지막 단계까지 둔다.",
                n=dated(block.spread_over, value),
            ),
        )


def _amount(amount: Dated[Amount]) -> Text:
    """What index shares are made from."""

    def words(held: Amount) -> Text:
        if held.each is None:
            return t("{n} in total", "합계 {n}", n=value(held.total))
        return t("{n} per constituent on average", "종목당 평균 {n}", n=value(held.each))

    return t(
        "Whenever weights are set, index shares are those that {amount} buys; the divisor follows.",
        "비중을 정할 때의 지수주식수: {amount} 기준; 이에 맞추어 제수를 조정한다.",
        amount=dated(amount, words),
    )


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


def _says(rule: Methodology, section: Section, path: str) -> bool:
    """Is a key about caps worth a sentence: caps are in force, or the rule itself says it?"""
    *_, (_, caps) = rule.weighting.caps.entries
    return (bool(caps) and caps is not Special.NONE) or rule.span_of(path) is not None


def _per(word: str) -> Text:
    return _PER.get(word, t("any single {group}", "{group}별 합계", group=name_of(word)))


def _cap(cap: Cap) -> Text:
    text = CAP_SENTENCES[cap.form](cap)
    if cap.trigger is not None:
        text = t(
            "{text}, if the largest weight exceeds {trigger}",
            "{text}(최대 비중 {trigger} 초과 시)",
            text=text,
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
        per=_per(cap.per),
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
        set=_set_words(cap.set),
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


def _set_words(held: CapSet) -> Text:
    if held.above is not None:
        return t(
            "Those weighing more than {above}",
            "비중 {above} 초과 종목",
            above=dated(held.above, value),
        )
    assert held.largest is not None
    return t("The {n} largest", "상위 {n}종목", n=dated(held.largest, value))


def _check(check: Check) -> Text:
    if check.limit is not None:
        return t(
            "It is verified that the weight of {per} is at most {limit}.",
            "검증: {per}의 비중 {limit} 이내.",
            per=_per(check.per),
            limit=dated(check.limit, value),
        )
    assert check.set is not None
    assert check.together is not None
    text = t(
        "It is verified: {set} together weigh {together} at most.",
        "검증: {set}의 합계 {together} 이내.",
        set=_set_words(check.set),
        together=dated(check.together, value),
    )
    if check.others is None:
        return text
    return t(
        "{text} Each of the others weighs {limit} at most.",
        "{text} 그 밖의 종목은 각각 {limit} 이내.",
        text=text,
        limit=dated(check.others.limit, value),
    )


def _trigger(check: Check) -> Text:
    """When the caps act."""
    if check.limit is not None:
        return t(
            "The caps act where the weight of {per} exceeds {limit} before them.",
            "상한은 적용 전 {per}의 비중이 {limit}을(를) 넘을 때 적용한다.",
            per=_per(check.per),
            limit=dated(check.limit, value),
        )
    assert check.set is not None
    assert check.together is not None
    return t(
        "The caps act where before them the following exceed {together} together: {set}.",
        "상한은 적용 전 다음의 합계가 {together}을(를) 넘을 때 적용한다: {set}.",
        set=_set_words(check.set),
        together=dated(check.together, value),
    )


CAP_SENTENCES: Final[dict[str, Any]] = {
    "limit": _limit,
    "ladder": _ladder,
    "set": _set,
    "factor": _factor,
    "targets": _targets,
    "times": _times,
}
