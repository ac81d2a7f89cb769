"""Who is held in each session of a block: reviews laid over the lines that are there.

Three kinds, by how a rule says its reviews: *composites* (a state checked every session),
*scheduled* indices (lists from reviews: module ``scheduled``), and *children* without a selection of
their own, which hold what their parents hold.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.members.held import Steps
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.line_prices import LineBlock

if TYPE_CHECKING:
    from indexcalc.review.composite.float_by_session import FloatChanges

_T = TypeVar("_T", bound=np.generic)


class MembershipBlock(Struct):
    """Membership of some lines in the sessions of a block: arrays (n, n_sessions).

    Row i is line ``codes[i]`` (ascending); no other line is held.  ``float_factor`` None: the scheme uses
    none; so ``capping`` and ``price_factor``.  ``resets``: column -> opening weights (n,) for
    value-neutral schemes (index shares in the columns of ``given``), or None where only share counts are
    taken anew.  ``kinds``: column -> why the list was made (``regular``, ``rebalance`` ...); ``why``:
    column -> by code, why it came or went; ``places``: column -> by code of who came, whose place.
    ``steps_left``: column -> in how many steps its list comes into force, this one included.
    ``capped``: column -> lines (n_symbols,) some cap holds from then on.  ``blocked`` and ``gone``:
    (column, code) of chosen lines that do not enter, without a price and no longer listed.
    """

    codes: Codes
    held: Bools
    float_factor: Steps | None = None
    inclusion: Steps | None = None
    capping: Steps | None = None
    price_factor: Steps | None = None
    resets: dict[int, Floats | None] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)
    capped: dict[int, Bools] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)
    why: dict[int, Mapping[int, str]] = field(default_factory=dict)
    places: dict[int, Mapping[int, int]] = field(default_factory=dict)
    steps_left: dict[int, int] = field(default_factory=dict)
    blocked: list[tuple[int, int]] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)

    @property
    def factor(self) -> Steps | None:
        """Price factor x float x capping x inclusion; None where all are 1."""
        product: Steps | None = None
        for part in (self.price_factor, self.float_factor, self.capping, self.inclusion):
            if part is not None:
                product = part if product is None else product.times(part)
        return product

    def held_of(self, codes: Codes) -> Bools:
        """Who of ``codes`` (ascending) is held (codes.size, n_sessions), but for those that are until the
        last step of a rebalance: they are on the list no more."""
        held = self.held
        if self.inclusion is not None and any(left > 1 for left in self.steps_left.values()):
            columns, rows = np.arange(held.shape[1]), np.arange(self.codes.size)
            held = held & (self.inclusion.within(columns, rows) != 0.0)
        return _rows_of(self.codes, held, codes, False)

    def float_factor_of(self, codes: Codes) -> Steps:
        """The float factors of ``codes`` (ascending); 1 where there is none."""
        assert self.float_factor is not None
        steps = self.float_factor
        values = (_rows_of(self.codes, one[:, None], codes, 1.0)[:, 0] for one in steps.values)
        return Steps(steps.starts, tuple(values))


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

    def held(self, lines: IndexLines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """The block's members among ``lines``; called once a block, in order."""
        ...


