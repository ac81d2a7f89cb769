"""The seven verbs of a selection, one name at a time, on plain sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.oracle.conditions import could_hold, holds
from tests.oracle.figures import Figures, in_force
from tests.oracle.language import Unsaid, at, percent_of, rounded, share
from tests.oracle.moments import Moment, for_status
from tests.oracle.places import ordered

VERBS = ("require", "drop", "select", "fill", "trim", "replace", "limit_changes")


@dataclass
class Chosen:
    """The state between steps: who is left, who is chosen (with inclusion), who decided last.

    ``confirmed``: steps that later chose a chosen name again.  ``unknown``: names of whom a step
    needed something that nobody knows; ``unranked``: those without the ``by`` of a step.  ``choosable``:
    whom some step could choose, were their places others (None: no step chooses).
    """

    figures: Figures
    existing: dict[str, Fraction]
    eligible: set[str]
    remaining: set[str]
    selected: dict[str, Fraction]
    decided: dict[str, str]
    reviews_before: list[dict[tuple[Any, ...], Moment]]
    moments: dict[tuple[Any, ...], Moment]
    unknown: set[str] = field(default_factory=set)
    unranked: set[str] = field(default_factory=set)
    confirmed: dict[str, set[str]] = field(default_factory=dict)
    choosable: set[str] | None = None

    def choose_from(self, conditions: Iterable[Any], moment: Moment) -> None:
        """A step chooses among the names that could meet its conditions."""
        able = {
            name
            for name in self.remaining
            if all(could_hold(condition, name, moment) for condition in conditions)
        }
        self.choosable = able | (self.choosable or set())

    def waiting(self) -> set[str]:
        """Who remains and could have been chosen by a step, with all lines of an issuer that is a unit."""
        if self.choosable is None:
            return set(self.remaining)
        able = self.remaining & self.choosable
        if _unit(self) == "security":
            return able
        issuers = {self.figures.issuer(name) for name in able}
        return {name for name in self.remaining if self.figures.issuer(name) in issuers}

    def decide(self, name: str, label: str) -> None:
        """A step changed what becomes of a name."""
        self.decided[name] = label
        self.confirmed.pop(name, None)

    def moment(self, within: str, place: tuple[Any, ...]) -> Moment:
        """The state as the conditions of a step see it."""
        return Moment(
            figures=self.figures,
            existing=self.existing,
            eligible=set(self.eligible),
            remaining=set(self.remaining),
            selected=set(self.selected),
            within=within,
            in_steps=True,
            place=place,
            reviews_before=self.reviews_before,
        )

    def passing(self, condition: Any, names: Iterable[str], moment: Moment) -> set[str]:
        """The names for which a condition holds; those it cannot be told of are remembered."""
        passed = set()
        for name in sorted(names):
            verdict = holds(condition, name, moment)
            if verdict is None:
                self.unknown.add(name)
            elif verdict:
                passed.add(name)
        return passed

    def ranked(self, by: str, names: set[str]) -> list[str]:
        """Names best first; those without a value cannot be ranked."""
        order = ordered(by, names, self.figures)
        self.unranked |= names - set(order)
        return order


def run_steps(steps: list[dict[str, Any]], default_within: str, chosen: Chosen) -> None:
    """All steps in force, in order."""
    for index, step in enumerate(steps):
        figures = chosen.figures
        if not in_force(step, figures.effective, figures.month[1]):
            continue
        verb = next(word for word in VERBS if word in step)
        said = at(step[verb], figures.effective)
        if said == "none":
            continue
        within = at(step.get("within", default_within), figures.effective)
        moment = chosen.moment(within, ("steps", index))
        chosen.moments["steps", index] = moment
        _VERBS[verb](said, step, f"steps[{index}]", chosen, moment)


def _require(said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment) -> None:
    passed = chosen.passing(said, chosen.remaining, moment)
    _out(chosen.remaining - passed, label, chosen)


def _drop(said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment) -> None:
    _out(chosen.passing(said, chosen.remaining, moment), label, chosen)


def _out(names: set[str], label: str, chosen: Chosen) -> None:
    """For good, also of the selected."""
    for name in names:
        chosen.remaining.discard(name)
        chosen.selected.pop(name, None)
        chosen.decide(name, label)


def _select(said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment) -> None:
    inclusion = at(step.get("inclusion", "100%"), chosen.figures.effective)
    passed = chosen.passing(said, chosen.remaining, moment)
    chosen.choose_from([said], moment)
    for name in _whole_issuers(passed, chosen):
        part = share(for_status(inclusion, name, moment))
        if name not in chosen.selected or chosen.selected[name] != part:
            chosen.decide(name, label)
        else:
            chosen.confirmed.setdefault(name, set()).add(label)
        chosen.selected[name] = part


def _groups(step: dict[str, Any], chosen: Chosen, names: set[str]) -> list[tuple[Any, set[str]]]:
    """The names as one, or by group where the step itself says ``within``."""
    within = at(step.get("within", "all"), chosen.figures.effective)
    if within == "all":
        return [("all", names)]
    label = chosen.figures.issuer if within == "issuer" else None
    found: dict[Any, set[str]] = {}
    for name in names:
        own = label(name) if label else chosen.figures.group(within, name)
        if own is None:
            raise Unsaid("a count by group of names without a group")
        found.setdefault(own, set()).add(name)
    return sorted(found.items())


def target(said: Any, verb: dict[str, Any], by_group: bool, names: set[str], chosen: Chosen) -> int:
    """``to`` and ``count`` as a number; a percent counts in the group where counts are by group."""
    part = percent_of(said)
    if part is None:
        return int(said)
    if "where" in verb:
        raise Unsaid("a share of a count that `where` restricts")
    if part[1] == "count":
        whole = int(at(chosen.figures.rule["selection"]["count"], chosen.figures.effective))
        return rounded(part[0] * whole, verb.get("rounding", "floor"))
    counted = {
        "existing": set(chosen.existing),
        "remaining": chosen.remaining,
        "eligible": chosen.eligible,
        "selected": set(chosen.selected),
    }[part[1]]
    if part[1] == "existing" and not counted:
        raise Unsaid("a number of names that is a share of nobody existing")
    inside = len(units(counted & names if by_group else counted, chosen))
    return rounded(part[0] * inside, verb.get("rounding", "floor"))


def units(names: set[str], chosen: Chosen) -> list[str]:
    """What is counted: securities, or issuers under ``unit: issuer``."""
    if _unit(chosen) == "security":
        return sorted(names)
    return sorted({chosen.figures.issuer(name) for name in names})


def _unit(chosen: Chosen) -> str:
    selection = chosen.figures.rule.get("selection", {})
    return str(at(selection.get("unit", "security"), chosen.figures.effective))


def _whole_issuers(names: set[str], chosen: Chosen) -> set[str]:
    """Under ``unit: issuer`` a company's remaining lines come and go together."""
    if _unit(chosen) == "security":
        return names
    issuers = {chosen.figures.issuer(name) for name in names}
    whole = {name for name in chosen.remaining if chosen.figures.issuer(name) in issuers}
    if whole != names:
        raise Unsaid("a condition that holds for one line of an issuer and not for another")
    return whole


