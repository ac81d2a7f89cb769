"""Which lines need be tested at all between reviews: those that no look at their columns keeps out."""

from __future__ import annotations

import numpy as np

from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.conditions.evaluate import columns_used, evaluate, state_only
from indexcalc.review.conditions.judged_lines import JudgedLines
from indexcalc.review.data.fields import Fields
from indexcalc.review.data.texts import Texts
from indexcalc.review.maintenance.entry_exit_tests.entry_exit_test import (
    FAST_ENTRY,
    FAST_EXIT,
    PARENT_STAYS,
    EntryExitTest,
)
from indexcalc.review.maintenance.parents import ParentLists


def narrow(
    found: dict[int, list[EntryExitTest]],
    rule: Methodology,
    fields: Fields,
    lists: ParentLists,
    words: Texts,
) -> None:
    """Drop candidates that a look at their columns on the test day keeps out for sure.

    ``found``: the tests by day; those of nobody are forgotten.
    """
    where = rule.universe.where
    daily = set(fields.market.columns("daily")) | {"market_cap"}
    for tests in found.values():
        for trial in tests:
            if trial.what in (FAST_EXIT, PARENT_STAYS):
                continue
            # A new company is in its parents' lists from the session after its first close.
            day = trial.test if trial.what == FAST_ENTRY else trial.day
            inside = lists.members(day)
            trial.codes = [code for code in trial.codes if inside[code]]
    open_ = [
        (trial, code)
        for tests in found.values()
        for trial in tests
        if trial.what not in (FAST_EXIT, PARENT_STAYS)
        for code in trial.codes
    ]
    held = [] if where is None else list(where.values)
    simple = all(
        state_only(one, rule.measures) and not daily & set(columns_used(one)) for one in held
    )
    if where is None or not open_ or not simple or not where.is_constant:
        _drop_empty(found)
        return
    lines = JudgedLines(
        fields,
        np.array([code for _, code in open_], dtype=np.int32),
        np.array([trial.test for trial, _ in open_], dtype=np.int32),
        np.array([trial.day for trial, _ in open_], dtype=np.int32),
        words,
        rule.groups,
    )
    condition = where.value
    assert isinstance(condition, Condition)
    verdict = evaluate(condition, lines)
    for (trial, code), stays in zip(open_, verdict.passed | verdict.unknown, strict=True):
        if not stays:
            trial.codes.remove(code)
    _drop_empty(found)


def _drop_empty(found: dict[int, list[EntryExitTest]]) -> None:
    """Forget the tests of nobody."""
    for day in list(found):
        kept = [one for one in found[day] if one.codes or one.what == FAST_EXIT]
        found[day] = kept
        if not kept:
            del found[day]
