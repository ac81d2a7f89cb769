"""What a form of cap is: its keys and their help, what a rule may not say, how the ledger words it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from msgspec import Struct

from indexcalc.methodology.reading.containers import DatedKind
from indexcalc.methodology.reading.kinds import ShareKind
from indexcalc.methodology.values.exact_shares import percent

SHARE: Final = DatedKind(ShareKind())
POSITIVE_SHARE: Final = DatedKind(ShareKind(positive=True))


class Problem(Struct, frozen=True):
    """Something wrong with a cap: the key (a path below the cap's), the message, the way out."""

    key: str
    message: str
    hint: str


def nothing_infeasible(item: Any, n: int, on: dt.date) -> Problem | None:
    """For a form that can always be met."""
    return None


def nothing_too_few(item: Any, n: int, limits: Sequence[Fraction], on: dt.date) -> Problem | None:
    """For a form that needs no number of names."""
    return None


def no_contradictions(item: Any, on: dt.date) -> Iterable[Problem]:
    """For a form whose keys cannot contradict each other."""
    return ()


class CapForm(Struct, frozen=True, kw_only=True):
    """One form of cap.

    ``help``: its keys, the one that makes the form first, and what each is for.  ``needs``: keys it
    must have beside the first.  ``words``: what the ledger says of a line it holds.
    ``infeasible(item, n, on)``: why it cannot be met by ``n`` units (CAP001), or None.
    ``too_few(item, n, limits, on)``: why ``n`` names are too few under it and the single ``limits`` of
    the same units (CAP001), or None.  ``contradictions(item, on)``: keys that cannot both hold (CAP003).
    """

    help: Mapping[str, str]
    words: str
    needs: tuple[str, ...] = ()
    infeasible: Callable[[Any, int, dt.date], Problem | None] = nothing_infeasible
    too_few: Callable[[Any, int, Sequence[Fraction], dt.date], Problem | None] = nothing_too_few
    contradictions: Callable[[Any, dt.date], Iterable[Problem]] = no_contradictions


def below_the_whole(total: Fraction, sum_of: str, way_out: str) -> str:
    """The message for limits that come to less than one together."""
    return f"{sum_of} = {percent(total, up=False)} < 100 %; {way_out}"


def units_of(per: str) -> str:
    """The plural of what a cap counts ``per``."""
    return {"security": "constituents", "issuer": "issuers"}.get(per, f"{per}s at most")
