"""A second, slow and obvious account of what happens between reviews: one session after the other.

Nothing here is shared with the code under test but the rows of the market.  The reviews themselves
are of one simple kind (a buffer, a trim and a fill by market capitalisation): the review oracle has
the rest.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from tests.oracle.rows import Row, SmallMarket

Day = dt.date


@dataclass(frozen=True)
class Change:
    """The list from a day on: who is in, who waits (in order), why there is a new list."""

    day: Day
    kind: str
    members: frozenset[str]
    reserve: tuple[str, ...]


@dataclass(frozen=True)
class Due:
    """A member that is ``name`` goes on ``day``; from ``known`` to ``until`` it does not enter."""

    day: Day
    name: str
    kind: str
    known: Day
    until: Day | None
    replace_from: str
    unless: str | None
    successor: str | None


@dataclass
class Walk:
    """What is in force as the sessions pass."""

    rule: dict[str, Any]
    market: SmallMarket
    members: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    remaining: set[str] = field(default_factory=set)
    joined: dict[str, Day] = field(default_factory=dict)
    left: dict[str, Day] = field(default_factory=dict)
    history: list[tuple[Day, set[str]]] = field(default_factory=list)
    checks: list[dict[str, bool]] = field(default_factory=list)
    begun: bool = False

    # --- days -------------------------------------------------------------------------------------

    @property
    def sessions(self) -> tuple[Day, ...]:
        return self.market.sessions

    def on_or_after(self, day: Day, more: int = 0) -> Day | None:
        """The session ``more`` sessions after the first one on or after a day."""
        at = bisect_left(self.sessions, day) + more
        return self.sessions[at] if at < len(self.sessions) else None

    def before(self, day: Day) -> Day:
        return self.sessions[bisect_left(self.sessions, day) - 1]

    @cached_property
    def month_ends(self) -> list[Day]:
        """The last session of each month that is over."""
        months = {(day.year, day.month): day for day in self.sessions}
        return [months[month] for month in sorted(months)[:-1]]

    def expiry_after(self, day: Day) -> Day:
        """The first second Thursday (or the session before it) of March, June ... after a day."""
        year, month = day.year, day.month
        while True:
            if month in (3, 6, 9, 12):
                first = dt.date(year, month, 1)
                nominal = first + dt.timedelta(days=(3 - first.weekday()) % 7 + 7)
                session = max((s for s in self.sessions if s <= nominal), default=nominal)
                if nominal > self.sessions[-1]:
                    return dt.date.max
                if session > day:
                    return session
            year, month = (year + month // 12, month % 12 + 1)

    # --- the market -------------------------------------------------------------------------------

    def here(self, name: str, day: Day) -> bool:
        return self.market.row(name, day) is not None

    def size(self, name: str, day: Day) -> float:
        row = self.market.row(name, day)
        assert row is not None
        return float(row["close"] * row["shares_outstanding"])

    def universe(self, day: Day) -> list[str]:
        """Listed, in the parent's list, not designated as the rule says."""
        barred = self.rule["where"]
        parent = self.market.lists.get("parent")
        return [
            name
            for name in self.market.symbols
            if self.here(name, day)
            and not self.market.designated(name, barred, day)
            and (parent is None or name in self.market.list_of("parent", day))
        ]

    def best_first(self, names: set[str] | list[str], day: Day) -> list[str]:
        return sorted(names, key=lambda name: (-self.size(name, day), name))

    def rank(self, name: str, among: list[str], day: Day) -> int:
        """The rank of a name put in among others."""
        return self.best_first({*among, name}, day).index(name) + 1

    def in_parent(self, name: str, day: Day) -> bool:
        return "parent" not in self.market.lists or name in self.market.list_of("parent", day)

    # --- deletions --------------------------------------------------------------------------------

    def stops(self, name: str) -> list[Day]:
        """The sessions on which the rows of a line stop."""
        return [
            day
            for eve, day in pairwise(self.sessions)
            if self.here(name, eve) and not self.here(name, day)
        ]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """{name, known, gone, until, halt, successor} of every fact of a kind."""
        named = {one for item in self.rule["deletions"] for one in item["on"]}
        rows = self.market.tables
        found: list[dict[str, Any]] = []
        if kind in ("delisting", "merger"):
            for row in rows["securities"]:
                if row.get("delisting_date") is None:
                    continue
                merged = row.get("successor") is not None
                if kind == "merger" and not merged:
                    continue
                if kind == "delisting" and merged and "merger" in named:
                    continue
                known = max(row["valid_from"], row.get("known_at") or row["valid_from"])
                gone = row["delisting_date"]
                halts = [
                    max(one["from"], known)
                    for one in rows["designations"]
                    if one["symbol"] == row["symbol"]
                    and one["kind"] == "halted"
                    and (one["to"] is None or (one["to"] > known and one["to"] >= gone))
                    and one["from"] < gone
                ]
                found.append(
                    {
                        "name": row["symbol"],
                        "known": known,
                        "gone": gone,
                        "halt": min(halts, default=None),
                        "successor": row.get("successor"),
                    }
                )
            if kind == "delisting":
                told = {
                    (row["symbol"], row["delisting_date"])
                    for row in rows["securities"]
                    if row.get("delisting_date") is not None
                }
                for name in self.market.symbols:
                    for day in self.stops(name):
                        if (name, day) not in told:
                            found.append({"name": name, "known": day, "gone": day})
        elif kind == "transfer":
            for name in self.market.symbols:
                mine = [row for row in rows["securities"] if row["symbol"] == name]
                mine.sort(key=lambda row: row["valid_from"])
                for old, new in pairwise(mine):
                    if old["market"] != new["market"]:
                        known = max(new["valid_from"], new.get("known_at") or new["valid_from"])
                        found.append({"name": name, "known": known})
        elif kind == "leaves_parent":
            for eve, day in pairwise(self.sessions):
                for name in self.market.symbols:
                    if self.in_parent(name, eve) and not self.in_parent(name, day):
                        found.append({"name": name, "known": day, "until": day})
        else:
            for row in rows["designations"]:
                known = max(row["from"], row.get("known_at") or row["from"])
                if row["kind"] == kind and (row["to"] is None or known < row["to"]):
                    found.append({"name": row["symbol"], "known": known, "until": row["to"]})
        return found

    def all_due(self) -> list[Due]:
        """Every deletion that will come due, should the name be a member then."""
        made = []
        for item in self.rule["deletions"]:
            for kind in item["on"]:
                for fact in self.facts(kind):
                    known = fact["known"]
                    if "after" in item:
                        day = self.on_or_after(known, int(item["after"].split()[0]))
                    else:
                        day = fact.get("halt") and self.on_or_after(fact["halt"])
                    ends = [fact.get("gone"), *self.stops(fact["name"])]
                    ends = [self.on_or_after(end) for end in ends if end and end >= known]
                    days = [one for one in (day, *ends) if one is not None]
                    if not days:
                        continue
                    at_once = self.on_or_after(known)
                    if at_once is None:
                        continue
                    made.append(
                        Due(
                            max(min(days), at_once),
                            fact["name"],
                            "transfer" if kind == "transfer" else "deletion",
                            known,
                            fact.get("until"),
                            item["replace_from"],
                            item.get("unless_review_within"),
                            fact.get("successor"),
                        )
                    )
        if "parent" in self.market.lists and not any(
            "leaves_parent" in item["on"] for item in self.rule["deletions"]
        ):
            for fact in self.facts("leaves_parent"):
                day, name = fact["known"], fact["name"]
                made.append(Due(day, name, "deletion", day, day, "none", None, None))
        return sorted(made, key=lambda due: (due.day, due.name))


