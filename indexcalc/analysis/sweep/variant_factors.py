"""What every variant of a sweep holds of each line, as a multiple of what the common run holds.

Follows the lists of the run: capping factors are set by a list that weighs, frozen until the next, and 1
for a line that enters in between, as in ``calculation.scheduled``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from indexcalc.analysis.sweep.multiples import Multiples
from indexcalc.analysis.sweep.review_caps import PointCaps
from indexcalc.arrays import Bools, Codes, Floats, Ints
from indexcalc.calculation.levels.index_terms import Scheme
from indexcalc.calculation.levels.received_shares import ShareTransfer
from indexcalc.calculation.members.scheduled import Listing, Scheduled
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.review.weights.review_weights import WeightedList


class SetFactors(Struct, frozen=True):
    """Capping factors a list sets and who is capped, (n, n_variants) for ``codes``."""

    codes: Codes
    factors: Floats
    capped: Bools


@dataclass(slots=True)
class VariantFactors:
    """Multiples of the run's holdings, session by session.

    ``units``: for each of ``pers`` the unit of
    each line (n_symbols,), None where it is the line itself.  ``beside``: of each spun-off
    line the multiple of all that is held of it, of what was handed over, and of what was held without.
    """

    membership: Scheduled
    scheme: Scheme
    caps: PointCaps
    pers: Sequence[str]
    n_symbols: int
    multiple: Multiples = field(init=False)
    units: list[Ints | None] = field(init=False)
    beside: dict[int, tuple[Floats, Floats, Floats]] = field(default_factory=dict)
    _next: int = 0

    def __post_init__(self) -> None:
        self.multiple = Multiples.ones(self.n_symbols, len(self.caps.points))
        self.units = [None for _ in self.pers]

    def bring_to(
        self, session: int, codes: Codes, opening: Floats, value_before: Floats
    ) -> SetFactors | None:
        """Take the lists up to a session; what was set in it, or before it where the run begins with it.

        ``opening`` (n,) of ``codes``: what the run holds at the start of the session; ``value_before``
        (n_symbols,): at the close before.
        """
        fresh = np.zeros(self.n_symbols, dtype=np.bool_)
        fresh[codes] = opening != 0.0
        fresh &= value_before == 0.0
        factors: SetFactors | None = None
        resets = False
        while self._next < len(self.membership.listings):
            listing = self.membership.listings[self._next]
            if listing.session > session:
                break
            factors = self._take(listing, fresh if listing.session == session else None) or factors
            resets = listing.session == session and listing.sets_weights
            self._next += 1
        if self.membership.family == "neutral" and not resets and fresh.any():
            self._join(fresh, codes, opening, value_before)
        return factors

    def hand_over(self, transfer: ShareTransfer, held: float, was_set: bool) -> None:
        """Follow what a corporate event hands over, after the lists of its session.

        ``held``: index shares of the line that receives, with what it is handed.  ``was_set``: a list of
        the session set the factor of the line.
        """
        if transfer.kind == "opened":
            own, spun = self._one(transfer.code), self._one(transfer.giver)
            self._blend(transfer.code, spun, transfer.shares, held)
            self.beside[transfer.code] = (self._one(transfer.code), spun, own)
            return
        neutral = self.membership.family == "neutral"
        if transfer.kind == "received" and neutral:
            self._blend(transfer.code, self._one(transfer.giver), transfer.shares, held)
        elif transfer.kind in ("sold", "parent", "kept"):
            closed = self.beside.pop(transfer.code, None)
            if closed is None or was_set:
                return
            both, spun, own = closed
            if transfer.kind == "parent":
                self._blend(transfer.giver, spun, transfer.shares, held)
            self._give_one(transfer.code, both if transfer.kind == "kept" and neutral else own)

    def with_beside(self) -> None:
        """Put the multiples of lines that were handed over beside those of the members."""
        for code, (both, _, _) in self.beside.items():
            self._give_one(code, both)

    def _blend(self, code: int, other: Floats, shares: float, held: float) -> None:
        """``shares`` of the ``held`` came with another multiple."""
        part = shares / held if held > 0.0 else 0.0
        self._give_one(code, self._one(code) * (1.0 - part) + other * part)

    def _one(self, code: int) -> Floats:
        """The multiples (n_variants,) of one line."""
        one: Floats = self.multiple.factor[self.multiple.row[code]]
        return one

    def _give_one(self, code: int, multiple: Floats) -> None:
        capped = self.multiple.capped[self.multiple.row[code]]
        self.multiple = self.multiple.with_rows(np.array([code]), multiple, capped)

    def _take(self, listing: Listing, fresh: Bools | None) -> SetFactors | None:
        weighed = self.membership.weighed.pop(listing.session, None)
        neutral = self.membership.family == "neutral"
        if weighed is not None and (listing.sets_weights or not neutral):
            return self._set(
                listing, weighed, rounded=not neutral or weighed.weight_factor is not None
            )
        if fresh is None:
            fresh = np.ones(self.n_symbols, dtype=np.bool_)
            if self._next:
                fresh[self.membership.listings[self._next - 1].codes] = False
        self._give(fresh, np.ones(self.multiple.n_variants))
        return None

    def _set(self, listing: Listing, weighed: WeightedList, rounded: bool) -> SetFactors:
        factors, capped = self.caps.at(weighed, rounded)
        own = self.membership.weights.get(listing.session)
        nothing = Multiples.ones(self.n_symbols, self.multiple.n_variants)
        common = factors if own is None else factors / own.factors[:, None]
        self.multiple = nothing.with_rows(weighed.codes, common, capped)
        for position, per in enumerate(self.pers):
            groups = None if per == "security" else weighed.weighing.group(per)
            if groups is not None:
                # A line without a label is a unit of its own.
                own_unit = -1 - np.arange(self.n_symbols, dtype=np.int64)
                self.units[position] = np.where(groups < 0, own_unit, groups)
        return SetFactors(weighed.codes, factors, capped)

    def _join(self, fresh: Bools, codes: Codes, opening: Floats, value_before: Floats) -> None:
        """A line that joins a value-neutral index is given what leaves, in each variant its own."""
        inside = np.zeros(self.n_symbols, dtype=np.bool_)
        inside[codes] = opening != 0.0
        left = np.where(inside, 0.0, value_before)
        freed = float(ordered_sum(left))
        average = self.scheme.joins_at == "average_weight" or freed <= 0.0
        if not average:
            places = self._places(fresh, left)
            fresh = fresh.copy()
            for code, gone in places.items():
                of_leaver, free = self._one(gone), np.zeros(1, dtype=np.bool_)
                self.multiple = self.multiple.with_rows(np.array([code]), of_leaver, free)
                fresh[code] = False
            left[list(places.values())] = 0.0
            average = float(ordered_sum(left)) <= 0.0
        common = value_before if average else left
        rows = np.flatnonzero(common)
        whole = float(ordered_sum(common[rows]))
        if whole > 0.0:
            variants = ordered_sum(common[rows, None] * self.multiple.of(rows))
            self._give(fresh, variants / whole)

    def _places(self, fresh: Bools, left: Floats) -> dict[int, int]:
        """Of the list in force, by code of who joins now, who left something in whose place."""
        listing = self.membership.listings[self._next - 1]
        return {
            code: gone for code, gone in listing.places.items() if fresh[code] and left[gone] > 0.0
        }

    def _give(self, fresh: Bools, multiple: Floats) -> None:
        """What lines hold that enter between two lists; what was held before stays as it was."""
        if fresh.any():
            lines = np.flatnonzero(fresh)
            self.multiple = self.multiple.with_rows(lines, multiple, np.zeros(1, dtype=np.bool_))
