"""Complete lists of members from intervals (who, from, to) and from changes (who joins, who leaves)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from indexcalc.arrays import Ints
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text, day_number
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported
from indexcalc.market.importers.maps.column_map import Ends
from indexcalc.market.importers.problems import Problems

# From this year on an end is how a file writes "no end yet".
_NEVER = day_number(dt.date(2099, 1, 1))


def lists_of_intervals(
    rows: Any,
    ends: Ends | None,
    place: tuple[Source, Ints, str],
    result: Imported,
    problems: Problems,
) -> Any:
    """A complete list at every date on which somebody joins or leaves.

    ``rows``: index, symbol, effective_date (first day) and end_date (null: still in).  ``place``: the
    file, the row in it of each row, and the header of the end.  IMP019: an end before its start.
    """
    starts, stops = arrow.days(rows.column("effective_date")), arrow.days(rows.column("end_date"))
    open_ended = (stops == arrow.NULL_DAY) | (stops >= _NEVER)
    if ends is None and not open_ended.all():
        result.note(
            "assumed", "end_date is the last day as a member (`ends: first_day_out` for the other)"
        )
    after = 0 if ends == "first_day_out" else 1
    source, origin, header = place
    events: dict[str, dict[int, dict[str, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    names, symbols = arrow.texts(rows.column("index")), arrow.texts(rows.column("symbol"))
    for row, (index, symbol) in enumerate(zip(names, symbols, strict=True)):
        start, stop = int(starts[row]), int(stops[row]) + after
        if index is None or symbol is None or start == arrow.NULL_DAY:
            span, where = source.place(int(origin[row]), header)
            problems.add(
                "IMP004", "an interval needs a symbol and a first day", span=span, where=where
            )
            continue
        if not open_ended[row] and stop < start + after:
            span, where = source.place(int(origin[row]), header)
            problems.add("IMP019", f"{symbol} leaves before it joins", span=span, where=where)
            continue
        events[index][start][symbol] += 1
        if not open_ended[row]:
            events[index][stop][symbol] -= 1
    lists: list[tuple[str, int, list[str]]] = []
    for index, days in events.items():
        count: dict[str, int] = defaultdict(int)
        for day in sorted(days):
            before = {symbol for symbol, times in count.items() if times}
            for symbol, change in days[day].items():
                count[symbol] += change
            members = {symbol for symbol, times in count.items() if times}
            if members != before:
                lists.append((index, day, sorted(members)))
    result.note("read", "intervals of membership", rows.num_rows)
    return _table(lists, result)


def lists_of_changes(
    changes: Iterable[tuple[str, int, str, bool, int]],
    known: tuple[str, int, set[str]] | None,
    place: tuple[Source, str],
    result: Imported,
    problems: Problems,
) -> Any:
    """A complete list at every date of a change.

    ``changes``: (index, day, symbol, joins, row of the file).  ``known``: (index, day, members in force
    on it); changes after that day are applied, those up to it undone, back to the first.  Without it
    the first changes begin from nobody.  IMP019: a change that adds a member, or removes none.
    """
    source, header = place
    by_index: dict[str, dict[int, list[tuple[str, bool, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for index, day, symbol, joins, row in changes:
        by_index[index][day].append((symbol, joins, row))
    lists: list[tuple[str, int, list[str]]] = []

    def applied(members: set[str], day: int, entries: Any, forward: bool) -> set[str]:
        members = set(members)
        # Who leaves goes first: a line may leave and another of its name join on one day.
        for symbol, joins, row in sorted(entries, key=lambda entry: entry[1] == forward):
            enters = joins == forward
            if (symbol in members) == enters:
                span, where = source.place(row, header)
                what = "joins and is a member" if joins else "leaves and is no member"
                if not forward:
                    what = (
                        "joins and is no member after it"
                        if joins
                        else "leaves and is a member after it"
                    )
                problems.add(
                    "IMP019", f"{symbol} {what} on {date_text(day)}", span=span, where=where
                )
            (members.add if enters else members.discard)(symbol)
        return members

    for index, days in by_index.items():
        ordered = sorted(days)
        start: set[str] = set()
        first = len(ordered)
        if known is not None and known[0] == index:
            first = sum(day <= known[1] for day in ordered)
            start = known[2]
            lists.append((index, known[1], sorted(start)))
            members = start
            back = []
            for day in reversed(ordered[:first]):
                back.append((index, day, sorted(members)))
                members = applied(members, day, days[day], forward=False)
            lists += [entry for entry in reversed(back) if entry[1] != known[1]]
        else:
            first = 0
        members = start
        for day in ordered[first:]:
            members = applied(members, day, days[day], forward=True)
            lists.append((index, day, sorted(members)))
    return _table(lists, result)


def _table(lists: list[tuple[str, int, list[str]]], result: Imported) -> Any:
    filled = [entry for entry in lists if entry[2]]
    for index, day, members in lists:
        if not members:
            text = f"{index} has no member from {date_text(day)} on; an empty list cannot be stored"
            result.warnings.add("IMP020", text, path=result.path)
    filled.sort(key=lambda entry: entry[:2])
    result.note("read", "complete lists of members", len(filled))
    return arrow.table(
        {
            "index": arrow.from_texts([index for index, _, members in filled for _ in members]),
            "effective_date": arrow.from_days([day for _, day, members in filled for _ in members]),
            "symbol": arrow.from_texts([symbol for _, _, members in filled for symbol in members]),
        }
    )
