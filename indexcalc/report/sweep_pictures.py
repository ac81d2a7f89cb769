"""Pictures of a sweep: levels, the largest weight through time, and what concentration costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.sweep.simulate_caps import CapSweep
from indexcalc.arrays import Floats, Ints
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report import scales
from indexcalc.report.shown_caps import is_reference, label_of, left_out, shown_rows
from indexcalc.report.svg_chart import INK, ORDERED, Line, Panel, across, picture

WIDTH = 960
PICTURES = ("levels.svg", "largest_weight.svg", "trade_off.svg")
_PERCENT = 100.0


class Series(Struct, frozen=True):
    """One point of a sweep over time, arrays (n_sessions,)."""

    label: str
    limit: float
    days: Floats
    level: Floats
    largest: Floats
    reference: bool


def sweep_pictures(sweep: CapSweep) -> dict[str, str]:
    """SVG text by file name; none for a sweep of levels alone or without a level."""
    if sweep.reviews is None:
        return {}
    series = _series(sweep)
    if len(series) < 1:
        return {}
    pictures = {"levels.svg": _levels(sweep, series), "largest_weight.svg": _largest(sweep, series)}
    told = all(
        row[column] is not None
        for row in sweep.summary.to_pylist()
        for column in ("tracking_error", "turnover_a_year")
        if row["level_last"] is not None
    )  # of a few sessions, or of no review, there are no figures a year
    if told and sum(not item.reference for item in series) > 1:
        pictures["trade_off.svg"] = _trade_off(sweep)
    return pictures


def _series(sweep: CapSweep) -> list[Series]:
    rows = sweep.summary.to_pylist()
    keys = _keys(sweep.levels)
    days = arrow.days(sweep.levels.column("date")).astype(np.float64)
    level = arrow.floats(sweep.levels.column("level"))
    largest = arrow.floats(sweep.levels.column("largest_weight"))
    points: list[Series] = []
    for position in shown_rows(sweep.summary, sweep.manifest["annual"]["own_limit"]):
        row = rows[position]
        mine = np.array([key == (row.get("variant"), row["cap"]) for key in keys])[
            _codes(sweep.levels)
        ]
        limit = row["limit"] if row["limit"] is not None else np.nan
        points.append(
            Series(label_of(row), limit, days[mine], level[mine], largest[mine], is_reference(row))
        )
    return points


def _codes(table: Any) -> Ints:
    """A number for every row: which pair of variant and cap it is of."""
    cap, caps = arrow.coded(table.column("cap"))
    if "variant" not in table.column_names:
        return cap.astype(np.int64)
    variant, _ = arrow.coded(table.column("variant"))
    return variant.astype(np.int64) * len(caps) + cap


def _keys(table: Any) -> list[tuple[str | None, str]]:
    _, caps = arrow.coded(table.column("cap"))
    if "variant" not in table.column_names:
        return [(None, cap) for cap in caps]
    _, variants = arrow.coded(table.column("variant"))
    return [(variant, cap) for variant in variants for cap in caps]


def _lines(series: Sequence[Series], values: Sequence[Floats]) -> list[Line]:
    others = [item for item in series if not item.reference]
    colours = dict(zip((item.label for item in others), _spread(len(others)), strict=True))
    return [
        Line(item.label, item.days, value, INK, 1.8)
        if item.reference
        else Line(item.label, item.days, value, colours[item.label])
        for item, value in zip(series, values, strict=True)
    ]


def _spread(n: int) -> list[str]:
    at = np.round(np.linspace(0, len(ORDERED) - 1, n)).astype(int) if n > 1 else [1] * n
    return [ORDERED[int(position)] for position in at]


def _title(sweep: CapSweep, what: str, drawn: bool = True) -> tuple[str, str]:
    """Title and note; ``drawn``: of some points alone, so that the note says how many are not."""
    name = " / ".join(dict.fromkeys(sweep.name.values())) or sweep.index
    days = arrow.days(sweep.levels.column("date"))
    span = f"{date_of(int(days.min()))} to {date_of(int(days.max()))}"
    demo = "; synthetic demo market, no real company" if sweep.market.facts.get("synthetic") else ""
    capped = any(limit is not None for limit in sweep.summary.column("limit").to_pylist())
    swept = f"caps per {sweep.per}" if capped else "values of the rule varied"
    rest = len(
        left_out(sweep.summary, shown_rows(sweep.summary, sweep.manifest["annual"]["own_limit"]))
    )
    more = f", {rest} more not drawn" if rest and drawn else ""
    return f"{name}: {what}", f"{span}, {swept}{more}{demo}"


def _levels(sweep: CapSweep, series: Sequence[Series]) -> str:
    title, note = _title(sweep, "levels")
    reference = next((item for item in series if item.reference), series[0])
    level = [item.level for item in series]
    apart = [(item.level / reference.level - 1.0) * _PERCENT for item in series]
    y = scales.numbers(_ends(level), 330.0, 90.0)
    span, width = across((item.label for item in series), (text for _, text in y.ticks))
    x = scales.dates(series[0].days.astype(int).tolist(), *span)
    upper = Panel(x, y, "Level (price return)")
    lower = Panel(
        x, scales.numbers(_ends(apart), 600.0, 410.0), f"Level against {reference.label} (% of it)"
    )
    for panel, values in ((upper, level), (lower, apart)):
        panel.axes()
        panel.lines(_lines(series, values))
    return picture(width, 640, title, note, (upper, lower))


def _largest(sweep: CapSweep, series: Sequence[Series]) -> str:
    unit = "line" if sweep.per == "security" else sweep.per
    title, note = _title(sweep, f"weight of the largest {unit}")
    values = [item.largest * _PERCENT for item in series]
    span, width = across(item.label for item in series)
    x = scales.dates(series[0].days.astype(int).tolist(), *span)
    panel = Panel(
        x,
        scales.numbers(_ends(values), 430.0, 90.0, zero=True),
        "Opening weight of the largest (% of the index); dashed: the limits; marks: weights set",
    )
    assert sweep.weights is not None
    panel.axes(np.unique(arrow.days(sweep.weights.column("effective_date"))).astype(float).tolist())
    lines = _lines(series, values)
    for item, line in zip(series, lines, strict=True):
        if np.isfinite(item.limit) and item.limit * _PERCENT <= panel.y.high:
            panel.level(item.limit * _PERCENT, line.colour)
    panel.lines(lines)
    return picture(width, 470, title, note, (panel,))


def _trade_off(sweep: CapSweep) -> str:
    title, note = _title(sweep, "what less concentration costs", drawn=False)
    rows = [row for row in sweep.summary.to_pylist() if row["level_last"] is not None]
    shown = {
        label_of(sweep.summary.slice(position, 1).to_pylist()[0])
        for position in shown_rows(sweep.summary, sweep.manifest["annual"]["own_limit"])
    }
    rows.sort(key=lambda row: row["effective_number_mean"])
    effective = np.array([row["effective_number_mean"] for row in rows])
    labels = [label_of(row) if label_of(row) in shown else "" for row in rows]
    joined = "variant" not in sweep.summary.column_names
    panels: list[Panel] = []
    halves = ((64.0, 440.0), (554.0, 930.0))
    for (left, right), (column, name) in zip(
        halves,
        (
            ("tracking_error", "Tracking error (% a year)"),
            ("turnover_a_year", "One-way turnover (% a year)"),
        ),
        strict=True,
    ):
        values = np.array([row[column] for row in rows]) * _PERCENT
        x = scales.numbers(effective.tolist(), left, right, 6)
        y = scales.numbers(values.tolist(), 400.0, 100.0, zero=column == "tracking_error")
        panel = Panel(x, y, name, "Effective number of constituents (mean over sessions)")
        panel.axes()
        panel.points(effective, values, labels, ORDERED[1], joined)
        panels.append(panel)
    return picture(WIDTH, 460, title, note, panels)


def _ends(values: Sequence[Floats]) -> list[float]:
    return [float(value) for item in values for value in (item.min(), item.max())]
