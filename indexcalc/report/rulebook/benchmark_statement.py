"""A benchmark statement: the fields that Regulation (EU) 2016/1011, Article 27, and Delegated Regulation
(EU) 2018/1643, Articles 1, 2 and 6, ask, filled from the rule and a run of it.

What neither can know (ISIN, consultation, contact) is marked as the administrator's to fill; nothing is
invented.  Articles 3 to 5 are about interest rates, commodities and critical benchmarks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.sections import returns, universe_and_measures
from indexcalc.report.rulebook.words.currencies_and_exchanges import EXCHANGES, with_code
from indexcalc.report.rulebook.words.notes import note_in_words
from indexcalc.report.rulebook.words.section import Rulebook, Section, Sentence
from indexcalc.report.rulebook.words.text import Text, counted, joined, t
from indexcalc.report.rulebook.words.values import day, number

OPEN: Final = Text("[to be filled by the administrator]", "[운영기관이 기재할 사항]")


class RunFacts(Struct, frozen=True):
    """What a run adds to a statement: the last review and the sessions it was computed on."""

    first: dt.date
    last: dt.date
    reviewed: dt.date
    constituents: int
    largest: float
    """The largest weight at that review, a share."""
    value: Text = Text("", "")
    """The market value of the index on ``last``, as people write it; none where it is no market value."""
    assumptions: tuple[str, ...] = ()


class _Asked(Struct, frozen=True):
    """What a statement is made from."""

    rule: Methodology
    family: Family | None
    run: RunFacts | None


def _fixed(en: str, ko: str) -> Callable[[_Asked], Text]:
    text = Text(en, ko)
    return lambda _: text


def _open(_: _Asked) -> Text:
    return OPEN


def _market(asked: _Asked) -> Text:
    """The sentences of the universe, and the base."""
    rule = asked.rule
    section = Section(Text("", ""), rule=rule, family=asked.family)
    if not rule.is_overlay:
        universe_and_measures.universe(rule, section)
    said = joined([sentence.text for sentence in section.sentences], " ", " ")
    if rule.base is None:
        return said or OPEN
    started = t(
        "The base is {level} on {day}.",
        "기준일은 {day}, 기준지수는 {level}(이)다.",
        level=number(rule.base.level),
        day=day(rule.base.date),
    )
    return joined([said, started], " ", " ") if said else started


def _geography(asked: _Asked) -> Text:
    return t(
        "Securities traded on {exchange}, as far as the universe goes.",
        "{exchange}에서 거래되는 종목으로, 심사 대상의 범위에 한한다.",
        exchange=with_code(EXCHANGES, asked.rule.calendar),
    )


def _size(asked: _Asked) -> Text:
    """How large the market of the constituents is, and how much of it is one."""
    run = asked.run
    if run is None:
        return OPEN
    if not run.value:
        return _concentration(asked)
    return t(
        "the constituents are worth {value} on {day}, as the index counts them; {concentration}",
        "지수에 반영된 구성종목의 시가총액은 {day} 기준 {value}; {concentration}",
        value=run.value,
        day=day(run.last),
        concentration=_concentration(asked),
    )


def _concentration(asked: _Asked) -> Text:
    run = asked.run
    if run is None:
        return OPEN
    return t(
        "on {day} {n}, the largest with {share} %.",
        "{day} 기준 구성종목 {n}개, 최대 비중 {share}%.",
        day=day(run.reviewed),
        n=counted(run.constituents, "constituent"),
        share=f"{100 * run.largest:.2f}",
    )


def _limits(asked: _Asked) -> Text:
    fixed = Text(
        "A session without trade carries the last price and is recorded; a review whose data are "
        "missing is refused with its reason.",
        "거래가 없는 날은 직전 가격을 이어 쓰고 기록하며, 자료가 없는 심사는 사유와 함께 거부한다.",
    )
    run = asked.run
    if run is None:
        return fixed
    known = t(
        "Computed on the sessions from {first} to {last}{assumed}.",
        "산출 기간: {first}~{last}{assumed}.",
        first=day(run.first),
        last=day(run.last),
        assumed=t(
            "; assumptions: {said}",
            "; 가정: {said}",
            said=joined([note_in_words(said) for said in run.assumptions], "; ", "; "),
        )
        if run.assumptions
        else "",
    )
    return joined([fixed, known], " ", " ")


def _illiquid(asked: _Asked) -> Text:
    """What the level is worth in illiquid markets, and how far inputs are concentrated."""
    return t(
        "A security without trade counts at its last price, so the level lags where many do not trade. "
        "Concentration: {concentration}",
        "거래가 없는 종목은 직전 가격으로 반영하므로 거래가 없는 종목이 많으면 지수가 늦게 움직인다. "
        "집중도: {concentration}",
        concentration=_concentration(asked),
    )


def _unreliable(asked: _Asked) -> Text:
    """When the methodology is no longer reliable; at what liquidity is the administrator's to say."""
    return t(
        "Where the limits on weights cannot be met, or a price or term is missing that cannot be carried, "
        "the level is refused. Liquidity that is deemed insufficient: {open}",
        "비중 한도를 충족할 수 없거나 이어 쓸 수 없는 가격·조건이 없으면 지수를 산출하지 않는다. "
        "유동성이 부족하다고 보는 기준: {open}",
        open=OPEN,
    )


