"""Tests of the group a name is in: how many are existing, screened or join, or its sum of a measure.

Ranks, coverage and shares of a group's sum are among groups, ties broken by label.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.arrays import Floats, Ints
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values.values import NONE
from indexcalc.review.conditions.judged_lines import PASSES
from indexcalc.review.conditions.outcome import (
    OPERATORS,
    SIGNS,
    Judge,
    Leaf,
    blank,
    of_measure,
    together,
)
from indexcalc.review.conditions.ranking import Ranking
from indexcalc.review.conditions.ranks_and_buffers import (
    RankedTest,
    counts_by_group,
    ranking_of,
    review_of,
    set_of,
    threshold_value,
    within_of,
)


def judge_groups(part: c.GroupTests, judge: Judge) -> Leaf:
    """Tests of the group a name is in: its counts, or its sum of a measure; ranks and shares of the
    sum are among groups."""

    leaves: list[Leaf] = []
    for field in part.fields:
        tests = judge.at(field.tests, field.path)
        if tests is NONE:
            continue
        for test in tests:
            outcome = _judge_group(field.name, test, judge)
            leaves.append(of_measure(outcome, field.name, judge.lines))
    return together(leaves) if leaves else blank(judge.lines.n, PASSES)


def _judge_group(name: str, test: c.AnyTest, judge: Judge) -> Leaf:

    review = review_of(test, judge)
    lines = judge.lines
    groups, _ = lines.grouping(within_of(test, judge), judge.date)
    missing = groups < 0
    if name in c.GROUP_COUNTS:
        if name == "joining_count":
            counted = review.selected & ~review.existing
        else:
            counted = set_of("existing" if name == "existing_count" else "eligible", review)
        by_group = counts_by_group(counted, groups, review).astype(np.float64)
    else:
        by_group = _group_sums(name, test, groups, judge)
    observed = by_group[groups]
    if isinstance(test, c.Compare):
        both = judge.at(test.value, test.path)
        if both is NONE:
            return blank(lines.n, PASSES)
        passes = np.zeros(lines.n, dtype=np.bool_)
        line: Floats | float = np.nan
        for value, rows in ((both.existing, review.existing), (both.new, ~review.existing)):
            if value is NONE:
                passes |= rows
                continue
            threshold, _ = threshold_value(test, value, judge)
            line = np.where(rows, threshold, line)
            passes |= rows & OPERATORS[test.op](observed, threshold)
        detail = lines.words.number(f"{name} of the group {SIGNS[test.op]} {both.existing}")
        return judge.leaf(test, passes, observed, line, detail, "group", missing=missing)
    if isinstance(test, c.OneOf):
        raise ValueError(f"{test.path}: a group's {name} is a number")
    # One row a group: groups are ranked by their sums, ties by label.
    n_groups = by_group.size - 1
    some = np.bincount(groups[review.base & ~missing], minlength=n_groups)[:n_groups] > 0
    one_each = np.zeros(n_groups, dtype=np.int64)
    ranking = Ranking(some, some, one_each, by_group[:-1])
    by_line = _GroupRanking(ranking, groups)
    return RankedTest(name, f"group {name}", test, by_line, ("",), judge).outcome()  # type: ignore[arg-type]


def _group_sums(name: str, test: c.Test, groups: Ints, judge: Judge) -> Floats:
    """Sum of a measure over the names of each group (n_groups + 1,), best first; last: 0."""
    ranking, _ = ranking_of(name, test, judge)
    n_groups = int(groups.max(initial=-1)) + 1
    sums = np.zeros(n_groups + 1)
    rows = ranking.entities.row[ranking.entities.member]
    total = ranking._sums[1][ranking.entities.member]
    sums[ranking.groups[rows]] = total
    return sums


class _GroupRanking:
    """A ranking of groups, read row by row."""

    def __init__(self, ranking: Ranking, groups: Ints) -> None:
        self._ranking = ranking
        self.n_groups = 1
        self.groups = np.where(groups >= 0, 0, -1)
        self._of = groups
        self.member_counts = ranking.member_counts

    def _rows(self, values: Any) -> Any:
        return np.append(values, np.nan)[self._of]

    @property
    def rank(self) -> Floats:
        ranks: Floats = self._rows(self._ranking.rank)
        return ranks

    @property
    def ranked(self) -> Ints:
        counts = np.append(self._ranking.ranked, 0)
        ranked: Ints = counts[self._of]
        return ranked

    @property
    def share_before(self) -> Floats:
        shares: Floats = self._rows(self._ranking.share_before)
        return shares

    @property
    def share_with(self) -> Floats:
        shares: Floats = self._rows(self._ranking.share_with)
        return shares

    @property
    def share(self) -> Floats:
        shares: Floats = self._rows(self._ranking.share)
        return shares

    def at_rank(self, ranks: Ints) -> tuple[Floats, Floats]:
        """Value and cumulative share of the group at a rank."""
        return self._ranking.at_rank(ranks)
