"""What a run takes for granted: values the user says to assume, and what was read into the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from numbers import Real
from typing import Any, Final

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes
from indexcalc.diagnostics import Findings, UsageError
from indexcalc.market.tables import TABLES
from indexcalc.methodology.values.values import (
    Flag,
    Number,
    Share,
    UnreadableText,
    as_share,
    as_value,
)
from indexcalc.notes import note


class Assumed(Struct, frozen=True):
    """One assumption of a run: what it says, of how many lines, and the first of their symbols."""

    what: str
    lines: int
    symbols: tuple[str, ...]

    @property
    def said(self) -> str:
        """The note of a manifest."""
        return note("of_lines", what=self.what, n=self.lines)


class Assumptions(Struct):
    """A recorder: each thing taken for granted once, with the lines it was taken of.

    ``given`` are the user's ``--assume KEY=VALUE``: the value to take where a field is not known.
    Inside ``only_of(lines)`` nothing is recorded of other lines.
    """

    symbols: Sequence[str]
    given: Mapping[str, str] = field(default_factory=dict)
    _scope: Bools | None = None
    _lines: dict[str, Bools] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    @contextmanager
    def only_of(self, lines: Bools) -> Iterator[None]:
        """Record assumptions of ``lines`` (n_symbols,) alone until the block ends."""
        before = self._scope
        self._scope = lines
        try:
            yield
        finally:
            self._scope = before

    def record(self, what: str, codes: Codes, key: str = "") -> None:
        """Note that ``what`` was assumed of the lines ``codes`` (repeats count once); ``key``: of
        ``given``, the one it follows."""
        if key:
            self._used.add(key)
        if self._scope is not None:
            codes = codes[self._scope[codes]]
        if codes.size == 0:
            return
        marked = self._lines.get(what)
        if marked is None:
            marked = self._lines[what] = np.zeros(len(self.symbols), dtype=np.bool_)
        marked[codes] = True

    def recorded(self) -> tuple[Assumed, ...]:
        """All assumptions in the order of their text."""
        assumed: list[Assumed] = []
        for what in sorted(self._lines):
            codes = np.flatnonzero(self._lines[what])
            first = tuple(self.symbols[int(code)] for code in codes[:5])
            assumed.append(Assumed(what, int(codes.size), first))
        return tuple(assumed)

    def notes(self) -> list[str]:
        """What a manifest says: all assumptions, and what the user said to assume and nothing took."""
        unused = [
            note("assumed_nowhere", name=key, value=value)
            for key, value in self.given.items()
            # What is assumed of missing rows has a note of its own with the calendar.
            if key not in self._used and key != "missing_row"
        ]
        return [item.said for item in self.recorded()] + unused


_A_DATE: Final = "write YYYY-MM-DD"
_ROWS: Final = ("carried", "not_listed")


def assumed_said(assume: Any) -> dict[str, str]:
    """Assumptions as a caller from Python says them: numbers, dates and flags are read as their text.

    UsageError (CAL019): what is no mapping of names to values.
    """
    if assume is None:
        return {}
    hint = "write assume={'float_factor': '1'}"
    if not isinstance(assume, Mapping):
        raise UsageError.of("CAL019", f"{assume!r:.60} is no mapping", where="assume", hint=hint)
    said: dict[str, str] = {}
    for key, value in assume.items():
        if isinstance(value, bool):
            value = str(value).lower()
        if not isinstance(key, str) or not isinstance(value, str | Real | dt.date):
            message = f"{key!r:.60}: {value!r:.60} is no name and value"
            raise UsageError.of("CAL019", message, where="assume", hint=hint)
        said[key] = str(value)
    return said


def check_assumed(assume: Mapping[str, str], findings: Findings) -> None:
    """CAL019 for each value that is not of its column's kind; any value of a column of the market's own
    is good (its kind is the market's).  CAL003 for what cannot be assumed of missing rows."""
    for key, text in assume.items():
        if key == "missing_row":
            if text not in _ROWS:
                way_out = " or ".join(f"missing_row={word}" for word in _ROWS)
                message = f"missing_row={text} means nothing"
                findings.add("CAL003", message, where="--assume", hint=way_out)
            continue
        wrong, hint = _wrong(key, text)
        if wrong:
            findings.add("CAL019", f"{key}={text}: {wrong}", where="--assume", hint=hint)


def _wrong(key: str, text: str) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead; twice '' where nothing is."""
    if key == "float_factor":
        try:
            # 1 alone is a whole share here, though a rule would say 100%.
            if text != "1":
                as_share(text, at_most_one=True)
        except UnreadableText as error:
            return str(error), error.hint or "write a share of 0 to 1, such as 1, 0.3 or 30%"
        return "", ""
    column = next(
        (
            TABLES[name].by_name[key]
            for name in ("daily", "securities")
            if key in TABLES[name].by_name
        ),
        None,
    )
    if column is not None and column.kind == "date":
        return ("", "") if _date(text) else (f"`{text}` is no date", _A_DATE)
    try:
        value = as_value(text)
    except UnreadableText as error:
        return str(error), error.hint
    if column is None or column.kind == "text" or isinstance(value, Number | Share | Flag):
        return "", ""
    return f"`{text}` is no number", "write digits"


def assumed_date(key: str, text: str) -> dt.date:
    """The date to assume of a column of dates; UsageError (CAL019) where the text is none."""
    date = _date(text)
    if date is None:
        raise UsageError.of(
            "CAL019", f"{key}={text}: `{text}` is no date", where="--assume", hint=_A_DATE
        )
    return date


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
