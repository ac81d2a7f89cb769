"""The tiny market of a case: rows written in YAML, or a folder of CSV files, as a ``Market``.

    market:
      daily:
        - {date: 2024-01-31..2024-02-29, symbol: [A, B], close: [10, 20], shares_outstanding: 100}
      securities: [{symbol: [A, B], sector: energy}]

A list in a row stands for several rows: lists run in step; where ``date`` and ``symbol`` both are
lists every symbol has a row on every date, and the other lists run with the symbols.  A range is a
list: ``2024-01-31..2024-02-29`` every day from Monday to Friday between the two, both in, ``A01..A40``
forty names, ``40..1`` whole numbers downwards.  The market is complete: a line without a row is not
listed.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from indexcalc.diagnostics import DataError, Span, at, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.market.tables import TABLES, new_name
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.kinds import Exact, Symbol, Text, read_date
from indexcalc.methodology.reading.reader import BAD, At, Bad, did_you_mean, wrong_shape
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.values import UnreadableText, as_number

MOST_ROWS = 200_000
"""Rows a table of a case may have: a case is a tiny market."""
_NULLS = ("", "null", "~")
_SYMBOLS = ("symbol", "other_symbol", "successor")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)
_NAMES = re.compile(r"([A-Za-z]+)(\d{1,6})\.\.([A-Za-z]+)(\d{1,6})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,6})\.\.(\d{1,6})", re.ASCII)
_NUMBER = Exact()
_SYMBOL = Symbol()
_TEXT = Text()


class Cell(NamedTuple):
    """One value on its way into a column: its text, and where it stands."""

    node: Scalar
    at: At


Row = dict[str, Cell]


def read_market(node: Node, place: At, folder: Path | None) -> Market | None:
    """The market of a case: a mapping of tables, or the name of a folder of CSV beside the rule.

    None after findings at their places: RUL001 no such table, RUL003 shape, RUL005, RUL008, RUL009,
    DTE001 values, CAS003 lists out of step, and those of the tables themselves (DAT002-DAT006).
    """
    if isinstance(node, Scalar) and node.text:
        tables = _from_folder(node, place, folder)
    elif isinstance(node, source.Mapping):
        tables = _from_nodes(node, place)
    else:
        wrong_shape(node, place, "tables with their rows, or a folder of CSV")
        return None
    if tables is None:
        return None
    columns_of_tables: dict[str, Any] = {}
    good = True
    for name, (_, rows) in tables.items():
        columns = _columns(name, rows)
        if columns is None:
            good = False
        else:
            columns_of_tables[name] = arrow.table(columns)
    if not good:
        return None
    # The market of an overlay's case may give the levels below it and nothing else.
    if not any(name in tables and tables[name][1] for name in ("daily", "published")):
        place.refuse("DAT001", "the market of the case has no row of `daily`", node)
        return None
    try:
        return Market.from_tables(complete=True, **columns_of_tables)
    except DataError as error:
        for finding in error.diagnostics:
            span = tables[finding.path][0] if finding.path in tables else node.span
            place.reading.findings.items.append(at(finding, span))
        return None


Tables = dict[str, tuple[Span, list[Row]]]


def _from_nodes(node: source.Mapping, place: At) -> Tables | None:
    tables: Tables = {}
    good = True
    for name, value in node.entries:
        inside = place.into(name)
        if name.text not in TABLES:
            place.refuse(
                "RUL001",
                f"there is no table `{name.text}`",
                name,
                new_name(name.text) or did_you_mean(name.text, TABLES, otherwise="tables are: "),
            )
            good = False
            continue
        if not isinstance(value, source.Sequence):
            wrong_shape(value, inside, "a list of rows {column: value, ...}")
            good = False
            continue
        rows: list[Row] = []
        for position, item in enumerate(value.items):
            spread_rows = _rows(item, inside.item(position), MOST_ROWS - len(rows))
            good &= spread_rows is not None
            rows.extend(spread_rows or ())
        tables[name.text] = (name.span, rows)
    return tables if good else None


def _rows(node: Node, place: At, room: int) -> list[Row] | None:
    """The rows one written row stands for."""
    if not isinstance(node, source.Mapping):
        wrong_shape(node, place, "a row {column: value, ...}")
        return None
    lists: dict[str, list[Cell]] = {}
    single: Row = {}
    good = True
    for name, value in node.entries:
        inside = place.into(name, named=True)
        if isinstance(value, Scalar):
            # A range is a list that is written short.
            cells = _cells(source.Sequence((value,), value.place), inside)
            if cells is None:
                good = False
            elif cells[0].node is value:
                single[name.text] = Cell(value, inside)
            else:
                lists[name.text] = cells
        elif isinstance(value, source.Sequence):
            cells = _cells(value, inside)
            good &= cells is not None
            lists[name.text] = cells or []
        else:
            wrong_shape(value, inside, "a value, or a list of values")
            good = False
    if not good:
        return None
    if not lists:
        return [single]
    crossed = "date" in lists and "symbol" in lists
    days: list[Cell | None] = [*lists.pop("date")] if crossed else [None]
    lengths = {name: len(cells) for name, cells in lists.items()}
    n = max(lengths.values(), default=1)
    uneven = next((name for name, length in lengths.items() if length != n), None)
    if uneven is not None:
        longest = next(name for name, length in lengths.items() if length == n)
        place.refuse(
            "CAS003",
            f"`{uneven}` has {quantity(lengths[uneven], 'value')}, `{longest}` has {n}",
            node,
            "lists of one row run in step",
        )
        return None
    if n * len(days) > room:
        place.refuse("CAS003", f"more than {MOST_ROWS:,} rows", node, "a case is a tiny market")
        return None
    return [
        {
            **single,
            **({"date": day} if day is not None else {}),
            **{name: cells[position] for name, cells in lists.items()},
        }
        for day in days
        for position in range(n)
    ]


def _cells(node: source.Sequence, place: At) -> list[Cell] | None:
    """The values of a list; a range inside it is spread out."""
    cells: list[Cell] = []
    good = True
    for position, item in enumerate(node.items):
        inside = place.item(position)
        if not isinstance(item, Scalar):
            wrong_shape(item, inside, "a value")
            good = False
            continue
        texts = spread(item, inside)
        if isinstance(texts, Bad):
            good = False
        elif texts is None:
            cells.append(Cell(item, inside))
        else:
            cells.extend(Cell(Scalar(text, False, item.place), inside) for text in texts)
    return cells if good else None


def spread(node: Scalar, place: At) -> list[str] | Bad | None:
    """The texts of a range of days, names or whole numbers; None where the text is no range."""
    if match := _DAYS.fullmatch(node.text):
        ends = [read_date(Scalar(match[side], False, node.place), place) for side in (1, 2)]
        first, last = ends
        if isinstance(first, Bad) or isinstance(last, Bad):
            return BAD
        if last < first or (last - first).days > MOST_ROWS:
            return place.refuse("DTE001", f"`{node.text}` is no range of days", node, "first..last")
        days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        sessions = [day.isoformat() for day in days if day.weekday() < 5]
        return sessions or place.refuse("DTE001", f"`{node.text}` holds no weekday", node)
    if match := _NAMES.fullmatch(node.text):
        word, low, other, high = match.groups()
        if word != other or len(low) != len(high) or int(high) < int(low):
            hint = "such as A01..A40"
            return place.refuse("CAS003", f"`{node.text}` is no range of names", node, hint)
        return [f"{word}{n:0{len(low)}}" for n in range(int(low), int(high) + 1)]
    if match := _NUMBERS.fullmatch(node.text):
        begin, end = int(match[1]), int(match[2])
        step = 1 if end >= begin else -1
        return [str(n) for n in range(begin, end + step, step)]
    return None


def _from_folder(node: Scalar, place: At, folder: Path | None) -> Tables | None:
    """The tables of the CSV files in a folder beside the rule; a file has a table's name."""
    where = (folder or Path()) / node.text
    files = sorted(where.glob("*.csv")) if where.is_dir() else []
    if not files:
        place.refuse("CAS003", f"there is no CSV file in `{node.text}`", node, "such as daily.csv")
        return None
    tables: Tables = {}
    good = True
    for file in files:
        if file.stem not in TABLES:
            hint = new_name(file.stem) or did_you_mean(file.stem, TABLES, otherwise="tables are: ")
            place.refuse("RUL001", f"there is no table `{file.stem}`", node, hint)
            good = False
            continue
        text = source.read_file(file, place.reading.findings)
        if text is None:
            good = False
            continue
        rows: list[Row] = []
        for line, record in enumerate(csv.DictReader(text.splitlines()), start=2):
            if None in record or None in record.values():
                span = Span(str(file), line, 1)
                place.refuse("CAS003", "this line has not the columns of the first", span)
                good = False
                continue
            where_it_is = (str(file), line, 1, 1)
            rows.append(
                {
                    name: Cell(Scalar(text, True, where_it_is), place)
                    for name, text in record.items()
                }
            )
        tables[file.stem] = (node.span, rows)
    return tables if good else None


