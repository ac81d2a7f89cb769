"""Checks what happens between reviews: who replaces leavers, at what weight, who decided twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from indexcalc.methodology.check.findings_in_place import Checking, since
from indexcalc.methodology.model.in_force import items_in_force
from indexcalc.methodology.values.dated import value_on

_NO_WEIGHT_OF_ITS_OWN = ("equal", "measure", "tilt", "inverse_volatility")
_REPLACES = ("reserve", "largest", "given")


def check_maintenance(checking: Checking) -> None:
    """RUL110-RUL113, and deletions that can do nothing."""
    rule = checking.rule
    if rule.is_overlay:
        return
    for on in checking.change_dates(
        rule.maintenance, rule.selection, rule.weighting, rule.universe
    ):
        _replacements(checking, on)
        _entrants(checking, on)
        _joining(checking, on)
    _committee(checking)


def _leaving(checking: Checking, on: dt.date) -> Iterator[tuple[str, str]]:
    """(rule path, whom it is replaced from) of deletions and of the fast exit."""
    maintenance = checking.rule.maintenance
    for item in items_in_force(maintenance.deletions, on):
        yield f"{item.path}.replace_from", value_on(item.replace_from, on) or "none"
        if "leaves_parent" in item.on and value_on(checking.rule.universe.of, on) is None:
            checking.say(
                "RUL108",
                "without a parent nobody leaves one",
                f"{item.path}.on",
                on=on,
                hint="remove `leaves_parent`, or say `universe.of`",
            )
    leaving = value_on(maintenance.fast_exit, on)
    if leaving is not None:
        yield f"{leaving.path}.replace_from", value_on(leaving.replace_from, on) or "none"


def _replacements(checking: Checking, on: dt.date) -> None:
    selection = checking.rule.selection
    for path, source in _leaving(checking, on):
        if source == "reserve" and (selection is None or selection.reserve is None):
            checking.say(
                "RUL110",
                f"the selection keeps no reserve{since(on)}",
                path,
                on=on,
                hint="add `selection: {reserve: {count: N, by: MEASURE}}`, or write none",
            )


def _entrants(checking: Checking, on: dt.date) -> None:
    """RUL111: ``replaces: smallest`` needs the ``by`` of a ``fill``."""
    rule = checking.rule
    fills = rule.selection is not None and any(
        step.fill is not None for steps in rule.selection.steps.values for step in steps
    )
    if fills:
        return
    joining = [
        (f"{item.path}.replaces", item.replaces)
        for item in items_in_force(rule.maintenance.fast_entry, on)
    ]
    demerger = value_on(rule.maintenance.demerger, on)
    if demerger is not None and demerger.new_company_joins is not None:
        company = demerger.new_company_joins
        joining.append((f"{company.path}.replaces", company.replaces))
    for path, replaces in joining:
        if value_on(replaces, on) == "smallest":
            checking.say(
                "RUL111",
                f"no step is a `fill` whose `by` tells the smallest{since(on)}",
                path,
                on=on,
                hint="add a `fill`, or write `none`",
            )


def _joining(checking: Checking, on: dt.date) -> None:
    """RUL112: who joins between reweightings under a neutral scheme, and at what weight?"""
    rule = checking.rule
    scheme = value_on(rule.weighting.scheme, on)
    if scheme not in _NO_WEIGHT_OF_ITS_OWN or value_on(rule.maintenance.joins_at, on) is not None:
        return
    why = ""
    if items_in_force(rule.maintenance.fast_entry, on):
        why = "names enter by `fast_entry`"
    elif any(source in _REPLACES for _, source in _leaving(checking, on)):
        why = "leavers are replaced"
    elif rule.rebalance is not None:
        why = "members change at reviews that do not reweight"
    elif value_on(rule.maintenance.follow_entries, on):
        why = "entries of the parent are followed"
    if why:
        checking.say(
            "RUL112",
            f"{why}, and `{scheme}` gives an entrant no weight of its own{since(on)}",
            "maintenance.joins_at",
            on=on,
            hint="add `maintenance: {joins_at: leaver_weight}` (or average_weight, own)",
        )


def _committee(checking: Checking) -> None:
    decided: dict[tuple[dt.date, str], str] = {}
    for item in checking.rule.committee:
        for word in ("add", "remove", "refuse", "keep"):
            for position, symbol in enumerate(getattr(item, word)):
                before = decided.setdefault((item.effective, symbol), word)
                path = f"{item.path}.{word}[{position}]"
                first = decided.setdefault((item.effective, f"\0{symbol}"), path)
                if first != path:
                    checking.say(
                        "RUL113",
                        f"`{symbol}` is decided on already for {item.effective} ({before})",
                        path,
                        hint="keep one decision",
                    )
