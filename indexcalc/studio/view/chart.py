"""The chart of levels: what is shown now, beside the saved rule, as options of ECharts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from unicodedata import east_asian_width

import numpy as np

from indexcalc.arrays import Days, Floats
from indexcalc.report.run_report.series import decimated
from indexcalc.studio.view.words import word
from indexcalc.studio.work.studies import day_of

COLUMNS: Final = 220
"""Points a line is thinned to, four a column: first, lowest, highest and last."""
_COLOURS: Final = {
    "light": ("#1f4e8c", "#b4531f", "#1b1d21", "#5a5f68", "#e3e6ea"),
    "dark": ("#8ab4f0", "#f0a06c", "#e6e8ec", "#a9aeb8", "#2f343c"),
}
_DAY: Final = 86_400_000
"""Milliseconds of a day: the unit of a time axis."""
_LONGEST: Final = 130
"""Pixels of a name beside its line; a longer one ends in dots."""
_FONT: Final = (
    "system-ui, Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', sans-serif"
)


def options(
    days: Days,
    level: Floats,
    saved: tuple[Days, Floats] | None,
    baseline: str = "",
    *,
    language: str = "en",
    dark: bool = False,
) -> dict[str, Any]:
    """Options of a chart with the level and, where there is one, ``saved``, called ``baseline``.

    End labels instead of a legend, with room for both from the first: a drag that brings the second line
    moves nothing else.  A logarithmic axis where the levels pass four times the lowest.
    """
    first, second, ink, soft, grid = _COLOURS["dark" if dark else "light"]
    old_days, old = saved if saved is not None else (days[:0], level[:0])
    known = np.concatenate([part[np.isfinite(part)] for part in (level, old)])
    log = bool(known.size and known.min() > 0 and known.max() / known.min() > 4.0)
    # Always two: ECharts builds a chart with another number of lines anew, which a drag would wait for.
    lines = [
        _line(word("this", language), days, level, first, "solid"),
        _line(baseline, old_days, old, second, "dashed"),
    ]
    axis = {"axisLine": {"lineStyle": {"color": grid}}, "axisTick": {"show": False}}
    return {
        "animation": False,
        "useUTC": True,
        "backgroundColor": "transparent",
        "textStyle": {"fontFamily": _FONT, "color": ink},
        "grid": {
            "left": 46,
            "right": _room(item["name"] for item in lines),
            "top": 12,
            "bottom": 26,
        },
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "transitionDuration": 0,
            "axisPointer": {"type": "line", "lineStyle": {"color": soft}},
            "backgroundColor": "#1e2126" if dark else "#ffffff",
            "borderColor": grid,
            "textStyle": {"color": ink, "fontSize": 12},
        },
        "xAxis": {
            "type": "time",
            **axis,
            "axisLabel": {"color": soft, "hideOverlap": True, "fontSize": 11},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "log" if log else "value",
            "scale": True,
            "axisLine": {"show": False},
            "axisLabel": {"color": soft, "fontSize": 11},
            "splitLine": {"lineStyle": {"color": grid}},
        },
        "dataZoom": [{"type": "inside", "zoomOnMouseWheel": "ctrl", "moveOnMouseWheel": False}],
        "series": lines,
    }


def without_data(made: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """Options without the points of their lines, and these: what stays and what moves in a drag."""
    bare = [{k: v for k, v in line.items() if k != "data"} for line in made["series"]]
    return {**made, "series": bare}, [line["data"] for line in made["series"]]


def _line(name: str, days: Days, level: Floats, colour: str, dash: str) -> dict[str, Any]:
    x, y = decimated(np.asarray(days, dtype=np.float64), level, COLUMNS)
    return {
        "name": name,
        "type": "line",
        "showSymbol": False,
        "data": [*zip((x * _DAY).tolist(), np.round(y, 4).tolist(), strict=True)],
        "lineStyle": {"width": 1.6, "color": colour, "type": dash},
        "itemStyle": {"color": colour},
        "endLabel": {
            "show": True,
            "formatter": name,
            "color": colour,
            "fontSize": 12,
            "width": _LONGEST,
            "overflow": "truncate",
        },
        "labelLayout": {"moveOverlap": "shiftY"},
        "emphasis": {"disabled": True},
    }


def _room(names: Iterable[str]) -> int:
    """Pixels beside the lines for their names, a Korean letter as wide as two others."""
    widths = [sum(2 if east_asian_width(sign) in "WF" else 1 for sign in name) for name in names]
    return 16 + min(_LONGEST, 7 * max(widths))


def in_words(days: Days, level: Floats, language: str) -> str:
    """What the chart shows, for those who do not see it."""
    if not level.size:
        return word("chart", language)
    first, last = day_of(days[0]), day_of(days[-1])
    return f"{word('chart', language)}: {first} {level[0]:,.2f} – {last} {level[-1]:,.2f}"
