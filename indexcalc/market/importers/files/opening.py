"""Any file as columns: the kind is recognised from its first bytes."""

from __future__ import annotations

from pathlib import Path

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files import kinds
from indexcalc.market.importers.files.json_records import looks_like_json, read_json
from indexcalc.market.importers.files.layout import PLAIN, Layout
from indexcalc.market.importers.files.source import Source, read_bytes
from indexcalc.market.importers.files.spreadsheet import read_workbook
from indexcalc.market.importers.files.text import read_text
from indexcalc.market.importers.files.typed import is_arrow, read_arrow

_OF_TEXT = ("encoding", "delimiter", "skip", "until_blank", "header")


def open_file(
    path: Path, limit: int, layout: Layout = PLAIN, assumed: list[str] | None = None
) -> Source:
    """A file as columns; what had to be assumed (which sheet) is added to ``assumed``.

    ImportRefused: IMP001 (cannot be read), IMP002 (another kind of file, named), IMP003 (lines), IMP005
    (header, sheet, path), IMP018 (too large).
    """
    data = read_bytes(path, limit)
    if is_arrow(data[:8]):
        _all_used(path, layout, (), "Parquet or Arrow")
        return read_arrow(path, data[:8], limit)
    if kinds.is_workbook(data):
        _all_used(path, layout, ("skip", "until_blank", "header", "sheet"), "a workbook")
        sheet, note = read_workbook(path, data, layout, limit)
        if note and assumed is not None:
            assumed.append(note)
        return sheet
    kinds.refuse_other_kinds(path, data)
    if looks_like_json(data[:64]) and layout.delimiter is None:
        _all_used(path, layout, ("encoding", "records"), "JSON")
        return read_json(path, data, layout)
    _all_used(path, layout, _OF_TEXT, "text in columns")
    return read_text(path, data, layout)


def _all_used(path: Path, layout: Layout, used: tuple[str, ...], kind: str) -> None:
    """Refuse a word of the map that does nothing to a file of a kind (IMP002)."""
    for word in Layout.__struct_fields__:
        if word not in used and getattr(layout, word) != getattr(PLAIN, word):
            raise ImportRefused.of(
                "IMP002",
                f"the map says `{word}`, and the file is {kind}, to which it does nothing",
                path=path,
                hint="remove the word, or give the file it was written for",
            )