def history(rule: dict[str, Any], market: SmallMarket) -> list[Change]:
    """Every list of the index, in order."""
    walk = Walk(rule, market)
    due = walk.all_due()
    reviews = {row["effective"]: row["cutoff"] for row in rule["reviews"]}
    changes: list[Change] = []
    for place, day in enumerate(market.sessions):
        if place == 0:
            continue
        eve = market.sessions[place - 1]
        # Who has no row has left; nobody needs to say so.
        walk.members = {name for name in walk.members if walk.here(name, eve)}
        was = set(walk.members)
        kind = None
        if day in reviews:
            kind = _review(walk, day, reviews[day], due)
        elif walk.begun:
            kind = _between(walk, day, due, sorted(reviews))
        if kind and kind != "regular" and not changes[-1].members and not walk.members:
            continue
        decided = any(row["effective"] == day for row in rule["committee"])
        if kind and (kind == "regular" or walk.members != was or decided):
            changes.append(Change(day, kind, frozenset(walk.members), tuple(walk.waiting)))
            walk.history.append((day, set(walk.members)))
        elif walk.history and walk.members != walk.history[-1][1]:
            walk.history.append((day, set(walk.members)))
    return changes


def _members_on(walk: Walk, day: Day) -> set[str]:
    """Who was in on a day, and has a row on it."""
    found = [names for since, names in walk.history if since <= day]
    return {name for name in (found[-1] if found else ()) if walk.here(name, day)}


