"""Base, publication, corporate actions, calculation, return versions and overlays in words."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.returns import Estimator, Overlay, RiskControl, Withholding
from indexcalc.methodology.values.dated import Dated
from indexcalc.report.rulebook.schedule import schedule_words
from indexcalc.report.rulebook.text import Section, Table, Text, joined, listed, plain, t
from indexcalc.report.rulebook.values import dated, day, duration, number, percent, phrase, value

_KINDS: Final = {
    "price": Text("price return", "가격지수"),
    "gross": Text("gross total return", "총수익지수"),
    "net": Text("net total return", "순총수익지수"),
}
_ROUNDING: Final = {
    "half_up": Text("half up", "반올림"),
    "half_even": Text("half to even", "오사오입"),
    "down": Text("down", "내림"),
}


def identity(rule: Methodology, section: Section) -> None:
    """What the index is called, its currency, calendar, base and publication."""
    names = [Text(name, name) for name in rule.name.values()]
    section.say(
        "index",
        t(
            "The index is named {name} (identifier {id}).",
            "지수명은 {name}, 식별자는 {id}이다.",
            name=listed(names, "or") if names else plain(rule.index),
            id=rule.index,
        ),
    )
    if rule.variant_of is not None:
        section.say(
            "variant_of",
            t(
                "It is a variant of {base}; what is not said anew is that index's.",
                "{base}의 변형지수이며, 따로 정하지 않은 사항은 그 지수를 따른다.",
                base=rule.variant_of,
            ),
        )
    section.say(
        "currency",
        t("It is computed in {currency}.", "산출 통화: {currency}.", currency=rule.currency),
    )
    section.say(
        "calendar",
        t("Its sessions are those of {calendar}.", "거래일: {calendar}.", calendar=rule.calendar),
    )
    if rule.base is not None:
        section.say(
            "base.date", t("The base date is {day}.", "기준일: {day}.", day=day(rule.base.date))
        )
        section.say(
            "base.level",
            t("The base level is {level}.", "기준지수: {level}.", level=number(rule.base.level)),
        )
        for anchor in rule.base.anchors:
            section.say(
                anchor.path,
                t(
                    "Levels are chained from the official close of {level} on {day}.",
                    "{day} 공식 종가 {level}에서 이어 산출한다.",
                    level=number(anchor.level),
                    day=day(anchor.on),
                ),
            )
        if rule.base.divisor is not None:
            section.say(
                "base.divisor",
                t(
                    "The divisor on the base date is {n}.",
                    "기준일의 제수: {n}.",
                    n=number(rule.base.divisor),
                ),
            )
    if rule.launch is not None:
        section.say(
            "launch",
            t(
                "It was launched on {day}; levels before are backtested.",
                "발표 개시일: {day}; 그 전의 지수는 소급 산출한 것이다.",
                day=day(rule.launch),
            ),
        )
    section.say(
        "published.decimals",
        t(
            "Levels are published with {n} decimals.",
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
        ("index_shares", Text("Index shares", "지수 주식수")),
        ("capping_factor", Text("Capping factors", "CAP 비율")),
        ("divisor", Text("The divisor", "제수")),
    ):
        held: Dated[int] | None = getattr(rule.rounding, name)
        if held is not None:
            section.say(
                f"rounding.{name}",
                t(
                    "{what}: kept to {n} decimals.",
                    "{what}: 소수점 {n}자리까지.",
                    what=what,
                    n=dated(held, value),
                ),
            )


# --- corporate actions and calculation --------------------------------------------------------------

_ACTION_WORDS: Final[dict[str, dict[str, Text]]] = {
    "rights": {
        "ex_date": Text("New shares count from the ex-date.", "신주는 권리락일부터 반영한다."),
        "listing": Text("New shares count from their listing.", "신주는 상장일부터 반영한다."),
    },
    "base_price": {
        "exchange": Text(
            "The exchange's base price is used where it is known.",
            "거래소 기준가격을 우선 적용한다.",
        ),
        "terms": Text(
            "The base price follows from the terms of the action.",
            "기준가격은 권리 조건으로 산출한다.",
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


def actions(rule: Methodology, section: Section) -> None:
    """How corporate actions are treated: the rule's choices, then the table of base prices."""
    held = rule.maintenance
    for name, words in _ACTION_WORDS.items():
        chosen: Dated[str] = getattr(held, name)
        section.say(f"maintenance.{name}", dated(chosen, lambda word, w=words: w[word]))  # type: ignore[misc]
    family = _family(rule)
    shares = {
        "cap": Text("q × m from the ex-date", "권리락일부터 q × m"),
        "neutral": Text("q × m", "q × m"),
        "price": Text("q; the divisor absorbs it", "q; 제수로 조정"),
    }[family]
    rights = {
        "cap": Text("q × (1 + n)", "q × (1 + n)"),
        "neutral": Text("q × C / B", "q × C / B"),
        "price": Text("q; the divisor absorbs it", "q; 제수로 조정"),
    }[family]
    special_shares = Text("q × C / B", "q × C / B") if family == "neutral" else Text("q", "q")
    section.tables.append(
        Table(
            head=(
                Text("Event", "사유"),
                Text("Base price B", "기준가격 B"),
                Text("Index shares", "지수 주식수"),
            ),
            rows=(
                (
                    Text(
                        "Split, consolidation, bonus, stock dividend: m new for one",
                        "분할·병합·무상증자·주식배당: 1주당 m주",
                    ),
                    plain("C / m"),
                    shares,
                ),
                (
                    Text("Rights: n new for one at s below C", "유상증자: 1주당 n주, 발행가 s < C"),
                    plain("(C + n × s) / (1 + n)"),
                    rights,
                ),
                (Text("Rights at s of C or more", "유상증자: s ≥ C"), plain("C"), plain("q")),
                (
                    Text("Special dividend or return of capital d", "특별배당·자본 환급 d"),
                    plain("C − d"),
                    special_shares,
                ),
                (
                    Text("Spin-off", "인적분할"),
                    Text("parent C, child 0", "존속 C, 신설 0"),
                    Text("child: u × q", "신설: u × q"),
                ),
                (
                    Text(
                        "Change of shares, float or capping factor", "주식수·유동비율·CAP 비율 변경"
                    ),
                    plain("C"),
                    Text("new; the divisor absorbs it", "변경 후 값; 제수로 조정"),
                ),
            ),
        )
    )


