"""The page of a report: its parts in reading order, filled from the files of runs and sweeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.arrays import Floats
from indexcalc.calculation import figures
from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.reading import yaml
from indexcalc.report.rulebook.words.text import Text
from indexcalc.report.run_report import embedded, sections, series, summary
from indexcalc.report.run_report.bars import year_bars
from indexcalc.report.run_report.charts import LineChart, Series, svg
from indexcalc.report.run_report.folder import RunFolder, is_sweep, read_run, run_folders
from indexcalc.report.run_report.numbers import money, percent, plain, whole
from indexcalc.report.run_report.sweep import Sweep, read_sweep

_FOLDER = Path(__file__).parent.parent / "templates"
_MOST_RUNS = 6
_SERIES_NAMES = {
    "level": Text("price", "가격"),
    "level_tr": Text("gross", "총수익"),
    "level_ntr": Text("net", "순수익"),
}


def report(places: Sequence[Path], language: str = "en") -> str:
    """One page about the runs and sweeps in some folders, as HTML.

    RunError (RUN003): a folder holds none, or its files are damaged.
    """
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    folders = [folder for place in places for folder in run_folders(place)]
    sweeps = [read_sweep(folder) for folder in folders if is_sweep(folder)]
    runs = [read_run(folder) for folder in folders if not is_sweep(folder)][:_MOST_RUNS]
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = [summary.figures_of(run) for run in runs]
    says = _Words(language)
    page: str = environment.get_template("report.html").render(
        language=language,
        say=says,
        title=says.title(runs, sweeps),
        synthetic=any(run.synthetic for run in runs),
        sentences=_sentences(runs, found, language),
        key_figures=_key_figures(runs, found, language),
        figures=_figure_table(runs, found, language),
        overview=_overview(runs, language),
        runs=[_run(run, language, embedded.MOST_BYTES // len(runs)) for run in runs],
        sweeps=[_sweep(item, language) for item in sweeps],
        style=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        script=(_FOLDER / "report.js").read_text(encoding="utf-8"),
    )
    return page


class _Words:
    """Picks the text of a language in the template: ``say('Reviews', '정기변경')``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, english: str, korean: str) -> str:
        return korean if self.language == "ko" else english

    def title(self, runs: Sequence[RunFolder], sweeps: Sequence[Sweep]) -> str:
        """The names of what the page is about."""
        names = [run.called(self.language) for run in runs]
        caps = self("caps", "비중 상한")
        names += [f"{item.name.get(self.language) or item.index} · {caps}" for item in sweeps]
        return " · ".join(dict.fromkeys(names))


def _sentences(
    runs: Sequence[RunFolder], found: Sequence[summary.Figures], language: str
) -> list[str]:
    if not runs:
        return []
    texts = summary.sentences(runs[0], found[0]) + summary.comparison(runs, found)
    return [text[language] for text in texts]


def _key_figures(
    runs: Sequence[RunFolder], found: Sequence[summary.Figures], language: str
) -> list[tuple[str, str, str]]:
    """Four figures shown large: what it is, the figure, its note."""
    if not runs:
        return []
    run, held = runs[0], found[0]
    last = date_of(int(run.days[-1])).isoformat()
    words = _Words(language)
    return [
        (words("Level", "지수"), plain(float(run.series["level"][-1])), last),
        (
            words("A year", "연환산 수익률"),
            percent(held.annual, plus=True),
            words(
                f"volatility {percent(held.volatility, 1)}", f"변동성 {percent(held.volatility, 1)}"
            ),
        ),
        (
            words("Market value", "시가총액"),
            money(float(run.market_value[-1]), currency_of(run), language),
            words(f"{whole(held.constituents)} constituents", f"{whole(held.constituents)}종목"),
        ),
        (
            words("Largest weight", "최대 비중"),
            percent(held.largest, 1),
            words(
                f"as {plain(held.effective_number, 1)} equal names",
                f"유효 종목 수 {plain(held.effective_number, 1)}",
            ),
        ),
    ]


def _figure_table(
    runs: Sequence[RunFolder], found: Sequence[summary.Figures], language: str
) -> dict[str, Any]:
    rows = [
        (title[language], *(summary.shown(getattr(held, name), style) for held in found))
        for name, title, style in summary.ROWS
        if any(np.isfinite(getattr(held, name)) for held in found)
    ]
    return {"head": [run.called(language) for run in runs], "rows": rows}


def currency_of(run: RunFolder) -> str:
    """The currency the rule says, or the first of its parents that says one."""
    held = run.manifest.get("rule", {})
    parents = run.manifest.get("parents", {})
    for rule in (held, *(parents.values() if isinstance(parents, Mapping) else ())):
        for file in rule.get("files", ()) if isinstance(rule, Mapping) else ():
            node = yaml.parse(str(file.get("text", "")), "", Findings())
            value = None if node is None else node.get("currency")
            if isinstance(value, yaml.Scalar):
                return value.text
    return ""


