"""What a file seen on one day adds to what is known: changes only, never the whole list again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Ints
from indexcalc.market import arrow

_KEYS = ("symbol", "valid_from")


class _Lines(Struct, frozen=True):
    """Stored and seen rows of ``securities`` by (symbol, day, stored first), and where lines begin."""

    order: Ints
    seen: Bools
    days: Codes
    starts: Ints  # position of the first row of the same symbol, for each row


def changed_securities(
    stored: Any | None, seen: Any, held_since: tuple[str, ...] = ()
) -> tuple[Any, int]:
    """(rows to store, seen rows that add nothing) for lines as seen on their ``valid_from``.

    ``stored`` and ``seen`` are conformed ``securities``.  A value enters where it differs from the
    value in force that day (the last one known: a null is no statement).  A column of ``held_since``
    is assumed to hold since the row's ``listing_date``: it enters on that day instead when everything
    known of it until the day seen is the same, or when the value before is older than the listing
    (a line that changed markets).
    """
    joined = seen
    known = 0
    if stored is not None:
        joined = pa.concat_tables([stored, seen], promote_options="permissive")
        known = stored.num_rows
    joined = joined.combine_chunks()
    lines = _lines(joined, known)
    listed = (
        arrow.days(seen.column("listing_date"))
        if "listing_date" in seen.column_names
        else np.full(seen.num_rows, arrow.NULL_DAY, dtype=np.int32)
    )
    at_seen: dict[str, Any] = {}
    at_listing: dict[str, Any] = {}
    for name in seen.column_names:
        if name in _KEYS:
            continue
        now, since = _entries(joined.column(name), lines, listed, known, name in held_since)
        column = arrow.one_array(seen.column(name))
        at_seen[name] = _only(column, now)
        if name in held_since:
            at_listing[name] = _only(column, since)
    days = (seen.column("valid_from"), arrow.from_days(listed))
    parts, useful = [], np.zeros(seen.num_rows, dtype=np.bool_)
    for day, columns in zip(days, (at_seen, at_listing), strict=True):
        has_value = np.zeros(seen.num_rows, dtype=np.bool_)
        for column in columns.values():
            has_value |= ~arrow.null_mask(column)
        rows = arrow.table({"symbol": seen.column("symbol"), "valid_from": day, **columns})
        parts.append(rows.filter(arrow.from_bools(has_value)))
        useful |= has_value
    return pa.concat_tables(parts, promote_options="permissive"), int((~useful).sum())


def _lines(joined: Any, known: int) -> _Lines:
    codes, _ = arrow.sorted_codes(joined.column("symbol"))
    days = arrow.days(joined.column("valid_from"))
    seen = np.arange(joined.num_rows) >= known
    order = np.lexsort((seen, days, codes)).astype(np.int64)
    codes, days, seen = codes[order], days[order], seen[order]
    first = np.concatenate(([True], codes[1:] != codes[:-1]))
    starts = np.maximum.accumulate(np.where(first, np.arange(codes.size), 0))
    return _Lines(order, seen, days, starts)


def _entries(
    column: Any, lines: _Lines, listed: Codes, known: int, static: bool
) -> tuple[Bools, Bools]:
    """(seen rows whose value enters on the day seen, ... on the listing day), in seen order."""
    encoded = pc.dictionary_encode(arrow.one_array(column))
    codes = arrow.integers(encoded.indices)
    codes = np.where(codes == arrow.NULL_INT, -1, codes)[lines.order]
    positions = np.arange(codes.size)
    has_value = codes >= 0
    # The row with the value in force just before each row: the last row of the line with a value.
    last = np.maximum.accumulate(np.where(has_value, positions, -1))
    before = np.concatenate(([-1], last[:-1]))
    has_before = before >= lines.starts
    before = np.maximum(before, 0)
    differs = has_value & lines.seen & (~has_before | (codes[before] != codes))
    now = np.zeros(codes.size, dtype=np.bool_)
    since = np.zeros(codes.size, dtype=np.bool_)
    if not static:
        now = differs
    else:
        since_day = np.full(codes.size, arrow.NULL_DAY, dtype=np.int64)
        seen_rows = lines.order[lines.seen] - known
        since_day[lines.seen] = listed[seen_rows]
        usable = (since_day != arrow.NULL_DAY) & (since_day < lines.days)
        # Changes of value within the line up to each row: none means it was always the same.
        turns = np.cumsum(has_value & has_before & (codes[before] != codes))
        same_so_far = turns == turns[lines.starts]
        # No row of a line precedes its first one: the changes counted there are of lines before.
        following = np.where(has_value, positions, codes.size)
        first_said = _first_at_or_after(following, lines.starts)
        first_day = lines.days[np.minimum(first_said, codes.size - 1)]
        extends = has_value & lines.seen & usable & same_so_far & (since_day < first_day)
        moved = differs & has_before & usable & (lines.days[before] < since_day)
        since = extends | moved
        now = differs & ~since
    back_now = np.zeros(int(lines.seen.sum()), dtype=np.bool_)
    back_since = back_now.copy()
    rows = lines.order[lines.seen] - known
    back_now[rows] = now[lines.seen]
    back_since[rows] = since[lines.seen]
    return back_now, back_since


def _first_at_or_after(following: Ints, starts: Ints) -> Ints:
    """For each row the first position from its ``starts`` on with a value."""
    from_here: Ints = np.minimum.accumulate(following[::-1])[::-1]
    return from_here[starts]


def _only(column: Any, keep: Bools) -> Any:
    """The column with null where ``keep`` is False."""
    if keep.all():
        return column
    return pc.if_else(arrow.from_bools(keep), column, pa.nulls(1, column.type)[0])


def changed_designations(
    stored: Any | None,
    seen: Any,
    day: int,
    symbols: tuple[str, ...],
    kinds: tuple[str, ...],
) -> tuple[Any, int, int]:
    """(rows to store, spells already there, spells that ended) for flags seen on ``day``.

    A flag inside a stored spell adds nothing; one before a later stored spell lasts until that; an
    open spell of a symbol and kind that were looked at and are not flagged ends on ``day`` (one that
    is stored to end later is given that end too: the merge finds the conflict).
    """
    spells: dict[tuple[str, str], list[tuple[int, int]]] = {}
    if stored is not None:
        ends = (
            arrow.days(stored.column("to"))
            if "to" in stored.column_names
            else np.full(stored.num_rows, arrow.NULL_DAY, dtype=np.int32)
        )
        for symbol, kind, start, end in zip(
            arrow.texts(stored.column("symbol")),
            arrow.texts(stored.column("kind")),
            arrow.days(stored.column("from")),
            ends,
            strict=True,
        ):
            spells.setdefault((str(symbol), str(kind)), []).append((int(start), int(end)))
    flagged = set(
        zip(arrow.texts(seen.column("symbol")), arrow.texts(seen.column("kind")), strict=True)
    )
    rows: list[tuple[str, int, str, int]] = []
    repeated = ended = 0
    for symbol in symbols:
        for kind in kinds:
            own = spells.get((symbol, kind), [])
            open_on_day = [
                start for start, end in own if start <= day and (end == arrow.NULL_DAY or end > day)
            ]
            if (symbol, kind) in flagged:
                if open_on_day:
                    repeated += 1
                    continue
                later = [start for start, _ in own if start > day]
                rows.append((symbol, day, kind, min(later, default=arrow.NULL_DAY)))
            else:
                for start, end in own:
                    if start < day and (end == arrow.NULL_DAY or end > day):
                        rows.append((symbol, start, kind, day))
                        ended += 1
    table = arrow.table(
        {
            "symbol": arrow.from_texts(row[0] for row in rows),
            "from": arrow.from_days([row[1] for row in rows]),
            "kind": arrow.from_texts(row[2] for row in rows),
            "to": arrow.from_days([row[3] for row in rows]),
        }
    )
    return table, repeated, ended
