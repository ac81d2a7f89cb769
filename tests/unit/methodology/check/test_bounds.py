"""The most names a rule can have: through steps, conditions, parents and dates."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.check.bounds import (
    dates_of_counts,
    least,
    most_after_steps,
    most_members,
    most_of_universe,
    steps_on,
    total,
)
from indexcalc.methodology.check.findings_in_place import Checking
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.values.dated import BEGINNING
from tests.unit.methodology.check.rules_and_findings import SIZE, steps
from tests.unit.methodology.small_rule import HEAD, rule

ON = dt.date(2020, 6, 12)
UNIVERSE = "universe: {where: {market: KOSPI}}"


def small(more: str, universe: str = UNIVERSE) -> Family:
    return load_family([rule(more, HEAD.replace(UNIVERSE, universe))])


def most(more: str, universe: str = UNIVERSE, on: dt.date = ON) -> int | None:
    family = small(more, universe)
    return most_members(family["small"], family.rules, on)


def test_what_nothing_bounds_is_larger_than_every_bound() -> None:
    assert (least(5, None, 3), least(None), least()) == (3, None, None)
    assert (total(5, 3), total(5, None), total()) == (8, None, 0)


def test_a_rule_without_a_selection_has_its_universe() -> None:
    assert most("") is None
    assert most("", 'universe: {where: {symbol: {in: ["000010", "000020"]}}}') == 2
    assert most("", 'universe: {where: {symbol: "000010"}}') == 1
    assert most("", 'universe: {where: {symbol: {not_in: ["000010"]}}}') is None
    # The smallest of all parts holds.
    both = 'universe: {where: {symbol: {in: ["000010", "000020", "000030"]}, market: KOSPI}}'
    assert most("", both) == 3


def test_the_count_holds_where_the_steps_could_leave_more() -> None:
    assert most(steps("{fill: {to: 8, by: size}}", more="count: 5, ")) == 5
    assert most(steps("{fill: {to: 8, by: size}}", more="count: 9, ")) == 8
    assert most(steps("{fill: {to: 8, by: size}}", more="count: 5, unit: issuer, ")) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["{fill: {to: 8, by: size}}"], 8),
        (["{fill: {to: 8, by: size}}", "{fill: {to: 5, by: size}}"], 8),
        (["{fill: {to: 8, by: size}}", "{trim: {to: 5, by: size}}"], 5),
        (["{fill: {to: 8, by: size, where: {market: KOSPI}}}"], None),
        (["{fill: {to: 8, by: size}, within: sector}"], None),
        (["{select: {size: {rank: 4}}}", "{select: {size: {rank: 3}}}"], 7),
        (["{select: {size: {rank: 4}}}", "{drop: {size: {rank: 1}}}"], 4),
        (["{select: all}", "{trim: {to: 5, by: size}}"], 5),
        (["{select: all}", "{trim: {to: 5, by: size}, within: sector}"], None),
        (["{select: all}", "{trim: {to: 5, by: size, where: {market: KOSPI}}}"], None),
        (["{select: all}", "{trim: {to: 5, by: size}, months: [6]}"], None),
        (["{select: {size: {rank: 4}}, within: sector}"], None),
    ],
)
def test_steps_one_after_another(said: list[str], expected: int | None) -> None:
    family = small(steps(*said))
    assert most_after_steps(family["small"], family.rules, ON) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{size: {rank: {existing: 110, new: 90}}}", 110),
        ("{size: {rank: {existing: none, new: 90}}}", None),
        ("{size: {rank: {from: 3, to: 9}}}", 9),
        ("{size: {rank: 90%}}", None),
        ("{size: {rank: {beyond: 9}}}", None),
        ("{size: {rank: {max: 9, unless: existing}}}", None),
        ("{size: {rank: {max: 9, within: sector}}}", None),
        ("{size: {rank: {max: 9, within: all}}}", 9),
        ("{any: [{size: {rank: 2}}, {size: {rank: 3}}]}", 5),
        ("{any: [{size: {rank: 2}}, {market: KOSPI}]}", None),
        ("{not: {size: {rank: 2}}}", None),
        ("{size: {2000-01-04: {rank: 2}, 2021-01-04: {rank: 3}}}", 2),
        ("{size: {2000-01-04: unknown, 2021-01-04: {rank: 3}}}", None),
        ("{2000-01-04: {size: {rank: 6}}, 2021-01-04: {size: {rank: 7}}}", 6),
    ],
)
def test_ranks_and_parts_of_a_condition(condition: str, expected: int | None) -> None:
    assert most(steps(f"{{select: {condition}}}")) == expected


def test_existing_names_are_not_counted_before_a_trim() -> None:
    held = "start: existing, "
    assert most(steps("{select: {size: {rank: 4}}}", more=held)) is None
    assert most(steps("{trim: {to: 5, by: size}}", more=held)) == 5
    assert most("selection: given\n") is None
    assert most("selection: {}\n", 'universe: {where: {symbol: "000010"}}') == 1


def test_a_union_has_at_most_the_names_of_all_its_parents() -> None:
    four = rule(steps("{fill: {to: 4, by: size}}"), HEAD.replace("small", "four"))
    three = rule(steps("{fill: {to: 3, by: size}}"), HEAD.replace("small", "three"))
    open_ = rule("", HEAD.replace("small", "open"))
    head = "index: union\nuniverse: {of: OF}\n"
    of = {
        names: load_family([four, three, open_, rule("", head.replace("OF", names))])
        for names in ("[four, three]", "[four, open]", "three")
    }
    found = {
        names: most_of_universe(family["union"], family.rules, ON) for names, family in of.items()
    }
    assert found == {"[four, three]": 7, "[four, open]": None, "three": 3}
    alone = of["three"]["union"]  # its parent is not known here
    assert most_of_universe(alone, {}, ON) is None


def test_every_day_on_which_a_count_may_change_counts_the_parents() -> None:
    parent = rule(
        steps("{fill: {to: {2000-01-04: 5, 2010-06-11: 9}, by: size}}"),
        HEAD.replace("small", "parent"),
    )
    child = rule(
        SIZE + "selection: {count: {2000-01-04: 3, 2015-06-12: 4}, "
        "steps: [{fill: {to: 4, by: size}, from: 2005-06-10}]}\n",
        "index: child\nuniverse: {of: parent}\n",
    )
    family = load_family([parent, child])
    made = family["child"]
    assert [str(day) for day in dates_of_counts(Checking(made, family.rules))] == [
        str(BEGINNING),
        "2000-01-04",
        "2005-06-10",
        "2010-06-11",
        "2015-06-12",
    ]
    assert made.selection is not None
    before, after = dt.date(2005, 6, 9), dt.date(2005, 6, 10)
    assert [len(steps_on(made.selection, day)) for day in (before, after)] == [0, 1]
