"""What happened to an index and its members, session by session, as columns (``events.parquet``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels.levels import LevelBlock
from indexcalc.calculation.prices.corporate_actions import ENDINGS
from indexcalc.calculation.prices.lines import Lines
from indexcalc.calculation.returns.returns import Payments
from indexcalc.market import arrow

# The kinds a person meets; line events add the action types of the market.
ADDED, REMOVED = "added", "removed"
SHARES, FLOAT, CARRIED, DIVIDEND = "shares", "float_factor", "carried", "dividend"
CAPPING = "capping_factor"
RECEIVED = "shares_received"


@dataclass(slots=True)
class _Rows:
    session: Ints
    code: Ints
    kind: str
    before: Floats
    after: Floats
    reason: str


@dataclass(slots=True)
class EventLog:
    """Collects event rows; reasons are shared texts, so a row costs a few numbers."""

    rows: list[_Rows] = field(default_factory=list)

    def add(
        self,
        kind: str,
        session: npt.ArrayLike,
        code: npt.ArrayLike,
        before: npt.ArrayLike,
        after: npt.ArrayLike,
        reason: str,
    ) -> None:
        """Rows of one kind and reason; arrays broadcast against each other."""
        columns = np.broadcast_arrays(
            np.atleast_1d(np.asarray(session, dtype=np.int64)),
            np.asarray(code, dtype=np.int64),
            np.asarray(before, dtype=np.float64),
            np.asarray(after, dtype=np.float64),
        )
        if columns[0].size:
            at, line, old, new = (column.copy() for column in columns)
            self.rows.append(_Rows(at, line, kind, old, new, reason))

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
        kinds = sorted({row.kind for row in self.rows})
        reasons = sorted({row.reason for row in self.rows})
        kind_at = {kind: position for position, kind in enumerate(kinds)}
        reason_at = {reason: position for position, reason in enumerate(reasons)}

        def joined(name: str, dtype: type) -> npt.NDArray[Any]:
            parts = [getattr(row, name) for row in self.rows]
            return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)

        session, code = joined("session", np.int64), joined("code", np.int64)
        sizes = [row.session.size for row in self.rows]
        kind = np.repeat(np.array([kind_at[row.kind] for row in self.rows], dtype=np.int64), sizes)
        reason = np.repeat(
            np.array([reason_at[row.reason] for row in self.rows], dtype=np.int64), sizes
        )
        order = np.lexsort((reason, kind, code, session))
        session, code = session[order], code[order]
        nan = float("nan")
        return arrow.table(
            {
                "date": arrow.from_days(days[session] if session.size else np.zeros(0, np.int32)),
                "symbol": arrow.from_codes(code, symbols),
                "event": arrow.from_codes(kind[order], kinds),
                "before": arrow.from_floats(joined("before", np.float64)[order], nan_is_null=True),
                "after": arrow.from_floats(joined("after", np.float64)[order], nan_is_null=True),
                "divisor_before": arrow.from_floats(
                    [divisor_before.get(int(at), nan) for at in session], nan_is_null=True
                ),
                "divisor_after": arrow.from_floats(
                    [divisor_after.get(int(at), nan) for at in session], nan_is_null=True
                ),
                "reason": arrow.from_codes(reason[order], reasons),
            }
        )


def log_block(
    log: EventLog,
    lines: Lines,
    block: LevelBlock,
    payments: Payments | None,
    shares_before: Floats,
    starts: int | None = None,
) -> None:
    """Log what the members met in one block.

    ``shares_before`` (n,): index shares before the block.
    ``starts``: the column at whose close the series begins; events of that session are not its own.
    """
    codes = block.held.codes
    first = lines.first
    held = block.shares != 0.0
    held[:, : block.first] = False
    last = np.concatenate((shares_before[:, None], block.shares[:, :-1]), axis=1)
    for event in lines.events:
        place, at = lines.row(event.code), event.session - first
        if at == starts and event.kind != "pending":
            continue
        here = bool(held[place, at])
        if event.kind in ENDINGS:
            # The line is gone on the session it ends: it was held at the close before.
            here = here or (at >= block.first and last[place, max(at, 0)] != 0.0)
        if here:
            log.add(event.kind, event.session, event.code, event.before, event.after, event.reason)
    last[:, block.first] = np.where(last[:, block.first] == 0, 0.0, last[:, block.first])
    scaled = last * lines.share_factor
    row, column = _cells(held & (block.shares != scaled))
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = np.abs(block.shares[row, column] / scaled[row, column] - 1.0) > 1e-12
    # A price event moves a value-neutral holding: that is the event's own row.
    moved &= (last[row, column] != 0.0) & (lines.last[row, column] == lines.base[row, column])
    row, column = row[moved], column[moved]
    log.add(
        SHARES,
        first + column,
        codes[row],
        last[row, column],
        block.shares[row, column],
        "index shares changed with listed shares, float or capping factor",
    )
    traded = lines.traded
    was = np.concatenate((lines.traded_before[:, None], traded[:, :-1]), axis=1)
    row, column = _cells(held & ~traded & was)
    log.add(
        CARRIED,
        first + column,
        codes[row],
        lines.last[row, column],
        lines.close[row, column],
        "no trade: the price held at the start of the session is carried until the next one",
    )
    if payments is not None:
        column = payments.sessions - first
        row = np.searchsorted(codes, payments.lines)
        told = column != (-1 if starts is None else starts)
        told[told] = held[row[told], column[told]]
        log.add(
            DIVIDEND,
            payments.sessions[told],
            payments.lines[told],
            lines.last[row[told], column[told]],
            payments.amounts[told],
            "ordinary dividend per share, reinvested in the total return",
        )


def log_handed(
    log: EventLog,
    lines: Lines,
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
                told.shares
                * float(lines.base[lines.row(told.code), column])
                / float(block.opening[column])
            )
            reason = f"spun off from {giver}: held until its first trade"
            log.add(ADDED, told.session, told.code, np.nan, worth, reason)
        elif told.kind == "received":
            reason = f"index shares received for {giver}"
            log.add(RECEIVED, told.session, told.code, np.nan, told.shares, reason)
        elif told.kind == "listed":
            reason = f"the shares issued for {giver} are counted as listed shares from here on"
            log.add(RECEIVED, told.session, told.code, told.shares, np.nan, reason)
        elif told.kind != "kept":  # who has become a member is told as one
            into = f"sold and put into {giver}" if told.kind == "parent" else "sold"
            last = float(lines.last[lines.row(told.code), column])
            reason = f"spun off from {giver}: {into} at its first close"
            log.add(REMOVED, told.session, told.code, last, np.nan, reason)


def _cells(where: Bools) -> tuple[Ints, Ints]:
    """The rows and columns at which something holds, row by row."""
    row, column = np.divmod(np.flatnonzero(where), where.shape[1])
    return row, column
