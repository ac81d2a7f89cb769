"""Tests of a name against others: ``rank``, ``coverage``, ``share``; buffers are two bounds of a rank.

Readings chosen where the reference leaves room:

- A name without a value of the measure is neither ranked nor counted, and cannot be judged.
- A percent of a count of existing names is of those in the test's ``within``; where there are none
  of them there, the test passes.
- ``screened_count`` counts the eligible names of the group, ``joining_count`` the new ones that the steps
  before have chosen.
- ``among: {condition}`` are the names a test would rank anyway that meet the condition.
- Of one test with several bounds all hold; ``from`` and ``to`` together are one band.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values import values as v
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import NONE
from indexcalc.review.conditions.judged_lines import PASSES, ReviewState
from indexcalc.review.conditions.outcome import (
    OPERATORS,
    Judge,
    Leaf,
    blank,
    by_status,
    together,
)
from indexcalc.review.conditions.ranking import Ranking, percents_of, rounded_share
from indexcalc.review.data.fields import Column
from indexcalc.review.data.issuers import by_issuer

BOUNDS = ("max", "min", "beyond", "reach", "below", "above", "nearest", "from_", "to")
_BOUNDS_IN_ORDER = {
    **{key: key for key in ("reach", "max", "min", "below", "above", "beyond", "nearest")},
    "from": "from_",
    "to": "to",
}
"""The keys of bounds in the order they are judged, with the attribute of the test."""
_RANK_BOUNDS = {"beyond": np.greater, "from": np.greater_equal}
"""How ranks are compared under a key; under every other a rank up to the threshold passes."""


def judge_ranked(name: str, test: c.Rank | c.Coverage | c.ShareOf, judge: Judge) -> Leaf:
    """Rank, coverage or share of a field among the names the test says, within its grouping."""
    ranking, labels = ranking_of(name, test, judge)
    return RankedTest(name, name, test, ranking, labels, judge).outcome()


def measure_at_rank(test: c.Test, value: v.MeasureAtRank, judge: Judge) -> Floats:
    """``N% of MEASURE at rank N`` (``at coverage N%``) for each row (n,); minus infinity where there is
    no such rank."""
    share_cap = None if value.share_cap is None else float(value.share_cap)
    ranking, _ = ranking_of(value.measure, test, judge, share_cap)
    if isinstance(value.rank, v.Share):
        at = ranking.at_coverage(float(value.rank))
        values = ranking.of_groups(at) * float(value.share)
        return np.where(np.isnan(values), -np.inf, values)
    ranks = _whole_ranks(value.rank, test, ranking, judge)
    at, _ = ranking.at_rank(ranks)
    values = ranking.of_groups(at) * float(value.share)
    lines_of_rows: Floats = np.where(np.isnan(values), -np.inf, values)
    return lines_of_rows


def threshold_value(
    test: c.Test, value: Any, judge: Judge, column: Column | None = None
) -> tuple[Floats | float, str]:
    """A threshold, (n,) or one for all rows, with its text: a number, a share of a count, a measure at
    a rank."""
    if isinstance(value, v.MeasureAtRank):
        return measure_at_rank(test, value, judge), str(value)
    if isinstance(value, v.PercentOf):
        counts = base_counts(test, value.of, judge)
        return np.asarray(float(value.share) * counts, dtype=np.float64), str(value)
    if isinstance(value, v.Flag):
        return 1.0 if value else 0.0, str(value)
    if isinstance(value, v.Label):
        if column is not None and column.kind == "date":
            return float(day_number(dt.date.fromisoformat(value.text))), value.text
        return np.nan, value.text
    return float(value), str(value)


def base_counts(test: c.Test, base: str, judge: Judge) -> Ints:
    """How many names a percent is of, for each row (n,): those of its group, or the target count."""
    review = review_of(test, judge)
    n = judge.lines.n
    if base == "count":
        return np.full(n, review.count, dtype=np.int64)
    groups, _ = judge.lines.grouping(within_of(test, judge), judge.date)
    counts = counts_by_group(set_of(base, review), groups, review)
    by_row: Ints = counts[groups]
    return by_row


def set_of(word: str, review: ReviewState) -> Bools:
    """The names ``existing``, ``remaining``, ``eligible`` or ``selected`` speaks of."""
    if word == "existing":
        return review.existing
    if word == "eligible":
        return review.eligible
    return review.selected if word == "selected" else review.remaining


def counts_by_group(names: Bools, groups: Ints, review: ReviewState) -> Ints:
    """Names (issuers, where they are the unit) by group; the last entry, for no group, is 0."""
    n_groups = int(groups.max(initial=-1)) + 1
    rows = (names & (groups >= 0)).nonzero()[0]
    if review.by_issuer:
        pairs = groups[rows] * (int(review.issuers.max(initial=0)) + 1) + review.issuers[rows]
        rows = rows[np.unique(pairs, return_index=True)[1]]
    by_group: Ints = np.bincount(groups[rows], minlength=n_groups + 1)
    return by_group


# --- whom a name is ranked with -------------------------------------------------------------------


def review_of(test: c.Test, judge: Judge) -> ReviewState:
    """The sets of the review a test needs; ValueError outside a review."""
    if judge.lines.review is None:
        raise ValueError(f"{test.path} needs the sets of a review")
    return judge.lines.review


def within_of(test: c.Test, judge: Judge) -> str:
    """The grouping of a test: its own, else the step's."""
    if test.within is None:
        return review_of(test, judge).step_within
    grouping = judge.at(test.within, f"{test.path}.within")
    return "all" if grouping is NONE else str(grouping)