def _hindered(walk: Walk, name: str, day: Day, due: list[Due]) -> bool:
    """May a name not enter on a day?"""
    eve = walk.before(day)
    return (
        not walk.here(name, eve)
        or not walk.in_parent(name, day)
        or any(
            one.name == name and one.known <= eve and (one.until is None or day < one.until)
            for one in due
        )
    )


def _committee(walk: Walk, day: Day, word: str) -> list[str]:
    return [
        name
        for row in walk.rule["committee"]
        if row["effective"] == day
        for name in row.get(word, [])
    ]


# --- tests of the day ---------------------------------------------------------------------------------


def _decisions(
    walk: Walk, day: Day, due: list[Due]
) -> tuple[dict[str, Due], dict[str, tuple[str, str]], dict[str, list[str]]]:
    """(who leaves, who enters with kind and ``replaces``, for fast exits who may replace)."""
    leaving: dict[str, Due] = {}
    entering: dict[str, tuple[str, str]] = {}
    best: dict[str, list[str]] = {}
    for one in due:
        if one.day == day and one.name in walk.members:
            leaving.setdefault(one.name, one)
    for test, what, names in _tests(walk, day):
        if what == "fast_exit":
            for name in _exits(walk, test):
                item = walk.rule["fast_exit"]
                exit_ = Due(day, name, "deletion", test, day, item["replace_from"], None, None)
                if name in leaving:
                    continue
                leaving[name] = exit_
                outside = set(walk.universe(test)) - _members_on(walk, test)
                best[name] = walk.best_first(outside, test)
        for name in names:
            if what == "fast_entry" and name not in walk.members and walk.here(name, test):
                inside = walk.universe(test)
                limit = walk.rule["fast_entry"]["rank"]
                # A line that enters the parent by the day is tested for its children as well.
                comes = walk.in_parent(name, day) and not walk.market.designated(
                    name, walk.rule["where"], test
                )
                if (name in inside or comes) and walk.rank(name, inside, test) <= limit:
                    entering[name] = ("fast_entry", walk.rule["fast_entry"]["replaces"])
            if what == "parent_stays" and name in walk.members and walk.here(name, test):
                others = _members_on(walk, test) - {name}
                line = min((walk.size(one, test) for one in others), default=float("-inf"))
                if walk.size(name, test) < line:
                    exit_ = Due(day, name, "demerger", test, day, "none", None, None)
                    leaving.setdefault(name, exit_)
            if what == "new_company" and name not in walk.members and walk.here(name, test):
                inside = [
                    one for one in walk.market.symbols
                    if walk.here(one, test)
                    and not walk.market.designated(one, walk.rule["where"], test)
                ]  # fmt: skip
                existing = _members_on(walk, test)
                rank = walk.rule["demerger"]["percent"] * len(existing) // 100
                sizes = sorted((walk.size(one, test) for one in existing), reverse=True)
                line = sizes[rank - 1] if rank else float("-inf")
                if name in inside and walk.in_parent(name, day) and walk.size(name, test) > line:
                    entering[name] = ("demerger", "none")
    for name in list(entering):
        if name in leaving or _hindered(walk, name, day, due):
            del entering[name]
    return leaving, entering, best


