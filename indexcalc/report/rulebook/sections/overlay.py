"""What an overlay does to the level of another index, in words."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Estimator, Overlay, RiskControl
from indexcalc.methodology.values.dated import Dated
from indexcalc.report.rulebook.sections.returns import KINDS, tax
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, index_name, joined, plain, t
from indexcalc.report.rulebook.words.values import dated, duration, phrase, value

_HEDGED: Final = {
    "level": Text("the level", "지수"),
    "members": Text("the constituents quoted in that currency", "해당 통화로 호가되는 구성종목"),
}
_BORNE_BY: Final = {
    "borrowed": Text("what is borrowed", "차입분"),
    "exposure": Text("the whole exposure", "전체 노출"),
}
_MISSING: Final = {
    "error": Text("the level is not computed", "산출하지 않는다"),
    "carried": Text("the rate before it holds", "직전 금리를 적용한다"),
}


def overlay(rule: Methodology, section: Section) -> None:
    """What an index does to the level of another."""
    assert rule.underlying is not None
    below = rule.underlying
    section.say(
        "underlying",
        t(
            "The index stands on the {kind} level of {index} ({source}).",
            "기초지수: {index}의 {kind}({source}).",
            kind=KINDS[below.return_],
            index=index_name(below.index),
            source=Text(below.levels, "산출값" if below.levels == "computed" else "공표값"),
        ),
    )
    if below.withholding is not None:
        section.say(
            "underlying.withholding",
            t(
                "Tax withheld from its dividends: {rate}.",
                "기초지수의 배당 원천징수율: {rate}.",
                rate=dated(below.withholding, tax),
            ),
        )
    if below.currency:
        section.say(
            "underlying.currency",
            t(
                "Its levels are in {currency}.",
                "기초지수의 통화: {currency}.",
                currency=below.currency,
            ),
        )
    if rule.overlay is not None:
        for name, text in _overlay(rule.overlay):
            section.say(f"overlay.{name}", text)


def _overlay(held: Overlay) -> list[tuple[str, Text]]:
    sentences: list[tuple[str, Text]] = []

    def say(name: str, en: str, ko: str, words: Any = value) -> None:
        part = getattr(held, name)
        if part is None or (isinstance(part, Dated) and not part.values):
            return
        text = dated(part, words) if isinstance(part, Dated) else words(part)
        sentences.append((name, t(en, ko, value=text)))

    say("leverage", "Its exposure is {value} times the underlying.", "노출배수: {value}배.")
    say("reset", "The exposure is reset {value}.", "노출 재설정 주기: {value}.")
    say("decrement", "{value} a year is taken off the level.", "연간 차감: {value}.")
    say("day_count", "Days are counted by {value}.", "일수 계산: {value}.")
    if held.decrement is not None:
        say("method", "The decrement is {value}.", "차감 방식: {value}.")
    say("floor", "The level does not fall below {value}.", "지수 하한: {value}.")
    say("hedge", "Currency is hedged into {value}.", "환헤지 통화: {value}.", plain)
    if held.hedge is not None:
        say("of", "What is hedged: {value}.", "헤지 대상: {value}.", lambda word: _HEDGED[word])
    say("ratio", "The hedge ratio is {value}.", "헤지 비율: {value}.")
    say("roll", "Forwards are rolled on {value}.", "선물환 롤오버: {value}.", phrase)
    say("forward", "The forward tenor is {value}.", "선물환 만기: {value}.")
    say("adjust", "The hedge is adjusted {value}.", "헤지 조정: {value}.")
    say("conversion", "The level is converted at the {value} rate.", "환산 환율: {value}.", plain)
    if held.financing is not None:
        sentences.append(
            (
                "financing",
                t(
                    "Financing costs the rate {rate} ({count}) on {of}; on a session without a "
                    "rate {missing}.",
                    "차입 금리: {rate}({count}), 부담 기준: {of}; 금리가 없는 거래일에는 {missing}.",
                    rate=dated(held.financing.rate, plain),
                    count=dated(held.financing.day_count, plain),
                    of=_BORNE_BY[held.financing.of],
                    missing=_MISSING[held.financing.missing],
                ),
            )
        )
    if held.risk_control is not None:
        sentences += _risk_control(held.risk_control)
    return sentences


def _risk_control(held: RiskControl) -> list[tuple[str, Text]]:
    def one(estimator: Estimator) -> Text:
        if estimator.decay is not None:
            decay = t("decay {x}", "감쇠 {x}", x=dated(estimator.decay, value))
            if estimator.seed is None:
                return decay
            seed = dated(estimator.seed, value)
            return t("{d} from {s}", "{d}(초기값 {s})", d=decay, s=seed)
        assert estimator.window is not None
        return t("window {x}", "기간 {x}", x=dated(estimator.window, duration))

    sentences = []
    if held.first_exposure is not None:
        first = dated(held.first_exposure, value)
        sentences.append(
            (
                "risk_control.first_exposure",
                t(
                    "Until the estimates are whole the exposure is {x}.",
                    "추정치가 갖추어질 때까지의 노출: {x}.",
                    x=first,
                ),
            )
        )
    how = {"max": Text("the highest", "최댓값"), "mean": Text("the mean", "평균")}
    return [
        *sentences,
        (
            "risk_control",
            t(
                "Exposure aims at a volatility of {target}, at most {most}, with a lag of {lag}; "
                "volatility is {combine} of these estimates, a year having {days} sessions: "
                "{estimators}.",
                "목표 변동성 {target}, 최대 노출 {most}, 반영 시차 {lag}; 변동성은 다음 추정치의 "
                "{combine}(연 {days}거래일): {estimators}.",
                target=dated(held.target, value),
                most=dated(held.leverage_max, value),
                lag=dated(held.lag, duration),
                combine=dated(held.combine, lambda word: how[word]),
                days=dated(held.annual_factor, value),
                estimators=dated(held.estimators, lambda items: joined([one(x) for x in items])),
            ),
        ),
    ]
