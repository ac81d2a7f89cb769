"""KRX data-portal exports of all lines of a day (종가, 시가총액, 상장주식수 ...), cp949 or UTF-8."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.market import arrow
from indexcalc.market.calendar import day_number
from indexcalc.market.importers import cells
from indexcalc.market.importers.imported import (
    KRX_FACTS,
    Imported,
    Observed,
    Options,
    date_of_file,
)
from indexcalc.market.importers.problems import LISTED, Problems
from indexcalc.market.importers.source import Source, read_bytes, read_text

# Our word: the headers of the portal's Korean and English pages, of its JSON, and of files people
# keep after renaming the columns.  Compared in lower case, without blanks, points and underscores.
HEADERS: dict[str, tuple[str, ...]] = {
    "symbol": ("종목코드", "단축코드", "티커", "issuecode", "isusrtcd", "ticker", "symbol"),
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
_NEEDED = ("symbol", "close", "shares_outstanding")
# KOSDAQ's segment is a part of the market, not a market.
_MARKETS = {
    "유가증권": "KOSPI",
    "유가증권시장": "KOSPI",
    "코스피": "KOSPI",
    "코스닥": "KOSDAQ",
    "코스닥시장": "KOSDAQ",
    "코스닥글로벌": "KOSDAQ",
    "코넥스": "KONEX",
    "KOSDAQ GLOBAL": "KOSDAQ",
}
_NO_VALUE = frozenset({"-"})


def plain(header: str) -> str:
    """A header as it is compared."""
    text = header.casefold()
    for mark in " ._":
        text = text.replace(mark, "")
    return text.split("(")[0]


def columns_of(names: list[str]) -> dict[str, str]:
    """Our word -> the file's header, for the headers that are there."""
    by_plain = {plain(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for ours, theirs in HEADERS.items():
        for header in theirs:
            if header in by_plain:
                found[ours] = by_plain[header]
                break
    return found


def recognises(names: list[str]) -> bool:
    """Are these the headers of such an export?  (Ours are told apart by the market value.)"""
    found = columns_of(names)
    own = "market_cap" in found and "shares_outstanding" in found and "close" in found
    return own and "symbol" in found and "market" in found


def read(path: Path, options: Options) -> Imported:
    """Daily rows, and names and markets as seen on that day, of one export.

    Tables: ``daily`` (close, base_price = close less the change against it, shares_outstanding,
    volume, traded_value).  Observed: ``securities`` (name, market, segment).  Facts: KRX's, and
    ``complete``: the exchange lists every line on every session.

    ImportRefused: IMP001, IMP003, IMP004 (all unreadable cells), IMP005, IMP006.
    """
    source = read_text(path, read_bytes(path), None, None)
    result = Imported(str(path), "krx-csv", facts={**KRX_FACTS, "complete": True})
    problems = Problems(str(path))
    headers = columns_of(source.names)
    for ours in _NEEDED:
        if ours not in headers:
            problems.add(
                "IMP005",
                f"no column for {ours} ({' or '.join(HEADERS[ours])}); there are "
                f"{', '.join(source.names)}",
            )
    problems.finish()
    reader = _Reader(source, headers, problems)
    daily: dict[str, Any] = {
        "date": _dates(reader, path, options, result),
        "symbol": reader.texts("symbol"),
        "close": reader.numbers("close"),
    }
    if daily["symbol"].null_count:
        for row in np.flatnonzero(arrow.null_mask(daily["symbol"])):
            span, where = source.place(int(row), headers["symbol"])
            problems.add("IMP004", "the line has no symbol", span=span, where=where)
    if "change" in headers:
        change = reader.numbers("change")
        daily["base_price"] = pc.subtract(daily["close"], change)
    daily["shares_outstanding"] = reader.whole("shares_outstanding")
    for name in ("volume", "traded_value"):
        if name in headers:
            daily[name] = reader.whole(name)
    stated = reader.whole("market_cap") if "market_cap" in headers else None
    problems.finish()
    result.tables["daily"] = arrow.table(daily)
    result.note("read", f"lines of {path.name}", source.rows)
    if "change" in headers:
        unknown = int(daily["base_price"].null_count)
        result.note(
            "read",
            "base_price is the close less the change against the base price",
            source.rows - unknown,
        )
        if unknown:
            result.note("read", "lines without a change: their base_price is unknown", unknown)
    else:
        result.note("read", "no change in the file: base_price is unknown", source.rows)
    _compare_market_cap(source, headers, daily, stated, result)
    observed: dict[str, Any] = {"symbol": daily["symbol"], "valid_from": daily["date"]}
    if "name" in headers:
        observed["name"] = reader.texts("name")
    _markets(reader, observed, result)
    if len(observed) > 2:
        result.observed.append(Observed("securities", arrow.table(observed)))
    return result


class _Reader:
    """Columns of the file by our word, with the cells that cannot be read collected."""

    def __init__(self, source: Source, headers: dict[str, str], problems: Problems) -> None:
        self.source = source
        self.headers = headers
        self.problems = problems

    def texts(self, ours: str) -> Any:
        return cells.stripped(self.source.column(self.headers[ours]))

    def numbers(self, ours: str) -> Any:
        texts = cells.stripped(self.source.column(self.headers[ours]), _NO_VALUE)
        made, bad = cells.numbers(texts)
        self.report(bad, ours, "no number")
        return pc.cast(made, pa.float64())

    def whole(self, ours: str) -> Any:
        texts = cells.stripped(self.source.column(self.headers[ours]), _NO_VALUE)
        made, bad = cells.numbers(texts)
        self.report(bad, ours, "no number")
        made, fractional = cells.whole(made)
        self.report(fractional, ours, "no whole number")
        return made

    def report(self, bad: arrow.Bools, ours: str, what: str) -> None:
        rows = np.flatnonzero(bad)
        for position, row in enumerate(rows):
            if not self.problems.room("IMP004"):
                self.problems.count_more("IMP004", int(rows.size) - position)
                return
            span, where = self.source.place(int(row), self.headers[ours])
            text = self.source.column(self.headers[ours])[int(row)].as_py()
            self.problems.add("IMP004", f"{text!r} is {what}", span=span, where=where)


def _dates(reader: _Reader, path: Path, options: Options, result: Imported) -> Any:
    """The day of each line: the file's own column, else the day of the file."""
    if "date" not in reader.headers:
        day = day_number(date_of_file(path, options, result))
        return arrow.from_days(np.full(reader.source.rows, day, dtype=np.int32))
    texts = reader.texts("date")
    made, bad = cells.dates(texts)
    reader.report(bad | arrow.null_mask(texts), "date", "no date")
    if options.date is not None:
        other = arrow.days(made) != day_number(options.date)
        reader.report(other & ~bad, "date", f"another day than --date {options.date}")
    return made


def _markets(reader: _Reader, observed: dict[str, Any], result: Imported) -> None:
    """``market``, and ``segment``, the file's own word, which may say more (KOSDAQ GLOBAL)."""
    ours = "segment" if "segment" in reader.headers else "market"
    if ours not in reader.headers:
        return
    codes, words = arrow.coded(reader.texts(ours))
    markets = [_MARKETS.get(word, word) for word in words]
    observed["market"] = _relabelled(codes, markets)
    # Always both: a line that leaves the segment must say so, or it would stay in it.
    observed["segment"] = _relabelled(codes, words)
    for code, (word, market) in enumerate(zip(words, markets, strict=True)):
        if word != market:
            count = int((codes == code).sum())
            result.note("read", f"lines of {word} are of the market {market}", count)


def _relabelled(codes: arrow.Codes, words: list[str]) -> Any:
    return pc.cast(arrow.from_codes(codes, words), pa.string())


def _compare_market_cap(
    source: Source, headers: dict[str, str], daily: dict[str, Any], stated: Any, result: Imported
) -> None:
    """IMP011 (a warning) for the lines whose own market value is not close times shares."""
    if stated is None:
        return
    values, shares = arrow.integers(stated), arrow.integers(daily["shares_outstanding"])
    prices = arrow.floats(daily["close"])
    known = ~arrow.null_mask(stated) & (shares != arrow.NULL_INT) & (np.abs(prices) < 2.0**53)
    differs = np.zeros(known.size, dtype=np.bool_)
    # Whole prices are compared in integers, to the unit; others within rounding.
    whole = known & (np.floor(prices) == prices)
    differs[whole] = prices[whole].astype(np.int64) * shares[whole] != values[whole]
    part = known & ~whole
    differs[part] = np.abs(prices[part] * shares[part] - values[part]) >= 1.0
    result.note("read", "lines whose market value is close x shares", int((known & ~differs).sum()))
    for row in np.flatnonzero(differs)[:LISTED]:
        span, _ = source.place(int(row), headers["market_cap"])
        result.warnings.add(
            "IMP011",
            f"market value {values[row]}, close x shares {prices[row] * shares[row]:.0f}",
            span=span,
            where=str(daily["symbol"][int(row)].as_py()),
        )
    if differs.any():
        result.note("read", "lines whose market value is another", int(differs.sum()))