def in_turn(order: list[str], by: str, chosen: Chosen) -> list[list[str]]:
    """Units in the order of their first line."""
    if _unit(chosen) == "security":
        return [[name] for name in order]
    figures = chosen.figures
    if not figures.per_issuer(by):
        raise Unsaid("companies in the order of a measure that each line has for itself")
    values = {figures.issuer(name): figures.number(by, name) for name in order}
    if len(set(values.values())) < len(values):
        raise Unsaid("how two issuers that tie are ordered")
    turns: dict[str, list[str]] = {}
    for name in order:
        turns.setdefault(chosen.figures.issuer(name), []).append(name)
    return list(turns.values())


def _check_whole(chosen: Chosen) -> None:
    """Unsaid where a company is chosen with some of its lines only."""
    if _unit(chosen) == "issuer":
        outside = units(chosen.remaining - set(chosen.selected), chosen)
        if set(outside) & set(units(set(chosen.selected), chosen)):
            raise Unsaid("what becomes of the other lines of a company that is in with one")


def _preferred_first(
    verb: dict[str, Any], order: list[str], chosen: Chosen, moment: Moment
) -> list[str]:
    if "prefer" not in verb:
        return order
    condition = {"status": "existing"} if verb["prefer"] == "existing" else verb["prefer"]
    safer = chosen.passing(condition, order, moment)
    return [n for n in order if n in safer] + [n for n in order if n not in safer]


