"""A sweep in a screenful: what each cap cost, whom it limited and when, the largest weight by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.analysis.sweep.simulate_caps import CapSweep
from indexcalc.cli.called import Called
from indexcalc.diagnostics import (
    display_width,
    quantity,
)
from indexcalc.market import arrow
from indexcalc.market.places.place import Place
from indexcalc.report.shown_caps import label_of, left_out, shown_rows

NAME_WIDTH = 24
MOST_ROWS = 45
MOST_NAMES = 12
MOST_REVIEWS = 30
_DASH = "-"
_NOTHING = 5e-5  # shown as 0.00 %

Row = dict[str, Any]


def summary(sweep: CapSweep, folder: Place) -> str:
    """The text ``simulate`` ends with."""
    rows = sweep.summary.to_pylist()
    lines = [
        " / ".join([*dict.fromkeys(sweep.name.values()), sweep.index][:3]),
        *_about(sweep, rows),
    ]
    lines += ["", *_figures(sweep, rows)]
    if sweep.reviews is not None:
        called = Called(sweep.market)
        for section in (
            _largest_name(sweep, rows, called),
            _capped(sweep, rows, called),
            _by_year(sweep, rows),
        ):
            lines += ["", *section] if section else []
    names = sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))
    assumed = [f"  {'assumed':<12}{note}" for note in sweep.manifest["assumptions"]]
    return "\n".join([*lines, "", *assumed, f"  {'files':<12}{folder}/  {' '.join(names)}"])


def _about(sweep: CapSweep, rows: Sequence[Row]) -> list[str]:
    annual = sweep.manifest["annual"]
    lines = []
    if sweep.market.facts.get("synthetic"):
        lines.append("  on the synthetic demo market: no figure is of a real company")
    reference = {"none": "the index uncapped"}.get(annual["reference"], annual["reference"])
    first = rows[0]
    lines.append(
        f"  {'period':<12}{sweep.manifest['start']} to {sweep.manifest['end']}, "
        f"{quantity(first['sessions'], 'session')}, weights set {quantity(first['reviews'], 'time')}"
    )
    lines.append(
        f"  {'compared':<12}with {reference}; a year has {annual['periods']:g} returns, "
        f"deviations ddof {annual['ddof']}; price return"
    )
    if any(row["limit"] is not None for row in rows):
        measured = sweep.manifest["options"]["measured"]
        window = f", judged on the rule's own window ({measured})" if measured else ""
        lines.append(f"  {'caps':<12}per {sweep.per}{window}")
    return lines


def _figures(sweep: CapSweep, rows: Sequence[Row]) -> list[str]:
    """One line a cap."""
    full = sweep.reviews is not None
    columns = [
        "total_return",
        "annual_return",
        "volatility",
        "tracking_error",
        "tracking_difference",
    ]
    low = ["", "return", "a year", "a year", "error", "a year"]
    top = ["", "total", "return", "volat.", "track.", "differ."]
    if full:
        columns += [
            "turnover_a_year",
            "largest_weight_mean",
            "largest_weight_most",
            "effective_number_mean",
            "reviews_capped",
            "capped_most",
            "sessions_above_limit",
        ]
        top += ["turn-", "largest", "largest", "effect.", "reviews", "most", "sessions"]
        low += ["over", "mean", "most", "number", "capped", "names", "above"]
    wide = max([8, *(display_width(label_of(row)) for row in rows)])
    lines = [_line(wide, top), _line(wide, low)]
    shown = list(range(len(rows)))
    if len(rows) > MOST_ROWS:
        shown = shown_rows(sweep.summary, sweep.manifest["annual"]["own_limit"], MOST_ROWS)
    for position in shown:
        row = rows[position]
        if row["level_last"] is None:
            lines.append(f"  {label_of(row):>{wide}}  cannot be met: {row['finding']}")
            continue
        star = " *" if not row["feasible"] else ""
        lines.append(
            _line(wide, [label_of(row), *(_told(name, row[name]) for name in columns)]) + star
        )
    if len(shown) < len(rows):
        lines.append(f"  {len(rows) - len(shown)} more in summary.parquet")
    if any(row["level_last"] is not None and not row["feasible"] for row in rows):
        lines.append("  * cannot be met at some reviews, which are left uncapped: see the findings")
    return lines


def _told(column: str, value: Any) -> str:
    if value is None:
        return _DASH
    if column in ("reviews_capped", "capped_most", "sessions_above_limit"):
        return f"{value:,}"
    if column == "effective_number_mean":
        return f"{value:.1f}"
    if column == "tracking_difference" and abs(value) >= _NOTHING:
        return f"{value:+.2%}"
    return f"{abs(value) if abs(value) < _NOTHING else value:.2%}"


def _line(wide: int, cells: Sequence[str]) -> str:
    first, *others = cells
    pad = " " * max(0, wide - display_width(first))
    return f"  {pad}{first}" + "".join(f"{cell:>9}" for cell in others)


def _largest_name(sweep: CapSweep, rows: Sequence[Row], called: Called) -> list[str]:
    """What the largest line gave to the return under a few caps."""
    shown = [rows[position] for position in _shown(sweep)]
    if not shown:
        return []
    last = dt.date.fromisoformat(sweep.manifest["end"])
    lines = []
    for symbol in dict.fromkeys(row["largest_symbol"] for row in shown):
        named = f"{symbol} {called.name(symbol, last)}".rstrip()
        parts = [
            f"{label_of(row)} {row['largest_contribution'] * 100:+.1f} of {row['total_return'] * 100:+.1f}"
            for row in shown
            if row["largest_symbol"] == symbol
        ]
        lines.append(f"  largest name {named}: points of the total return")
        lines += [f"    {part}" for part in parts]
    return [*lines, *_rest(sweep, "summary.parquet")]


def _capped(sweep: CapSweep, rows: Sequence[Row], called: Called) -> list[str]:
    """Who is capped and when: review by review for one cap, name by name for several."""
    assert sweep.factors is not None
    capped = sweep.factors.to_pylist()
    limited = {(row.get("variant"), row["cap"]) for row in rows if row["limit"] is not None}
    if not limited:
        return []
    if len({(row.get("variant"), row["cap"]) for row in capped}) <= 1 and len(limited) == 1:
        return _by_review(capped, rows, called)
    return _by_name(capped, rows, called)


def _by_review(capped: Sequence[Row], rows: Sequence[Row], called: Called) -> list[str]:
    row = next(row for row in rows if row["limit"] is not None)
    if not capped:
        return [f"  capped: no member at any of {quantity(row['reviews'], 'review')}"]
    of = quantity(row["reviews"], "review")
    lines = [f"  capped at {row['reviews_capped']} of {of}: opening weight, uncapped, factor"]
    for entry in capped[-MOST_REVIEWS:]:
        lines.append(
            f"    {entry['effective_date']}  {_name(entry, called)}{entry['weight']:>8.2%}"
            f"{entry['weight_uncapped']:>9.2%}{entry['capping_factor']:>9.4f}"
        )
    if len(capped) > MOST_REVIEWS:
        lines.append(f"    the last {MOST_REVIEWS} of {len(capped)}: factors.parquet has all")
    return lines


def _by_name(capped: Sequence[Row], rows: Sequence[Row], called: Called) -> list[str]:
    if not capped:
        return ["  capped: no member under any of the caps"]
    order = {(row.get("variant"), row["cap"]): position for position, row in enumerate(rows)}
    by_symbol: dict[str, list[Row]] = {}
    for entry in capped:
        by_symbol.setdefault(entry["symbol"], []).append(entry)
    lines = ["  capped: the loosest cap that limits the name; its capped reviews, first and last"]
    names = sorted(
        by_symbol.items(), key=lambda item: (-_loosest(item[1], rows, order)[0], item[0])
    )
    for _, mine in names[:MOST_NAMES]:
        _, key = _loosest(mine, rows, order)
        here = [entry for entry in mine if (entry.get("variant"), entry["cap"]) == key]
        days = sorted(entry["effective_date"] for entry in here)
        label = label_of(rows[order[key]])
        span = f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
        lines.append(
            f"    {_name(here[-1], called)}{label:>9}  {quantity(len(days), 'review'):>11}, {span}"
        )
    if len(names) > MOST_NAMES:
        lines.append(
            f"    {quantity(len(names) - MOST_NAMES, 'more name')}: factors.parquet has all"
        )
    return lines


def _loosest(mine: Sequence[Row], rows: Sequence[Row], order: dict[Any, int]) -> tuple[float, Any]:
    keys = {(entry.get("variant"), entry["cap"]) for entry in mine}
    return max(
        (rows[order[key]]["limit"] or 0.0, key) for key in sorted(keys, key=order.__getitem__)
    )


def _by_year(sweep: CapSweep, rows: Sequence[Row]) -> list[str]:
    """The largest opening weight of every year under a few caps."""
    shown = [rows[position] for position in _shown(sweep)]
    if not shown:
        return []
    wide = max([9, *(display_width(label_of(row)) + 2 for row in shown)])
    columns: list[dict[int, float]] = []
    for row in shown:
        mine = _rows_of(sweep.levels, row)
        days = arrow.days(mine.column("date")).astype("datetime64[D]")
        years = 1970 + days.astype("datetime64[Y]").astype(np.int64)
        largest = arrow.floats(mine.column("largest_weight"))
        columns.append(
            {int(year): float(largest[years == year].max()) for year in np.unique(years)}
        )
    unit = "line" if sweep.per == "security" else sweep.per
    article = "an" if unit[0] in "aeiou" else "a"
    lines = [f"  largest weight of {article} {unit} in each year (opening)"]
    lines.append("    year" + "".join(f"{label_of(row):>{wide}}" for row in shown))
    for year in sorted(columns[0]):
        cells = (f"{column[year]:.2%}" if year in column else _DASH for column in columns)
        lines.append(f"    {year}" + "".join(f"{cell:>{wide}}" for cell in cells))
    return [*lines, *_rest(sweep, "levels.parquet")]


def _shown(sweep: CapSweep) -> list[int]:
    return shown_rows(sweep.summary, sweep.manifest["annual"]["own_limit"])


def _rest(sweep: CapSweep, file: str) -> list[str]:
    """Which points a table leaves out, and where they are."""
    rest = left_out(sweep.summary, _shown(sweep))
    if not rest:
        return []
    named = ", ".join(rest[:MOST_NAMES])
    more = f" and {len(rest) - MOST_NAMES} more" if len(rest) > MOST_NAMES else ""
    return [f"    not shown: {named}{more} ({file} has all)"]


def _rows_of(table: Any, row: Row) -> Any:
    """The rows of a table that are of one row of the summary."""
    keep = np.ones(table.num_rows, dtype=np.bool_)
    for column in ("variant", "cap"):
        if column in table.column_names:
            codes, values = arrow.coded(table.column(column))
            keep &= codes == values.index(row[column])
    return table.take(arrow.from_ints(np.flatnonzero(keep)))


def _name(row: Row, called: Called) -> str:
    return called.column(row["symbol"], row["effective_date"], NAME_WIDTH)
