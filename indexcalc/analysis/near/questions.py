"""One question: by how much must one thing move until something flips; asked within a budget."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from indexcalc.analysis.near.moved_review import Budget, TimeIsUp
from indexcalc.analysis.near.smallest import MOST, Smallest, nearer
from indexcalc.diagnostics import quantity

Seen = TypeVar("Seen")
Ask = Callable[[], "list[Change]"]
"""Asks one question, or several that are answered together."""

PRICE, CLOSE, FLOAT, CUT_OFF = "window price", "last close", "float", "cut-off"
_SHOWN = 3
_LAST_BITS = 1e-9
MEMBER, CAP, LEVEL = "member", "cap", "level"


class Change(Struct, frozen=True):
    """One answer.  ``flips``: member, cap or level; ``symbol``: of which line (several that move together:
    with spaces); ``side``: in or out, capped or free, '' of the level; ``moved``: window price, last
    close, float or cut-off; ``first``, ``last``: the days it is moved on.

    ``enough``: the smallest change found that flips, ``short``: the largest tried below it that does not;
    relative, of a cut-off sessions; None: none up to ``down`` and ``up`` does, or the time was up first
    (``searched`` False).  ``comes``, ``goes``: the lines that come and go with it, or are capped and are
    no more; ``tries``: reviews made for it; ``what``: all of it in words.
    """

    flips: str
    symbol: str
    name: str | None
    side: str
    moved: str
    first: dt.date
    last: dt.date
    enough: float | None
    short: float | None
    down: float
    up: float
    searched: bool
    comes: tuple[str, ...] = ()
    goes: tuple[str, ...] = ()
    tries: int = 0
    what: str = ""


class Question(Struct, Generic[Seen], frozen=True):
    """What is moved, of which lines (``codes``), and when it counts as flipped.

    ``on``: what comes of a change, and ``quickly``, where that can be asked at less cost: what it finds is
    asked again.  ``flipped``: is that another answer than today's; ``told``: the lines that come and go
    with it; ``sign``: the direction tried first; ``most``: how far up and down; ``guess``: a size to begin
    with.
    """

    flips: str
    codes: tuple[int, ...]
    side: str
    moved: str
    span: tuple[dt.date, dt.date]
    on: Callable[[float], Seen]
    flipped: Callable[[Seen], bool]
    told: Callable[[Seen], tuple[tuple[str, ...], tuple[str, ...]]]
    quickly: Callable[[float], Seen] | None = None
    sign: float = 1.0
    most: tuple[float, float] = (MOST, MOST)
    guess: float | None = None


def answer(
    question: Question[Seen], budget: Budget, symbols: Sequence[str], names: Sequence[str | None]
) -> list[Change]:
    """The smallest change that flips, as far as the budget goes."""
    before = budget.made
    seen: dict[float, Seen] = {}

    def flips(change: float) -> bool:
        if change not in seen:
            budget.spend()
            seen[change] = question.on(change)
        return question.flipped(seen[change])

    def flips_quickly(change: float) -> bool:
        assert question.quickly is not None
        budget.spend(quick=True)
        return question.flipped(question.quickly(change))

    sign, guess, most = question.sign, question.guess, question.most
    searched, found = True, None
    try:
        if question.quickly is not None:
            found = nearer(flips_quickly, sign, most, guess)
            if found is not None and not _holds(found, flips):
                sign = 1.0 if found.enough > 0 else -1.0
                found = nearer(flips, sign, most, abs(found.enough))
        else:
            found = nearer(flips, sign, most, guess)
    except TimeIsUp:
        searched, found = False, None
    comes, goes = ((), ()) if found is None else question.told(seen[found.enough])
    own = [symbols[code] for code in question.codes]
    change = Change(
        flips=question.flips,
        symbol=" ".join(own),
        name=names[question.codes[0]] if len(own) == 1 else None,
        side=question.side,
        moved=question.moved,
        first=question.span[0],
        last=question.span[1],
        enough=None if found is None else found.enough,
        short=None if found is None else found.short,
        down=question.most[1],
        up=question.most[0],
        searched=searched,
        comes=comes,
        goes=goes,
        tries=budget.made - before,
    )
    return [replace(change, what=in_words(change))]


def _holds(found: Smallest, flips: Callable[[float], bool]) -> bool:
    """Does what was found flip, and the one that is too small not?"""
    return flips(found.enough) and not (found.short and flips(found.short))


def in_words(change: Change) -> str:
    """A change as a sentence that says exactly what is moved, and what comes of it."""
    who = change.symbol
    spanned = (
        f"{change.first}" if change.first == change.last else f"{change.first} to {change.last}"
    )
    of_what = {
        PRICE: f"prices of {spanned}",
        CLOSE: f"prices of {spanned}",
        FLOAT: f"float factor from {change.first} on",
        CUT_OFF: "cut-off",
    }[change.moved]
    if change.enough is None or change.short is None:
        if not change.searched:
            return f"{who}: {of_what}: the time was up"
        if change.moved == CUT_OFF:
            earlier = quantity(round(change.down), "session")
            return f"{who}: no cut-off {earlier} earlier to {change.up:.0f} later does"
        return f"{who}: {of_what}: no change {reach(change)} does"
    verbs = {"in": "leaves", "out": "enters", "capped": "is no longer capped", "free": "is capped"}
    done = f"{who} {verbs[change.side]}" if change.side else f"the level moves with {who}"
    if change.moved == CUT_OFF:
        size = abs(int(change.enough))
        way = "earlier" if change.enough < 0 else "later"
        by = f"the cut-off on {change.last}, {size} session{'s' * (size > 1)} {way}"
        short = f"{size - 1} {way} is not enough" if size > 1 else ""
    else:
        by = f"{percent(change.enough)} on its {of_what}"
        short = f"{percent(change.short, enough=False)} is not enough" if change.short else ""
    others = [name for name in (*change.comes, *change.goes) if name not in who.split()]
    beside = f"; with it {', '.join(others[:_SHOWN])}" if others else ""
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    return f"{done} with {by}{f' ({short})' if short else ''}{beside}{more}"


def reach(change: Change) -> str:
    """How far something was moved, in words."""
    if change.down and change.up:
        return f"from {-change.down:+.0%} to {change.up:+.0%}"
    return f"up to {-change.down if change.down else change.up:+.0%}"


def percent(change: float, enough: bool = True) -> str:
    """A relative change with as many digits as tell it from one that is not enough.

    Rounded away from zero where it is ``enough``, else towards it, so that what is said holds too.
    """
    digits = 2 if abs(change) >= 0.01 else 4
    size = abs(change) * 100.0 * 10**digits
    whole = math.ceil(size - _LAST_BITS) if enough else math.floor(size + _LAST_BITS)
    return f"{math.copysign(whole / 10**digits, change):+.{digits}f} %"
