"""Several indices side by side: levels, each against the first, and what the months say of the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.analysis.segments.calendar_effects import (
    ENOUGH,
    MonthEffect,
    month_effect,
    month_returns,
)
from indexcalc.arrays import Days, Floats
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.language import Words
from indexcalc.report.run_report.line_charts import LineChart, Series
from indexcalc.report.run_report.numbers import PER_CENT, percent, plain
from indexcalc.report.run_report.run_charts import chart_on_page, stretches

YEAR = 252
"""Sessions of the rolling comparison."""


def short_names(names: Sequence[str]) -> list[str]:
    """Names without the words that all begin with, for the ends of lines; a name that is nothing else
    stays whole: KOSPI 200, Cap 30 %, Cap 20 %."""
    words = [name.split() for name in names]
    shared = 0
    while all(len(item) > shared and item[shared] == words[0][shared] for item in words):
        shared += 1
    return [" ".join(item[shared:]) or name for item, name in zip(words, names, strict=True)]


def common_days(runs: Sequence[RunFolder]) -> Days:
    """The sessions (n,) that all the runs have."""
    common = runs[0].days
    for run in runs[1:]:
        common = np.intersect1d(common, run.days)
    return common


def side_by_side(runs: Sequence[RunFolder], language: str) -> dict[str, Any]:
    """``charts`` (levels from 100; each against the first; the same over a year), ``months`` (the last
    less the first, by calendar month) and ``january`` (a sentence); empty with fewer than two."""
    nothing: dict[str, Any] = {"charts": [], "months": [], "january": ""}
    if len(runs) < 2:
        return nothing
    common = common_days(runs)
    if common.size < 2:
        return nothing
    words = Words(language)
    levels = [run.series["level"][np.searchsorted(run.days, common)] for run in runs]
    names = [run.called(language) for run in runs]
    effects = _months(common, levels, runs[0].calendar)
    return {
        "charts": _charts(runs, short_names(names), common, levels, words),
        "months": [_row(item, words) for item in effects],
        "pair": words(f"{names[-1]} less {names[0]}", f"{names[-1]} − {names[0]}"),
        "january": _january(next((item for item in effects if item.month == 1), None), words),
    }


def _charts(
    runs: Sequence[RunFolder],
    names: Sequence[str],
    common: Days,
    levels: Sequence[Floats],
    words: Words,
) -> list[dict[str, Any]]:
    shaded = stretches(runs[0])
    against = runs[0].called(words.language)
    start = date_of(int(common[0])).isoformat()
    rebased = [100.0 * level / level[0] for level in levels]
    relative = [100.0 * one / rebased[0] for one in rebased]
    charts = [
        LineChart(
            key="overview",
            title=words(f"Levels, {start} = 100", f"지수 ({start} = 100)"),
            description=words("Levels of the indices, rebased to 100", "기준 100으로 환산한 지수"),
            days=common,
            series=tuple(Series(names[at], held, at) for at, held in enumerate(rebased)),
            stretches=shaded,
        ),
        LineChart(
            key="relative",
            title=words(f"Against {against}, 100 = the same", f"{against} 대비 (100 = 동일)"),
            description=words("Relative levels", "상대 지수"),
            days=common,
            series=tuple(Series(names[at], relative[at], at) for at in range(1, len(names))),
            stretches=shaded,
        ),
    ]
    if common.size > YEAR + 2:
        rolled = []
        for at in range(1, len(names)):
            gain = np.full(common.size, np.nan)
            gain[YEAR:] = relative[at][YEAR:] / relative[at][:-YEAR] - 1.0
            rolled.append(Series(names[at], gain, at))
        charts.append(
            LineChart(
                key="rolling-relative",
                title=words(
                    f"Return over 252 sessions against {against}",
                    f"{against} 대비 최근 252거래일 상대수익률",
                ),
                description=words("Rolling relative return", "상대수익률 추이"),
                days=common,
                series=tuple(rolled),
                unit="%",
                zero=True,
                stretches=shaded,
            )
        )
    return [chart_on_page(chart, embed=True) for chart in charts]


def _months(common: Days, levels: Sequence[Floats], calendar: str) -> list[MonthEffect]:
    years, months, last = month_returns(common, levels[-1], calendar)
    _, _, first = month_returns(common, levels[0], calendar)
    found = (month_effect(years, months, last - first, month) for month in range(1, 13))
    return [item for item in found if item is not None]


def _row(item: MonthEffect, words: Words) -> tuple[str, ...]:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return (
        words(names[item.month - 1], f"{item.month}월"),
        str(item.n),
        percent(item.mean, plus=True),
        percent(item.effect, plus=True),
        f"{percent(item.low, plus=True)} … {percent(item.high, plus=True)}",
        percent(item.same_sign, 0),
    )


def _points(value: float) -> str:
    """A difference of returns in Korean: 퍼센트포인트."""
    return percent(value, plus=True).replace(PER_CENT, "%p")


def _january(item: MonthEffect | None, words: Words) -> str:
    if item is None:
        return ""
    said = words(
        f"January: {percent(item.effect, plus=True)} against the other months, in {item.n} Januaries.",
        f"1월은 다른 달보다 {_points(item.effect)}이다({item.n}개 연도).",
    )
    if item.n < ENOUGH:
        return said + words(
            f" {item.n} Januaries prove nothing either way.",
            f" {item.n}개 연도로는 어느 쪽도 말할 수 없다.",
        )
    if item.low <= 0.0 <= item.high:
        return said + words(
            " The interval holds zero: no effect is shown.",
            " 신뢰구간이 0을 포함하므로 효과가 확인되지 않는다.",
        )
    return said + words(
        f" The interval {plain(100 * item.low)} to {plain(100 * item.high)} points does not hold zero; "
        "one in twenty such intervals misses it by chance.",
        f" 신뢰구간({plain(100 * item.low)}~{plain(100 * item.high)}%p)이 0을 포함하지 않으나, "
        "스무 번에 한 번은 우연히 그렇다.",
    )
