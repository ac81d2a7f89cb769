"""Two years of a small market in which everything happens between reviews, with a rule for it.

All is drawn from one seed: listings, delistings told and untold, designations, mergers with and
without a halt, transfers, demergers, a parent's list that changes, decisions of a committee.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from tests.oracle.language import Symbol
from tests.oracle.rows import Row, SmallMarket

Day = dt.date
FIRST = dt.date(2021, 1, 4)
WEEKDAYS = (0, 2, 3)
SECTORS = ("tech", "food")
KINDS = ("bad", "worse")


def sessions() -> tuple[Day, ...]:
    """Three sessions a week for two years."""
    days = (FIRST + dt.timedelta(days=n) for n in range(730))
    return tuple(day for day in days if day.weekday() in WEEKDAYS)


def a_history(seed: int) -> tuple[SmallMarket, dict[str, Any], dict[str, Any]]:
    """(market, rule as YAML would have it, the same rule in the terms of the oracle)."""
    random = Random(seed)
    days = sessions()
    made = _Maker(random, days)
    for number in range(random.randint(7, 14)):
        made.line(f"{number:02}A")
    for _ in range(random.randint(0, 3)):
        made.demerger()
    said, rule = _rule(random, days, made.names)
    lists = None
    if rule["parent"]:
        lists = {"parent": _parent(random, days, made.names)}
    market = SmallMarket(days, made.tables, lists)
    said_reviews = _reviews(days)
    rule["reviews"] = said_reviews
    return market, said, rule


class _Maker:
    def __init__(self, random: Random, days: tuple[Day, ...]) -> None:
        self.random, self.days = random, days
        self.names: list[Symbol] = []
        self.taken: set[str] = set()
        self.tables: dict[str, list[Row]] = {
            name: [] for name in ("daily", "securities", "designations", "corporate_actions")
        }
        self._designate("00A", days[0], "watched", None)

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def day(self, low: int = 5, high: int | None = None) -> int:
        return self.random.randint(low, (len(self.days) if high is None else high) - 10)

    def line(self, name: str, *, first: int | None = None, listed_by: str = "new") -> None:
        """One line: listed from the start or later, to the end or not."""
        symbol = Symbol(name)
        self.names.append(symbol)
        days = self.days
        start = (
            first
            if first is not None
            else (self.day(20) if self.chance(3) and name != "00A" else 0)
        )
        stop = len(days)
        if name != "00A" and start < 150 and self.chance(3):
            stop = self.day(start + 60)
        listing = days[start] if start else dt.date(2015, 5, 4)
        row: Row = {
            "symbol": symbol,
            "valid_from": dt.date(2015, 5, 4) if not start else listing,
            "known_at": None,
            "listing_date": listing,
            "listed_by": listed_by,
            "sector": self.random.choice(SECTORS),
            "market": "one",
            "delisting_date": None,
            "successor": None,
        }
        self.tables["securities"].append(row)
        if stop < len(days) and not self.chance(3):
            self._leaving(row, start, stop)
        elif name != "00A" and self.chance(5):
            moved = days[self.day(start + 10)] if start + 30 < len(days) else days[-1]
            self.tables["securities"].append({**row, "valid_from": moved, "market": "two"})
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self._spell(symbol)
        self._prices(symbol, start, stop)

    def _leaving(self, row: Row, start: int, stop: int) -> None:
        known = max(start + 1, stop - self.random.randint(0, 40))
        late = known + self.random.randint(0, 3) if self.chance(3) else None
        merged = self.chance(2) and len(self.names) > 1
        self.tables["securities"].append(
            {
                **row,
                "valid_from": self.days[known],
                "known_at": None if late is None else self.days[min(late, len(self.days) - 1)],
                "delisting_date": self.days[stop],
                "successor": self.random.choice(self.names[:-1]) if merged else None,
            }
        )
        if merged and not self.chance(3):
            halt = self.random.randint(max(start + 1, stop - 6), stop)
            ends = self.random.choice((None, stop, max(halt + 1, stop - 3)))
            self._designate(
                row["symbol"],
                self.days[halt],
                "halted",
                None if ends is None or ends >= len(self.days) else self.days[ends],
            )

    def _spell(self, symbol: Symbol) -> None:
        start = self.day()
        stop = start + self.random.randint(1, 40)
        late = None if not self.chance(4) else self.days[min(start + 2, len(self.days) - 1)]
        ends = None if self.chance(3) or stop >= len(self.days) else self.days[stop]
        self._designate(symbol, self.days[start], self.random.choice(KINDS), ends, late)

    def _designate(
        self, symbol: str, start: Day, kind: str, stop: Day | None, known: Day | None = None
    ) -> None:
        rows = self.tables["designations"]
        if any(
            row["symbol"] == symbol and row["kind"] == kind and row["from"] == start for row in rows
        ):
            return
        rows.append({"symbol": symbol, "from": start, "kind": kind, "to": stop, "known_at": known})

    def _prices(self, symbol: Symbol, start: int, stop: int) -> None:
        size = self.random.randint(1, 40)
        for at in range(start, stop):
            if self.chance(25):
                size = self.random.randint(1, 40)
            if 0 < at < stop - 1 and symbol != "00A" and self.chance(600):
                continue  # a hole: not listed that session
            self.tables["daily"].append(
                {
                    "date": self.days[at],
                    "symbol": symbol,
                    "close": float(size),
                    "shares_outstanding": 10,
                    "volume": 1,
                    "traded_value": 10,
                }
            )

    def demerger(self) -> None:
        """A line is halted, split and trades again when its child is listed (or later)."""
        parent = self.random.choice(self.names)
        if parent in self.taken or len(self.names) > 20:
            return
        self.taken.add(parent)
        at = self.day(40)
        child = f"{len(self.names):02}C"
        self.tables["corporate_actions"].append(
            {
                "symbol": parent,
                "ex_date": self.days[at],
                "type": "spin_off",
                "ratio": 0.5,
                "other_symbol": Symbol(child),
                "known_at": self.days[max(0, at - 20)],
            }
        )
        resumes = at + self.random.choice((0, 0, 3))
        self._designate(parent, self.days[max(1, at - 9)], "halted", self.days[resumes])
        self.line(child, first=at + self.random.choice((0, 0, 2)), listed_by="demerger")


def _parent(random: Random, days: tuple[Day, ...], names: list[Symbol]) -> dict[Day, list[str]]:
    """A list of most names that loses and takes in a few on some days."""
    inside = {name for name in names if random.random() < 0.85}
    lists = {days[0]: sorted(inside)}
    for at in sorted(random.sample(range(20, len(days)), random.randint(2, 12))):
        for name in random.sample(names, min(2, len(names))):
            inside ^= {name}
        lists[days[at]] = sorted(inside)
    return lists  # type: ignore[return-value]


def _reviews(days: tuple[Day, ...]) -> list[dict[str, Day]]:
    """Effective the session after the second Thursday of March, June, September and December; cut
    off on the last session of the month before."""
    made = []
    for year in (2021, 2022):
        for month in (3, 6, 9, 12):
            first = dt.date(year, month, 1)
            nominal = first + dt.timedelta(days=(3 - first.weekday()) % 7 + 7)
            expiry = max(day for day in days if day <= nominal)
            later = [day for day in days if day > expiry]
            cutoff = max(day for day in days if day < first)
            if later:
                made.append({"effective": later[0], "cutoff": cutoff})
    return made


def _rule(
    random: Random, days: tuple[Day, ...], names: list[Symbol]
) -> tuple[dict[str, Any], dict[str, Any]]:
    count = random.randint(2, 6)
    buffer = random.randint(0, min(2, count - 1))
    reserve = random.randint(0, 4)
    within = random.randrange(3) == 0
    parent = random.randrange(3) == 0
    where = list(random.choice(((), ("bad",), ("bad", "worse"))))
    sources = ("reserve", "reserve", "largest", "none")
    deletions = []
    for on in (["bad"], ["delisting"], ["merger"], ["transfer"], ["leaves_parent"]):
        if random.randrange(4) == 0 or (on == ["leaves_parent"] and not parent):
            continue
        item: dict[str, Any] = {"on": on}
        if on == ["merger"] and random.randrange(2):
            item["effective"] = "halt"
        else:
            item["after"] = f"{random.randint(0, 4)} sessions"
        item["replace_from"] = random.choice((*sources, "given") if on == ["merger"] else sources)
        if random.randrange(3) == 0:
            item["unless_review_within"] = random.choice(("1 months", "20 days"))
        deletions.append(item)
    upkeep: dict[str, Any] = {"deletions": deletions}
    told: dict[str, Any] = {"deletions": deletions}
    if random.randrange(4):
        after, rank = random.randint(1, 12), random.randint(1, 5)
        expiry = random.randrange(2) == 0
        replaces = random.choice(("smallest", "none"))
        upkeep["fast_entry"] = [
            {
                "after": f"{after} sessions",
                "require": {"size": {"rank": rank}},
                "effective": "session after next expiry" if expiry else "1 session after test",
                "replaces": replaces,
            }
        ]
        told["fast_entry"] = {"after": after, "rank": rank, "expiry": expiry, "replaces": replaces}
    if random.randrange(2):
        beyond, source = count + random.randint(0, 4), random.choice(("reserve", "largest", "none"))
        rank_test = {"size": {"rank": {"beyond": beyond}}}
        upkeep["fast_exit"] = {
            "checked": "last session of month",
            "when": {**rank_test, "was": rank_test},
            "effective": "1 session after test",
            "replace_from": source,
        }
        told["fast_exit"] = {"beyond": beyond, "replace_from": source}
    if random.randrange(3):
        percent, after = random.choice((50, 80, 100)), random.randint(0, 3)
        upkeep["demerger"] = {
            "parent_stays": {
                "require": {"size": {"min": "size at rank 100% of existing", "among": "existing"}},
                "after": f"{after} sessions",
            },
            "new_company_joins": {
                "require": {
                    "size": {"above": f"size at rank {percent}% of existing", "among": "existing"}
                },
                "effective": "1 session after listing",
                "replaces": "none",
            },
        }
        told["demerger"] = {"percent": percent, "after": after}
    committee = _committee(random, days, names)
    selection: dict[str, Any] = {
        "count": count,
        "steps": [
            {"select": {"size": {"rank": {"existing": count + buffer, "new": count - buffer}}}},
            {"trim": {"to": count, "by": "size"}},
            {"fill": {"to": count, "by": "size"}},
        ],
        "reserve": {"count": reserve, "by": "size"},
    }
    if within:
        selection["reserve"]["within"] = "sector"
    universe: dict[str, Any] = {"where": {"designation": {"none_of": [*where, "never"]}}}
    if parent:
        universe["of"] = "parent"
    said = {
        "index": "small",
        "currency": "KRW",
        "calendar": "XKRX",
        "base": {"date": days[0], "level": 100},
        "dates": {"expiry": {"months": [3, 6, 9, 12], "on": "2nd thursday"}},
        "universe": universe,
        "review": {
            "months": [3, 6, 9, 12],
            "effective": "session after expiry",
            "cutoff": "last session 1 month before",
        },
        "measures": {"size": {"last": "market_cap"}},
        "selection": selection,
        "weighting": {"scheme": "market_cap"},
        "maintenance": upkeep,
    }
    if committee:
        said["committee"] = committee
    told |= {
        "count": count,
        "buffer": buffer,
        "reserve": reserve,
        "within": within,
        "where": where,
        "parent": parent,
        "committee": committee,
    }
    return said, told


def _committee(random: Random, days: tuple[Day, ...], names: list[Symbol]) -> list[dict[str, Any]]:
    """A decision or two on days that are no reviews."""
    reviews = {row["effective"] for row in _reviews(days)}
    made = []
    for _ in range(random.choice((0, 0, 1, 3))):
        day = random.choice([day for day in days[40:] if day not in reviews])
        word = random.choice(("add", "remove", "keep", "refuse"))
        if any(row["effective"] == day for row in made):
            continue
        made.append(
            {"effective": day, word: [random.choice(names)], "why": "discretion", "ref": "minutes"}
        )
    return sorted(made, key=lambda row: row["effective"])
