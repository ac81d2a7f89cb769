"""The whole rulebook of a rule: its sections in order, with the dates of the coming reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from indexcalc.calculation.validate import Upcoming
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.sections import (
    corporate_actions,
    free_float,
    identity,
    maintenance,
    overlay,
    returns,
    schedule,
    selection,
    universe_and_measures,
    weights,
)
from indexcalc.report.rulebook.words.items import in_months
from indexcalc.report.rulebook.words.section import Rulebook, Section, Table
from indexcalc.report.rulebook.words.text import Text, plain
from indexcalc.report.rulebook.words.values import day

Filler = Callable[[Methodology, Section], None]
_OF_MEMBERS: tuple[tuple[Text, Filler], ...] = (
    (Text("Universe", "심사 대상"), universe_and_measures.universe),
    (Text("Groups and measures", "그룹과 지표"), universe_and_measures.groups_and_measures),
    (Text("Free float", "유동주식비율"), free_float.float_rules),
    (Text("Eligibility", "적격 요건"), selection.eligibility),
    (Text("Selection", "종목 선정"), selection.selection),
    (Text("Weighting", "가중 방식"), weights.weighting),
    (Text("Named days", "기준일의 정의"), schedule.named_days),
    (Text("Reviews", "정기변경"), schedule.reviews),
    (Text("Between reviews", "수시변경"), maintenance.maintenance),
    (Text("Corporate actions", "기업행위의 반영"), corporate_actions.actions),
)
_CONFIDENCE = {
    "certain": Text("certain", "확실"),
    "single": Text("one source", "단일 출처"),
    "inferred": Text("inferred", "추정"),
    "unknown": Text("unknown", "미상"),
}


def rulebook(
    rule: Methodology, coming: Sequence[Upcoming] = (), family: Family | None = None
) -> Rulebook:
    """The rulebook of a rule that was loaded with its family.

    ``coming``: the reviews and rebalances to come, shown as a table of dates.  ``family``: the rules it
    rests on, from which it takes how prices are treated.
    """
    parts: list[tuple[Text, Filler]] = [(Text("The index", "지수"), identity.identity)]
    if rule.is_overlay:
        parts.append((Text("Overlay", "기초지수와 산출"), overlay.overlay))
    else:
        parts += _OF_MEMBERS
        parts.append((Text("Calculation", "지수 산출"), returns.calculation))
        parts.append((Text("Returns", "수익지수"), returns.returns))
    parts.append((Text("Governance", "지수 관리"), maintenance.governance))
    sections = []
    for title, fill in parts:
        section = Section(title, rule=rule, family=family)
        fill(rule, section)
        if fill is schedule.reviews and coming:
            section.tables.append(_dates(rule, coming))
        if section.sentences or section.tables:
            sections.append(section)
    if rule.sources:
        sections.append(_history(rule))
    title = Text(
        rule.name.get("en", rule.index), rule.name.get("ko", rule.name.get("en", rule.index))
    )
    return Rulebook(
        index=rule.index,
        title=title,
        subtitle=Text("Index methodology, generated from the rule", "지수 방법론 (규칙에서 생성)"),
        sections=tuple(sections),
        version=rule.sha256[:12],
    )


_KINDS = {
    "review": Text("review", "정기변경"),
    "rebalance": Text("rebalance", "가중치 재설정"),
    "review and rebalance": Text("review and rebalance", "정기변경·가중치 재설정"),
}
_UNSAID = plain("–")


def _dates(rule: Methodology, coming: Sequence[Upcoming]) -> Table:
    """The days to come; what they are for and the announcement only where the rule tells them apart."""
    weighs = rule.rebalance is not None
    announces = any(item.dates.announcement is not None for item in coming)

    def row(item: Upcoming) -> tuple[Text, ...]:
        days = item.days(rule)
        shown = ("cutoff", *(("announcement",) if announces else ()), "pricing", "effective")
        return (
            *([_KINDS[item.kind]] if weighs else ()),
            *(day(days[name]) if name in days else _UNSAID for name in shown),
        )

    head = (
        *([Text("What", "구분")] if weighs else ()),
        Text("Cut-off", "심사기준일"),
        *([Text("Announcement", "발표일")] if announces else ()),
        Text("Pricing", "가격기준일"),
        Text("Effective", "시행일"),
    )
    return Table(head, tuple(row(item) for item in coming))


def _history(rule: Methodology) -> Section:
    section = Section(Text("Sources and change history", "출처와 변경 이력"), rule=rule)
    section.tables.append(
        Table(
            head=(
                Text("From", "시행"),
                Text("Until", "종료"),
                Text("What", "내용(규칙에 적힌 원문)"),
                Text("Source", "출처"),
                Text("Certainty", "확실성"),
            ),
            rows=tuple(
                (
                    plain("–") if source.from_ is None else day(source.from_),
                    plain("–")
                    if source.until is None
                    else day(source.until - dt.timedelta(days=1)),
                    in_months(source, plain(source.what)),
                    plain(source.ref),
                    _CONFIDENCE.get(source.confidence, plain(source.confidence)),
                )
                for source in rule.sources
            ),
        )
    )
    return section
