"""Tests of a name against others: ``rank``, ``coverage``, ``share``, and tests of its group.

Readings chosen where the reference leaves room:

- A name without a value of the measure is neither ranked nor counted, and cannot be judged.
- A percent of a count of existing names is of those in the test's ``within``; where there are none
  of them there, the test passes.
- ``screened_count`` counts the eligible names of the group.
- ``among: {condition}`` are the names a test would rank anyway that meet the condition.
- Of one test with several bounds all hold; ``from`` and ``to`` together are one band.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Floats, Ints
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.values import values as v
from indexcalc.methodology.values.values import NONE
from indexcalc.review.conditions.outcome import Judge, Leaf, blank, by_status, states, together
from indexcalc.review.conditions.ranking import Ranking, percents_of, rounded_share
from indexcalc.review.conditions.scene import PASSES, MeasureValues, ReviewState
from indexcalc.review.data.fields import Column
from indexcalc.review.data.issuers import by_issuer

BOUNDS = ("max", "min", "beyond", "reach", "below", "above", "nearest", "from_", "to")
_ORDERED = ("reach", "max", "min", "below", "above", "beyond", "nearest")


def rank_test(name: str, test: c.Rank | c.Coverage | c.ShareOf, judge: Judge) -> Leaf:
    """Rank, coverage or share of a field among the names the test says, within its grouping."""
    ranking, labels = ranking_of(name, test, judge)
    return bounds(name, test, ranking, labels, judge)


def measure_at_rank(test: c.Test, value: v.MeasureAtRank, judge: Judge) -> Floats:
    """``N% of MEASURE at rank N`` (``at coverage N%``) for each row (n,); minus infinity where there is
    no such rank."""
    ranking, _ = ranking_of(value.measure, test, judge)
    if isinstance(value.rank, v.Share):
        at = ranking.at_coverage(float(value.rank))
        found = np.append(at, np.nan)[ranking.groups] * float(value.share)
        return np.where(np.isnan(found), -np.inf, found)
    ranks = _whole_ranks(value.rank, test, ranking, judge)
    at, _ = ranking.at_rank(ranks)
    found = np.append(at, np.nan)[ranking.groups] * float(value.share)
    made: Floats = np.where(np.isnan(found), -np.inf, found)
    return made


def threshold_value(
    test: c.Test, value: Any, judge: Judge, column: Column | None = None
) -> tuple[Floats, str]:
    """A threshold as numbers (n,) with its text: a number, a share of a count, a measure at a rank."""
    n = judge.scene.n
    if isinstance(value, v.MeasureAtRank):
        return measure_at_rank(test, value, judge), str(value)
    if isinstance(value, v.PercentOf):
        counts = base_counts(test, value.of, judge)
        return np.asarray(float(value.share) * counts, dtype=np.float64), str(value)
    if isinstance(value, v.Flag):
        return np.full(n, 1.0 if value else 0.0), str(value)
    if isinstance(value, v.Label):
        if column is not None and column.kind == "date":
            return np.full(n, float(day_number(dt.date.fromisoformat(value.text)))), value.text
        return np.full(n, np.nan), value.text
    return np.full(n, float(value)), str(value)


def base_counts(test: c.Test, base: str, judge: Judge) -> Ints:
    """How many names a percent is of, for each row (n,): those of its group, or the target count."""
    review = review_of(test, judge)
    n = judge.scene.n
    if base == "count":
        return np.full(n, review.count, dtype=np.int64)
    groups, _ = judge.scene.grouping(within_of(test, judge), judge.date)
    counts = counts_by_group(set_of(base, review), groups, review)
    found: Ints = counts[groups]
    return found


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
    rows = np.flatnonzero(names & (groups >= 0))
    if review.by_issuer:
        pairs = groups[rows] * (int(review.issuers.max(initial=0)) + 1) + review.issuers[rows]
        rows = rows[np.unique(pairs, return_index=True)[1]]
    counts = np.bincount(groups[rows], minlength=n_groups)
    made: Ints = np.append(counts, 0).astype(np.int64)
    return made


# --- whom a name is ranked with -------------------------------------------------------------------


def review_of(test: c.Test, judge: Judge) -> ReviewState:
    """The sets of the review a test needs; ValueError outside a review."""
    if judge.scene.review is None:
        raise ValueError(f"{test.path} needs the sets of a review")
    return judge.scene.review


def within_of(test: c.Test, judge: Judge) -> str:
    """The grouping of a test: its own, else the step's."""
    if test.within is None:
        return review_of(test, judge).step_within
    said = judge.at(test.within, f"{test.path}.within")
    return "all" if said is NONE else str(said)


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


