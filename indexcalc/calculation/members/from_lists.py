"""Members as the lists of a written run say them: nothing is chosen or weighed again."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Codes, Days, Floats
from indexcalc.calculation.members.composite import MembershipBlock
from indexcalc.calculation.members.held import Steps
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.calculation.prices.line_prices import LineBlock
from indexcalc.market import arrow
from indexcalc.weighting.schemes import SchemeFamily

SETTING = frozenset({"regular", "rebalance", "given"})
"""The kinds of lists that set weights anew."""
_FACTORS = ("float_factor", "capping_factor", "inclusion_factor")


class WrittenList(Struct, frozen=True):
    """A list in force from observed session ``session`` on: arrays (n,) for ``codes`` ascending.

    ``factor``: float x capping x inclusion; ``index_shares``: on its first session, which is ``day``.
    """

    session: int
    day: int
    kind: str
    codes: Codes
    inclusion: Floats
    factor: Floats
    index_shares: Floats


def written_lists(
    constituents: Any, reviews: Any, days: Days, order: Mapping[str, int]
) -> tuple[WrittenList, ...]:
    """The lists of a run, from its tables; ``days``: the observed sessions, ``order``: of the symbols."""
    effective = arrow.days(constituents.column("effective_date"))
    codes = arrow.codes_into(constituents.column("symbol"), order)
    floating, capping, inclusion = (arrow.floats(constituents.column(name)) for name in _FACTORS)
    index_shares = arrow.floats(constituents.column("index_shares"))
    factor = floating * capping * inclusion
    on = arrow.days(reviews.column("effective_date"))
    bounds = [*np.searchsorted(effective, on).tolist(), effective.size]
    return tuple(
        WrittenList(
            session=session,
            day=day,
            kind=str(kind),
            codes=codes[begin:stop],
            inclusion=inclusion[begin:stop],
            factor=factor[begin:stop],
            index_shares=index_shares[begin:stop],
        )
        for session, day, kind, begin, stop in zip(
            np.searchsorted(days, on).tolist(),
            on.tolist(),
            arrow.texts(reviews.column("kind")),
            bounds[:-1],
            bounds[1:],
            strict=True,
        )
    )


class FromLists(Struct):
    """Membership by the lists of a written run.

    ``family``: how index shares behave.  Those of a value-neutral or price-weighted index are taken from
    each list; a cap-weighted one counts them anew.
    """

    first_session: int
    lists: Sequence[WrittenList]
    family: SchemeFamily

    def codes(self, block: LineBlock, parents: Mapping[str, MembershipBlock]) -> Codes:
        """The lines of every list in force in the block."""
        parts = [item.codes for _, _, item in self._within(block.first, block.days.size) if item]
        return np.unique(np.concatenate([*parts, np.zeros(0, dtype=np.int32)])).astype(np.int32)

    def held(self, lines: IndexLines, parents: Mapping[str, MembershipBlock]) -> MembershipBlock:
        """The lists laid over the lines."""
        n = lines.codes.size
        members = MembershipBlock(lines.codes, np.zeros((n, lines.days.size), dtype=np.bool_))
        starts: list[int] = []
        factors: list[Floats] = []
        for start, stop, item in self._within(lines.first, lines.days.size):
            values = np.ones(n)
            if item is not None:
                rows = np.searchsorted(lines.codes, item.codes)
                members.held[rows, start:stop] = True
                values[rows] = item.index_shares if self.family == "price" else item.factor
                if item.session == lines.first + start:
                    self._enter(item, start, rows, members)
            starts.append(start)
            factors.append(values)
        members.float_factor = Steps(tuple(starts), tuple(factors))
        return members

    def _enter(self, item: WrittenList, column: int, rows: Any, members: MembershipBlock) -> None:
        if self.family == "neutral":
            opening = np.zeros(members.codes.size)
            opening[rows] = item.index_shares
            members.resets[column] = opening
            members.given.add(column)
        elif item.kind in SETTING:
            members.resets[column] = None

    def _within(self, first: int, n: int) -> list[tuple[int, int, WrittenList | None]]:
        """(first column, column after the last, list in force) of the stretches of a block."""
        inside = [item for item in self.lists if first < item.session < first + n]
        earlier = [item for item in self.lists if item.session <= first]
        stretches = [(0, earlier[-1] if earlier else None)]
        stretches += [(item.session - first, item) for item in inside]
        bounds = itertools.pairwise([*(start for start, _ in stretches), n])
        return [(*bound, item) for bound, (_, item) in zip(bounds, stretches, strict=True)]
