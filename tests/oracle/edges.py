"""Edge cases said one by one: a market and a rule each, with the members worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.oracle import by_hand
from tests.oracle.language import Rule
from tests.oracle.rows import SmallMarket

Edge = tuple[SmallMarket, Rule, list[str]]


def _groups(*sizes: int) -> dict[str, int]:
    """So many lines in groups A, B, C ..., the first of each the largest."""
    return {f"{'ABCDEF'[g]}{i}": 100 - i for g, n in enumerate(sizes) for i in range(n)}


def _labels(sizes: dict[str, int], column: str = "sector") -> dict[str, dict[str, str]]:
    return {name: {column: f"group {name[0]}"} for name in sizes}


def _grouped(sizes: dict[str, int], existing: list[str]) -> SmallMarket:
    return by_hand.flat(sizes, labels=_labels(sizes), existing=existing)


FEW = {"group": {"existing_count": {"below": 3}}}


def a_group_with_two_existing() -> Edge:
    """Group A has three, and 67 % of three is two (floor); group B has two and is excused."""
    sizes = _groups(5, 5)
    market = _grouped(sizes, ["A2", "A3", "A4", "B3", "B4"])
    said = {"rank": {"max": "67% of existing", "unless": FEW}, "coverage": "70%"}
    rule = by_hand.rule(
        [{"select": {"status": "new", "size": {**said, "among": "eligible"}}}], within="sector"
    )
    return market, rule, ["A0", "A1", "B0", "B1", "B2"]


def ties_at_the_line() -> Edge:
    """Five alike by traded value: the two larger by market cap, then the first symbol."""
    market = by_hand.flat(
        {"E": 5, "D": 5, "C": 5, "B": 9, "A": 5}, traded=dict.fromkeys("ABCDE", 7)
    )
    return market, by_hand.rule([{"select": {"traded_value": {"rank": 2}}}]), ["A", "B"]


def fewer_candidates_than_the_count() -> Edge:
    market = by_hand.flat({"A": 3, "B": 2, "C": 1})
    steps: list[dict[str, Any]] = [{"fill": {"to": 10, "by": "size"}}]
    rule = by_hand.rule(steps, count=10, reserve={"count": 2, "by": "size"})
    return market, rule, ["A", "B", "C"]


def everyone_existing() -> Edge:
    sizes = {name: 9 - i for i, name in enumerate("ABCDEF")}
    market = by_hand.flat(sizes, existing=list(sizes))
    steps: list[dict[str, Any]] = [
        {"select": {"status": "existing", "size": {"rank": "50% of existing"}}},
        {"select": {"status": "new"}},
        {"fill": {"to": 4, "by": "size", "from": {"status": "existing"}}},
    ]
    return market, by_hand.rule(steps), ["A", "B", "C", "D"]


def nobody_existing() -> Edge:
    """A test `of existing` where there is none passes, whichever way it is written."""
    market = by_hand.flat({"A": 3, "B": 2, "C": 1})
    steps: list[dict[str, Any]] = [
        {"require": {"size": {"rank": "90% of existing"}}},
        {"select": {"size": {"rank": {"beyond": "110% of existing"}}, "status": "new"}},
    ]
    return market, by_hand.rule(steps), ["A", "B", "C"]


def ninety_percent_of_zero_in_a_group() -> Edge:
    """Group A has one (90 % of it is none by floor, one by ceil), group B none: its test passes."""
    sizes = _groups(2, 2)
    market = _grouped(sizes, ["A1"])
    steps: list[dict[str, Any]] = [
        {"select": {"size": {"rank": {"max": "90% of existing"}}}},
        {"drop": {"size": {"rank": {"max": "90% of existing", "rounding": "ceil"}},
                  "sector": "group A"}},
    ]  # fmt: skip
    rule = by_hand.rule(steps, within="sector")
    return market, rule, ["B0", "B1"]


def an_empty_group() -> Edge:
    """Group B is dropped whole before its counts are filled."""
    sizes = _groups(3, 3)
    market = _grouped(sizes, ["B0", "A2"])
    steps: list[dict[str, Any]] = [
        {"drop": {"sector": "group B"}},
        {"select": {"size": {"rank": 1}}},
        {"fill": {"to": 2, "by": "size"}, "within": "sector"},
    ]
    return market, by_hand.rule(steps, within="sector"), ["A0", "A1"]


def coverage_on_the_boundary() -> Edge:
    """Thirds: two of three are exactly 2/3, and 1/3 before the second name is not below 1/3."""
    market = by_hand.flat({"A": 7, "B": 7, "C": 7})
    steps: list[dict[str, Any]] = [
        {"select": {"size": {"coverage": {"max": "2/3", "from": "1/3"}}}},
    ]
    return market, by_hand.rule(steps), ["B"]


def nearest_in_the_middle() -> Edge:
    """50 % before the crossing name and 70 % with it lie equally far from 60 %: not closer."""
    market = by_hand.flat({"A": 50, "B": 20, "C": 20, "D": 10})
    rule = by_hand.rule([{"select": {"size": {"coverage": {"nearest": "60%"}}}}])
    return market, rule, ["A"]


def count_zero() -> Edge:
    market = by_hand.flat({"A": 3, "B": 2}, existing=["A"])
    steps: list[dict[str, Any]] = [
        {"select": "all"},
        {"trim": {"to": "50% of count", "by": "size"}},
    ]
    rule = by_hand.rule(steps, count=0, reserve={"count": 5, "by": "size"})
    return market, rule, []


def half_of_each_group() -> Edge:
    """`to` is per group where the step itself says `within`: half of five is two, of three one."""
    sizes = _groups(5, 3)
    steps: list[dict[str, Any]] = [
        {"select": {"status": "existing"}},
        {"trim": {"to": "50% of remaining", "by": "size"}, "within": "sector"},
        {"fill": {"to": "50% of remaining", "by": "size"}, "within": "sector"},
    ]
    market = _grouped(sizes, ["A2", "A3", "A4"])
    return market, by_hand.rule(steps), ["A2", "A3", "B0"]


def one_line_an_issuer() -> Edge:
    market = by_hand.flat(
        {"A": 3, "B": 2, "C": 1}, labels={"A": {"issuer": "X"}, "B": {"issuer": "X"}}
    )
    steps: list[dict[str, Any]] = [
        {"require": {"size": {"rank": 1}}, "within": "issuer"},
        {"select": "all"},
    ]
    return market, by_hand.rule(steps), ["A", "C"]


def two_issuers_of_three() -> Edge:
    """X counts once with the sum of its lines (3 + 2), before Y (4) and Z (1)."""
    market = by_hand.flat(
        {"A": 3, "B": 2, "C": 4, "D": 1},
        labels={"A": {"issuer": "X"}, "B": {"issuer": "X"}, "C": {"issuer": "Y"},
                "D": {"issuer": "Z"}},
    )  # fmt: skip
    rule = by_hand.rule(
        [{"fill": {"to": 2, "by": "size"}}],
        unit="issuer",
        measures={"size": {"last": "market_cap", "per": "issuer"}},
        reserve={"count": 3, "by": "size"},
    )
    return market, rule, ["A", "B", "C"]


def delisted_before_it_enters() -> Edge:
    """A is chosen and its rows stop before the effective date: the first of the reserve enters."""
    market = by_hand.flat({"A": 9, "B": 8, "C": 7, "D": 6})
    kept = [
        row
        for row in market.tables["daily"]
        if row["symbol"] != "A" or row["date"] < dt.date(2021, 3, 3)
    ]
    market = SmallMarket(market.sessions, {**market.tables, "daily": kept})
    rule = by_hand.rule([{"select": {"size": {"rank": 2}}}], reserve={"count": 2, "by": "size"})
    return market, rule, ["B", "C"]


def entrants_as_many_as_leavers() -> Edge:
    """Three would enter for three: one may; C, the worst, goes, and the others stay."""
    market = by_hand.flat(
        {"A": 9, "B": 8, "C": 1, "D": 7, "E": 3, "F": 2}, existing=["C", "E", "F"]
    )
    steps: list[dict[str, Any]] = [
        {"fill": {"to": 3, "by": "size"}},
        {"limit_changes": {"to": "50% of count", "by": "size", "rounding": "half_up"}},
    ]
    return market, by_hand.rule(steps, count=2), ["A", "E", "F"]


def halves_move() -> Edge:
    """CRSP's packets: a name beyond the outer band keeps half, one inside the core is whole."""
    market = by_hand.flat({"A": 50, "B": 30, "C": 15, "D": 5}, existing=["B", "C", "D"])
    steps: list[dict[str, Any]] = [
        {"select": {"inclusion": "100%", "size": {"coverage": {"from": "94%"}}},
         "inclusion": "50%"},
        {"select": {"status": "new", "size": {"coverage": {"to": "40%"}}}, "inclusion": "100%"},
    ]  # fmt: skip
    return market, by_hand.rule(steps, start="existing"), ["A", "B", "C", "D"]


