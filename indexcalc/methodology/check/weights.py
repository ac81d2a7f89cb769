"""Checks limits and floors on exact shares: can they be met by as many names as there are?"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from fractions import Fraction

from indexcalc.methodology.check.bounds import Bound, dates_of_counts, most_members, target
from indexcalc.methodology.check.checking import Checking, since
from indexcalc.methodology.check.limits import fewest, percent, reach, smallest_last, steps_held
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.model.weighting import Cap, Check
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Share

_NEUTRAL = "equal"


def check_weights(checking: Checking) -> None:
    """CAP001-CAP005, on every stretch of time in which nothing of weights or counts changes."""
    rule = checking.rule
    if rule.is_overlay:
        return
    weighting = rule.weighting
    dates = {*checking.change_dates(weighting), *dates_of_counts(checking)}
    for on in sorted(dates):
        names = most_members(rule, checking.family, on)
        issuers = target(rule.selection, on) if rule.selection is not None else None
        caps = tuple(
            cap for cap in items_in_force(weighting.caps, on) if not cap.left_out(names, on)
        )
        checks = items_in_force(weighting.check, on)
        excused = value_on(weighting.on_infeasible, on) in ("equal", "relax")
        limited: tuple[Cap | Check, ...] = (*caps, *checks)
        for item in limited:
            # Issuers and groups are at most as many as names.
            count = names if names is not None or item.per == "security" else issuers
            _feasible(checking, item, count, excused, on)
        for item in limited:
            _enough_names(checking, item, limited, names, excused, on)
        for cap in caps:
            _consistent(checking, cap, on)
        _floors(checking, caps, names, on)
        _binding(checking, caps, names, on)
        _verified(checking, caps, checks, on)


def _feasible(checking: Checking, item: Cap | Check, n: Bound, excused: bool, on: dt.date) -> None:
    """CAP001: ``limit * n < 1`` for one limit, a ladder, or a set and the others."""
    if not n:
        return
    path, value = f"{item.path}.limit", value_on(item.limit, on)
    most: Fraction
    if value is not None:
        most = value.exact * n
        sum_of = f"{percent(value.exact)} x {n} {_names(item.per)}"
        least = f"smallest feasible limit is {percent(Fraction(1, n), up=True)}"
        hint = _meant(value, n) or f"at least {percent(Fraction(1, n), up=True)}, or more names"
    elif isinstance(item, Cap) and (steps := value_on(item.ladder, on)):
        path = f"{item.path}.ladder"
        limits, counts = [step.exact for step in steps], steps_held(len(steps), n)
        most = reach(limits, counts)
        sum_of = f"the ladder over {n} {_names(item.per)}"
        enough = smallest_last(limits, counts)
        least = "no last step below the others is enough"
        hint = "raise more than the last step, or have more names"
        if enough is not None:
            least = f"its last step must be at least {percent(enough, up=True)}"
            hint = "raise the last step of the ladder"
    elif isinstance(item, Cap) and item.set is not None and item.others is not None:
        limit, together = value_on(item.others.limit, on), value_on(item.together, on)
        if limit is None or together is None:
            return
        path = f"{item.path}.others.limit"
        inside = value_on(item.set.largest, on) or 1
        most = together.exact + limit.exact * max(0, n - inside)
        sum_of = f"{percent(together.exact)} for the set and {percent(limit.exact)} for the others"
        free = n - inside
        least = (
            f"smallest feasible limit of the others is "
            f"{percent((1 - together.exact) / free, up=True)}"
            if free > 0
            else "nobody is left outside the set"
        )
        hint = "raise the limit of the others, or `together`"
    else:
        return
    if most >= 1:
        return
    message = f"{sum_of} = {percent(most, up=False)} < 100 %; {least}{since(on)}"
    checking.say("CAP001", message, path, on=on, hint=hint, severity="warning" if excused else None)


def _enough_names(
    checking: Checking,
    item: Cap | Check,
    limited: Sequence[Cap | Check],
    n: Bound,
    excused: bool,
    on: dt.date,
) -> None:
    """CAP001 of "all above A together at most T": 5/10/40 needs sixteen names, four at 10 % and
    twelve at 5 %."""
    above = None if item.set is None else value_on(item.set.above, on)
    together = value_on(item.together, on)
    if not n or above is None or together is None or above.exact == 0:
        return
    limits = [value_on(other.limit, on) for other in limited if other.per == item.per]
    most = min([together.exact, *(limit.exact for limit in limits if limit is not None)])
    steps = [(most, together.exact)] if most > above.exact else []
    needed = fewest(steps, above.exact)
    large = int(together.exact / most) if steps else 0
    if n < needed:
        checking.say(
            "CAP001",
            f"all above {above} at most {together} together: {needed} {_names(item.per)} are "
            f"needed ({large} of {percent(most)}, the others of {percent(above.exact)}), there are "
            f"{n}{since(on)}",
            f"{item.path}.set.above",
            on=on,
            hint="raise a limit, or have more names",
            severity="warning" if excused else None,
        )


def _names(per: str) -> str:
    return {"security": "constituents", "issuer": "issuers"}.get(per, f"{per}s at most")


def _meant(value: Share, n: int) -> str:
    """``0.3%`` where 30 % was meant: a share written with a percent sign too many."""
    meant = value.exact * 100
    if value.text.endswith("%") and meant <= 1 and meant * n >= 1:
        return f"did you mean {percent(meant).replace(' ', '')}?"
    return ""


def _consistent(checking: Checking, cap: Cap, on: dt.date) -> None:
    """CAP003: limits within one cap that cannot both be met."""
    steps: Sequence[Share] = value_on(cap.ladder, on) or ()
    for first, second in itertools.pairwise(steps):
        if second.exact > first.exact:
            checking.say(
                "CAP003",
                f"the ladder rises from {first} to {second}",
                f"{cap.path}.ladder",
                on=on,
                hint="write it in descending order",
            )
    together = value_on(cap.together, on)
    if cap.set is None or together is None:
        return
    above, each = value_on(cap.set.above, on), value_on(cap.each, on)
    if above is not None and together.exact < above.exact:
        checking.say(
            "CAP003",
            f"one name above {above} is more than the {together} of the whole set",
            f"{cap.path}.together",
            on=on,
            hint=f"`together` must be at least {above}",
        )
    largest = value_on(cap.set.largest, on)
    if each is not None and largest is not None and each.exact * largest < together.exact:
        checking.say(
            "CAP003",
            f"{largest} names of at most {each} never come to {together} together",
            f"{cap.path}.each",
            on=on,
            hint=f"`together` at most {percent(each.exact * largest)}",
        )


def _floors(checking: Checking, caps: Sequence[Cap], n: Bound, on: dt.date) -> None:
    """CAP002: floors above a limit, or more than the whole."""
    floor = value_on(checking.rule.weighting.floor, on)
    if floor is None:
        return
    for cap in caps:
        limit = value_on(cap.limit, on)
        if limit is not None and cap.per == "security" and floor.exact > limit.exact:
            checking.say(
                "CAP002",
                f"the floor {floor} is above the limit {limit}{since(on)}",
                "weighting.floor",
                on=on,
                hint=f"at most {limit}",
            )
    if n and floor.exact * n > 1:
        largest = percent(Fraction(1, n), up=False)
        checking.say(
            "CAP002",
            f"{percent(floor.exact)} x {n} constituents = {percent(floor.exact * n)} > 100 %; "
            f"largest feasible floor is {largest}{since(on)}",
            "weighting.floor",
            on=on,
            hint=f"at most {largest}, or fewer names",
        )


def _binding(checking: Checking, caps: Sequence[Cap], n: Bound, on: dt.date) -> None:
    """CAP004: limits above what already holds: the caps before, equal weights, the whole."""
    equal = value_on(checking.rule.weighting.scheme, on) == _NEUTRAL
    for position, cap in enumerate(caps):
        limit = value_on(cap.limit, on)
        if limit is None:
            continue
        if limit.exact >= 1:
            _idle(checking, cap, "no weight is above 100 %", on)
        for before in caps[:position]:
            other = value_on(before.limit, on)
            if other is None or other.exact > limit.exact or before.measured or cap.measured:
                continue
            if before.per == cap.per or (before.per == "issuer" and cap.per == "security"):
                text = f"the cap before leaves no {cap.per} above {other}"
                if before.months is None:
                    _idle(checking, cap, text, on)
        if equal and n and cap.per == "security" and limit.exact * n >= 1:
            smallest = target(checking.rule.selection, on) if checking.rule.selection else None
            if smallest:
                _idle(checking, cap, f"{smallest} equal weights are {percent(Fraction(1, n))}", on)


def _idle(checking: Checking, cap: Cap, why: str, on: dt.date) -> None:
    checking.say(
        "CAP004", f"{why}{since(on)}", f"{cap.path}.limit", on=on, hint="lower it, or remove it"
    )


def _verified(
    checking: Checking, caps: Sequence[Cap], checks: Sequence[Check], on: dt.date
) -> None:
    """CAP005: a check below every limit the caps aim at."""
    for check in checks:
        limit = value_on(check.limit, on)
        said = [value_on(cap.limit, on) for cap in caps if cap.per == check.per]
        aims = [aim for aim in said if aim is not None]
        others = [cap for cap in caps if cap.per == check.per and cap.limit is None]
        if limit is None or not aims or others:
            continue
        lowest = min(aims, key=lambda aim: aim.exact)
        if limit.exact < lowest.exact:
            checking.say(
                "CAP005",
                f"the caps aim at {lowest} a {check.per}, the check allows {limit}{since(on)}",
                f"{check.path}.limit",
                on=on,
                hint="say the same limit",
            )
