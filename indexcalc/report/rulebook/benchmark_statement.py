"""A benchmark statement: the fields that Delegated Regulation (EU) 2018/1643 asks, filled from the rule.

What no rule can know (the administrator, its register entry, contact) is marked as the administrator's
to fill; nothing is invented.
"""

from __future__ import annotations

from collections.abc import Mapping

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.words.text import Rulebook, Section, Sentence, Text, t
from indexcalc.report.rulebook.words.values import day

_OPEN = Text("[to be filled by the administrator]", "[운영기관이 기재할 사항]")
_ARTICLES: tuple[tuple[str, Text, Text | None], ...] = (
    (
        "1(1)(a)",
        Text("Date of publication and last update of this statement", "공표일과 최종 갱신일"),
        None,
    ),
    ("1(1)(b)", Text("ISIN of the benchmark, where available", "ISIN(있는 경우)"), None),
    (
        "1(1)(c)",
        Text("Provision or transparency of input data: contributions", "입력자료 제출자 해당 여부"),
        Text(
            "It is determined from prices and data of the exchange; there are no contributors.",
            "거래소 가격과 자료로 산출하며 자료 제출자는 없다.",
        ),
    ),
    (
        "1(1)(d)",
        Text("Regulated-data benchmark or other type under Title III", "벤치마크 유형"),
        None,
    ),
    ("1(2)", Text("Administrator and its register entry", "운영기관과 등록사항"), None),
    ("1(5)", Text("Market or economic reality measured", "측정 대상"), None),
    ("1(6)", Text("Exercise of expert judgement or discretion", "재량의 행사"), None),
    (
        "1(8)",
        Text(
            "Circumstances of insufficient or unreliable input data",
            "입력자료가 부족한 경우의 절차",
        ),
        Text(
            "A missing price is carried and recorded; what cannot be determined is refused with its "
            "reason, never estimated in silence.",
            "가격이 없으면 직전 가격을 이어 쓰고 기록한다. "
            "결정할 수 없는 사항은 추정하지 않고 사유와 함께 거부한다.",
        ),
    ),
    (
        "1(9)",
        Text("Errors and their correction", "오류와 정정 절차"),
        Text(
            "A changed past value is a restatement: it is listed, and the old value is kept.",
            "과거 값의 변경은 정정으로 공시하고 종전 값을 보존한다.",
        ),
    ),
    ("2", Text("Environmental, social and governance factors", "ESG 요소"), None),
)


def benchmark_statement(rule: Methodology, values: Mapping[str, str] | None = None) -> Rulebook:
    """The statement of an index.  ``values``: texts by article for what the administrator fills."""
    entries = values or {}
    section = Section(Text("Benchmark statement", "벤치마크 설명서"), rule=rule)
    for article, title, filled in _ARTICLES:
        content = _own(rule, article) or filled or _OPEN
        if article in entries:
            content = Text(entries[article], entries[article])
        section.sentences.append(
            Sentence(
                t(
                    "{title} (Article {a}): {content}",
                    "{title}(제{a}조): {content}",
                    title=title,
                    a=article,
                    content=content,
                )
            )
        )
    return Rulebook(
        index=rule.index,
        title=Text(
            f"Benchmark statement: {_name(rule, 'en')}", f"벤치마크 설명서: {_name(rule, 'ko')}"
        ),
        subtitle=Text(
            "Fields of Delegated Regulation (EU) 2018/1643", "위임규정 (EU) 2018/1643의 항목"
        ),
        sections=(section,),
        version=rule.sha256[:12],
    )


def _name(rule: Methodology, language: str) -> str:
    return rule.name.get(language, rule.name.get("en", rule.index))


def _own(rule: Methodology, article: str) -> Text | None:
    """What the rule itself says to an article."""
    if article == "1(5)":
        started = (
            Text("", "")
            if rule.base is None
            else t(
                ", from a base of {level} on {day}",
                ", 기준일 {day} 기준지수 {level}",
                level=rule.base.level.text,
                day=day(rule.base.date),
            )
        )
        return t(
            "Equities of the universe given in section 2 of the rulebook, in {currency}{started}.",
            "규정집 제2절의 심사 대상 주식, 산출 통화 {currency}{started}.",
            currency=rule.currency,
            started=started,
        )
    if article == "1(6)":
        if rule.committee:
            return t(
                "{n} decisions of the committee stand in the rule with reason and source.",
                "위원회 결정 {n}건이 사유·출처와 함께 규칙에 기재되어 있다.",
                n=str(len(rule.committee)),
            )
        return Text(
            "None: the rule leaves no choice, and committee decisions would stand in it as data.",
            "없음: 규칙에 재량이 없으며, 위원회 결정이 있으면 규칙에 자료로 기재한다.",
        )
    return None
