"""What is known of lines in a block of sessions, and what one block hands to the next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from indexcalc.market.panel import Block

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Options:
    """What of a rule's maintenance reaches the price of a line."""

    exchange_base: bool = True
    rights_at_ex_date: bool = True
    missing_row: str = ""  # "", "carried" or "not_listed"


@dataclass(frozen=True, slots=True)
class LineEvent:
    """Something that moved a line's base price or share count, whoever holds it.

    ``session``: position among the market's observed sessions.  ``kind``: an action type,
    ``base_price`` (the exchange's own), ``gap`` (unexplained), ``shares_listed``.
    """

    session: int
    code: int
    kind: str
    before: float
    after: float
    reason: str


@dataclass(slots=True)
class Lines:
    """One block of line prices; arrays have shape (n_symbols, n_sessions), NaN where unknown.

    ``last``: C, the price of the session before.  ``ready``: the line had a price before the
    session and still is listed in it, so it can be held through the session.  ``share_factor``: m
    of the session's share actions.  ``missing``: no row, the last price is carried.
    ``complete``: a line without a row is not listed.
    """

    block: Block
    close: Floats
    last: Floats
    base: Floats
    shares: Floats
    share_factor: Floats
    ready: Bools
    traded: Bools
    missing: Bools
    events: list[LineEvent]
    complete: bool
    debuts: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Pending:
    """A share factor counted from its ex-date whose new shares are not listed yet.

    ``list_day``: when they will be (``NULL_DAY``: not said); ``since``: calendar session.
    """

    code: int
    factor: float
    list_day: int
    since: int
    warned: bool = False


@dataclass(slots=True)
class State:
    """What one block hands to the next, per line (n_symbols,)."""

    close: Floats
    raw_close: Floats
    listed: Floats
    counted: Floats
    present: Bools
    day: int
    pending: dict[int, list[Pending]] = field(default_factory=lambda: defaultdict(list))


def initial_state(n_symbols: int) -> State:
    """Before the first session: no price, nothing listed."""
    nothing = np.full(n_symbols, np.nan)
    return State(
        nothing.copy(),
        nothing.copy(),
        nothing.copy(),
        nothing.copy(),
        np.zeros(n_symbols, dtype=np.bool_),
        -(1 << 31),
    )


def before(values: Floats, initial: Floats) -> Floats:
    """Each row's value of the session before."""
    return np.concatenate((initial[:, None], values[:, :-1]), axis=1)
