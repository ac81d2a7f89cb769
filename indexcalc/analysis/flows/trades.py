"""The trades of one session: what a tracker with assets A buys and sells, and why.

It holds ``k0 q0`` with ``k0 = A / sum(q0 C X)`` at the closes C of the session before.  The events of the
session make that ``h = k0 e(q0)`` and pay cash c.  Afterwards it holds ``k1 q1`` with
``k1 = (sum(h B X) + c) / sum(q1 B X)``, at base prices B.  The trade of a line is ``k1 q1 - h``; over the
lines the money is c.  A line that leaves is sold at C, before the events of the session, as the index does.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Floats
from indexcalc.market.ordered_sum import ordered_sum

CAUSES = (
    "joined_left",
    "inclusion",
    "target_weight",
    "shares",
    "float_factor",
    "capping_factor",
    "cash",
    "others",
)


class Turn(Struct, frozen=True):
    """What an index holds around the start of a session: arrays (n,) over the lines of either list.

    ``before`` q0 at ``close`` C; ``held`` e(q0) and ``after`` q1 at ``base`` B (C where a line leaves);
    ``rate`` X of the session before; ``cash`` paid on q0, in index currency; ``old`` and ``new`` factors
    (shares, float_factor, capping_factor, inclusion_factor), NaN where the line is not in that list.
    ``sets_weights``: a scheme whose weights are set, not counted from shares.
    """

    codes: Codes
    before: Floats
    close: Floats
    held: Floats
    after: Floats
    base: Floats
    rate: Floats
    cash: float
    old: Mapping[str, Floats]
    new: Mapping[str, Floats]
    sets_weights: bool


class Trades(Struct, frozen=True):
    """Trades (n,) of one index: ``units`` of each line and their ``money`` in index currency, with the
    money by cause (``causes``, which sum to it); ``cash`` the part of the sum that events paid.

    ``position``: the money of each line after the trade; before it for one that leaves.  ``added`` and
    ``removed``: by the lists, so that a line may come or go without a trade (a spin-off, a merger).
    """

    codes: Codes
    units: Floats
    price: Floats
    rate: Floats
    money: Floats
    position: Floats
    causes: Mapping[str, Floats]
    cash: float
    added: Bools
    removed: Bools

    @property
    def bought(self) -> float:
        """Money of all purchases."""
        return float(ordered_sum(np.maximum(self.money, 0.0))) if self.money.size else 0.0

    @property
    def sold(self) -> float:
        """Money of all sales, above zero."""
        return float(ordered_sum(np.maximum(-self.money, 0.0))) if self.money.size else 0.0


def trades_of(turn: Turn, assets: float) -> Trades:
    """The trades of a tracker with ``assets`` in index currency at the closes before the session."""
    worth = ordered_sum(np.where(turn.before != 0.0, turn.before * turn.close * turn.rate, 0.0))
    k0 = assets / float(worth)
    unit = turn.base * turn.rate  # money of one unit
    held_units = k0 * turn.held
    held_money = np.where(held_units != 0.0, held_units * unit, 0.0)
    cash = k0 * turn.cash
    target = np.where(turn.after != 0.0, turn.after * unit, 0.0)
    k1 = (float(ordered_sum(held_money)) + cash) / float(ordered_sum(target))
    units = np.where(turn.after != 0.0, k1 * turn.after, 0.0) - held_units
    money = np.where(units != 0.0, units * unit, 0.0)
    added = (turn.before == 0.0) & (turn.after != 0.0)
    removed = (turn.before != 0.0) & (turn.after == 0.0)
    causes = _own(turn, added | removed)
    for name, change in causes.items():
        causes[name] = np.where(change != 0.0, k1 * change * unit, 0.0)
    own = np.sum(list(causes.values()), axis=0)
    total = float(ordered_sum(held_money))
    causes["cash"] = held_money * (cash / total) if total else np.zeros_like(money)
    causes["others"] = money - own - causes["cash"]
    position = np.where(turn.after != 0.0, k1 * target, held_money)
    return Trades(
        codes=turn.codes,
        units=units,
        price=turn.base,
        rate=turn.rate,
        money=money,
        position=position,
        causes=causes,
        cash=cash,
        added=added,
        removed=removed,
    )


def _own(turn: Turn, changed: Bools) -> dict[str, Floats]:
    """``q1 - e(q0)`` of each line split by cause, in index shares: each with the ones before it new."""
    nothing = np.zeros(turn.codes.size)
    parts = {name: nothing.copy() for name in CAUSES[:-2]}
    parts["joined_left"] = np.where(changed, turn.after - turn.held, 0.0)
    stays = ~changed & (turn.after != 0.0)
    now = turn.held.copy()

    def step(cause: str, to: Floats) -> None:
        moved = np.where(stays & np.isfinite(to), to, now)
        parts[cause] = moved - now
        now[:] = moved

    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = {name: turn.new[name] / turn.old[name] for name in turn.new}
        step("inclusion", now * ratio["inclusion_factor"])
        capped = ratio["capping_factor"]
        if turn.sets_weights:
            step("target_weight", turn.after / np.where(capped > 0, capped, 1.0))
        else:
            # From below: what is not float or cap is a change of the share count.
            last = turn.after / np.where(capped > 0, capped, 1.0)
            of_float = ratio["float_factor"]
            step("shares", last / np.where(of_float > 0, of_float, 1.0))
            step("float_factor", last)
        step("capping_factor", turn.after)
    return parts
