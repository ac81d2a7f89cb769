"""Members by lists: reviews laid over the lines that are there, and weighed as they come into force.

Capping factors are set by a list that sets weights and frozen until the next one; a line that enters
in between has 1 (``interim: recap``: all are set anew by every list).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct, field

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.calculation.members.composite import MembershipBlock, priced
from indexcalc.calculation.members.held import Steps
from indexcalc.calculation.members.pricing_closes import PricingCloses
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.values.dated import value_on
from indexcalc.review.weights.review_weights import (
    ReviewWeighting,
    ReviewWeights,
    WeightedList,
    WeightingTerms,
)

_Factors = tuple[Floats, Floats, Floats]


class Listing(Struct, frozen=True):
    """One list of a scheduled index, in force from observed session ``session`` on.

    ``codes`` (n,) ascending; ``float_factor`` and ``inclusion`` (n,) or None where they are 1.
    ``sets_weights``: a review or rebalance that takes weights anew; ``weighing``: by what, at the
    closes of session ``pricing`` (None: the weights stay as they are).  ``why``: by code, the reason of
    who came or went between reviews; ``places``: by code of who came, whose place it took.
    ``steps_left``: in how many steps it comes into force, this one included; ``leaving``: those of
    ``codes`` that are held until the last of them.
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
    places: Mapping[int, int] = field(default_factory=dict)
    steps_left: int = 1
    leaving: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @property
    def chosen(self) -> Codes:
        """The lines of the list itself, ascending."""
        if not self.leaving.size:
            return self.codes
        chosen: Codes = np.setdiff1d(self.codes, self.leaving, assume_unique=True)
        return chosen


class Carried(Struct, frozen=True):
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


