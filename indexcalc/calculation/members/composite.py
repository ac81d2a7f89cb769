"""Who is held in each session of a block: reviews laid over the lines that are there.

Three kinds, by how a rule says its reviews: *composites* (a state checked every session),
*scheduled* indices (lists from reviews: module ``scheduled``), and *children* without a selection of
their own, which hold what their parents hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.calculation.prices.lines import Lines

_T = TypeVar("_T", bound=np.generic)


@dataclass(slots=True)
class MembershipBlock:
    """Membership of some lines in the sessions of a block: arrays (n, n_sessions).

    Row i is line ``codes[i]`` (ascending); no other line is held.  ``float_factor`` None: the scheme uses
    none; so ``capping`` and ``price_factor``.  ``resets``: column -> opening weights (n,) for
    value-neutral schemes (index shares in the columns of ``given``), or None where only share counts are
    taken anew.  ``kinds``: column -> why the list was made (``regular``, ``rebalance`` ...); ``why``:
    column -> by code, why it came or went.  ``capped``: column -> lines (n_symbols,) some cap holds from
    then on.  ``blocked`` and ``gone``: (column, code) of chosen lines that do not enter, without a price
    and no longer listed.
    """

    codes: Codes
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

    def held_of(self, codes: Codes) -> Bools:
        """Who of ``codes`` (ascending) is held: (codes.size, n_sessions)."""
        return _rows_of(self.codes, self.held, codes, False)

    def float_factor_of(self, codes: Codes) -> Floats:
        """The float factors of ``codes`` (ascending); 1 where there is none."""
        assert self.float_factor is not None
        return _rows_of(self.codes, self.float_factor, codes, 1.0)


def _rows_of(own: Codes, values: npt.NDArray[_T], codes: Codes, other: float) -> npt.NDArray[_T]:
    """The rows of ``codes`` in ``values``, whose rows are ``own``; ``other`` where there is none."""
    if np.array_equal(own, codes):
        return values.copy()
    made = np.full((codes.size, values.shape[1]), other, dtype=values.dtype)
    _, to, of = np.intersect1d(codes, own, assume_unique=True, return_indices=True)
    made[to] = values[of]
    return made


class Membership(Protocol):
    """What the level pass asks: the first session, and who is held in each block."""

    first_session: int

    def codes(self, block: LineBlock, parents: Mapping[str, MembershipBlock]) -> Codes:
        """Every line that may be held in the block, or is followed for a list to come; ascending."""
        ...

    def held(self, lines: Lines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """The block's members among ``lines``; called once a block, in order."""
        ...


@dataclass(slots=True)
class Composite:
    """Members by state: at each of ``sessions`` a line of ``codes_changed`` becomes or ceases to be
    ``eligible``, in observed sessions, each already at its effective session.

    ``debuts``: a line may be held on the session of its first close, from its base price, where the rule
    lets it in; else the session before, when it was judged, it was not there.  ``uses_float``: weigh by
    the parents' float factors, where they have any.
    """

    first_session: int
    sessions: Ints
    codes_changed: Codes
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
        self.state[self.codes_changed[early]] = self.eligible[early]

    def codes(self, block: LineBlock, parents: Mapping[str, MembershipBlock]) -> Codes:
        """The lines that are eligible at some time in the block, of the parents' where it has any."""
        first, stop = block.first, block.first + block.days.size
        able = self._state_before(first, block.rows.present.shape[1]).copy()
        inside = (self.sessions >= first) & (self.sessions < stop) & self.eligible
        able[self.codes_changed[inside]] = True
        found = np.flatnonzero(able).astype(np.int32)
        if self.of:
            theirs = np.concatenate([parents[name].codes for name in self.of])
            found = np.intersect1d(found, theirs)
        return found

    def held(self, lines: Lines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """Eligible lines that are priced and listed, of the parents' members where it has any."""
        codes, first = lines.codes, lines.first
        able = self._able(lines)
        held = able & priced(lines, self.first_session)
        if not self.debuts:
            for code, at in lines.debuts:
                held[lines.row(code), at] &= first + at == self.first_session
        float_factor: Floats | None = None
        if self.of:
            theirs = {name: parents[name].held_of(codes) for name in self.of}
            held &= np.logical_or.reduce(list(theirs.values()))
            for name in self.of:
                if self.uses_float and parents[name].float_factor is not None:
                    here = np.where(theirs[name], parents[name].float_factor_of(codes), 1.0)
                    float_factor = (
                        here if float_factor is None else np.where(theirs[name], here, float_factor)
                    )
        for name in self.except_:
            held &= ~parents[name].held_of(codes)
        held[:, : max(0, self.first_session - first)] = False
        kinds: dict[int, str] = {}
        for name in (*self.of, *self.except_):
            for at, kind in parents[name].kinds.items():
                # Where two parents change on one day, a review gives the day its name.
                kinds[at] = kind if kind == "regular" else kinds.get(at, kind)
        return MembershipBlock(codes, held, float_factor, kinds=kinds)

    def _state_before(self, first: int, n_symbols: int) -> Bools:
        """Who is eligible (n_symbols,) before session ``first``."""
        if self.state is None:
            self.state = np.zeros(n_symbols, dtype=np.bool_)
            early = self.sessions < first
            self.state[self.codes_changed[early]] = self.eligible[early]
        return self.state

    def _able(self, lines: Lines) -> Bools:
        """Who is eligible (n, n_sessions); the state goes on to the last session."""
        assert self.state is not None
        codes, first, n_sessions = lines.codes, lines.first, lines.days.size
        able = np.repeat(self.state[codes][:, None], n_sessions, axis=1)
        inside = np.flatnonzero((self.sessions >= first) & (self.sessions < first + n_sessions))
        inside = inside[np.argsort(self.sessions[inside], kind="stable")]
        for place in inside.tolist():
            code, eligible = int(self.codes_changed[place]), bool(self.eligible[place])
            self.state[code] = eligible
            row = lines.row(code)
            if row >= 0:
                able[row, int(self.sessions[place]) - first :] = eligible
        return able


def priced(lines: Lines, first_session: int) -> Bools:
    """Lines that can be held; on the very first session of an index a close is enough."""
    column = first_session - lines.first
    if not 0 <= column < lines.days.size:
        return lines.ready
    ready = lines.ready.copy()
    ready[:, column] |= lines.present[:, column] & ~np.isnan(lines.close[:, column])
    return ready
