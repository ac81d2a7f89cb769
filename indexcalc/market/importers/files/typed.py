"""Parquet, Arrow IPC and Feather files as columns with the types of the file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.source import MAX_COLUMNS, Source, too_large


def arrow_names(path: Path, head: bytes) -> list[str]:
    """Column names of a Parquet, Arrow IPC or Feather file; none where it is damaged."""
    try:
        if head.startswith(b"PAR1"):
            return list(pq.read_schema(path.absolute()).names)
        with pa.memory_map(str(path)) as stream:
            is_file = head.startswith(b"ARROW1")
            opened = pa.ipc.open_file(stream) if is_file else pa.ipc.open_stream(stream)
            return list(opened.schema.names)
    except (OSError, ValueError, pa.ArrowException):
        return []


def read_arrow(path: Path, data_head: bytes, limit: int) -> Source:
    """A Parquet, Arrow IPC or Feather file.

    ImportRefused: IMP001 it is none, or damaged; IMP005 a column twice, or too many; IMP018 it unpacks
    to more than ``limit`` bytes.
    """
    try:
        if data_head.startswith(b"PAR1"):
            file = pq.ParquetFile(path.absolute())  # `ab:c.parquet` alone is taken for an address
            size = _unpacked_size(file.metadata)
            if size > limit:
                raise too_large(path, f"it unpacks to about {size:,} bytes", limit)
            table = file.read()
        else:
            table = _read_batches(path, data_head.startswith(b"ARROW1"), limit)
        table.validate(full=True)
    except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
        raise ImportRefused.of("IMP001", f"cannot be read: {error}", path=path) from None
    twice = sorted(name for name, times in Counter(table.column_names).items() if times > 1)
    if twice:
        raise ImportRefused.of(
            "IMP005", f"the file has the column {', '.join(map(repr, twice[:10]))} twice", path=path
        )
    if table.num_columns > MAX_COLUMNS:
        message = f"the file has {table.num_columns:,} columns; at most {MAX_COLUMNS:,} are read"
        raise ImportRefused.of("IMP005", message, path=path)
    return Source.typed(path, table)


def _unpacked_size(metadata: Any) -> int:
    """Bytes that a Parquet file takes when read, by its footer: what it says, and eight a value, since
    runs of one value take next to none in the file."""
    size = sum(
        metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups)
    )
    return max(int(size), int(metadata.num_rows) * int(metadata.num_columns) * 8)


def _read_batches(path: Path, is_file: bool, limit: int) -> Any:
    batches, size = [], 0
    with pa.memory_map(str(path)) as stream:
        opened = pa.ipc.open_file(stream) if is_file else pa.ipc.open_stream(stream)
        found = map(opened.get_batch, range(opened.num_record_batches)) if is_file else iter(opened)
        for batch in found:
            size += batch.nbytes
            if size > limit:
                raise too_large(path, f"it unpacks to more than {size:,} bytes", limit)
            batches.append(batch)
        return pa.Table.from_batches(batches, opened.schema)


def is_arrow(head: bytes) -> bool:
    """Does a file begin as Parquet, Arrow IPC or an Arrow stream does?"""
    return head.startswith((b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"))
