"""What is known of lines in a block of sessions, and what one block hands to the next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from indexcalc.arrays import Bools, Floats
from indexcalc.market.panel import Block


@dataclass(frozen=True, slots=True)
class Options:
    """What of a rule's maintenance reaches the price of a line."""

    exchange_base: bool = True
    rights_at_ex_date: bool = True
    missing_row: str = ""  # "", "carried" or "not_listed"
    spin_off_valued: bool = False


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


@dataclass(frozen=True, slots=True)
class Spin:
    """Shares of ``child`` handed out to the holders of ``parent`` in an observed session.

    ``ratio``: children per share held before the events that came after it in the session, which
    multiplied a holding by ``cap``, ``neutral``, ``drifting`` or ``price``, as the scheme is.
    ``value``: what a child is held at until its first trade, in the currency of the line.
    ``priced``: the child had a price before, and is held at that.
    """

    session: int
    parent: int
    child: int
    ratio: float
    value: float
    priced: bool
    cap: float
    neutral: float
    drifting: float
    price: float


@dataclass(frozen=True, slots=True)
class Takeover:
    """A merger or tender that hands out ``ratio`` shares of ``acquirer`` for one of ``target``.

    ``session``: the observed one it goes ex in.  ``known_day``: the first day it is known.
    ``list_day``: when the new shares list (``NULL_DAY``: not said).
    """

    target: int
    acquirer: int
    ratio: float
    session: int
    known_day: int
    list_day: int


@dataclass(slots=True)
class Lines:
    """One block of line prices; arrays have shape (n_symbols, n_sessions), NaN where unknown.

    ``last``: C, the price of the session before.  ``ready``: the line had a price before the
    session and still is listed in it, so it can be held through the session.  ``share_factor``: m
    of the session's share actions, rights counted from the ex-date among them.  ``missing``: no
    row, the last price is carried.  ``complete``: a line without a row is not listed.

    By (code, column): ``rights``, the part of ``share_factor`` that is subscribed; ``spun`` and
    ``cash``, price before over after of spin-offs whose child is held and of special dividends.
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
    rights: dict[tuple[int, int], float] = field(default_factory=dict)
    spun: dict[tuple[int, int], float] = field(default_factory=dict)
    cash: dict[tuple[int, int], float] = field(default_factory=dict)
    spins: list[Spin] = field(default_factory=list)
    takeovers: tuple[Takeover, ...] = ()
    symbols: tuple[str, ...] = ()


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
    """What one block hands to the next, per line (n_symbols,).

    ``gone``: lines that ended (merger, tender, bankruptcy) and have not traded since; ``ended``: the
    closes that the price of an ending has taken the place of, until its session is told.
    """

    close: Floats
    raw_close: Floats
    listed: Floats
    counted: Floats
    present: Bools
    day: int
    pending: dict[int, list[Pending]] = field(default_factory=lambda: defaultdict(list))
    gone: set[int] = field(default_factory=set)
    ended: dict[int, float] = field(default_factory=dict)


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
