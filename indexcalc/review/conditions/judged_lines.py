"""What a condition is judged for: lines on their days, and the sets of a review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.arrays import Bools, Codes, Days, Floats, Ints, States
from indexcalc.methodology.model.universe_and_measures import Group
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special
from indexcalc.review.conditions.ranking import best_first
from indexcalc.review.data.fields import Column, Fields
from indexcalc.review.data.issuers import by_issuer as sums_of_issuers
from indexcalc.review.data.texts import Texts

FAILS, UNKNOWN_STATE, PASSES = np.int8(0), np.int8(1), np.int8(2)


class RuleNotKnown(Exception):
    """A dated value of the rule is ``unknown`` on the date of a decision."""

    def __init__(self, path: str, effective_date: dt.date, known_from: dt.date | None) -> None:
        super().__init__(f"{path} is not known on {effective_date}")
        self.path = path
        self.effective_date = effective_date
        self.known_from = known_from

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.effective_date, self.known_from), self.__dict__


class MeasureValues(Struct, frozen=True):
    """One measure at one review for all lines of the market, shape (n,); NaN: no value.

    ``per_issuer``: ``values`` are the issuer's on each of its lines.  ``observed`` of ``expected``
    sessions entered each value; ``note`` says in words where sessions are missing.
    """

    values: Floats
    lowest_is_best: bool = False
    per_issuer: bool = False
    observed: Ints | None = None
    expected: int = 0
    note: str = ""


class History(Struct):
    """Results of tests and conditions at earlier reviews, by rule path: for ``for`` and ``was``."""

    past: list[dict[str, States]] = field(default_factory=list)
    now: dict[str, States] = field(default_factory=dict)

    def close(self) -> None:
        """The review is over: what it found is the past of the next one."""
        self.past.append(self.now)
        self.now = {}
        del self.past[:-100]


class ReviewState(Struct):
    """The sets and values of one review; arrays (n,) over all lines of the market.

    ``base``: whom a test ranks where it does not say ``among``: the universe outside steps, the
    remaining names inside.  ``step_within``: the grouping of the step in hand.  ``lists``: members
    of another index (``before``, ``after`` its review of the day, or ``cutoff``), None: unknown.
    ``float_factor``: makes the factors (n,), which few conditions ask for.
    """

    existing: Bools
    universe: Bools
    eligible: Bools
    remaining: Bools
    selected: Bools
    base: Bools
    inclusion: Floats
    float_factor: Callable[[], Floats]
    issuers: Ints
    ties: Sequence[Floats]
    measures: Mapping[str, MeasureValues]
    lists: Callable[[str, Literal["before", "after", "cutoff"]], Bools]
    history: History = field(default_factory=History)
    count: int = 0
    by_issuer: bool = False
    step_within: str = "all"


class Unknown(Struct):
    """A value a test needed and did not have: of which field, at which rule path, of which rows."""

    field: str
    path: str
    line: int
    rows: Bools


class Order(Struct, frozen=True):
    """Rows with a value, best first, and the very arrays they were ordered by."""

    rows: Ints
    values: Floats
    ties: Sequence[Floats]
    issuers: Ints


class JudgedLines(Struct):
    """Rows to judge: ``codes`` int32, ``days`` int32 (the cut-off), ``effective_days`` int32, all (n,).

    In a review the rows are all lines of the market in order, so that row i is line i.
    """

    fields: Fields
    codes: Codes
    days: Days
    effective_days: Days
    words: Texts = field(default_factory=Texts)
    groups: Mapping[str, Dated[Group]] = field(default_factory=dict)
    review: ReviewState | None = None
    unknowns: list[Unknown] = field(default_factory=list)
    _columns: dict[str, Column] = field(default_factory=dict)
    _groupings: dict[tuple[str, dt.date], tuple[Ints, tuple[str, ...]]] = field(
        default_factory=dict
    )
    _orders: dict[tuple[str, bool], Order] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many rows."""
        return int(self.codes.size)

    def column(self, name: str) -> Column:
        """A column of the market at every row's day, looked up once."""
        column = self._columns.get(name)
        if column is None:
            if self.review is None:
                column = self.fields.column(name, self.codes, self.days)
            else:
                column = self.fields.on_day(name, int(self.days[0]))
            self._columns[name] = column
        return column

    def values(self, name: str, effective_date: dt.date) -> Column:
        """The values of a field: a measure, a factor of the review, a group, or a column."""
        review = self.review
        if review is not None:
            numbers = None
            if name in review.measures:
                numbers = review.measures[name].values
            elif name == "float_factor":
                numbers = review.float_factor()
            elif name == "inclusion":
                numbers = review.inclusion
            if numbers is not None:
                return Column("number", numbers, np.isnan(numbers))
        labels = self.labels(name, effective_date)
        return self.column(name) if labels is None else labels

    def measure(self, name: str, effective_date: dt.date) -> MeasureValues:
        """What a field ranks rows by: a measure of the review, or a column of numbers."""
        measure = None if self.review is None else self.review.measures.get(name)
        if measure is not None:
            return measure
        column = self.values(name, effective_date)
        if column.kind == "text":
            return MeasureValues(np.full(self.n, np.nan))
        return MeasureValues(np.asarray(column.values, dtype=np.float64))

    def best_first(self, name: str, measure: MeasureValues, by_issuer: bool) -> Ints:
        """All rows with a value of ``measure``, that of the field ``name``, best first with ties broken:
        sorted once for everything that ranks by it.

        ``by_issuer``: ties are broken by the sums over issuers.
        """
        review = self.review
        assert review is not None
        order = self._orders.get((name, by_issuer))
        if (
            order is None
            or order.values is not measure.values
            or order.ties is not review.ties
            or order.issuers is not review.issuers
        ):
            ties = review.ties
            if by_issuer:
                ties = [sums_of_issuers(tie, review.issuers) for tie in ties]
            known = (~np.isnan(measure.values)).nonzero()[0]
            rows = best_first(known, None, (measure.values, *ties), measure.lowest_is_best)
            order = Order(rows, measure.values, review.ties, review.issuers)
            self._orders[name, by_issuer] = order
        return order.rows

    def take(self, rows: npt.NDArray[np.intp]) -> JudgedLines:
        """The lines of some of the rows (for state conditions, which have no review)."""
        return replace(
            self,
            codes=self.codes[rows],
            days=self.days[rows],
            effective_days=self.effective_days[rows],
            review=None,
            unknowns=[],
            _columns={},
            _groupings={},
            _orders={},
        )

    def group_at(self, name: str, effective_date: dt.date) -> Group | None:
        """The definition of a name in ``groups`` on a date; None: it is no such name."""
        dated = self.groups.get(name)
        if dated is None:
            return None
        group = dated.at(effective_date)
        if isinstance(group, Special):
            raise RuleNotKnown(f"groups.{name}", effective_date, known_from(dated, effective_date))
        return group

    def labels(self, name: str, effective_date: dt.date) -> Column | None:
        """The merged labels of a name in ``groups`` as a text column; None: it is no such name."""
        group = self.group_at(name, effective_date)
        if group is None:
            return None
        column = as_text(self.column(group.column))
        merged = group.merged
        if not merged:
            return column
        names = [merged.get(label, label) for label in column.labels]
        distinct = tuple(dict.fromkeys(names))
        lookup = np.array([distinct.index(label) for label in names] + [-1], dtype=np.int32)
        return Column("text", lookup[column.values], column.missing, distinct)

    def grouping(self, name: str, effective_date: dt.date) -> tuple[Ints, tuple[str, ...]]:
        """(group of each row, labels) for ``within``: -1 where a row has no label.

        ``all`` is one group; ``issuer`` and ``security`` group by issuer and line.
        """
        key = (name, effective_date)
        grouping = self._groupings.get(key)
        if grouping is None:
            grouping = self._groupings[key] = self._make_grouping(name, effective_date)
        return grouping

    def _make_grouping(self, name: str, effective_date: dt.date) -> tuple[Ints, tuple[str, ...]]:
        if name == "all":
            return np.zeros(self.n, dtype=np.int64), ("",)
        if name == "security":
            return np.arange(self.n, dtype=np.int64), ()
        if name == "issuer":
            assert self.review is not None
            return self.review.issuers, ()
        column = self.labels(name, effective_date)
        if column is None:
            column = as_text(self.column(name))
        # In the order of their text: the order in which labels were met is the storage's.
        order = sorted(range(len(column.labels)), key=lambda position: column.labels[position])
        lookup = np.full(len(column.labels) + 1, -1, dtype=np.int64)
        lookup[order] = np.arange(len(order))
        names = tuple(column.labels[position] for position in order)
        return lookup[column.values], names


def as_text(column: Column) -> Column:
    """A column as labels: numbers and flags by their shortest text."""
    if column.kind == "text":
        return column
    distinct, inverse = np.unique(np.where(column.missing, 0.0, column.values), return_inverse=True)
    if column.kind == "flag":
        labels = tuple("true" if value else "false" for value in distinct)
    else:
        labels = tuple(f"{value:.12g}" for value in distinct)
    positions = np.where(column.missing, -1, inverse).astype(np.int32)
    return Column("text", positions, column.missing, labels)


def known_from(dated: Dated[object], effective_date: dt.date) -> dt.date | None:
    """The first date after this one on which a dated value says something."""
    later = [
        date for date, value in dated if date > effective_date and not isinstance(value, Special)
    ]
    return later[0] if later else None
