"""Who is held in each session of a block: reviews laid over the lines that are there.

Three kinds, by how a rule says its reviews: *composites* (a state checked every session),
*scheduled* indices (lists from reviews), and *children* without a selection of their own, which
hold what their parents hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from indexcalc.calculation.lines import Lines

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]


@dataclass(slots=True)
class Dense:
    """Membership of one block over all lines: arrays (n_symbols, n_sessions).

    ``float_factor`` None: the scheme uses none.  ``resets``: column -> opening weights (n_symbols,)
    for value-neutral schemes, or None where only share counts are taken anew.  ``kinds``: column ->
    why the list was made (``regular``, ``rebalance`` ...).  ``blocked`` and ``gone``: (column, code)
    of chosen lines that do not enter, without a price and no longer listed.
    """

    held: Bools
    float_factor: Floats | None = None
    inclusion: Floats | None = None
    resets: dict[int, Floats | None] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    blocked: list[tuple[int, int]] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)

    @property
    def factor(self) -> Floats | None:
        """Float x inclusion; None where both are 1."""
        if self.float_factor is None:
            return self.inclusion
        return self.float_factor if self.inclusion is None else self.float_factor * self.inclusion


class Membership(Protocol):
    """What the level pass asks: the first session, and who is held in each block."""

    first_session: int

    def dense(self, lines: Lines, parents: Mapping[str, Dense]) -> Dense:
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
    sessions: npt.NDArray[np.int64]
    codes: Codes
    eligible: Bools
    of: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    debuts: bool = False
    uses_float: bool = True
    state: Bools | None = None

    def dense(self, lines: Lines, parents: Mapping[str, Dense]) -> Dense:
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
        held = able & _priced(lines, self.first_session)
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
        return Dense(held, float_factor)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of a scheduled index, in force from observed session ``session`` on.

    ``codes`` (n,) ascending; ``float_factor`` and ``inclusion`` (n,) or None where they are 1.
    ``equal``: weights are equal.  ``sets_weights``: a review or rebalance that takes weights anew.
    """

    session: int
    kind: str
    codes: Codes
    float_factor: Floats | None
    inclusion: Floats | None
    equal: bool
    sets_weights: bool


@dataclass(slots=True)
class Scheduled:
    """Members by lists; a line whose rows stop leaves and does not come back before the next."""

    first_session: int
    listings: Sequence[Listing]
    current: Listing | None = None
    alive: Bools | None = None

    def dense(self, lines: Lines, parents: Mapping[str, Dense]) -> Dense:
        """The lists laid over the block."""
        n_symbols, n_sessions = lines.block.shape
        first = lines.block.first
        held = np.zeros((n_symbols, n_sessions), dtype=np.bool_)
        uses_float = any(item.float_factor is not None for item in self.listings)
        uses_inclusion = any(item.inclusion is not None for item in self.listings)
        float_factor = np.ones((n_symbols, n_sessions)) if uses_float else None
        inclusion = np.ones((n_symbols, n_sessions)) if uses_inclusion else None
        made = Dense(held, float_factor, inclusion)
        ready = _priced(lines, self.first_session)
        inside = [item for item in self.listings if first <= item.session < first + n_sessions]
        earlier = [item for item in self.listings if item.session < first]
        if self.current is None and earlier:
            self._take(earlier[-1], n_symbols)
        bounds = [0, *(item.session - first for item in inside), n_sessions]
        for position in range(len(bounds) - 1):
            start, stop = bounds[position], bounds[position + 1]
            if position > 0:
                listing = inside[position - 1]
                self._take(listing, n_symbols)
                made.kinds[start] = listing.kind
                if listing.sets_weights:
                    made.resets[start] = _opening(listing, ready[:, start])
                # A member without a price on its first session cannot be bought; one without a
                # row in a market that has every row has been delisted since it was chosen.
                out = listing.codes[~ready[listing.codes, start]]
                gone = ~lines.block.present[out, start] & lines.complete
                made.blocked.extend((start, int(code)) for code in out[~gone])
                made.gone.extend((start, int(code)) for code in out[gone])
            if self.current is None or self.alive is None or start == stop:
                continue
            inside_now = np.logical_and.accumulate(
                np.concatenate((self.alive[:, None], ready[:, start:stop]), axis=1), axis=1
            )[:, 1:]
            held[:, start:stop] = inside_now
            self.alive = inside_now[:, -1].copy()
            codes = self.current.codes
            if float_factor is not None and self.current.float_factor is not None:
                float_factor[codes, start:stop] = self.current.float_factor[:, None]
            if inclusion is not None and self.current.inclusion is not None:
                inclusion[codes, start:stop] = self.current.inclusion[:, None]
        return made

    def _take(self, listing: Listing, n_symbols: int) -> None:
        self.current = listing
        self.alive = np.zeros(n_symbols, dtype=np.bool_)
        self.alive[listing.codes] = True


def _opening(listing: Listing, ready: Bools) -> Floats | None:
    """Opening weights (n_symbols,) of a list that sets them; None where counts alone are taken."""
    if not listing.equal:
        return None
    codes = listing.codes[ready[listing.codes]]
    opening = np.zeros(ready.size)
    opening[codes] = 1.0 / max(codes.size, 1)
    if listing.inclusion is not None:
        opening[listing.codes] *= listing.inclusion
        opening /= opening.sum()
    return opening


def _priced(lines: Lines, first_session: int) -> Bools:
    """Lines that can be held; on the very first session of an index a close is enough."""
    column = first_session - lines.block.first
    if not 0 <= column < lines.block.shape[1]:
        return lines.ready
    ready = lines.ready.copy()
    ready[:, column] = lines.block.present[:, column] & ~np.isnan(lines.close[:, column])
    return ready


def _last_change(changes: npt.NDArray[np.int8], initial: Bools) -> Bools:
    """State after the last change up to each session: +1 sets, -1 clears, 0 keeps."""
    n_sessions = changes.shape[1]
    position = np.where(changes != 0, np.arange(n_sessions), -1)
    np.maximum.accumulate(position, axis=1, out=position)
    found = np.take_along_axis(changes, np.maximum(position, 0), axis=1) > 0
    state: Bools = np.where(position >= 0, found, initial[:, None])
    return state
