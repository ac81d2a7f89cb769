"""The tables of a report: top constituents, reviews with their joiners and leavers, events, assumptions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Ints
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.numbers import percent, plain, whole

TOP = 10
EVENTS = 400
_NOT_SHOWN = frozenset({"dividend", "added", "removed", "float", "capping"})
"""Events that other parts of the page show, or that are too many to read."""


class Constituent(Struct, frozen=True):
    """A row of the top list."""

    rank: int
    symbol: str
    name: str
    weight: float
    capping: float
    value: float


class Change(Struct, frozen=True):
    """A name that joined or left at a review: what decided, in words, with the rule's line."""

    symbol: str
    name: str
    joined: bool
    reason: str
    line: int
    weight: str


class ReviewRow(Struct, frozen=True):
    """One review."""

    day: str
    kind: str
    announced: str
    cutoff: str
    constituents: int
    added: int
    removed: int
    turnover: float
    capped: int
    largest: float
    changes: tuple[Change, ...]


class EventRow(Struct, frozen=True):
    """One event row of the run."""

    day: str
    symbol: str
    name: str
    event: str
    before: str
    after: str
    reason: str


def names_of(run: RunFolder) -> dict[str, str]:
    """The last name of each symbol in the run's lists."""
    codes, symbols = arrow.coded(run.constituents.column("symbol"))
    called, names = arrow.coded(run.constituents.column("name"))
    known = called >= 0
    last = dict(zip(codes[known].tolist(), called[known].tolist(), strict=True))
    return {symbols[code]: names[name] for code, name in last.items()}


def lists(run: RunFolder) -> list[tuple[int, Ints]]:
    """The rows (n,) of ``constituents`` of each list: (effective day, row numbers), ascending."""
    days = arrow.days(run.constituents.column("effective_date"))
    if not days.size:
        return []  # an overlay holds nothing, and an index may be empty
    starts = np.flatnonzero(np.concatenate(([True], days[1:] != days[:-1])))
    stops = [*starts[1:].tolist(), days.size]
    return [(int(days[a]), np.arange(a, b)) for a, b in zip(starts.tolist(), stops, strict=True)]


def top(run: RunFolder) -> list[Constituent]:
    """The ten largest of the last list."""
    every = lists(run)
    if not every:
        return []
    rows = every[-1][1]
    held = run.constituents.slice(int(rows[0]), rows.size)
    weight = arrow.floats(held.column("weight"))
    order = np.argsort(-weight, kind="stable")[:TOP]
    symbols, names = (arrow.texts(held.column(name)) for name in ("symbol", "name"))
    capping, value = (
        arrow.floats(held.column(name)) for name in ("capping_factor", "market_value")
    )
    return [
        Constituent(
            rank=number + 1,
            symbol=str(symbols[at]),
            name=names[at] or "",
            weight=float(weight[at]),
            capping=float(capping[at]),
            value=float(value[at]),
        )
        for number, at in enumerate(order.tolist())
    ]


def bands(run: RunFolder) -> tuple[list[int], Mapping[str, list[float]]]:
    """How the weight is split by rank at each list: the largest, 2-10, 11-50, the rest."""
    weight = arrow.floats(run.constituents.column("weight"))
    days: list[int] = []
    parts: dict[str, list[float]] = {"1": [], "2-10": [], "11-50": [], "51+": []}
    for day, rows in lists(run):
        ordered = np.sort(weight[rows])[::-1]
        days.append(day)
        for key, piece in zip(
            parts, (ordered[:1], ordered[1:10], ordered[10:50], ordered[50:]), strict=True
        ):
            parts[key].append(float(piece.sum()))
    return days, parts


