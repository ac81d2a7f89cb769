"""What happened to an index and its members, session by session, as columns (``events.parquet``)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from indexcalc.arrays import Codes, Floats, Ints, true_cells
from indexcalc.calculation.levels.level_block import LevelBlock
from indexcalc.calculation.prices.corporate_actions import ENDINGS
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.returns.returns import Payments
from indexcalc.market import arrow

# The kinds a person meets; line events add the action types of the market.
ADDED, REMOVED = "added", "removed"
SHARES, FLOAT, CARRIED, DIVIDEND = "shares", "float_factor", "carried", "dividend"
CAPPING = "capping_factor"
RECEIVED = "shares_received"


class _Rows(NamedTuple):
    """Rows (n,) as they were given: a single value holds for all."""

    n: int
    session: npt.ArrayLike
    code: npt.ArrayLike
    kind: str | Sequence[str]
    before: npt.ArrayLike
    after: npt.ArrayLike
    reason: str | Sequence[str]


class EventLog(Struct):
    """Collects event rows; reasons are shared texts, so a row costs a few numbers."""

    rows: list[_Rows] = field(default_factory=list)

    def add(
        self,
        kind: str | Sequence[str],
        session: npt.ArrayLike,
        code: npt.ArrayLike,
        before: npt.ArrayLike,
        after: npt.ArrayLike,
        reason: str | Sequence[str],
    ) -> None:
        """Rows (n,), as many as ``code``; a single value holds for all."""
        n = np.size(code)
        if n:
            self.rows.append(_Rows(n, session, code, kind, before, after=after, reason=reason))

    def table(
        self,
        days: Codes,
        symbols: tuple[str, ...],
        divisor_before: dict[int, float],
        divisor_after: dict[int, float],
    ) -> Any:
        """The rows sorted by date, symbol and kind.

        Columns: date, symbol, event, before, after, divisor_before, divisor_after, reason.
        ``days``: observed sessions; the divisors are by session position.
        """
        kinds, kind = self._coded("kind")
        reasons, reason = self._coded("reason")
        ends = list(itertools.accumulate((row.n for row in self.rows), initial=0))

        def joined(name: str, dtype: type) -> npt.NDArray[Any]:
            column: npt.NDArray[Any] = np.empty(ends[-1], dtype=dtype)
            for row, start, stop in zip(self.rows, ends, ends[1:], strict=False):
                column[start:stop] = getattr(row, name)
            return column

        session, code = joined("session", np.int64), joined("code", np.int64)
        order = np.lexsort((reason, kind, code, session))
        session, code = session[order], code[order]
        sessions, nan = session.tolist(), float("nan")
        return arrow.table(
            {
                "date": arrow.from_days(days[session] if session.size else np.zeros(0, np.int32)),
                "symbol": arrow.from_codes(code, symbols),
                "event": arrow.from_codes(kind[order], kinds),
                "before": arrow.from_floats(joined("before", np.float64)[order], nan_is_null=True),
                "after": arrow.from_floats(joined("after", np.float64)[order], nan_is_null=True),
                "divisor_before": arrow.from_floats(
                    [divisor_before.get(at, nan) for at in sessions], nan_is_null=True
                ),
                "divisor_after": arrow.from_floats(
                    [divisor_after.get(at, nan) for at in sessions], nan_is_null=True
                ),
                "reason": arrow.from_codes(reason[order], reasons),
            }
        )

    def _coded(self, name: Literal["kind", "reason"]) -> tuple[list[str], Ints]:
        """The texts of a column, sorted, and which of them each row has."""
        parts = ((row.n, getattr(row, name)) for row in self.rows)
        texts = [text for n, of in parts for text in ([of] * n if isinstance(of, str) else of)]
        every = sorted(set(texts))
        places = dict(zip(every, range(len(every)), strict=True))
        return every, np.array([places[text] for text in texts], dtype=np.int64)


def log_block(
    log: EventLog,
    lines: IndexLines,
    block: LevelBlock,
    payments: Payments | None,
    shares_before: Floats,
    starts: int | None = None,
) -> None:
    """Log what the members met in one block.

    ``lines``: prices in line currency.  ``shares_before`` (n,): index shares before the block.
    ``starts``: the column at whose close the series begins; events of that session are not its own.
    """
    _log_line_events(log, lines, block, shares_before, starts)
    _log_share_changes(log, lines, block, shares_before)
    moving, first = lines.moving, lines.first
    if not moving.traded.all():
        was = np.concatenate((moving.traded_before[:, None], moving.traded[:, :-1]), axis=1)
        row, column = true_cells(~moving.traded & was)
        held = block.held_shares.cells(lines.rows[row], column) != 0.0
        held &= column >= block.first
        row, column = row[held], column[held]
        log.add(
            CARRIED,
            first + column,
            moving.codes[row],
            moving.last[row, column],
            moving.close[row, column],
            "no trade: the price held at the start of the session is carried until the next one",
        )
    if payments is None:
        return
    column = payments.sessions - first
    row = np.searchsorted(lines.codes, payments.lines)
    told = (column != (-1 if starts is None else starts)) & (column >= block.first)
    told &= block.held_shares.cells(row, column) != 0.0
    log.add(
        DIVIDEND,
        payments.sessions[told],
        payments.lines[told],
        lines.cells("last", row[told], column[told]),
        payments.amounts[told],
        "ordinary dividend per share, reinvested in the total return",
    )


def _log_line_events(
    log: EventLog, lines: IndexLines, block: LevelBlock, before: Floats, starts: int | None
) -> None:
    """What happened to lines in sessions in which they are held, or are gone for it."""
    events, shares = lines.moving.events, block.held_shares
    if not events:
        return
    row = np.searchsorted(lines.codes, np.array([event.code for event in events], dtype=np.int32))
    column = np.array([event.session - lines.first for event in events], dtype=np.int64)
    held = shares.cells(row, column) != 0.0
    was_held = shares.cells(row, column - 1) != 0.0
    was_held = np.where(column <= 0, before[row] != 0.0, was_held)
    # A line that ends is gone on the session it ends: it was held at the close before.
    told = [
        event
        for event, at, here, was in zip(
            events, column.tolist(), held.tolist(), was_held.tolist(), strict=True
        )
        if at >= block.first
        and (at != starts or event.kind == "pending")
        and (here or (event.kind in ENDINGS and was))
    ]
    names = ("kind", "session", "code", "before", "after", "reason")
    log.add(**{name: [getattr(event, name) for event in told] for name in names})


def _log_share_changes(log: EventLog, lines: IndexLines, block: LevelBlock, before: Floats) -> None:
    """Index shares of members that moved beyond what the events of the session say."""
    shares, moving = block.held_shares, lines.moving
    place, scaled = true_cells(moving.share_factor != 1.0)
    opens = np.flatnonzero((shares.opening != before) & (shares.first == 0))
    row = np.concatenate((shares.row, opens, lines.rows[place])).astype(np.int64)
    column = np.concatenate((shares.column, np.zeros(opens.size), scaled)).astype(np.int64)
    if not row.size:
        return
    cells = np.unique(row * shares.n_sessions + column)
    row, column = cells // shares.n_sessions, cells % shares.n_sessions
    now, last = shares.cells(row, column), shares.cells(row, column - 1)
    last = np.where(column == 0, before[row], last)
    at = np.searchsorted(lines.rows, row)
    moves = np.append(lines.rows, -1)[at] == row
    factor = np.ones(row.size)
    factor[moves] = moving.share_factor[at[moves], column[moves]]
    expected = last * factor
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = (now != 0.0) & (last != 0.0) & (np.abs(now / expected - 1.0) > 1e-12)
    moved &= column >= block.first
    # A price event moves a value-neutral holding: that is the event's own row.
    cell = at[moves], column[moves]
    moved[moves] &= moving.last[cell] == moving.base[cell]
    log.add(
        SHARES,
        lines.first + column[moved],
        lines.codes[row[moved]],
        last[moved],
        now[moved],
        "index shares changed with listed shares, float or capping factor",
    )


def log_handed(
    log: EventLog,
    lines: IndexLines,
    block: LevelBlock,
    symbols: Sequence[str],
    starts: int | None = None,
) -> None:
    """Log the lines an index was handed and those it sold again, and an acquirer's new shares."""
    first = lines.first
    for told in block.told:
        column = told.session - first
        if column < block.first or column == starts:
            continue
        giver = symbols[told.giver]
        if told.kind == "opened":
            worth = (
                told.shares * lines.value("base", told.code, column) / float(block.opening[column])
            )
            reason = f"spun off from {giver}: held until its first trade"
            log.add(ADDED, told.session, told.code, np.nan, worth, reason)
        elif told.kind == "received":
            reason = f"index shares received for {giver}"
            log.add(RECEIVED, told.session, told.code, np.nan, told.shares, reason)
        elif told.kind == "listed":
            reason = f"the shares issued for {giver} are counted as listed shares from here on"
            log.add(RECEIVED, told.session, told.code, told.shares, np.nan, reason)
        elif told.kind == "resumed":
            reason = f"{giver} trades again: the shares to be issued for it are not counted"
            log.add(RECEIVED, told.session, told.code, told.shares, np.nan, reason)
        elif told.kind != "kept":  # who has become a member is told as one
            into = f"sold and put into {giver}" if told.kind == "parent" else "sold"
            last = lines.value("last", told.code, column)
            reason = f"spun off from {giver}: {into} at its first close"
            log.add(REMOVED, told.session, told.code, last, np.nan, reason)
