"""What every shipped Korean rule must hold to, on one demo market: dates, counts, no look-ahead, the
ledger, how children stand to their parents on every session, and explanations that agree.

The demo market has lines enough for all of them but those of ``NOT_ON_THE_DEMO``.  Rules of other
providers and patterns have their own cases (test_shipped.py): their markets are others.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.explain import explain_in
from indexcalc.arrays import Bools
from indexcalc.calculation import compute as computing
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from indexcalc.methodology.model.methodology import Methodology

pytestmark = pytest.mark.slow

OWN_SECTORS = ("k200_sector", "krx_sector", "bbig", "gics_industry_group")
"""Columns of labels that the demo market does not have."""
NOT_ON_THE_DEMO = {
    "korea-value-up": "needs net incomes, payouts and awards, which the market here has not",
    "kospi-dividend-growth-50": "needs seven years of dividends; the market here has three",
    "kospi-high-dividend-50": "needs three years of dividends at its first review",
    "krx-high-dividend-50": "needs three years of dividends at its first review",
}


def _on_the_demo(rule: Methodology) -> bool:
    asked = any(column in rule.columns for column in OWN_SECTORS)
    return rule.index not in NOT_ON_THE_DEMO and not rule.is_overlay and not asked


SHIPPED = load_family(shipped_names(shipped_folder() / "krx").values())
KOREAN = sorted(name for name in SHIPPED.asked if _on_the_demo(SHIPPED[name]))
COMPOSITES = ("kospi", "kosdaq")
# Those of a count: at every review they have as many, or REV003 says so.
TARGETS = {"kospi200": 200, "kospi100": 100, "kospi50": 50, "kosdaq150": 150, "krx300": 300}


@dataclass
class Computed:
    """The whole family on the demo market: plan, runs, and who is held, by session and index."""

    market: Market
    family: Family
    plan: Plan
    runs: dict[str, Run]
    held: dict[str, dict[int, Bools]] = field(default_factory=dict)
    lists: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def members(self, index: str) -> dict[str, set[str]]:
        """Members by effective date of every list of ``constituents``."""
        if index not in self.lists:
            self.lists[index] = self._members(index)
        return self.lists[index]

    def _members(self, index: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        table = self.runs[index].constituents
        days, names = table.column("effective_date").to_pylist(), table.column("symbol").to_pylist()
        for day, symbol in zip(days, names, strict=True):
            found[str(day)].add(symbol)
        return found

    def reviews(self, index: str) -> list[dict[str, Any]]:
        """The rows of ``reviews`` that are regular reviews."""
        return [row for row in self.runs[index].reviews.to_pylist() if row["kind"] == "regular"]

    def sessions(self, *indices: str) -> Iterator[tuple[int, list[Bools]]]:
        """Sessions that all of ``indices`` have, with who is held of each (n_symbols,)."""
        tables = [self.held_by(index) for index in indices]
        for session in sorted(set.intersection(*(set(table) for table in tables))):
            yield session, [table[session] for table in tables]

    def held_by(self, index: str) -> dict[int, Bools]:
        """Who has index shares, by session."""
        if index not in self.held:
            found: dict[int, Bools] = {}
            for block in self.runs[index].holdings.blocks:  # type: ignore[union-attr]
                shares = block.shares.dense()
                for column in range(shares.shape[1]):
                    row = np.zeros(len(self.market.symbols), dtype=np.bool_)
                    row[block.codes[shares[:, column] != 0.0]] = True
                    found[block.first + column] = row
            self.held[index] = found
        return self.held[index]

    def names(self, rows: Bools) -> set[str]:
        return {self.market.symbols[int(code)] for code in np.flatnonzero(rows)}


@pytest.fixture(scope="module")
def computed() -> Computed:
    market = ic.Market.demo(securities=1200, years=2.7)
    family = load_family(KOREAN)
    plans: list[Plan] = []

    def kept(*said: Any) -> Plan:
        plans.append(make_plan(*said))
        return plans[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(computing, "make_plan", kept)
        runs = computing.compute_family(family, market, Request(keep_weights=True))
    return Computed(market, family, plans[0], runs)


def test_all_but_the_listed_rules_are_here(computed: Computed) -> None:
    assert len(KOREAN) >= 28
    with pytest.raises(DataError) as refused:
        ic.compute("krx-semiconductor", computed.market)
    said = str(refused.value)
    assert "krx_sector" in said
    assert said.count("DAT002") == 1  # not once a review


@pytest.mark.parametrize("index", KOREAN)
class TestContract:
    """What holds of each rule by itself."""

    def test_it_computes_without_an_error(self, computed: Computed, index: str) -> None:
        run = computed.runs[index]
        errors = [
            f"{item.code} {item.message}" for item in run.diagnostics if item.severity == "error"
        ]
        assert errors == []
        assert run.levels.num_rows > 500
        assert min(run.levels.column("constituents").to_pylist()) > 0

    def test_review_dates_are_sessions_and_in_order(self, computed: Computed, index: str) -> None:
        rows = computed.reviews(index)
        assert rows
        sessions = packaged("XKRX")
        for row in rows:
            days = [row["cutoff_date"], row["announcement_date"], row["effective_date"]]
            if index in COMPOSITES and row["cutoff_date"] is None:
                continue
            said = [day for day in days if day is not None]
            assert said == sorted(said)
            assert row["cutoff_date"] is None or row["cutoff_date"] < row["effective_date"]
            assert all(sessions.date(sessions.at_or_before(day)) == day for day in said)
        effective = [row["effective_date"] for row in computed.runs[index].reviews.to_pylist()]
        assert all(one < two for one, two in pairwise(effective))

    def test_counts(self, computed: Computed, index: str) -> None:
        run = computed.runs[index]
        for row in run.reviews.to_pylist():
            assert (
                row["constituents"] == len(computed.members(index)[str(row["effective_date"])]) > 0
            )
        if index not in TARGETS:
            return
        short = "".join(item.message for item in run.diagnostics if item.code == "REV003")
        for row in computed.reviews(index):
            day = str(row["effective_date"])
            assert row["constituents"] == TARGETS[index] or day in short

    def test_the_ledger_has_one_row_a_line_and_replays_to_the_list(
        self, computed: Computed, index: str
    ) -> None:
        run = computed.runs[index]
        rows = [row for row in run.decisions.to_pylist() if row["step"] == "membership"]
        keys = [(row["effective_date"], row["symbol"]) for row in rows]
        assert len(keys) == len(set(keys))
        assert all(row["rule_path"] and row["rule_line"] > 0 for row in rows)
        by_day: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_day[str(row["effective_date"])].append(row)
        start = str(run.levels.column("date")[0])
        state: set[str] = set()
        told_at_reviews = {str(row["effective_date"]) for row in computed.reviews(index)}
        lists = computed.members(index)
        for day in sorted({*by_day, *lists}):
            inside = {row["symbol"] for row in by_day[day] if row["outcome"] in ("in", "kept")}
            outside = {row["symbol"] for row in by_day[day] if row["outcome"] == "out"}
            state = (state - outside) | inside
            if day in lists and day >= start:
                # Who is in by the ledger and not in the list is not listed, or was never priced.
                assert lists[day] <= state, (day, lists[day] - state)
                gone = state - lists[day]
                assert not (gone & inside), (day, gone & inside)
                assert [symbol for symbol in gone if _listed(computed.market, symbol, day)] == [], (
                    day
                )
            if day in told_at_reviews and index not in COMPOSITES and day > start:
                # A review tells of every line it looked at, not only of those that move.
                assert len(by_day[day]) >= len(lists[day]) or _holds_parents(computed, index)

    def test_explanations_agree_with_the_outcome(self, computed: Computed, index: str) -> None:
        last = int(computed.market.days[-1])
        held = computed.names(computed.held_by(index)[len(computed.market.days) - 1])
        random = np.random.Generator(np.random.PCG64(7))
        asked = random.choice(np.array(computed.market.symbols), size=6, replace=False).tolist()
        asked += sorted(held)[:2]
        for symbol in asked:
            told = explain_in(computed.plan, index, symbol, last)
            assert told.member == (symbol in held), symbol
            assert told.chain[0].member == told.member
            link = told.chain[-1]
            if link.decided is None:
                assert link.detail
            else:
                assert link.rule_line > 0
                # What decided has the outcome it explains: a parent's `in` where it excludes.
                assert (link.outcome in ("in", "kept")) == link.member or not _listed(
                    computed.market, symbol, str(computed.runs[index].levels.column("date")[-1])
                )


_SEEN: dict[int, dict[str, tuple[dt.date, dt.date]]] = {}


def _listed(market: Market, symbol: str, day: str) -> bool:
    """Has the line daily rows up to the day before, and on it or later?"""
    if id(market) not in _SEEN:
        daily = market.table("daily")
        codes = arrow.codes_into(daily.column("symbol"), market.order)
        days = arrow.days(daily.column("date"))
        first = np.full(len(market.symbols), np.iinfo(np.int32).max, dtype=np.int64)
        last = np.full(len(market.symbols), -1, dtype=np.int64)
        np.minimum.at(first, codes, days)
        np.maximum.at(last, codes, days)
        epoch = dt.date(1970, 1, 1)
        _SEEN[id(market)] = {
            name: (
                epoch + dt.timedelta(days=int(first[code])),
                epoch + dt.timedelta(days=int(last[code])),
            )
            for code, name in enumerate(market.symbols)
            if last[code] >= 0
        }
    first_day, last_day = _SEEN[id(market)][symbol]
    return first_day < dt.date.fromisoformat(day) <= last_day


def _holds_parents(computed: Computed, index: str) -> bool:
    rule = computed.family[index]
    return rule.selection is None and rule.universe.of is not None


# --- children and parents -------------------------------------------------------------------------

INSIDE = [
    ("kospi50", "kospi200"),
    ("kospi100", "kospi200"),
    ("kospi200", "kospi"),
    ("kospi200-ex-mega-cap", "kospi200"),
    ("kospi200-ex-top-1", "kospi200"),
    ("kospi200-top10", "kospi200"),
    ("kospi200-it", "kospi200"),
    ("kosdaq150", "kosdaq"),
    ("krx-tmi-mid", "krx-tmi-large"),
]


@pytest.mark.parametrize(("child", "parent"), INSIDE)
def test_a_child_is_inside_its_parent_on_every_session(
    computed: Computed, child: str, parent: str
) -> None:
    count = 0
    for session, (mine, theirs) in computed.sessions(child, parent):
        assert not (mine & ~theirs).any(), (session, computed.names(mine & ~theirs))
        count += 1
    assert count > 500


LESS = [
    ("kospi200-mid-small", "kospi200", "kospi100"),
    ("kospi-ex-kospi200", "kospi", "kospi200"),
    ("krx-tmi-mid", "krx-tmi-large", "krx300"),
]


@pytest.mark.parametrize(("child", "parent", "less"), LESS)
def test_a_child_is_one_parent_less_the_other_on_every_session(
    computed: Computed, child: str, parent: str, less: str
) -> None:
    count = 0
    for session, (mine, of, out) in computed.sessions(child, parent, less):
        assert (mine == (of & ~out)).all(), (session, computed.names(mine ^ (of & ~out)))
        count += 1
    assert count > 500


def test_equal_weight_holds_what_the_kospi200_holds(computed: Computed) -> None:
    for session, (mine, theirs) in computed.sessions("kospi200-equal-weight", "kospi200"):
        assert (mine == theirs).all(), (session, computed.names(mine ^ theirs))


def test_children_weigh_with_the_float_of_their_parent(computed: Computed) -> None:
    def factors(index: str) -> dict[tuple[str, str], float]:
        return {
            (str(row["effective_date"]), row["symbol"]): row["float_factor"]
            for row in computed.runs[index].constituents.to_pylist()
        }

    parent = factors("kospi200")
    for child in ("kospi100", "kospi50", "kospi200-mid-small", "kospi200-ex-mega-cap"):
        both = {key: value for key, value in factors(child).items() if key in parent}
        assert len(both) > 150
        assert {key: parent[key] for key in both} == both, child


def test_ex_mega_cap_drops_exactly_the_names_above_a_tenth(computed: Computed) -> None:
    """Computed from the raw tables: closes and shares of the cut-off, float factors in force then."""
    daily = computed.market.table("daily")
    columns = [daily.column(name).to_pylist() for name in ("symbol", "close", "shares_outstanding")]
    days = arrow.days(daily.column("date"))
    published = {
        (str(row["effective_date"]), row["symbol"]): row["float_factor"]
        for row in computed.runs["kospi200"].constituents.to_pylist()
    }
    dropped_once = False
    mine, theirs = computed.members("kospi200-ex-mega-cap"), computed.members("kospi200")
    reviews = computed.reviews("kospi200")
    for before, row in pairwise(reviews):
        day, cutoff = str(row["effective_date"]), day_number(row["cutoff_date"])
        caps = {}
        for at in np.flatnonzero(days == cutoff):
            symbol = columns[0][at]
            # The factor in force on the cut-off: the one of the review before; for a name that was not in
            # then, the one it comes in with (below, no such name is near a tenth).
            factor = published.get((str(before["effective_date"]), symbol)) or published.get(
                (day, symbol)
            )
            if symbol in theirs[day] and factor is not None:
                caps[symbol] = columns[1][at] * columns[2][at] * factor
        total = sum(caps.values())
        above = {symbol for symbol, cap in caps.items() if cap / total > 0.1}
        assert theirs[day] - mine[day] == above, day
        dropped_once = dropped_once or bool(above)
    assert dropped_once


# --- no look-ahead --------------------------------------------------------------------------------


def _poisoned(market: Market, after: int) -> Market:
    """The same market, with every close, base price, volume and traded value after a day another."""
    daily = market.table("daily")
    later = arrow.days(daily.column("date")) > after
    random = np.random.Generator(np.random.PCG64(11))
    # One factor a line, so that what moves is the order of the lines and not the market.
    codes = arrow.codes_into(daily.column("symbol"), market.order)
    factor = np.where(later, random.uniform(0.3, 3.0, len(market.symbols))[codes], 1.0)
    columns = {}
    for name in daily.column_names:
        values = daily.column(name)
        if name in ("close", "base_price", "volume", "traded_value"):
            values = arrow.from_floats(arrow.floats(values) * factor, nan_is_null=True)
        columns[name] = values
    others = {name: market.table(name) for name in market.names if name != "daily"}
    return ic.Market.from_tables(daily=arrow.table(columns), **others, complete=True)


def test_nothing_after_a_cut_off_changes_the_review(computed: Computed) -> None:
    """For each rule that selects: the last review whose list before was the same in both markets."""
    by_cutoff: dict[int, list[str]] = defaultdict(list)
    for index in KOREAN:
        work = computed.plan.works[index]
        regular = [item for item in work.members.results if item.kind == "regular"]
        if regular and computed.family[index].selection is not None:
            by_cutoff[regular[-2].cutoff].append(index)
    checked = 0
    for cutoff, indices in by_cutoff.items():
        plan = make_plan(
            load_family(indices), _poisoned(computed.market, cutoff), Request(keep_weights=False)
        )
        for index in indices:
            one = computed.plan.works[index].members.results
            two = plan.works[index].members.results
            place = [at for at, item in enumerate(one) if item.kind == "regular"][-2]
            same_day = one[place].effective
            twin = next(at for at, item in enumerate(two) if item.effective == same_day)
            if not np.array_equal(one[place - 1].members, two[twin - 1].members):
                continue  # a fast entry after the cut-off: it may know what came later
            rule = computed.family[index]
            parents = [name for name in rule.review.follows if name in computed.plan.works]
            day = one[place].effective
            if any(
                not np.array_equal(
                    computed.plan.works[name].members.lists.members(day),
                    plan.works[name].members.lists.members(day),
                )
                for name in parents
            ):
                continue
            assert np.array_equal(one[place].members, two[twin].members), index
            checked += 1
    assert checked >= 15
