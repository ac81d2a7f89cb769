"""The formulas of the level and the return versions in words."""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Withholding
from indexcalc.report.rulebook.sections.schedule import schedule_words
from indexcalc.report.rulebook.words.section import Section
from indexcalc.report.rulebook.words.text import Text, joined, listed, plain, t
from indexcalc.report.rulebook.words.values import dated, percent

KINDS: Final = {
    "price": Text("price return", "가격지수"),
    "gross": Text("gross total return", "총수익지수"),
    "net": Text("net total return", "순총수익지수"),
}


def calculation(rule: Methodology, section: Section) -> None:
    """The formulas of the level."""
    section.say(
        "",
        Text(
            "For each constituent, q is its index shares (shares × free-float factor × capping "
            "factor × inclusion factor, as the scheme uses them), P the close, B the base price of "
            "the session and X the exchange rate (1 in the currency of the index).",
            "구성종목별로 q는 지수 주식수(주식수 × 유동비율 × CAP 비율 × 편입비율, 가중 방식에 따름), "
            "P는 종가, B는 기준가격, X는 환율(지수 통화는 1)이다.",
        ),
    )
    total = _has_total(rule)
    if total:
        section.say(
            "",
            Text(
                "V is the value of the ordinary dividends that go ex in the session: Σ q × dividend per "
                "share × X, after tax in the net version.",
                "V는 해당 거래일에 배당락이 되는 현금배당의 합계(Σ q × 주당 배당금 × X)이며, "
                "순총수익지수에서는 세후 금액이다.",
            ),
        )
    section.formulas.append(plain("S(t) = Σ q(t) P(t) X(t)      R(t) = Σ q(t) B(t) X(t−1)"))
    section.formulas.append(
        Text(
            "level(t) = level(t−1) × S(t) / R(t)      divisor(t) = divisor(t−1) × R(t) / S(t−1)",
            "지수(t) = 지수(t−1) × S(t) / R(t)      제수(t) = 제수(t−1) × R(t) / S(t−1)",
        )
    )
    order = rule.returns.order.entries[-1][1]
    if total:
        with_dividends = (
            "× (S(t) + V(t)) / R(t)" if order == "after" else "× S(t) / R(t) × (1 + V(t) / R(t))"
        )
        section.formulas.append(
            t(
                "total return(t) = total return(t−1) {step}",
                "총수익지수(t) = 총수익지수(t−1) {step}",
                step=with_dividends,
            )
        )


def _has_total(rule: Methodology) -> bool:
    """Has the rule a version with dividends?"""
    said = any(kind in ("gross", "net") for kind in rule.returns.kinds)
    return said or rule.returns.withholding is not None


def returns(rule: Methodology, section: Section) -> None:
    """Return versions, taxes and reinvestment."""
    block = rule.returns
    section.say(
        "returns.kinds",
        t(
            "It is computed as a {kinds} index by default.",
            "기본 산출 지수: {kinds}.",
            kinds=listed([KINDS[kind] for kind in block.kinds]),
        ),
    )
    if block.withholding is not None:
        section.say(
            "returns.withholding",
            t(
                "Tax withheld from dividends in the net version: {rate}.",
                "순총수익지수의 배당 원천징수율: {rate}.",
                rate=dated(block.withholding, tax),
            ),
        )
    if block.points is not None:
        section.say(
            "returns.points",
            t(
                "Dividend points start again {when}.",
                "배당 포인트는 {when} 0에서 다시 시작한다.",
                when=schedule_words(block.points),
            ),
        )
    if not _has_total(rule) and rule.span_of("returns.reinvest") is None:
        return
    section.say(
        "returns.reinvest",
        t(
            "Dividends are reinvested in {where}.",
            "배당 재투자: {where}.",
            where=dated(
                block.reinvest,
                lambda word: Text(
                    "the whole index" if word == "index" else "the stock that pays",
                    "지수 전체" if word == "index" else "배당 지급 종목",
                ),
            ),
        ),
    )


def tax(held: Withholding) -> Text:
    """One rate of tax, or one for each country."""
    if held.rate is not None:
        return percent(held.rate.exact)
    return joined(
        [
            t("{c}: {rate}", "{c}: {rate}", c=country, rate=percent(rate.exact))
            for country, rate in held.by_country
        ]
    )
