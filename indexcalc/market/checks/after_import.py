"""What is told of an import: rows it lacks, and what was most likely not meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from indexcalc.diagnostics import Diagnostic
from indexcalc.market import arrow
from indexcalc.market.checks.likely_mistakes import fractional, near_columns, odd_symbols
from indexcalc.market.checks.missing_rows import rows_of_days
from indexcalc.market.importers.imported import Imported
from indexcalc.market.market import Market
from indexcalc.market.places.place import Place


def after_import(place: Place, files: Sequence[Imported]) -> list[Diagnostic]:
    """DAT003, DAT037, DAT039, DAT044, DAT045 of the rows of files now in a market: warnings all."""
    found: list[Diagnostic] = []
    columns: list[Any] = []
    for item in files:
        tables = [*item.tables.items(), *((seen.table, seen.rows) for seen in item.observed)]
        for name, rows in tables:
            found += near_columns(name, rows.column_names, item.path)
            found += fractional(name, rows, item.path)
            if "symbol" in rows.column_names:
                columns += arrow.plain(rows.column("symbol")).cast(pa.string()).chunks
    symbols = set(pa.chunked_array(columns, pa.string()).unique().drop_null().to_pylist())
    if not symbols:
        return found
    market = Market.open(place)
    known = [symbol for symbol in market.symbols if symbol not in symbols]
    found += odd_symbols(symbols, known, market.facts, market.place)
    daily = [item.tables["daily"] for item in files if "daily" in item.tables]
    return [*found, *rows_of_days(market, place, daily)]
