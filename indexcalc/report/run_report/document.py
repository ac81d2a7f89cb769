"""The page of a report: its parts in reading order, filled from the files of runs and sweeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.places.place import Place
from indexcalc.report.rulebook.words.notes import note_in_words
from indexcalc.report.run_report import embedded, sections, summary
from indexcalc.report.run_report.folder import RunFolder, is_sweep, read_run, run_folders
from indexcalc.report.run_report.language import Words, kind_in_words
from indexcalc.report.run_report.line_charts import LineChart, Series
from indexcalc.report.run_report.numbers import PER_CENT, money, percent, plain, whole
from indexcalc.report.run_report.run_charts import (
    chart_on_page,
    charts,
    months,
    shading_note,
    stretches,
    weight_by_rank,
    years,
)
from indexcalc.report.run_report.run_charts import divisor as divisor_chart
from indexcalc.report.run_report.side_by_side import side_by_side
from indexcalc.report.run_report.sweep import Sweep, read_sweep

if TYPE_CHECKING:
    from indexcalc.report.run_report.with_market.of_one_run import Depth

_FOLDER = Path(__file__).parent.parent / "templates"


_MOST_RUNS = 6
_MOST_BYTES, _LEAST_LEDGER = 980_000, 20_000
"""Bytes of a page, about, and what the decisions of a run have in any case."""
_PLAIN_ROWS = 600
"""Rows of joiners and leavers that a page shows without its script, the newest first."""
_LEDGER, _LEDGER_NOTE = "(ledger {})", "(note on ledger {})"
"""What stands for the decisions until it is known how much room the page has left for them."""


def report(
    places: Sequence[Place],
    language: str = "en",
    market: Market | None = None,
    aum: Mapping[str, float] | None = None,
) -> str:
    """One page about the runs and sweeps in some folders, as HTML.

    ``market``: that of the runs, for what only it can tell (``depth``).
    ``aum``: assets that follow them, by index (key '': all), for flows at their reviews; else those of
    the market's table ``tracked_assets``.
    UsageError (ANA001): assets of an index that is not on the page.
    RunError (RUN003): a folder holds none, or its files are damaged; (RUN004): ``market`` is another.
    """
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    folders = [folder for path in places for folder in run_folders(path)]
    sweeps = [read_sweep(folder) for folder in folders if is_sweep(folder)]
    runs = [read_run(folder) for folder in folders if not is_sweep(folder)][:_MOST_RUNS]
    unknown = sorted(set(aum or {}) - {"", *(run.index for run in runs)})
    if unknown:
        raise UsageError.of(
            "ANA001",
            f"assets are given for {', '.join(unknown)}, which is not on the page",
            where="--aum",
            hint=f"the page is about {', '.join(run.index for run in runs)}",
        )
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    says = Words(language)
    environment.filters["packed"] = lambda html: embedded.encoded(says.typeset(html))
    figures = [summary.figures_of(run) for run in runs]
    called = [_line_names(run, market, language) for run in runs]
    depths = [
        None if market is None else _depth(run, market, names, aum or {})
        for run, names in zip(runs, called, strict=True)
    ]
    shown = [
        _run(run, held, _members(run, market, names), language, sections.EVENTS // len(runs))
        for run, held, names in zip(runs, depths, called, strict=True)
    ]
    for number, item in enumerate(shown):
        item.update(ledger=_LEDGER.format(number), ledger_note=_LEDGER_NOTE.format(number))
        item.update(plain_reviews=_plain(item["reviews"], _PLAIN_ROWS // len(runs)))
    page: str = environment.get_template("report.html").render(
        language=language,
        say=says,
        title=says.title(runs, sweeps),
        synthetic=any(run.synthetic for run in runs) or any(item.synthetic for item in sweeps),
        sentences=_sentences(runs, figures, language),
        key_figures=_key_figures(runs, figures, language),
        figures=_figure_table(runs, figures, language),
        lead=summary.lead(runs or sweeps, language),
        beside=side_by_side(runs, language),
        runs=shown,
        with_market=market is not None,
        sweeps=[_sweep(item, language) for item in sweeps],
        style=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        script=(_FOLDER / "report.js").read_text(encoding="utf-8"),
    )
    page = says.typeset(page)
    room = min(embedded.MOST_BYTES, _MOST_BYTES - len(page.encode("utf-8")))
    most = max(_LEAST_LEDGER, room // max(len(runs), 1))
    for number, (run, held, item) in enumerate(zip(runs, depths, shown, strict=True)):
        ledger, note = _ledger(run, held, item["names"], says, most)
        page = page.replace(_LEDGER.format(number), ledger)
        page = page.replace(_LEDGER_NOTE.format(number), note)
    return page


def _line_names(run: RunFolder, market: Market | None, language: str) -> list[str | None]:
    """The name of each line of the market (n_lines,) on the last day of a run, in the page's language."""
    if market is None or not run.days.size:
        return []
    return NamesOfDay(market, language).all_on(int(run.days[-1]))