def _columns(table: str, rows: Sequence[Row]) -> dict[str, Any] | None:
    """Arrow columns of a table's rows; None after findings."""
    names = dict.fromkeys(itertools.chain.from_iterable(rows))
    if not rows:  # a table that is there, and says nothing
        names = dict.fromkeys(TABLES[table].by_name)
    columns: dict[str, Any] = {}
    for name in names:
        cells = [row.get(name) for row in rows]
        known = TABLES[table].by_name.get(name)
        kind = known.kind if known is not None else _guess(cells)
        column = _column(kind, name, cells)
        if column is None:
            return None
        columns[name] = column
    return columns


def _guess(cells: Sequence[Cell | None]) -> str:
    """What a column of the user's own holds: numbers where all its values are, else text."""
    values = [cell.node for cell in cells if cell is not None and not _is_null(cell.node)]
    if values and all(not node.quoted and _is_number(node.text) for node in values):
        return "float"
    if values and all(node.text in ("true", "false") for node in values):
        return "flag"
    return "text"


def _is_number(text: str) -> bool:
    try:
        as_number(text)
    except UnreadableText:
        return False
    return True


def _is_null(node: Scalar) -> bool:
    return node.text in _NULLS and (not node.quoted or node.text == "")


def _column(kind: str, name: str, cells: Sequence[Cell | None]) -> Any | None:
    # One cell is read, and refused, once, for however many rows it stands.
    once = {id(cell): cell for cell in cells if cell is not None}
    read = {key: _value(kind, name, cell) for key, cell in once.items()}
    if any(value is BAD for value in read.values()):
        return None
    if kind == "date":
        days = {key: day_number(day) for key, day in read.items() if day is not None}
        values = [days.get(id(cell), arrow.NULL_DAY) for cell in cells]
        return arrow.from_days(np.array(values, dtype=np.int32))
    if kind == "text":
        return arrow.from_texts([read.get(id(cell)) for cell in cells])
    null = np.array([read.get(id(cell)) is None for cell in cells], dtype=np.bool_)
    if kind == "flag":
        return arrow.from_bools(np.array([bool(read.get(id(cell))) for cell in cells]), null)
    floats = {key: float(value) for key, value in read.items() if value is not None}
    numbers = np.array([floats.get(id(cell), np.nan) for cell in cells], dtype=np.float64)
    whole = np.abs(numbers[~null]) < 2**53
    whole &= numbers[~null] == np.round(numbers[~null])
    if kind == "integer" and bool(whole.all()):
        return arrow.from_ints(np.where(null, 0, numbers).astype(np.int64), null)
    return arrow.from_floats(numbers, nan_is_null=True)


def _value(kind: str, name: str, cell: Cell) -> Any:
    node, span = cell
    if _is_null(node):
        return None
    if kind == "date":
        return read_date(node, span)
    if kind == "flag":
        return node.text == "true"
    if kind == "text":
        return (_SYMBOL if name in _SYMBOLS else _TEXT).read(node, span)
    return _NUMBER.read(node, span)
