"""What is known of lines in a block of sessions, and what one block hands to the next."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Days, Floats, Ints
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated

# First and last day of a line that has had no row yet.
NEVER_SEEN = (int(np.iinfo(np.int32).max), int(np.iinfo(np.int32).min))


class Options(Struct, frozen=True):
    """What of a rule's maintenance reaches the price of a line."""

    exchange_base: bool = True
    rights: str = "ex_date"  # or "listing", "theoretical_ex", "theoretical_cum"
    missing_row: str = ""  # "", "carried" or "not_listed"
    spin_off_valued: bool = False
    frozen_resumption: bool = False
    special_tax: Dated[Withholding] | None = (
        None  # withheld of special dividends in the price itself
    )


class LineEvent(Struct, frozen=True):
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


class Spin(Struct, frozen=True):
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


class Takeover(Struct, frozen=True):
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


PER_LINE = (
    *("present", "close", "last", "base", "shares", "share_factor", "ready", "traded", "missing"),
    *("traded_before", "shares_before"),
)
"""The arrays of ``Lines`` that have a row for each line."""


class Lines(Struct):
    """Prices of some lines over consecutive sessions: arrays (n, n_sessions), NaN where unknown.

    Row i is line ``codes[i]`` (ascending); ``first``: position of ``days[0]`` among the market's days.
    ``present``: there is a row.  ``last``: C, the price of the session before.  ``ready``: the line had a
    price before the session and still is listed in it, so it can be held through the session.
    ``share_factor``: m of the session's share actions, rights counted from the ex-date among them.
    ``missing``: no row, the last price is carried.  ``traded_before`` and ``shares_before`` (n,): did it
    trade in the session before the first, and its share count then.  ``idle``: the volume is zero, of
    lines that are worked out.  ``complete``: a line without a row is not listed.

    By (code, column): ``rights``, the part of ``share_factor`` that is subscribed; ``spun`` and
    ``cash``, price before over after of spin-offs whose child is held and of special dividends.
    ``frozen_last``: the first close, by code, of lines that are frozen in the last session.
    ``entering``: by (code, column), what multiplies the holding as new shares enter at the close before.
    ``takeovers``: those that go ex in the sessions, or later and are known by the last of them.
    """

    codes: Codes
    first: int
    days: Days
    present: Bools
    close: Floats
    last: Floats
    base: Floats
    shares: Floats
    share_factor: Floats
    ready: Bools
    traded: Bools
    missing: Bools
    traded_before: Bools
    shares_before: Floats
    complete: bool
    symbols: tuple[str, ...] = ()
    events: list[LineEvent] = field(default_factory=list)
    debuts: list[tuple[int, int]] = field(default_factory=list)
    rights: dict[tuple[int, int], float] = field(default_factory=dict)
    spun: dict[tuple[int, int], float] = field(default_factory=dict)
    cash: dict[tuple[int, int], float] = field(default_factory=dict)
    spins: list[Spin] = field(default_factory=list)
    frozen_last: dict[int, float] = field(default_factory=dict)
    entering: dict[tuple[int, int], float] = field(default_factory=dict)
    takeovers: tuple[Takeover, ...] = ()
    idle: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    _rows: dict[int, int] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n_sessions)."""
        return self.codes.size, self.days.size

    def row(self, code: int) -> int:
        """The row of a line; -1 where it is not among them."""
        rows = self._rows
        if not rows:
            self._rows = rows = dict(zip(self.codes.tolist(), range(self.codes.size), strict=True))
        return rows.get(code, -1)

    def of_rows(self, rows: Ints) -> Lines:
        """Some of the lines, by their rows (ascending)."""
        codes = self.codes[rows]
        inside = set(codes.tolist())
        made = replace(self, codes=codes, _rows={})
        for name in PER_LINE:
            setattr(made, name, getattr(self, name)[rows])
        made.events = [event for event in self.events if event.code in inside]
        made.debuts = [cell for cell in self.debuts if cell[0] in inside]
        for name in ("rights", "spun", "cash"):
            values = getattr(self, name)
            setattr(made, name, {cell: values[cell] for cell in values if cell[0] in inside})
        return made


class Pending(Struct, eq=False):
    """A share factor counted from its ex-date whose new shares are not listed yet.

    ``list_day``: when they will be (``NULL_DAY``: not said); ``since``: calendar session.
    """

    code: int
    factor: float
    list_day: int
    since: int
    warned: bool = False


class State(Struct):
    """What one block hands to the next, per line (n_symbols,).

    ``close``: the price; ``raw_close``: the last close printed; ``counted``: listed shares with those
    not listed yet.  ``first_seen`` and ``last_seen``: days of a line's first and last row.  ``gone``:
    lines that ended (merger, tender, bankruptcy) and have not traded since; ``ended``: the closes that
    the price of an ending has taken the place of, until its session is told.  ``frozen``: the price at
    which a line stood in its last session, where its close is booked in the next.  ``unjudged``: lines
    to which something happened while they did not trade: their next trade is judged by the price since.
    ``entering``: what multiplies holdings in the next session, as the new shares of rights enter.
    """

    close: Floats
    raw_close: Floats
    listed: Floats
    counted: Floats
    present: Bools
    traded: Bools
    first_seen: Days
    last_seen: Days
    day: int
    pending: dict[int, list[Pending]] = field(default_factory=lambda: defaultdict(list))
    gone: set[int] = field(default_factory=set)
    ended: dict[int, float] = field(default_factory=dict)
    frozen: dict[int, float] = field(default_factory=dict)
    unjudged: set[int] = field(default_factory=set)
    entering: dict[int, float] = field(default_factory=dict)


def initial_state(n_symbols: int) -> State:
    """Before the first session: no price, nothing listed."""
    nothing = np.full(n_symbols, np.nan)
    return State(
        close=nothing.copy(),
        raw_close=nothing.copy(),
        listed=nothing.copy(),
        counted=nothing.copy(),
        present=np.zeros(n_symbols, dtype=np.bool_),
        traded=np.ones(n_symbols, dtype=np.bool_),
        first_seen=np.full(n_symbols, NEVER_SEEN[0], dtype=np.int32),
        last_seen=np.full(n_symbols, NEVER_SEEN[1], dtype=np.int32),
        day=-(1 << 31),
    )


def before(values: Floats, initial: Floats) -> Floats:
    """Each row's value of the session before."""
    return np.concatenate((initial[:, None], values[:, :-1]), axis=1)
