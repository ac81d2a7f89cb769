"""The first screen of a report: sentences made from the figures, and the key figures of each index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Floats
from indexcalc.calculation.figures.returns_and_drawdown import (
    annual_return,
    periods_a_year,
    total_return,
)
from indexcalc.calculation.figures.turnover_and_concentration import turnover_a_year
from indexcalc.calculation.figures.volatility_and_tracking_error import (
    tracking_difference,
    tracking_error,
    volatility,
)
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.rulebook.words.text import Text, counted, t
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.numbers import date_in_words, percent, plain, whole
from indexcalc.report.run_report.series import deepest
from indexcalc.report.run_report.sweep import Sweep


class Figures(Struct, frozen=True):
    """The figures of one index over its sessions; NaN where not known."""

    total: float
    annual: float
    annual_gross: float
    volatility: float
    depth: float
    sharpe_free: float
    """Annual return over volatility, without a risk-free rate."""
    turnover: float
    """One-way, a year, at all reviews."""
    largest: float
    effective_number: float
    constituents: float


def figures_of(run: RunFolder) -> Figures:
    """The figures of a run."""
    level, periods = run.series["level"], periods_a_year(run.days)
    gross = run.series.get("level_tr")
    annual = float(annual_return(level, periods))
    deviation = float(volatility(level, periods))
    changes = arrow.floats(run.reviews.column("one_way_turnover"))
    turnover = float(turnover_a_year(changes[1:], run.days.size, periods))
    return Figures(
        total=float(total_return(level)),
        annual=annual,
        annual_gross=np.nan if gross is None else float(annual_return(gross, periods)),
        volatility=deviation,
        depth=deepest(run.days, level).depth,
        sharpe_free=annual / deviation if deviation > 0 else np.nan,
        turnover=turnover if changes.size else np.nan,  # an overlay holds no lines
        largest=_last(arrow.floats(run.reviews.column("largest_weight"))),
        effective_number=_last(arrow.floats(run.reviews.column("effective_number"))),
        constituents=_members(run),
    )


def lead(runs: Sequence[RunFolder | Sweep], language: str) -> str:
    """One line: which rules, how many sessions, from when to when, on which data."""
    if not runs:
        return ""
    run = runs[0]
    files = dict.fromkeys(_rule_file(item) for item in runs)
    market = run.manifest.get("market", {})
    data = str(market.get("facts", {}).get("name", "")) if isinstance(market, dict) else ""
    first, last = date_of(int(run.days[0])), date_of(int(run.days[-1]))
    names = Text("; every name leads to its decisions", " 종목명을 누르면 결정 근거가 나온다.")
    return t(
        "Computed from {files}{data} over {n}, {a} to {b}{names}.",
        "{files}{data}(으)로 {a_ko}부터 {b_ko}까지 {n}거래일을 산출했다.{names}",
        files=", ".join(files),
        data=Text(f" and the data “{data}”", f", 자료 “{data}”") if data else Text("", ""),
        n=counted(run.days.size, "session", said=whole(run.days.size)),
        a=date_in_words(first, "en"),
        b=date_in_words(last, "en"),
        a_ko=date_in_words(first, "ko"),
        b_ko=date_in_words(last, "ko"),
        names=names if isinstance(run, RunFolder) and run.reviews.num_rows else Text("", ""),
    )[language]


def _rule_file(run: RunFolder | Sweep) -> str:
    rule = run.manifest.get("rule", {})
    files = rule.get("files", ()) if isinstance(rule, dict) else ()
    return str(files[0].get("name", run.index)) if files else run.index


def _members(run: RunFolder) -> float:
    if "constituents" not in run.levels.column_names:
        return float("nan")
    return float(arrow.integers(run.levels.column("constituents"))[-1])


def _last(values: Floats) -> float:
    return float(values[-1]) if values.size else float("nan")


ROWS: tuple[tuple[str, Text, str], ...] = (
    ("total", Text("Return over the whole period", "전체 기간 수익률"), "%"),
    ("annual", Text("Annual return", "연환산 수익률"), "%"),
    ("annual_gross", Text("Annual return with dividends", "연환산 총수익률"), "%"),
    ("volatility", Text("Volatility a year", "연환산 변동성"), "%"),
    ("depth", Text("Deepest drawdown", "최대 낙폭"), "%"),
    ("sharpe_free", Text("Annual return over volatility", "수익률/변동성"), "2"),
    ("turnover", Text("One-way turnover a year", "연평균 편도 회전율"), "%"),
    ("largest", Text("Largest weight at the last review", "최근 변경 시 최대 비중"), "%"),
    (
        "effective_number",
        Text("Effective number at the last review", "최근 변경 시 유효 종목 수"),
        "1",
    ),
    ("constituents", Text("Constituents", "구성종목 수"), "0"),
)


def shown(value: float, style: str) -> str:
    """A figure as the table of figures shows it."""
    if style == "%":
        return percent(value)
    return whole(value) if style == "0" else plain(value, int(style))


def sentences(run: RunFolder, found: Figures) -> list[Text]:
    """Three to five plain sentences about one index."""
    first, last = date_of(int(run.days[0])), date_of(int(run.days[-1]))
    level = run.series["level"]
    fall = deepest(run.days, level)
    texts = [
        t(
            "From {a} to {b} {name} went from {x} to {y}: {total}, or {annual} a year.",
            "{a_ko}부터 {b_ko}까지 {name}은(는) {x}에서 {y}(으)로 움직였다: 누적 {total}, 연 {annual}.",
            name=Text(run.called("en"), run.called("ko")),
            a=date_in_words(first, "en"),
            b=date_in_words(last, "en"),
            a_ko=date_in_words(first, "ko"),
            b_ko=date_in_words(last, "ko"),
            x=plain(float(level[0])),
            y=plain(float(level[-1])),
            total=percent(found.total, 1, plus=True),
            annual=percent(found.annual, 2, plus=True),
        )
    ]
    if np.isfinite(found.annual_gross):
        texts.append(
            t(
                "With dividends reinvested it returned {gross} a year, {more} points more.",
                "배당을 재투자하면 연 {gross}로 {more}%p 높다.",
                gross=percent(found.annual_gross, 2, plus=True),
                more=plain(round(100 * found.annual_gross, 2) - round(100 * found.annual, 2)),
            )
        )
    peak, trough = date_of(fall.peak), date_of(fall.trough)
    back = (
        Text("it has not recovered since", "아직 회복하지 못했다")
        if fall.recovered is None
        else t(
            "it was back on {day}",
            "{day_ko}에 회복했다",
            day=date_in_words(date_of(fall.recovered), "en"),
            day_ko=date_in_words(date_of(fall.recovered), "ko"),
        )
    )
    if fall.depth < 0:
        texts.append(
            t(
                "The deepest fall was {depth}, from {a} to {b}; {back}.",
                "가장 깊은 하락은 {a_ko}부터 {b_ko}까지 {depth}이며, {back}.",
                depth=percent(fall.depth, 1),
                back=back,
                a=date_in_words(peak, "en"),
                b=date_in_words(trough, "en"),
                a_ko=date_in_words(peak, "ko"),
                b_ko=date_in_words(trough, "ko"),
            )
        )
    if run.reviews.num_rows:
        texts.append(_reviews(run, found))
    return texts


def _reviews(run: RunFolder, found: Figures) -> Text:
    kinds = arrow.texts(run.reviews.column("kind"))
    added = arrow.integers(run.reviews.column("added"))[1:]
    removed = arrow.integers(run.reviews.column("removed"))[1:]
    regular = sum(kind == "regular" for kind in kinds)
    last = date_of(int(arrow.days(run.reviews.column("effective_date"))[-1]))
    return t(
        "{regular} and {other} in between brought {added} in and "
        "{removed} out, a one-way turnover of {turnover} a year. In the list of {day} the largest "
        "name weighed {largest}, and the index was as concentrated as {effective} names of equal weight.",
        "정기변경 {regular}회와 수시변경 {other}회로 {added}종목이 편입되고 {removed}종목이 제외되었으며, "
        "연평균 편도 회전율은 {turnover}이다. {day_ko} 명단의 최대 종목 비중은 {largest}, 유효 종목 수는 "
        "{effective}이다.",
        regular=counted(regular, "regular review", said=whole(regular)),
        other=counted(len(kinds) - regular, "change", said=whole(len(kinds) - regular)),
        added=counted(int(added.sum()), "name", said=whole(int(added.sum()))),
        removed=whole(int(removed.sum())),
        turnover=percent(found.turnover, 1),
        largest=percent(found.largest, 1),
        effective=plain(found.effective_number, 1),
        day=date_in_words(last, "en"),
        day_ko=date_in_words(last, "ko"),
    )


def comparison(runs: Sequence[RunFolder], all_found: Sequence[Figures]) -> list[Text]:
    """A sentence for each further index against the first."""
    texts = []
    first, base = runs[0], all_found[0]
    for run, run_figures in zip(runs[1:], all_found[1:], strict=True):
        common, a, b = np.intersect1d(first.days, run.days, return_indices=True)
        if common.size < 3:
            continue
        reference, other = first.series["level"][a], run.series["level"][b]
        periods = periods_a_year(first.days[a])
        difference = float(tracking_difference(other, reference, periods))
        error = float(tracking_error(other, reference, periods))
        texts.append(
            t(
                "Against {first}, {name} returned {difference} points a year {more}, with a tracking error "
                "of {error}; in its last list the largest name weighed {largest} (there {there}).",
                "{first_ko} 대비 {name_ko}의 수익률은 연 {difference}%p {more}, 추적오차는 {error}이다. "
                "최근 명단의 최대 비중은 {largest}이다(기준 지수 {there}).",
                more=Text("more", "높고") if difference >= 0 else Text("less", "낮고"),
                first=first.called("en"),
                name=run.called("en"),
                first_ko=first.called("ko"),
                name_ko=run.called("ko"),
                difference=plain(abs(100 * difference)),
                error=percent(error),
                largest=percent(run_figures.largest, 1),
                there=percent(base.largest, 1),
            )
        )
    return texts
