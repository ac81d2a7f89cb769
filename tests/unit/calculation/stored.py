"""Markets and runs on disk, for the tests of files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from indexcalc.market import store
from indexcalc.market.market import Market


def stored(market: Market, path: Path, groups: Sequence[int] = (250,)) -> Path:
    """``market`` (in memory) written to ``path``.

    ``groups``: sessions per row group, one file of ``daily`` each, the sessions shared out evenly.
    """
    (daily,) = market.daily_sources()
    by_session = list(store.sessions_in_groups(daily, 1))
    share = -(-len(by_session) // len(groups))
    with store.writing(path) as writer:
        writer.facts.update(market.facts)
        for place, per_group in enumerate(groups):
            part = by_session[place * share : (place + 1) * share]
            if part:
                first = sum(piece.num_rows for piece in by_session[: place * share])
                rows = daily.slice(first, sum(piece.num_rows for piece in part))
                writer.put_daily(store.sessions_in_groups(rows, per_group))
        for name in market.names:
            if name != "daily":
                writer.put(name, market.table(name))
    return path


def files_of(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a run a person sees, by name."""
    return {
        found.name: found.read_bytes()
        for found in sorted(folder.iterdir())
        if not found.name.startswith(".")
    }


def column(folder: Path, table: str, name: str) -> list[Any]:
    """A column of a written table."""
    return list(pq.ParquetFile(folder / f"{table}.parquet").read().column(name).to_pylist())
