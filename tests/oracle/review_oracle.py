"""A second, slow and obvious review: dicts, sets and fractions, read off the rule language alone.

Nothing here is shared with the code under test but the rows of the market.  Where the language
does not say what happens it raises ``Unsaid``, and a test that generates rules passes over the
example.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tests.oracle.conditions import holds
from tests.oracle.figures import Figures
from tests.oracle.language import Refused, Rule, Unsaid, at, day_of
from tests.oracle.moments import Moment
from tests.oracle.rows import SmallMarket
from tests.oracle.steps import Chosen, in_turn, run_steps, target


@dataclass
class OracleReview:
    """What one review decides.

    ``reserve``: by group (``all`` without groups), in order.  ``decided``: the last deciding step
    of each security it saw (``universe``, ``eligibility``, ``steps[i]``, ``selection`` for those
    no step took).  ``unknown``: names of whom something needed was not known, ``unranked``: those
    without the ``by`` of a step.
    """

    effective: dt.date
    cutoff: dt.date
    universe: tuple[str, ...]
    screened: tuple[str, ...]
    members: dict[str, Fraction]
    reserve: dict[str, list[str]]
    decided: dict[str, str]
    existing: dict[str, Fraction]
    float_factors: dict[str, Fraction | None]
    unknown: set[str]
    unranked: set[str]
    confirmed: dict[str, set[str]]
    remaining: set[str]


def review_days(rule: Rule, sessions: tuple[dt.date, ...]) -> list[dict[str, Any]]:
    """Effective date, cut-off and pricing day of each review inside the sessions.

    Dates are made under each dated value in turn; one counts where its effective date lies in the
    span of those values.
    """
    review = rule["review"]
    months = [(y, m) for y in range(sessions[0].year, sessions[-1].year + 1) for m in range(1, 13)]
    found = []
    for year, month in months:
        for phrase in _values(review["effective"]):
            try:
                effective = day_of(phrase, year, month, sessions)
            except (IndexError, StopIteration, ValueError):
                continue
            if at(review["effective"], effective) != phrase:
                continue
            if month not in at(review["months"], effective):
                continue
            known = {"effective": effective}
            try:
                cutoff = day_of(at(review["cutoff"], effective), year, month, sessions, **known)
                earlier = [day for day in sessions if day < effective]
                pricing = earlier[-1]
            except (IndexError, StopIteration, ValueError):
                continue
            found.append(
                {
                    "effective": effective,
                    "cutoff": cutoff,
                    "pricing": pricing,
                    "month": (year, month),
                }
            )
    return sorted(found, key=lambda one: one["effective"])


def _values(said: Any) -> list[Any]:
    return list(dict.fromkeys(said.values())) if isinstance(said, dict) else [said]


def reviews(rule: Rule, market: SmallMarket, first: dt.date, last: dt.date) -> list[OracleReview]:
    """All reviews effective between two days (both in), each from what the one before left."""
    made: list[OracleReview] = []
    history: list[dict[tuple[Any, ...], Moment]] = []
    published: dict[str, Fraction] = {}
    for days in review_days(rule, market.sessions):
        if not first <= days["effective"] <= last:
            continue
        eve = market.session_before(days["effective"])
        if made:
            existing = made[-1].members
        else:
            existing = {name: Fraction(1) for name in _started_with(rule, market, eve)}
        existing = {n: part for n, part in existing.items() if market.row(n, eve) is not None}
        if made:
            since = [day for day in market.sessions if made[-1].effective < day <= eve]
            existing = {
                name: part
                for name, part in existing.items()
                if all(_in_lists(rule, market, name, day) for day in since)
            }
        figures = Figures(rule=rule, market=market, published_before=published, **days)
        if not made:
            _first_list_publishes_nothing(figures)
        try:
            one, moments = _review(figures, existing, history)
        except Refused:
            continue
        made.append(one)
        history = [*history, moments]
        published = {**published, **_published(figures)}
    return made


def _in_lists(rule: Rule, market: SmallMarket, name: str, day: dt.date) -> bool:
    """Is a name in the lists its index is made from?  Who leaves them leaves the index."""
    said = rule.get("universe", {})

    def names(word: str) -> set[str]:
        indices = at(said[word], day)
        indices = indices if isinstance(indices, list) else [indices]
        return set().union(*(market.list_of(index, day) for index in indices))

    if "of" not in said:
        return True
    return name in names("of") and not ("except" in said and name in names("except"))


def _first_list(rule: Rule, market: SmallMarket, eve: dt.date) -> list[dict[str, Any]]:
    """The newest list in ``memberships`` up to the session before a first review."""
    rows = [
        row
        for row in market.tables.get("memberships", [])
        if row["index"] == rule["index"] and row["effective_date"] <= eve
    ]
    newest = max((row["effective_date"] for row in rows), default=None)
    return [row for row in rows if row["effective_date"] == newest]


def _started_with(rule: Rule, market: SmallMarket, eve: dt.date) -> list[str]:
    """Who is existing at a first review: nobody, unless ``memberships`` says who."""
    return [row["symbol"] for row in _first_list(rule, market, eve)]


def _first_list_publishes_nothing(figures: Figures) -> None:
    """Unsaid where it matters whether float factors were published with a first given list."""
    rows = _first_list(figures.rule, figures.market, figures.pricing)
    if not rows:
        return
    day = rows[0]["effective_date"]
    eve = max((s for s in figures.market.sessions if s < day), default=day)
    earlier = replace(figures, effective=day, cutoff=eve, pricing=eve)
    other = replace(figures, published_before=_published(earlier))
    for on, known_by in ((figures.effective, figures.pricing), (figures.cutoff, figures.cutoff)):
        for name in figures.market.symbols:
            if figures.published(name, on, known_by) != other.published(name, on, known_by):
                raise Unsaid("did a first given list publish float factors")


def _published(figures: Figures) -> dict[str, Fraction]:
    """The float factors published with a review, of every line that has one."""
    found = {}
    for name in figures.market.symbols:
        factor = figures.published(name, figures.effective, figures.pricing)
        if factor is not None:
            found[name] = factor
    return found


def _review(
    figures: Figures, existing: dict[str, Fraction], history: list[dict[tuple[Any, ...], Moment]]
) -> tuple[OracleReview, dict[tuple[Any, ...], Moment]]:
    rule = figures.rule
    screened = _screened(figures)
    decided: dict[str, str] = {}
    unknown: set[str] = set()
    moments: dict[tuple[Any, ...], Moment] = {}

    def outside(place: str) -> Moment:
        return Moment(
            figures=figures,
            existing=existing,
            eligible=set(),
            remaining=set(),
            selected=set(),
            within="all",
            in_steps=False,
            place=(place,),
            reviews_before=history,
        )

    def passing(condition: Any, names: tuple[str, ...], place: str) -> tuple[str, ...]:
        moment = moments[(place,)] = outside(place)
        passed = []
        for name in names:
            verdict = holds(condition, name, moment)
            if verdict is None:
                unknown.add(name)
            if verdict:
                passed.append(name)
            else:
                decided[name] = place
        return tuple(passed)

    universe = passing(rule.get("universe", {}).get("where", "all"), screened, "universe")
    figures.universe = universe
    eligible = passing(rule.get("eligibility", "all"), universe, "eligibility")
    selection = rule["selection"]
    looks_back = "'was'" in repr(rule) or "'for'" in repr(rule)
    chosen = Chosen(
        figures=figures,
        existing=existing,
        eligible=set(eligible),
        remaining=set(eligible),
        selected={},
        decided=decided,
        reviews_before=history,
        moments=moments,
        unknown=unknown,
    )
    if at(selection.get("start", "none"), figures.effective) == "existing":
        chosen.selected = {n: part for n, part in existing.items() if n in chosen.eligible}
    steps = at(selection["steps"], figures.effective)
    run_steps(steps, at(selection.get("within", "all"), figures.effective), chosen)
    _committee(rule, chosen)
    reserve = _reserve(selection, chosen)
    members = _after_delistings(chosen, reserve, selection)
    for name in eligible:
        decided.setdefault(name, "selection")
    factors = {
        name: figures.published(name, figures.effective, figures.pricing) for name in members
    }
    return (
        OracleReview(
            effective=figures.effective,
            cutoff=figures.cutoff,
            universe=universe,
            screened=screened,
            members=members,
            reserve=reserve,
            decided=decided,
            existing=existing,
            float_factors=factors,
            # What an earlier review did not know is its own to report.
            # Of a line that was not listed yet at the cut-off nothing is missing.
            unknown=set()
            if looks_back
            else {
                name
                for name in chosen.unknown
                if figures.market.last_row(name, figures.cutoff) is not None
            },
            unranked=chosen.unranked,
            confirmed=chosen.confirmed,
            remaining=chosen.remaining,
        ),
        moments,
    )


def _screened(figures: Figures) -> tuple[str, ...]:
    """Whose members may be chosen: the lists of ``of`` together, without those of ``except``.

    Read at the cut-off, or at the effective date (a line whose rows stopped before is in no list
    then); without ``of`` every line that is listed.
    """
    market = figures.market
    said = figures.rule.get("universe", {})
    late = at(said.get("as_of", "cutoff"), figures.effective) == "effective"
    day = figures.effective if late else figures.cutoff
    priced = figures.pricing if late else market.last_observed(figures.cutoff)

    def names(word: str) -> set[str]:
        indices = at(said[word], figures.effective)
        indices = indices if isinstance(indices, list) else [indices]
        return set().union(*(market.list_of(index, day) for index in indices))

    found = [name for name in market.symbols if market.row(name, priced) is not None]
    if "of" in said:
        found = [name for name in found if name in names("of")]
    if "except" in said:
        found = [name for name in found if name not in names("except")]
    return tuple(found)


def _committee(rule: Rule, chosen: Chosen) -> None:
    """Discretion of that day: the last word on the names it names."""
    for row in rule.get("committee", []):
        if row["effective"] != chosen.figures.effective:
            continue
        for name in (*row.get("remove", []), *row.get("refuse", [])):
            chosen.remaining.discard(name)
            if name in chosen.selected:
                del chosen.selected[name]
            chosen.decide(name, "committee")
        for name in (*row.get("add", []), *row.get("keep", [])):
            if name not in chosen.selected:
                chosen.selected[name] = Fraction(1)
                chosen.decide(name, "committee")


def _reserve(selection: dict[str, Any], chosen: Chosen) -> dict[str, list[str]]:
    """Who waits and is not selected, best first; so many, or so many a group where ``within`` is said."""
    said = selection.get("reserve")
    if said is None:
        return {}
    effective = chosen.figures.effective
    by = at(said["by"], effective)
    waiting = chosen.waiting() - set(chosen.selected)
    within = at(said.get("within", "all"), effective)
    groups: dict[str, set[str]] = {}
    for name in waiting:
        label = "all" if within == "all" else chosen.figures.group(within, name)
        if label is None:
            raise Unsaid("a reserve by group of a name without a group")
        groups.setdefault(label, set()).add(name)
    found = {}
    for label, names in sorted(groups.items()):
        most = target(at(said["count"], effective), said, within != "all", names, chosen)
        turns = in_turn(chosen.ranked(by, names), by, chosen)[:most]
        if turns:
            found[label] = [name for turn in turns for name in turn]
    return found


def _after_delistings(
    chosen: Chosen, reserve: dict[str, list[str]], selection: dict[str, Any]
) -> dict[str, Fraction]:
    """A name no longer listed on the session before, or no longer in its parents' lists, never
    enters; the reserve takes its place."""
    figures = chosen.figures
    eve = figures.market.session_before(figures.effective)
    members = dict(chosen.selected)
    unlisted = {name for name in members if figures.market.row(name, eve) is None}

    def left(name: str) -> bool:
        return not _in_lists(figures.rule, figures.market, name, figures.effective)

    lost = [name for name in members if name in unlisted or left(name)]
    within = at(selection.get("reserve", {}).get("within", "all"), figures.effective)
    if len(lost) > 1:
        raise Unsaid("in which order several vacancies are filled")
    for name in lost:
        del members[name]
        chosen.decide(name, "universe" if left(name) else "listing")
        label = "all" if within == "all" else figures.group(within, name)
        queue = reserve.get(str(label), [])
        for substitute in queue:
            if figures.market.row(substitute, eve) is not None and not left(substitute):
                members[substitute] = Fraction(1)
                chosen.decide(substitute, "reserve")
                queue.remove(substitute)
                break
    return members
