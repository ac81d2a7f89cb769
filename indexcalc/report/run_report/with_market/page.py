"""What the market of a run adds to its page: charts and tables made from ``Depth``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indexcalc.analysis.attribution.attribute import Attribution
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.rulebook.words.names import called
from indexcalc.report.run_report.language import Words, readable
from indexcalc.report.run_report.line_charts import LineChart, Series, Stretch
from indexcalc.report.run_report.numbers import MINUS, percent
from indexcalc.report.run_report.run_charts import chart_on_page
from indexcalc.report.run_report.small_multiples import small_multiples
from indexcalc.report.run_report.with_market.of_one_run import Depth
from indexcalc.report.run_report.with_market.splits import UNKNOWN
from indexcalc.report.run_report.with_market.tracker_flows import flows_on_page
from indexcalc.report.run_report.with_market.would_change import size

LINES = 6
"""Lines shown at each end of the attribution."""
CAUSES = {
    "price": ("Price", "가격"),
    "currency": ("Currency", "환율"),
    "dividends": ("Dividends", "배당"),
}
"""The causes of a part, in their order."""


def on_page(
    held: Depth,
    index: str,
    language: str,
    names: Mapping[str, str],
    stretches: tuple[Stretch, ...],
) -> dict[str, Any]:
    """The parts of the template: ``concentration`` charts, ``sectors`` and ``sizes`` pictures, ``moved``
    tables, ``near`` rows and ``flows``."""
    words = Words(language)
    return {
        "concentration": _concentration(held, index, words, stretches),
        "sectors": _split(held.sectors, words, stretches),
        "sizes": _split(held.sizes, words, stretches),
        "moved": None if held.moved is None else _moved(held, words, names),
        "near": _near(held, words),
        "near_day": date_of(held.change.day).isoformat(),
        "flows": flows_on_page(held.flows, words, names),
    }


def _near(held: Depth, words: Words) -> list[dict[str, Any]]:
    """The nearest names on each side: where they are, the change that moves each, who would swap."""
    return [
        {
            "symbol": item.symbol,
            "name": item.name,
            "inside": item.inside,
            "measure": called(item.measure)[words.language],
            "change": f"{'+' if item.change > 0 else MINUS}{size(item.change)}",
            "others": ", ".join(item.others) or words("nobody", "없음"),
        }
        for item in held.change.names
        if item.near and item.change is not None
    ]


def _concentration(
    held: Depth, index: str, words: Words, stretches: tuple[Stretch, ...]
) -> list[dict[str, Any]]:
    if held.days.size < 2:
        return []
    largest = LineChart(
        key=f"{index}-largest",
        title=words("Weight of the largest lines, each session", "상위 종목 비중(거래일별)"),
        description=words("Weight of the largest line and of the five largest", "상위 종목 비중"),
        days=held.days,
        series=(
            Series(words("five largest", "상위 5종목"), held.five, 1),
            Series(words("largest", "1위"), held.largest, 0),
        ),
        unit="%",
        zero=True,
        stretches=stretches,
        wide=False,
    )
    effective = LineChart(
        key=f"{index}-effective",
        title=words("Effective number of constituents, each session", "유효 종목 수(거래일별)"),
        description=words("Effective number of constituents", "유효 종목 수"),
        days=held.days,
        series=(Series(words("effective number", "유효 종목 수"), held.effective, 2),),
        zero=True,
        stretches=stretches,
        wide=False,
    )
    return [chart_on_page(chart, embed=True) for chart in (largest, effective)]


def _split(split: Any, words: Words, stretches: tuple[Stretch, ...]) -> dict[str, Any]:
    if split is None:
        return {}
    parts = {_called(name, words): values for name, values in split.parts.items()}
    return small_multiples(split.days, parts, stretches)


def _called(name: str, words: Words) -> str:
    if name == UNKNOWN:
        return words("not known", "미상")
    first, _, last = name.partition("-")
    if first.isdigit():
        return (
            words(f"Ranks {first} to {last}", f"{first}~{last}위")
            if last
            else words(f"Ranks {first} and below", f"{first}위 이하")
        )
    return readable(name, words.language)


def _moved(held: Depth, words: Words, names: Mapping[str, str]) -> dict[str, Any]:
    """The attribution as tables; the bars of one table share a scale."""
    made = held.moved
    assert made is not None
    lines = sorted(made.lines.to_pylist(), key=lambda row: -row["contribution"])
    ends = lines if len(lines) <= 2 * LINES else [*lines[:LINES], *lines[-LINES:]]
    rest = lines[LINES:-LINES] if len(lines) > 2 * LINES else []
    groups = sorted(made.groups.to_pylist(), key=lambda row: -row["contribution"])
    reviews = [row for row in made.reviews.to_pylist() if row["effect"] is not None]
    shown = _causes(made, lines)
    return {
        "series": words("with dividends", "배당 포함")
        if made.series != "pr"
        else words("price", "가격"),
        "causes": [words(*CAUSES[cause]) for cause in shown],
        "start": made.start.isoformat(),
        "end": made.end.isoformat(),
        "total": percent(made.total, plus=True),
        "rounding": percent(made.rounding, plus=True) if made.rounding else "",
        "groups": _rows(groups, shown, lambda row: ("", readable(row["group"], words.language)))
        if made.by != "line"
        else [],
        "lines": _rows(
            ends,
            shown,
            lambda row: (row["symbol"], names.get(row["symbol"]) or row["name"] or ""),
        ),
        "cut": LINES if rest else 0,
        "rest": (len(rest), percent(sum(row["contribution"] for row in rest), plus=True)),
        "reviews": [
            {
                "day": row["effective_date"].isoformat(),
                "until": row["until"].isoformat(),
                "index": percent(row["index_return"], plus=True),
                "kept": percent(row["kept_list_return"], plus=True),
                "effect": percent(row["effect"], plus=True),
            }
            for row in reversed(reviews)
        ],
    }


def _causes(made: Attribution, lines: list[dict[str, Any]]) -> list[str]:
    """The causes that have a column: none where each part is of the price alone."""
    moved = {
        "price": True,
        "currency": any(row["currency"] for row in lines),
        "dividends": made.series != "pr",
    }
    shown = [cause for cause in CAUSES if moved[cause]]
    return shown if len(shown) > 1 else []


def _rows(rows: list[dict[str, Any]], causes: list[str], called: Any) -> list[dict[str, Any]]:
    parts = [row["contribution"] for row in rows]
    low, high = min(0.0, *parts, 0.0), max(0.0, *parts, 0.0)
    whole = high - low or 1.0
    zero = -100.0 * low / whole
    made = []
    for row in rows:
        symbol, name = called(row)
        share = 100.0 * abs(row["contribution"]) / whole
        made.append(
            {
                "symbol": symbol,
                "name": name,
                "part": percent(row["contribution"], plus=True),
                "causes": [percent(row[cause], plus=True) for cause in causes],
                "weight": percent(row["average_weight"]),
                "up": row["contribution"] >= 0,
                "zero": f"{zero:.1f}",
                "left": f"{zero if row['contribution'] >= 0 else zero - share:.1f}",
                "width": f"{share:.1f}",
            }
        )
    return made
