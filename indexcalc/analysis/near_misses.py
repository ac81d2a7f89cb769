"""The names nearest to the lines of a review, and what would have to happen for each to cross."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Ints
from indexcalc.calculation.plan import IndexJob, Plan
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.conditions.scene import MeasureValues
from indexcalc.review.ledger.decisions import IN, KEPT, Decisions
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.result import ReviewResult
from indexcalc.review.what_if import Needed, WhatIf

NEAR = 10  # names on each side
ASKED = 30  # names on each side of which it is worked out what they need
STATIC = 3  # names among the near ones that no measure moves
MOST = 0.5  # a change of more than this is not near

_BY = re.compile(r"\bby (\w+)")
_WORDS = re.compile(r"[A-Za-z_]\w*")


def near_names(
    plan: Plan, work: IndexJob, result: ReviewResult, names: Sequence[str | None]
) -> Any:
    """The names nearest to leaving (side ``in``) and to entering (``out``), nearest first.

    Columns: symbol, name, side; measure, value and rank (among all names decided of) of what decided,
    or of what the rule fills by; needed_change (relative: the smallest that moves the name, all
    else as it is; null: none up to a half does, or no measure decides); in_place_of (who would go, or
    come, with it); what (in words); observed, threshold, distance (observed over threshold, less 1),
    detail, rule_path, rule_line of the test that decided.
    """
    rows = next((block for block in result.decisions if block.step == "membership"), None)
    found: list[dict[str, Any]] = []
    if rows is not None:
        asking = _Asking(plan, work, result, rows, names)
        inside = (rows.outcome == IN) | (rows.outcome == KEPT)
        for side in (True, False):
            found += asking.nearest(np.flatnonzero(inside == side))
    return _table(found)


class _Asking:
    """Asks what the names of one review need."""

    def __init__(
        self,
        plan: Plan,
        work: IndexJob,
        result: ReviewResult,
        rows: Decisions,
        names: Sequence[str | None],
    ) -> None:
        self.rows, self.names = rows, names
        self.symbols = plan.market.symbols
        self.words = work.members.words
        self.rule = work.rule
        weighings = work.members.weighings
        assert weighings is not None
        self.what_if = WhatIf(weighings.reviewer, result)
        by = last_fill_by(work.rule, date_of(result.effective))
        self.fill_by = by if by in work.rule.measures else None
        with np.errstate(invalid="ignore", divide="ignore"):
            self.distance = rows.observed / rows.threshold - 1.0

    def nearest(self, side: Ints) -> list[dict[str, Any]]:
        """Of the ledger rows of one side, those nearest to the other."""
        asked = [self._row(int(at)) for at in self._candidates(side)]
        moving = [row for row in asked if row["needed_change"] is not None]
        moving.sort(key=lambda row: (abs(row["needed_change"]), row["symbol"]))
        still = [
            row for row in asked if row["needed_change"] is None and abs(row["distance"]) <= MOST
        ]
        still.sort(key=lambda row: (abs(row["distance"]), row["symbol"]))
        room = max(NEAR - len(moving), STATIC if self.what_if.works else NEAR)
        return [*moving[: NEAR - min(room, len(still))], *still[:room]]

    def _candidates(self, side: Ints) -> Ints:
        """Rows whose test was nearest, and those with the largest and smallest values."""
        told = side[np.isfinite(self.distance[side])]
        found = [told[np.argsort(np.abs(self.distance[told]), kind="stable")][:ASKED]]
        for name in self._movers() if self.what_if.works else ():
            value = self.what_if.measures[name].values[self.rows.codes[side]]
            ordered = side[np.argsort(value, kind="stable")][: int(np.sum(~np.isnan(value)))]
            found += [ordered[:ASKED], ordered[-ASKED:]]
        made: Ints = np.unique(np.concatenate(found)).astype(np.int64)
        return made

    def _movers(self) -> tuple[str, ...]:
        """Measures to try on a name that no test of a measure decided of."""
        if self.fill_by is not None:
            return (self.fill_by,)
        return tuple(self.what_if.measures)

    def _row(self, at: int) -> dict[str, Any]:
        rows, code = self.rows, int(self.rows.codes[at])
        path = self.words.texts[int(rows.path[at])]
        detail = self.words.texts[int(rows.detail[at])]
        inside = int(rows.outcome[at]) in (IN, KEPT)
        measure, needed = self._needed(code, path, detail, inside)
        values = self.what_if.measures.get(measure or "")
        value = None if values is None else float(values.values[code])
        others = () if needed is None else self._others(needed, inside)
        return {
            "symbol": self.symbols[code],
            "name": self.names[code],
            "side": "in" if inside else "out",
            "measure": measure,
            "value": value,
            "rank": None if values is None else self._rank(values, code),
            "needed_change": None if needed is None else needed.change,
            "in_place_of": ", ".join(others),
            "what": self._what(at, measure, needed, others, inside),
            "observed": float(rows.observed[at]),
            "threshold": float(rows.threshold[at]),
            "distance": float(self.distance[at]),
            "detail": detail,
            "rule_path": path,
            "rule_line": int(self.words.lines[int(rows.path[at])]),
        }

    def _needed(
        self, code: int, path: str, detail: str, inside: bool
    ) -> tuple[str | None, Needed | None]:
        """The measure that moves a name with the smallest change: what decided, or the fill's."""
        said = [word for word in _WORDS.findall(path) if word in self.rule.measures]
        said += [word for word in _BY.findall(detail) if word in self.rule.measures]
        tried = list(dict.fromkeys([*said, *self._movers()]))
        best: tuple[str | None, Needed | None] = (tried[0] if tried else None, None)
        for measure in tried:
            needed = self.what_if.needed(code, measure, MOST)
            if needed is not None and (best[1] is None or abs(needed.change) < abs(best[1].change)):
                best = (measure, needed)
        return best

    def _others(self, needed: Needed, inside: bool) -> list[str]:
        """Who would come where the name goes, or go where it comes."""
        chosen = self.what_if.chosen
        return [self.symbols[int(code)] for code in needed.others if chosen[code] != inside]

    def _rank(self, measure: MeasureValues, code: int) -> int | None:
        values = measure.values[self.rows.codes]
        own = measure.values[code]
        if np.isnan(own):
            return None
        better = values < own if measure.lowest_is_best else values > own
        return int(np.count_nonzero(better)) + 1

    def _what(
        self,
        at: int,
        measure: str | None,
        needed: Needed | None,
        others: Sequence[str],
        inside: bool,
    ) -> str:
        """What would have to happen, in words."""
        verb = "leaves" if inside else "enters"
        if needed is not None:
            # Rounded outwards, so that what is said is enough.
            percent = np.ceil(abs(needed.change) * 1000.0) / 10.0
            sign = "+" if needed.change > 0 else "-"
            swap = "" if not others else f" in place of {', '.join(others[:3])}"
            if inside and others:
                swap = f", and {', '.join(others[:3])} would enter"
            return f"{verb} with {sign}{percent:.1f} % {measure}{swap}"
        observed, threshold = self.rows.observed[at], self.rows.threshold[at]
        decided = measure in _WORDS.findall(self.words.texts[int(self.rows.path[at])])
        if decided and self.what_if.works:
            return f"no change of {measure} alone, up to {MOST:.0%}, is enough"
        if np.isfinite(observed) and np.isfinite(threshold):
            return f"has {observed:.6g}, the line is {threshold:.6g}"
        return self.words.texts[int(self.rows.detail[at])]


def _table(found: list[dict[str, Any]]) -> Any:
    def numbers(word: str) -> Any:
        values = [float("nan") if row[word] is None else row[word] for row in found]
        return arrow.from_floats(values, nan_is_null=True)

    def texts(word: str) -> Any:
        return arrow.from_texts([row[word] for row in found])

    return arrow.table(
        {
            "symbol": texts("symbol"),
            "name": texts("name"),
            "side": texts("side"),
            "measure": texts("measure"),
            "value": numbers("value"),
            "rank": numbers("rank"),
            "needed_change": numbers("needed_change"),
            "in_place_of": texts("in_place_of"),
            "what": texts("what"),
            "observed": numbers("observed"),
            "threshold": numbers("threshold"),
            "distance": numbers("distance"),
            "detail": texts("detail"),
            "rule_path": texts("rule_path"),
            "rule_line": arrow.from_ints([row["rule_line"] for row in found]),
        }
    )
