"""Workbooks (xlsx, xls, ods) as columns, read with python-calamine (the extra ``excel``)."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from indexcalc.diagnostics import ImportRefused, Span, quantity
from indexcalc.market import arrow
from indexcalc.market.importers.files.layout import Layout, header_names
from indexcalc.market.importers.files.source import MAX_COLUMNS, Source, too_large


class SheetSource(Source):
    """A sheet: a column of numbers alone is numbers, one of days alone is days, any other is text."""

    text = True

    def __init__(self, path: Path, table: Any, sheet: str, first: int) -> None:
        super().__init__(path, table)
        self._sheet = sheet
        self._first = first

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """The sheet and the cell, as a spreadsheet names it (C12)."""
        return None, f"{self._sheet}!{_letters(self.names.index(name))}{row + self._first}"


def read_workbook(path: Path, data: bytes, layout: Layout, limit: int) -> tuple[Source, str]:
    """(one sheet as columns, what was assumed about the sheet or '').

    ImportRefused: IMP001 the library is not installed, or the workbook is damaged; IMP005 no such sheet,
    no header, a name in it twice; IMP018 it unpacks to more than ``limit`` bytes.
    """
    try:
        import python_calamine
    except ImportError:
        raise ImportRefused.of(
            "IMP001",
            "the file is a workbook, and python-calamine, which reads it, is not installed",
            path=path,
            hint="pip install 'indexcalc[excel]', or save the sheet as CSV",
        ) from None
    _bounded(path, data, limit)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        name, assumed = _sheet(path, book, layout.sheet)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except ImportRefused:
        raise
    except Exception as error:  # calamine raises several kinds, and panics on some damage
        raise ImportRefused.of("IMP001", f"the workbook is damaged: {error}", path=path) from None
    return _columns(path, rows, layout, name), assumed


def _bounded(path: Path, data: bytes, limit: int) -> None:
    """IMP018: a workbook is a zip archive; what its parts unpack to is in its directory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # an xls is no archive; a damaged archive is told by the reader
    if size > limit:
        raise too_large(path, f"it unpacks to {size:,} bytes", limit)


def _sheet(path: Path, book: Any, wanted: str | None) -> tuple[str, str]:
    names = list(book.sheet_names)
    if wanted is not None:
        if wanted in names:
            return wanted, ""
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names):
            return names[int(wanted) - 1], ""
        raise ImportRefused.of(
            "IMP005", f"there is no sheet {wanted!r}; there are {', '.join(names)}", path=path
        )
    filled = [name for name in names if book.get_sheet_by_name(name).start is not None]
    if not filled:
        raise ImportRefused.of("IMP005", "the workbook is empty", path=path)
    others = ", ".join(filled[1:])
    return filled[0], f"the sheet {filled[0]}; not read: {others} (say `sheet`)" if others else ""


def _columns(path: Path, rows: list[list[Any]], layout: Layout, sheet: str) -> Source:
    texts = [[_text(cell) for cell in row] for row in rows[layout.skip :]]
    wanted = layout.header if isinstance(layout.header, int) else 0
    start = next((at for at, row in enumerate(texts) if any(row)), len(texts))
    first = start + wanted
    if start == len(texts):
        raise ImportRefused.of("IMP005", f"the sheet {sheet} is empty", path=path)
    names = header_names(texts[start : max(first, start + 1)], layout)
    while names and not names[-1] and not any(row[len(names) - 1] for row in texts[first:]):
        names.pop()  # a formatted column without a cell
    twice = [name for name, times in Counter(filter(None, names)).items() if times > 1]
    if twice:
        raise ImportRefused.of(
            "IMP005", f"the header has {', '.join(map(repr, twice[:10]))} twice", path=path
        )
    if len(names) > MAX_COLUMNS or len(names) > len(max(texts, key=len)):
        raise ImportRefused.of(
            "IMP005",
            f"{quantity(len(names), 'name')} for {quantity(len(max(texts, key=len)), 'column')}",
            path=path,
        )
    end = len(texts)
    if layout.until_blank:
        end = next((at for at in range(first, end) if not any(texts[at])), end)
    while end > first and not any(texts[end - 1]):
        end -= 1
    cells = rows[layout.skip :][first:end]
    names = [name or f"({_letters(at)})" for at, name in enumerate(names)]
    table = arrow.table(
        {name: _column([row[at] for row in cells]) for at, name in enumerate(names)}
    )
    return SheetSource(path, table, sheet, layout.skip + first + 1)


def _column(cells: list[Any]) -> Any:
    filled = [cell for cell in cells if cell != ""]
    if filled and all(type(cell) in (int, float) for cell in filled):
        whole = all(float(cell).is_integer() and abs(cell) < 2**53 for cell in filled)
        empty = [cell == "" for cell in cells]
        if whole:
            return arrow.from_ints(
                [0 if cell == "" else int(cell) for cell in cells], np.array(empty)
            )
        return arrow.from_floats(
            [np.nan if cell == "" else cell for cell in cells], nan_is_null=True
        )
    return arrow.from_texts([_text(cell) or None for cell in cells])


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell).strip()


def _letters(column: int) -> str:
    """A, B, ..., Z, AA as a spreadsheet names its columns; ``column`` from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
