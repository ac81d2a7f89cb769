"""Lists that come into force in equal steps: a rebalance spread over several sessions.

With ``weighting: {spread_over: N sessions}`` index shares go from the old ones to the new ones by the
N-th part of the way on the effective session and on each of the N - 1 after it.  Who leaves is held until
the last step.  A change in between is a new goal for the steps that are left; another list that sets
weights begins its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.members.scheduled import Listing


def spread(
    listings: Mapping[int, Listing], steps: Callable[[int], int], last_session: int
) -> dict[int, Listing]:
    """``listings`` by session, with one more for each further step up to ``last_session``.

    ``steps``: how many the list of a session takes that sets weights; the first list takes one.
    """
    made: dict[int, Listing] = {}
    last: Listing | None = None
    until = -1  # the session of the last step
    sessions = sorted(listings)
    for session, following in zip(sessions, [*sessions[1:], last_session + 1], strict=True):
        listing = listings[session]
        leaving: Codes = np.zeros(0, dtype=np.int32)
        if listing.sets_weights:
            until = session + (1 if last is None else steps(session)) - 1
            leaving = leaving if last is None else last.codes
        elif last is not None:
            leaving = last.leaving
        for step in range(session, max(session, min(until, following - 1, last_session)) + 1):
            left = max(1, until - step + 1)
            out = leaving if left > 1 else leaving[:0]
            last = _with_leaving(listing, out, last)
            made[step] = last = replace(last, session=step, steps_left=left)
            listing = _next_step(listings[session])
    return made


def _next_step(listing: Listing) -> Listing:
    return replace(
        listing, kind="rebalance", sets_weights=False, weighing=None, pricing=-1, why={}, places={}
    )


def _with_leaving(listing: Listing, leaving: Codes, before: Listing | None) -> Listing:
    """The list with those of ``leaving`` that are not on it, at their factors of the list before and
    with an inclusion of 0: they go to nothing."""
    leaving = np.setdiff1d(leaving, listing.codes).astype(np.int32)
    if not leaving.size or before is None:
        return listing
    codes = np.union1d(listing.codes, leaving).astype(np.int32)
    rows, out = np.searchsorted(codes, listing.codes), np.searchsorted(codes, leaving)

    def joined(own: Floats | None, of_leaving: Floats) -> Floats:
        values = np.ones(codes.size)
        values[rows] = 1.0 if own is None else own
        values[out] = of_leaving
        return values

    factors = listing.float_factor
    if before.float_factor is not None and factors is not None:
        factors = joined(factors, before.float_factor[np.searchsorted(before.codes, leaving)])
    return replace(
        listing,
        codes=codes,
        float_factor=factors,
        inclusion=joined(listing.inclusion, np.zeros(leaving.size)),
        leaving=leaving,
    )
