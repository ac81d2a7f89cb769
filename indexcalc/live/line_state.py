"""The state of line prices, kept and taken up again."""

from __future__ import annotations

from collections import defaultdict

from indexcalc.calculation.prices.line_prices import LinePrices
from indexcalc.calculation.prices.lines import NEVER_SEEN, Pending, State
from indexcalc.live.saved_state import Part

NAN = float("nan")
# What is kept by line, and what a line has that was not there.
_NEW = {
    "close": NAN,
    "raw_close": NAN,
    "listed": NAN,
    "counted": NAN,
    "present": False,
    "traded": False,
    "first_seen": NEVER_SEEN[0],
    "last_seen": NEVER_SEEN[1],
}


def keep(lines: LinePrices, part: Part) -> None:
    """Keep what the next session needs of every line."""
    state = lines.state
    for name in _NEW:
        part.put_lines(name, getattr(state, name))
    part.put("day", state.day)
    symbols = part.symbols
    part.put(
        "pending",
        [
            [symbols[code], item.factor.hex(), item.list_day, item.since, item.warned]
            for code in sorted(state.pending)
            for item in state.pending[code]
        ],
    )
    part.put("gone", sorted(symbols[code] for code in state.gone))
    part.put("unjudged", sorted(symbols[code] for code in state.unjudged))
    part.put("frozen", {symbols[code]: at.hex() for code, at in sorted(state.frozen.items())})
    part.put("entering", {symbols[code]: n.hex() for code, n in sorted(state.entering.items())})
    part.put("ended", {symbols[code]: close.hex() for code, close in sorted(state.ended.items())})


def take_up(lines: LinePrices, part: Part) -> None:
    """Go on from what was kept.  A line that was not there has no price and is not listed."""
    pending: dict[int, list[Pending]] = defaultdict(list)
    for symbol, factor, list_day, since, warned in part.get("pending"):
        code = part.code(symbol)
        item = Pending(code, float.fromhex(factor), list_day, since, warned)
        pending[code].append(item)
    lines.state = State(
        **{name: part.needed(name, new) for name, new in _NEW.items()},
        day=int(part.get("day")),
        pending=pending,
        gone={part.code(symbol) for symbol in part.get("gone")},
        ended={
            part.code(symbol): float.fromhex(said) for symbol, said in part.get("ended").items()
        },
        unjudged={part.code(symbol) for symbol in part.get("unjudged")},
        frozen={part.code(symbol): float.fromhex(at) for symbol, at in part.get("frozen").items()},
        entering={
            part.code(symbol): float.fromhex(n) for symbol, n in part.get("entering").items()
        },
    )
