"""What the tables tell of lines between reviews, each fact with the first session it is known.

Readings chosen where the reference leaves room:

- A delisting is a fact from the row of ``securities`` that says its date.  A date in the first row
  of a line, without ``known_at``, does not say when it was decided: it counts from itself.
- A delisting with a ``successor``, or of a line with a ``merger`` or ``tender`` row, is a merger.
- Rows that stop in a complete market are a delisting on the first session without one.
- A line is halted for its merger from the first ``halted`` spell, once the merger is known, that is
  not said to end before the delisting; without one it leaves at its last trade.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Ints, position_in
from indexcalc.market import arrow
from indexcalc.market.as_of import History, known_days
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.review.data.presence import Presence

FOREVER = int(np.iinfo(np.int32).max)
DELISTING, MERGER, TRANSFER = "delisting", "merger", "transfer"
HALTED = "halted"


class Fact(Struct, frozen=True, gc=False):
    """One fact of a line.  Days since 1970-01-01: ``known`` (the first day it is known and in
    force), ``gone`` (from which the line is no longer listed), ``until`` (from which the fact holds
    no longer), ``halt`` (from which it is halted for its merger); ``FOREVER`` where there is none."""

    kind: str
    code: int
    known: int
    gone: int = FOREVER
    until: int = FOREVER
    halt: int = FOREVER
    successor: int = -1

    @property
    def text(self) -> str:
        """What the ledger says of it."""
        since = date_of(self.known)
        if self.kind in (DELISTING, MERGER):
            on = "" if self.gone == FOREVER else f" on {date_of(self.gone)}"
            return f"{self.kind}{on}, known on {since}"
        return f"{self.kind} since {since}"


def facts(market: Market, presence: Presence, stops_are_delistings: bool) -> list[Fact]:
    """All facts of the market's lines that a rule may name under ``deletions.on``; made once for it."""
    told = market.memo("facts of lines", lambda: _told(market))
    if not stops_are_delistings:
        return list(told)
    return list(market.memo("facts and stops of lines", lambda: _with_stops(told, presence)))


def still_there(market: Market, presence: Presence, day: int) -> Bools:
    """Lines (n,) that are there on a day where a row that is missing says nothing: all that have had one up
    to it, but those that the tables say by then to be gone and that have not come back since."""
    codes, gone, known = endings(market)
    told = (gone <= day) & (known <= day)
    back = presence.came(day)[codes] >= gone
    there = presence.seen(day)
    there[codes[told & ~back]] = False
    return there


def endings(market: Market) -> tuple[Ints, Ints, Ints]:
    """(codes, days from which they are gone, days from which that is known) of lines that end, (n,)."""
    return market.memo("endings of lines", lambda: _endings(market))


def _endings(market: Market) -> tuple[Ints, Ints, Ints]:
    told = market.memo("facts of lines", lambda: _told(market))
    endings = [fact for fact in told if fact.kind in (DELISTING, MERGER)]
    rows = np.array([(fact.code, fact.gone, fact.known) for fact in endings], dtype=np.int64)
    codes, gone, known = rows.reshape(-1, 3).T
    return codes, gone, known


def _with_stops(told: tuple[Fact, ...], presence: Presence) -> tuple[Fact, ...]:
    known_stops = {(fact.code, fact.gone) for fact in told}
    stops = zip(*(part.tolist() for part in presence.stops), strict=True)
    found = (
        Fact(DELISTING, code, day, day) for code, day in stops if (code, day) not in known_stops
    )
    return (*told, *found)


def _told(market: Market) -> tuple[Fact, ...]:
    """The facts that the tables tell, whatever the daily rows do."""
    spells = list(_designations(market))
    return *_delistings(market, spells), *_transfers(market), *spells


def _delistings(market: Market, spells: list[Fact]) -> Iterator[Fact]:
    merged = dict(_mergers(market))
    halts: dict[int, list[Fact]] = {}
    for spell in spells:
        if spell.kind == HALTED:
            halts.setdefault(spell.code, []).append(spell)
    with_date: set[int] = set()
    for code, known, gone, taken_over, successor in _delisting_rows(market):
        with_date.add(code)
        kind = DELISTING
        if taken_over or code in merged:
            kind = MERGER
            known = min(known, merged.get(code, (known, gone, "", -1))[0])
        if successor < 0 and code in merged:
            successor = merged[code][3]
        halt = _halt(halts.get(code, []), known, gone)
        yield Fact(
            kind=kind,
            code=code,
            known=known,
            gone=gone,
            until=FOREVER,
            halt=halt,
            successor=successor,
        )
    for code, (known, gone, word, other) in merged.items():
        if code not in with_date and word == MERGER:
            halt = _halt(halts.get(code, []), known, gone)
            yield Fact(
                kind=MERGER,
                code=code,
                known=known,
                gone=gone,
                until=FOREVER,
                halt=halt,
                successor=other,
            )