def _members(run: RunFolder, market: Market | None, names: Sequence[str | None]) -> dict[str, str]:
    """Of the ``names`` of lines (n_lines,), those of lines that the run has held, by symbol."""
    if market is None or not names:
        return {}
    held = [symbol for symbol in sections.names_of(run) if symbol in market.order]
    return {symbol: name for symbol in held if (name := names[market.order[symbol]])}


def _depth(
    run: RunFolder, market: Market, names: Sequence[str | None], aum: Mapping[str, float]
) -> Depth:
    """What the market tells; what studies an index is imported only where one is asked."""
    from indexcalc.report.run_report.with_market.of_one_run import depth

    return depth(run, market, names, aum)


def _plain(reviews: Sequence[sections.ReviewRow], most: int) -> int:
    """How many of the reviews, newest first, have at most so many rows together; one in any case."""
    rows = np.cumsum([1 + len(review.changes) for review in reviews])
    return max(1, int(np.searchsorted(rows, most, side="right")))


_WITHOUT_MARKET: Mapping[str, Any] = MappingProxyType({"flows": None})
"""What a page without a market has in the place of ``with_market.page``: nothing of it is shown."""


def _sentences(
    runs: Sequence[RunFolder], figures: Sequence[summary.Figures], language: str
) -> list[str]:
    if not runs:
        return []
    texts = summary.sentences(runs[0], figures[0]) + summary.comparison(runs, figures)
    return [text[language] for text in texts]


def _key_figures(
    runs: Sequence[RunFolder], found: Sequence[summary.Figures], language: str
) -> list[tuple[str, str, str, str]]:
    """Four figures shown large: what it is, the figure, its note, the part of the page it is from."""
    if not runs:
        return []
    run, figures = runs[0], found[0]
    last = date_of(int(run.days[-1])).isoformat()
    words = Words(language)
    levels, lists = f"{run.index}-levels", f"{run.index}-largest"
    shown = [
        (words("Level", "지수"), plain(float(run.series["level"][-1])), last, levels),
        (
            words("A year", "연환산 수익률"),
            percent(figures.annual, plus=True),
            words(
                f"volatility {percent(figures.volatility, 1)}",
                f"변동성 {percent(figures.volatility, 1)}",
            ),
            levels,
        ),
    ]
    if not run.constituents.num_rows:
        return shown  # an overlay holds nothing
    of_list = date_of(sections.lists(run)[-1][0]).isoformat()
    return [
        *shown,
        _value(run, figures, language, lists),
        (
            words("Largest weight", "최대 비중"),
            percent(figures.largest, 1),
            words(
                f"list of {of_list}, effective number of names {plain(figures.effective_number, 1)}",
                f"{of_list} 명단, 유효 종목 수 {plain(figures.effective_number, 1)}",
            ),
            lists,
        ),
    ]


def _value(
    run: RunFolder, figures: summary.Figures, language: str, where: str
) -> tuple[str, str, str, str]:
    """The market value of the index; the number of constituents where its value is none."""
    words, n = Words(language), whole(figures.constituents)
    if not sections.holds_companies(run):
        weighted = words("weights set by a scheme", "방식에 따른 가중")
        return words("Constituents", "구성종목 수"), n, weighted, where
    value = money(float(run.market_value[-1]), run.currency, language)
    return words("Market value", "시가총액"), value, words(f"{n} constituents", f"{n}종목"), where


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


