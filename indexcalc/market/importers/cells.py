"""Text cells as numbers and dates, whole columns at a time; what cannot be read is marked."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Bools
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.cell_checks import days_of_times as days_of_times

_PLAIN_DATE = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})"
    r"(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z",
    re.ASCII,
)

# The word for it in a map, and what day 0 is (of workbooks that count from 1900, as nearly all do).
EXCEL = "excel"
_SERIAL = re.compile(r"(\d{1,6})(?:\.0*)?", re.ASCII)
_SERIAL_ZERO = dt.date(1899, 12, 30)


def stripped(texts: Any, nulls: frozenset[str] = frozenset()) -> Any:
    """Text without blanks at its ends; empty text and the words of ``nulls`` become null."""
    trimmed = pc.utf8_trim_whitespace(pc.cast(texts, pa.string()))
    empty = pc.is_in(trimmed, value_set=_empty_or(nulls))
    return blanked(trimmed, arrow.bools(empty))


@lru_cache(maxsize=64)
def _empty_or(nulls: frozenset[str]) -> Any:
    return arrow.from_texts(["", *sorted(nulls)])


def blanked(values: Any, mask: Bools) -> Any:
    """``values`` with null where ``mask`` is true."""
    if not mask.any():
        return values
    # pyarrow turns a bare None into a scalar through pandas.
    return pc.if_else(arrow.from_bools(mask), pa.nulls(1, values.type)[0], values)


def plain_integers(texts: Any) -> Any | None:
    """int64 array of text that is digits alone, with a minus or none; None where a cell is anything else.

    What the exchange's files hold nearly everywhere, read in a tenth of the time of ``numbers``.
    """
    if texts.null_count:
        return None
    for part in (texts, pc.utf8_ltrim(texts, characters="-")):
        if pc.all(pc.ascii_is_decimal(part)).as_py():
            with suppress(pa.ArrowInvalid):  # beyond 64 bits, or with several signs
                return pc.cast(texts, pa.int64())
    return None


def numbers(texts: Any, decimal: str = ".", thousands: str = ",") -> tuple[Any, Bools]:
    """(int64 or float64 array, mask of the cells that are not numbers) of ``stripped`` text.

    int64 when every number is whole, so that figures beyond 2**53 stay exact.  A thousands mark
    counts only between groups of three digits, the first of which does not begin with a zero: ``1,23``
    and ``0,567`` are not numbers.
    """
    mark, group = re.escape(decimal), re.escape(thousands)
    whole = rf"(\d+|[1-9]\d{{0,2}}({group}\d{{3}})+)" if thousands else r"\d+"
    shape = rf"^[+-]?({whole}({mark}\d*)?|{mark}\d+)([eE][+-]?\d+)?$"
    bad = ~matches(texts, shape) & ~arrow.null_mask(texts)
    good = blanked(texts, bad)
    # A search costs a tenth of a replacement, and most columns hold neither mark nor plus.
    if thousands and arrow.bools(pc.match_substring(good, pattern=thousands)).any():
        good = pc.replace_substring(good, pattern=thousands, replacement="")
    if decimal != ".":
        good = pc.replace_substring(good, pattern=decimal, replacement=".")
    if arrow.bools(pc.starts_with(good, pattern="+")).any():  # Arrow reads no leading plus
        good = pc.replace_substring_regex(good, pattern=r"^\+", replacement="")
    if any(arrow.bools(pc.match_substring(good, pattern=sign)).any() for sign in ".eE"):
        return pc.cast(good, pa.float64()), bad
    try:
        return pc.cast(good, pa.int64()), bad
    except pa.ArrowInvalid:  # whole, but beyond 64 bits
        return pc.cast(good, pa.float64()), bad


_FLAGS = {"true": True, "yes": True, "y": True, "1": True}
_FLAGS |= {"false": False, "no": False, "n": False, "0": False}


def flags(texts: Any) -> tuple[Any, Bools]:
    """(bool array, mask of the cells that are no flags) of ``stripped`` text: true and false, yes and no,
    y and n, 1 and 0, in letters of any case."""
    codes, words = arrow.coded(texts)
    read = [_FLAGS.get(word.lower()) for word in words]
    bad = np.array([*(value is None for value in read), False])[codes]
    true = np.array([*(value is True for value in read), False])[codes]
    return arrow.from_bools(true, (codes < 0) | bad), bad


def matches(texts: Any, pattern: str) -> Bools:
    """Where text matches a pattern; False for null."""
    no = arrow.from_bools([False])[0]
    return arrow.bools(
        pc.if_else(pc.is_null(texts), no, pc.match_substring_regex(texts, pattern=pattern))
    )


def whole(values: Any) -> tuple[Any, Bools]:
    """(int64 array, mask of the values that are not whole) of any numeric array, nulls kept."""
    if pa.types.is_integer(values.type):
        values = arrow.whole_numbers(values)
    if pa.types.is_integer(values.type):
        return values, np.zeros(len(values), dtype=np.bool_)
    data = arrow.floats(values)
    null = arrow.null_mask(values)
    bad = ~null & ~((np.floor(data) == data) & (np.abs(data) < 2.0**63))
    return arrow.from_ints(np.where(null | bad, 0.0, data).astype(np.int64), null | bad), bad


TIME_OF_DAY = "a time, not a day: a daily bar at 15:00 UTC is of the next day in Seoul"


def dates(texts: Any, date_format: str | None = None) -> tuple[Any, Bools]:
    """(date32 array, mask of the cells that are not dates) of ``stripped`` text.

    ``date_format``: of ``strptime``, or ``excel``: days as spreadsheets number them (46083 is 2026-03-02).
    Without one: 2023-05-19, 2023/05/19, 2023.05.19 and 20230519, also with midnight behind, there or
    at an offset (yfinance writes 2023-05-19 00:00:00-04:00): the day that is written.  A time
    that a format reads and that is not midnight may be of another day: no date.
    """
    codes, values = arrow.coded(texts)
    parsed = np.full(len(values) + 1, arrow.NULL_DAY, dtype=np.int32)
    for position, value in enumerate(values):
        date = _date(value, date_format)
        if date is not None:
            parsed[position] = day_number(date)
    found_days = parsed[codes]
    return arrow.from_days(found_days), (codes >= 0) & (found_days == arrow.NULL_DAY)


def serial_day(text: str) -> dt.date | None:
    """The day a spreadsheet numbers so; None where it is no such number, or has a time of day.

    Of 1900-03-01 and later days alone: before, spreadsheets count a 29 February 1900 that there was not.
    """
    matched = _SERIAL.fullmatch(text)
    number = int(matched[1]) if matched else 0
    return _SERIAL_ZERO + dt.timedelta(days=number) if number > 60 else None


def _date(text: str, date_format: str | None) -> dt.date | None:
    try:
        if date_format == EXCEL:
            return serial_day(text)
        if date_format is not None:
            moment = dt.datetime.strptime(text, date_format)
            return moment.date() if moment.time() == dt.time() else None
        matched = _PLAIN_DATE.match(text)
        if matched is None or (not matched[2] and len(matched[3] + matched[4]) != 4):
            return None
        return dt.date(int(matched[1]), int(matched[3]), int(matched[4]))
    except ValueError:
        return None
