"""What to do with cells that cannot be read: a number or date in another form, a word for "no value"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress

from indexcalc.market.importers.cells import EXCEL, TIME_OF_DAY, serial_day

# What programs write where there is no value.
_NO_VALUE = frozenset(
    "nan nat na n/a #n/a #na <na> null none nil - -- . inf #value! #ref! #div/0! #name?".split()  # noqa: SIM905
)
_COMMA = re.compile(r"[+-]?(\d+,\d+|\d{1,3}(\.\d{3})+(,\d+)?)")
_POINT = re.compile(r"[+-]?(\d+\.\d+|\d{1,3}(,\d{3})+(\.\d+)?)")
_SPACED = re.compile(r"[+-]?\d{1,3}(([ '\u2019\u00a0\u202f])\d{3})(\2\d{3})*([.,]\d+)?")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*([eE][+-]?\d+)?")
_TIMED = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ T]\d.*")
# The earliest and the last day a price is likely of, where a bare number may be a day.
_LIKELY = dt.date(1950, 1, 1), dt.date(2100, 1, 1)
_OTHER_ROW = (
    "a row of another kind, as a sum?  `except: {{{header}: {text}}}` in a map leaves it out"
)
# Formats in the order in which they are named: of several that read every cell, two are.
_FORMATS = (
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y年%m月%d日",
    "%Y년 %m월 %d일",
    "%Y년%m월%d일",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%y%m%d",
    "%d.%m.%y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d-%b-%y",
    "%Y%m%d%H%M%S",
)


def number_way_out(text: str, target: str, header: str, decimal: str = ".") -> str:
    """What a map says so that ``text``, which is not a number, is read; '' where nobody can tell.

    ``target``: the market's column; ``header``: the file's.
    """
    if text.lower() in _NO_VALUE:
        return f'in a map, `nulls: ["{text}"]` reads it as no value'
    if decimal == "." and _COMMA.fullmatch(text):
        return 'if the comma is a decimal mark: `decimal: ","` in a map'
    if decimal == "," and _POINT.fullmatch(text):
        return 'if the point is a decimal mark: `decimal: "."` in the map'
    spaced = _SPACED.fullmatch(text)
    if spaced:
        return f'`thousands: "{spaced[2]}"` in a map'
    around = _NUMBER.search(text)
    if around is None:
        return _OTHER_ROW.format(header=header, text=text)
    marks = "".join(dict.fromkeys((text[: around.start()] + text[around.end() :]).replace(" ", "")))
    if marks == "%":
        return f"`{target}: {{column: {header}, percent: true}}` in a map reads percent"
    if marks and not any(mark.isalnum() or mark in "()'\"" for mark in marks):
        return f'`{target}: {{column: {header}, strip: "{marks}"}}` in a map takes the mark away'
    return ""


def date_way_out(texts: Sequence[str], header: str, date_format: str | None = None) -> str:
    """What a map says so that ``texts``, cells of one column that are not dates, are read."""
    first = texts[0]
    if first.lower() in _NO_VALUE:
        return f'`except: {{{header}: "{first}"}}` in a map leaves the row out'
    days = [serial_day(text) for text in texts]
    if date_format != EXCEL and all(day and _LIKELY[0] <= day <= _LIKELY[1] for day in days):
        return (
            f"a day number of a spreadsheet ({days[0]})?  `date_format: {EXCEL}` in a map reads it"
        )
    if _TIMED.fullmatch(first):
        return f"it is {TIME_OF_DAY}; give days alone"
    fitting = [known for known in _FORMATS if all(_reads(text, known) for text in texts)]
    if fitting:
        which = " or ".join(f'`date_format: "{known}"`' for known in fitting[:2])
        return f"{which} in a map reads {'it' if len(fitting) == 1 else 'it: which is it?'}"
    if any(character.isdigit() for character in first):
        return 'dates are 2026-03-02 or 20260302; in a map, `date_format: "%d.%m.%Y"` says another form'
    return _OTHER_ROW.format(header=header, text=first)


def _reads(text: str, date_format: str) -> bool:
    with suppress(ValueError):
        read = dt.datetime.strptime(text, date_format)
        return read.time() == dt.time() and _LIKELY[0] <= read.date() <= _LIKELY[1]
    return False
