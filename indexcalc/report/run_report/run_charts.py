"""The charts of a report and the figures under them: levels, drawdown, volatility, years, months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation.figures.returns_and_drawdown import drawdown, periods_a_year
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.rulebook.words.text import Text
from indexcalc.report.run_report import embedded, sections, series
from indexcalc.report.run_report.bars import year_bars
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.language import Words
from indexcalc.report.run_report.line_charts import LineChart, Series, Stretch, svg
from indexcalc.report.run_report.numbers import PER_CENT, percent, plain
from indexcalc.report.run_report.small_multiples import small_multiples

_SERIES_NAMES = {
    "level": Text("price", "가격"),
    "level_tr": Text("gross", "총수익"),
    "level_ntr": Text("net", "순수익"),
}


def stretches(run: RunFolder) -> tuple[Stretch, ...]:
    """What is shaded on every chart of a run: sessions without a row, and levels computed afterwards
    where later ones are live."""
    calendar = run.manifest.get("calendar", {})
    name = str(calendar.get("name", "")) if isinstance(calendar, dict) else ""
    found = [Stretch(a, b, "gap") for a, b in series.unobserved(run.days, name)]
    live = run.live
    if live.any() and not live.all():
        found.insert(0, Stretch(int(run.days[0]), int(run.days[np.argmax(live)]), "back"))
    return tuple(found)


def shading_note(run: RunFolder, shaded: Sequence[Stretch], language: str) -> str:
    """What the shades of the charts mean, and whether levels are backtested."""
    words = Words(language)
    says: list[str] = []
    if run.reviews.num_rows:
        says.append(
            words(
                "Marks at the foot of the level: changes of constituents.",
                "지수 아래 눈금: 구성종목 변경일.",
            )
        )
    if any(item.kind == "gap" for item in shaded):
        says.append(words("Hatched: sessions without data.", "빗금: 자료가 없는 거래일."))
    back = next((item for item in shaded if item.kind == "back"), None)
    if back is not None:
        launch = date_of(back.stop).isoformat()
        says.append(
            words(
                f"Tinted: computed afterwards, before the launch on {launch}.",
                f"음영: {launch} 발표 전의 소급 산출 구간.",
            )
        )
    elif not run.live.any():
        says.append(
            words(
                "All levels are computed afterwards (backtested): the rule names no launch in this period.",
                "모든 지수는 소급 산출한 값이다(규칙에 이 기간 중의 발표일이 없다).",
            )
        )
    return " ".join(says)


def chart_on_page(chart: LineChart, *, embed: bool = False, note: str = "") -> dict[str, Any]:
    """A chart as the template shows it: picture, table of some days, and with ``embed`` the data that
    the script reads."""
    factor = 100.0 if chart.unit == "%" else 1.0
    data = ""
    if embed:
        data = embedded.encoded(
            {
                **embedded.series(
                    chart.days, {item.label: item.values * factor for item in chart.series}
                ),
                "styles": [item.style for item in chart.series],
                "unit": chart.unit,
                "zero": chart.zero,
                "stretches": [(item.start, item.stop, item.kind) for item in chart.stretches],
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


def charts(run: RunFolder, language: str, shaded: tuple[Stretch, ...]) -> list[dict[str, Any]]:
    """The charts of one index: levels, drawdown, volatility."""
    words = Words(language)
    level = run.series["level"]
    reviews = tuple(int(day) for day in arrow.days(run.reviews.column("effective_date")).tolist())
    kinds = tuple(
        Series(_SERIES_NAMES[name][language], values, at)
        for at, (name, values) in enumerate(run.series.items())
    )
    periods = periods_a_year(run.days)
    charts = [
        LineChart(
            key=f"{run.index}-level",
            title=words("Level", "지수"),
            description=words("Level by return version", "수익 유형별 지수"),
            days=run.days,
            series=kinds,
            reviews=reviews,
            stretches=shaded,
        ),
        LineChart(
            key=f"{run.index}-drawdown",
            title=words("Drawdown from the highest close", "고점 대비 낙폭"),
            description=words("Drawdown", "낙폭"),
            days=run.days,
            series=(Series(words("drawdown", "낙폭"), drawdown(level), 0),),
            unit="%",
            zero=True,
            stretches=shaded,
            wide=False,
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
            stretches=shaded,
            wide=False,
        ),
    ]
    charts = [chart for chart in charts if np.isfinite(chart.series[0].values).sum() > 1]
    return [chart_on_page(chart, embed=True) for chart in charts]


def weight_by_rank(run: RunFolder, language: str, shaded: tuple[Stretch, ...]) -> dict[str, Any]:
    """The weight of the largest line, of ranks 2 to 10, 11 to 50 and below, at each list: a small picture
    each."""
    words = Words(language)
    list_days, parts = sections.bands(run)
    names = {"1": words("Largest", "1위"), "2-10": words("Ranks 2 to 10", "2~10위"),
             "11-50": words("Ranks 11 to 50", "11~50위"), "51+": words("Ranks 51 on", "51위~")}  # fmt: skip
    shown = {names[key]: np.asarray(values) for key, values in parts.items() if any(values)}
    return small_multiples(np.asarray(list_days, dtype=np.int32), shown, shaded)


def divisor(run: RunFolder, language: str, shaded: tuple[Stretch, ...]) -> list[dict[str, Any]]:
    """The divisor of an index through time, 100 at its first session; an overlay has none."""
    if "divisor" not in run.levels.column_names:
        return []
    words = Words(language)
    values = arrow.floats(run.levels.column("divisor"))
    if not (np.isfinite(values).all() and values[0] > 0):
        return []
    chart = LineChart(
        key=f"{run.index}-divisor",
        title=words("Divisor, first session = 100", "제수 (첫 거래일 = 100)"),
        description=words("Divisor through time", "제수 추이"),
        days=run.days,
        series=(Series(words("divisor", "제수"), 100.0 * values / values[0], 0),),
        stretches=shaded,
    )
    return [chart_on_page(chart, embed=True)]


def _rolling(run: RunFolder, periods: float) -> Floats:
    return series.rolling_volatility(run.series["level"], periods)


def years(run: RunFolder, language: str) -> dict[str, Any]:
    """The return of each calendar year as bars."""
    rows = series.years(run.days, run.series["level"], run.calendar)
    words = Words(language)
    labels = [f"{item.year}" for item in rows]
    return {
        "picture": year_bars(
            labels,
            [item.gain for item in rows],
            [item.whole for item in rows],
            words("Return of each calendar year", "연도별 수익률"),
        ),
        "note": _partial([f"{item.year}" for item in rows if not item.whole], words),
    }


def _partial(labels: Sequence[str], words: Words) -> str:
    """Which of the years are not whole."""
    if not labels:
        return ""
    several = len(labels) > 1
    return words(
        f"{' and '.join(labels)} {'are parts of years' if several else 'is part of a year'}; the bar is "
        "paler.",
        f"{'년과 '.join(labels)}년은 일부 기간이며 옅게 표시한다.",
    )


def months(run: RunFolder) -> list[tuple[str, list[str], list[str], str]]:
    """A row a year: the year, twelve texts, twelve classes of colour, the return of the year."""
    whole = {
        item.year: item.gain for item in series.years(run.days, run.series["level"], run.calendar)
    }
    rows: dict[int, tuple[list[str], list[str]]] = {}
    for item in series.months(run.days, run.series["level"], run.calendar):
        texts, classes = rows.setdefault(item.year, ([""] * 12, [""] * 12))
        texts[item.month - 1] = percent(item.gain, 1, plus=True).removesuffix(PER_CENT)
        strength = min(3, int(abs(item.gain) / 0.025) + (item.gain != 0))
        classes[item.month - 1] = (
            f"{'up' if item.gain >= 0 else 'down'}{strength}" if strength else ""
        )
    return [
        (str(year), *row, percent(whole[year], 1, plus=True).removesuffix(PER_CENT))
        for year, row in sorted(rows.items(), reverse=True)
    ]
