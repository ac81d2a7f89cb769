"""Limits on a set together (5/10/40, 25/50, Nasdaq, Select Sector): what each unit may weigh then.

The set is all units ``above`` a weight, or the ``largest`` N; it acts once it comes to more than the
trigger.  Which names stay in the set is a choice no limit makes, so a rule names the method:

- ``proportional``: all of the set are scaled to ``together`` (``set_and_others``: within own bounds).
- ``descending``: largest first, a name is kept as it is where the sum with it stays within
  ``together``; one that would break it is taken to ``each`` (not said: ``above``).  Nobody below
  ``each`` may be lifted over it.
- ``smallest_first``: the smallest of the set are taken to ``each`` until the rest is within
  ``together``; the others may be lifted as far as ``above``.

Whoever is outside the set is never lifted into it: to ``above`` at most, or to the smallest of the
``largest``, or to what ``others`` says.  Shares are compared after rounding to 12 decimals.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats
from indexcalc.weighting.caps.bounded import fill
from indexcalc.weighting.caps.units import DECIMALS


class SetRule(Struct, frozen=True):
    """A cap on a set as it reads on a date; exactly one of ``above`` and ``largest`` is said."""

    together: Fraction
    above: Fraction | None = None
    largest: int | None = None
    trigger: Fraction | None = None
    method: str = "proportional"
    each: Fraction | None = None
    others: Fraction | None = None
    not_above_smallest: bool = False
    least: Fraction | None = None
    equal_excess: bool = False

    @property
    def shares_out(self) -> bool:
        """Does it say what each name of the set weighs at most or least, or who takes the excess?"""
        said = self.each is not None or self.least is not None or self.equal_excess
        return self.method == "proportional" and said


class SetLimits(Struct, frozen=True):
    """What a set rule asks of units (m,).

    ``members``: the set found; ``kept``: those that stay in it.  ``limits`` (m,): what each may weigh
    now (the kept at their weight).  ``total`` before; ``acts``: False where the trigger is not met.
    ``most``: what all together could come to; below one the rule cannot be met this way.
    ``together``: what the set may weigh, raised where the rule says ``relax``.
    """

    members: Bools
    kept: Bools
    limits: Floats
    total: float
    acts: bool
    most: float
    together: float


def set_members(weights: Floats, rule: SetRule) -> Bools:
    """Who is in the set (m,): above a weight, or the N largest, ties by the order given."""
    if rule.above is not None:
        return np.round(weights, DECIMALS) > float(rule.above)
    members = np.zeros(weights.shape, dtype=np.bool_)
    members[np.argsort(-weights, kind="stable")[: rule.largest]] = True
    return members & (weights > 0)


def set_limits(
    weights: Floats, rule: SetRule, ceiling: Floats, *, relax: bool = False
) -> SetLimits:
    """What each unit may weigh so that the set stays within its limit.

    ``weights`` (m,) sum to one; ``ceiling`` (m,): what earlier caps allow each unit at most.
    """
    members = set_members(weights, rule)
    together = float(rule.together)
    total = float(np.round(_sum(weights, members), DECIMALS))
    trigger = together if rule.trigger is None else float(rule.trigger)
    if not total > trigger:
        return SetLimits(
            members=members,
            kept=members,
            limits=ceiling,
            total=total,
            acts=False,
            most=1.0,
            together=together,
        )
    kept = members.copy() if rule.method == "proportional" else _kept(weights, members, rule)
    if rule.method == "proportional":
        aims = np.where(members, weights * (together / _sum(weights, members)), 0.0)
    else:
        aims = np.where(kept, weights, 0.0)
    outside = _outside(weights, aims, members, kept, rule)
    outside = np.where(weights > 0, np.minimum(outside, ceiling), 0.0)

    def capacity(staying: Bools) -> float:
        return float(np.round(_sum(outside, ~staying), DECIMALS))

    def limits_of(
        staying: Bools, limits: Floats, most: float = 1.0, set_total: float = together
    ) -> SetLimits:
        return SetLimits(
            members=members,
            kept=staying,
            limits=limits,
            total=total,
            acts=True,
            most=most,
            together=set_total,
        )

    room = float(np.round(_sum(aims, kept), DECIMALS))
    if capacity(kept) + room >= 1.0:
        return limits_of(kept, np.where(kept, aims, outside))
    # The others cannot take all that is released: the set itself must take the rest, and where it
    # cannot within its limits, other names stay in it.
    choices = [kept] if rule.method == "proportional" else _other_choices(weights, members, kept)
    best = 0.0
    for staying in choices:
        inside = min(together, _sum(ceiling, staying))
        most = float(np.round(capacity(staying) + inside, DECIMALS))
        if most >= 1.0:
            return limits_of(staying, _lifted(weights, staying, ceiling, outside))
        best = max(best, most)
    able = [staying for staying in choices if capacity(staying) + _sum(ceiling, staying) >= 1.0]
    if relax and able:
        # The choice that needs the set to weigh least above `together`.
        staying = max(able, key=capacity)
        limits = _lifted(weights, staying, ceiling, outside)
        return limits_of(staying, limits, set_total=_sum(limits, staying))
    return limits_of(kept, outside, most=best)


def _other_choices(weights: Floats, members: Bools, stay: Bools) -> list[Bools]:
    """Who might stay instead: the kept, fewer and fewer of them, then more of the set."""
    tried = [stay]
    for unit in [i for i in np.argsort(weights, kind="stable") if stay[i]]:
        fewer = tried[-1].copy()
        fewer[unit] = False
        tried.append(fewer)
    more = stay
    for unit in [i for i in np.argsort(-weights, kind="stable") if members[i] and not stay[i]]:
        more = more.copy()
        more[unit] = True
        tried.append(more)
    return tried


def _lifted(weights: Floats, stay: Bools, ceiling: Floats, outside: Floats) -> Floats:
    """Limits (m,) where the others take all they may and the kept share what is left."""
    limits = outside.copy()
    lines = np.flatnonzero(stay)
    if lines.size:
        share = max(1.0 - _sum(outside, ~stay), 0.0)
        limits[lines] = fill(weights[lines], np.zeros(lines.size), ceiling[lines], share).weights
    return limits


def _kept(weights: Floats, members: Bools, rule: SetRule) -> Bools:
    """Who of the set stays as it is."""
    together = float(rule.together)
    chosen = np.zeros(weights.shape, dtype=np.bool_)
    total = 0.0
    for unit in np.argsort(-weights, kind="stable"):
        if not members[unit]:
            continue
        if np.round(total + weights[unit], DECIMALS) <= together:
            chosen[unit] = True
            total += float(weights[unit])
        elif rule.method == "smallest_first":
            break
    return chosen


def _outside(weights: Floats, aims: Floats, members: Bools, stay: Bools, rule: SetRule) -> Floats:
    """What each unit may weigh if it does not stay in the set (m,)."""
    smallest = float(aims[stay].min()) if stay.any() else float(weights.max())
    if rule.others is not None:
        most = float(rule.others)
        if rule.not_above_smallest:
            most = min(most, smallest)
    else:
        most = smallest if rule.above is None else float(rule.above)
    each = most if rule.each is None else min(float(rule.each), most)
    others = np.full(weights.shape, most)
    if rule.method == "descending":
        others = np.minimum(np.maximum(each, weights), most)
    # Whoever leaves the set goes to `each` and is never lifted to it.
    return np.where(members, each, others)


def _sum(values: Floats, which: Bools) -> float:
    """The sum over some units, in the order given."""
    chosen = np.cumsum(values[which])
    return float(chosen[-1]) if chosen.size else 0.0
