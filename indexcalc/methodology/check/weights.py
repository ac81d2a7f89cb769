"""Checks limits and floors on exact shares: can they be met by as many names as there are?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from indexcalc.diagnostics import quantity
from indexcalc.methodology.check.bounds import Bound, dates_of_counts, most_members, target
from indexcalc.methodology.check.findings_in_place import Checking, since
from indexcalc.methodology.model.caps.cap import CAP_FORMS, Cap, Check
from indexcalc.methodology.model.caps.form import Problem
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.exact_shares import percent
from indexcalc.methodology.values.values import Share

_NEUTRAL = "equal"
_SET_BY_NO_AMOUNT = ("market_cap", "float_market_cap", "price", "given")


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
        lowest: dict[str, Fraction] = {}
        for item in limited:
            limit = value_on(item.limit, on)
            if limit is not None:
                lowest[item.per] = min(limit.exact, lowest.get(item.per, limit.exact))
        for item in limited:
            # Issuers and groups are at most as many as names.
            count = names if names is not None or item.per == "security" else issuers
            form = CAP_FORMS[item.form_on(on)]
            shares = [lowest[item.per]] if item.per in lowest else []
            for problem in (
                form.infeasible(item, count, on) if count else None,
                form.too_few(item, names, shares, on) if names else None,
            ):
                if problem is not None:
                    _infeasible(checking, item, problem, excused, on)
        for cap in caps:
            _measured_twice(checking, cap, on)
            for problem in CAP_FORMS[cap.form_on(on)].contradictions(cap, on):
                path = f"{cap.path}.{problem.key}"
                checking.say("CAP003", problem.message, path, on=on, hint=problem.hint)
        _floors(checking, caps, names, on)
        _amount(checking, on)
        _binding(checking, caps, names, on)
        _verified(checking, caps, checks, on)


def _measured_twice(checking: Checking, cap: Cap, on: dt.date) -> None:
    """CAP003: a window of a cap's own beside that of all caps."""
    of_all = value_on(checking.rule.weighting.measured, on)
    if of_all is not None and value_on(cap.measured, on) is not None:
        message = "this cap has a window, and `weighting.measured` is that of all caps"
        checking.say("CAP003", message, f"{cap.path}.measured", on=on, hint="keep one of them")


def _amount(checking: Checking, on: dt.date) -> None:
    """RUL120: an amount where weights are not set, or beside a given divisor."""
    rule = checking.rule
    if value_on(rule.weighting.amount, on) is None:
        return
    scheme = value_on(rule.weighting.scheme, on)
    if scheme in _SET_BY_NO_AMOUNT:
        message = f"`{scheme}` does not make index shares of an amount{since(on)}"
        checking.say("RUL120", message, "weighting.amount", on=on)
    elif rule.base is not None and rule.base.divisor is not None:
        message = "the first divisor follows from the amount, and `base.divisor` gives another"
        checking.say("RUL120", message, "weighting.amount", on=on)


def _infeasible(
    checking: Checking, item: Cap | Check, problem: Problem, excused: bool, on: dt.date
) -> None:
    """CAP001: a warning where the rule says what to do then."""
    checking.say(
        "CAP001",
        f"{problem.message}{since(on)}",
        f"{item.path}.{problem.key}",
        on=on,
        hint=problem.hint,
        severity="warning" if excused else None,
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
            f"{percent(floor.exact)} x {quantity(n, 'constituent')} = {percent(floor.exact * n)} > 100 %; "
            f"largest feasible floor is {largest}{since(on)}",
            "weighting.floor",
            on=on,
            hint=f"at most {largest}, or fewer names",
        )


def _binding(checking: Checking, caps: Sequence[Cap], n: Bound, on: dt.date) -> None:
    """CAP004: limits above what already holds: the caps before, equal weights, the whole."""
    equal = value_on(checking.rule.weighting.scheme, on) == _NEUTRAL
    # The lowest limit so far, for each `per`, of the caps that always hold.
    lowest: dict[str, Share] = {}
    for cap in caps:
        limit = value_on(cap.limit, on)
        if limit is None:
            continue
        if limit.exact >= 1:
            _idle(checking, cap, "no weight is above 100 %", on)
        for per in dict.fromkeys((cap.per, "issuer" if cap.per == "security" else cap.per)):
            other = lowest.get(per)
            if other is not None and other.exact <= limit.exact and not cap.measured:
                _idle(checking, cap, f"the cap before leaves no {cap.per} above {other}", on)
        always = not cap.measured and cap.months is None
        if always and (cap.per not in lowest or limit.exact < lowest[cap.per].exact):
            lowest[cap.per] = limit
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
        limits = [value_on(cap.limit, on) for cap in caps if cap.per == check.per]
        aims = [aim for aim in limits if aim is not None]
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
