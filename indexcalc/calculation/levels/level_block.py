"""An index between two sessions, and the levels of one block of them."""

from __future__ import annotations

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.calculation.levels.held_shares import HeldShares, ShareCells
from indexcalc.calculation.levels.received_shares import ReceivedShares, ShareTransfer
from indexcalc.calculation.levels.share_updates import ShareUpdates
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.returns.returns import ReturnState


class LevelState(Struct):
    """The index between two sessions: enough to go on with the same bits.

    ``shares`` (n_symbols,): index shares of the last session, of the members; ``held``, ``float_factor``
    and ``capping``: the members then and their factors (None: none is used).  ``handed``: what corporate
    events handed the index beside them (None: nothing ever).  ``updates``: when changes of share counts
    are taken, where a rule says more than a threshold.  ``goal`` (n_symbols,): the index shares that the
    steps which are left lead to (None: those it has).
    """

    shares: Floats
    held: Bools
    float_factor: Floats | None = None
    capping: Floats | None = None
    value: float = 0.0
    level: float = 0.0
    divisor: float = 0.0
    started: bool = False
    gross: ReturnState = field(default_factory=ReturnState)
    net: list[ReturnState] = field(default_factory=list)
    handed: ReceivedShares | None = None
    updates: ShareUpdates | None = None
    goal: Floats | None = None

    @property
    def series(self) -> tuple[ReturnState, ...]:
        """The return versions."""
        return (self.gross, *self.net)


class LevelBlock(Struct):
    """Levels of one block: arrays (n_sessions,).

    ``opening`` R, ``value`` S and ``paid`` V per session; ``net_return`` (n_taxes, n_sessions);
    ``empty`` marks sessions without a member.  ``held_shares``: index shares of ``held.codes``.  ``told``:
    what corporate events handed over.
    """

    held: Held
    first: int
    held_shares: HeldShares
    value: Floats
    opening: Floats
    level: Floats
    total_return: Floats
    net_return: Floats
    paid: Floats
    divisor: Floats
    divisor_before: Floats
    members: Ints
    empty: Bools
    told: tuple[ShareTransfer, ...] = ()

    @classmethod
    def blank(cls, held: Held, first: int, n_taxes: int) -> LevelBlock:
        """A block before its levels are made."""
        n_sessions = held.held.shape[1]
        unknown = np.full(n_sessions, np.nan)
        return cls(
            held=held,
            first=first,
            held_shares=ShareCells(n_sessions).shares(),
            value=np.zeros(n_sessions),
            opening=np.zeros(n_sessions),
            level=unknown.copy(),
            total_return=unknown.copy(),
            net_return=np.full((n_taxes, n_sessions), np.nan),
            paid=np.zeros(n_sessions),
            divisor=unknown.copy(),
            divisor_before=unknown.copy(),
            members=np.count_nonzero(held.held, axis=0).astype(np.int64),
            empty=np.zeros(n_sessions, dtype=np.bool_),
        )

    @property
    def shares(self) -> Floats:
        """Index shares (n, n_sessions) for ``held.codes``, made when asked for."""
        return self.held_shares.dense()
