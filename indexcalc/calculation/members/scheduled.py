"""Members by lists: reviews laid over the lines that are there, and weighed as they come into force.

Capping factors are set by a list that sets weights and frozen until the next one; a line that enters
in between has 1 (``interim: recap``: all are set anew by every list).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.calculation.members.composite import MembershipBlock, priced
from indexcalc.calculation.members.pricing_closes import PricingCloses
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.calculation.prices.lines import Lines
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.review.weights.review_weights import (
    ReviewWeighting,
    ReviewWeights,
    WeightedList,
    WeightingTerms,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of a scheduled index, in force from observed session ``session`` on.

    ``codes`` (n,) ascending; ``float_factor`` and ``inclusion`` (n,) or None where they are 1.
    ``sets_weights``: a review or rebalance that takes weights anew; ``weighing``: by what, at the
    closes of session ``pricing`` (None: the weights stay as they are).  ``why``: by code, the reason of
    who came or went between reviews.
    """

    session: int
    kind: str
    codes: Codes
    float_factor: Floats | None
    inclusion: Floats | None
    sets_weights: bool
    weighing: WeightingTerms | None = None
    pricing: int = -1
    why: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a scheduled index carries from one session to the next.

    ``listed``: the session of the list in force (-1: none yet).  ``alive``, ``capping``, ``capped``
    (n_symbols,): who is still in, at what factor, and held by a cap; None before there is any.
    ``prices``: by effective session of a list to come, lines and prices since its pricing session.
    """

    listed: int
    alive: Bools | None
    capping: Floats | None
    capped: Bools | None
    prices: Mapping[int, tuple[Codes, Floats]]


@dataclass(slots=True)
class Scheduled:
    """A line whose rows stop leaves and does not come back before the next list.

    ``family``: how index shares behave between reviews (``weighing.family_of``).  ``weigh_all``: weigh
    also where nothing depends on it, and keep the inputs in ``weighed`` (for ``simulate``).
    ``weights``: by session, what was weighed and capped.  ``findings``: where is told what cannot be.
    """

    first_session: int
    listings: Sequence[Listing]
    findings: Findings
    family: str = "cap"
    weighings: ReviewWeighting | None = None
    weigh_all: bool = False
    weighed: dict[int, WeightedList] = field(default_factory=dict)
    weights: dict[int, ReviewWeights] = field(default_factory=dict)
    _n_symbols: int = 0
    _closes: PricingCloses | None = None
    _current: Listing | None = None
    _alive: Bools | None = None
    _capping: Floats | None = None
    _capped: Bools | None = None

    @property
    def set_on(self) -> tuple[int, ...]:
        """The effective days of lists that were weighed so far, ascending."""
        return tuple(sorted(day_number(done.effective_date) for done in self.weights.values()))

    @property
    def acts(self) -> bool:
        """Does any list set weights or cap them?"""
        return any(item.weighing is not None and item.weighing.acts for item in self.listings)

    def codes(self, block: LineBlock, parents: Mapping[str, MembershipBlock]) -> Codes:
        """The lines of every list in force in the block, and of those whose prices are followed."""
        first, last = block.first, block.first + block.days.size - 1
        self._n_symbols = block.rows.present.shape[1]
        if self._closes is None:
            self._closes = self._asked_closes()
        parts = self._closes.codes(last)
        parts += [item.codes for item in self.listings if first <= item.session <= last]
        earlier = [item for item in self.listings if item.session < first]
        if self._current is not None:
            parts.append(self._current.codes)
        elif earlier:
            parts.append(earlier[-1].codes)
        return np.unique(np.concatenate([*parts, np.zeros(0, dtype=np.int32)])).astype(np.int32)

    def held(self, lines: Lines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """The lists laid over the lines."""
        first, n_sessions, n_symbols = lines.first, lines.days.size, self._n_symbols
        made = self._blank(lines)
        assert self._closes is not None
        self._closes.take(lines)
        ready = priced(lines, self.first_session)
        inside = [item for item in self.listings if first <= item.session < first + n_sessions]
        earlier = [item for item in self.listings if item.session < first]
        if self._current is None and earlier:
            self._take(earlier[-1], n_symbols)
        bounds = [0, *(item.session - first for item in inside), n_sessions]
        for position in range(len(bounds) - 1):
            start, stop = bounds[position], bounds[position + 1]
            if position > 0:
                self._enter(inside[position - 1], lines, start, ready, made)
            if self._current is None or self._alive is None or start == stop:
                continue
            inside_now = np.logical_and.accumulate(
                np.concatenate((self._alive[lines.codes][:, None], ready[:, start:stop]), axis=1),
                axis=1,
            )[:, 1:]
            made.held[:, start:stop] = inside_now
            self._alive = np.zeros(n_symbols, dtype=np.bool_)
            self._alive[lines.codes] = inside_now[:, -1]
            rows = np.searchsorted(lines.codes, self._current.codes)
            if made.float_factor is not None and self._current.float_factor is not None:
                made.float_factor[rows, start:stop] = self._current.float_factor[:, None]
            if made.inclusion is not None and self._current.inclusion is not None:
                made.inclusion[rows, start:stop] = self._current.inclusion[:, None]
            if made.capping is not None and self._capping is not None:
                made.capping[:, start:stop] = self._capping[lines.codes][:, None]
        return made

    def carried(self, last: int) -> Carried:
        """What is carried on after session ``last``, the last that was taken."""
        listed = -1 if self._current is None else self._current.session
        waiting = {} if self._closes is None else self._closes.waiting(last)
        return Carried(listed, self._alive, self._capping, self._capped, waiting)

    def resume(self, last: int, carried: Carried) -> list[int]:
        """Go on after session ``last``.

        Returns the effective sessions of lists to come whose prices would be needed and were not
        kept.  KeyError: there is no list on the session of the one that was in force.
        """
        self._current = None
        if carried.listed >= 0:
            self._current = {item.session: item for item in self.listings}[carried.listed]
        self._alive, self._capping = carried.alive, carried.capping
        self._capped = carried.capped
        self._closes = self._asked_closes()
        return self._closes.resume(last, carried.prices)

    def _blank(self, lines: Lines) -> MembershipBlock:
        """The block before any list, with room for the factors that some list uses."""
        shape = lines.shape

        def room(used: bool) -> Floats | None:
            return np.ones(shape) if used else None

        made = MembershipBlock(
            lines.codes,
            np.zeros(shape, dtype=np.bool_),
            room(any(item.float_factor is not None for item in self.listings)),
            room(any(item.inclusion is not None for item in self.listings)),
            room(self.acts),
        )
        if self.family == "price" and self.weighings is not None:
            factors = self.weighings.price_factors.block(lines.days)
            made.price_factor = None if factors is None else factors[lines.codes]
        if self._capped is not None:
            made.capped[-1] = self._capped
        return made

    def _asked_closes(self) -> PricingCloses:
        return PricingCloses(
            (item.pricing, item.session, item.codes) for item in self.listings if self._weighs(item)
        )

    def _weighs(self, listing: Listing) -> bool:
        return listing.weighing is not None and (self.weigh_all or listing.weighing.acts)

    def _enter(
        self, listing: Listing, lines: Lines, column: int, ready: Bools, block: MembershipBlock
    ) -> None:
        """A list comes into force: who can be bought, with what weights or capping factors."""
        was_alive = self._alive
        self._take(listing, self._n_symbols)
        rows = np.searchsorted(lines.codes, listing.codes)
        assert self._alive is not None
        block.kinds[column] = listing.kind
        block.why[column] = listing.why
        # A member without a price on its first session cannot be bought; one without a
        # row in a market that has every row has been delisted since it was chosen.
        out = ~ready[rows, column]
        gone = ~lines.present[rows[out], column] & lines.complete
        out = listing.codes[out]
        block.blocked.extend((column, int(code)) for code in out[~gone])
        block.gone.extend((column, int(code)) for code in out[gone])
        if listing.sets_weights:
            block.resets[column] = None
        weighed = self._weigh(listing, lines, column, ready) if self._weighs(listing) else None
        if weighed is not None and weighed.weighing.acts:
            self._set(listing, weighed, lines, column, block)
        elif self._capping is not None and self._capped is not None and was_alive is not None:
            if listing.sets_weights:
                # Nothing caps any longer.
                self._capping = np.ones(self._n_symbols)
                self._capped = np.zeros(self._n_symbols, dtype=np.bool_)
            else:
                fresh = self._alive & ~was_alive
                self._capping = np.where(fresh, 1.0, self._capping)
                self._capped = self._capped & ~fresh
            block.capped[column] = self._capped

    def _weigh(self, listing: Listing, lines: Lines, column: int, ready: Bools) -> WeightedList:
        """The inputs of a list; lines that cannot weigh do not enter."""
        weighing = listing.weighing
        assert weighing is not None
        assert self._closes is not None
        assert self._alive is not None
        codes = listing.codes
        rows = np.searchsorted(lines.codes, codes)
        there = ready[rows, column]
        weighed = weighing.at(
            self._closes.at(listing.session),
            lines.shares[rows, column],
            there,
            self.findings,
        )
        if weighed.codes.size < int(there.sum()):
            self._alive[np.setdiff1d(codes, weighed.codes)] = False
        if self.weigh_all:
            self.weighed[listing.session] = weighed
        return weighed

    def _set(
        self,
        listing: Listing,
        weighed: WeightedList,
        lines: Lines,
        column: int,
        block: MembershipBlock,
    ) -> None:
        """Capping factors, and opening weights where the scheme sets them."""
        n_symbols = self._n_symbols
        done = weighed.under_own_caps(self.findings)
        self.weights[listing.session] = done
        self._capping = np.ones(n_symbols)
        self._capping[done.codes] = done.factors
        self._capped = np.zeros(n_symbols, dtype=np.bool_)
        self._capped[done.codes] = done.capped
        block.capped[column] = self._capped
        if self.family != "neutral" or not listing.sets_weights:
            return
        opening, rows = np.zeros(lines.codes.size), np.searchsorted(lines.codes, done.codes)
        if weighed.weight_factor is not None:
            opening[rows] = weighed.weight_factor * weighed.inclusion * done.factors
            block.given.add(column)
        else:
            weights, base = done.weights, lines.base[rows, column]
            moved = weighed.price != base
            if moved.any() and listing.session != self.first_session:
                # From the pricing closes to the open of the first session, each by its own move.
                weights = np.where(moved, weights * (base / weighed.price), weights)
                weights = weights / float(ordered_sum(weights))
            opening[rows] = weights
        block.resets[column] = opening

    def _take(self, listing: Listing, n_symbols: int) -> None:
        self._current = listing
        self._alive = np.zeros(n_symbols, dtype=np.bool_)
        self._alive[listing.codes] = True
