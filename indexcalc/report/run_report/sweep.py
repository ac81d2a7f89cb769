"""The section on a sweep of caps: its table of figures and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.arrays import Days, Floats
from indexcalc.market import arrow
from indexcalc.report.rulebook.words.text import Text
from indexcalc.report.run_report.folder import manifest_of, read
from indexcalc.report.run_report.numbers import percent, plain, whole

_COLUMNS: tuple[tuple[str, Text, str], ...] = (
    ("cap", Text("Cap", "상한"), "text"),
    ("annual_return", Text("Return a year", "연 수익률"), "%"),
    ("volatility", Text("Volatility", "변동성"), "%"),
    ("tracking_error", Text("Tracking error", "추적오차"), "%"),
    ("tracking_difference", Text("Difference a year", "연 수익률 차이"), "%"),
    ("turnover_a_year", Text("Turnover a year", "연 회전율"), "%"),
    ("effective_number_mean", Text("Effective number, mean", "평균 유효 종목 수"), "1"),
    ("largest_weight_most", Text("Largest weight ever", "최대 비중(최고)"), "%"),
    ("reviews_capped", Text("Reviews it bound at", "적용된 변경 횟수"), "0"),
    ("sessions_above_limit", Text("Sessions above it", "초과 거래일"), "0"),
)
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep as the page shows it: the head and rows of its table, and its pictures as SVG."""

    index: str
    name: dict[str, str]
    head: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    days: Days
    levels: Mapping[str, Floats]
    largest: Mapping[str, Floats]
    """By cap, the first, the last and some between: levels and largest weights (n,)."""


def read_sweep(path: Path) -> Sweep:
    """The sweep in a folder.  RunError (RUN003): a file is missing or damaged."""
    manifest = manifest_of(path)
    summary = read(path, "summary")
    known = [column for column in _COLUMNS if column[0] in summary.column_names]
    cells = [_cells(summary.column(name), style) for name, _, style in known]
    days, levels, largest = _lines(read(path, "levels"))
    name = manifest.get("name")
    return Sweep(
        index=str(manifest.get("index", path.name)),
        name={str(k): str(v) for k, v in name.items()} if isinstance(name, dict) else {},
        head=tuple(title for _, title, _ in known),
        rows=tuple(zip(*cells, strict=True)),
        days=days,
        levels=levels,
        largest=largest,
    )


def _lines(table: Any) -> tuple[Days, dict[str, Floats], dict[str, Floats]]:
    """Sessions, levels and largest weights of at most six of the caps."""
    codes, caps = arrow.coded(table.column("cap"))
    order = list(dict.fromkeys(codes.tolist()))
    chosen = sorted({round(at * (len(order) - 1) / (_MOST_LINES - 1)) for at in range(_MOST_LINES)})
    level = arrow.floats(table.column("level"))
    largest = arrow.floats(table.column("largest_weight"))
    days = arrow.days(table.column("date"))
    rows = {caps[order[at]]: codes == order[at] for at in chosen if at < len(order)}
    first = next(iter(rows.values()))
    same = {cap: mask for cap, mask in rows.items() if np.array_equal(days[mask], days[first])}
    return (
        days[first],
        {cap: level[mask] for cap, mask in same.items()},
        {cap: largest[mask] for cap, mask in same.items()},
    )


def _cells(column: Any, style: str) -> list[str]:
    if style == "text":
        return [text or "–" for text in arrow.texts(column)]
    values = arrow.floats(column).tolist()
    if style == "%":
        return [percent(value) for value in values]
    return [whole(value) if style == "0" else plain(value, int(style)) for value in values]