def _among(test: c.Test, judge: Judge) -> Bools:
    review = review_of(test, judge)
    among = test.among
    if among is None:
        return review.base
    if among.kind == "index":
        return review.lists(among.index, "cutoff")
    if among.kind == "condition":
        assert among.condition is not None
        meet: Bools = review.base & (judge.all_of(among.condition).state == PASSES)
        return meet
    return set_of(among.kind, review)


def ranking_of(
    name: str, test: c.Test, judge: Judge, share_cap: float | None = None
) -> tuple[Ranking, tuple[str, ...]]:
    """(ranks of a field among the names a test says, labels of its groups); ``share_cap``: the most a
    name counts for in the cumulation, where the test itself says none."""
    review = review_of(test, judge)
    groups, labels = judge.lines.grouping(within_of(test, judge), judge.date)
    measure = judge.lines.measure(name, judge.date)
    members, units = _among(test, judge), review.issuers if measure.per_issuer else None
    value, lowest, ties = measure.values, measure.lowest_is_best, review.ties
    ordered: Ints | None = judge.lines.best_first(name, measure, measure.per_issuer)
    if isinstance(test, c.Rank) and test.of_ranks_in is not None:
        grouping = str(judge.at(test.of_ranks_in, f"{test.path}.of_ranks_in"))
        inner, _ = judge.lines.grouping(grouping, judge.date)
        first = Ranking(
            members, judge.tested, inner, value, ties, lowest, units=units, ordered=ordered
        )
        if measure.per_issuer:
            ties = [by_issuer(tie, review.issuers) for tie in ties]
        ordered = None
        with np.errstate(invalid="ignore", divide="ignore"):
            value, lowest = first.rank / first.ranked, True
    ranking = Ranking(
        members=members,
        tested=judge.tested,
        groups=groups,
        value=value,
        ties=ties,
        lowest=lowest,
        units=units,
        share_cap=_share_cap(test, judge) or share_cap,
        ordered=ordered,
    )
    return ranking, labels


def _share_cap(test: c.Test, judge: Judge) -> float | None:
    """The most a name counts for in the cumulation of a coverage; None: as much as it has."""
    if not isinstance(test, c.Coverage) or test.share_cap is None:
        return None
    share = judge.at(test.share_cap, f"{test.path}.share_cap")
    return None if share is NONE else float(share)


# --- bounds ---------------------------------------------------------------------------------------


