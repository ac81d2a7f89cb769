"""Markets of real data as a user would make them: `indexcalc market import`, file after file."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from indexcalc.calculation.run.run import Run
from indexcalc.cli.main import run as command

MAPS = Path(__file__).parent / "maps"
BASIS_POINTS = 1e4
DAY = "2026-03-06"  # the first of the eleven sessions of March 2026


def imported(market: Path, file: Path, *options: str) -> None:
    """One import through the command line."""
    assert command(["market", "import", str(file), "--market", str(market), *options]) == 0


def mapped(market: Path, file: Path, map_name: str, *options: str) -> None:
    """An import through one of the maps beside this file."""
    imported(market, file, "--map", str(MAPS / map_name), *options)


def user_rows(
    market: Path, folder: Path, table: str, rows: Sequence[Mapping[str, str]], *options: str
) -> None:
    """Rows that no file has, from a CSV of a user's own with the table's column names."""
    file = folder / f"{table}-{len(list(folder.iterdir()))}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    imported(market, file, "--into", table, *options)


def rows_of(file: Path, *columns: str) -> list[dict[str, Any]]:
    """A Parquet file as rows."""
    return list(pq.ParquetFile(file).read(columns=list(columns) or None).to_pylist())


def published_returns(real_data: Path, index: str) -> dict[dt.date, float]:
    """Official level by date."""
    rows = rows_of(real_data / "index_levels.parquet", "index", "date", "close")
    return {row["date"]: row["close"] for row in rows if row["index"] == index}


def errors_in_bp(run: Run, official: Mapping[dt.date, float]) -> dict[dt.date, float]:
    """By session: our return since the session before less the official one, in basis points."""
    days = run.levels.column("date").to_pylist()
    level = run.levels.column("level").to_pylist()
    pairs = list(zip(days, level, strict=True))
    return {
        day: (now / before - official[day] / official[since]) * BASIS_POINTS
        for (since, before), (day, now) in itertools.pairwise(pairs)
    }


def rms(values: Iterable[float]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(list(values)))))


def share_class(symbol: str) -> str:
    """Korean codes of common shares end in 0."""
    return "common" if symbol.endswith("0") else "preferred"


def numbered_events(real_data: Path, folder: Path, without: Iterable[str] = ()) -> Path:
    """`events.csv` with a sequence for the keys it repeats, less the lines of ``without``; the rows of
    `events_frozen.csv` (first closes after a halt) take the place of those of the same line and day."""
    left_out = set(without)
    seen: Counter[tuple[str, str]] = Counter()
    file = folder / "events.csv"
    with (real_data / "events_frozen.csv").open(encoding="utf-8", newline="") as source:
        frozen = {(row["symbol"], row["ex_date"]): row for row in csv.DictReader(source)}
    with (
        (real_data / "events.csv").open(encoding="utf-8", newline="") as source,
        file.open("w", encoding="utf-8", newline="") as target,
    ):
        reader = csv.DictReader(source)
        assert reader.fieldnames is not None
        writer = csv.DictWriter(target, [*reader.fieldnames, "sequence"])
        writer.writeheader()
        for row in reader:
            key = (row["symbol"], row["ex_date"])
            row = frozen.get(key, row)
            seen[key] += 1
            if row["symbol"] not in left_out:
                writer.writerow({**row, "sequence": seen[key]})
    return file


def copied(market: Path, folders: Any) -> Path:
    """A market of its own with the same content (``folders``: pytest's temporary folders)."""
    path = Path(folders.mktemp("market"))
    shutil.copytree(market, path, dirs_exist_ok=True)
    return path


def members(run: Run) -> dict[dt.date, set[str]]:
    """The constituents of every session, from the daily composition."""
    assert run.composition is not None
    held: dict[dt.date, set[str]] = {}
    columns = (run.composition.column(name).to_pylist() for name in ("date", "symbol"))
    for day, symbol in zip(*columns, strict=True):
        held.setdefault(day, set()).add(symbol)
    return held


def rows_for_unknown_lines(real_data: Path, listed: Mapping[str, str]) -> list[dict[str, str]]:
    """Rows of ``securities`` for lines of the snapshots before anything is known of them.

    ``listed``: listing date (YYYYMMDD) of each line that a master knows.
    """
    first: dict[str, dict[str, Any]] = {}
    columns = ("symbol", "name", "date", "market")
    for row in rows_of(real_data / "snapshots_2020_2023h1.parquet", *columns):
        known_since = listed.get(row["symbol"], "99991231")
        if row["market"] != "KONEX" and f"{row['date']:%Y%m%d}" < known_since:
            first.setdefault(row["symbol"], row)

    def kind(row: Mapping[str, Any]) -> str:
        if "스팩" in row["name"]:
            return "spac"
        return "foreign" if row["symbol"].startswith("9") else "stock"

    return [
        {
            "symbol": symbol,
            "valid_from": row["date"].isoformat(),
            "security_type": kind(row),
            "share_class": share_class(symbol),
        }
        for symbol, row in sorted(first.items())
    ]


def weekly(market: Path, folder: Path, real_data: Path) -> None:
    """Import the snapshots of 2020 .. 2023 with every master there is, and rows for all other lines.

    ``folder``: an empty one, for the files of a user's own.
    """
    mapped(market, real_data / "snapshots_2020_2023h1.parquet", "snapshots.yaml")
    mapped(market, real_data / "index_levels.parquet", "published.yaml")
    listed: dict[str, str] = {}
    for file in sorted((real_data / "instruments").iterdir(), key=lambda found: found.stem[-10:]):
        # A SPAC that has become a company keeps the type it had first.
        mapped(market, file, "instruments_since_listing.yaml", "--on-conflict", "keep")
        for row in rows_of(file, "symbol", "list_date"):
            listed.setdefault(row["symbol"], row["list_date"])
    user_rows(market, folder, "securities", rows_for_unknown_lines(real_data, listed))