def _updates(asked: _Asked) -> Text:
    return t(
        "This statement is of version {version} of the rule. It is updated when it ceases to be correct or "
        "precise, when the type of the benchmark changes, at every material change of the methodology, "
        "and is reviewed every two years.",
        "이 설명서는 규칙의 버전 {version}에 대한 것이다. 내용이 정확하지 않게 되거나 벤치마크의 유형이 "
        "바뀌거나 방법론이 중요하게 변경되면 갱신하고 2년마다 검토한다.",
        version=asked.rule.sha256[:12],
    )


def _discretion(asked: _Asked) -> Text:
    n = len(asked.rule.committee)
    if not n:
        return Text(
            "None: the rule leaves no choice, and a decision of a committee would stand in it as data.",
            "없음: 규칙에 재량이 없으며, 위원회 결정이 있으면 규칙에 자료로 기재한다.",
        )
    return t(
        "{n} of the committee in the rule, each with its reason and source.",
        "위원회 결정 {n}건이 사유·출처와 함께 규칙에 기재되어 있다.",
        n=counted(n, "decision"),
    )


def _terms(asked: _Asked) -> Text:
    return t(
        "Sections 1 to 3 of the rulebook of {name} (version {version}) define them.",
        "{name} 방법론(버전 {version}) 제1~3절에서 정의한다.",
        name=_name(asked.rule),
        version=asked.rule.sha256[:12],
    )


def _exercised(asked: _Asked) -> Text:
    """Discretion with what else Article 27 asks of it: the criteria, and who exercises it."""
    if not asked.rule.committee:
        return _discretion(asked)
    return t(
        "{said} Criteria, and who may exercise it: {open}",
        "{said} 재량 행사의 기준과 담당자: {open}",
        said=_discretion(asked),
        open=OPEN,
    )


def _criteria(asked: _Asked) -> Text:
    kinds = joined([returns.KINDS[kind] for kind in asked.rule.returns.kinds])
    return t(
        "The rulebook gives them key by key, rebalancing included. Input data, by priority: closing "
        "prices, the exchange's base price, the last close carried. A review needs every figure its rule "
        "names; one that is missing is refused, and no model or extrapolation stands in for it. "
        "Versions: {kinds}.",
        "종목 교체와 비중 재설정을 포함하여 방법론에 항목별로 정한다. 입력자료는 종가, 거래소 기준가격, "
        "직전 종가의 순으로 쓴다. 심사에는 규칙이 정한 자료가 모두 있어야 하며, 없는 자료를 모형이나 "
        "외삽으로 대신하지 않는다. 산출 지수: {kinds}.",
        kinds=kinds,
    )


