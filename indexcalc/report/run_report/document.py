"""The page of a report: its parts in reading order, filled from the files of runs and sweeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.diagnostics import Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.reading import yaml
from indexcalc.report.run_report import embedded, sections, summary
from indexcalc.report.run_report.folder import RunFolder, is_sweep, read_run, run_folders
from indexcalc.report.run_report.language import Words
from indexcalc.report.run_report.numbers import money, percent, plain, whole
from indexcalc.report.run_report.run_charts import chart_on_page, charts, months, overview, years
from indexcalc.report.run_report.svg_charts import LineChart, Series
from indexcalc.report.run_report.sweep import Sweep, read_sweep

_FOLDER = Path(__file__).parent.parent / "templates"


_MOST_RUNS = 6


def report(places: Sequence[Path], language: str = "en") -> str:
    """One page about the runs and sweeps in some folders, as HTML.

    RunError (RUN003): a folder holds none, or its files are damaged.
    """
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    folders = [folder for path in places for folder in run_folders(path)]
    sweeps = [read_sweep(folder) for folder in folders if is_sweep(folder)]
    runs = [read_run(folder) for folder in folders if not is_sweep(folder)][:_MOST_RUNS]
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    figures = [summary.figures_of(run) for run in runs]
    says = Words(language)
    page: str = environment.get_template("report.html").render(
        language=language,
        say=says,
        title=says.title(runs, sweeps),
        synthetic=any(run.synthetic for run in runs),
        sentences=_sentences(runs, figures, language),
        key_figures=_key_figures(runs, figures, language),
        figures=_figure_table(runs, figures, language),
        overview=overview(runs, language),
        runs=[_run(run, language, embedded.MOST_BYTES // len(runs)) for run in runs],
        sweeps=[_sweep(item, language) for item in sweeps],
        style=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        script=(_FOLDER / "report.js").read_text(encoding="utf-8"),
    )
    return page


def _sentences(
    runs: Sequence[RunFolder], figures: Sequence[summary.Figures], language: str
) -> list[str]:
    if not runs:
        return []
    texts = summary.sentences(runs[0], figures[0]) + summary.comparison(runs, figures)
    return [text[language] for text in texts]


def _key_figures(
    runs: Sequence[RunFolder], found: Sequence[summary.Figures], language: str
) -> list[tuple[str, str, str]]:
    """Four figures shown large: what it is, the figure, its note."""
    if not runs:
        return []
    run, figures = runs[0], found[0]
    last = date_of(int(run.days[-1])).isoformat()
    words = Words(language)
    return [
        (words("Level", "지수"), plain(float(run.series["level"][-1])), last),
        (
            words("A year", "연환산 수익률"),
            percent(figures.annual, plus=True),
            words(
                f"volatility {percent(figures.volatility, 1)}",
                f"변동성 {percent(figures.volatility, 1)}",
            ),
        ),
        (
            words("Market value", "시가총액"),
            money(float(run.market_value[-1]), currency_of(run), language),
            words(
                f"{whole(figures.constituents)} constituents", f"{whole(figures.constituents)}종목"
            ),
        ),
        (
            words("Largest weight", "최대 비중"),
            percent(figures.largest, 1),
            words(
                f"as {plain(figures.effective_number, 1)} equal names",
                f"유효 종목 수 {plain(figures.effective_number, 1)}",
            ),
        ),
    ]


def _figure_table(
    runs: Sequence[RunFolder], all_figures: Sequence[summary.Figures], language: str
) -> dict[str, Any]:
    rows = [
        (
            title[language],
            *(summary.shown(getattr(figures, name), style) for figures in all_figures),
        )
        for name, title, style in summary.ROWS
        if any(np.isfinite(getattr(figures, name)) for figures in all_figures)
    ]
    return {"head": [run.called(language) for run in runs], "rows": rows}


def currency_of(run: RunFolder) -> str:
    """The currency the rule says, or the first of its parents that says one."""
    own = run.manifest.get("rule", {})
    parents = run.manifest.get("parents", {})
    for rule in (own, *(parents.values() if isinstance(parents, Mapping) else ())):
        for file in rule.get("files", ()) if isinstance(rule, Mapping) else ():
            node = yaml.parse(str(file.get("text", "")), "", Findings())
            value = None if node is None else node.get("currency")
            if isinstance(value, yaml.Scalar):
                return value.text
    return ""


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
        "charts": charts(run, language),
        "years": years(run, language),
        "months": months(run),
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


def _manifest(run: RunFolder) -> dict[str, Any]:
    manifest = run.manifest
    rule = manifest.get("rule", {})
    return {
        "run": manifest.get("run", ""),
        "start": manifest.get("start", ""),
        "end": manifest.get("end", ""),
        "method": manifest.get("method", ""),
        "calendar": json.dumps(manifest.get("calendar", {}), ensure_ascii=False),
        "versions": ", ".join(f"{k} {v}" for k, v in dict(manifest.get("versions", {})).items()),
        "files": [
            (str(file.get("name", "")), str(file.get("sha256", "")))
            for file in (rule.get("files", ()) if isinstance(rule, Mapping) else ())
        ],
    }


def _sweep(item: Sweep, language: str) -> dict[str, Any]:
    words = Words(language)
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
        "charts": [chart_on_page(chart, embed=True) for chart in (levels, largest)],
    }
