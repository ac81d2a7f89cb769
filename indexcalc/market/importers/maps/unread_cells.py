"""Cells that are read as nothing, in one of two ways, or not at all: what is told of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Bools
from indexcalc.market import arrow
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.maps.column_map import ColumnFrom, FileMap, TableMap
from indexcalc.market.importers.ways_out import date_way_out

# A column that is looked at for the way out: this many cells say what form it has.
_LOOKED_AT = 200
# One comma before three digits, and no other mark: a thousands mark, or a decimal one.
_AMBIGUOUS = r"^[+-]?[1-9]\d{0,2},\d{3}$"


def read_as_no_value(source: Source, file_map: FileMap, table: TableMap, keep: Bools) -> str:
    """How many cells of each column the words of `nulls` make empty, in words; '' where none is."""
    if not file_map.nulls:
        return ""
    words = arrow.from_texts(sorted(file_map.nulls))
    counts: dict[str, int] = {}
    for target, items in table.columns.items():
        for item in items:
            if not item.column:
                continue
            texts = cells.stripped(pc.cast(_plain(source.column(item.column)), pa.string()))
            if item.strip:
                texts = cells.stripped(pc.utf8_trim(texts, characters=item.strip))
            number = int((arrow.bools(pc.is_in(texts, value_set=words)) & keep).sum())
            if number:
                counts[target] = counts.get(target, 0) + number
    said = ", ".join(f"{target} {number:,}" for target, number in counts.items())
    return f"read as no value: {said}" if said else ""


def comma_note(source: Source, file_map: FileMap, texts: Any, target: str) -> str:
    """What is assumed of commas in a file whose delimiter is a semicolon: such files come from where
    a comma is the decimal mark.  '' where the map says it, or not all could be read in both ways.
    """
    said = (file_map.decimal, file_map.thousands) != (".", ",") or file_map.marks_said
    if said or source.delimiter != ";":
        return ""
    marked = cells.matches(texts, ",")
    if not marked.any() or not cells.matches(texts, _AMBIGUOUS)[marked].all():
        return ""
    first = str(texts[int(np.flatnonzero(marked)[0])].as_py())
    whole = first.replace(",", "")
    return (
        f"{target}: the comma is a thousands mark, {first} is {whole}; if it is a decimal mark, write "
        '`decimal: ","` in a map'
    )


def way_out_of_dates(texts: Any, bad: Bools, item: ColumnFrom, file_map: FileMap) -> str:
    """The hint for the cells of a column that are not dates; '' where all are."""
    rows = np.flatnonzero(bad)[:_LOOKED_AT]
    if not rows.size:
        return ""
    unread = [str(texts[int(row)].as_py()) for row in rows]
    return date_way_out(unread, item.column, item.date_format or file_map.date_format)


def _plain(column: Any) -> Any:
    return (
        pc.cast(column, column.type.value_type) if pa.types.is_dictionary(column.type) else column
    )
