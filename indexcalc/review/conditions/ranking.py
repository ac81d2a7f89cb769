"""Ranks, cumulative shares and shares of names in groups, with ties broken exactly.

Order: the measure (largest first, or smallest where that is best), then the tie-breakers (largest
first), then the symbol's bytes.  Every sum runs in that order by one running addition a group, so
that it depends neither on storage nor on who stands beside the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.ordered_sum import ordered_sum

Rounding = Literal["floor", "ceil", "half_up"]

SHARE_DECIMALS = 12


def rounded_share(values: Floats) -> Floats:
    """Shares as they are compared: to 12 decimals."""
    rounded: Floats = np.round(values, SHARE_DECIMALS)
    return rounded


def percent_of(share: Fraction, count: int, rounding: Rounding) -> int:
    """A share of a count of names as a whole number, exact."""
    # Whole numbers throughout: a fraction for each product would be brought to its lowest terms.
    parts, whole = share.numerator * count, share.denominator
    if rounding == "floor":
        return parts // whole
    if rounding == "ceil":
        return -(-parts // whole)
    return (2 * parts + whole) // (2 * whole)


def percents_of(share: Fraction, counts: Ints, rounding: Rounding) -> Floats:
    """``percent_of`` for an array of counts; each distinct count is worked out once."""
    distinct = np.bincount(counts).nonzero()[0]
    numbers = np.zeros(int(distinct.max(initial=0)) + 1)
    numbers[distinct] = [percent_of(share, count, rounding) for count in distinct.tolist()]
    by_row: Floats = numbers[counts]
    return by_row


def best_first(
    rows: Ints, groups: Ints | None, keys: Sequence[Floats], lowest: bool = False
) -> Ints:
    """``rows`` ordered by group, then keys descending (the first ascending where ``lowest``), then
    row; NaN comes last.  ``groups`` (None: all in one) and ``keys`` are (n,), rows in ascending byte
    order of symbol.
    """
    first = keys[0][rows] if lowest else -keys[0][rows]
    group = () if groups is None else (groups[rows],)
    order: Ints = np.lexsort((first, *group)) if group else np.argsort(first)
    value = first[order]
    apart = value[1:] > value[:-1]
    for label in group:
        apart |= label[order][1:] != label[order][:-1]
    # Only where the first key leaves a tie within a group do the others have a say.
    if not apart.all():
        order = np.lexsort((rows, *(-key[rows] for key in reversed(keys[1:])), first, *group))
    best: Ints = rows[order]
    return best


def in_groups(rows: Ints, groups: Ints) -> Ints:
    """Ordered ``rows`` group by group of ``groups`` (n,), in the same order within each."""
    group = groups[rows]
    if not (group != group[:1]).any():
        return rows
    by_group: Ints = rows[group.argsort(kind="stable")]
    return by_group


class Entities(Struct, frozen=True):
    """What is ranked, best first group by group: rows, or issuers (all rows of an issuer in a group count
    once).

    ``of_row`` (n,): the entity of each row, -1 for rows that take no part.  ``row`` (m,): the first
    row of each entity.  ``member`` (m,): it is ranked (else it is only put in to be tested).
    """

    of_row: Ints
    row: Ints
    member: Bools


class Ranking:
    """Ranks of ``members`` (n,) by ``value`` within ``groups`` (n,), for members and for the names
    of ``tested`` put in one at a time.

    A name without a value is neither ranked nor counted.  ``groups`` -1: no group, not ranked.
    ``units`` (n,): issuers, where an issuer counts once; ``value`` and ``ties`` are then the
    issuer's on each of its rows.  ``ordered``: all rows with a value, best first, where somebody has
    sorted them.
    """

    def __init__(
        self,
        members: Bools,
        tested: Bools,
        groups: Ints,
        value: Floats,
        ties: Sequence[Floats] = (),
        lowest: bool = False,
        units: Ints | None = None,
        share_cap: float | None = None,
        ordered: Ints | None = None,
    ) -> None:
        self.n = members.size
        self.groups = groups
        self.value = value
        self.share_cap = share_cap
        lead = part = (members | tested) & (groups >= 0) & ~np.isnan(value)
        if units is not None:
            rows = part.nonzero()[0]
            pairs = groups[rows].astype(np.int64) * (int(units.max(initial=0)) + 2) + units[rows]
            _, first, of_issuer = np.unique(pairs, return_index=True, return_inverse=True)
            lead = np.zeros(self.n, dtype=np.bool_)
            lead[rows[first]] = True
        if ordered is None:
            best = best_first(lead.nonzero()[0], groups, (value, *ties), lowest)
        else:
            best = in_groups(ordered[lead[ordered]], groups)
        of_row = np.full(self.n, -1, dtype=np.int64)
        of_row[best] = np.arange(best.size)
        member = members[best]
        if units is not None:
            of_row[rows] = of_row[rows[first]][of_issuer]
            member[of_row[part & members]] = True
        self.entities = Entities(of_row, best, member)
        self.group_of = groups[best]
        self.n_groups = int(self.group_of.max(initial=-1)) + 1
        self.member_counts: Ints = np.bincount(self.group_of[member], minlength=self.n_groups)
        """How many are ranked in each group."""
        rank = member.cumsum() - member + 1.0
        if self.n_groups > 1:
            # Less the members of the groups before.
            counts = self.member_counts
            rank -= (counts.cumsum() - counts)[self.group_of]
        self._rank = rank

    def of_groups(self, values: Floats) -> Floats:
        """The value (n_groups,) of the group of each row (n,); NaN for a row without a group, or in one
        in which nobody is ranked or tested."""
        padded = np.append(values, np.nan)
        by_row: Floats = padded[np.minimum(self.groups, self.n_groups)]
        return by_row

    def _on_rows(self, values: Floats) -> Floats:
        padded = np.empty(values.size + 1)
        padded[:-1], padded[-1] = values, np.nan
        by_row: Floats = padded[self.entities.of_row]
        return by_row

    @cached_property
    def rank(self) -> Floats:
        """Rank from 1 of each row (n,); NaN where it takes no part."""
        return self._on_rows(self._rank)

    @property
    def ranked(self) -> Ints:
        """How many names are ranked in the group of each row (n,), a name put in among them."""
        put_in = (~self.entities.member).astype(np.int64)
        counts = np.append(self.member_counts[self.group_of] + put_in, 0)
        by_row: Ints = counts[self.entities.of_row]
        return by_row

    @cached_property
    def _sums(self) -> tuple[Floats, Floats, Floats]:
        """Per entity: the sum of the better members, the group's whole sum, its own value; each
        with the entity's own value counted where it is put in."""
        own = self.value[self.entities.row]
        if self.share_cap is not None:
            own = self._capped(own, self.share_cap)
        counted = np.where(self.entities.member, own, 0.0)
        bounds = np.searchsorted(self.group_of, np.arange(self.n_groups + 1), side="left").tolist()
        before = np.zeros(own.size)
        total = np.zeros(own.size)
        for low, high in pairwise(bounds):
            running = np.cumsum(counted[low:high])
            before[low + 1 : high] = running[:-1]
            total[low:high] = running[-1:]
        total += np.where(self.entities.member, 0.0, own)
        return before, total, own

    def _capped(self, own: Floats, limit: float) -> Floats:
        """The values of the entities, cut so that no member has more than ``limit`` of its group's
        sum; where there are too few members for that, all count the same."""
        capped = own.copy()
        member = self.entities.member
        for group in range(self.n_groups):
            members = np.flatnonzero((self.group_of == group) & member)
            ordered = members[np.argsort(-own[members], kind="stable")]
            rest = float(ordered_sum(own[ordered]))
            line = 0.0
            for n_capped in range(ordered.size + 1):
                if n_capped * limit >= 1.0:
                    break
                # What ``held`` names at the limit count for, the others as they are.
                line = limit / (1.0 - n_capped * limit) * rest
                if n_capped == ordered.size or own[ordered[n_capped]] <= line:
                    break
                rest = float(ordered_sum(own[ordered[n_capped + 1 :]]))
            if ordered.size and line <= 0.0:
                line = float(own[ordered].min())
            cut = self.group_of == group
            capped[cut] = np.minimum(own[cut], line)
        return capped

    @property
    def share_before(self) -> Floats:
        """Cumulative share of the names before each row (n,), to 12 decimals."""
        before, total, _ = self._sums
        return self._on_rows(rounded_share(_ratio(before, total)))

    @property
    def share_with(self) -> Floats:
        """Cumulative share with the name itself (n,), to 12 decimals."""
        before, total, own = self._sums
        return self._on_rows(rounded_share(_ratio(before + own, total)))

    @property
    def share(self) -> Floats:
        """The name's own share of its group's sum (n,), to 12 decimals."""
        _, total, own = self._sums
        return self._on_rows(rounded_share(_ratio(own, total)))

    def at_coverage(self, share: float) -> Floats:
        """The value of the member with which a cumulative share is first reached, by group
        (n_groups,); NaN where a group has no member."""
        value = np.full(self.n_groups, np.nan)
        before, total, _ = self._sums
        line = rounded_share(np.array([share]))[0]
        inside = self.entities.member & (rounded_share(_ratio(before, total)) < line)
        for entity in np.flatnonzero(inside).tolist():
            group = self.group_of[entity]
            value[group] = np.fmin(value[group], self.value[self.entities.row[entity]])
        return value

    def at_rank(self, ranks: Ints) -> tuple[Floats, Floats]:
        """(value, cumulative share with it) of the member at ``ranks[g]`` of each group (n_groups,).

        NaN where a group has no such rank.
        """
        value = np.full(self.n_groups, np.nan)
        share = np.full(self.n_groups, np.nan)
        member = self.entities.member
        at = member & (self._rank == ranks[self.group_of]) if self.n_groups else member
        entities = np.flatnonzero(at)
        value[self.group_of[entities]] = self.value[self.entities.row[entities]]
        before, total, own = self._sums
        share[self.group_of[entities]] = rounded_share(_ratio(before + own, total))[entities]
        return value, share


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio: Floats = part / whole
    return ratio
