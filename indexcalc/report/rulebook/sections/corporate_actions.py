"""The treatment of corporate actions in words."""

from __future__ import annotations

from typing import Final

from indexcalc.calculation.terms_of_rule import who_says
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.dated import Dated
from indexcalc.report.rulebook.words.section import Section, Table
from indexcalc.report.rulebook.words.text import Text, plain, t
from indexcalc.report.rulebook.words.values import dated

_INHERITED: Final = frozenset({"base_price", "rights", "spin_off", "resumption", "merger_shares"})
"""How a rule treats the prices of lines: in its own words, else in those of a parent."""
_ACTION_WORDS: Final[dict[str, dict[str, Text]]] = {
    "rights": {
        "ex_date": Text("New shares count from the ex-date.", "신주는 권리락일부터 반영한다."),
        "listing": Text("New shares count from their listing.", "신주는 상장일부터 반영한다."),
        "theoretical_ex": Text(
            "On the ex-date the price is multiplied by the cum price over the theoretical ex price; the "
            "new shares count from the close of that day.",
            "권리락일에는 권리부 가격을 이론권리락 가격으로 나눈 조정계수를 주가에 곱하고, 신주는 권리락일 "
            "종가부터 반영한다.",
        ),
        "theoretical_cum": Text(
            "On the ex-date the price is multiplied by the theoretical cum price over the ex price of that "
            "day; the new shares count from its close.",
            "권리락일에는 이론권리부 가격을 그날의 권리락 가격으로 나눈 조정계수를 주가에 곱하고, 신주는 "
            "권리락일 종가부터 반영한다.",
        ),
    },
    "base_price": {
        "exchange": Text(
            "The exchange's base price is used where it is known.",
            "거래소 기준가격을 우선 적용한다.",
        ),
        "terms": Text(
            "The base price follows from the terms of the action where it has any.",
            "조건이 있는 기업행위의 기준가격은 그 조건으로 산출한다.",
        ),
    },
    "resumption": {
        "counted": Text(
            "After a halt, a line whose price is set anew counts from its first session.",
            "거래정지 후 가격이 새로 정해진 종목은 재개 첫 거래일부터 반영한다.",
        ),
        "frozen": Text(
            "After a halt, a line whose price is set anew stands as before on its first session; the "
            "change is booked at its first close.",
            "거래정지 후 가격이 새로 정해진 종목은 재개 첫 거래일에는 종전 값으로 두고, "
            "그 변동은 첫 종가에 반영한다.",
        ),
    },
    "merger_shares": {
        "of_members": Text(
            "The shares a member issues for another it takes over count from the day that one leaves.",
            "구성종목이 다른 구성종목을 흡수하며 발행하는 신주는 피흡수 종목이 제외되는 날부터 반영한다.",
        ),
        "of_any": Text(
            "The shares a member issues for a company it takes over count from that line's halt, whether "
            "it is a member or not.",
            "구성종목이 합병으로 발행하는 신주는 피흡수 종목의 구성 여부와 관계없이 "
            "그 거래정지일부터 반영한다.",
        ),
    },
    "spin_off": {
        "zero": Text(
            "A spun-off line is held at zero until it has traded.",
            "분할신설 주식은 첫 거래 전까지 0으로 평가한다.",
        ),
        "valued": Text(
            "A spun-off line is held at the value of its terms.",
            "분할신설 주식은 조건에 따른 가치로 평가한다.",
        ),
    },
    "special": {
        "gross": Text(
            "Special dividends lower the base price by their gross amount.",
            "특별배당은 세전 금액을 기준가격에서 차감한다.",
        ),
        "taxed": Text(
            "In the net version special dividends lower it net of tax.",
            "순총수익지수에서는 특별배당을 세후 금액으로 차감한다.",
        ),
        "net": Text(
            "Special dividends lower the base price net of tax, in the price version too.",
            "특별배당은 가격지수에서도 세후 금액을 기준가격에서 차감한다.",
        ),
    },
    "special_weight": {
        "keep": Text(
            "Where weights are set by a scheme, a special dividend leaves them as they are.",
            "가중치를 정하는 방식에서는 특별배당이 비중을 바꾸지 않는다.",
        ),
        "drift": Text(
            "Where weights are set by a scheme, they drift after a special dividend.",
            "가중치를 정하는 방식에서도 특별배당 후 비중은 변동한다.",
        ),
    },
}


_ABSORBED: Final = Text("q; the divisor absorbs it", "q; 제수로 조정")
_TO_B: Final = plain("q × C / B")


def _always(words: Text) -> dict[str, Text]:
    return {"cap": words, "neutral": words, "price": words}


