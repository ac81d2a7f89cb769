"""What a state keeps: numbers by line and numbers by name, in one file of a few hundred kilobytes.

An Arrow IPC file with one row a line: a column ``symbol``, a column for everything that is kept by
line, and the rest as JSON in the schema's metadata, floats as ``float.hex``.  Nothing is rounded, so
what is read back has the same bits.  Lines are named by symbol: a state fits a market that has got
more of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from msgspec import Struct, field

from indexcalc.arrays import Ints
from indexcalc.diagnostics import RunError
from indexcalc.market import arrow
from indexcalc.market.places.file_safety import (
    created,
    open_regular,
    parse_json,
    sync_folder,
    unread,
)

FORMAT = 3
KEY = b"indexcalc.state"

Array = npt.NDArray[Any]


class Kept(Struct):
    """Columns (n,) for ``symbols`` (ascending), and values that JSON can say."""

    symbols: tuple[str, ...]
    columns: dict[str, Array] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def part(self, name: str, symbols: Sequence[str]) -> Part:
        """What one owner keeps, read and written for ``symbols``."""
        order = {symbol: code for code, symbol in enumerate(symbols)}
        place = np.array([order.get(symbol, -1) for symbol in self.symbols], dtype=np.int64)
        return Part(self, name, tuple(symbols), order, place)


class Part(Struct, frozen=True):
    """One owner's share of a ``Kept``, seen by the lines of a market (which may be more)."""

    kept: Kept
    name: str
    symbols: tuple[str, ...]
    order: Mapping[str, int]
    place: Ints

    def within(self, name: str) -> Part:
        """A share of this one."""
        return Part(self.kept, f"{self.name}.{name}", self.symbols, self.order, self.place)

    def put_lines(self, name: str, values: Array | None) -> None:
        """Keep values (n_symbols,); None is kept as nothing."""
        if values is not None:
            self.kept.columns[f"{self.name}.{name}"] = values.copy()

    def lines(self, name: str, new: float) -> Array | None:
        """Values (n_symbols,) as kept, ``new`` for lines that were not there; None: nothing was kept.

        TypeError: they are of another kind than ``new``.
        """
        found = self.kept.columns.get(f"{self.name}.{name}")
        if found is None:
            return None
        wanted = np.asarray(new).dtype.kind
        if found.dtype.kind != wanted:
            raise TypeError(f"column {self.name}.{name}: {found.dtype}")
        made = np.full(len(self.symbols), new, dtype=found.dtype)
        made[self.place] = found
        return made

    def needed(self, name: str, new: float) -> Array:
        """Like ``lines`` for what is always kept."""
        made = self.lines(name, new)
        if made is None:
            raise KeyError(f"{self.name}.{name}")
        return made

    def put(self, name: str, value: Any) -> None:
        """Keep what JSON can say."""
        self.kept.said[f"{self.name}.{name}"] = value

    def get(self, name: str) -> Any:
        """What was kept; KeyError: nothing."""
        return self.kept.said[f"{self.name}.{name}"]

    def put_float(self, name: str, value: float) -> None:
        """Keep a float to its last bit."""
        self.put(name, value.hex())

    def get_float(self, name: str) -> float:
        """A float as it was kept."""
        return float.fromhex(self.get(name))

    def code(self, symbol: str) -> int:
        """The line of a symbol."""
        return self.order[symbol]


def write(path: Path, kept: Kept) -> None:
    """Replace the state at ``path``: written aside, synced, renamed.

    A writer that dies leaves the state that was there.
    """
    columns = {"symbol": arrow.from_texts(kept.symbols)}
    for name in sorted(kept.columns):
        columns[name] = _to_arrow(kept.columns[name])
    said = {"format": FORMAT, "sha256": _hash(kept), **kept.said}
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, allow_nan=False)
    table = arrow.table(columns).replace_schema_metadata({KEY: text.encode("ascii")})
    aside = path.with_name(f".{path.name}.part")
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    try:
        with (
            created(aside) as stream,
            pa.ipc.new_file(stream, table.schema, options=options) as writer,
        ):
            writer.write_table(table)
        os.replace(aside, path)
        sync_folder(path.parent)
    except OSError as error:
        raise RunError.of(
            "RUN020",
            f"cannot be written: {error.strerror or error}",
            path=str(error.filename or path),
            hint="free the place, or save it elsewhere",
        ) from None