def _halt(spells: list[Fact], known: int, gone: int) -> int:
    starts = [
        max(spell.known, known)
        for spell in spells
        if spell.until > known and spell.until >= gone and spell.known < gone
    ]
    return min(starts, default=FOREVER)


def _delisting_rows(market: Market) -> Iterator[tuple[int, int, int, bool, int]]:
    """(code, day known, day gone, has it a successor, which line) of each delisting date said."""
    table = market.table("securities")
    if table is None or "delisting_date" not in table.column_names:
        return
    history = History(table, "valid_from", market.order)
    gone = arrow.days(table.column("delisting_date"))
    successors = np.full(gone.size, -1, dtype=np.int32)
    taken_over = np.zeros(gone.size, dtype=np.bool_)
    if "successor" in table.column_names:
        successors = arrow.codes_into(table.column("successor"), market.order)
        taken_over = ~arrow.null_mask(table.column("successor"))
    seen: set[tuple[int, int]] = set()
    order = np.lexsort((history.from_days, history.codes))
    previous = -1
    for row in order.tolist():
        code = int(history.codes[row])
        first = code != previous
        previous = code
        if code < 0 or gone[row] == arrow.NULL_DAY or (code, int(gone[row])) in seen:
            continue
        seen.add((code, int(gone[row])))
        known = max(int(history.from_days[row]), int(history.known_days[row]))
        if known == arrow.NULL_DAY or (first and history.known_days[row] == arrow.NULL_DAY):
            known = int(gone[row])
        yield code, known, int(gone[row]), bool(taken_over[row]), int(successors[row])


def _mergers(market: Market) -> Iterator[tuple[int, tuple[int, int, str, int]]]:
    """(code, (day known, ex-date, type, other line)) of ``merger`` and ``tender`` rows."""
    table = market.table("corporate_actions")
    if table is None:
        return
    codes = arrow.codes_into(table.column("symbol"), market.order)
    days = arrow.days(table.column("ex_date"))
    known = known_days(table)
    others = np.full(codes.size, -1, dtype=np.int32)
    if "other_symbol" in table.column_names:
        others = arrow.codes_into(table.column("other_symbol"), market.order)
    for row, word in enumerate(arrow.texts(table.column("type"))):
        if word in ("merger", "tender") and codes[row] >= 0:
            day = int(days[row])
            at = day if known[row] == arrow.NULL_DAY else int(known[row])
            yield int(codes[row]), (at, day, str(word), int(others[row]))


def _transfers(market: Market) -> Iterator[Fact]:
    table = market.table("securities")
    if table is None or "market" not in table.column_names:
        return
    history = History(table, "valid_from", market.order)
    codes, days = history.change_days("market")
    labels, _ = arrow.sorted_codes(table.column("market"))
    label = labels[history.rows("market").rows]
    for row in np.flatnonzero((codes[1:] == codes[:-1]) & (label[1:] != label[:-1])) + 1:
        yield Fact(TRANSFER, int(codes[row]), int(days[row]))


def _designations(market: Market) -> Iterator[Fact]:
    table = market.table("designations")
    if table is None:
        return
    codes = arrow.codes_into(table.column("symbol"), market.order)
    starts = np.maximum(arrow.days(table.column("from")), known_days(table))
    ends = np.full(codes.size, arrow.NULL_DAY, dtype=np.int32)
    if "to" in table.column_names:
        ends = arrow.days(table.column("to"))
    for row, kind in enumerate(arrow.texts(table.column("kind"))):
        until = FOREVER if ends[row] == arrow.NULL_DAY else int(ends[row])
        if codes[row] >= 0 and starts[row] < until:
            yield Fact(str(kind), int(codes[row]), int(starts[row]), FOREVER, until)


def position(sessions: Sessions, day: int) -> int:
    """The position of the first session on or after a day; ``len(sessions)`` when there is none."""
    return position_in(sessions.days, day)
