"""A file's columns in another shape: wide tables made long, columns of a second file joined on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Ints
from indexcalc.diagnostics import ImportRefused, Span, quantity
from indexcalc.market import arrow
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.maps.column_map import FileMap, Join, Wide
from indexcalc.market.importers.maps.map_nodes import nearest

_CELL = "*"


def reshaped(source: Source, file_map: FileMap, options: Options, result: Imported) -> Source:
    """The file as the map's ``wide`` and ``join`` make it.

    ImportRefused: IMP001 (a joined file), IMP005 (a header that is not there, or in both files), IMP007
    (headers that do not split), IMP019 (two rows of a joined file with one key).
    """
    if file_map.wide is not None:
        source = Long(source, file_map.wide, file_map.nulls, result)
    for join in file_map.joins:
        source = Joined(source, join, file_map, options, result)
    return source


def _need(source: Source, name: str, span: Span | None) -> None:
    if name not in source.names:
        raise ImportRefused.of(
            **{"hint": nearest(name, source.names), **source.missing(name)}, span=span
        )


class Long(Source):
    """A wide table with one row for each cell; empty cells are dropped and counted."""

    def __init__(self, base: Source, wide: Wide, nulls: frozenset[str], result: Imported) -> None:
        for name in wide.keep:
            _need(base, name, wide.span)
        headers = [name for name in base.names if name not in wide.keep]
        if not headers:
            raise ImportRefused.of("IMP005", "the wide table has no further column", span=wide.span)
        at = {_split(name, wide): name for name in headers}
        labels = list(dict.fromkeys(label for label, _ in at))
        fields = list(dict.fromkeys(field for _, field in at))
        if len(at) < len(headers):
            raise ImportRefused.of(
                "IMP005", "two columns of the wide table have one name", span=wide.span
            )
        rows, size = base.rows, len(labels)
        columns = {name: pa.concat_arrays([base.column(name)] * size) for name in wide.keep}
        names = [name for name in wide.names if name != _CELL]
        codes = np.repeat(np.arange(size, dtype=np.int32), rows)
        for position, name in enumerate(names):
            columns[name] = arrow.from_codes(codes, [label[position] for label in labels])
        filled = np.zeros(rows * size, dtype=np.bool_)
        for field in fields:
            found = [
                base.column(at[label, field]) if (label, field) in at else None for label in labels
            ]
            columns[field] = _stacked(found, rows)
            filled |= ~arrow.null_mask(cells.stripped(columns[field], nulls | {"nan", "NaN"}))
        self._origin: Ints = np.flatnonzero(filled).astype(np.int64)
        table = arrow.table(columns).take(arrow.from_ints(self._origin))
        super().__init__(base.path, table, base.unread)
        self.text = base.text
        self._base, self._keep, self._labels, self._at = base, wide.keep, labels, at
        result.note(
            "read",
            f"columns of the wide table, {len(headers):,}, with {quantity(len(fields), 'field')}",
        )
        if not filled.all():
            result.note("dropped", "empty cells of the wide table", int((~filled).sum()))

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """The cell of the wide file."""
        label, line = divmod(int(self._origin[row]), max(self._base.rows, 1))
        if name in self._keep:
            return self._base.place(line, name)
        header = self._at.get((self._labels[label], name)) or next(
            header for (found, _), header in self._at.items() if found == self._labels[label]
        )
        return self._base.place(line, header)


def _split(header: str, wide: Wide) -> tuple[tuple[str, ...], str]:
    """(values of ``names``, column of the cell's value) of a header."""
    parts = tuple(header.split(wide.split)) if wide.split else (header,)
    if len(parts) != len(wide.names):
        raise ImportRefused.of(
            "IMP007",
            f"the header {header!r} has {quantity(len(parts), 'part')}, not {len(wide.names)}",
            span=wide.span,
            hint="columns that are no part of the wide table belong into `keep`",
        )
    named = list(zip(wide.names, parts, strict=True))
    label = tuple(part for name, part in named if name != _CELL)
    return label, next((part for name, part in named if name == _CELL), wide.values)


def _stacked(columns: list[Any], rows: int) -> Any:
    """Columns one below the other: of one type, else all as numbers or all as text."""
    plain = [
        pc.cast(column, column.type.value_type)
        if column is not None and pa.types.is_dictionary(column.type)
        else column
        for column in columns
    ]
    kinds = {column.type for column in plain if column is not None}
    kind = next(iter(kinds))
    if len(kinds) > 1:
        numeric = all(pa.types.is_integer(k) or pa.types.is_floating(k) for k in kinds)
        kind = pa.float64() if numeric else pa.string()
    return pa.concat_arrays(
        [pa.nulls(rows, kind) if column is None else pc.cast(column, kind) for column in plain]
    )


class Joined(Source):
    """A file with the columns of another one beside its own; rows without a partner have nulls there."""

    def __init__(
        self, base: Source, join: Join, file_map: FileMap, options: Options, result: Imported
    ) -> None:
        other = open_file(beside(join.file, options), options.max_size, join.layout)
        newest = (join.newest,) if join.newest else ()
        for here, there in (*join.on, *newest):
            _need(base, here, join.span)
            _need(other, there, join.span)
        keys = {there for _, there in (*join.on, *newest)}
        taken = [name for name in other.names if name not in keys]
        both = [name for name in taken if name in base.names]
        if both:
            raise ImportRefused.of(
                "IMP005",
                f"both files have {', '.join(map(repr, both))}",
                span=join.span,
                hint="give the columns of one file other names (header: [...])",
            )
        left, right = _keys(base, other, join.on, file_map)
        self._partner = _partners(base, other, (left, right), join, file_map)
        where = arrow.from_ints(np.maximum(self._partner, 0), self._partner < 0)
        columns = {name: base.column(name) for name in base.names}
        columns |= {name: other.column(name).take(where) for name in taken}
        super().__init__(base.path, arrow.table(columns), {**other.unread, **base.unread})
        self.text = base.text
        self._base, self._other, self._taken = base, other, frozenset(taken)
        alone = int((self._partner < 0).sum())
        result.note("read", f"rows with a row of {join.file}", base.rows - alone)
        if alone:
            result.note(
                "read", f"rows without a row of {join.file}: its columns are unknown", alone
            )

    def place(self, row: int, name: str) -> tuple[Span | None, str]:
        """The cell in the file that holds it."""
        if name in self._taken and self._partner[row] >= 0:
            return self._other.place(int(self._partner[row]), name)
        return self._base.place(row, name)


def beside(name: str, options: Options) -> Path:
    """A file named in a map: beside the map, unless the name is a full path."""
    folder = options.map_path.parent if options.map_path is not None else Path()
    return folder / name


def _texts(source: Source, name: str, file_map: FileMap) -> Any:
    column = source.column(name)
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    return cells.stripped(pc.cast(column, pa.string()), file_map.nulls)


def _keys(base: Source, other: Source, on: Any, file_map: FileMap) -> tuple[Ints, Ints]:
    """Codes of the joined keys of both files, -1 where a part is null; equal keys have equal codes.

    A key that is a date in every row of both files is compared as a date, else as text.
    """
    lefts, rights = [], []
    for here, there in on:
        left, right = _texts(base, here, file_map), _texts(other, there, file_map)
        days = [cells.dates(texts, file_map.date_format) for texts in (left, right)]
        if not any(bad.any() for _, bad in days):
            left, right = (pc.cast(column, pa.string()) for column, _ in days)
        lefts.append(left)
        rights.append(right)
    joined = [
        pc.binary_join_element_wise(*texts, "\x1f", null_handling="emit_null")
        for texts in (lefts, rights)
    ]
    codes, _ = arrow.coded(pa.concat_arrays(joined))
    return codes[: base.rows].astype(np.int64), codes[base.rows :].astype(np.int64)


def _partners(
    base: Source, other: Source, keys: tuple[Ints, Ints], join: Join, file_map: FileMap
) -> Ints:
    """For each row of ``base`` the row of ``other`` that goes with it, -1 for none."""
    left, right = keys
    here = np.zeros(base.rows, dtype=np.int64)
    there = np.zeros(other.rows, dtype=np.int64)
    if join.newest is not None:
        here = _days(base, join.newest[0], join, file_map)
        there = _days(other, join.newest[1], join, file_map)
    usable = np.flatnonzero(right >= 0)
    order = usable[np.lexsort((there[usable], right[usable]))]
    sorted_keys = right[order] * 2**32 + there[order] + 2**31
    same = np.flatnonzero(sorted_keys[1:] == sorted_keys[:-1])
    if same.size:
        span, where = other.place(int(order[same[0] + 1]), join.on[0][1])
        raise ImportRefused.of(
            "IMP019",
            f"{join.file} has {same.size + 1:,} rows whose key another row has too",
            span=span,
            path="" if span else str(other.path),
            where=where,
            hint="join on more columns (on: [...]), or on the newest row of a date (newest: ...)",
        )
    wanted = left * 2**32 + here + 2**31
    at = np.searchsorted(sorted_keys, wanted, side="right") - 1
    partner_rows = (
        np.where(at >= 0, order[np.maximum(at, 0)], -1) if order.size else np.full_like(at, -1)
    )
    fits = (
        (partner_rows >= 0) & (left >= 0) & (right[partner_rows] == left)
        if order.size
        else partner_rows >= 0
    )
    if join.newest is None and order.size:
        fits &= there[partner_rows] == here
    partners: Ints = np.where(fits, partner_rows, -1)
    return partners


def _days(source: Source, name: str, join: Join, file_map: FileMap) -> Ints:
    column = source.column(name)
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        days, bad = cells.days_of_times(column)
        wrong = cells.TIME_OF_DAY
    else:
        days, bad = cells.dates(_texts(source, name, file_map), file_map.date_format)
        wrong = "not a date"
    if bad.any():
        span, where = source.place(int(np.flatnonzero(bad)[0]), name)
        raise ImportRefused.of(
            "IMP004",
            wrong,
            span=span,
            where=where,
            path="" if span else str(source.path),
        )
    if arrow.null_mask(days).any():
        raise ImportRefused.of("IMP004", f"{name} has rows without a date", span=join.span)
    return arrow.days(days).astype(np.int64)
