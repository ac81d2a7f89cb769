"""What a state was made from, as fingerprints: is the market still the one it goes on from?

A state holds for the sessions up to its day.  What later rows say is no concern of it; a row of the
past that is another now would give other levels than the state has, which is a restatement: it is
found here, and refused.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.members.composite import Composite
from indexcalc.calculation.members.scheduled import Listing, Scheduled
from indexcalc.calculation.plan import IndexJob, Plan
from indexcalc.calculation.prices.apply_actions import LineEvents
from indexcalc.calculation.prices.corporate_actions import ENDINGS
from indexcalc.calculation.prices.daily_rows import DailyRows, stretches
from indexcalc.market import arrow
from indexcalc.market.as_of import known_days
from indexcalc.market.market import Market

# What of a table reaches a level without a review: its date, and columns (None: all).
READ: Mapping[str, tuple[str, tuple[str, ...] | None]] = {
    "corporate_actions": ("ex_date", None),
    "dividends": ("ex_date", None),
    "fx": ("date", None),
    "securities": ("valid_from", ("symbol", "valid_from", "currency", "country")),
    "designations": ("from", ("symbol", "from", "kind")),
}


class DailyDigest:
    """A hash of daily rows, session after session: what the level pass reads of them.

    It is made when asked for: most states are told by their files.  Lines are named, and cells count among
    the lines of their session, so that lines to come change nothing.
    """

    def __init__(self, market: Market, value: str = "", stop: int = 0) -> None:
        self.market = market
        self._value, self._stop = value, stop
        self._present: Ints = np.zeros(0, dtype=np.int64)
        self._names = b""

    def to(self, stop: int) -> str:
        """The hash of the sessions before ``stop``, a position among the observed ones."""
        if self._stop < stop:
            listed = self._listed_before(self._stop)
            for rows in stretches(self.market, stop, self._stop):
                for column in range(rows.days.size):
                    self._take(rows, column, listed)
            self._stop = stop
        return self._value

    def _listed_before(self, stop: int) -> Floats:
        listed = np.full(len(self.market.symbols), np.nan)
        cells = self.market.panel.changes("shares_outstanding", 0, stop)
        known = ~np.isnan(cells.values)
        listed[cells.codes[known]] = cells.values[known]  # of several the last stays
        return listed

    def _take(self, rows: DailyRows, column: int, listed: Floats) -> None:
        codes = np.flatnonzero(rows.present[column])
        if not np.array_equal(codes, self._present):
            self._present = codes
            symbols = self.market.symbols
            self._names = b"\0".join([symbols[code].encode() for code in codes.tolist()])
        digest = hashlib.sha256(self._value.encode())
        digest.update(f"{int(rows.days[column])}\0".encode() + self._names)
        digest.update(np.where(rows.printed[column], rows.raw[column], np.nan)[codes].tobytes())
        shares = rows.shares.within(column, column + 1)
        moved = shares.values != listed[shares.codes]
        listed[shares.codes] = shares.values
        parts = [(shares.codes[moved], shares.values[moved])]
        # A column that is not there says as much as one without a value.
        unknown, stated = codes, (np.zeros(0, dtype=np.int32), np.zeros(0))
        if rows.bases is not None:
            before = rows.raw[column - 1] if column else rows.before
            bases = rows.bases.within(column, column + 1)
            nothing = np.isnan(bases.values)
            unknown = bases.codes[nothing].astype(np.int64)
            other = ~nothing & (bases.values != before[bases.codes])
            stated = (bases.codes[other], bases.values[other])
        parts.append(stated)
        if unknown.size < codes.size:
            parts.append((unknown, np.zeros(0)))
        parts.append((np.flatnonzero(rows.idle[column]), np.zeros(0)))
        for where, values in parts:
            digest.update(f"{where.size}\0".encode())
            digest.update(np.searchsorted(codes, where).tobytes() + values.tobytes())
        self._value = digest.hexdigest()


def stored_files(market: Market, last_day: int) -> list[str] | None:
    """Content hashes of the files that hold the daily rows up to a day.

    None: the market is in memory, or a file also holds later rows.
    """
    if market.path is None or market.last_day is not None:
        return None
    held = [item for item in market.content_hashes().get("daily", [])]
    until = str(np.datetime64(last_day, "D"))
    if any(str(item["first"]) <= until < str(item["last"]) for item in held):
        return None
    return [str(item["sha256"]) for item in held if str(item["last"]) <= until]


def tables(market: Market, last_day: int, hashes: dict[tuple[str, int], str]) -> dict[str, str]:
    """By table, a hash of its rows up to a day that reach a level without a review.

    Mergers, tenders and bankruptcies count from the day they are known.  ``hashes``: those of the market by
    table and how many of its rows there are, for rows only come as days pass.
    """
    return {name: _table(market, name, last_day, hashes) for name in READ}


def handed_out(market: Market, last_day: int) -> str:
    """The lines of the market that actions up to a day handed out or merged into.

    One that comes to have daily rows later is held from the ex-date in a run that knows of it, and was
    not in the state.
    """
    table = market.table("corporate_actions")
    if table is None or "other_symbol" not in table.column_names:
        return ""
    inside = arrow.days(table.column("ex_date")) <= last_day
    named = arrow.texts(table.column("other_symbol"))
    known = {named[row] for row in np.flatnonzero(inside).tolist()} & set(market.order)
    return " ".join(sorted(symbol for symbol in known if symbol is not None))


def ending_prices(events: Sequence[LineEvents], symbols: Sequence[str], last: int) -> str:
    """The lines whose ending in the session after ``last`` gives its close another price.

    Which session follows is not known before it has rows: an ending after an unobserved session gives
    the close another price only then, and the level of the state was another.
    """
    due = [action for one in events for _, action in one.endings.within(last + 1, last + 2)]
    named = {symbols[item.code] for item in due if not np.isnan(item.last_price)}
    return " ".join(sorted(named))


def _table(market: Market, name: str, last_day: int, hashes: dict[tuple[str, int], str]) -> str:
    date, wanted = READ[name]
    table = market.table(name)
    if table is None or not table.num_rows:
        return ""
    days = arrow.days(table.column(date))
    inside: Bools = days <= last_day
    if name == "corporate_actions":
        known = known_days(table)
        known = np.where(known == arrow.NULL_DAY, days, known)
        ends = np.array([kind in ENDINGS for kind in arrow.texts(table.column("type"))])
        inside = inside | (ends & (known <= last_day))
    rows_inside = (name, int(np.count_nonzero(inside)))
    if rows_inside not in hashes:
        hashes[rows_inside] = _rows_hash(table, inside, wanted)
    return hashes[rows_inside]


def _rows_hash(table: Any, inside: Bools, wanted: tuple[str, ...] | None) -> str:
    """A hash of some rows of a table; '' of none."""
    if not inside.any():
        return ""
    kept = table.filter(arrow.from_bools(inside))
    columns = kept.column_names if wanted is None else [n for n in wanted if n in kept.column_names]
    # A column without a value says nothing; rows count in the order of what they say.
    said = {column: _texts(kept.column(column)) for column in columns}
    said = {column: texts for column, texts in said.items() if any(texts)}
    rows = sorted(zip(*said.values(), strict=True))
    digest = hashlib.sha256("\0".join(said).encode())
    for row in rows:
        digest.update("\0".join(row).encode() + b"\n")
    return digest.hexdigest()


def _texts(column: Any) -> list[str]:
    """A column as texts that tell any two values apart; null is empty."""
    kind = str(column.type)
    if kind == "double":
        return ["" if value != value else value.hex() for value in arrow.floats(column).tolist()]
    if kind.startswith("date32"):
        days = arrow.days(column).tolist()
        return ["" if day == arrow.NULL_DAY else str(day) for day in days]
    if kind.startswith("int"):
        values = arrow.integers(column).tolist()
        return ["" if value == arrow.NULL_INT else str(value) for value in values]
    if kind == "bool":
        return [str(value) for value in arrow.bools(column).tolist()]
    return ["" if value is None else value for value in arrow.texts(column)]


def calendar(plan: Plan, last_day: int) -> str:
    """A hash of the sessions up to a day."""
    days = plan.sessions.days
    before = days[: int(np.searchsorted(days, last_day, side="right"))]
    return hashlib.sha256(before.astype("<i4").tobytes()).hexdigest()


def members(work: IndexJob, symbols: Sequence[str], last: int, known: frozenset[str]) -> str:
    """A hash of who was to be held, and by what factors, in the sessions up to ``last``.

    ``known``: the lines there were then.
    """
    digest = hashlib.sha256()
    membership = work.members.membership
    if isinstance(membership, Scheduled):
        for listing in membership.listings:
            if listing.session <= last:
                _listing(digest, listing, symbols)
    elif isinstance(membership, Composite):
        rows = sorted(
            (int(session), symbols[int(code)], bool(able))
            for session, code, able in zip(
                membership.sessions, membership.codes_changed, membership.eligible, strict=True
            )
            if session <= last and symbols[int(code)] in known
        )
        digest.update(repr(_changes(rows)).encode())
        if membership.floats is not None:
            told = membership.floats.until(last)
            cells = zip(told.codes, told.session, told.factor, strict=True)
            factors = sorted((symbols[int(code)], int(at), float(f)) for code, at, f in cells)
            digest.update(repr([item for item in factors if item[0] in known]).encode())
    return digest.hexdigest()


def _changes(rows: list[tuple[int, str, bool]]) -> list[tuple[str, int, bool]]:
    """Each line's changes; what only repeats the state before is none."""
    made = []
    by_line = sorted((symbol, session, able) for session, symbol, able in rows)
    for _, found in itertools.groupby(by_line, key=lambda row: row[0]):
        was = False
        for row in found:
            if row[2] != was:
                made.append(row)
            was = row[2]
    return made


def _listing(digest: Any, listing: Listing, symbols: Sequence[str]) -> None:
    names = "\0".join([symbols[int(code)] for code in listing.codes])
    head = f"{listing.session} {listing.kind} {listing.sets_weights} {listing.pricing}\0{names}"
    digest.update(head.encode())
    parts: list[Any] = [listing.float_factor, listing.inclusion]
    weighing = listing.weighing
    if weighing is not None:
        digest.update(weighing.scheme.encode())
        parts += [weighing.measure, weighing.weight_factor]
    for values in parts:
        digest.update(b"-" if values is None else np.asarray(values, np.float64).tobytes())
