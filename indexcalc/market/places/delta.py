"""A market kept as Delta tables: a folder of them, one a table of the market, or one that is ``daily``.

The version of every table is fixed when the market is opened, and all reads are of it.  Facts of the
market are rows of a table ``facts`` (name; value as JSON text).  Nothing is ever written to the tables.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from indexcalc.diagnostics import DataError, UsageError
from indexcalc.market.places.place import DELTA_DAILY, DELTA_LOG, Place

FACTS = "facts"
Conform = Callable[[str, Any, str], Any]
"""(name of a table, its rows as read, its place) -> the table of a market."""


@dataclass(slots=True)
class DeltaTables(Mapping[str, Any]):
    """The tables of a market by name, each read when asked for; another process reads them itself.

    ``versions``: of each table.  ``single``: the place is the table ``daily``.
    """

    place: Place
    versions: dict[str, int]
    conform: Conform
    single: bool = False
    _read: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def at(
        cls,
        place: Place,
        names: tuple[str, ...],
        conform: Conform,
        former: Mapping[str, str] = MappingProxyType({}),
    ) -> DeltaTables:
        """The tables as they are now.  DataError (DAT019): one cannot be opened,
        or has a name of ``former`` (by former name, the new one); RUN010 no deltalake."""
        single = (place / DELTA_LOG).is_dir()
        for name, now in former.items():
            if (place / name / DELTA_LOG).is_dir():
                message = f"the table `{name}` is called `{now}` now"
                raise DataError.of("DAT019", message, path=place / name)
        there = (
            (DELTA_DAILY,)
            if single
            else [name for name in (*names, FACTS) if (place / name / DELTA_LOG).is_dir()]
        )
        tables = cls(place, {}, conform, single)
        tables.versions = {name: int(tables.opened(name).version()) for name in there}
        return tables

    def at_versions(self, versions: Mapping[str, int]) -> DeltaTables:
        """The tables as they were."""
        return DeltaTables(self.place, dict(versions), self.conform, self.single)

    def __getstate__(self) -> tuple[Any, ...]:
        return self.place, self.versions, self.conform, self.single

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.place, self.versions, self.conform, self.single = state
        self._read = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.versions or name == FACTS:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self.conform(name, self._rows(name), str(self._place_of(name)))
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self.versions if name != FACTS])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def facts(self) -> dict[str, Any]:
        """The facts of the market.  DataError (DAT019): the table has no such columns, or no JSON."""
        if FACTS not in self.versions:
            return {}
        rows = self._rows(FACTS)
        try:
            names, values = rows.column("name").to_pylist(), rows.column("value").to_pylist()
            return {str(name): json.loads(value) for name, value in zip(names, values, strict=True)}
        except (KeyError, TypeError, ValueError) as error:
            raise _unread(
                self._place_of(FACTS),
                f"facts are rows of `name` and `value` (JSON): {error}",
                'write complete as `true`, XKRX as `"XKRX"`',
            ) from None

    def _place_of(self, name: str) -> Place:
        return self.place if self.single else self.place / name

    def _rows(self, name: str) -> Any:
        try:
            return self.opened(name).to_pyarrow_table()
        except Exception as error:
            raise self._refused(name, error) from None

    def opened(self, name: str) -> Any:
        """A Delta table at its version, or now.  DataError (DAT019), UsageError (RUN010)."""
        try:
            from deltalake import DeltaTable
        except ImportError:
            raise UsageError.of(
                "RUN010",
                "a market of Delta tables needs deltalake, which is not installed",
                path=self.place,
                hint="pip install 'indexcalc[delta]'",
            ) from None
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        options = {"AWS_ALLOW_HTTP": "true"} if plain else None
        uri = str(self._place_of(name))
        try:
            return DeltaTable(uri, version=self.versions.get(name), storage_options=options)
        except Exception as error:
            # The library raises its own errors, Python's and those of its engine, of no common class.
            raise self._refused(name, error) from None

    def _refused(self, name: str, error: Exception) -> Exception:
        if isinstance(error, DataError):
            return error
        version = self.versions.get(name)
        at = "" if version is None else f" at version {version}"
        return _unread(
            self._place_of(name),
            f"the Delta table cannot be read{at}: {str(error).splitlines()[0]}",
            "a version whose files were vacuumed is gone; rewrite a table that has deletion vectors or "
            "mapped columns",
        )


def _unread(place: Place, what: str, hint: str) -> DataError:
    return DataError.of("DAT019", what, path=place, hint=hint)
