"""Weighting and checks in words."""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.caps.cap import Check
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.weighting import Amount, Weighting
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.report.rulebook.sections.caps import caps_in_order, per_words, set_words
from indexcalc.report.rulebook.words.items import say_items
from indexcalc.report.rulebook.words.names import name_of
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, t
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
    caps_in_order(block, section)
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
    if _says(rule, "weighting.interim"):
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
    if _says(rule, "weighting.on_infeasible"):
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


def _says(rule: Methodology, path: str) -> bool:
    """Is a key about caps worth a sentence: caps are in force, or the rule itself says it?"""
    *_, (_, caps) = rule.weighting.caps.entries
    return (bool(caps) and caps is not Special.NONE) or rule.span_of(path) is not None


def _check(check: Check) -> Text:
    if check.limit is not None:
        return t(
            "It is verified that the weight of {per} is at most {limit}.",
            "검증: {per}의 비중 {limit} 이내.",
            per=per_words(check.per),
            limit=dated(check.limit, value),
        )
    assert check.set is not None
    assert check.together is not None
    text = t(
        "It is verified: {set} together weigh {together} at most.",
        "검증: {set}의 합계 {together} 이내.",
        set=set_words(check.set),
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
            per=per_words(check.per),
            limit=dated(check.limit, value),
        )
    assert check.set is not None
    assert check.together is not None
    return t(
        "The caps act where before them the following exceed {together} together: {set}.",
        "상한은 적용 전 다음의 합계가 {together}을(를) 넘을 때 적용한다: {set}.",
        set=set_words(check.set),
        together=dated(check.together, value),
    )
