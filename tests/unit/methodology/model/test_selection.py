"""The block `selection`: given lists, verbs, counts, the reserve."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.selection import VERBS
from tests.unit.methodology.small_rule import HEAD, found_in, rule

SIZE = "measures: {size: {mean: market_cap, over: 3 months}}\n"
BODIES = {
    "require": "{close: {min: 1}}",
    "drop": "{close: {below: 1}}",
    "select": "all",
    "fill": "{to: 20, by: size}",
    "trim": "{to: 20, by: size}",
    "replace": "{out: {close: {below: 1}}, in: {close: {min: 1}}, by: size}",
    "limit_changes": "{to: 10% of count, by: size}",
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_step_is_one_verb(verb: str) -> None:
    text = SIZE + f"selection: {{count: 20, steps: [{{{verb}: {BODIES[verb]}}}]}}\n"
    selection = rule(text).selection
    assert selection is not None
    assert [step.verb for step in selection.steps.value] == [verb]  # type: ignore[union-attr]


def test_a_given_list() -> None:
    selection = rule("selection: given\n").selection
    assert selection is not None
    assert selection.given.value is True
    assert selection.count is None


def test_steps_and_a_given_list_may_follow_each_other() -> None:
    text = (
        SIZE
        + "selection:\n  2000-01-04: given\n  2010-01-04: {count: 20, steps: [{select: all}]}\n"
    )
    selection = rule(text).selection
    assert selection is not None
    assert selection.given.values == (True, False)


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        ("{steps: [{fill: {to: 20, by: size}, trim: {to: 20, by: size}}]}", ["RUL012"]),
        ("{steps: [{}]}", ["RUL002"]),
        ("{steps: [{require: {close: {min: 1}}, inclusion: 50%}]}", ["RUL012"]),
        ("{steps: [{fill: {to: 2.5, by: size}}]}", ["RUL011"]),
        ("{steps: [{fill: {to: 99999999999999999999, by: size}}]}", ["RUL011"]),
        ("{count: 1e30, steps: [{select: all}]}", ["RUL011"]),
        ("{steps: [{fill: {to: 20%, by: size}}]}", ["RUL008"]),
        ("{steps: [{fill: {to: 20}}]}", ["RUL002"]),
        # A share of what?  It loaded, and failed when it was computed.
        ("{count: 50% of existing}", ["RUL008"]),
        ("{count: {2000-01-04: 20, 2020-01-02: 10% of count}}", ["RUL008"]),
        ("{reserve: {by: size}}", ["RUL002"]),
        ("chosen", ["RUL004"]),
    ],
)
def test_what_cannot_be_said(selection: str, codes: list[str]) -> None:
    assert [found[0] for found in found_in(HEAD + SIZE + f"selection: {selection}\n")] == codes


def test_existing_names_are_preferred_by_a_word() -> None:
    """`prefer: existing` is the condition `status: existing`."""
    text = SIZE + "selection: {count: 20, steps: [{fill: {to: 20, by: size, prefer: %s}}]}\n"
    short, long = (rule(text % said).selection for said in ("existing", "{status: existing}"))
    assert short == long