class Scheduled(Struct):
    """A line whose rows stop leaves and does not come back before the next list.

    ``family``: how index shares behave between reviews (``weighing.family_of``).  ``weigh_all``: weigh
    also where nothing depends on it, and keep the inputs in ``weighed`` (for ``simulate``).
    ``away``: lines on a holiday of their own on the first session (``composite.priced``).
    ``weights``: by session, what was weighed and capped.  ``findings``: where is told what cannot be.
    """

    first_session: int
    listings: Sequence[Listing]
    findings: Findings
    family: str = "cap"
    weighings: ReviewWeighting | None = None
    weigh_all: bool = False
    away: Bools | None = None
    weighed: dict[int, WeightedList] = field(default_factory=dict)
    weights: dict[int, ReviewWeights] = field(default_factory=dict)
    _uses: tuple[bool, bool, bool] | None = None
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
        wanted = np.zeros(self._n_symbols, dtype=np.bool_)
        for codes in parts:
            wanted[codes] = True
        return np.flatnonzero(wanted).astype(np.int32)

    def held(self, lines: IndexLines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """The lists laid over the lines."""
        first, n_sessions, n_symbols = lines.first, lines.days.size, self._n_symbols
        members = MembershipBlock(lines.codes, np.zeros((lines.codes.size, n_sessions), np.bool_))
        if self._capped is not None:
            members.capped[-1] = self._capped
        assert self._closes is not None
        self._closes.take(lines)
        ready = priced(lines, self.first_session, self.away)
        inside = [item for item in self.listings if first <= item.session < first + n_sessions]
        earlier = [item for item in self.listings if item.session < first]
        if self._current is None and earlier:
            self._take(earlier[-1], n_symbols)
        bounds = [0, *(item.session - first for item in inside), n_sessions]
        factors: dict[int, _Factors] = {}
        for position, (start, stop) in enumerate(itertools.pairwise(bounds)):
            if position > 0:
                self._enter(inside[position - 1], lines, start, ready, members)
            factors[start] = self._factors(lines.codes)
            if self._alive is None or start == stop:
                continue
            members.held[:, start:stop] = self._alive[lines.codes][:, None]
            # A line that cannot be held once is out until the next list.
            members.held[lines.rows, start:stop] &= np.logical_and.accumulate(
                ready[:, start:stop], axis=1
            )
            self._alive = np.zeros(n_symbols, dtype=np.bool_)
            self._alive[lines.codes] = members.held[:, stop - 1]
        self._put_factors(members, factors)
        if self.family == "price" and self.weighings is not None:
            members.price_factor = self._price_factors(lines)
        return members

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

    def _factors(self, codes: Codes) -> _Factors:
        """Float factor, inclusion and capping factor (n,) of ``codes`` under the list in force."""
        float_factor, inclusion, capping = (np.ones(codes.size) for _ in range(3))
        if self._current is not None:
            rows = np.searchsorted(codes, self._current.codes)
            if self._current.float_factor is not None:
                float_factor[rows] = self._current.float_factor
            if self._current.inclusion is not None:
                inclusion[rows] = self._current.inclusion
            if self._capping is not None:
                capping = self._capping[codes]
        return float_factor, inclusion, capping

    def _put_factors(self, members: MembershipBlock, factors: dict[int, _Factors]) -> None:
        """The factors from each of some columns on, of the kinds that some list uses."""
        if self._uses is None:
            lists = self.listings
            floats = any(item.float_factor is not None for item in lists)
            inclusions = any(item.inclusion is not None for item in lists)
            self._uses = (floats, inclusions, self.acts)
        starts = tuple(factors)
        members.float_factor, members.inclusion, members.capping = (
            Steps(starts, tuple(three[kind] for three in factors.values())) if used else None
            for kind, used in enumerate(self._uses)
        )

    def _price_factors(self, lines: IndexLines) -> Steps | None:
        """The price factors of the lines from each column on at which one of them moves."""
        assert self.weighings is not None
        found = self.weighings.price_factors.steps(lines.days)
        if found is None:
            return None
        starts, values = found
        return Steps(tuple(starts), tuple(every[lines.codes] for every in values))

    def _asked_closes(self) -> PricingCloses:
        return PricingCloses(
            (item.pricing, item.session, item.chosen)
            for item in self.listings
            if self._weighs(item)
        )

    def _weighs(self, listing: Listing) -> bool:
        return listing.weighing is not None and (self.weigh_all or listing.weighing.acts)

    def _enter(
        self, listing: Listing, lines: IndexLines, column: int, ready: Bools, made: MembershipBlock
    ) -> None:
        """A list comes into force: who can be bought, with what weights or capping factors."""
        was_alive = self._alive
        self._take(listing, self._n_symbols)
        chosen = listing.chosen
        rows = np.searchsorted(lines.codes, chosen)
        assert self._alive is not None
        made.kinds[column] = listing.kind
        made.steps_left[column] = listing.steps_left
        made.why[column] = listing.why
        if listing.places:
            made.places[column] = listing.places
        # A member without a price on its first session cannot be bought; one without a
        # row in a market that has every row has been delisted since it was chosen.
        is_ready = np.ones(lines.codes.size, dtype=np.bool_)
        is_ready[lines.rows] = ready[:, column]
        stays_out = ~is_ready[rows]
        out = chosen[stays_out]
        gone = ~lines.block.rows.present[column, out] & lines.block.complete
        made.blocked.extend((column, int(code)) for code in out[~gone])
        made.gone.extend((column, int(code)) for code in out[gone])
        if listing.sets_weights:
            made.resets[column] = None
        weighed = self._weigh(listing, lines, column, is_ready) if self._weighs(listing) else None
        if weighed is not None and weighed.weighing.acts:
            self._set(listing, weighed, lines, column, made)
        elif self._capping is not None and self._capped is not None and was_alive is not None:
            if listing.sets_weights:
                # Nothing caps any longer.
                self._capping = np.ones(self._n_symbols)
                self._capped = np.zeros(self._n_symbols, dtype=np.bool_)
            else:
                fresh = self._alive & ~was_alive
                self._capping = np.where(fresh, 1.0, self._capping)
                self._capped = self._capped & ~fresh
            made.capped[column] = self._capped

    def _weigh(
        self, listing: Listing, lines: IndexLines, column: int, is_ready: Bools
    ) -> WeightedList:
        """The inputs of a list; lines that cannot weigh do not enter."""
        weighing = listing.weighing
        assert weighing is not None
        assert self._closes is not None
        assert self._alive is not None
        codes = listing.chosen
        rows = np.searchsorted(lines.codes, codes)
        there = is_ready[rows]
        weighed = weighing.at(
            self._closes.at(listing.session),
            lines.at("shares", column)[rows],
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
        lines: IndexLines,
        column: int,
        made: MembershipBlock,
    ) -> None:
        """Capping factors, and opening weights where the scheme sets them."""
        n_symbols = self._n_symbols
        done = weighed.under_own_caps(self.findings)
        self.weights[listing.session] = done
        self._capping = np.ones(n_symbols)
        self._capping[done.codes] = done.factors
        self._capped = np.zeros(n_symbols, dtype=np.bool_)
        self._capped[done.codes] = done.capped
        made.capped[column] = self._capped
        if self.family != "neutral" or not listing.sets_weights:
            return
        opening, rows = np.zeros(lines.codes.size), np.searchsorted(lines.codes, done.codes)
        if weighed.weight_factor is not None:
            opening[rows] = weighed.weight_factor * weighed.inclusion * done.factors
            made.given.add(column)
        elif (amount := amount_in_force(weighed)) is not None:
            begins = listing.session == self.first_session
            price = lines.at("close", column)[rows] if begins else weighed.price
            opening[rows] = done.weights * amount / price
            made.given.add(column)
        else:
            weights, base = done.weights, lines.at("base", column)[rows]
            moved = weighed.price != base
            if moved.any() and listing.session != self.first_session:
                # From the pricing closes to the open of the first session, each by its own move.
                weights = np.where(moved, weights * (base / weighed.price), weights)
                weights = weights / float(ordered_sum(weights))
            opening[rows] = weights
        made.resets[column] = opening

    def _take(self, listing: Listing, n_symbols: int) -> None:
        before, self._current = self._alive, listing
        self._alive = np.zeros(n_symbols, dtype=np.bool_)
        self._alive[listing.codes] = True
        if listing.leaving.size and before is not None:
            self._alive[listing.leaving] = before[listing.leaving]


def amount_in_force(weighed: WeightedList) -> float | None:
    """What is invested in a list whose weights are set; None: what the index is worth."""
    said = value_on(weighed.weighing.rule.weighting.amount, weighed.effective_date)
    if said is None:
        return None
    if said.total is not None:
        return float(said.total)
    assert said.each is not None
    return float(said.each) * weighed.codes.size
