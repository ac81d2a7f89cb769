"""Who is held in each session of a block: reviews laid over the lines that are there.

Three kinds, by how a rule says its reviews: *composites* (a state checked every session),
*scheduled* indices (lists from reviews: module ``scheduled``), and *children* without a selection of
their own, which hold what their parents hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from indexcalc.arrays import Bools, Codes, Floats, Ints, States
from indexcalc.calculation.prices.lines import Lines


@dataclass(slots=True)
class MembershipBlock:
    """Membership of one block over all lines: arrays (n_symbols, n_sessions).

    ``float_factor`` None: the scheme uses none; so ``capping`` and ``price_factor``.  ``resets``:
    column -> opening weights (n_symbols,) for value-neutral schemes (index shares in the columns of
    ``given``), or None where only share counts are taken anew.  ``kinds``: column ->
    why the list was made (``regular``, ``rebalance`` ...); ``why``: column -> by code, why it came or
    went.  ``capped``: column -> lines some cap holds
    from then on.  ``blocked`` and ``gone``: (column, code) of chosen lines that do not enter, without
    a price and no longer listed.
    """

    held: Bools
    float_factor: Floats | None = None
    inclusion: Floats | None = None
    capping: Floats | None = None
    price_factor: Floats | None = None
    resets: dict[int, Floats | None] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)
    capped: dict[int, Bools] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    why: dict[int, Mapping[int, str]] = field(default_factory=dict)
    blocked: list[tuple[int, int]] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)

    @property
    def factor(self) -> Floats | None:
        """Price factor x float x capping x inclusion; None where all are 1."""
        made: Floats | None = None
        for part in (self.price_factor, self.float_factor, self.capping, self.inclusion):
            if part is not None:
                made = part if made is None else made * part
        return made


class Membership(Protocol):
    """What the level pass asks: the first session, and who is held in each block."""

    first_session: int

    def dense(self, lines: Lines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """The block's members; called once a block, in order."""
        ...


@dataclass(slots=True)
class Composite:
    """Members by state: ``starts`` and ``stops`` are (session, code) pairs at which a line becomes
    and ceases to be eligible, in observed sessions, each already at its effective session.

    ``debuts``: a line may be held on the session of its first close, from its base price; else the
    session before, when it was judged, it was not there.  ``uses_float``: weigh by the parents'
    float factors, where they have any.
    """

    first_session: int
    sessions: Ints
    codes: Codes
    eligible: Bools
    of: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    debuts: bool = False
    uses_float: bool = True
    state: Bools | None = None

    def resume(self, last: int, n_symbols: int) -> None:
        """Go on after session ``last``: with what the last change of each line up to then says."""
        self.state = np.zeros(n_symbols, dtype=np.bool_)
        early = np.flatnonzero(self.sessions <= last)
        early = early[np.argsort(self.sessions[early], kind="stable")]
        self.state[self.codes[early]] = self.eligible[early]

    def dense(self, lines: Lines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """Eligible lines that are priced and listed, of the parents' members where it has any."""
        n_symbols, n_sessions = lines.block.shape
        first = lines.block.first
        if self.state is None:
            self.state = np.zeros(n_symbols, dtype=np.bool_)
            early = self.sessions < first
            self.state[self.codes[early]] = self.eligible[early]
        changes = np.zeros((n_symbols, n_sessions), dtype=np.int8)
        inside = (self.sessions >= first) & (self.sessions < first + n_sessions)
        column = (self.sessions[inside] - first).astype(np.int64)
        changes[self.codes[inside], column] = np.where(self.eligible[inside], 1, -1)
        able = _last_change(changes, self.state)
        self.state = able[:, -1].copy()
        held = able & priced(lines, self.first_session)
        if not self.debuts:
            for code, at in lines.debuts:
                held[code, at] &= first + at == self.first_session
        float_factor: Floats | None = None
        if self.of:
            held &= np.logical_or.reduce([parents[name].held for name in self.of])
            factors = [
                parents[name]
                for name in self.of
                if self.uses_float and parents[name].float_factor is not None
            ]
            for parent in factors:
                assert parent.float_factor is not None
                here = np.where(parent.held, parent.float_factor, 1.0)
                float_factor = (
                    here if float_factor is None else np.where(parent.held, here, float_factor)
                )
        for name in self.except_:
            held &= ~parents[name].held
        held[:, : max(0, self.first_session - first)] = False
        kinds: dict[int, str] = {}
        for name in (*self.of, *self.except_):
            for at, kind in parents[name].kinds.items():
                # Where two parents change on one day, a review gives the day its name.
                kinds[at] = kind if kind == "regular" else kinds.get(at, kind)
        return MembershipBlock(held, float_factor, kinds=kinds)


def priced(lines: Lines, first_session: int) -> Bools:
    """Lines that can be held; on the very first session of an index a close is enough."""
    column = first_session - lines.block.first
    if not 0 <= column < lines.block.shape[1]:
        return lines.ready
    ready = lines.ready.copy()
    ready[:, column] = lines.block.present[:, column] & ~np.isnan(lines.close[:, column])
    return ready


def _last_change(changes: States, initial: Bools) -> Bools:
    """State after the last change up to each session: +1 sets, -1 clears, 0 keeps."""
    n_sessions = changes.shape[1]
    position = np.where(changes != 0, np.arange(n_sessions), -1)
    np.maximum.accumulate(position, axis=1, out=position)
    found = np.take_along_axis(changes, np.maximum(position, 0), axis=1) > 0
    state: Bools = np.where(position >= 0, found, initial[:, None])
    return state
