"""What the oracle knows of one name at one review: columns, measures, groups, float factors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from statistics import median
from typing import Any

from tests.oracle.language import Rule, Unsaid, at, day_of, share, window
from tests.oracle.rows import SmallMarket

DAILY = ("close", "shares_outstanding", "traded_value", "volume", "market_cap", "float_market_cap")
STATISTICS = ("mean", "median", "last", "sum", "min", "max", "ratio")


@dataclass
class Figures:
    """Numbers and labels for a review with a cut-off; every number a Fraction, unknown None."""

    rule: Rule
    market: SmallMarket
    effective: dt.date
    cutoff: dt.date
    pricing: dt.date
    month: tuple[int, int]
    published_before: dict[str, Fraction] = field(default_factory=dict)
    universe: tuple[str, ...] = ()
    _known: dict[tuple[str, str], Fraction | None] = field(default_factory=dict, repr=False)

    def number(self, name: str, symbol: str) -> Fraction | None:
        """A measure, a daily column's last value or another number of a name."""
        key = (name, symbol)
        if key not in self._known:
            self._known[key] = self._number(name, symbol)
        return self._known[key]

    def is_number(self, name: str) -> bool:
        """Is it a measure or a number of `daily`?"""
        return name in self.rule.get("measures", {}) or name in DAILY

    def measure(self, name: str) -> dict[str, Any]:
        """A measure as the rule says it ({} for a column)."""
        return at(self.rule.get("measures", {}).get(name, {}), self.effective)

    def per_issuer(self, name: str) -> bool:
        """Does an issuer count once in this measure?"""
        return self.measure(name).get("per") == "issuer"

    def lowest_is_best(self, name: str) -> bool:
        """Is a low value the better one?"""
        return self.measure(name).get("best") == "lowest"

    def issuer(self, symbol: str) -> str:
        """The issuer of a line, known at the cut-off."""
        return str(self.market.label(symbol, "issuer", self.cutoff))

    def group(self, grouping: str, symbol: str) -> str | None:
        """The label of a name in a group (merged) or text column; None: it has none."""
        groups = self.rule.get("groups", {})
        said = groups.get(grouping, {"column": grouping})
        label = self.market.label(symbol, said["column"], self.cutoff)
        for new, olds in said.get("merge", {}).items():
            if label in olds:
                return str(new)
        return label

    def _number(self, name: str, symbol: str) -> Fraction | None:
        if name == "float_factor":
            # "a column's last value known at the cut-off (`float_factor` after `float.steps`)"
            return self.published(symbol, self.cutoff, self.cutoff)
        if name not in self.rule.get("measures", {}):
            row = self.market.last_row(symbol, self.cutoff)
            return None if row is None else self._daily(name, symbol, row)
        if not self.per_issuer(name):
            return self._over_window(name, symbol)
        company = self.issuer(symbol)
        lines = [s for s in self.universe if self.issuer(s) == company]
        for other in set(self.market.symbols) - set(self.universe):
            if self.issuer(other) == company and self._over_window(name, other) is not None:
                raise Unsaid("does a line outside the universe count for its issuer")
        values = [self._over_window(name, line) for line in lines]
        if any(value is None for value in values):
            raise Unsaid("a line of an issuer has no value")
        return sum((value for value in values if value is not None), Fraction(0))

    def _over_window(self, name: str, symbol: str) -> Fraction | None:
        measure = self.measure(name)
        end = self.cutoff
        if "to" in measure:
            end = day_of(
                measure["to"],
                *self.month,
                self.market.sessions,
                effective=self.effective,
                cutoff=self.cutoff,
            )
            if end > self.cutoff:
                raise Unsaid("a measure that ends after the cut-off")
        days = window(
            at(measure.get("over", "1 session"), self.effective), end, self.market.sessions
        )
        rows = [row for day in days if (row := self.market.row(symbol, day)) is not None]
        statistic = next(word for word in STATISTICS if word in measure)
        columns = measure[statistic] if statistic == "ratio" else [measure[statistic]]
        series = [[self._daily(column, symbol, row) for row in rows] for column in columns]
        if any(value is None for values in series for value in values) or not rows:
            return None
        return _statistic(statistic, series)  # type: ignore[arg-type]

    def _daily(self, column: str, symbol: str, row: dict[str, Any]) -> Fraction | None:
        if column in ("market_cap", "float_market_cap"):
            value = Fraction(row["close"]) * row["shares_outstanding"]
            if column == "market_cap":
                return value
            factor = self.market.float_factor(symbol, row["date"], self.cutoff)
            return None if factor is None else value * Fraction(factor)
        value = row.get(column)
        return None if value is None else Fraction(value)

    def published(self, symbol: str, on: dt.date, known_by: dt.date) -> Fraction | None:
        """The float factor after the rule's steps, exact in decimals."""
        raw = self.market.float_factor(symbol, on, known_by)
        if raw is None:
            return None
        factor = Fraction(repr(raw))
        for step in at(self.rule.get("float", {}).get("steps", []), self.effective):
            if not in_force(step, self.effective, self.month[1]):
                continue
            factor = _float_step(step, factor, self.published_before.get(symbol), self.effective)
        return factor


def in_force(item: dict[str, Any], effective: dt.date, month: int) -> bool:
    """An item of a list with ``from``, ``until`` (first day out) and ``months``."""
    if "from" in item and effective < item["from"]:
        return False
    if "until" in item and effective >= item["until"]:
        return False
    return "months" not in item or month in item["months"]


def _statistic(statistic: str, series: list[list[Fraction]]) -> Fraction | None:
    values = series[0]
    if statistic == "ratio":
        below = sum(series[1])
        return sum(values) / below if below else None  # type: ignore[return-value]
    if statistic == "mean":
        return sum(values) / Fraction(len(values))
    made = {"sum": sum, "min": min, "max": max, "median": median, "last": lambda v: v[-1]}
    return Fraction(made[statistic](values))


def _float_step(
    step: dict[str, Any], factor: Fraction, before: Fraction | None, effective: dt.date
) -> Fraction:
    verb = next(v for v in ("round", "bands", "keep_if_change_below", "phase_in") if v in step)
    said = at(step[verb], effective)
    if said == "none":
        return factor
    if verb == "round":
        direction, unit = said.split()[0], share(said.split()[-1])
        if direction == "up":
            return ceil(factor / unit) * unit
        if direction == "down":
            return floor(factor / unit) * unit
        return floor(factor / unit + Fraction(1, 2)) * unit
    if verb == "bands":
        for up_to, gives in said.items():
            if factor <= share(up_to):
                return factor if gives == "as is" else share(gives)
        return factor
    if verb == "keep_if_change_below":
        points = Fraction(said.split()[0]) / 100
        return before if before is not None and abs(factor - before) < points else factor
    return 1 - share(said) * (1 - factor)
