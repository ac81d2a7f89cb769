"""Frames of FinanceDataReader saved as CSV or Parquet: ``StockListing('KRX')``, all lines of a day.

Two more of its frames are recognised and refused with the way out: a snapshot of an index's members
does not name its index, and ``DataReader`` gives adjusted prices.
"""

from __future__ import annotations

from pathlib import Path

from indexcalc.diagnostics import Findings, ImportRefused
from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea.exchange_lines import read_lines

# Our word: the frame's.  ``ChagesRatio`` is how the library spelled it for years.
HEADERS: dict[str, tuple[str, ...]] = {
    "date": ("Date",),
    "symbol": ("Code",),
    "name": ("Name",),
    "isin": ("ISU_CD",),
    "market": ("Market",),
    "close": ("Close",),
    "change": ("Changes",),
    "direction": ("ChangeCode",),
    "rate": ("ChagesRatio", "ChangesRatio"),
    "open": ("Open",),
    "volume": ("Volume",),
    "traded_value": ("Amount",),
    "market_cap": ("Marcap",),
    "shares_outstanding": ("Stocks",),
}
_LISTING = frozenset({"Code", "Close", "Marcap", "Stocks"})
_SNAPSHOT = frozenset({"Code", "Name", "Close", "RateCode", "Marcap"})
_PRICES = frozenset({"Open", "High", "Low", "Close", "Volume", "Change"})
# What a frame of one line's prices may hold besides; a symbol is never among it.
_PRICES_TOO = frozenset(
    {"Date", "", "__index_level_0__", "UpDown", "Comp", "Amount", "MarCap", "Shares"}
)


def recognises(names: list[str]) -> bool:
    """Are these the headers of one of the library's frames?"""
    return set(names) >= _LISTING or is_snapshot(names) or is_prices(names)


def is_snapshot(names: list[str]) -> bool:
    """Are these the headers of a snapshot of an index's members?"""
    return set(names) >= _SNAPSHOT and "Stocks" not in names


def is_prices(names: list[str]) -> bool:
    """Are these the headers of the prices of one line (``DataReader``)?"""
    return set(names) >= _PRICES and set(names) <= _PRICES | _PRICES_TOO


def columns_of(names: list[str]) -> dict[str, str]:
    """Our word -> the file's header, for the headers that are there."""
    headers = {}
    for ours, theirs in HEADERS.items():
        header = next((name for name in theirs if name in names), None)
        if header is not None:
            headers[ours] = header
    return headers


def read(path: Path, options: Options) -> Imported:
    """Daily rows, and names, ISINs and markets as seen on that day, of one listing.

    ImportRefused: IMP001, IMP003, IMP004 (all unreadable cells), IMP005 (a column is missing; a
    snapshot of members without the index's name), IMP006, IMP012, IMP015 (adjusted prices).
    """
    source = open_file(path, options.max_size)
    findings = Findings()
    if is_snapshot(source.names):
        findings.add(
            "IMP005",
            "a snapshot of an index's members does not name its index",
            path=str(path),
            hint="name it in a map (--map MAP.yaml): table memberships, constants: {index: NAME}; "
            "docs/importing.md shows the complete map",
        )
    elif is_prices(source.names):
        findings.add(
            "IMP015",
            "DataReader gives prices restated for later splits, and no listed shares with them",
            path=str(path),
            hint="import StockListing('KRX') of each day, or the yearly files of marcap",
        )
    findings.raise_errors(ImportRefused)
    return read_lines(source, columns_of(source.names), options, "fdr", spellings=HEADERS)
