"""Every crossing between Arrow and NumPy, through buffers: nothing here makes pyarrow import pandas.

``pa.array``, ``pa.table({...})``, ``Array.to_numpy`` and ``pq.read_table`` each import pandas on first
use (most of a second); these functions do the same work without it.  Arrow objects are typed ``Any``
because pyarrow ships no types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from indexcalc.arrays import NULL_DAY as NULL_DAY
from indexcalc.arrays import Bools, Codes, Floats, Ints

# What a null becomes in an integer array: a value no code or count can have.
NULL_INT = np.iinfo(np.int64).min


def one_array(column: Any) -> Any:
    """A chunked array as one contiguous ``pa.Array`` (no copy when it has one chunk)."""
    if isinstance(column, pa.ChunkedArray):
        if column.num_chunks == 1:
            return column.chunk(0)
        if column.num_chunks == 0:
            return empty(column.type)
        return pa.concat_arrays(column.unify_dictionaries().chunks)
    return column


def decoded(column: Any) -> Any:
    """A column as one array; one of categories that are no text has the type of these."""
    kind = column.type
    if not pa.types.is_dictionary(kind) or is_text(kind.value_type):
        return one_array(column)
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [chunk.dictionary.take(chunk.indices) for chunk in chunks]
    return pa.concat_arrays(parts) if parts else empty(kind.value_type)


def is_text(kind: Any) -> bool:
    """Is it a type of plain text?"""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def spoken(kind: Any) -> str:
    """What values of a type are called: text, numbers, dates, flags, nothing; else the type's own name."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "numbers"
    if is_text(kind):
        return "text"
    names = {pa.null(): "nothing", pa.bool_(): "flags", pa.date32(): "dates"}
    return names.get(kind, str(kind))


def doubles(array: Any) -> Any:
    """Numbers of any type as float64: the nearest there is, beyond 2**53 too; of 32-bit floats the
    nearest to the shortest digits that say them, as text of them gives."""
    if pa.types.is_float32(array.type):
        import pyarrow.compute as pc  # here: it takes a fifth of the time of pyarrow and NumPy together

        exact = array.cast(pa.float64())
        digits = array.cast(pa.string()).cast(pa.float64())
        # From 2**23 on they are whole, and exact.
        return pc.if_else(pc.less(pc.abs(exact), 2.0**23), digits, exact)
    if pa.types.is_decimal(array.type):
        array = array.cast(pa.string())  # Arrow's own cast makes 3450.1800000000003 of 3450.18
    return array.cast(pa.float64(), safe=False)


def whole_numbers(array: Any) -> Any:
    """Integers of any type as int64; as float64 where one of them is beyond 64 bits with a sign."""
    try:
        return array.cast(pa.int64())
    except pa.ArrowInvalid:
        return doubles(array)


def empty(kind: Any) -> Any:
    """A zero-length array of a type."""
    return pa.nulls(0, kind)