def _values(name: str, judge: Judge) -> MeasureValues:

    assert judge.scene.review is not None
    measure = judge.scene.review.measures.get(name)
    if measure is not None:
        return measure
    column = judge.scene.values(name, judge.date)
    if column.kind == "text":
        return MeasureValues(np.full(judge.scene.n, np.nan))
    return MeasureValues(np.asarray(column.values, dtype=np.float64))


def ranking_of(name: str, test: c.Test, judge: Judge) -> tuple[Ranking, tuple[str, ...]]:
    """(ranks of a field among the names a test says, labels of its groups)."""
    review = review_of(test, judge)
    groups, labels = judge.scene.grouping(within_of(test, judge), judge.date)
    measure = _values(name, judge)
    ties = review.ties
    if measure.per_issuer:
        ties = [by_issuer(tie, review.issuers) for tie in ties]
    ranking = Ranking(
        members=_among(test, judge),
        tested=judge.tested,
        groups=groups,
        value=measure.values,
        ties=ties,
        lowest=measure.lowest_is_best,
        units=review.issuers if measure.per_issuer else None,
        share_cap=_share_cap(test, judge),
    )
    return ranking, labels


def _share_cap(test: c.Test, judge: Judge) -> float | None:
    """The most a name counts for in the cumulation of a coverage; None: as much as it has."""
    if not isinstance(test, c.Coverage) or test.share_cap is None:
        return None
    said = judge.at(test.share_cap, f"{test.path}.share_cap")
    return None if said is NONE else float(said)


# --- bounds ---------------------------------------------------------------------------------------


def bounds(
    name: str,
    test: c.Rank | c.Coverage | c.ShareOf,
    ranking: Ranking,
    labels: tuple[str, ...],
    judge: Judge,
) -> Leaf:
    """All bounds a rank, coverage or share test says, on a ranking."""

    leaves: list[Leaf] = []
    for word in _ORDERED:
        said = getattr(test, word, None)
        if said is not None:
            leaves.extend(
                _bound(
                    name=name,
                    test=test,
                    word=word,
                    said=said,
                    ranking=ranking,
                    labels=labels,
                    judge=judge,
                )
            )
    low, high = getattr(test, "from_", None), getattr(test, "to", None)
    if low is not None:
        leaves.extend(
            _bound(
                name=name,
                test=test,
                word="from",
                said=low,
                ranking=ranking,
                labels=labels,
                judge=judge,
            )
        )
    if high is not None:
        leaves.extend(
            _bound(
                name=name,
                test=test,
                word="to",
                said=high,
                ranking=ranking,
                labels=labels,
                judge=judge,
            )
        )
    if not leaves:
        return blank(judge.scene.n, PASSES)
    return together(leaves)


def _bound(
    name: str,
    test: c.Rank | c.Coverage | c.ShareOf,
    word: str,
    said: Any,
    ranking: Ranking,
    labels: tuple[str, ...],
    judge: Judge,
) -> list[Leaf]:
    both = judge.at(said, f"{test.path}.{word}")
    if both is NONE:
        return []
    review = review_of(test, judge)
    if both.same:
        return [
            _one_bound(
                name=name,
                test=test,
                word=word,
                value=both.existing,
                ranking=ranking,
                labels=labels,
                judge=judge,
                rows=None,
            )
        ]
    made: list[tuple[Bools, Leaf]] = []
    for value, rows in ((both.existing, review.existing), (both.new, ~review.existing)):
        leaf = _one_bound(
            name=name,
            test=test,
            word=word,
            value=value,
            ranking=ranking,
            labels=labels,
            judge=judge,
            rows=rows,
        )
        made.append((rows, leaf))
    (pick, existing), (_, new) = made
    return [by_status(pick, existing, new)]


