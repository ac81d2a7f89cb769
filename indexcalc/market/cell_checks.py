"""What the cells of a market's table may hold: texts without control characters, days people mean."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
from typing import Any

import numpy as np
import pyarrow as pa

from indexcalc.arrays import Bools
from indexcalc.diagnostics import (
    Findings,
    quantity,
)
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.tables import Column, TableSpec

FIRST_DAY, LAST_DAY = dt.date(1600, 1, 1), dt.date(2999, 12, 31)
# Days that end something: 9999-12-31 is how many sources say "has not ended".
_ENDS = ("to", "delisting_date")
_SYMBOL_BYTES = 200
# Cc control, Cf invisible, Cs half a character, Co and Cn no character, Zl and Zp line separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAMES = ("name", "name_en", "old", "new")


def row_text(spec: TableSpec, table: Any, row: int) -> str:
    """The key of a row in words, as far as the table has it: ``2026-03-06 005930``."""
    words = []
    for name in filter(set(table.column_names).__contains__, spec.key):
        value = _plain(table.column(name)[row])
        none = "always" if spec.by_name[name].always else f"(no {name})"
        words.append(none if value is None else str(value))
    return " ".join(words)


def may_be_null(spec: TableSpec, column: Column) -> bool:
    """May a row of a table have no value in a column?"""
    if column.name == "close" and spec.name == "daily":
        return True  # a null close is a session without a trade
    return column.always or not (column.required or column.whole or column.name in spec.key)


def _plain(value: Any) -> Any:
    try:
        return value.as_py()
    except (OverflowError, ValueError):  # a day beyond the years that Python has
        return value.cast(pa.int32()).as_py()


def first_rows(spec: TableSpec, table: Any, bad: Bools) -> str:
    """The keys of the first bad rows, and how many more there are."""
    rows = np.flatnonzero(bad)
    shown = ", ".join(row_text(spec, table, int(row)) for row in rows[:5])
    more = f" and {rows.size - 5} more" if rows.size > 5 else ""
    return f"{shown}{more}"


@functools.lru_cache(maxsize=1 << 16)  # file after file has the same names
def wrong_text(text: str, is_name: bool) -> str:
    """What is wrong with a text of a market; '' when nothing is.

    No text holds a control or invisible character or a line separator.  A symbol, a key or a label
    has no blank at its ends, none but plain spaces inside, and at most 200 bytes.
    """
    for character in text:
        kind = unicodedata.category(character)
        # Joiners are part of how names are written in some scripts.
        if kind in _REFUSED and not (is_name and character in "\u200c\u200d"):
            return f"the character {unicodedata.name(character, ascii(character))}"
        if kind == "Zs" and character != " " and not is_name:
            return f"the blank {unicodedata.name(character, ascii(character))}"
    if is_name:
        return ""
    if text != text.strip():
        return "a blank at an end"
    return f"more than {_SYMBOL_BYTES} bytes" if len(text.encode()) > _SYMBOL_BYTES else ""


def check_texts(spec: TableSpec, table: Any, findings: Findings, path: str) -> None:
    """DAT016: a text that would be taken for another, or break a line, wherever it is written."""
    for name in table.column_names:
        kind = table.schema.field(name).type
        if not (pa.types.is_string(kind) or pa.types.is_dictionary(kind)):
            continue
        codes, values = arrow.coded(table.column(name))
        known = name in spec.by_name and name not in _NAMES and spec.name != "replaced"
        wrong = [wrong_text(value, not known) for value in values]
        if name == "symbol":
            wrong = [
                cell or ("no character" if not value else "")
                for cell, value in zip(wrong, values, strict=True)
            ]
        if not any(wrong):
            continue
        bad = np.array([*map(bool, wrong), False])[codes]
        if not bad.any():
            continue  # a value of the dictionary that no row has
        row = int(np.flatnonzero(bad)[0])
        code = int(codes[row])
        findings.add(
            "DAT016",
            f"{quantity(int(bad.sum()), 'row has', 'rows have')} a text in {name} that holds "
            f"{wrong[code]}; the first is {ascii(values[code])[:80]}",
            path=path,
            where=name,
            hint="write it without; texts are compared letter by letter",
        )


def check_dates(table: Any, findings: Findings, path: str) -> None:
    """DAT006: a day outside the years that a market can have."""
    low, high = day_number(FIRST_DAY), day_number(LAST_DAY)
    for name in table.column_names:
        if not pa.types.is_date32(table.schema.field(name).type):
            continue
        days = arrow.days(table.column(name))
        top = day_number(dt.date.max) if name in _ENDS else high
        bad = (days != arrow.NULL_DAY) & ((days < low) | (days > top))
        if bad.any():
            findings.add(
                "DAT006",
                f"{quantity(int(bad.sum()), 'row has', 'rows have')} a day in {name} before {FIRST_DAY} "
                f"or after {dt.date.max if name in _ENDS else LAST_DAY}",
                path=path,
                where=name,
                hint="are these days since another day, or seconds?",
            )


def dates_of_times(
    spec: TableSpec, column: Column, array: Any, findings: Findings, path: str
) -> Any | None:
    """Timestamps as the days they fall on where they were taken; None (and DAT003) where that is not
    known.

    A timestamp with a time zone is of its local day.  One that is not midnight there may be of either
    of two days: 15:00 UTC is midnight of the next day in Seoul.
    """
    try:
        days, other = days_of_times(array)
    except pa.ArrowException as error:
        findings.add("DAT003", f"{column.name}: {error}", path=path, where=column.name)
        return None
    if column.name == "known_at" or not other.any():
        return days
    row = int(np.flatnonzero(other)[0])
    findings.add(
        "DAT003",
        f"a time of day in {quantity(int(other.sum()), 'value')} of {spec.name}.{column.name}; "
        f"the first is {array.cast(pa.string())[row].as_py()}",
        path=path,
        where=column.name,
        hint="give days, or timestamps at midnight in the exchange's own time zone: a daily bar at "
        "15:00 UTC is of the next day in Seoul",
    )
    return None


def days_of_times(values: Any) -> tuple[Any, Bools]:
    """(date32 array, mask of the times that may be of another day) of dates or timestamps.

    A timestamp with a time zone is of its local day: midnight in Seoul is that day, though in UTC it is
    the day before.  One that is not midnight there may be of either of two days.  ArrowInvalid: no such
    time zone.
    """
    import pyarrow.compute as pc  # here: it takes a fifth of the time of pyarrow and NumPy together

    if pa.types.is_date32(values.type):
        return values, np.zeros(len(values), dtype=np.bool_)
    if pa.types.is_date64(values.type):
        values = values.cast(pa.timestamp("ms"))
    local = values if values.type.tz is None else pc.local_timestamp(values)
    days = local.cast(pa.date32(), safe=False)
    return days, arrow.bools(pc.not_equal(local, days.cast(local.type, safe=False)))


def out_of_bounds(column: Column, data: Any) -> Bools:
    """Which values of a numeric column cannot be; a null can."""
    values = arrow.floats(data)
    bad = ~np.isfinite(values)
    if column.positive:
        bad |= values <= 0
    if column.low is not None:
        bad |= values < column.low
    if column.high is not None:
        bad |= values > column.high
    return bad & ~arrow.null_mask(data)


def bounds_hint(column: Column) -> str:
    """What to do with values that are out of bounds; '' where the bounds say it."""
    if column.positive and column.name in ("close", "base_price"):
        return "a price that is not known is null, never zero"
    return "a share of 1: 45 % is 0.45" if column.high == 1 else ""


def bounds(column: Column) -> str:
    """What a value of a numeric column may not be, in words."""
    words = ["not finite"]
    if column.positive:
        words.append("not above zero")
    if column.low is not None:
        words.append(f"below {column.low:g}")
    if column.high is not None:
        words.append(f"above {column.high:g}")
    return " or ".join(words)