# --- charts -----------------------------------------------------------------------------------------


def _overview(runs: Sequence[RunFolder], language: str) -> list[dict[str, Any]]:
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
    words = _Words(language)
    base = {name: Series(name, held, at) for at, (name, held) in enumerate(values.items())}
    first = next(iter(values.values()))
    relative = tuple(
        Series(name, 100.0 * held / first, at)
        for at, (name, held) in enumerate(values.items())
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
    return [_shown(chart, embed=True) for chart in charts]


def _shown(chart: LineChart, *, embed: bool = False, note: str = "") -> dict[str, Any]:
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


def _run(run: RunFolder, language: str, most: int) -> dict[str, Any]:
    """All that the page shows of one index."""
    names = sections.names_of(run)
    ledger, first = embedded.ledger(run, names, most)
    events, n_events = sections.events(run, names)
    whole_ledger = (
        int(arrow.days(run.decisions.column("effective_date")).min(initial=first)) >= first
    )
    return {
        "index": run.index,
        "name": run.called(language),
        "synthetic": run.synthetic,
        "charts": _charts(run, language),
        "years": _years(run, language),
        "months": _months(run),
        "top": sections.top(run),
        "currency": currency_of(run),
        "money": lambda value: money(value, currency_of(run), language),
        "percent": percent,
        "plain": plain,
        "reviews": sections.reviews(run, names),
        "events": events,
        "n_events": n_events,
        "ledger": ledger,
        "ledger_from": "" if whole_ledger else date_of(first).isoformat(),
        "assumptions": [str(item) for item in run.manifest.get("assumptions", ())],
        "manifest": _manifest(run),
    }


def _charts(run: RunFolder, language: str) -> list[dict[str, Any]]:
    words = _Words(language)
    level = run.series["level"]
    reviews = tuple(int(day) for day in arrow.days(run.reviews.column("effective_date")).tolist())
    kinds = tuple(
        Series(_SERIES_NAMES[name][language], values, at)
        for at, (name, values) in enumerate(run.series.items())
    )
    periods = summary.periods_of(run)
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
    shown = [_shown(chart, embed=True) for chart in charts]
    if len(list_days) > 1:
        names = {"1": words("largest", "1위"), "2-10": words("2 to 10", "2~10위"),
                 "11-50": words("11 to 50", "11~50위"), "51+": words("51 on", "51위~")}  # fmt: skip
        shown.append(
            _shown(
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


def _years(run: RunFolder, language: str) -> dict[str, Any]:
    found = series.years(run.days, run.series["level"])
    words = _Words(language)
    labels = [f"{item.year}" for item in found]
    return {
        "picture": year_bars(
            labels,
            [item.gain for item in found],
            words("Return of each calendar year", "연도별 수익률"),
        ),
        "note": words(
            f"{labels[0]} and {labels[-1]} are parts of years.",
            f"{labels[0]}년과 {labels[-1]}년은 일부 기간이다.",
        )
        if labels
        else "",
    }


def _months(run: RunFolder) -> list[tuple[str, list[str], list[str]]]:
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


def _manifest(run: RunFolder) -> dict[str, Any]:
    held = run.manifest
    rule = held.get("rule", {})
    return {
        "run": held.get("run", ""),
        "start": held.get("start", ""),
        "end": held.get("end", ""),
        "method": held.get("method", ""),
        "calendar": json.dumps(held.get("calendar", {}), ensure_ascii=False),
        "versions": ", ".join(f"{k} {v}" for k, v in dict(held.get("versions", {})).items()),
        "files": [
            (str(file.get("name", "")), str(file.get("sha256", "")))
            for file in (rule.get("files", ()) if isinstance(rule, Mapping) else ())
        ],
    }


def _sweep(item: Sweep, language: str) -> dict[str, Any]:
    words = _Words(language)
    levels = LineChart(
        key=f"{item.index}-caps",
        title=words("Levels by cap", "상한별 지수"),
        description=words("Levels by cap", "상한별 지수"),
        days=item.days,
        series=tuple(
            Series(cap, values, at) for at, (cap, values) in enumerate(item.levels.items())
        ),
    )
    largest = LineChart(
        key=f"{item.index}-largest",
        title=words("Weight of the largest name by cap", "상한별 최대 비중"),
        description=words("Largest weight by cap", "상한별 최대 비중"),
        days=item.days,
        series=tuple(
            Series(cap, values, at) for at, (cap, values) in enumerate(item.largest.items())
        ),
        unit="%",
        zero=True,
    )
    return {
        "name": item.name.get(language) or item.name.get("en") or item.index,
        "head": [title[language] for title in item.head],
        "rows": item.rows,
        "charts": [_shown(chart, embed=True) for chart in (levels, largest)],
    }