def _tests(walk: Walk, day: Day) -> list[tuple[Day, str, list[str]]]:
    """(day of the test, what, names) of every test effective on a day."""
    made: list[tuple[Day, str, list[str]]] = []
    sessions, rows = walk.sessions, walk.market.tables["securities"]
    listed: dict[str, Row] = {}
    for row in rows:
        listed.setdefault(row["symbol"], row)
    if walk.rule.get("fast_entry"):
        after = walk.rule["fast_entry"]["after"]
        for name, row in listed.items():
            if row["listing_date"] <= sessions[0]:
                continue
            if row["listed_by"] == "demerger" and walk.rule.get("demerger"):
                continue
            test = walk.on_or_after(row["listing_date"], after)
            if test is None:
                continue
            if walk.rule["fast_entry"]["expiry"]:
                expiry = walk.expiry_after(test)
                effective = None if expiry == dt.date.max else walk.on_or_after(expiry, 1)
            else:
                effective = walk.on_or_after(test, 1)
            if effective == day:
                made.append((test, "fast_entry", [name]))
    if walk.rule.get("fast_exit"):
        for check in walk.month_ends:
            if walk.on_or_after(check, 1) == day:
                made.append((check, "fast_exit", []))
    if walk.rule.get("demerger"):
        for action in walk.market.tables.get("corporate_actions", []):
            parent, child, ex_date = action["symbol"], action["other_symbol"], action["ex_date"]
            eve = walk.before(ex_date)
            if parent not in _members_on(walk, eve):
                continue
            trades = [
                s
                for s in sessions
                if s >= ex_date
                and walk.here(parent, s)
                and not walk.market.designated(parent, ["halted"], s)
            ]
            if trades:
                test = walk.on_or_after(trades[0], walk.rule["demerger"]["after"])
                if test is not None and walk.on_or_after(test, 1) == day:
                    made.append((test, "parent_stays", [parent]))
            first = walk.on_or_after(listed[child]["listing_date"])
            if first is not None and walk.on_or_after(first, 1) == day:
                made.append((first, "new_company", [child]))
    # Of two reasons to leave on one day a demerger is told before an exit.
    return sorted(made, key=lambda one: (one[0], one[1] == "fast_exit"))


def _exits(walk: Walk, test: Day) -> list[str]:
    """Members beyond the rank at this check and the one before."""
    inside = walk.universe(test)
    members = _members_on(walk, test)
    limit = walk.rule["fast_exit"]["beyond"]
    beyond = {name: walk.rank(name, inside, test) > limit for name in {*inside, *members}}
    before = walk.checks[-1] if walk.checks else {}
    walk.checks.append(beyond)
    return sorted(n for n in members & walk.members if beyond[n] and before.get(n, False))


# --- a day between reviews ----------------------------------------------------------------------------


def _between(walk: Walk, day: Day, due: list[Due], reviews: list[Day]) -> str | None:
    done: list[str] = []
    for name in _committee(walk, day, "add"):
        if name not in walk.members and walk.here(name, walk.before(day)):
            walk.members.add(name)
            _take_out(walk.waiting, name)
            walk.joined[name] = day
            walk.left.pop(name, None)
    for name in _committee(walk, day, "remove"):
        if name in walk.members:
            walk.members.discard(name)
            walk.left[name] = day
            walk.joined.pop(name, None)
    kept, refused = _committee(walk, day, "keep"), _committee(walk, day, "refuse")
    leaving, entering, best = _decisions(walk, day, due)
    leaving = {name: one for name, one in leaving.items() if name not in kept}
    entering = {name: one for name, one in entering.items() if name not in refused}
    for name in sorted(leaving):
        walk.members.discard(name)
        walk.left[name] = day
        walk.joined.pop(name, None)
        done.append(leaving[name].kind)
    room = walk.members - set(kept)
    for name in sorted(entering):
        kind, replaces = entering[name]
        _enter(walk, name, day)
        done.append(kind)
        ranked = [one for one in walk.order if one in room]
        if replaces == "smallest" and ranked:
            walk.members.discard(ranked[-1])
            walk.joined.pop(ranked[-1], None)
            room.discard(ranked[-1])
    for name in sorted(leaving):
        one = leaving[name]
        if one.replace_from == "none" or _near(one.unless, day, reviews):
            continue
        _replace(walk, one, day, due, {*leaving, *refused}, best.get(name))
    if any(row["effective"] == day for row in walk.rule["committee"]) and not done:
        return "committee"
    order = ("fast_entry", "demerger", "deletion", "transfer")
    return next((kind for kind in order if kind in done), None)


def _take_out(names: list[str], name: str) -> None:
    if name in names:
        names.remove(name)


def _enter(walk: Walk, name: str, day: Day) -> None:
    walk.members.add(name)
    walk.joined[name] = day
    walk.left.pop(name, None)
    _take_out(walk.waiting, name)


def _near(unless: str | None, day: Day, reviews: list[Day]) -> bool:
    """Is a regular review within so many months (or sessions) after a day?"""
    following = [one for one in reviews if one > day]
    if unless is None or not following:
        return False
    n = int(unless.split()[0])
    first = following[0]
    if "days" in unless:
        return first <= day + dt.timedelta(days=n)
    year, month = first.year, first.month - n
    if month < 1:
        year, month = year - 1, month + 12
    back = None
    for number in range(first.day, 0, -1):
        try:
            back = dt.date(year, month, number)
            break
        except ValueError:
            continue
    assert back is not None
    return back <= day