_FIELDS: Final[tuple[tuple[str, Text, Callable[[_Asked], Text]], ...]] = (
    ("1(1)(a)", Text("Date of publication and of the last update", "공표일과 최종 갱신일"), _open),
    ("1(1)(b)", Text("ISIN, where available", "ISIN(있는 경우)"), _open),
    (
        "1(1)(c)",
        Text("Contributions of input data", "입력자료의 제출"),
        _fixed(
            "None: prices and data of the exchange are used; nobody contributes.",
            "없음: 거래소 가격과 자료로 산출하며 자료 제출자는 없다.",
        ),
    ),
    ("1(1)(d)", Text("Type of benchmark under Title III", "제3편의 벤치마크 유형"), _open),
    ("1(2)(a)", Text("Market or economic reality", "측정 대상 시장"), _market),
    ("1(2)(b)", Text("Geographical boundaries", "지리적 범위"), _geography),
    ("1(2)(c)(i)", Text("Participants in the market", "시장 참가자"), _open),
    ("1(2)(c)(ii)", Text("Size of the market", "시장의 규모"), _size),
    ("1(3)(a)", Text("Insufficient input data", "입력자료가 부족한 경우"), _limits),
    (
        "1(3)(b)",
        Text("When accuracy and reliability end", "정확성과 신뢰성을 보장할 수 없는 경우"),
        _unreliable,
    ),
    ("1(3)(c)", Text("Exceptional market events", "예외적 시장 상황"), _open),
    (
        "1(4)",
        Text("Evaluation of the use of discretion, and by whom", "재량 행사의 사후 평가"),
        _open,
    ),
    ("1(5)", Text("Consultation on material changes", "중요한 변경의 의견 수렴"), _open),
    (
        "2(a)",
        Text("Sources of input data", "입력자료의 출처"),
        _fixed(
            "The market tables of the run; its manifest lists every file with its hash.",
            "산출에 쓴 시장 자료이며, 산출 기록에 파일별 해시를 남긴다.",
        ),
    ),
    ("2(b)", Text("Type of each source", "출처별 유형"), _open),
    ("6", Text("Updates", "갱신"), _updates),
    (
        "27(1)(a)",
        Text(
            "Market measured, and when the measurement is unreliable",
            "측정 대상과 신뢰할 수 없는 경우",
        ),
        _fixed(
            "Said under Article 1(2) and (3) of Delegated Regulation (EU) 2018/1643 above.",
            "위 위임규정 (EU) 2018/1643 제1조 제2항과 제3항의 기재와 같다.",
        ),
    ),
    (
        "27(1)(b)",
        Text(
            "Elements left to discretion, by what criteria and to whom",
            "재량이 있는 요소와 기준·담당자",
        ),
        _exercised,
    ),
    (
        "27(1)(c)",
        Text("Notice of changes and cessation", "변경·중단 가능성의 고지"),
        _fixed(
            "Factors, among them external ones beyond the control of the administrator, may necessitate "
            "changes to the benchmark or its cessation.",
            "운영기관이 통제할 수 없는 외부 요인 등으로 벤치마크를 변경하거나 중단해야 할 수 있다.",
        ),
    ),
    (
        "27(1)(d)",
        Text("Notice of the effect on contracts and funds", "계약·펀드에 미치는 영향의 고지"),
        _fixed(
            "Changes to the benchmark or its cessation may have an impact upon the financial contracts and "
            "instruments that reference it, and upon the measured performance of investment funds.",
            "벤치마크의 변경이나 중단은 이를 기준으로 하는 금융계약과 금융상품, 펀드의 성과 측정에 영향을 "
            "미칠 수 있다.",
        ),
    ),
    ("27(2)(a)", Text("Key terms", "주요 용어"), _terms),
    ("27(2)(b)", Text("Rationale, review and approval", "채택 사유와 심의·승인"), _open),
    ("27(2)(c)", Text("Criteria and procedures", "산출 기준과 절차"), _criteria),
    ("27(2)(d)", Text("Controls on judgement", "판단의 통제"), _discretion),
    ("27(2)(e)", Text("Periods of stress", "시장 경색 시의 산출"), _limits),
    (
        "27(2)(f)",
        Text("Errors and their correction", "오류와 정정"),
        _fixed(
            f"A written level changes only on request; the change is listed and the old value kept. When a "
            f"level is determined anew: {OPEN.en}",
            "기록한 지수는 요청이 있을 때만 정정하며 정정 내역과 종전 값을 보존한다. "
            f"재산출하는 경우: {OPEN.ko}",
        ),
    ),
    ("27(2)(g)", Text("Limitations and concentration of inputs", "한계와 집중"), _illiquid),
    ("27(2a)", Text("Environmental, social and governance factors", "ESG 요소"), _open),
)