def _family(rule: Methodology) -> str:
    scheme = rule.weighting.scheme.entries[-1][1]
    if scheme in ("market_cap", "float_market_cap"):
        return "cap"
    return "price" if scheme == "price" else "neutral"


def calculation(rule: Methodology, section: Section) -> None:
    """The formulas of the level."""
    section.say(
        "",
        Text(
            "For each constituent, q is its index shares (shares × free-float factor × capping "
            "factor × inclusion factor, as the scheme uses them), P the close, B the base price of "
            "the session and X the exchange rate.",
            "구성종목별로 q는 지수 주식수(주식수 × 유동비율 × CAP 비율 × 편입비율, 가중 방식에 따름), "
            "P는 종가, B는 기준가격, X는 환율이다.",
        ),
    )
    section.formulas.append("S(t) = Σ q(t) P(t) X(t)      R(t) = Σ q(t) B(t) X(t−1)")
    section.formulas.append(
        "level(t) = level(t−1) × S(t) / R(t)      divisor(t) = divisor(t−1) × R(t) / S(t−1)"
    )
    order = rule.returns.order.entries[-1][1]
    if any(kind in ("gross", "net") for kind in rule.returns.kinds) or rule.returns.withholding:
        section.formulas.append(
            "total return(t) = total return(t−1) × (S(t) + V(t)) / R(t)"
            if order == "after"
            else "total return(t) = total return(t−1) × S(t) / R(t) × (1 + V(t) / R(t))"
        )


def returns(rule: Methodology, section: Section) -> None:
    """Return versions, taxes and reinvestment."""
    held = rule.returns
    section.say(
        "returns.kinds",
        t(
            "Versions made by default: {kinds}.",
            "기본 산출 지수: {kinds}.",
            kinds=listed([_KINDS[kind] for kind in held.kinds]),
        ),
    )
    if held.withholding is not None:
        section.say(
            "returns.withholding",
            t(
                "Of dividends in the net version {rate} is withheld.",
                "순총수익지수의 배당 원천징수율: {rate}.",
                rate=dated(held.withholding, _tax),
            ),
        )
    section.say(
        "returns.reinvest",
        t(
            "Dividends are reinvested in {where}.",
            "배당 재투자: {where}.",
            where=dated(
                held.reinvest,
                lambda word: Text(
                    "the whole index" if word == "index" else "the stock that pays",
                    "지수 전체" if word == "index" else "배당 지급 종목",
                ),
            ),
        ),
    )
    if held.points is not None:
        section.say(
            "returns.points",
            t(
                "Dividend points start anew {when}.",
                "배당 포인트는 {when} 0에서 다시 시작한다.",
                when=schedule_words(held.points),
            ),
        )


def _tax(held: Withholding) -> Text:
    if held.rate is not None:
        return percent(held.rate.exact)
    return joined(
        [
            t("{c}: {rate}", "{c}: {rate}", c=country, rate=percent(rate.exact))
            for country, rate in held.by_country
        ]
    )


# --- overlays ---------------------------------------------------------------------------------------


def overlay(rule: Methodology, section: Section) -> None:
    """What an index does to the level of another."""
    assert rule.underlying is not None
    below = rule.underlying
    section.say(
        "underlying",
        t(
            "The index stands on the {kind} level of {index} ({source}).",
            "기초지수: {index}의 {kind}({source}).",
            kind=_KINDS[below.return_],
            index=below.index,
            source=Text(below.levels, "산출값" if below.levels == "computed" else "공표값"),
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
                    "Financing costs the rate {rate} ({count}).",
                    "차입 금리: {rate}({count}).",
                    rate=dated(held.financing.rate, plain),
                    count=dated(held.financing.day_count, plain),
                ),
            )
        )
    if held.risk_control is not None:
        sentences += _risk_control(held.risk_control)
    return sentences


def _risk_control(held: RiskControl) -> list[tuple[str, Text]]:
    def one(estimator: Estimator) -> Text:
        if estimator.decay is not None:
            return t("decay {x}", "감쇠 {x}", x=dated(estimator.decay, value))
        assert estimator.window is not None
        return t("window {x}", "기간 {x}", x=dated(estimator.window, duration))

    how = {"max": Text("the highest", "최댓값"), "mean": Text("the mean", "평균")}
    return [
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
        )
    ]