def _replace(
    walk: Walk,
    one: Due,
    day: Day,
    due: list[Due],
    gone: set[str],
    best: list[str] | None,
) -> None:
    def usable(name: str) -> bool:
        return name not in walk.members and name not in gone and not _hindered(walk, name, day, due)

    if one.replace_from == "given":
        candidates = [one.successor] if one.successor else []
    elif one.replace_from == "largest":
        remained = [name for name in walk.order if name in walk.remaining]
        candidates = remained if not best else list(best)
    else:
        within = walk.rule["within"]
        group = _sector(walk, one.name)
        candidates = [name for name in walk.waiting if not within or _sector(walk, name) == group]
    for name in candidates:
        if usable(name):
            _enter(walk, name, day)
            return


def _sector(walk: Walk, name: str) -> str:
    return next(row["sector"] for row in walk.market.tables["securities"] if row["symbol"] == name)


# --- a review -----------------------------------------------------------------------------------------


def _review(walk: Walk, day: Day, cutoff: Day, due: list[Due]) -> str:
    count, buffer = walk.rule["count"], walk.rule["buffer"]
    eve = walk.before(day)
    existing = set(walk.members)
    stays = {n for n, since in walk.joined.items() if cutoff < since < day and n in existing}
    leaving: dict[str, Due] = {}
    entering: dict[str, tuple[str, str]] = {}
    if walk.begun:
        leaving, entering, _ = _decisions(walk, day, due)
    today = {one.name for one in due if one.day == day}
    pinned = stays | {name for name in entering if name not in today}
    out = {name for name in leaving if name not in today and name not in pinned}
    remaining = {name for name in walk.universe(cutoff) if name not in out}
    ranked = walk.best_first(remaining, cutoff)
    selected = set(pinned)
    for name in ranked:
        limit = count + buffer if name in existing else count - buffer
        if ranked.index(name) < limit:
            selected.add(name)
    loose = [n for n in walk.best_first([n for n in selected if n not in pinned], cutoff)]
    while len(selected) > count and loose:
        selected.discard(loose.pop())
    for name in ranked:
        if len(selected) >= count:
            break
        selected.add(name)
    waiting = [name for name in ranked if name not in selected]
    if walk.rule["within"]:
        kept: list[str] = []
        for sector in sorted({_sector(walk, name) for name in waiting}):
            mine = [name for name in waiting if _sector(walk, name) == sector]
            kept += mine[: walk.rule["reserve"]]
        waiting = kept
    else:
        waiting = waiting[: walk.rule["reserve"]]
    walk.waiting = waiting
    walk.order = walk.best_first(
        [n for n in walk.market.symbols if _sized(walk, n, cutoff)], cutoff
    )
    walk.remaining = remaining
    walk.members = selected
    gone: dict[str, Due] = {}
    for one in due:
        kept = one.name in _committee(walk, one.day, "keep")
        if cutoff < one.day <= day and one.name in selected - pinned and not kept:
            # Who left the parent's list and is in it again may enter.
            left_parent = one.until == one.known
            if not (left_parent and walk.in_parent(one.name, day)):
                gone.setdefault(one.name, one)
    for name, since in walk.left.items():
        if cutoff < since < day and name in selected - pinned:
            gone.setdefault(name, Due(day, name, "deletion", day, day, "reserve", None, None))
    for row in walk.market.tables["securities"]:
        # Whatever the rule says of deletions: who is gone by the day, as the table says by then.
        name, last = row["symbol"], row.get("delisting_date")
        told = max(row["valid_from"], row.get("known_at") or row["valid_from"])
        ended = last is not None and max(last, told) <= day and not walk.here(name, day)
        if ended and name in selected:
            gone.setdefault(name, Due(day, name, "deletion", day, day, "reserve", None, None))
    for name in sorted(selected):
        if not walk.here(name, eve):
            gone.setdefault(name, Due(day, name, "deletion", day, day, "reserve", None, None))
    for name in sorted(gone):
        walk.members.discard(name)
        walk.left[name] = day
        walk.joined.pop(name, None)
    for name in sorted(gone):
        one = gone[name]
        reserve = Due(day, name, one.kind, one.known, one.until, "reserve", None, None)
        _replace(walk, reserve, day, due, set(gone), None)
    walk.begun = True
    return "regular"


def _sized(walk: Walk, name: str, day: Day) -> bool:
    return walk.here(name, day)
