"""Tests of ranks and of cumulative shares in words."""

from __future__ import annotations

from typing import Any, Final

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Share
from indexcalc.report.rulebook.words.names import name_of
from indexcalc.report.rulebook.words.text import Text, joined, plain, t
from indexcalc.report.rulebook.words.values import dated, rounded, value


def rank_words(test: c.Rank, field: Text) -> Text:
    """Which ranks by a field a security must have."""
    clauses: list[Text] = []
    if test.of_ranks_in is not None:
        field = t(
            "its rank by {field} within its {group} over the number ranked there",
            "{group} 내 {field} 순위를 그 종목 수로 나눈 값의",
            field=field,
            group=dated(test.of_ranks_in, name_of),
        )
    if test.max is not None:
        clauses.append(
            t(
                "it ranks within the first {n} by {field}",
                "{field} 순위 {n} 이내",
                n=_rank_value(test.max),
                field=field,
            )
        )
    if test.beyond is not None:
        clauses.append(
            t(
                "it ranks beyond {n} by {field}",
                "{field} 순위 {n} 초과",
                n=_rank_value(test.beyond),
                field=field,
            )
        )
    if test.from_ is not None or test.to is not None:
        first = plain("1") if test.from_ is None else _rank_value(test.from_)
        last = Text("the last", "끝") if test.to is None else _rank_value(test.to)
        clauses.append(
            t(
                "it ranks from {a} to {b} by {field}",
                "{field} 순위 {a}~{b}",
                a=first,
                b=last,
                field=field,
            )
        )
    return _and_rounded(test.rounding, joined(clauses, " and ", ", "))


def _and_rounded(rounding: str, text: Text) -> Text:
    return t("{text}{how}", "{text}{how}", text=text, how=rounded(rounding))


def _rank_value(held: Any) -> Text:
    """A bound of a rank; a bare share is of the names ranked."""
    if isinstance(held, Dated):
        return dated(held, _rank_value)
    if hasattr(held, "existing") and not held.same:
        return t(
            "{new} ({old} for existing constituents)",
            "{new}(기존 종목 {old})",
            new=_rank_value(held.new),
            old=value(held.existing),
        )
    inner = getattr(held, "existing", held)
    if isinstance(inner, Share):
        return t("{share} of the securities ranked", "대상 종목의 {share}", share=value(inner))
    return value(inner)


_COVERED: Final = {
    "reach": (
        "it is one of the largest by {field} that together reach {value} of the total, the one "
        "that crosses it included",
        "{field} 누적비중 {value} 이내(경계 종목 포함)",
    ),
    "nearest": (
        "it is one of the largest by {field} whose total is nearest to {value}",
        "{field} 누적비중이 {value}에 가장 가까운 상위 종목",
    ),
    "max": (
        "the cumulative share of {field}, largest first and it included, is at most {value}",
        "{field} 누적비중(해당 종목 포함) {value} 이하",
    ),
    "below": (
        "the cumulative share of {field}, largest first and it included, is below {value}",
        "{field} 누적비중(해당 종목 포함) {value} 미만",
    ),
    "above": (
        "the cumulative share of {field}, largest first and it included, is above {value}",
        "{field} 누적비중(해당 종목 포함) {value} 초과",
    ),
}


def coverage_words(test: c.Coverage, field: Text) -> Text:
    """Which part of the sum of a field, largest first, a security must be in."""
    clauses = [
        t(en, ko, field=field, value=value(getattr(test, name)))
        for name, (en, ko) in _COVERED.items()
        if getattr(test, name) is not None
    ]
    if test.from_ is not None or test.to is not None:
        clauses.append(
            t(
                "the cumulative share of {field} before it is from {a} to below {b}",
                "{field} 누적비중(해당 종목 제외) {a} 이상 {b} 미만",
                field=field,
                a=plain("0 %") if test.from_ is None else value(test.from_),
                b=plain("100 %") if test.to is None else value(test.to),
            )
        )
    if test.share_cap is not None:
        clauses.append(
            t(
                "no security counting for more than {most} of it",
                "종목당 {most} 이내로 계산",
                most=dated(test.share_cap, value),
            )
        )
    return _and_rounded(test.rounding, joined(clauses, " and ", ", "))
