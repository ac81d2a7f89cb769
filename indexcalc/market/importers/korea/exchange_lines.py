"""All lines of the exchange on a day, or on many, as daily rows: what every such file has in common.

The files differ in their headers only; each module maps its headers to our words: symbol, name,
isin, segment, market, close, change, direction, rate, open, volume, traded_value, market_cap,
shares_outstanding, date.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexcalc.arrays import Bools
from indexcalc.diagnostics import ImportRefused
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.importers import cells
from indexcalc.market.importers.files.source import Source
from indexcalc.market.importers.imported import KRX_FACTS, Imported, Observed, Options
from indexcalc.market.importers.korea.frame_columns import FrameColumns
from indexcalc.market.importers.problems import LISTED, Problems
from indexcalc.market.importers.repeats import repeated_rows
from indexcalc.market.tables import TABLES

NEEDED = ("symbol", "close", "shares_outstanding")
# The exchange's codes of a change: at the upper limit, up; at the lower limit, down.
_UP, _DOWN = frozenset({"1", "4"}), frozenset({"2", "5"})
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


def read_lines(
    source: Source,
    headers: dict[str, str],
    options: Options,
    format_name: str,
    *,
    spellings: Mapping[str, tuple[str, ...]],
    missing_hint: str = "",
    leave_out_unlisted: bool = False,
) -> Imported:
    """Daily rows, and names and markets as seen on their days.

    Tables: ``daily`` (close, null where the file has 0; base_price = close less the change against
    it; shares_outstanding, volume, traded_value).  Observed: ``securities`` (name, isin, market,
    segment).  Facts: KRX's, and ``complete``: the exchange lists every line on every session.
    ``headers``: our word -> the file's; ``spellings``: what is looked for, for the message.
    ``leave_out_unlisted``: rows without listed shares are dropped and reported (IMP017).

    ImportRefused: IMP004 (all unreadable cells), IMP005, IMP006, IMP012 (no line has a price),
    DAT004 (two lines of one symbol and day that differ).
    """
    path = source.path
    result = Imported(str(path), format_name, facts={**KRX_FACTS, "complete": True})
    problems = Problems(str(path))
    for ours in NEEDED:
        if ours not in headers:
            problems.add(
                "IMP005",
                f"no column for {ours} ({' or '.join(spellings[ours])}); there are "
                f"{', '.join(source.names)}",
                hint=source.missing(next(iter(source.unread)))["message"]
                if source.unread
                else missing_hint,
            )
    problems.finish()
    columns = FrameColumns(source, headers, problems)
    daily: dict[str, Any] = {
        "date": columns.dates(path, options, result),
        "symbol": columns.symbols("symbol", result),
        "close": columns.floats("close"),
        "shares_outstanding": columns.whole("shares_outstanding"),
    }
    change = columns.floats("change") if "change" in columns else None
    against = _against(columns, change)
    opens = columns.floats("open") if "open" in columns else None
    for name in ("volume", "traded_value"):
        if name in columns:
            daily[name] = columns.whole(name)
    stated = columns.whole("market_cap") if "market_cap" in columns else None
    observed = _observed(columns, daily)
    problems.finish()
    result.note("read", f"lines of {path.name}", source.rows)
    keep = _sessions(daily, path, result)
    keep &= ~_again(columns, daily, result, problems)
    problems.finish()
    if leave_out_unlisted:
        keep &= _listed(columns, daily, keep, result)
    _without_zero_close(daily, keep, opens, result)
    if change is not None:
        daily["base_price"] = _base_prices(columns, daily, change, against, keep, result)
    else:
        result.note("read", "no change in the file: base_price is unknown", int(keep.sum()))
    _compare_market_cap(columns, daily, stated, keep, result)
    result.tables["daily"] = _rows(daily, keep)
    _markets(columns, observed, keep, result)
    if len(observed) > 2:
        result.observed.append(Observed("securities", _rows(observed, keep)))
    unused = [name for name in source.names if name and name not in headers.values()]
    if unused:
        result.note("dropped", f"columns {', '.join(unused)}", len(unused))
    return result


def _rows(columns: dict[str, Any], keep: Bools) -> Any:
    """The rows of ``columns`` that are kept, as a table."""
    rows = arrow.table(columns)
    return rows if keep.all() else rows.filter(arrow.from_bools(keep))


def _sessions(daily: dict[str, Any], path: Path, result: Imported) -> Bools:
    """Rows of days on which some line has a price: frames of a closed day hold zeros alone."""
    days = arrow.days(daily["date"])
    distinct, position = np.unique(days, return_inverse=True)
    prices = arrow.floats(daily["close"])
    priced = np.bincount(position, weights=prices > 0, minlength=distinct.size) > 0
    if days.size and not priced.any():
        raise ImportRefused.of(
            "IMP012",
            f"no line has a price on {date_text(int(distinct[0]))}: it was no session",
            path=str(path),
            hint="ask for the last session before it",
        )
    for code in np.flatnonzero(~priced):
        count = int((position == code).sum())
        why = f"lines of {date_text(int(distinct[code]))}, a day on which no line has a price"
        result.note("dropped", why, count)
    traded: Bools = priced[position]
    return traded


def _again(
    columns: FrameColumns, daily: dict[str, Any], result: Imported, problems: Problems
) -> Bools:
    """Rows that say again what another says; of one line and day with two values: DAT004, with both."""
    again = np.zeros(len(daily["date"]), dtype=np.bool_)
    if len(pc.unique(daily["symbol"])) == again.size:
        return again
    codes, words = arrow.coded(daily["symbol"])
    keys = arrow.days(daily["date"]).astype(np.int64) * (len(words) + 1) + codes
    if np.unique(keys).size == keys.size:
        return again
    found = repeated_rows(TABLES["daily"], arrow.table(daily))
    for one, two, name in found.others[:LISTED]:
        span, where = columns.place(two, "symbol")
        first, first_where = columns.place(one, "symbol")
        before = f"line {first.line}" if first is not None else first_where
        problems.add(
            "DAT004",
            f"{daily['symbol'][two].as_py()} is there twice on one day, with another {name} on {before}",
            span=span,
            where=where,
            hint="find out which is right, and take the other line out of the file",
        )
    problems.count_more("DAT004", len(found.others[LISTED:]))
    if found.again.any():
        result.note("dropped", "lines that say again what another says", int(found.again.sum()))
    return found.again


def _listed(columns: FrameColumns, daily: dict[str, Any], keep: Bools, result: Imported) -> Bools:
    """Rows with listed shares; the others are reported (IMP017)."""
    shares = arrow.integers(daily["shares_outstanding"])
    listed: Bools = (shares != arrow.NULL_INT) & (shares != 0)
    gone = keep & ~listed
    for row in np.flatnonzero(gone)[:LISTED]:
        span, _ = columns.place(int(row), "shares_outstanding")
        _warn(result, "IMP017", "no listed shares", span, _line(daily, int(row)))
    if gone.any():
        result.note("dropped", "lines without listed shares", int(gone.sum()))
    return listed


def _without_zero_close(daily: dict[str, Any], keep: Bools, opens: Any, result: Imported) -> None:
    """A close of 0 becomes null: no price is known.  Lines that did not trade are counted."""
    zero = arrow.floats(daily["close"]) == 0
    daily["close"] = cells.blanked(daily["close"], zero)
    if (zero & keep).any():
        result.note(
            "read", "lines with a close of 0: their close is unknown", int((zero & keep).sum())
        )
    if opens is None:
        return
    idle = (arrow.floats(opens) == 0) & ~zero & keep
    if idle.any():
        why = "lines without a trade (they opened at 0): their close is the last, as the exchange has it"
        result.note("read", why, int(idle.sum()))


def _against(columns: FrameColumns, change: Any) -> Bools | None:
    """Rows whose change has another sign than the direction code or the rate beside it."""
    if change is None:
        return None
    values = np.nan_to_num(arrow.floats(change))
    against = np.zeros(values.size, dtype=np.bool_)
    if "direction" in columns:
        codes, words = arrow.coded(columns.texts("direction"))
        up = np.array([*(word in _UP for word in words), False])[codes]
        down = np.array([*(word in _DOWN for word in words), False])[codes]
        against |= (up & (values < 0)) | (down & (values > 0))
    if "rate" in columns:
        rates = np.nan_to_num(arrow.floats(columns.floats("rate")))
        against |= np.sign(rates) * np.sign(values) < 0
    return against


def _base_prices(
    columns: FrameColumns,
    daily: dict[str, Any],
    change: Any,
    against: Any,
    keep: Bools,
    result: Imported,
) -> Any:
    """Close less the change, for the exchange measures the change from the base price.

    Null without a change, and (IMP016) where the change cannot be right.
    """
    prices = pc.subtract(daily["close"], change)
    impossible = (against | (arrow.floats(prices) <= 0)) & ~arrow.null_mask(prices)
    for row in np.flatnonzero(impossible & keep)[:LISTED]:
        span, _ = columns.place(int(row), "change")
        close, by = daily["close"][int(row)].as_py(), change[int(row)].as_py()
        details = [
            f"{columns.headers[word]} {columns.cell(int(row), word)}"
            for word in ("direction", "rate")
            if word in columns
        ]
        text = f"close {close:g}, change {by:g}{', ' if details else ''}{', '.join(details)}"
        _warn(result, "IMP016", text, span, _line(daily, int(row)))
    usable = cells.blanked(prices, impossible)
    known = keep & ~arrow.null_mask(usable)
    what = "base_price is the close less the change against the base price"
    result.note("read", what, int(known.sum()))
    wrong = int((impossible & keep).sum())
    if wrong:
        result.note("read", "lines with an impossible change: their base_price is unknown", wrong)
    unknown = int((keep & ~known).sum()) - wrong
    if unknown:
        what = "lines without a close or a change: their base_price is unknown"
        result.note("read", what, unknown)
    return usable


def _compare_market_cap(
    columns: FrameColumns, daily: dict[str, Any], stated: Any, keep: Bools, result: Imported
) -> None:
    """IMP011 (a warning) for the lines whose own market value is not close times shares."""
    if stated is None:
        return
    values, shares = arrow.integers(stated), arrow.integers(daily["shares_outstanding"])
    prices = arrow.floats(daily["close"])
    known = keep & ~arrow.null_mask(stated) & (shares != arrow.NULL_INT)
    known &= np.abs(prices) < 2.0**53
    differs = np.zeros(known.size, dtype=np.bool_)
    # Whole prices are compared in integers, to the unit; others within rounding.
    whole = known & (np.floor(prices) == prices)
    differs[whole] = prices[whole].astype(np.int64) * shares[whole] != values[whole]
    part = known & ~whole
    differs[part] = np.abs(prices[part] * shares[part] - values[part]) >= 1.0
    result.note("read", "lines whose market value is close x shares", int((known & ~differs).sum()))
    for row in np.flatnonzero(differs)[:LISTED]:
        span, _ = columns.place(int(row), "market_cap")
        text = f"market value {values[row]}, close x shares {prices[row] * shares[row]:.0f}"
        _warn(result, "IMP011", text, span, _line(daily, int(row)))
    if differs.any():
        result.note("read", "lines whose market value is another", int(differs.sum()))


def _observed(columns: FrameColumns, daily: dict[str, Any]) -> dict[str, Any]:
    seen_columns: dict[str, Any] = {"symbol": daily["symbol"], "valid_from": daily["date"]}
    for name in ("name", "isin"):
        if name in columns:
            seen_columns[name] = columns.texts(name)
    return seen_columns


def _markets(
    columns: FrameColumns, observed: dict[str, Any], keep: Bools, result: Imported
) -> None:
    """``market``, and ``segment``, the file's own word, which may be more precise (KOSDAQ GLOBAL)."""
    ours = "segment" if "segment" in columns else "market"
    if ours not in columns:
        result.note("read", "the file does not give the market of a line")
        return
    texts = columns.texts(ours)
    codes, words = arrow.coded(texts)
    markets = [_MARKETS.get(word, word) for word in words]
    # Always both: a line that leaves the segment needs a value, or it would stay in it.
    observed["market"] = observed["segment"] = texts
    if markets != words:
        observed["market"] = pc.cast(arrow.from_codes(codes, markets), pa.string())
    for code, (word, market) in enumerate(zip(words, markets, strict=True)):
        if word != market:
            count = int(((codes == code) & keep).sum())
            result.note("read", f"lines of {word} are of the market {market}", count)


def _line(daily: dict[str, Any], row: int) -> str:
    """The line of a row in words: its symbol, and the day where the file has many."""
    symbol = str(daily["symbol"][row].as_py())
    day = daily["date"][row].as_py()
    return symbol if daily["date"][0].as_py() == daily["date"][-1].as_py() else f"{day} {symbol}"


def _warn(result: Imported, code: str, text: str, span: Any, where: str) -> None:
    result.warnings.add(code, text, span=span, where=where, path="" if span else result.path)
