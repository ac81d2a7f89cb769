"""A small file and a map, read together: what the tests of maps begin with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.maps import mapped

DAILY = "table: daily\ncolumns: {date: d, symbol: s, close: c, shares_outstanding: n}\n"


def read(
    tmp_path: Path,
    data: str | bytes,
    map_text: str,
    name: str = "file.csv",
    date: dt.date | None = None,
) -> Imported:
    """The tables of a file called ``name``."""
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (tmp_path / "map.yaml").write_text(map_text, encoding="utf-8")
    return mapped.read(path, Options(date=date, map_path=tmp_path / "map.yaml"))


def rows(result: Imported, table: str) -> list[dict[str, Any]]:
    """The rows of a table that was made."""
    found: list[dict[str, Any]] = result.tables[table].to_pylist()
    return found


def refused(tmp_path: Path, data: str, map_text: str) -> ImportRefused:
    """What is said of a file that is not read."""
    with pytest.raises(ImportRefused) as caught:
        read(tmp_path, data, map_text)
    return caught.value


def places(error: ImportRefused) -> list[tuple[str, int]]:
    """(code, line) of all that was found."""
    return [(found.code, found.span.line if found.span else 0) for found in error.diagnostics]


def members(result: Imported) -> dict[dt.date, list[str]]:
    """The lists of members by day."""
    lists: dict[dt.date, list[str]] = {}
    for row in rows(result, "memberships"):
        lists.setdefault(row["effective_date"], []).append(row["symbol"])
    return lists