def read(path: Path) -> Kept:
    """The state at ``path``.  RunError (RUN005): there is none, it is damaged, or of another format."""
    hint = "make one with `Live.begin` and `save`"
    try:
        with open_regular(path) as stream:
            table = pa.ipc.open_file(arrow.reader(stream.read())).read_all()
        table.validate(full=True)
        said = parse_json((table.schema.metadata or {})[KEY])
    except FileNotFoundError:
        raise RunError.of("RUN005", "there is no state here", path=path, hint=hint) from None
    except (OSError, KeyError, ValueError, pa.ArrowException, MemoryError) as error:
        message, hint = unread(error, hint)
        raise RunError.of("RUN005", f"the state {message}", path=path, hint=hint) from None
    if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
        message = f"the state is not of format {FORMAT}, which this version reads"
        raise RunError.of("RUN005", message, path=path, hint=hint)
    wrong = _wrong_columns(table)
    if wrong:
        raise RunError.of("RUN005", f"the state is damaged: {wrong}", path=path, hint=hint)
    symbols = tuple(str(symbol) for symbol in arrow.texts(table.column("symbol")))
    columns = {
        name: _from_arrow(table.column(name)) for name in table.column_names if name != "symbol"
    }
    digest = said.pop("sha256", None)
    made = Kept(symbols, columns, said)
    if digest != _hash(made):
        raise RunError.of(
            "RUN005",
            "the state is damaged: its content is not what was written",
            path=path,
            hint=hint,
        )
    return made


def check_header(said: Mapping[str, Any]) -> None:
    """What every state says of where it comes from.  ValueError: it is missing or of another type."""
    for name, test in _HEADER.items():
        if name not in said:
            raise ValueError(f"value: it says no `{name}`")
        if not test(said[name]):
            raise ValueError(f"`{name}`: {said[name]!r:.60}")


def _texts_by_text(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _date_or_none(value: Any) -> bool:
    return value is None or (
        isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    )


_HEADER: dict[str, Callable[[Any], bool]] = {
    "version": lambda value: isinstance(value, str),
    "rules": _texts_by_text,
    "start": _date_or_none,
    "returns": lambda value: isinstance(value, list) and all(isinstance(x, str) for x in value),
    "assume": _texts_by_text,
    # Days that a calendar date can have.
    "day": lambda value: type(value) is int and -719_162 <= value <= 2_932_896,
    "digest": lambda value: isinstance(value, str),
    "files": lambda value: value is None or isinstance(value, list | dict | str),
    "past": _texts_by_text,
}


def _wrong_columns(table: Any) -> str:
    """What is wrong with the columns of a state; '' when nothing is."""
    names = table.column_names
    if len(set(names)) != len(names) or "symbol" not in names:
        return "it has no column `symbol`, or a column twice"
    for name in names:
        kinds = ("string",) if name == "symbol" else ("bool", "double", "int32", "int64")
        if str(table.column(name).type) not in kinds or table.column(name).null_count:
            return f"column {name} is {table.column(name).type}, or has nulls"
    symbols = arrow.texts(table.column("symbol"))
    if symbols != sorted(set(map(str, symbols))):
        return "its lines are not in order, each once"
    return ""


def _hash(kept: Kept) -> str:
    text = json.dumps([list(kept.symbols), kept.said], sort_keys=True)
    digest = hashlib.sha256(text.encode())
    for name in sorted(kept.columns):
        digest.update(name.encode() + b"\0" + np.ascontiguousarray(kept.columns[name]).tobytes())
    return digest.hexdigest()


def _to_arrow(values: Array) -> Any:
    if values.dtype == np.bool_:
        return arrow.from_bools(values)
    if values.dtype == np.float64:
        return arrow.from_floats(values)
    if values.dtype == np.int32:
        return arrow.from_int32s(values)
    return arrow.from_ints(values)


def _from_arrow(column: Any) -> Array:
    kind = str(column.type)
    if kind == "bool":
        return arrow.bools(column)
    if kind == "double":
        return arrow.floats(column).copy()
    made = arrow.integers(column)
    return made.astype(np.int32) if kind == "int32" else made.copy()