def the_committee_has_the_last_word() -> Edge:
    """A is refused, B removed, C kept and D added, of a rule that would take A and B."""
    market = by_hand.flat({"A": 9, "B": 8, "C": 3, "D": 2, "E": 1}, existing=["B", "C"])
    row = {"effective": dt.date(2021, 3, 12), "why": "discretion", "ref": "minutes"}
    rule = by_hand.rule(
        [{"select": {"size": {"min": 5}}}],
        committee=[{**row, "refuse": ["A"], "remove": ["B"], "keep": ["C"], "add": ["D"]}],
    )
    return market, rule, ["C", "D"]


def nothing_of_the_last_review() -> Edge:
    """Wholly unknown names, a dated value from the effective date on, a step of other months."""
    market = by_hand.flat({"A": 3, "B": 2, "C": 1})
    steps: list[dict[str, Any]] = [
        {"select": {"size": {"rank": {dt.date(2020, 1, 2): 1, dt.date(2021, 3, 12): 2}}}},
        {"select": "all", "months": [6]},
        {"drop": {"symbol": "A"}, "from": dt.date(2021, 3, 13)},
        {"drop": {"symbol": "B"}, "until": dt.date(2021, 3, 12)},
    ]
    return market, by_hand.rule(steps), ["A", "B"]


EDGES = (
    a_group_with_two_existing,
    ties_at_the_line,
    fewer_candidates_than_the_count,
    everyone_existing,
    nobody_existing,
    ninety_percent_of_zero_in_a_group,
    an_empty_group,
    coverage_on_the_boundary,
    nearest_in_the_middle,
    count_zero,
    half_of_each_group,
    one_line_an_issuer,
    two_issuers_of_three,
    delisted_before_it_enters,
    entrants_as_many_as_leavers,
    halves_move,
    the_committee_has_the_last_word,
    nothing_of_the_last_review,
)
