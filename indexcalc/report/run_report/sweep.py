"""The section on a sweep of caps: its table of figures and its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Days, Floats
from indexcalc.market import arrow
from indexcalc.market.places.place import Place
from indexcalc.report.rulebook.words.text import Text, counted, t
from indexcalc.report.run_report.folder import manifest_of, read
from indexcalc.report.run_report.numbers import PER_CENT, percent, plain, whole
from indexcalc.report.shown_caps import left_out, shown_rows

_COLUMNS: tuple[tuple[str, Text, str], ...] = (
    ("cap", Text("Cap", "상한"), "text"),
    ("annual_return", Text("Return a year", "연 수익률"), "%"),
    ("volatility", Text("Volatility", "변동성"), "%"),
    ("tracking_error", Text("Tracking error", "추적오차"), "%"),
    ("tracking_difference", Text("Difference a year", "연 수익률 차이"), "+%"),
    ("turnover_a_year", Text("Turnover a year", "연 회전율"), "%"),
    ("effective_number_mean", Text("Effective number, mean", "평균 유효 종목 수"), "1"),
    ("largest_weight_most", Text("Largest weight ever", "최대 비중(최고)"), "%"),
    ("reviews_capped", Text("Reviews it bound at", "적용된 변경 횟수"), "0"),
    ("sessions_above_limit", Text("Sessions above it", "초과 거래일"), "0"),
)
_NOTHING = 0.0005
"""A difference a year below which a cap is said to cost nothing."""


class Sweep(Struct, frozen=True):
    """A sweep as the page shows it: the head and rows of its table, and its pictures as SVG."""

    index: str
    name: dict[str, str]
    head: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    days: Days
    levels: Mapping[str, Floats]
    largest: Mapping[str, Floats]
    """By cap, for those that are shown: levels and largest weights (n,)."""
    sentences: tuple[Text, ...]
    manifest: Mapping[str, Any]

    @property
    def synthetic(self) -> bool:
        """Are the data those of the demo market?"""
        return bool(self.manifest.get("market", {}).get("facts", {}).get("synthetic"))

    def called(self, language: str) -> str:
        """The name of the index in a language, else in English, else its identifier."""
        return self.name.get(language) or self.name.get("en") or self.index


def read_sweep(path: Place) -> Sweep:
    """The sweep in a folder.  RunError (RUN003): a file is missing or damaged."""
    manifest = manifest_of(path)
    summary = read(path, "summary")
    known = [column for column in _COLUMNS if column[0] in summary.column_names]
    cells = [_cells(summary.column(name), style) for name, _, style in known]
    shown = shown_rows(summary, manifest["annual"].get("own_limit"))
    caps = summary.column("cap").to_pylist()
    days, levels, largest = _lines(read(path, "levels"), [caps[at] for at in shown])
    name = manifest.get("name")
    return Sweep(
        index=str(manifest.get("index", path.name)),
        name={str(k): str(v) for k, v in name.items()} if isinstance(name, dict) else {},
        head=tuple(title for _, title, _ in known),
        rows=tuple(zip(*cells, strict=True)),
        days=days,
        levels=levels,
        largest=largest,
        sentences=(*_sentences(summary), *_not_drawn(left_out(summary, shown))),
        manifest=manifest,
    )


def _sentences(summary: Any) -> tuple[Text, ...]:
    """What the loosest cap that bound did, and the tightest."""
    rows = [
        row
        for row in summary.to_pylist()
        if row.get("limit") is not None and row["feasible"] and row.get("reviews_capped")
    ]
    rows.sort(key=lambda row: -row["limit"])
    return tuple(_sentence(row) for row in (rows[:1] + rows[-1:] if len(rows) > 1 else rows))


def _sentence(row: Mapping[str, Any]) -> Text:
    difference = float(row["tracking_difference"])
    cost = (
        Text("cost nothing", "비용은 없었다")
        if abs(difference) < _NOTHING
        else Text("lowered the return", "수익률은 낮아졌다")
        if difference < 0
        else Text("raised the return", "수익률은 높아졌다")
    )
    return t(
        "The {cap} cap bound at {bound} of {reviews} and {cost} ({points} points a year, tracking "
        "error {error}); the largest name still stood above it on {above}, because weights drift.",
        "{cap} 상한은 변경 {reviews}회 중 {bound}회 적용되었고 {cost}(연 {points}%p, 추적오차 {error}). "
        "비중은 변경 사이에 움직이므로 최대 종목은 {above}거래일에 상한을 넘었다.",
        cap=percent(float(row["limit"]), 1 if row["limit"] * 100 % 1 > 1e-9 else 0),
        bound=whole(row["reviews_capped"]),
        reviews=counted(row["reviews"], "review", said=whole(row["reviews"])),
        cost=cost,
        points=percent(difference, plus=True).removesuffix(PER_CENT),
        error=percent(float(row["tracking_error"])),
        above=counted(
            row["sessions_above_limit"], "session", said=whole(row["sessions_above_limit"])
        ),
    )


def _not_drawn(caps: Sequence[str]) -> tuple[Text, ...]:
    """Which caps the pictures leave out."""
    if not caps:
        return ()
    named = ", ".join(cap.replace("%", PER_CENT) for cap in caps)
    return (
        t(
            "The table has every cap; the pictures leave out {caps}.",
            "표에는 모든 상한이 있고, 그림에서 뺀 상한: {caps}.",
            caps=named,
        ),
    )


def _lines(table: Any, caps: Sequence[str]) -> tuple[Days, dict[str, Floats], dict[str, Floats]]:
    """Sessions, levels and largest weights of the caps that are shown."""
    codes, names = arrow.coded(table.column("cap"))
    level = arrow.floats(table.column("level"))
    largest = arrow.floats(table.column("largest_weight"))
    days = arrow.days(table.column("date"))
    rows = {cap: codes == names.index(cap) for cap in caps}
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
    if style.endswith("%"):
        return [percent(value, plus=style == "+%") for value in values]
    return [whole(value) if style == "0" else plain(value, int(style)) for value in values]