class RankedTest(Struct, frozen=True):
    """A rank, coverage or share test and the ranking it is put to.

    ``title``: what the ledger calls the measure (``group size`` for that of a group).
    """

    measure: str
    title: str
    test: c.Rank | c.Coverage | c.ShareOf
    ranking: Ranking
    labels: tuple[str, ...]
    judge: Judge

    def outcome(self) -> Leaf:
        """All bounds the test names; it passes where it names none."""
        leaves: list[Leaf] = []
        for key, attribute in _BOUNDS_IN_ORDER.items():
            dated = getattr(self.test, attribute, None)
            if dated is not None:
                leaves.extend(self._bound(key, dated))
        return together(leaves) if leaves else blank(self.judge.lines.n, PASSES)

    def _bound(self, key: str, dated: Dated[Any]) -> list[Leaf]:
        """One bound, which may differ for existing and new names."""
        both = self.judge.at(dated, f"{self.test.path}.{key}")
        if both is NONE:
            return []
        if both.same:
            return [self._compare(key, both.existing, None)]
        is_existing = review_of(self.test, self.judge).existing
        existing = self._compare(key, both.existing, is_existing)
        new = self._compare(key, both.new, ~is_existing)
        return [by_status(is_existing, existing, new)]

    def _compare(self, key: str, bound: Any, rows: Bools | None) -> Leaf:
        """One bound for all names; ``rows`` (n,): those it is meant for."""
        judge, ranking = self.judge, self.ranking
        if bound is NONE:
            return blank(judge.lines.n, PASSES)
        free: Bools | None = None
        threshold: Floats | float
        if isinstance(self.test, c.Rank):
            observed = ranking.rank
            threshold, free = _rank_thresholds(bound, self.test, ranking, judge)
            passes = _RANK_BOUNDS.get(key, np.less_equal)(observed, threshold)
        elif isinstance(self.test, c.Coverage):
            observed, threshold, passes = _coverage(key, bound, ranking)
        else:
            observed = ranking.share
            threshold = float(rounded_share(np.array(float(bound))))
            passes = OPERATORS[key](observed, threshold)
        missing = np.isnan(ranking.rank)
        if rows is not None:
            missing = missing & rows
        detail = self._details(bound)
        if free is not None:
            detail = np.where(free, judge.lines.words.number("no existing name to count"), detail)
            threshold = np.where(free, np.nan, threshold)
            passes |= free
        unknown = self.title
        if not (ranking.groups >= 0).all():
            unknown = f"{self.title} or {within_of(self.test, judge)}"
        return judge.leaf(self.test, passes, observed, threshold, detail, unknown, missing=missing)

    def _details(self, bound: Any) -> Ints | int:
        """``size rank in energy of 34, threshold 20`` for each row, one text a group."""
        lines, labels = self.judge.lines, self.labels
        kind = {c.Rank: "rank", c.Coverage: "coverage", c.ShareOf: "share"}[type(self.test)]
        measures = {} if lines.review is None else lines.review.measures
        note = measures[self.title].note if self.title in measures else ""
        if not labels or len(labels) > 1000:
            return lines.words.number(f"{self.title} {kind}, threshold {bound}{note}")
        lookup = np.zeros(len(labels) + 1, dtype=np.int64)
        for group, label in enumerate(labels):
            within = f" in {label}" if label else ""
            known = group < self.ranking.member_counts.size
            count = int(self.ranking.member_counts[group]) if known else 0
            lookup[group] = lines.words.number(
                f"{self.title} {kind}{within} of {count}, threshold {bound}{note}"
            )
        # A row without a group cannot be judged, whatever is said of it here.
        details: Ints | int = int(lookup[0]) if len(labels) == 1 else lookup[self.ranking.groups]
        return details


def _rank_thresholds(
    value: Any, test: c.Rank, ranking: Ranking, judge: Judge
) -> tuple[Floats | float, Bools | None]:
    """The rank a bound names, of each row or of all, and the rows it cannot bind (``of existing`` none)."""
    if isinstance(value, v.PercentOf):
        counts = base_counts(test, value.of, judge)
        free = counts == 0 if value.of == "existing" else None
        if free is not None and not free.any():
            free = None
        return percents_of(value.share, counts, test.rounding), free
    if isinstance(value, v.Share):
        return percents_of(value.exact, ranking.ranked, test.rounding), None
    return float(value), None


def _whole_ranks(rank: Any, test: c.Test, ranking: Ranking, judge: Judge) -> Ints:
    """A rank by group (n_groups,): a number, or a percent of existing names rounded down, at most the
    number of names ranked."""
    if isinstance(rank, v.PercentOf):
        counts = base_counts(test, rank.of, judge)
        by_row = percents_of(rank.share, counts, "floor").astype(np.int64)
        by_group = np.zeros(ranking.n_groups, dtype=np.int64)
        known = (ranking.groups >= 0) & (ranking.groups < ranking.n_groups)
        by_group[ranking.groups[known]] = by_row[known]
        return np.minimum(by_group, ranking.member_counts)
    return np.full(ranking.n_groups, int(rank), dtype=np.int64)


def _coverage(key: str, bound: Any, ranking: Ranking) -> tuple[Floats, Floats | float, Bools]:
    """(observed share, threshold, passes): ``reach`` and ``from..to`` read the share before the name,
    ``max below above`` the share with it, ``nearest`` both."""
    if isinstance(bound, v.RankPoints):
        ranks = np.full(ranking.n_groups, int(bound.rank), dtype=np.int64)
        _, share = ranking.at_rank(ranks)
        by_row = ranking.of_groups(np.where(np.isnan(share), 1.0, share))
        threshold: Floats | float = rounded_share(by_row + float(bound.points) / 100.0)
    else:
        threshold = float(rounded_share(np.array(float(bound))))
    before, with_it = ranking.share_before, ranking.share_with
    if key in ("reach", "to"):
        return before, threshold, before < threshold
    if key == "from":
        return before, threshold, before >= threshold
    if key == "nearest":
        crossing = (before < threshold) & (with_it > threshold)
        closer = rounded_share(with_it - threshold) < rounded_share(threshold - before)
        return with_it, threshold, (with_it <= threshold) | (crossing & closer)
    passes = {
        "max": with_it <= threshold,
        "below": with_it < threshold,
        "above": with_it > threshold,
    }[key]
    return with_it, threshold, passes
