"""A run in a screenful: last level, members, largest weights, what happened, where the files are."""

from __future__ import annotations

from collections import Counter

import numpy as np

from indexcalc.calculation.run.run import Run
from indexcalc.cli.called import Called
from indexcalc.diagnostics import quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.places.place import Place

TOP = 10
NAME_WIDTH = 26
BASIS_POINTS = 1e4


def summary(run: Run, folder: Place) -> str:
    """The text ``compute`` ends with."""
    levels = run.levels
    days = arrow.days(levels.column("date"))
    published = levels.column("level_published")
    first, last = date_of(days[0]), date_of(days[-1])
    title = " / ".join([*dict.fromkeys(run.name.values()), run.index][:3])
    lines = [
        title,
        *(["  on the synthetic demo market: no figure is of a real company"] if _demo(run) else []),
        f"  {'level':<14}{published[len(days) - 1]} on {last}"
        f"  (from {published[0]} on {first}, {quantity(len(days), 'session')})",
    ]
    for column, name in (("level_tr", "total return"), ("level_ntr", "net return")):
        if column in levels.column_names:
            lines.append(f"  {name:<14}{arrow.floats(levels.column(column))[-1]:.2f}")
    lines += _members(run)
    lines += _published(run, days)
    lines += _largest(run)
    lines += _happened(run)
    for note in run.manifest["assumptions"]:
        lines.append(f"  {'assumed':<14}{note}")
    names = sorted(file.name for file in folder.iterdir() if not file.name.startswith("."))
    lines.append(f"  {'files':<14}{folder}/  {' '.join(names)}")
    return "\n".join(lines)


def _members(run: Run) -> list[str]:
    """How many members there are; for an overlay, its underlying index."""
    if "constituents" in run.levels.column_names:
        return [f"  {'members':<14}{int(arrow.integers(run.levels.column('constituents'))[-1])}"]
    below = run.manifest["underlying"]
    level = arrow.floats(run.levels.column("underlying"))[-1]
    lines = [
        f"  {'underlying':<14}{below['index']} ({below['return']}, {below['levels']}): {level:.2f}"
    ]
    if "exposure" in run.levels.column_names:
        exposure = arrow.floats(run.levels.column("exposure"))[-1]
        lines.append(f"  {'exposure':<14}{exposure:.2%}")
    return lines


def _demo(run: Run) -> bool:
    return bool(run.market.facts.get("synthetic"))


def _largest(run: Run) -> list[str]:
    """The ten largest opening weights after the last change of the list."""
    table = run.constituents
    if table.num_rows == 0:
        return []
    effective = arrow.days(table.column("effective_date"))
    rows = np.flatnonzero(effective == effective[-1])
    weights = arrow.floats(table.column("weight"))[rows]
    order = np.argsort(-weights, kind="stable")[:TOP]
    symbols = arrow.texts(table.column("symbol").take(arrow.from_ints(rows[order])))
    day, called = date_of(effective[-1]), Called(run.market)
    return [
        f"  largest       opening weights of {day}",
        *(
            f"    {called.column(str(symbol), day, NAME_WIDTH)}{weight:>8.2%}"
            for symbol, weight in zip(symbols, weights[order], strict=True)
        ),
    ]


def _happened(run: Run) -> list[str]:
    """Counts of reviews and events by kind."""
    lines: list[str] = []
    for label, table, column in (("reviews", run.reviews, "kind"), ("events", run.events, "event")):
        codes, values = arrow.coded(table.column(column))
        counts = Counter(values[code] for code in codes.tolist())
        if counts:
            text = ", ".join(f"{kind} {count:,}" for kind, count in counts.most_common())
            lines.append(f"  {label:<14}{text}")
    return lines


def _published(run: Run, days: np.ndarray) -> list[str]:
    """How far the daily returns are from the official ones, where the market has them."""
    table = run.market.table("published")
    if table is None or "level" not in table.column_names:
        return []
    names = arrow.texts(table.column("index"))
    wanted = {run.index, *(name for name in run.name.values())}
    rows = [row for row, name in enumerate(names) if name is not None and name in wanted]
    if not rows:
        return []
    official = dict(
        zip(
            arrow.days(table.column("date"))[rows].tolist(),
            arrow.floats(table.column("level"))[rows].tolist(),
            strict=True,
        )
    )
    level = arrow.floats(run.levels.column("level"))
    known = np.array([official.get(int(day), np.nan) for day in days])
    off = (level[1:] / level[:-1] - known[1:] / known[:-1]) * BASIS_POINTS
    off = off[~np.isnan(off)]
    if off.size == 0:
        return []
    rms = float(np.sqrt((off**2).mean()))
    return [
        f"  {'published':<14}{quantity(off.size, 'return')} compared: {rms:.3f} bp rms, "
        f"{float(np.abs(off).max()):.3f} bp at most"
    ]
