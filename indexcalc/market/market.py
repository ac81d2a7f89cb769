"""A market in use: its tables, its observed sessions and lines, its daily rows in order."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from indexcalc.arrays import Days
from indexcalc.diagnostics import DataError, Findings, UsageError
from indexcalc.market import arrow, store
from indexcalc.market.as_of import known_by
from indexcalc.market.calendar.sessions import date_text, day_number
from indexcalc.market.market_facts import wrong_facts
from indexcalc.market.market_json import StoredFile, read_contents
from indexcalc.market.notebook_display import Displayed
from indexcalc.market.panel_cache.panel import Panel
from indexcalc.market.panel_cache.storage import Source, Storage, check_sources, file_source
from indexcalc.market.places.place import Place, RemotePath, is_delta, located
from indexcalc.market.tables import RENAMED, TABLES, new_name

if TYPE_CHECKING:
    from indexcalc.market.places.delta import DeltaTables

_Made = TypeVar("_Made")
_IN_PROCESS = ("_memos", "_storage", "panel")


class Market(Displayed):
    """Tables of one market, read on first use.

    Make one with ``open``, ``from_tables`` or ``demo``.  ``facts`` are those of ``market.json``:
    ``complete``, ``price_limit``, ``calendar``, ``currency``, ``synthetic`` ...
    """

    def __init__(
        self,
        facts: Mapping[str, Any],
        tables: dict[str, Any] | DeltaTables,
        path: Place | None = None,
        files: Sequence[StoredFile] = (),
        last_day: int | None = None,
    ) -> None:
        self.facts = dict(facts)
        self.path = path
        self._tables: Any = dict(tables) if isinstance(tables, dict) else tables
        self._files = tuple(files)
        self.last_day = last_day
        self._memos: dict[Hashable, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        """A market in another process has the same tables, and makes its own panel and memos."""
        state = {name: value for name, value in self.__dict__.items() if name not in _IN_PROCESS}
        return {**state, "_memos": {}}

    @classmethod
    def open(cls, path: str | Place) -> Market:
        """The market stored in a folder or at a URI (``s3://BUCKET/PATH``).

        DataError: DAT010 there is none, or it is damaged, DAT018 the object store refuses.  UsageError
        (DAT017): the URI cannot be used.
        """
        folder = located(path)
        try:
            contents = read_contents(folder)
        except DataError as error:
            if error.diagnostics[0].code != "DAT010" or not is_delta(folder, TABLES):
                raise
            from indexcalc.market.places.delta import DeltaTables

            return cls._of_delta(DeltaTables.at(folder, tuple(TABLES), _conformed, RENAMED))
        return cls(contents.facts, {}, folder, contents.files)

    @classmethod
    def _of_delta(cls, tables: DeltaTables) -> Market:
        """A market of Delta tables.  DataError: DAT014 its facts mean nothing, DAT019 it is not read."""
        findings = Findings()
        facts = tables.facts()
        for name, wrong in wrong_facts(facts):
            findings.add("DAT014", wrong, path=str(tables.place), where=name)
        findings.raise_errors(DataError)
        return cls(facts, tables)

    @property
    def versions(self) -> dict[str, int]:
        """The version of each Delta table the market is made of; empty for other markets."""
        return {} if isinstance(self._tables, dict) else dict(self._tables.versions)

    def at_versions(self, versions: Mapping[str, int] | None) -> Market:
        """A market of Delta tables as it was at other versions; any other market is as it is."""
        if not versions or not self.versions or versions == self.versions:
            return self
        return self._of_delta(self._tables.at_versions(versions))

    @classmethod
    def of(cls, source: Market | str | Place) -> Market:
        """A market as it is, or the one stored at a path.  UsageError (CAL010): neither."""
        if isinstance(source, Market):
            return source
        if isinstance(source, str | Path | RemotePath):
            return cls.open(source)
        raise UsageError.of(
            "CAL010",
            f"{type(source).__name__} is not a market",
            where="market",
            hint="give a folder, or Market.from_tables(daily=...)",
        )

    @classmethod
    def from_tables(
        cls, *, complete: bool = False, facts: Mapping[str, Any] | None = None, **tables: Any
    ) -> Market:
        """A market in memory from anything with an Arrow stream, one keyword a table.

        DataError (DAT002-DAT006): what does not fit the tables, all of it, and (DAT014) the facts.
        TypeError: a keyword that is no table, or data that is not Arrow's.  Warns of columns left out.
        """
        from indexcalc.market.conform import conform

        findings = Findings()
        market_facts = {"complete": complete, **(facts or {})}
        for name, wrong in wrong_facts(market_facts):
            findings.add("DAT014", wrong, path="facts", where=name)
        conformed: dict[str, Any] = {}
        for name, data in tables.items():
            if name not in TABLES:
                raise TypeError(f"{name} is no table: {new_name(name) or ', '.join(TABLES)}")
            if data is not None:
                table = conform(name, data, findings)
                if table is not None:
                    conformed[name] = table
        findings.settle(DataError)
        return cls(market_facts, conformed)

    @classmethod
    def demo(
        cls, *, securities: int | None = None, years: float | None = None, seed: int | None = None
    ) -> Market:
        """The synthetic demo market, in memory."""
        from indexcalc.market.demo import demo_tables

        chosen: dict[str, Any] = {"n_securities": securities, "n_years": years, "seed": seed}
        demo = demo_tables(**{key: value for key, value in chosen.items() if value is not None})
        facts = {"complete": True, **demo.facts}
        return cls.from_tables(facts=facts, **demo.tables)

    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        what = "synthetic, no real company" if self.facts.get("synthetic") else ""
        title = f"Market {self.path or 'in memory'}{f' ({what})' if what else ''}"
        rows = []
        if self.columns("daily"):
            days = self.days
            span = (
                f"{date_text(int(days[0]))} to {date_text(int(days[-1]))}" if len(days) else "none"
            )
            rows = [
                ("sessions", f"{len(days):,}, {span}"),
                ("lines", f"{len(self.symbols):,}"),
                ("daily", ", ".join(self.columns("daily"))),
            ]
        rows.append(("tables", ", ".join(self.names) or "none"))
        facts = {key: value for key, value in self.facts.items() if key != "synthetic"}
        rows.append(("facts", ", ".join(f"{key} {value}" for key, value in sorted(facts.items()))))
        return title, rows

    @property
    def complete(self) -> bool:
        """Does ``daily`` hold a row for every listed line on every observed session?"""
        return bool(self.facts.get("complete", False))

    @property
    def place(self) -> str:
        """What messages call this market: where it is stored, or ``market`` in memory."""
        if not isinstance(self._tables, dict):
            return str(self._tables.place)
        return str(self.path) if self.path is not None else "market"

    @property
    def names(self) -> tuple[str, ...]:
        """The tables there are."""
        stored = {item.table for item in self._files}
        return tuple(name for name in TABLES if name in self._tables or name in stored)

    def table(self, name: str) -> Any | None:
        """A table other than ``daily``, sorted by key; None when the market has none."""
        if name not in self._tables:
            files = self._stored(name)
            if not files or self.path is None:
                return None
            file = store.open_stored(self.path, files[0])
            with store.reading(self.path / files[0].name):
                self._tables[name] = file.read()
        return self._tables[name]

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table; () when there is no such table."""
        return self.memo(("columns", name), lambda: tuple(self.types(name)))

    def types(self, name: str) -> Mapping[str, Any]:
        """The Arrow types of a table by column; {} when there is no such table."""
        if name == "daily" and name not in self._tables:
            return self._stored_types
        table = self.table(name)
        return {} if table is None else {column.name: column.type for column in table.schema}

    @cached_property
    def _stored_types(self) -> Mapping[str, Any]:
        """Of the stored daily files, which never change."""
        return {
            each.name: each.type for file, _ in self._daily_files() for each in file.schema_arrow
        }

    def known_by(self, date: dt.date) -> Market:
        """The market as it was known on ``date``: rows with a later ``known_at`` are not there."""
        day = day_number(date)
        tables = {name: known_by(self.table(name), day) for name in self.names if name != "daily"}
        return self.with_tables(tables)

    def with_tables(self, tables: Mapping[str, Any]) -> Market:
        """With other tables of these names; the daily rows are the same."""
        tables = {**self._tables, **tables}
        market = Market(self.facts, tables, self.path, self._files, self.last_day)
        market.__dict__["_storage"] = self._storage
        return market

    def until(self, date: dt.date) -> Market:
        """The market as of ``date``: no later daily row, nothing known later."""
        market = self.known_by(date)
        market.last_day = day_number(date)
        return market

    def _daily_files(self) -> list[tuple[Any, Place]]:
        """(opened, path) of the stored daily files, which are as they were written."""
        path = self.path
        if path is None:
            return []
        check_sources(self._sources(path), path)
        stored = self._stored("daily")
        return [(store.open_conformed(path, item), path / item.name) for item in stored]

    def _stored(self, name: str) -> list[StoredFile]:
        return [item for item in self._files if item.table == name]

    def _sources(self, path: Place) -> list[Source]:
        return [file_source(path / item.name, item.sha256) for item in self._stored("daily")]

    @cached_property
    def _index(self) -> tuple[Days, tuple[str, ...]]:
        if "daily" in self._tables:
            daily = self._tables["daily"]
            _, symbols = arrow.sorted_codes(daily.column("symbol"))
            return np.unique(arrow.days(daily.column("date"))), tuple(symbols)
        days: list[Days] = []
        names: set[str] = set()
        for file, path in self._daily_files():
            file_days, symbols = store.daily_index(file, path)
            days.append(file_days)
            names.update(symbols)
        if not days:
            return np.zeros(0, dtype=np.int32), ()
        return np.unique(np.concatenate(days)), tuple(sorted(names))

    @property
    def days(self) -> Days:
        """Observed sessions: the dates of ``daily``, int32 days since 1970-01-01, ascending."""
        days = self._index[0]
        return days if self.last_day is None else days[days <= self.last_day]

    @property
    def symbols(self) -> tuple[str, ...]:
        """The lines of ``daily`` in ascending byte order: the order of every sum."""
        return self._index[1]

    @cached_property
    def order(self) -> dict[str, int]:
        """Position of each symbol in ``symbols``."""
        return {symbol: position for position, symbol in enumerate(self.symbols)}

    @cached_property
    def panel(self) -> Panel:
        """The daily rows as columns of sessions x lines, up to ``last_day``."""
        return Panel(self._storage, self.symbols, self.days)

    @cached_property
    def _storage(self) -> Storage:
        names = [name for name in self.columns("daily") if name not in ("date", "symbol")]
        if "daily" in self._tables:
            return Storage([Source(self._tables["daily"], "table")], names, None, self._index)
        if self.path is None:
            return Storage([], names)
        return Storage(self._sources(self.path), names, self.path)

    @property
    def panel_limit(self) -> tuple[int, int]:
        """(bytes of the daily files, bytes the sidecar of the panel may take)."""
        return self._storage.limit

    def tidy_panel(self) -> int:
        """Remove what lies in the sidecar of the panel and is of no use; the bytes that went."""
        return self._storage.tidy()

    def daily_sources(self) -> list[Any]:
        """What holds the daily rows, in session order: Parquet file paths, or one Arrow table."""
        return [source.data for source in self._storage.sources]

    def memo(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What ``make`` gives, made once for this market: for what all rules of a run share."""
        if key not in self._memos:
            self._memos[key] = make()
        value: _Made = self._memos[key]
        return value

    def _check_files(self) -> None:
        if self.path is not None:
            check_sources(
                [file_source(self.path / f.name, f.sha256) for f in self._files], self.path
            )

    def content_hashes(self) -> dict[str, list[dict[str, str | int]]]:
        """Hash of the data by table and date range, for the manifest of a run.

        DataError (DAT010): a stored file has another one.
        """
        self.memo("as written", self._check_files)
        by_table: dict[str, list[dict[str, str | int]]] = {}
        for item in self._files:
            by_table.setdefault(item.table, []).append(
                {"first": item.first, "last": item.last, "rows": item.rows, "sha256": item.sha256}
            )
        for name, table in self._tables.items():
            if name in by_table:
                continue
            days = (
                arrow.days(table.column("date")) if name == "daily" else np.zeros(0, dtype=np.int32)
            )
            by_table[name] = [
                {
                    "first": date_text(int(days[0])) if len(days) else "",
                    "last": date_text(int(days[-1])) if len(days) else "",
                    "rows": table.num_rows,
                    "sha256": self.memo(("hash", name), partial(_table_hash, table)),
                }
            ]
        return by_table


def _conformed(name: str, data: Any, path: str) -> Any:
    """The rows of a Delta table as a table of a market.  DataError: what does not fit."""
    from indexcalc.market.conform import conform

    findings = Findings()
    table = conform(name, data, findings, path)
    findings.settle(DataError)
    return table


def _table_hash(table: Any) -> str:
    """SHA-256 over the values of a table, whatever its chunks and dictionaries."""
    digest = hashlib.sha256()
    for name in table.column_names:
        column = arrow.one_array(table.column(name))
        digest.update(f"{name}\0{column.type}\0".encode())
        digest.update(np.packbits(arrow.null_mask(column)).tobytes())
        kind = str(column.type)
        if kind == "double":
            digest.update(arrow.floats(column).tobytes())
        elif kind.startswith("int"):
            digest.update(arrow.integers(column).tobytes())
        elif kind.startswith("date32"):
            digest.update(arrow.days(column).tobytes())
        elif kind == "bool":
            digest.update(arrow.bools(column).tobytes())
        else:
            codes, values = arrow.sorted_codes(column)
            digest.update(codes.tobytes())
            digest.update("\0".join(values).encode())
    return digest.hexdigest()


def line_names(market: Market, column: str = "name") -> list[str | None]:
    """The last known name of each line of ``market.symbols``; None where there is none."""
    return list(market.memo(("line names", column), lambda: _line_names(market, column)))


def _line_names(market: Market, column: str) -> list[str | None]:
    names: list[str | None] = [None] * len(market.symbols)
    table = market.table("securities")
    if table is None or column not in table.column_names:
        return names
    codes = arrow.codes_into(table.column("symbol"), market.order)
    # Rows are sorted by symbol and valid_from: the last name counts.
    for code, name in zip(codes.tolist(), arrow.texts(table.column(column)), strict=True):
        if code >= 0 and name is not None:
            names[code] = name
    return names
