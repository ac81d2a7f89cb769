"""Many variants of one index in one scan: the same members and lines, other capping factors.

The index is run once, with limits that never bind.  Every block of that run passes by ``Sweep.take``,
which multiplies what the run holds of each line by a factor of the variant: in a cap- or price-weighted
index index shares are in proportion to the capping factor, and in a value-neutral one every holding moves
by its own price alone between resets.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from indexcalc.analysis.sweep.multiples import Multiples
from indexcalc.analysis.sweep.variant_factors import SetFactors, VariantFactors
from indexcalc.analysis.sweep.variant_sums import Sums, largest_unit, variant_sums
from indexcalc.arrays import Codes, Floats, Ints
from indexcalc.calculation.figures.returns_and_drawdown import contributions
from indexcalc.calculation.figures.turnover_and_concentration import (
    above_limit,
    effective_number,
    one_way_turnover,
)
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.level_block import LevelBlock
from indexcalc.calculation.levels.received_shares import ShareTransfer
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.ordered_sum import ordered_sum


class VariantReview(Struct, frozen=True):
    """A session at which members or weights change, for all variants: arrays (n_variants,).

    ``set``: the factors a list set in it, with the opening ``weight`` (n, n_variants) of ``codes``.
    """

    session: int
    kind: str
    constituents: int
    turnover: Floats
    largest: Floats
    largest_code: Codes
    effective_number: Floats
    capped: Ints
    codes: Codes
    weight: Floats | None
    set: SetFactors | None


class InForce(Struct, frozen=True):
    """The list in force from a session on: ``codes`` (n,), opening weights (n, n_variants)."""

    session: int
    codes: Codes
    weight: Floats


@dataclass(slots=True)
class Sweep:
    """Results of all variants of one index while its blocks pass by.

    ``origin``: the session of the base level; ``begin``: the first that is measured.  A run that began
    before is followed.
    ``limits`` (n_pers, n_variants): what drift is measured against, infinite where there is no limit.
    ``reference``: position of the uncapped variant.  ``full``: concentration, turnover, weights and
    contributions too, not levels alone.  ``level``, ``largest``, ``effective``: parts (n_variants,
    n_sessions); ``largest`` of the units of the first ``per``.  ``in_force``: the last list so far.
    """

    run: IndexRun
    origin: int
    begin: int
    factors: VariantFactors
    limits: Floats
    reference: int
    full: bool
    level: list[Floats] = field(default_factory=list)
    largest: list[Floats] = field(default_factory=list)
    effective: list[Floats] = field(default_factory=list)
    above: Ints = field(init=False)
    contributions: Floats = field(init=False)
    mean_weight: Floats = field(init=False)
    reviews: list[VariantReview] = field(default_factory=list)
    in_force: InForce | None = None
    closed: bool = True
    passed: Callable[[int], None] | None = None
    """Told the session after each block."""
    _now: Floats = field(init=False)
    _before: Floats = field(init=False)
    _changes: int = 0

    def __post_init__(self) -> None:
        n_symbols, n = self.factors.n_symbols, self.factors.multiple.n_variants
        self._now = np.full(n, np.nan)
        self._before = np.zeros(n_symbols)
        self.above = np.zeros(n, dtype=np.int64)
        self.mean_weight = np.zeros(n_symbols)
        self.contributions = np.zeros((n_symbols if self.full else 0, n))

    def take(self, lines: IndexLines, block: LevelBlock, start: int) -> None:
        """Let a block of the run pass; called in order, after its levels are made."""
        first, n_sessions = lines.first, lines.days.size
        rows = np.flatnonzero((block.held.held | (block.shares != 0.0)).any(axis=1))
        codes, shares = lines.codes[rows], block.shares[rows]
        close, base = lines.close[rows], lines.base[rows]
        begin, origin = self.begin - first, self.origin - first
        if start <= origin < n_sessions:
            base = base.copy()
            base[:, origin] = close[:, origin]
        used = shares != 0.0
        value = np.where(used, shares * close, 0.0)
        opening = np.where(used, shares * base, 0.0)
        kinds = {
            item.session - first: (item.kind, item.codes.size)
            for item in self.run.found.changes[self._changes :]
        }
        self._changes = len(self.run.found.changes)
        opens = start <= begin < n_sessions and (begin == origin or begin not in kinds)
        if opens:
            listed = (x.kind for x in self.factors.membership.listings if x.session == self.begin)
            held_then = int(np.count_nonzero(opening[:, begin]))
            kinds[begin] = (next(listed, "regular"), held_then)
        handed: dict[int, list[ShareTransfer]] = {}
        for transfer in block.told:
            handed.setdefault(transfer.session - first, []).append(transfer)
        cuts = {start, n_sessions, *kinds, *(column for column in handed if column >= start)}
        cuts |= {origin} & set(range(start, n_sessions))
        for left, right in itertools.pairwise(sorted(cuts)):
            columns = slice(left, right)
            held_before = self.factors.multiple
            factors = self.factors.bring_to(first + left, codes, opening[:, left], self._before)
            self._hand_over(handed.get(left, ()), block, left, factors)
            if origin <= left < begin:
                multiples = self.factors.multiple.of(codes)
                sums = variant_sums(value[:, columns], opening[:, columns], multiples, False)
                self._chain(sums)
            elif left >= begin:
                multiples = self.factors.multiple.of(codes)
                sums = variant_sums(value[:, columns], opening[:, columns], multiples, self.full)
                self.closed &= sums.closed
                if self.full and left in kinds:
                    weights = _weights(opening[:, left, None] * multiples, sums.opening[:, 0])
                    kind, constituents = kinds[left]
                    self._review(
                        session=first + left,
                        kind=kind,
                        constituents=constituents,
                        codes=codes,
                        opening=opening[:, left],
                        held_before=held_before,
                        weights=weights,
                        factors=factors,
                        opens=opens and left == begin,
                    )
                before = self._now
                level = self._chain(sums)
                self.level.append(level)
                if self.full:
                    growth = self._growth(sums, level, before)
                    # What moved the first session measured is before what is measured.
                    growth[:, : 1 if first + left == self.begin else 0] = 0.0
                    self._measure(
                        codes, value[:, columns], opening[:, columns], multiples, sums, growth
                    )
            self._before = np.zeros(self._before.size)
            self._before[codes] = value[:, right - 1]
        if self.passed is not None:
            self.passed(first + n_sessions)

    def _hand_over(
        self,
        handed: Sequence[ShareTransfer],
        block: LevelBlock,
        column: int,
        factors: SetFactors | None,
    ) -> None:
        """Follow what corporate events hand over in a session."""
        codes = block.held.codes
        for transfer in handed:
            line = transfer.giver if transfer.kind == "parent" else transfer.code
            row = int(np.searchsorted(codes, line))
            is_held = row < codes.size and codes[row] == line
            shares = float(block.shares[row, column]) if is_held else 0.0
            was_set = factors is not None and bool((factors.codes == transfer.code).any())
            self.factors.hand_over(transfer, shares, was_set)
        self.factors.with_beside()

    def _chain(self, sums: Sums) -> Floats:
        """Levels (n_variants, n_sessions): ``level * S / R``; where nothing is held the level stays."""
        holds_any = sums.opening > 0.0
        growth = np.where(holds_any, sums.value / np.where(holds_any, sums.opening, 1.0), 1.0)
        if np.isnan(self._now[0]):
            # The first session is the start: its level is the base level, nothing has moved yet.
            self._now = np.full(growth.shape[0], self.run.given.base_level)
            growth[:, 0] = 1.0
        levels: Floats = np.cumprod(np.concatenate((self._now[:, None], growth), axis=1), axis=1)[
            :, 1:
        ]
        self._now = levels[:, -1].copy()
        return levels

    def _growth(self, sums: Sums, level: Floats, before: Floats) -> Floats:
        """``level_{t-1} / (R_t * level_first)``, with the level before the stretch in ``before``."""
        first = self.level[0][:, 0]
        start = np.where(np.isnan(before), first, before)
        past = np.concatenate((start[:, None], level[:, :-1]), axis=1)
        holds_any = sums.opening > 0.0
        return (
            np.where(holds_any, past / np.where(holds_any, sums.opening, 1.0), 0.0) / first[:, None]
        )

    def _measure(
        self,
        codes: Codes,
        value: Floats,
        opening: Floats,
        multiples: Floats,
        sums: Sums,
        growth: Floats,
    ) -> None:
        assert sums.largest is not None
        assert sums.squares is not None
        whole = np.where(sums.opening > 0.0, sums.opening, np.inf)
        above = np.zeros(sums.opening.shape, dtype=np.bool_)
        for position, units in enumerate(self.factors.units):
            top = sums.largest if units is None else largest_unit(opening, multiples, units[codes])
            largest = top / whole
            if position == 0:
                self.largest.append(largest)
            above |= above_limit(largest, self.limits[position])
        self.above += np.count_nonzero(above, axis=1)
        self.effective.append(effective_number(sums.squares / whole**2))
        self.contributions[codes] += multiples * contributions(value - opening, growth)
        reference = opening * (multiples[:, self.reference, None] / whole[self.reference])
        self.mean_weight[codes] += np.cumsum(reference, axis=1)[:, -1]

    def _review(
        self,
        session: int,
        kind: str,
        constituents: int,
        codes: Codes,
        opening: Floats,
        held_before: Multiples,
        weights: Floats,
        factors: SetFactors | None,
        opens: bool,
    ) -> None:
        """Turnover and concentration of a changed list; ``weights`` (n, n_variants) open the session.

        ``opens``: it is the list in force on the first session measured.
        """
        turnover = np.zeros(weights.shape[1])
        if not opens:
            rows = np.union1d(codes, np.flatnonzero(self._before))
            drifted = self._before[rows, None] * held_before.of(rows)
            drifted = _weights(drifted, ordered_sum(drifted))
            after = np.zeros(drifted.shape)
            after[np.searchsorted(rows, codes)] = weights
            turnover = one_way_turnover(drifted, after)
            turnover[ordered_sum(drifted) == 0.0] = 0.0
        inside = opening != 0.0
        self.in_force = InForce(session, codes[inside], weights[inside])
        largest = (
            np.argmax(weights, axis=0) if codes.size else np.zeros(weights.shape[1], dtype=int)
        )
        self.reviews.append(
            VariantReview(
                session=session,
                kind=kind,
                constituents=constituents,
                turnover=turnover,
                largest=weights.max(axis=0, initial=0.0),
                largest_code=codes[largest]
                if codes.size
                else np.full(largest.size, -1, dtype=np.int32),
                effective_number=effective_number(ordered_sum(weights**2)),
                capped=self.factors.multiple.count_capped(codes[inside]),
                codes=codes[inside],
                weight=None if factors is None else weights[inside],
                set=factors,
            )
        )


def _weights(values: Floats, whole: Floats) -> Floats:
    """Values (n, n_variants) over their sums (n_variants,); 0 where nothing is held."""
    weights: Floats = values / np.where(whole > 0.0, whole, np.inf)
    return weights
