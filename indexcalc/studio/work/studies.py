"""What is computed of one text of a rule, for the page: by the functions of the API, as plain values.

A ``Study`` lives in a process of its own (``workers``).  It tells first what a drag shows (``Quick``), then
the whole run (``Full``), then what every cap would have made of it (``Caps``), and then answers questions
about the run it holds.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import Struct

from indexcalc.analysis.sweep.simulate_caps import CapSweep, simulate_caps
from indexcalc.arrays import Days, Floats
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.figures.returns_and_drawdown import (
    annual_return,
    periods_a_year,
    total_return,
)
from indexcalc.calculation.figures.volatility_and_tracking_error import tracking_error, volatility
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import Diagnostic, IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import rule_from_text, shipped_folder, shown_path
from indexcalc.studio.text.levers import CAP_LABELS, NO_CAP
from indexcalc.studio.text.reading import Mark, marks_of

FIGURES: Final = (
    "level_last",
    "total_return",
    "annual_return",
    "volatility",
    "largest_weight_last",
    "effective_number_last",
    "turnover_a_year",
)


class Member(Struct, frozen=True, gc=False):
    """A member of the list in force at the end: opening weight (a share) of its effective day.

    ``name``: the market's own; ``name_en``: the English one, or that where there is none.
    """

    symbol: str
    name: str
    weight: float
    name_en: str = ""


class Point(Struct, frozen=True):
    """One way to weigh the index: its levels (n,) on the days of the study, figures by name
    (``simulate_caps(...).summary``), and its last list.  ``refused``: why there are no levels."""

    level: Floats
    figures: Mapping[str, float]
    members: tuple[Member, ...] = ()
    refused: str = ""


class Quick(Struct, frozen=True):
    """Levels, figures and members of the rule as written; days (n,) since 1970-01-01."""

    index: str
    name: Mapping[str, str]
    days: Days
    point: Point
    marks: tuple[Mark, ...]


class Full(Struct, frozen=True):
    """The whole run: rows of its tables as they are, and what there was to say about it."""

    members: tuple[dict[str, Any], ...]
    reviews: tuple[dict[str, Any], ...]
    sessions: int
    marks: tuple[Mark, ...]


class Caps(Struct, frozen=True):
    """What every cap would have made of the rule: points by the cap as a rule writes it."""

    per: str
    days: Days
    points: Mapping[str, Point]


class Refusal(Struct, frozen=True):
    """The rule cannot be computed on this market: why."""

    marks: tuple[Mark, ...]


def tracking_error_on_common_days(
    days: Days, level: Floats, ref_days: Days, reference: Floats
) -> float:
    """The tracking error a year of two series on the days both have, as ``figures`` defines it; NaN
    under three days."""
    if not np.array_equal(days, ref_days):
        common = np.intersect1d(days, ref_days, assume_unique=True)
        level = level[np.searchsorted(days, common)]
        reference = reference[np.searchsorted(ref_days, common)]
        days = common
    if days.size < 3:
        return float("nan")
    return float(tracking_error(level, reference, periods_a_year(days)))


@dataclass
class Study:
    """One text of a rule on a market.  ``path``: where the rule is to lie, for the rules beside it."""

    market: Market
    text: str
    path: Path
    assume: Mapping[str, str] = field(default_factory=dict)

    @functools.cached_property
    def family(self) -> Family:
        """The rule with all it rests on.  Raises RuleError."""
        shown = shown_path(self.path, shipped_folder())
        return load_family([rule_from_text(self.text, shown, beside=self.path.parent)])

    @property
    def index(self) -> str:
        """The name of the index."""
        return self.family.asked[0]

    @functools.cached_property
    def run(self) -> Run:
        """The computed index, as ``indexcalc.compute`` gives it.  Raises RuleError, DataError."""
        request = Request(assume=dict(self.assume))
        return compute_family(self.family, self.market, request)[self.index]

    @functools.cached_property
    def _names(self) -> dict[str, NamesOfDay]:
        return {"name": NamesOfDay(self.market), "name_en": NamesOfDay(self.market, "en")}

    def named(self, rows: Sequence[Mapping[str, Any]], day: dt.date) -> list[dict[str, Any]]:
        """Rows with a ``symbol``, with what each line was called on a day: ``name`` and ``name_en``."""
        known = {
            column: dict(zip(self.market.symbols, names.all_on(day_number(day)), strict=True))
            for column, names in self._names.items()
        }
        return [
            {**row, **{column: names.get(row["symbol"]) or "" for column, names in known.items()}}
            for row in rows
        ]

    def quick(self) -> Quick:
        """Levels and figures of the rule as written.  Raises RuleError, DataError, UsageError."""
        rule = self.family[self.index]
        try:
            sweep = simulate_caps(rule, self.market, assume=self.assume)
        except IndexcalcError as error:
            # What a sweep does not compute (an overlay, rounded weights) has a run all the same.
            if not any(item.code == "CAL008" for item in error.diagnostics):
                raise
            return self._from_run()
        points = _points(sweep, self._lists(sweep))
        return Quick(
            index=self.index,
            name=dict(rule.name),
            days=_days(sweep),
            point=next(iter(points.values())),
            marks=self._marks(sweep.diagnostics),
        )

    def full(self) -> Full:
        """The whole run.  Raises RuleError, DataError, UsageError."""
        run = self.run
        return Full(
            members=tuple(self._last_list(run)),
            reviews=tuple(run.reviews.to_pylist()),
            sessions=run.levels.num_rows,
            marks=self._marks(run.diagnostics),
        )

    def caps(self, per: str) -> Caps | None:
        """The rule under every cap of ``CAP_LABELS`` and under none; None where a sweep of this rule
        is not computed."""
        try:
            sweep = simulate_caps(
                self.family[self.index],
                self.market,
                caps=[*CAP_LABELS, NO_CAP],
                per=per,
                assume=self.assume,
            )
        except IndexcalcError:
            return None
        return Caps(per, _days(sweep), _points(sweep, self._lists(sweep)))

    def _from_run(self) -> Quick:
        """What can be said without a sweep."""
        run = self.run
        level = arrow.floats(run.levels.column("level"))
        days = arrow.days(run.levels.column("date"))
        periods = periods_a_year(days)
        said = {
            "level_last": float(level[-1]),
            "total_return": float(total_return(level)),
            "annual_return": float(annual_return(level, periods)),
            "volatility": float(volatility(level, periods)),
        }
        members = tuple(_member(row) for row in self._last_list(run))
        rule = self.family[self.index]
        point = Point(level, said, members)
        return Quick(self.index, dict(rule.name), days, point, self._marks(run.diagnostics))

    def _lists(self, sweep: CapSweep) -> dict[str, tuple[Member, ...]]:
        """The list of every cap that is in force at the end, heaviest first."""
        lists: dict[str, list[Member]] = {}
        rows = [] if sweep.in_force is None else sweep.in_force.to_pylist()
        for row in self.named(rows, rows[0]["effective_date"]) if rows else []:
            lists.setdefault(str(row["cap"]), []).append(_member(row))
        return {
            label: tuple(sorted(of, key=lambda item: (-item.weight, item.symbol)))
            for label, of in lists.items()
        }

    def _last_list(self, run: Run) -> list[dict[str, Any]]:
        """The rows of ``constituents`` of the list in force at the end, heaviest first."""
        if not run.reviews.num_rows:
            return []
        last = arrow.days(run.reviews.column("effective_date")).max()
        in_force = arrow.from_bools(arrow.days(run.constituents.column("effective_date")) == last)
        rows: list[dict[str, Any]] = run.constituents.filter(in_force).to_pylist()
        rows.sort(key=lambda row: (-(row["weight"] or 0.0), row["symbol"]))
        return self.named(rows, day_of(last))

    def _marks(self, diagnostics: tuple[Diagnostic, ...]) -> tuple[Mark, ...]:
        return marks_of(diagnostics, {str(self.path), shown_path(self.path, shipped_folder())})


def refusal(error: IndexcalcError, path: Path) -> Refusal:
    """An error as what the page shows."""
    own = {str(path), shown_path(path, shipped_folder())}
    return Refusal(marks_of(error.diagnostics, own))


def _days(sweep: CapSweep) -> Days:
    days = arrow.days(sweep.levels.column("date"))
    n = _sessions(sweep)
    return days[:n].copy()


def _sessions(sweep: CapSweep) -> int:
    return int(sweep.summary.column("sessions")[0].as_py())


def _points(sweep: CapSweep, members: Mapping[str, tuple[Member, ...]]) -> dict[str, Point]:
    """The points of a sweep by their cap; those without levels say why."""
    n = _sessions(sweep)
    level = arrow.floats(sweep.levels.column("level"))
    labels = arrow.texts(sweep.levels.column("cap"))
    at = {label: place for place, label in reversed(list(enumerate(labels[::n])))} if n else {}
    points: dict[str, Point] = {}
    for row in sweep.summary.to_pylist():
        label = str(row["cap"])
        said = {name: _number(row.get(name)) for name in FIGURES if name in row}
        place = at.get(label)
        points[label] = Point(
            level=np.zeros(0) if place is None else level[place * n : (place + 1) * n].copy(),
            figures=said,
            members=members.get(label, ()),
            refused="" if place is not None else str(row["finding"] or ""),
        )
    return points


def _member(row: Mapping[str, Any]) -> Member:
    return Member(row["symbol"], row["name"], float(row["weight"]), row["name_en"])


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def day_of(number: int) -> dt.date:
    """The date of a day number."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(number))