class Composite(Struct):
    """Members by state: at each of ``sessions`` a line of ``codes_changed`` becomes or ceases to be
    ``eligible``, in observed sessions, each already at its effective session.

    ``debuts``: a line may be held on the session of its first close, from its base price, where the rule
    lets it in; else the session before, when it was judged, it was not there.  ``uses_float``: weigh by
    the parents' float factors, where they have any.  ``floats``: its own.  ``away``: as ``priced`` has it.
    """

    first_session: int
    sessions: Ints
    codes_changed: Codes
    eligible: Bools
    of: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    debuts: bool = False
    uses_float: bool = True
    floats: FloatChanges | None = None
    away: Bools | None = None
    state: Bools | None = None
    factor: Floats | None = None

    def resume(self, last: int, n_symbols: int) -> None:
        """Go on after session ``last``: with what the last change of each line up to then says."""
        self.state = np.zeros(n_symbols, dtype=np.bool_)
        early = np.flatnonzero(self.sessions <= last)
        early = early[np.argsort(self.sessions[early], kind="stable")]
        self.state[self.codes_changed[early]] = self.eligible[early]
        self._factors_before(last + 1, n_symbols)

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

    def held(self, lines: IndexLines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """Eligible lines that are priced and listed, of the parents' members where it has any."""
        codes, first = lines.codes, lines.first
        held = self._able(lines)
        held[lines.rows] &= priced(lines, self.first_session, self.away)
        if not self.debuts:
            for code, at in lines.moving.debuts:
                held[lines.row(code), at] &= first + at == self.first_session
        float_factor: Steps | None = None
        if self.of:
            theirs = {name: parents[name].held_of(codes) for name in self.of}
            held &= np.logical_or.reduce(list(theirs.values()))
            if self.uses_float:
                float_factor = _of_parents(codes, theirs, parents)
        for name in self.except_:
            held &= ~parents[name].held_of(codes)
        held[:, : max(0, self.first_session - first)] = False
        kinds: dict[int, str] = {}
        if self.floats is not None:
            float_factor = self._own_factors(self.floats, lines, held, kinds)
        for name in (*self.of, *self.except_):
            for at, kind in parents[name].kinds.items():
                # Where two parents change on one day, a review gives the day its name.
                kinds[at] = kind if kind == "regular" else kinds.get(at, kind)
        return MembershipBlock(codes, held, float_factor, kinds=kinds)

    def _factors_before(self, first: int, n_symbols: int) -> Floats:
        """Its own float factors (n_symbols,) before session ``first``; 1 where none is known."""
        if self.factor is None:
            self.factor = np.ones(n_symbols)
            if self.floats is not None:
                early = self.floats.until(first - 1)
                self.factor[early.codes] = np.nan_to_num(early.factor, nan=1.0)
        return self.factor

    def _own_factors(
        self, floats: FloatChanges, lines: IndexLines, held: Bools, kinds: dict[int, str]
    ) -> Steps:
        """Its own float factors over a block; ``kinds``: the columns at which those of members move."""
        codes, first, n_sessions = lines.codes, lines.first, lines.days.size
        factor = self._factors_before(first, lines.block.rows.present.shape[1])
        low, high = np.searchsorted(floats.session, (first, first + n_sessions))
        starts, values = [0], [factor[codes]]
        for session in np.unique(floats.session[low:high]).tolist():
            begin, stop = np.searchsorted(floats.session, (session, session + 1))
            before = factor[codes]
            factor[floats.codes[begin:stop]] = np.nan_to_num(floats.factor[begin:stop], nan=1.0)
            column = session - first
            moved = (factor[codes] != before) & held[:, column]
            if session > self.first_session and moved.any():
                kinds[column] = "float"
            if column == 0:
                starts, values = [], []
            starts.append(column)
            values.append(factor[codes])
        return Steps(tuple(starts), tuple(values))

    def _state_before(self, first: int, n_symbols: int) -> Bools:
        """Who is eligible (n_symbols,) before session ``first``."""
        if self.state is None:
            self.state = np.zeros(n_symbols, dtype=np.bool_)
            early = self.sessions < first
            self.state[self.codes_changed[early]] = self.eligible[early]
        return self.state

    def _able(self, lines: IndexLines) -> Bools:
        """Who is eligible (n, n_sessions); the state goes on to the last session."""
        assert self.state is not None
        codes, first, n_sessions = lines.codes, lines.first, lines.days.size
        able = np.repeat(self.state[codes][:, None], n_sessions, axis=1)
        inside = np.flatnonzero((self.sessions >= first) & (self.sessions < first + n_sessions))
        inside = inside[np.argsort(self.sessions[inside], kind="stable")]
        changed, session, eligible = (
            values[inside] for values in (self.codes_changed, self.sessions, self.eligible)
        )
        row = np.searchsorted(codes, changed)
        there = np.append(codes, np.int32(-1))[row] == changed
        for place in np.flatnonzero(there).tolist():
            able[row[place], session[place] - first :] = eligible[place]
        self.state[changed] = eligible  # of several the last stays
        return able


def _of_parents(
    codes: Codes, theirs: Mapping[str, Bools], parents: Mapping[str, MembershipBlock]
) -> Steps | None:
    """The float factors that parents give their members, where they have any; of two the last counts."""
    givers = [name for name in theirs if parents[name].float_factor is not None]
    if not givers:
        return None
    if len(givers) == 1:
        return parents[givers[0]].float_factor_of(codes)
    n_sessions = theirs[givers[0]].shape[1]
    factors = np.ones((codes.size, n_sessions))
    for name in givers:
        steps = parents[name].float_factor_of(codes)
        for start, stop in itertools.pairwise((*steps.starts, n_sessions)):
            here = slice(start, stop)
            given = np.broadcast_to(steps.at(start)[:, None], factors[:, here].shape)
            np.copyto(factors[:, here], given, where=theirs[name][:, here])
    return Steps.of(factors)


def priced(lines: IndexLines, first_session: int, away: Bools | None) -> Bools:
    """Where moving lines (b, n_sessions) can be held.  On the very first session of an index a close is
    enough, and needed but for the lines that are ``away`` (n_symbols,), on a holiday of their own.
    Quiet lines always can."""
    column, moving = first_session - lines.first, lines.moving
    if not 0 <= column < lines.days.size:
        return moving.ready
    ready = moving.ready.copy()
    closed = False if away is None else away[moving.codes] & moving.ready[:, column]
    ready[:, column] = (moving.present[:, column] & ~np.isnan(moving.close[:, column])) | closed
    return ready
