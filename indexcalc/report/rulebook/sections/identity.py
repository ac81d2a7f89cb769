"""What the index is called, where it starts and how its level is published, in words."""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Base
from indexcalc.methodology.values.dated import Dated
from indexcalc.report.rulebook.words.currencies_and_exchanges import (
    CURRENCIES,
    EXCHANGES,
    with_code,
)
from indexcalc.report.rulebook.words.items import with_limits
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, index_name, plain, t
from indexcalc.report.rulebook.words.values import dated, day, number, value

_ROUNDING: Final = {
    "half_up": Text("half up", "반올림"),
    "half_even": Text("half to even", "오사오입"),
    "down": Text("down", "내림"),
}


def identity(rule: Methodology, section: Section) -> None:
    """What the index is called, its currency, calendar, base and publication."""
    section.say(
        "index",
        t(
            "The index is named {name} (identifier {id}).",
            "지수명은 {name}, 식별자는 {id}(이)다.",
            name=_name(rule),
            id=rule.index,
        ),
    )
    if rule.variant_of is not None:
        section.say(
            "variant_of",
            t(
                "It is a variant of {base}; what it does not state itself is as in that index.",
                "{base}의 변형지수이며, 따로 정하지 않은 사항은 그 지수를 따른다.",
                base=index_name(rule.variant_of),
            ),
        )
    section.say(
        "currency",
        t(
            "It is computed in {currency}.",
            "산출 통화: {currency}.",
            currency=with_code(CURRENCIES, rule.currency),
        ),
    )
    section.say(
        "calendar",
        t(
            "Its sessions are those of {calendar}.",
            "거래일: {calendar}의 거래일.",
            calendar=with_code(EXCHANGES, rule.calendar),
        ),
    )
    if rule.base is not None:
        _base(rule.base, section)
    if rule.launch is not None:
        section.say(
            "launch",
            t(
                "It was launched on {day}; levels before are backtested.",
                "발표 개시일: {day}; 그 전의 지수는 소급 산출한 것이다.",
                day=day(rule.launch),
            ),
        )
    _publication(rule, section)


def _name(rule: Methodology) -> Text:
    """The name in the language of the reader, with the other one behind it."""
    english = rule.name.get("en", rule.index)
    korean = rule.name.get("ko", english)
    if english == korean:
        return plain(english)
    return Text(f"{english}, in Korean {korean}", f"{korean}({english})")


def _base(base: Base, section: Section) -> None:
    section.say("base.date", t("The base date is {day}.", "기준일: {day}.", day=day(base.date)))
    section.say(
        "base.level",
        t("The base level is {level}.", "기준지수: {level}.", level=number(base.level)),
    )
    for anchor in base.anchors:
        section.say(
            anchor.path,
            with_limits(
                anchor,
                t(
                    "Levels are chained from the official close of {level} on {day}.",
                    "{day} 공식 종가 {level}에서 이어 산출한다.",
                    level=number(anchor.level),
                    day=day(anchor.on),
                ),
            ),
        )
    if base.divisor is not None:
        section.say(
            "base.divisor",
            t(
                "The divisor on the base date is {n}.",
                "기준일의 제수: {n}.",
                n=number(base.divisor),
            ),
        )


def _publication(rule: Methodology, section: Section) -> None:
    section.say(
        "published.decimals",
        t(
            "Levels are published to {n} decimals.",
            "공표 소수점 자릿수: {n}.",
            n=dated(rule.published.decimals, value),
        ),
    )
    section.say(
        "published.rounding",
        t(
            "They are rounded {how}.",
            "끝수 처리: {how}.",
            how=dated(rule.published.rounding, lambda word: _ROUNDING[word]),
        ),
    )
    for name, what in (
        ("index_shares", Text("Index shares are", "지수 주식수")),
        ("capping_factor", Text("Capping factors are", "CAP 비율")),
        ("divisor", Text("The divisor is", "제수")),
    ):
        decimals: Dated[int] | None = getattr(rule.rounding, name)
        if decimals is not None:
            section.say(
                f"rounding.{name}",
                t(
                    "{what} rounded to {n} decimals.",
                    "{what}: 소수점 {n}자리로 반올림.",
                    what=what,
                    n=dated(decimals, value),
                ),
            )
