"""What every importer takes and gives: options in, tables, facts and notes out."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from indexcalc.diagnostics import Findings, ImportRefused

GIGABYTE = 1_000_000_000
NoteKind = Literal["read", "dropped", "assumed"]

# A date in a file name, alone between other than digits, with one separator or none: 20230519,
# 2023-05-19; and not 1001_2026, the code of an index and the year behind it.
_DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


class Options(Struct, frozen=True):
    """What the user gave about a file: ``--date``, ``--map``, ``--into``, ``--max-size`` (bytes, packed or
    unpacked)."""

    date: dt.date | None = None
    map_path: Path | None = None
    into: str | None = None
    max_size: int = 4 * GIGABYTE


class Note(Struct, frozen=True):
    """One thing an import did: what it read, dropped or assumed, and of how many rows it is true."""

    kind: NoteKind
    text: str
    count: int = 0


class Observed(Struct, frozen=True):
    """Rows with the state on one day; only the changes go into a table.

    ``securities``: ``rows`` as the table, ``valid_from`` being the day seen.  Columns named in
    ``held_since`` hold since the date in the column ``listing_date`` where no stored value contradicts.
    ``designations``: ``rows`` are (symbol, from, kind) with ``from`` the day seen; every symbol of
    ``symbols`` was looked at for every kind of ``kinds`` on the day ``day``, so that a spell still
    open for one that is not among the rows has ended.
    ``first_days``: the first day of each file, in ascending order, where the rows are of several.
    """

    table: Literal["securities", "designations"]
    rows: Any
    held_since: tuple[str, ...] = ()
    day: int = 0
    symbols: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    first_days: tuple[int, ...] = ()


class Imported(Struct):
    """One file as market tables.

    ``tables`` by name, with the columns of ``indexcalc.market.tables`` (not yet sorted or checked);
    ``observed``: what must be compared with the market before it becomes rows; ``facts`` for
    ``market.json`` (``format`` is ``facts`` where nothing else was given).
    """

    path: str
    format: str
    tables: dict[str, Any] = field(default_factory=dict)
    observed: list[Observed] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    warnings: Findings = field(default_factory=Findings)

    def note(self, kind: NoteKind, text: str, count: int = 0) -> None:
        """Record what was read, dropped or assumed."""
        self.notes.append(Note(kind, text, count))


# Facts of every market of the Korea Exchange.
KRX_FACTS: dict[str, Any] = {"calendar": "XKRX", "currency": "KRW", "price_limit": 0.30}


def date_in_name(path: Path) -> dt.date | None:
    """The one date in a file's name; None when there is none, or two that differ."""
    dates: set[dt.date] = set()
    for year, _, month, day in _DATE_IN_NAME.findall(path.name):
        try:
            dates.add(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return dates.pop() if len(dates) == 1 else None


def date_of_file(path: Path, options: Options, result: Imported) -> dt.date:
    """The day of the data in a file: ``--date``, else the date in its name (noted as assumed).

    ImportRefused (IMP006): neither.  Never today's date: a file may be years old.
    """
    if options.date is not None:
        return options.date
    named = date_in_name(path)
    if named is None:
        raise ImportRefused.of(
            "IMP006",
            "the file does not give the day of its data",
            path=str(path),
            hint="give --date YYYY-MM-DD, or put the date into the file name",
        )
    result.note("assumed", f"the file is of {named}, the date in its name")
    return named
