"""What the walk through the demo market's sessions leaves behind, before it becomes tables."""

from __future__ import annotations

from msgspec import Struct, field

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.demo.lines import Line


class ShareStep(Struct, frozen=True):
    """Listed shares of a line from a session on; ``kind``: listed, scaled (by ``m``), issue, cancel."""

    session: int
    kind: str
    shares: int
    m: float = 1.0


class Action(Struct, frozen=True):
    """A row of ``corporate_actions`` as it came out; positions for days, None for unknown."""

    line: Line
    session: int
    type: str
    ratio: float | None = None
    part: float | None = None
    price: float | None = None
    amount: float | None = None
    other: Line | None = None
    list_session: int | None = None
    final_price: float | None = None
    known: int | None = None


class Paid(Struct, frozen=True):
    """The ordinary dividends of one ex-date: amounts (KRW per share) of lines, by index."""

    session: int
    year: int
    month: int
    lines: Ints
    amounts: Floats


class Block(Struct):
    """Consecutive sessions from ``first``; arrays of shape (n_sessions, n_lines)."""

    first: int
    listed: Bools
    close: Floats
    base_price: Floats
    shares: Ints
    volume: Ints
    traded_value: Ints
    dividend_yield: Floats


class Outcome(Struct):
    """What the walk found: complete after the last block."""

    actions: list[Action] = field(default_factory=list)
    steps: dict[int, list[ShareStep]] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    first_close: dict[int, float] = field(default_factory=dict)