def reviews(run: RunFolder, names: Mapping[str, str]) -> list[ReviewRow]:
    """Every review, the newest first, with who joined and who left and why."""
    table = run.reviews
    days = arrow.days(table.column("effective_date"))
    announced, cutoff = (
        _days_in_words(table.column(name)) for name in ("announcement_date", "cutoff_date")
    )
    kinds = arrow.texts(table.column("kind"))
    counts = {
        name: arrow.integers(table.column(name))
        for name in ("constituents", "added", "removed", "capped")
    }
    turnover = arrow.floats(table.column("one_way_turnover"))
    largest = arrow.floats(table.column("largest_weight"))
    changes = _changes(run, names, set(days.tolist()))
    rows = [
        ReviewRow(
            day=date_of(int(day)).isoformat(),
            kind=kinds[at] or "",
            announced=announced[at],
            cutoff=cutoff[at],
            constituents=int(counts["constituents"][at]),
            added=int(counts["added"][at]),
            removed=int(counts["removed"][at]),
            turnover=float(turnover[at]),
            capped=int(counts["capped"][at]),
            largest=float(largest[at]),
            changes=tuple(changes.get(int(day), ())),
        )
        for at, day in enumerate(days.tolist())
    ]
    if rows:
        rows[0] = _first(rows[0])
    return rows[::-1]


def _first(row: ReviewRow) -> ReviewRow:
    """The first list is no change: everyone joins."""
    return ReviewRow(
        **{name: getattr(row, name) for name in ReviewRow.__struct_fields__ if name != "changes"},
        changes=(),
    )


def _days_in_words(column: object) -> list[str]:
    return [
        "–" if day == arrow.NULL_DAY else date_of(int(day)).isoformat()
        for day in arrow.days(column).tolist()
    ]


def _changes(run: RunFolder, names: Mapping[str, str], days: set[int]) -> dict[int, list[Change]]:
    events = run.events
    reasons = _reasons(run)
    changes: dict[int, list[Change]] = {}
    columns = [arrow.texts(events.column(name)) for name in ("symbol", "event", "reason")]
    after = arrow.floats(events.column("after"))
    for at, (day, symbol, event, reason) in enumerate(
        zip(arrow.days(events.column("date")).tolist(), *columns, strict=True)
    ):
        if event not in ("added", "removed") or day not in days or symbol is None:
            continue
        text, line = reasons.get((day, symbol), (reason or "", 0))
        changes.setdefault(day, []).append(
            Change(
                symbol=symbol,
                name=names.get(symbol, ""),
                joined=event == "added",
                reason=text,
                line=line,
                weight=percent(float(after[at])) if event == "added" else "",
            )
        )
    for items in changes.values():
        items.sort(key=lambda change: (not change.joined, change.symbol))
    return changes


def _reasons(run: RunFolder) -> dict[tuple[int, str], tuple[str, int]]:
    """The membership row of the ledger for each day and symbol: its text and the rule's line."""
    steps, labels = arrow.coded(run.decisions.column("step"))
    is_membership = np.array([label == "membership" for label in labels] + [False])[steps]
    table = run.decisions.filter(arrow.from_bools(is_membership))
    days = arrow.days(table.column("effective_date")).tolist()
    lines = arrow.integers(table.column("rule_line")).tolist()
    codes, symbols = arrow.coded(table.column("symbol"))
    told, details = arrow.coded(table.column("detail"))
    details = [*details, ""]  # a missing one has the code -1
    return {
        (day, symbols[code]): (details[detail], int(line))
        for day, code, detail, line in zip(days, codes.tolist(), told.tolist(), lines, strict=True)
        if code >= 0
    }


def events(
    run: RunFolder, names: Mapping[str, str], most: int = EVENTS
) -> tuple[list[EventRow], int]:
    """Corporate actions and other events, the newest first, at most ``most``; and how many there are."""
    table = run.events
    kinds, symbols, reasons = (
        arrow.texts(table.column(name)) for name in ("event", "symbol", "reason")
    )
    days = arrow.days(table.column("date")).tolist()
    before, after = (arrow.floats(table.column(name)) for name in ("before", "after"))
    chosen = [at for at in range(len(days)) if kinds[at] not in _NOT_SHOWN][::-1]
    rows = [
        EventRow(
            day=date_of(int(days[at])).isoformat(),
            symbol=symbols[at] or "",
            name=names.get(symbols[at] or "", ""),
            event=(kinds[at] or "").replace("_", " "),
            before=_amount(float(before[at])),
            after=_amount(float(after[at])),
            reason=reasons[at] or "",
        )
        for at in chosen[:most]
    ]
    return rows, len(chosen)


def _amount(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return whole(value) if abs(value) >= 1000 or value == int(value) else plain(value, 4)
