"""Tickers over time: a renamed line is one line, and a ticker used again is two.

- A line whose ``successor`` has its first row after the line's last one, with as many listed shares,
  and no ``merger`` or ``tender`` between them, was renamed: all its rows are those of the successor.
- A ticker whose later row of ``securities`` was listed on or after the ``delisting_date`` of an earlier
  one (or, where no listing date is known, holds from then on for another ``isin`` or ``issuer``) was used
  again: what is before that date is of another line, called ``TICKER~DATE``.
- A ``successor`` that is no new ticker, takes over no delisted line and was not listed by a demerger does
  nothing, which is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Days
from indexcalc.market import arrow, store
from indexcalc.market.calendar.sessions import date_text, day_number
from indexcalc.market.market import Market
from indexcalc.market.places.place import RemotePath
from indexcalc.market.tables import TABLES
from indexcalc.notes import note

_SAME_SHARES = 0.01
_DAY_OF = {
    "daily": "date",
    "securities": "valid_from",
    "float_factors": "effective_date",
    "holdings": "date",
    "designations": "from",
    "corporate_actions": "ex_date",
    "dividends": "ex_date",
    "memberships": "effective_date",
    "weight_factors": "effective_date",
}
_SYMBOLS = ("symbol", "other_symbol", "successor")


class TickerHistory(Struct, frozen=True):
    """``renamed``: old ticker -> new one.  ``reused``: ticker -> the days from which it is another line.
    ``unfollowed``: ticker -> its successor, with which nothing is done, and why."""

    renamed: Mapping[str, str]
    reused: Mapping[str, tuple[int, ...]]
    unfollowed: Mapping[str, str] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """What a run says of it."""
        names = [note("renamed_as", old=old, new=new) for old, new in sorted(self.renamed.items())]
        made = [note("renamed", names=", ".join(names))] if names else []
        twice = [
            note("reused_before", symbol=symbol, day=date_text(day))
            for symbol, days in sorted(self.reused.items())
            for day in days
        ]
        if twice:
            made.append(note("reused", names=", ".join(twice)))
        if self.unfollowed:
            lines = [
                note("of_index", index=old, what=why)
                for old, why in sorted(self.unfollowed.items())
            ]
            made.append(note("unfollowed", names=", ".join(lines)))
        return made

    def names(self, symbol: str) -> list[tuple[int, str]]:
        """(last day, line) of the lines a ticker stood for, the latest first."""
        last = int(np.iinfo(np.int32).max)
        earlier = [(day - 1, f"{symbol}~{date_text(day)}") for day in self.reused.get(symbol, ())]
        return [(last, self.renamed.get(symbol, symbol)), *reversed(earlier)]


def one_line_each(market: Market) -> tuple[Market, list[str]]:
    """The market with each line under one ticker from first to last, and what there is to say of it.

    The market itself where no ticker changed; else its rows are read into memory.
    """
    history: TickerHistory = market.memo("tickers", lambda: ticker_history(market))
    if not history.renamed and not history.reused:
        return market, history.notes()
    joined: Market = market.memo("one line each", lambda: _rewritten(market, history))
    return joined, history.notes()


def ticker_history(market: Market) -> TickerHistory:
    """What the tables tell of tickers that changed."""
    table = market.table("securities")
    columns = set() if table is None else set(table.column_names)
    if table is None or not columns & {"delisting_date", "successor"}:
        return TickerHistory({}, {})
    symbols = [str(symbol) for symbol in arrow.texts(table.column("symbol"))]
    gone = np.full(len(symbols), arrow.NULL_DAY, dtype=np.int32)
    if "delisting_date" in columns:
        gone = arrow.days(table.column("delisting_date"))
    successors = arrow.texts(table.column("successor")) if "successor" in columns else []
    reused = _reused(table, symbols, gone)
    pairs = {
        old: str(new)
        for old, new in zip(symbols, successors, strict=False)
        if new is not None and old != new
    }
    why = _no_renames(market, pairs, reused)
    renamed = {old: new for old, new in pairs.items() if old not in why}
    for old in renamed:
        seen = {old}
        while renamed[old] in renamed and renamed[old] not in seen:
            seen.add(renamed[old])
            renamed[old] = renamed[renamed[old]]
    ended = {symbol for symbol, day in zip(symbols, gone, strict=True) if day != arrow.NULL_DAY}
    followed = ended | _taken_over(market) | set(renamed)
    ways = arrow.texts(table.column("listed_by")) if "listed_by" in columns else []
    born = {symbol for symbol, way in zip(symbols, ways, strict=False) if way == "demerger"}
    unfollowed = {
        old: f"{pairs[old]} ({reason})"
        for old, reason in why.items()
        if old not in followed and pairs[old] not in born
    }
    return TickerHistory(renamed, reused, unfollowed)


def _reused(table: Any, symbols: list[str], gone: Days) -> dict[str, tuple[int, ...]]:
    """The tickers that came to be another line, and when."""
    unknown = np.full(gone.size, arrow.NULL_DAY, dtype=np.int32)
    columns = table.column_names
    listed = arrow.days(table.column("listing_date")) if "listing_date" in columns else unknown
    identity = [arrow.texts(table.column(name)) for name in ("isin", "issuer") if name in columns]
    valid = arrow.days(table.column("valid_from"))
    reused: dict[str, tuple[int, ...]] = {}
    ended: dict[str, int] = {}  # rows are sorted by symbol and valid_from: the row that ended last
    for row, symbol in enumerate(symbols):
        if symbol in ended:
            before = ended[symbol]
            other = any(
                said[row] is not None and said[before] is not None and said[row] != said[before]
                for said in identity
            )
            came = int(listed[row])
            if came == arrow.NULL_DAY and other:
                came = int(valid[row])
            if came != arrow.NULL_DAY and came >= gone[before]:
                reused[symbol] = (*reused.get(symbol, ()), came)
                del ended[symbol]
        if gone[row] != arrow.NULL_DAY:
            ended[symbol] = row
    return reused


def _taken_over(market: Market) -> set[str]:
    """The lines that other companies took over, or that ended in bankruptcy."""
    actions = market.table("corporate_actions")
    if actions is None:
        return set()
    kinds, givers = arrow.texts(actions.column("type")), arrow.texts(actions.column("symbol"))
    ends = ("merger", "tender", "bankruptcy")
    return {str(giver) for giver, kind in zip(givers, kinds, strict=True) if kind in ends}


def _no_renames(
    market: Market, pairs: Mapping[str, str], reused: Mapping[str, tuple[int, ...]]
) -> dict[str, str]:
    """Those of (line, successor) that are not one line under two tickers, and why."""
    if not pairs:
        return {}
    taken = _taken_over(market)
    rows, codes, there = market.panel.presence()
    why: dict[str, str] = {}
    for old, new in pairs.items():
        before, after = market.order.get(old, -1), market.order.get(new, -1)
        begins = rows[(codes == after) & (there > 0)]
        ends = rows[(codes == before) & (there == 0)]
        runs = rows[(codes == before) & (there > 0)]
        if old in taken:
            why[old] = "taken over"
        elif old in reused or new in reused:
            why[old] = "a ticker is used again"
        elif not begins.size or not runs.size:
            why[old] = "no rows"
        elif not ends.size or ends[-1] < runs[-1] or begins[0] < ends[-1]:
            why[old] = "both have rows at a time"
        elif not _as_many_shares(market, before, after, int(ends[-1]) - 1, int(begins[0])):
            why[old] = "other listed shares"
    return why


def _as_many_shares(market: Market, old: int, new: int, last: int, first: int) -> bool:
    shares = [
        float(market.panel.column("shares_outstanding", row, row + 1)[0, code])
        for row, code in ((last, old), (first, new))
    ]
    return not abs(shares[1] - shares[0]) > _SAME_SHARES * shares[0]  # not known: as many


def _rewritten(market: Market, history: TickerHistory) -> Market:
    tables: dict[str, Any] = {}
    for name in market.names:
        table = _daily(market) if name == "daily" else market.table(name)
        if name in _DAY_OF:
            assert table is not None
            symbols = arrow.texts(table.column("symbol")) if name != "daily" else []
            old = np.array([symbol in history.renamed for symbol in symbols], dtype=np.bool_)
            if name == "securities":
                table = _as_one_line(table, history)
            table = _once(_renamed(table, _DAY_OF[name], history), old, name)
        tables[name] = table
    made = Market.from_tables(
        complete=bool(market.facts.get("complete", False)),
        facts={key: value for key, value in market.facts.items() if key != "complete"},
        **tables,
    )
    made.last_day = market.last_day
    # A rule may still call a renamed line by its old ticker.
    order = made.order
    order.update({old: order[new] for old, new in history.renamed.items()})
    return made


def _daily(market: Market) -> Any:
    import pyarrow as pa

    parts = [
        store.open_parquet(source).read() if isinstance(source, Path | RemotePath) else source
        for source in market.daily_sources()
    ]
    return pa.concat_tables(parts, promote_options="default") if len(parts) > 1 else parts[0]


def _renamed(table: Any, date: str, history: TickerHistory) -> Any:
    """The rows of a table under the ticker of their line."""
    days: Days = arrow.days(table.column(date))
    for column in _SYMBOLS:
        if column not in table.column_names:
            continue
        codes, values = arrow.sorted_codes(table.column(column))
        codes, names = codes.copy(), list(values)
        for place, value in enumerate(values):
            if value not in history.reused and value not in history.renamed:
                continue
            here: Bools = codes == place
            for last, name in history.names(value):
                if name not in names:
                    names.append(name)
                codes[here & (days <= last)] = names.index(name)
        column_of_names = arrow.from_codes(codes, names)
        table = table.set_column(table.column_names.index(column), column, column_of_names)
    return table


def _as_one_line(table: Any, history: TickerHistory) -> Any:
    """``securities`` in which a renamed line was listed as its first ticker was, and not delisted then."""
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    rows_of: dict[str, list[int]] = {}
    for row, symbol in enumerate(columns["symbol"]):
        rows_of.setdefault(symbol, []).append(row)
    columns.setdefault("delisting_date", [None] * table.num_rows)
    for old, new in history.renamed.items():
        left = [columns["delisting_date"][row] for row in rows_of[old]]
        for row in rows_of.get(new, ()):
            if columns["valid_from"][row] is None or columns["valid_from"][row] <= min(
                (day for day in left if day is not None), default=columns["valid_from"][row]
            ):
                columns["valid_from"][row] = next((day for day in reversed(left) if day), None)
            for name in ("listing_date", "listed_by"):
                if name in columns:
                    columns[name][row] = columns[name][rows_of[old][-1]]
        for row in rows_of[old]:
            columns["delisting_date"][row] = columns["successor"][row] = None
    for name in ("valid_from", "listing_date", "listed_by", "delisting_date", "successor"):
        if name in table.column_names:
            values = columns[name]
            column = (
                arrow.from_texts(values)
                if name in ("listed_by", "successor")
                else arrow.from_days(
                    [arrow.NULL_DAY if v is None else day_number(v) for v in values]
                )
            )
            table = table.set_column(table.column_names.index(name), name, column)
    return table


def _once(table: Any, old: Bools, name: str) -> Any:
    """One row a key: where both tickers of a line have one, the new ticker's own."""
    if not old.any():
        return table
    keys = list(zip(*(table.column(key).to_pylist() for key in TABLES[name].key), strict=True))
    own = {key for key, is_old in zip(keys, old.tolist(), strict=True) if not is_old}
    kept = [not is_old or key not in own for key, is_old in zip(keys, old.tolist(), strict=True)]
    return table.filter(arrow.from_bools(np.array(kept)))