def _values(array: Any, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The value buffer of a primitive array as a read-only NumPy view (offset and length applied)."""
    width = np.dtype(dtype).itemsize
    buffer = array.buffers()[1]
    if buffer is None or len(array) == 0:
        return np.zeros(len(array), dtype=dtype)
    return np.frombuffer(buffer, dtype=dtype, count=len(array), offset=array.offset * width)


def null_mask(column: Any) -> Bools:
    """True where the value is null; shape (n,)."""
    array = one_array(column)
    if array.null_count == 0:
        return np.zeros(len(array), dtype=np.bool_)
    return bools(array.is_null())


def bools(column: Any) -> Bools:
    """A boolean column as NumPy bool, null as False; shape (n,)."""
    array = one_array(column)
    if array.null_count:
        # pyarrow turns a bare False into a scalar through pandas.
        array = array.fill_null(from_bools([False])[0])
    return _values(array.cast(pa.uint8()), np.uint8).astype(np.bool_)


def floats(column: Any) -> Floats:
    """A numeric column as float64, null as NaN; shape (n,).  Zero copy for float64 without nulls."""
    array = one_array(column)
    if array.type != pa.float64():
        array = doubles(array)
    values = cast(Floats, _values(array, np.float64))
    if array.null_count:
        values = values.copy()
        values[null_mask(array)] = np.nan
    return values


def integers(column: Any) -> Ints:
    """An integer column as int64, null as ``NULL_INT``; shape (n,)."""
    array = one_array(column)
    if array.type != pa.int64():
        array = array.cast(pa.int64())
    values = cast(Ints, _values(array, np.int64))
    if array.null_count:
        values = values.copy()
        values[null_mask(array)] = NULL_INT
    return values


def days(column: Any) -> Codes:
    """A date32 column as int32 days since 1970-01-01, null as ``NULL_DAY``; shape (n,)."""
    array = one_array(column)
    if array.type != pa.date32():
        array = array.cast(pa.date32())
    values = cast(Codes, _values(array, np.int32))
    if array.null_count:
        values = values.copy()
        values[null_mask(array)] = NULL_DAY
    return values


def texts(column: Any) -> list[str | None]:
    """A text column (plain or dictionary) as a list; for small columns, not for millions of rows."""
    array = one_array(column)
    return cast("list[str | None]", array.to_pylist())


def coded(column: Any) -> tuple[Codes, list[str]]:
    """A text column as (codes, values): int32 codes into ``values``, -1 for null.

    ``values`` keeps the dictionary's own order; see ``sorted_codes`` for byte order.
    """
    array = one_array(column)
    if not pa.types.is_dictionary(array.type):
        array = array.cast(pa.string()).dictionary_encode()
    elif array.dictionary.null_count:  # a null may stand in the dictionary as well as in the codes
        array = array.cast(array.type.value_type).cast(pa.string()).dictionary_encode()
    indices = array.indices
    if indices.type != pa.int32():
        indices = indices.cast(pa.int32())
    codes = cast(Codes, _values(indices, np.int32))
    if indices.null_count:
        codes = codes.copy()
        codes[null_mask(indices)] = -1
    return codes, cast("list[str]", array.dictionary.cast(pa.string()).to_pylist())


def plain(column: Any) -> Any:
    """A column without its dictionary: equal where its values are, however they are coded."""
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


def sorted_codes(column: Any) -> tuple[Codes, list[str]]:
    """Like ``coded`` with ``values`` in ascending order of their UTF-8 bytes and no unused value."""
    codes, values = coded(column)
    there = np.zeros(len(values) + 1, dtype=np.bool_)  # the last one is of -1
    there[codes] = True
    used = sorted({value for value, used in zip(values, there.tolist(), strict=False) if used})
    if used == values:
        return codes, used
    position = {value: index for index, value in enumerate(used)}
    lookup = np.array([position.get(value, -1) for value in values] + [-1], dtype=np.int32)
    return lookup[codes], used


def codes_into(column: Any, order: Mapping[str, int]) -> Codes:
    """A text column as positions in ``order``; -1 for null or a value that is not in it."""
    codes, values = coded(column)
    positions = [order.get(value, -1) for value in values]
    if positions == list(range(len(positions))):
        return codes
    return np.array([*positions, -1], dtype=np.int32)[codes]


def _validity(mask: Bools | None) -> Any:
    """An Arrow validity bitmap from a True-is-null mask (None: no nulls)."""
    if mask is None or not mask.any():
        return None
    return pa.py_buffer(np.packbits(~mask, bitorder="little").tobytes())


def _primitive(values: npt.NDArray[Any], kind: Any, null: Bools | None) -> Any:
    contiguous = np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, contiguous.size, [_validity(null), pa.py_buffer(contiguous)])


def from_floats(values: npt.ArrayLike, *, nan_is_null: bool = False) -> Any:
    """float64 array -> Arrow float64."""
    data = np.asarray(values, dtype=np.float64)
    return _primitive(data, pa.float64(), np.isnan(data) if nan_is_null else None)


def from_ints(values: npt.ArrayLike, null: Bools | None = None) -> Any:
    """int64 array -> Arrow int64; ``null`` marks the nulls."""
    return _primitive(np.asarray(values, dtype=np.int64), pa.int64(), null)


def from_int32s(values: npt.ArrayLike, null: Bools | None = None) -> Any:
    """int32 array -> Arrow int32; ``null`` marks the nulls."""
    return _primitive(np.asarray(values, dtype=np.int32), pa.int32(), null)


def from_decimals(parts: Iterable[npt.NDArray[np.int64]], size: int, decimals: int) -> Any:
    """int64 counts of the last decimal -> decimal128(38, decimals): 1234 at two is 12.34.

    ``parts`` come one after the other, ``size`` numbers in all.
    """
    words = np.empty((size, 2), dtype=np.int64)
    first = 0
    for units in parts:
        rows = words[first : first + units.size]
        rows[:, 0], rows[:, 1] = units, units >> 63
        first += units.size
    whole = pa.py_buffer(words)
    return pa.Array.from_buffers(pa.decimal128(38, decimals), size, [None, whole])


def from_days(values: npt.ArrayLike) -> Any:
    """int32 days since 1970-01-01 -> date32; ``NULL_DAY`` becomes null."""
    data = np.asarray(values, dtype=np.int32)
    return _primitive(data, pa.date32(), data == NULL_DAY)


def from_bools(values: npt.ArrayLike, null: Bools | None = None) -> Any:
    """bool array -> Arrow bool; ``null`` marks the nulls."""
    data = np.asarray(values, dtype=np.bool_)
    packed = pa.py_buffer(np.packbits(data, bitorder="little").tobytes())
    return pa.Array.from_buffers(pa.bool_(), data.size, [_validity(null), packed])


def from_texts(values: Iterable[str | None]) -> Any:
    """Python strings -> Arrow string; None becomes null."""
    items = list(values)
    encoded = [b"" if item is None else item.encode("utf-8") for item in items]
    offsets = np.zeros(len(items) + 1, dtype=np.int32)
    offsets[1:] = np.fromiter(accumulate(map(len, encoded)), np.int32, len(items))
    null = np.array([item is None for item in items], dtype=np.bool_)
    return pa.Array.from_buffers(
        pa.string(),
        len(items),
        [_validity(null), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))],
    )


def from_codes(codes: npt.ArrayLike, values: Sequence[str]) -> Any:
    """Codes into ``values`` -> dictionary<int32, string>; a negative code becomes null."""
    data = np.asarray(codes, dtype=np.int32)
    null = data < 0 if data.size and data.min() < 0 else None
    indices = _primitive(data if null is None else np.maximum(data, 0), pa.int32(), null)
    texts = _dictionary(values) if isinstance(values, tuple) else from_texts(values)
    return pa.DictionaryArray.from_arrays(indices, texts)


@lru_cache(maxsize=8)
def _dictionary(values: tuple[str, ...]) -> Any:
    """The symbols of a market as an array: every chunk of a table refers to the same one."""
    return from_texts(values)


def reader(data: bytes) -> Any:
    """Bytes for Arrow to read, as a copy of its own.

    A thread of Arrow may let go of what it has read while the interpreter ends: of bytes or a file of
    Python it cannot then, and the process aborts (``terminate called without an active exception``).
    """
    own = pa.allocate_buffer(len(data))
    np.frombuffer(own, dtype=np.uint8)[:] = np.frombuffer(data, dtype=np.uint8)
    return pa.BufferReader(own)


def table(columns: Mapping[str, Any]) -> Any:
    """Arrow arrays by name -> ``pa.Table``, columns in the given order."""
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def stacked(key: str, parts: Mapping[str, Any]) -> Any:
    """Tables of the same columns one below the other, each row with its name in a first column ``key``."""
    names = list(parts)
    arrays = [
        part.add_column(0, key, from_codes(np.full(part.num_rows, position), names))
        for position, part in enumerate(parts.values())
    ]
    return pa.concat_tables(arrays).unify_dictionaries()


def from_any(data: Any) -> Any:
    """A ``pa.Table`` from anything that has ``__arrow_c_stream__`` (polars, duckdb, pandas, ...).

    TypeError: ``data`` has no Arrow stream.
    """
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    if hasattr(data, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(data).read_all()
    raise TypeError(f"{type(data).__name__} is not Arrow data (no __arrow_c_stream__)")