def _one_bound(
    name: str,
    test: c.Rank | c.Coverage | c.ShareOf,
    word: str,
    value: Any,
    ranking: Ranking,
    labels: tuple[str, ...],
    judge: Judge,
    rows: Bools | None,
) -> Leaf:

    if value is NONE:
        return blank(judge.scene.n, PASSES)
    if isinstance(test, c.Rank):
        observed = ranking.rank
        line, free = _rank_lines(value, test, ranking, judge)
        held = (
            (observed > line)
            if word == "beyond"
            else ((observed >= line) if word == "from" else (observed <= line))
        )
    elif isinstance(test, c.Coverage):
        observed, line, held = _coverage(word, value, test, ranking, judge)
        free = np.zeros(judge.scene.n, dtype=np.bool_)
    else:
        observed = ranking.share
        line = rounded_share(np.full(judge.scene.n, float(value)))
        held = {
            "min": observed >= line,
            "max": observed <= line,
            "above": observed > line,
            "below": observed < line,
        }[word]
        free = np.zeros(judge.scene.n, dtype=np.bool_)
    held = held | free
    missing = np.isnan(ranking.rank)
    if rows is not None:
        missing = missing & rows
    detail = _details(name, test, value, ranking, labels, judge)
    if free.any():
        detail = np.where(free, judge.scene.words.number("no existing name to count"), detail)
    state = states(held)
    unknown = name if (ranking.groups >= 0).all() else f"{name} or {within_of(test, judge)}"
    return judge.leaf(
        test=test,
        state=state,
        observed=observed,
        threshold=np.where(free, np.nan, line),
        detail=detail,
        field=unknown,
        missing=missing,
    )


def _rank_lines(value: Any, test: c.Rank, ranking: Ranking, judge: Judge) -> tuple[Floats, Bools]:
    """The rank a bound names for each row, and the rows it cannot bind (``of existing``: none)."""
    n = judge.scene.n
    none = np.zeros(n, dtype=np.bool_)
    if isinstance(value, v.PercentOf):
        counts = base_counts(test, value.of, judge)
        free = counts == 0 if value.of == "existing" else none
        return percents_of(value.share, counts, test.rounding), free
    if isinstance(value, v.Share):
        return percents_of(value.exact, ranking.ranked, test.rounding), none
    return np.full(n, float(value)), none


def _whole_ranks(rank: Any, test: c.Test, ranking: Ranking, judge: Judge) -> Ints:
    """A rank by group (n_groups,): a number, or a percent of existing names rounded down, at most the
    number of names ranked."""
    if isinstance(rank, v.PercentOf):
        counts = base_counts(test, rank.of, judge)
        by_row = percents_of(rank.share, counts, "floor").astype(np.int64)
        made = np.zeros(ranking.n_groups, dtype=np.int64)
        known = (ranking.groups >= 0) & (ranking.groups < ranking.n_groups)
        made[ranking.groups[known]] = by_row[known]
        return np.minimum(made, ranking.member_counts)
    return np.full(ranking.n_groups, int(rank), dtype=np.int64)


def _coverage(
    word: str, value: Any, test: c.Coverage, ranking: Ranking, judge: Judge
) -> tuple[Floats, Floats, Bools]:
    """(observed share, line, passes): ``reach`` and ``from..to`` read the share before the name,
    ``max below above`` the share with it, ``nearest`` both."""
    n = judge.scene.n
    if isinstance(value, v.RankPoints):
        ranks = np.full(ranking.n_groups, int(value.rank), dtype=np.int64)
        _, share = ranking.at_rank(ranks)
        by_row = np.append(np.where(np.isnan(share), 1.0, share), np.nan)[
            np.minimum(ranking.groups, ranking.n_groups)
        ]
        line = rounded_share(by_row + float(value.points) / 100.0)
    else:
        line = rounded_share(np.full(n, float(value)))
    before, with_it = ranking.share_before, ranking.share_with
    if word == "reach" or word == "to":
        return before, line, before < line
    if word == "from":
        return before, line, before >= line
    if word == "nearest":
        crossing = (before < line) & (with_it > line)
        closer = rounded_share(with_it - line) < rounded_share(line - before)
        return with_it, line, (with_it <= line) | (crossing & closer)
    held = {"max": with_it <= line, "below": with_it < line, "above": with_it > line}[word]
    return with_it, line, held


def _details(
    name: str, test: c.Test, value: Any, ranking: Ranking, labels: tuple[str, ...], judge: Judge
) -> Ints:
    """``size rank in energy, 34 ranked`` for each row, one text a group."""
    words = judge.scene.words
    kind = {c.Rank: "rank", c.Coverage: "coverage", c.ShareOf: "share"}[type(test)]
    review = judge.scene.review
    note = review.measures[name].note if review is not None and name in review.measures else ""
    if not labels or len(labels) > 1000:
        number = words.number(f"{name} {kind}, line {value}{note}")
        return np.full(judge.scene.n, number, dtype=np.int64)
    lookup = np.zeros(len(labels) + 1, dtype=np.int64)
    for group, label in enumerate(labels):
        place = f" in {label}" if label else ""
        known = group < ranking.member_counts.size
        count = int(ranking.member_counts[group]) if known else 0
        lookup[group] = words.number(f"{name} {kind}{place} of {count}, line {value}{note}")
    found: Ints = lookup[ranking.groups]
    return found