_NOT_NON_SIGNIFICANT: Final = Text(
    "; not asked of a non-significant benchmark", "; 비중요 벤치마크는 제외"
)
_NOT_SIGNIFICANT: Final = Text(
    "; asked of other than significant and non-significant benchmarks",
    "; 중요·비중요 벤치마크는 제외",
)
_REGULATED_DATA: Final = Text("; asked of regulated-data benchmarks", "; 규제자료 벤치마크에 한함")
_OF_WHOM: Final[Mapping[str, Text]] = {
    "1(2)(c)(i)": _NOT_NON_SIGNIFICANT,
    "1(2)(c)(ii)": _NOT_NON_SIGNIFICANT,
    "1(3)(b)": _NOT_NON_SIGNIFICANT,
    "1(3)(c)": _NOT_SIGNIFICANT,
    "1(4)": _NOT_NON_SIGNIFICANT,
    "1(5)": _NOT_SIGNIFICANT,
    "2(a)": _REGULATED_DATA,
    "2(b)": _REGULATED_DATA,
}
"""Of which benchmarks alone a field is asked (Article 1(6) and (7), Article 2)."""


def benchmark_statement(
    rule: Methodology,
    family: Family | None = None,
    run: RunFacts | None = None,
    values: Mapping[str, str] | None = None,
) -> Rulebook:
    """The statement of an index.  ``run``: facts of a run of it; ``values``: texts by article for what the
    administrator fills."""
    given = values or {}
    asked = _Asked(rule=rule, family=family, run=run)
    parts: dict[str, Section] = {}
    for article, title, filled in _FIELDS:
        act = "2016/1011" if article.startswith("27") else "2018/1643"
        section = parts.setdefault(
            act, Section(t("Regulation (EU) {act}", "규정 (EU) {act}", act=act), rule=rule)
        )
        content = Text(given[article], given[article]) if article in given else filled(asked)
        section.sentences.append(
            Sentence(
                t(
                    "{title} (Article {a}{whom}): {content}",
                    "{title}({a}{whom}): {content}",
                    title=title,
                    a=Text(article, _korean_article(article)),
                    whom=_OF_WHOM.get(article, Text("", "")),
                    content=content,
                )
            )
        )
    return Rulebook(
        index=rule.index,
        title=t("Benchmark statement: {name}", "벤치마크 설명서: {name}", name=_name(rule)),
        subtitle=Text(
            "Fields of Regulation (EU) 2016/1011, Article 27, and Delegated Regulation (EU) 2018/1643",
            "규정 (EU) 2016/1011 제27조와 위임규정 (EU) 2018/1643의 항목",
        ),
        sections=tuple(parts.values()),
        version=rule.sha256[:12],
    )


def _korean_article(article: str) -> str:
    """``27(2)(c)`` as a Korean reader cites it: 제27조 제2항 (c)."""
    first, *parts = article.replace(")", "").split("(")
    cited = f"제{first}조"
    for part in parts:
        cited += f" 제{part}항" if part[:1].isdigit() else f" ({part})"
    return cited


def _name(rule: Methodology) -> Text:
    english = rule.name.get("en", rule.index)
    return Text(english, rule.name.get("ko", english))
