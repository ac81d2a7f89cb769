"""The charts of a report and the figures under them: levels, drawdown, volatility, years, months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation import figures
from indexcalc.calculation.figures import periods_a_year
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.rulebook.words.text import Text
from indexcalc.report.run_report import embedded, sections, series
from indexcalc.report.run_report.bars import year_bars
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.language import Words
from indexcalc.report.run_report.numbers import percent, plain
from indexcalc.report.run_report.svg_charts import LineChart, Series, svg

_SERIES_NAMES = {
    "level": Text("price", "가격"),
    "level_tr": Text("gross", "총수익"),
    "level_ntr": Text("net", "순수익"),
}


def overview(runs: Sequence[RunFolder], language: str) -> list[dict[str, Any]]:
    """Several indices on one chart, each at 100 on the first day they share."""
    if len(runs) < 2:
        return []
    common = runs[0].days
    for run in runs[1:]:
        common = np.intersect1d(common, run.days)
    if common.size < 2:
        return []
    values = {}
    for run in runs:
        level = run.series["level"][np.searchsorted(run.days, common)]
        values[run.called(language)] = 100.0 * level / level[0]
    words = Words(language)
    base = {name: Series(name, numbers, at) for at, (name, numbers) in enumerate(values.items())}
    first = next(iter(values.values()))
    relative = tuple(
        Series(name, 100.0 * numbers / first, at)
        for at, (name, numbers) in enumerate(values.items())
        if at
    )
    start = date_of(int(common[0])).isoformat()
    charts = [
        LineChart(
            key="overview",
            title=words(f"Levels, {start} = 100", f"지수 ({start} = 100)"),
            description=words("Levels of the indices, rebased to 100", "기준 100으로 환산한 지수"),
            days=common,
            series=tuple(base.values()),
        ),
        LineChart(
            key="relative",
            title=words(
                f"Against {runs[0].called(language)}, 100 = the same",
                f"{runs[0].called(language)} 대비 (100 = 동일)",
            ),
            description=words("Relative levels", "상대 지수"),
            days=common,
            series=relative,
        ),
    ]
    return [chart_on_page(chart, embed=True) for chart in charts]


def chart_on_page(chart: LineChart, *, embed: bool = False, note: str = "") -> dict[str, Any]:
    """A chart as the template shows it: picture, table of some days, and with ``embed`` the data that
    the script reads."""
    factor = 100.0 if chart.unit == "%" else 1.0
    data = ""
    if embed:
        data = embedded.encoded(
            {
                **embedded.series(
                    chart.days, {item.label: item.values * factor for item in chart.series}, 4
                ),
                "styles": [item.style for item in chart.series],
                "unit": chart.unit,
                "zero": chart.zero,
            }
        )
    step = max(1, chart.days.size // 24)
    places = sorted({*range(0, chart.days.size, step), chart.days.size - 1})
    return {
        "key": chart.key,
        "title": chart.title,
        "note": note,
        "picture": svg(chart),
        "data": data,
        "log": embed and _spans(chart) >= 4.0 and not chart.unit,
        "head": [item.label for item in chart.series],
        "rows": [
            (date_of(int(chart.days[at])).isoformat(),
             *(plain(float(item.values[at] * factor)) for item in chart.series))
            for at in places
        ],
    }  # fmt: skip


def _spans(chart: LineChart) -> float:
    known = np.concatenate([item.values[np.isfinite(item.values)] for item in chart.series])
    low = float(known.min()) if known.size else 0.0
    return float(known.max()) / low if low > 0 else 0.0


def charts(run: RunFolder, language: str) -> list[dict[str, Any]]:
    """The charts of one index: levels, drawdown, volatility and the weight by rank."""
    words = Words(language)
    level = run.series["level"]
    reviews = tuple(int(day) for day in arrow.days(run.reviews.column("effective_date")).tolist())
    kinds = tuple(
        Series(_SERIES_NAMES[name][language], values, at)
        for at, (name, values) in enumerate(run.series.items())
    )
    periods = periods_a_year(run.days)
    list_days, parts = sections.bands(run)
    charts = [
        LineChart(
            key=f"{run.index}-level",
            title=words("Level", "지수"),
            description=words("Level by return version", "수익 유형별 지수"),
            days=run.days,
            series=kinds,
            reviews=reviews,
        ),
        LineChart(
            key=f"{run.index}-drawdown",
            title=words("Drawdown from the highest close", "고점 대비 낙폭"),
            description=words("Drawdown", "낙폭"),
            days=run.days,
            series=(Series(words("drawdown", "낙폭"), figures.drawdown(level), 0),),
            unit="%",
            zero=True,
        ),
        LineChart(
            key=f"{run.index}-volatility",
            title=words(
                "Volatility of the last 60 sessions, a year", "최근 60거래일 변동성(연환산)"
            ),
            description=words("Rolling volatility", "변동성 추이"),
            days=run.days,
            series=(Series(words("volatility", "변동성"), _rolling(run, periods), 0),),
            unit="%",
            zero=True,
        ),
    ]
    charts = [chart for chart in charts if np.isfinite(chart.series[0].values).sum() > 1]
    shown = [chart_on_page(chart, embed=True) for chart in charts]
    if len(list_days) > 1:
        names = {"1": words("largest", "1위"), "2-10": words("2 to 10", "2~10위"),
                 "11-50": words("11 to 50", "11~50위"), "51+": words("51 on", "51위~")}  # fmt: skip
        shown.append(
            chart_on_page(
                LineChart(
                    key=f"{run.index}-bands",
                    title=words("Weight by rank at each list", "순위 구간별 비중"),
                    description=words("Weight by rank", "순위별 비중"),
                    days=np.asarray(list_days, dtype=np.int32),
                    series=tuple(
                        Series(names[key], np.asarray(values), at)
                        for at, (key, values) in enumerate(parts.items())
                        if max(values) > 0
                    ),
                    unit="%",
                    zero=True,
                    daily=False,
                )
            )
        )
    return shown


def _rolling(run: RunFolder, periods: float) -> Floats:
    return series.rolling_volatility(run.series["level"], periods)


def years(run: RunFolder, language: str) -> dict[str, Any]:
    """The return of each calendar year as bars."""
    rows = series.years(run.days, run.series["level"])
    words = Words(language)
    labels = [f"{item.year}" for item in rows]
    return {
        "picture": year_bars(
            labels,
            [item.gain for item in rows],
            words("Return of each calendar year", "연도별 수익률"),
        ),
        "note": words(
            f"{labels[0]} and {labels[-1]} are parts of years.",
            f"{labels[0]}년과 {labels[-1]}년은 일부 기간이다.",
        )
        if labels
        else "",
    }


def months(run: RunFolder) -> list[tuple[str, list[str], list[str]]]:
    """A row a year: the year, twelve texts, twelve classes of colour."""
    rows: dict[int, tuple[list[str], list[str]]] = {}
    for item in series.months(run.days, run.series["level"]):
        texts, classes = rows.setdefault(item.year, ([""] * 12, [""] * 12))
        texts[item.month - 1] = percent(item.gain, 1, plus=True).replace(" %", "")
        strength = min(3, int(abs(item.gain) / 0.025) + (item.gain != 0))
        classes[item.month - 1] = (
            f"{'up' if item.gain >= 0 else 'down'}{strength}" if strength else ""
        )
    return [(str(year), *row) for year, row in sorted(rows.items(), reverse=True)]
