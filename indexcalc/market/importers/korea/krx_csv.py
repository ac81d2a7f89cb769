"""KRX data-portal exports of all lines of a day (종가, 시가총액, 상장주식수 ...), cp949 or UTF-8."""

from __future__ import annotations

from pathlib import Path

from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea.exchange_lines import read_lines

# Our word: the headers of the portal's Korean and English pages, of its JSON, and of files people
# keep after renaming the columns.  Compared in lower case, without blanks, points and underscores.
HEADERS: dict[str, tuple[str, ...]] = {
    "symbol": (
        "종목코드",
        "단축코드",
        "티커",
        "issuecode",
        "isusrtcd",
        "ticker",
        "symbol",
        "isucd",
    ),
    "name": ("종목명", "한글종목약명", "issuename", "isuabbrv", "isunm", "name"),
    "segment": ("rawmarket",),
    "market": ("시장구분", "시장", "market", "marketclassification", "mktnm"),
    "close": ("종가", "close", "closingprice", "closeprice", "tddclsprc"),
    "change": ("대비", "전일대비", "change", "cmpprevddprc"),
    "volume": ("거래량", "tradingvolume", "volume", "acctrdvol"),
    "traded_value": ("거래대금", "tradingvalue", "tradedvalue", "acctrdval"),
    "market_cap": ("시가총액", "marketcap", "marketcapitalization", "mktcap"),
    "shares_outstanding": (
        "상장주식수",
        "listedshares",
        "numberoflistedshares",
        "sharesoutstanding",
        "listshrs",
    ),
    "date": ("일자", "날짜", "기준일", "date", "effectivedate", "basdd", "trddd"),
}


def plain(header: str) -> str:
    """A header as it is compared."""
    text = header.casefold()
    for mark in " ._":
        text = text.replace(mark, "")
    return text.split("(")[0]


def columns_of(names: list[str]) -> dict[str, str]:
    """Our word -> the file's header, for the headers that are there."""
    by_plain = {plain(name): name for name in reversed(names)}
    headers: dict[str, str] = {}
    for ours, theirs in HEADERS.items():
        for header in theirs:
            if header in by_plain:
                headers[ours] = by_plain[header]
                break
    if plain(headers.get("symbol", "")) == "isusrtcd" and "isucd" in by_plain:
        headers["isin"] = by_plain[
            "isucd"
        ]  # the Open API, without a short code, has the code there
    return headers


def recognises(names: list[str]) -> bool:
    """Are these the headers of such an export?  (Our own table has no market value.)"""
    headers = columns_of(names)
    own = "market_cap" in headers and "shares_outstanding" in headers and "close" in headers
    return own and "symbol" in headers and "market" in headers


def read(path: Path, options: Options) -> Imported:
    """Daily rows, and names and markets as seen on that day, of one export.

    Tables, facts and what is refused: ``exchange_lines.read_lines``.

    ImportRefused: IMP001, IMP003, IMP004 (all unreadable cells), IMP005, IMP006, IMP012.
    """
    source = open_file(path, options.max_size)
    return read_lines(source, columns_of(source.names), options, "krx-csv", spellings=HEADERS)
