"""What is in force on a date: items, `none` as a switch, what is not known."""

from __future__ import annotations

import datetime as dt

from indexcalc.methodology.model.in_force import items_in_force, turned_off, unknown_paths
from tests.unit.methodology.small_rule import rule

D = dt.date
RULE = """\
measures: {size: {last: market_cap, over: {2010-01-04: 1 session}}}
eligibility: {float_factor: {min: {2000-01-04: none, 2007-06-15: 10%}}}
selection:
  steps:
    2000-01-04: unknown
    2005-01-03:
      - {require: {close: {min: 1}}, until: 2010-01-04}
      - fill: {to: {2005-01-03: none, 2012-01-02: 20}, by: size}
      - {drop: {close: {below: 1}}, months: [3]}
weighting:
  caps: [{per: security, limit: {2000-01-04: none, 2019-06-14: 30%, 2020-06-12: none}}]
"""


def test_items_in_force() -> None:
    read = rule(RULE)
    assert read.selection is not None

    def verbs(day: dt.date, month: int | None = None) -> list[str]:
        assert read.selection is not None
        return [step.verb for step in items_in_force(read.selection.steps, day, month)]

    assert verbs(D(2003, 1, 1)) == []
    assert verbs(D(2010, 1, 3), 6) == ["require"]
    assert verbs(D(2010, 1, 4), 3) == ["drop"]
    assert verbs(D(2012, 1, 2)) == ["fill", "drop"]
    caps = read.weighting.caps
    held = [len(items_in_force(caps, D(y, 7, 1))) for y in (2018, 2019, 2020)]
    assert held == [0, 1, 0]


def test_a_none_by_status_turns_off_only_when_both_are() -> None:
    read = rule(
        "selection:\n  steps:\n"
        "    - {select: all, inclusion: {existing: none, new: 50%}}\n"
        "    - {select: all, inclusion: {existing: none, new: none}}\n"
    )
    assert read.selection is not None
    first, second = read.selection.steps.value  # type: ignore[misc]
    assert not turned_off(first, D(2020, 1, 1))
    assert turned_off(second, D(2020, 1, 1))


def test_unknown_paths_name_what_a_decision_would_need() -> None:
    read = rule(RULE)
    assert read.selection is not None
    assert unknown_paths(read.selection, D(2001, 1, 1)) == ("selection.steps",)
    assert unknown_paths(read.selection, D(2006, 1, 1)) == ()
    measure = read.measures["size"].value
    assert unknown_paths(measure, D(2006, 1, 1)) == ("measures.size.over",)  # type: ignore[arg-type]
    assert unknown_paths(read, D(1999, 1, 1)) == (
        "measures.size.over",
        "eligibility.float_factor.min",
        "selection.steps",
        "weighting.caps[0].limit",
    )
