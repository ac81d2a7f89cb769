"""Frames of pykrx saved as CSV or Parquet: ``get_market_cap(date)``, all lines of a day.

Its other frames of a day, ``get_market_ohlcv(date)``, have no listed shares, and its frames of one
line have no symbol and adjusted prices: both are refused with the way out.
"""

from __future__ import annotations

from pathlib import Path

from indexcalc.diagnostics import Findings, ImportRefused
from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea import krx_csv
from indexcalc.market.importers.korea.exchange_lines import read_lines

# How a frame's index without a name is stored: in CSV, in Parquet.
_INDEX = ("", "__index_level_0__")
_OHLCV = frozenset({"시가", "고가", "저가", "종가", "거래량"})
_CAP = frozenset({"종가", "시가총액", "상장주식수"})
_ONE_LINE_CAP = frozenset({"시가총액", "상장주식수"})
_RATE = "등락률"


def recognises(names: list[str]) -> bool:
    """Are these the headers of one of the library's frames of prices or market values?"""
    indexed = "티커" in names or any(name in names for name in _INDEX)
    return (indexed and (set(names) >= _CAP or set(names) >= _OHLCV)) or is_one_line(names)


def is_one_line(names: list[str]) -> bool:
    """Are these the headers of a frame of one line's sessions, which does not name the line?"""
    return (
        "날짜" in names
        and "symbol" not in columns_of(names)
        and (set(names) >= _OHLCV or set(names) >= _ONE_LINE_CAP)
    )


def columns_of(names: list[str]) -> dict[str, str]:
    """Our word -> the file's header, for the headers that are there."""
    headers = krx_csv.columns_of(names)
    index = next((name for name in _INDEX if name in names), None)
    # With a column of dates beside it, an index without a name is a mere count.
    if "symbol" not in headers and index is not None and "date" not in headers:
        headers["symbol"] = index
    return headers


def read(path: Path, options: Options) -> Imported:
    """Daily rows of one frame (and names and markets, where the user added such columns).

    The base price is known only where a column holds the change itself (대비).

    ImportRefused: IMP001, IMP003, IMP004 (all unreadable cells), IMP005 (no listed shares, no
    symbol), IMP006, IMP012 (a closed day, of which every price is 0), IMP015 (adjusted prices).
    """
    source = open_file(path, options.max_size)
    if is_one_line(source.names):
        _refuse_one_line(path, source.names)
    headers = columns_of(source.names)
    if "시가" in source.names:
        headers["open"] = "시가"
    result = read_lines(
        source,
        headers,
        options,
        "pykrx",
        spellings=krx_csv.HEADERS,
        missing_hint="import the frame of stock.get_market_cap(date) instead: it has the listed "
        "shares, and everything of get_market_ohlcv(date) that is kept"
        if "shares_outstanding" not in headers
        else "",
    )
    if _RATE in source.names and "change" not in headers:
        result.note("read", f"{_RATE} is rounded too much to find a base price from it")
    return result


def _refuse_one_line(path: Path, names: list[str]) -> None:
    findings = Findings()
    hint = "import the frames of all lines of a day: stock.get_market_cap(date)"
    if set(names) >= _OHLCV and "상장주식수" not in names:
        text = "the prices of one line over time are adjusted for later splits by default"
        findings.add("IMP015", text, path=str(path), hint=hint)
    else:
        text = "a frame of one line over time does not name the line"
        findings.add("IMP005", text, path=str(path), hint=hint)
    findings.raise_errors(ImportRefused)