def _adjust(
    verb: dict[str, Any],
    step: dict[str, Any],
    label: str,
    chosen: Chosen,
    moment: Moment,
    filling: bool,
) -> None:
    effective = chosen.figures.effective
    _check_whole(chosen)
    to = at(verb["to"], effective)
    if to == "none":
        return
    by = at(verb["by"], effective)
    within = chosen.remaining
    if filling:
        chosen.choose_from([verb[word] for word in ("where", "from") if word in verb], moment)
    if "where" in verb:
        within = chosen.passing(verb["where"], within, moment)
    # Everyone counted lies in some group, also in a group that has nobody left to choose.
    by_group = "within" in step
    everyone = set(chosen.remaining)
    if by_group:
        everyone |= chosen.eligible | set(chosen.existing)
    for _, group in _groups(step, chosen, everyone):
        most = target(to, verb, by_group, group, chosen)
        inside = within & group
        have = {name for name in inside if name in chosen.selected}
        pool = inside - have if filling else set(have)
        if "from" in verb:
            pool = chosen.passing(verb["from"], pool, moment)
        order = chosen.ranked(by, pool)
        if not filling and len(order) < len(pool):
            raise Unsaid("who is trimmed of names without a value")
        order = _preferred_first(verb, order, chosen, moment)
        turns = in_turn(order, by, chosen)
        count = len(units(have, chosen))
        if filling:
            for turn in turns[: max(0, most - count)]:
                for name in turn:
                    chosen.selected[name] = Fraction(1)
                    chosen.decide(name, label)
        elif count > most:
            for turn in turns[::-1][: count - most]:
                for name in turn:
                    del chosen.selected[name]
                    chosen.decide(name, label)


def _fill(said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment) -> None:
    _adjust(said, step, label, chosen, moment, filling=True)


def _trim(said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment) -> None:
    _adjust(said, step, label, chosen, moment, filling=False)


def _replace(said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment) -> None:
    effective = chosen.figures.effective
    _check_whole(chosen)
    by = at(said["by"], effective)
    outside = chosen.remaining - set(chosen.selected)
    leaving = chosen.passing(said["out"], chosen.selected, moment)
    coming = chosen.passing(said["in"], outside, moment)
    chosen.choose_from([said["in"]], moment)
    worst = in_turn(chosen.ranked(by, leaving), by, chosen)[::-1]
    best = in_turn(chosen.ranked(by, coming), by, chosen)
    most = len(worst)
    if "at_most" in said and at(said["at_most"], effective) != "none":
        most = target(at(said["at_most"], effective), said, False, set(), chosen)
    for out, come in list(zip(worst, best, strict=False))[:most]:
        for name in out:
            del chosen.selected[name]
            chosen.decide(name, label)
        for name in come:
            chosen.selected[name] = Fraction(1)
            chosen.decide(name, label)


def _limit_changes(
    said: Any, step: dict[str, Any], label: str, chosen: Chosen, moment: Moment
) -> None:
    effective = chosen.figures.effective
    _check_whole(chosen)
    by = at(said["by"], effective)
    most = target(at(said["to"], effective), said, False, set(), chosen)
    if not chosen.existing:
        raise Unsaid("the changes of a first list")
    coming = set(chosen.selected) - set(chosen.existing)
    leaving = (set(chosen.existing) & chosen.remaining) - set(chosen.selected)
    if _unit(chosen) == "issuer" and set(units(coming | leaving, chosen)) & set(
        units(set(chosen.existing) & set(chosen.selected), chosen)
    ):
        raise Unsaid("is a line of a company that is in already a change")
    entrants = in_turn(chosen.ranked(by, coming), by, chosen)
    leavers = in_turn(chosen.ranked(by, leaving), by, chosen)[::-1]
    if sum(map(len, entrants)) < len(coming) or sum(map(len, leavers)) < len(leaving):
        raise Unsaid("a change that cannot be ranked")
    for turn in entrants[most:]:
        for name in turn:
            del chosen.selected[name]
            chosen.decide(name, label)
    # "as many leavers": as many as the entrants let in; who was dropped or is not eligible leaves
    # first and counts.
    gone = len(units(set(chosen.existing) - chosen.remaining, chosen))
    may_leave = min(most, len(entrants))
    if may_leave != min(most, gone + len(leavers)) and leavers:
        raise Unsaid("how many leave where fewer enter, or more")
    for turn in leavers[max(0, may_leave - gone) :]:
        for name in turn:
            chosen.selected[name] = chosen.existing[name]
            chosen.decide(name, label)


_VERBS = {
    "require": _require,
    "drop": _drop,
    "select": _select,
    "fill": _fill,
    "trim": _trim,
    "replace": _replace,
    "limit_changes": _limit_changes,
}
