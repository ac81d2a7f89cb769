"""Which lines need be tested at all between reviews: those that no look at their columns keeps out."""

from __future__ import annotations

import numpy as np

from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.conditions.evaluate import columns_used, evaluate
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.conditions.state_conditions import state_only
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.texts import Texts
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import (
    FAST_ENTRY,
    FAST_EXIT,
    PARENT_STAYS,
    EntryExitTest,
)
from indexcalc.review.maintenance.parents import ParentLists


def narrow(
    tests_by_day: dict[int, list[EntryExitTest]],
    rule: Methodology,
    fields: Fields,
    lists: ParentLists,
    words: Texts,
) -> None:
    """Drop candidates that a look at their columns on the test day keeps out for sure.

    ``tests_by_day``: the tests by day; those of nobody are forgotten.
    """
    where = rule.universe.where
    daily = set(fields.market.columns("daily")) | {"market_cap"}
    for tests in tests_by_day.values():
        for test in tests:
            if test.what in (FAST_EXIT, PARENT_STAYS):
                continue
            # A new company is in its parents' lists from the session after its first close, and a
            # fast entry of a parent that has reviews on the day it enters there.
            if test.what == FAST_ENTRY:
                inside = lists.members(test.test) | lists.entering(test.test, test.day)
            else:
                inside = lists.members(test.day)
            test.codes = [code for code in test.codes if inside[code]]
    open_ = [
        (test, code)
        for tests in tests_by_day.values()
        for test in tests
        if test.what not in (FAST_EXIT, PARENT_STAYS)
        for code in test.codes
    ]
    conditions = [] if where is None else list(where.values)
    simple = all(
        state_only(value, rule.measures) and not daily & set(columns_used(value))
        for value in conditions
    )
    if where is None or not open_ or not simple or not where.is_constant:
        _drop_empty(tests_by_day)
        return
    lines = JudgedLines(
        fields,
        np.array([code for _, code in open_], dtype=np.int32),
        np.array([test.test for test, _ in open_], dtype=np.int32),
        np.array([test.day for test, _ in open_], dtype=np.int32),
        words,
        rule.groups,
    )
    condition = where.value
    assert isinstance(condition, Condition)
    verdict = evaluate(condition, lines)
    for (test, code), stays in zip(open_, verdict.passed | verdict.unknown, strict=True):
        if not stays:
            test.codes.remove(code)
    _drop_empty(tests_by_day)


def _drop_empty(tests_by_day: dict[int, list[EntryExitTest]]) -> None:
    """Forget the tests of nobody."""
    for day in list(tests_by_day):
        with_candidates = [
            test for test in tests_by_day[day] if test.codes or test.what == FAST_EXIT
        ]
        tests_by_day[day] = with_candidates
        if not with_candidates:
            del tests_by_day[day]
