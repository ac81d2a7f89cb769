"""Columns of the user's own, which no table names: of what kind each is, and what its cells say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.market import arrow
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported
from indexcalc.market.importers.maps.column_map import ColumnFrom, FileMap
from indexcalc.market.importers.problems import Problems
from indexcalc.market.tables import TableSpec

NOTHING = "nothing"
_OWN = "a column of your own; write `as: text` if it holds"


def natural_kind(
    source: Source, item: ColumnFrom, texts: Any, file_map: FileMap
) -> tuple[str, str]:
    """(kind, what is assumed of it: '' where nothing is) of a column where the map has no ``as``.

    As the file types it.  In text a column is of flags where every cell is true or false, and of numbers
    where every cell is one and none begins with a zero as codes do; a column without a cell that says
    anything is of ``nothing``, as one that the file types so.
    """
    kind = arrow.decoded(source.column(item.column)[:0]).type
    if item.split or item.pad or item.values is not None:
        return "text", ""
    if pa.types.is_null(kind):
        return NOTHING, ""
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return "date", ""
    if pa.types.is_boolean(kind):
        return "flag", ""
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "float", ""
    name = item.column
    if not source.text:
        return "text", f"{name} holds text: a column of your own"
    if texts.null_count == len(texts):
        return NOTHING, ""
    words = pc.utf8_lower(texts)
    if pc.all(pc.is_in(pc.drop_null(words), value_set=arrow.from_texts(["true", "false"]))).as_py():
        return "flag", f"{name} holds flags ({_OWN} words)"
    _, bad = cells.numbers(texts, file_map.decimal, file_map.thousands)
    if bad.any() or cells.matches(texts, r"^0\d").any():
        return "text", f"{name} holds text: a column of your own"
    return "float", f"{name} holds numbers ({_OWN} codes)"


def without_nothing(spec: TableSpec, rows: Any, result: Imported) -> Any:
    """Rows without the columns of the user's own that have neither a value nor a type: what is stored of
    another file decides of what kind they are."""
    for name in rows.column_names:
        if name not in spec.by_name and pa.types.is_null(rows.schema.field(name).type):
            result.note("dropped", f"{name} holds no value: a column of your own, left out")
            rows = rows.drop_columns([name])
    return rows


def first_given(target: str, values: Any, other: Any, item: ColumnFrom, problems: Problems) -> Any:
    """``values`` and, where they are null, those of ``other``; IMP014: the two are of another kind."""
    if values is None or pa.types.is_null(values.type):
        return other
    if pa.types.is_null(other.type):
        return values
    kinds = arrow.spoken(values.type), arrow.spoken(other.type)
    if kinds[0] == kinds[1]:
        return pc.coalesce(values, other)
    message = f"{item.column} holds {kinds[1]}, the column before it {kinds[0]}"
    hint = "say `as: text` of each of them"
    problems.add("IMP014", message, span=item.span, where=target, hint=hint)
    return values


def local_days(target: str, days: Any, timed: Any, result: Imported) -> Any:
    """The days of a column of times; how many times of day are left away is noted."""
    if timed.any():
        text = f"times of day of {target}, a column of your own: its days are kept"
        result.note("dropped", text, int(timed.sum()))
    return days


def flags(raw: Any, texts: Any) -> tuple[Any, Any]:
    """(bool array, mask of the cells that are no flags); NaN of a column of numbers is no value."""
    if pa.types.is_floating(raw.type):
        texts = cells.blanked(texts, np.isnan(arrow.floats(raw)))
    return cells.flags(texts)