def _run(
    run: RunFolder,
    held: Depth | None,
    called: Mapping[str, str],
    language: str,
    n_events: int,
) -> dict[str, Any]:
    """All that the page shows of one index but its ledger; ``called``: names in the page's language."""
    names = {**sections.names_of(run), **called}
    events, n_events = sections.events(run, names, language, n_events)
    shaded = stretches(run)
    top = sections.top(run, names)
    near = _WITHOUT_MARKET
    if held is not None:
        from indexcalc.report.run_report.with_market.page import on_page

        near = on_page(held, run.index, language, names, shaded)
    trades = near["flows"]["trades"] if near["flows"] else {}
    return {
        "index": run.index,
        "name": run.called(language),
        "synthetic": run.synthetic,
        "charts": charts(run, language, shaded),
        "shading": shading_note(run, shaded, language),
        "ranks": weight_by_rank(run, language, shaded),
        "years": years(run, language),
        "months": months(run),
        "top": top,
        "list_day": date_of(sections.lists(run)[-1][0]).isoformat() if top else "",
        "companies": sections.holds_companies(run),
        "capped": any(row.capping != 1.0 for row in top),
        "currency": run.currency,
        "money": lambda value: money(value, run.currency, language),
        "percent": percent,
        "plain": plain,
        "kind": lambda kind: kind_in_words(kind, language),
        "reviews": sections.reviews(run, names, language, trades),
        "divisor": divisor_chart(run, language, shaded),
        "events": events,
        "n_events": n_events,
        "names": names,
        "depth": near,
        "coverage": sections.coverage(run, language),
        **_statement(run.manifest, language),
    }


def _ledger(
    run: RunFolder, held: Depth | None, names: Mapping[str, str], says: Words, most: int
) -> tuple[str, str]:
    """The decisions for the script, in at most ``most`` bytes, and from when they are where not all fit."""
    texts = {} if held is None else held.change.texts()
    change = {symbol: text[says.language] for symbol, text in texts.items()}
    ledger, first = embedded.ledger(run, {"names": names, "change": change}, says.language, most)
    whole_ledger = (
        int(arrow.days(run.decisions.column("effective_date")).min(initial=first)) >= first
    )
    day = date_of(first).isoformat()
    note = says(
        f"The page holds the decisions from {day} on; the rest is in decisions.parquet.",
        f"이 문서에는 {day}부터의 결정이 담겨 있으며, 나머지는 decisions.parquet에 있다.",
    )
    return ledger, "" if whole_ledger else note


def _statement(manifest: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a manifest says was assumed and made, as a page shows it."""
    return {
        "assumptions": [
            note_in_words(str(item))[language] for item in manifest.get("assumptions", ())
        ],
        "manifest": _manifest(manifest, language),
    }


def _manifest(manifest: Mapping[str, Any], language: str) -> dict[str, Any]:
    rule = manifest.get("rule", {})
    return {
        "run": manifest.get("run", ""),
        "start": manifest.get("start", ""),
        "end": manifest.get("end", ""),
        "method": note_in_words(str(manifest.get("method", "")))[language],
        "calendar": ", ".join(str(value) for value in dict(manifest.get("calendar", {})).values()),
        "versions": ", ".join(f"{k} {v}" for k, v in dict(manifest.get("versions", {})).items()),
        "files": [
            (str(file.get("name", "")), str(file.get("sha256", "")))
            for file in (rule.get("files", ()) if isinstance(rule, Mapping) else ())
        ],
    }


def _cap(cap: str, words: Words) -> str:
    return words("no cap", "상한 없음") if cap == "none" else cap.replace("%", PER_CENT)


def _sweep(item: Sweep, language: str) -> dict[str, Any]:
    words = Words(language)
    *caps, last = item.levels
    loosest = item.levels[last]
    levels = LineChart(
        key=f"{item.index}-caps",
        title=words(
            f"Level against {_cap(last, words)}, 100 = the same",
            f"{_cap(last, words)} 대비 지수 (100 = 동일)",
        ),
        description=words("Levels by cap against the loosest", "상한별 상대 지수"),
        days=item.days,
        series=tuple(
            Series(_cap(cap, words), 100.0 * item.levels[cap] / loosest, at)
            for at, cap in enumerate(caps)
        )
        or (Series(_cap(last, words), loosest, 0),),
    )
    largest = LineChart(
        key=f"{item.index}-largest",
        title=words("Weight of the largest name by cap", "상한별 최대 비중"),
        description=words("Largest weight by cap", "상한별 최대 비중"),
        days=item.days,
        series=tuple(
            Series(_cap(cap, words), values, at)
            for at, (cap, values) in enumerate(item.largest.items())
        ),
        unit="%",
        zero=True,
    )
    return {
        "name": item.called(language),
        "sentences": [text[language] for text in item.sentences],
        "head": [title[language] for title in item.head],
        "rows": [(_cap(row[0], words), *row[1:]) for row in item.rows],
        "charts": [chart_on_page(chart, embed=True) for chart in (levels, largest)],
        **_statement(item.manifest, language),
    }