_EVENTS: Final[tuple[tuple[Text, Text, dict[str, Text], bool], ...]] = (
    (
        Text(
            "Split, consolidation, bonus, stock dividend: m new for one",
            "분할·병합·무상증자·주식배당: 1주당 m주",
        ),
        plain("C / m"),
        {
            "cap": Text("q × m from the ex-date", "권리락일부터 q × m"),
            "neutral": plain("q × m"),
            "price": _ABSORBED,
        },
        False,
    ),
    (
        Text("Capital reduction: m shares for one", "자본감소: 1주당 m주"),
        plain("C / m"),
        {"cap": plain("q × m"), "neutral": plain("q × m"), "price": _ABSORBED},
        True,
    ),
    (
        Text("Rights: n new for one at s below C", "유상증자: 1주당 n주, 발행가 s < C"),
        plain("(C + n × s) / (1 + n)"),
        {"cap": plain("q × (1 + n)"), "neutral": _TO_B, "price": _ABSORBED},
        False,
    ),
    (
        Text("Rights at s of C or more", "유상증자: s ≥ C"),
        plain("C"),
        _always(plain("q")),
        False,
    ),
    (
        Text(
            "Public offering, third-party allotment, conversion, cancellation of shares",
            "일반공모·제3자배정 유상증자, 전환·행사, 주식 소각",
        ),
        plain("C"),
        {
            **_always(plain("q")),
            "cap": Text(
                "new as “Between reviews” says; the divisor absorbs it",
                "수시변경에서 정한 때에 변경; 제수로 조정",
            ),
        },
        False,
    ),
    (
        Text("Special dividend or return of capital d", "특별배당·자본 환급 d"),
        plain("C − d"),
        {**_always(plain("q")), "neutral": _TO_B},
        False,
    ),
    (
        Text("Spin-off, the company that stays", "인적분할 존속회사"),
        plain("C"),
        _always(plain("q")),
        True,
    ),
    (
        Text("Spin-off, u new shares for one", "인적분할 신설회사: 1주당 u주"),
        Text("0, or its value, until it trades", "거래 전까지 0 또는 조건에 따른 가치"),
        _always(Text("u × q until it has traded", "첫 거래 전까지 u × q")),
        False,
    ),
    (
        Text("Merger, tender offer, bankruptcy: the line that ends", "피합병·공개매수·파산"),
        Text("its final price, else its last close", "최종 가격, 없으면 직전 종가"),
        {
            "cap": Text(
                "gone; an acquirer that is a constituent counts what it issues from the same session; "
                "the divisor absorbs the rest",
                "제외; 합병회사가 구성종목이면 합병신주를 같은 날부터 반영; 나머지는 제수로 조정",
            ),
            "neutral": Text(
                "gone; who joins takes its weight, else the acquirer its shares",
                "제외; 편입종목이 그 비중을, 없으면 합병회사가 주식을 승계",
            ),
            "price": Text("gone; the divisor absorbs it", "제외; 제수로 조정"),
        },
        False,
    ),
    (
        Text("Change of float or capping factor", "유동비율·CAP 비율 변경"),
        plain("C"),
        _always(Text("new; the divisor absorbs it", "변경 후 값; 제수로 조정")),
        False,
    ),
)
"""Event, base price, index shares by how the scheme reacts to actions, and whether the price is set anew
after a halt."""


def actions(rule: Methodology, section: Section) -> None:
    """How corporate actions are treated: the rule's choices, then the table of base prices."""
    family = _family(rule)
    for name, words in _ACTION_WORDS.items():
        path = f"maintenance.{name}"
        if name == "special_weight" and family != "neutral" and rule.span_of(path) is None:
            continue  # weights that nothing sets
        teller = rule
        if section.family is not None and name in _INHERITED:
            teller = who_says(path, rule, section.family)
        chosen: Dated[str] = getattr(teller.maintenance, name)
        section.say(path, dated(chosen, lambda word, w=words: w[word]), said_by=teller)  # type: ignore[misc]
    head = (
        Text("Event", "사유"),
        Text("Base price B", "기준가격 B"),
        Text("Index shares", "지수 주식수"),
    )
    rows = [
        (event, *_after_a_halt(rule, section, price, shares[family]))
        if halted
        else (event, price, shares[family])
        for event, price, shares, halted in _EVENTS
    ]
    section.tables.append(Table(head, tuple(rows)))


def _after_a_halt(
    rule: Methodology, section: Section, price: Text, shares: Text
) -> tuple[Text, Text]:
    """Base price and shares of a line whose price is set anew after a halt: as given, or frozen on the
    first session where the rule, or a parent, says so."""
    path = "maintenance.resumption"
    teller = rule if section.family is None else who_says(path, rule, section.family)
    if teller.maintenance.resumption.entries[-1][1] != "frozen":
        return price, shares
    return (
        Text("as before the halt on the first session", "재개 첫 거래일에는 정지 전 값"),
        t(
            "as before on it; from the next session {shares}, and the divisor absorbs the change at the "
            "first close",
            "첫 거래일에는 종전 주식수, 다음 거래일부터 {shares}; 첫 종가 기준 변동은 제수로 조정",
            shares=shares,
        ),
    )


def _family(rule: Methodology) -> str:
    scheme = rule.weighting.scheme.entries[-1][1]
    if scheme in ("market_cap", "float_market_cap"):
        return "cap"
    return "price" if scheme == "price" else "neutral"
