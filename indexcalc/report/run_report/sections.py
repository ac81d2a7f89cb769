"""The tables of a report: top constituents, reviews with their joiners and leavers, events, assumptions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from indexcalc.arrays import Ints
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.report.run_report import series
from indexcalc.report.run_report.folder import RunFolder
from indexcalc.report.run_report.language import Words, event_in_words
from indexcalc.report.run_report.numbers import percent, plain, whole
from indexcalc.report.run_report.reasons.in_words import figure, in_words

TOP = 10
EVENTS = 200
_NOT_SHOWN = frozenset({"dividend", "added", "removed", "float_factor", "capping_factor"})
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
    """A name that joined or left at a review: what decided, in words, with the rule's line, and what a
    tracker trades of it (money, days of volume), where that is known."""

    symbol: str
    name: str
    joined: bool
    reason: str
    observed: str
    threshold: str
    line: int
    weight: str
    trade: tuple[str, str]


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
    first: bool = False


class EventRow(Struct, frozen=True):
    """One event row of the run."""

    day: str
    symbol: str
    name: str
    event: str
    before: str
    after: str
    divisor: str
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


def top(run: RunFolder, called: Mapping[str, str] = MappingProxyType({})) -> list[Constituent]:
    """The ten largest of the last list; ``called``: names that are not those of the list."""
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
            name=called.get(str(symbols[at])) or names[at] or "",
            weight=float(weight[at]),
            capping=float(capping[at]),
            value=float(value[at]),
        )
        for number, at in enumerate(order.tolist())
    ]


def holds_companies(run: RunFolder) -> bool:
    """Are the index shares of the last list shares of its companies, so that their value is a market value?
    Not where a scheme sets the weights: then the value is a number the level is divided from."""
    every = lists(run)
    if not every:
        return False
    rows = every[-1][1]
    held = run.constituents.slice(int(rows[0]), rows.size)
    index_shares, *factors = (
        arrow.floats(held.column(name))
        for name in ("index_shares", "shares", "float_factor", "capping_factor", "inclusion_factor")
    )
    product = np.prod(factors, axis=0)
    known = np.isfinite(product) & (product > 0)
    return bool(np.allclose(index_shares[known], product[known], rtol=1e-6))


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


Trade = Mapping[tuple[str, str], tuple[str, str]]
"""Money and days of volume by (day, symbol)."""


def reviews(
    run: RunFolder, names: Mapping[str, str], language: str, trades: Trade
) -> list[ReviewRow]:
    """Every review, the newest first, with who joined and who left, why, and what that trades."""
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
    changes = _changes(run, names, language, trades)
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
        # The first list is no change: everyone joins.
        rows[0] = replace(rows[0], changes=(), first=True)
    return rows[::-1]


def _days_in_words(column: object) -> list[str]:
    return [
        "–" if day == arrow.NULL_DAY else date_of(int(day)).isoformat()
        for day in arrow.days(column).tolist()
    ]


def _changes(
    run: RunFolder, names: Mapping[str, str], language: str, trades: Trade
) -> dict[int, list[Change]]:
    events = run.events
    reasons = _reasons(run)
    days = set(arrow.days(run.reviews.column("effective_date")).tolist())
    changes: dict[int, list[Change]] = {}
    columns = [arrow.texts(events.column(name)) for name in ("symbol", "event", "reason")]
    after = arrow.floats(events.column("after"))
    for at, (day, symbol, event, reason) in enumerate(
        zip(arrow.days(events.column("date")).tolist(), *columns, strict=True)
    ):
        if event not in ("added", "removed") or day not in days or symbol is None:
            continue
        text, line, observed, threshold = reasons.get(
            (day, symbol), (reason or "", 0, np.nan, np.nan)
        )
        changes.setdefault(day, []).append(
            Change(
                symbol=symbol,
                name=names.get(symbol, ""),
                joined=event == "added",
                reason=in_words(text, language, run.own_words),
                observed=figure(observed, text),
                threshold=figure(threshold, text),
                line=line,
                weight=percent(float(after[at])) if event == "added" else "",
                trade=trades.get((date_of(day).isoformat(), symbol), ("", "")),
            )
        )
    for items in changes.values():
        items.sort(key=lambda change: (not change.joined, change.symbol))
    return changes


def _reasons(run: RunFolder) -> dict[tuple[int, str], tuple[str, int, float, float]]:
    """The membership row of the ledger for each day and symbol: its text, the rule's line, what was
    observed and the threshold."""
    steps, labels = arrow.coded(run.decisions.column("step"))
    is_membership = np.array([label == "membership" for label in labels] + [False])[steps]
    table = run.decisions.filter(arrow.from_bools(is_membership))
    days = arrow.days(table.column("effective_date")).tolist()
    lines = arrow.integers(table.column("rule_line")).tolist()
    codes, symbols = arrow.coded(table.column("symbol"))
    told, details = arrow.coded(table.column("detail"))
    details = [*details, ""]  # a missing one has the code -1
    observed, threshold = (
        arrow.floats(table.column(name)).tolist() for name in ("observed", "threshold")
    )
    rows = zip(days, codes.tolist(), told.tolist(), lines, observed, threshold, strict=True)
    return {
        (day, symbols[code]): (details[detail], int(line), seen, limit)
        for day, code, detail, line, seen, limit in rows
        if code >= 0
    }


def events(
    run: RunFolder, names: Mapping[str, str], language: str, most: int = EVENTS
) -> tuple[list[EventRow], int]:
    """Corporate actions and other events, the newest first, at most ``most``; and how many there are."""
    table = run.events
    kinds, symbols, reasons = (
        arrow.texts(table.column(name)) for name in ("event", "symbol", "reason")
    )
    days = arrow.days(table.column("date")).tolist()
    before, after, *divisors = (
        arrow.floats(table.column(name))
        for name in ("before", "after", "divisor_before", "divisor_after")
    )
    chosen = [at for at in range(len(days)) if kinds[at] not in _NOT_SHOWN][::-1]
    rows = [
        EventRow(
            day=date_of(int(days[at])).isoformat(),
            symbol=symbols[at] or "",
            name=names.get(symbols[at] or "", ""),
            event=event_in_words(kinds[at] or "", language),
            before=_amount(float(before[at])),
            after=_amount(float(after[at])),
            divisor=_step(float(divisors[0][at]), float(divisors[1][at])),
            reason=in_words(reasons[at] or "", language, run.own_words),
        )
        for at in chosen[:most]
    ]
    return rows, len(chosen)


def coverage(run: RunFolder, language: str) -> dict[str, Any]:
    """Which data the run was made from: a sentence on its sessions, and each table of the market with its
    first and last day, rows and hashes."""
    words = Words(language)
    calendar = run.manifest.get("calendar", {})
    name = str(calendar.get("name", "")) if isinstance(calendar, dict) else ""
    there = series.sessions_of(name, int(run.days[0]), int(run.days[-1]))
    seen = whole(run.days.size)
    said = (
        words(f"{seen} sessions have data.", f"자료가 있는 거래일은 {seen}일이다.")
        if there is None
        else words(
            f"{seen} of the {whole(there)} sessions of {name} in the period have data.",
            f"기간 중 {name} 거래일 {whole(there)}일 가운데 {seen}일의 자료가 있다.",
        )
    )
    market = run.manifest.get("market", {})
    tables = market.get("tables", {}) if isinstance(market, dict) else {}
    return {
        "said": said,
        "tables": [
            (table, part["first"] or "–", part["last"] or "–", whole(part["rows"]), part["sha256"])
            for table, parts in sorted(tables.items())
            for part in parts
        ],
    }


def _step(before: float, after: float) -> str:
    """How much the divisor moved; a dash where it did not, or is not known."""
    if not (np.isfinite(before) and np.isfinite(after)) or before == after:
        return "–"
    return percent(after / before - 1.0, 4, plus=True)


def _amount(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    if abs(value) >= 1000 or value == int(value):
        return whole(value)
    return plain(value, max(4, 3 - math.floor(math.log10(abs(value)))))  # four digits at least
