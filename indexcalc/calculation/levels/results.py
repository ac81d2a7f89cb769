"""What the level pass found of one index: what its files are made of."""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Days, Floats, Ints
from indexcalc.calculation.levels.event_log import EventLog
from indexcalc.calculation.levels.held_block import HeldBlock
from indexcalc.calculation.levels.index_terms import IndexTerms
from indexcalc.calculation.levels.level_block import LevelBlock
from indexcalc.calculation.prices.index_lines import IndexLines


class Change(Struct, frozen=True):
    """The whole list on a session at which members or weights changed.

    Arrays (n,) for ``codes`` ascending; weights are opening weights of the session.  ``capped``: how
    many of them some cap holds.  ``quote`` and ``rate``: prices as quoted and what one unit of their
    currency is worth (None: all are in one).
    """

    session: int
    kind: str
    codes: Codes
    shares: Floats
    float_factor: Floats
    capping: Floats
    inclusion: Floats
    index_shares: Floats
    price: Floats
    weight: Floats
    added: Bools
    removed: Codes
    turnover: float
    capped: int = 0
    quote: Floats | None = None
    rate: Floats | None = None


def _no_days() -> Days:
    return np.zeros(0, dtype=np.int32)


class IndexResults(Struct):
    """Results of one index, block by block.

    ``level`` to ``members``: parts (n_sessions,) for ``sessions``.  ``held``: where weights are kept.
    ``faults``: (session, code, kind, reason) of what is reported; ``unpriced``: of chosen lines without a
    price; ``missing``: of members without a row; ``empty``: sessions without a
    member.  ``first_seen`` and ``last_seen`` (n_symbols,): days of a line's first and last row.
    """

    sessions: list[int] = field(default_factory=list)
    level: list[Floats] = field(default_factory=list)
    total_return: list[Floats] = field(default_factory=list)
    net_return: list[Floats] = field(default_factory=list)
    paid: list[Floats] = field(default_factory=list)
    divisor: list[Floats] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    members: list[Ints] = field(default_factory=list)
    divisor_before: dict[int, float] = field(default_factory=dict)
    divisor_after: dict[int, float] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    log: EventLog = field(default_factory=EventLog)
    held: list[HeldBlock] = field(default_factory=list)
    faults: list[tuple[int, int, str, str]] = field(default_factory=list)
    unpriced: list[tuple[int, int]] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    first_seen: Days = field(default_factory=_no_days)
    last_seen: Days = field(default_factory=_no_days)

    def keep(self, local: IndexLines, block: LevelBlock, terms: IndexTerms) -> None:
        """Take the levels of a block; ``local``: its prices in the currencies of the lines."""
        first, stop = local.first + block.first, local.first + local.days.size
        columns = slice(block.first, None)
        self.sessions.extend(range(first, stop))
        self.level.append(block.level[columns])
        self.total_return.append(block.total_return[columns])
        self.net_return.append(block.net_return[:, columns])
        self.paid.append(block.paid[columns])
        self.divisor.append(block.divisor[columns])
        self.value.append(block.value[columns])
        self.members.append(block.members[columns])
        sessions = range(first, stop)
        self.divisor_before.update(
            zip(sessions, block.divisor_before[columns].tolist(), strict=True)
        )
        self.divisor_after.update(zip(sessions, block.divisor[columns].tolist(), strict=True))
        empty = local.first + np.flatnonzero(block.empty)
        self.empty.extend(empty[empty >= first].tolist())
        if terms.keep_weights:
            exchange = None if terms.payouts is None else terms.payouts.exchange
            self.held.append(HeldBlock.of(local, block, exchange))
