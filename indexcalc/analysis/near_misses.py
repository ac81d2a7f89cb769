"""The names nearest to entering and to leaving at a review, and what each would need to change sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.analysis.amounts import figure
from indexcalc.arrays import Ints
from indexcalc.calculation.plan import IndexJob, Plan
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.conditions.judged_lines import MeasureValues
from indexcalc.review.ledger.decisions import IN, KEPT, Decisions
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.result import ReviewResult
from indexcalc.review.what_if import Needed, WhatIf, is_wide

NEAR = 10  # names on each side
TRIED = 30  # names on each side for which the needed change is worked out
FIXED = 3  # names among the near ones that no measure moves
MOST = 0.5  # a larger change is not near


def near_names(
    plan: Plan, work: IndexJob, result: ReviewResult, names: Sequence[str | None]
) -> Any:
    """The names nearest to leaving (side ``in``) and to entering (``out``), nearest first.

    Columns: symbol, name, side; measure, value and rank (among all names of the ledger) of the measure
    that decided, or that the rule fills by; needed_change (relative: the smallest that moves the name,
    all else unchanged; null: none up to a half does, or no measure decides); in_place_of (who would leave,
    or enter, with it); what (a sentence); observed, threshold, distance (observed over threshold, less 1),
    detail, rule_path, rule_line of the test that decided.
    """
    decisions = next((block for block in result.decisions if block.step == "membership"), None)
    rows: list[dict[str, Any]] = []
    if decisions is not None:
        changes = _NeededChanges(plan, work, result, decisions, names)
        inside = (decisions.outcome == IN) | (decisions.outcome == KEPT)
        for side in (True, False):
            rows += changes.nearest(np.flatnonzero(inside == side))
    return _table(rows)


class _NeededChanges:
    """What the names of one review would need to change sides; ``rows``: their ledger rows."""

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
        candidates = self._candidates(side).tolist()
        needed = self._needed(candidates)
        movable = [self._row(at, *needed[at]) for at in candidates if at in needed]
        movable.sort(key=lambda row: (abs(row["needed_change"]), row["symbol"]))
        movable = movable[:NEAR]
        fixed = [at for at in candidates if at not in needed and abs(self.distance[at]) <= MOST]
        fixed.sort(key=lambda at: (abs(self.distance[at]), self.symbols[int(self.rows.codes[at])]))
        room = max(NEAR - len(movable), FIXED if self.what_if.works else NEAR)
        shown = [self._row(at, (self._measures(at) or (None,))[0], None) for at in fixed[:room]]
        return [*movable[: NEAR - len(shown)], *shown]

    def _candidates(self, side: Ints) -> Ints:
        """Rows whose test was nearest, and those whose values are nearest to the other side's."""
        near = side[np.isfinite(self.distance[side])]
        parts = [near[np.argsort(np.abs(self.distance[near]), kind="stable")][:TRIED]]
        for name in self._default_measures() if self.what_if.works else ():
            measure = self.what_if.measures[name]
            value = measure.values[self.rows.codes[side]]
            ordered = side[np.argsort(value, kind="stable")][: int(np.sum(~np.isnan(value)))]
            inside = side.size > 0 and int(self.rows.outcome[side[0]]) in (IN, KEPT)
            # The weakest of those that are in, the strongest of those that are out.
            parts.append(ordered[:TRIED] if inside != measure.lowest_is_best else ordered[-TRIED:])
        candidates: Ints = np.unique(np.concatenate(parts)).astype(np.int64)
        return candidates

    def _default_measures(self) -> tuple[str, ...]:
        """The measures to try on every name, whatever decided."""
        if self.fill_by is not None:
            return (self.fill_by,)
        return tuple(self.what_if.measures)

    def _row(self, at: int, measure: str | None, needed: Needed | None) -> dict[str, Any]:
        rows, code = self.rows, int(self.rows.codes[at])
        inside = int(rows.outcome[at]) in (IN, KEPT)
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
            "detail": self.words.texts[int(rows.detail[at])],
            "rule_path": self.words.texts[int(rows.path[at])],
            "rule_line": int(self.words.lines[int(rows.path[at])]),
        }

    def _deciding_measure(self, at: int) -> str | None:
        """The measure that the deciding test compares or the deciding step orders by; None: neither."""
        name = self.words.texts[int(self.rows.measure[at])]
        return name if name in self.rule.measures else None

    def _measures(self, at: int) -> tuple[str, ...]:
        """The measures to try on a name: what decided, and those tried on every name."""
        deciding, measures = self._deciding_measure(at), self._default_measures()
        return tuple(dict.fromkeys(measures if deciding is None else (deciding, *measures)))

    def _needed(self, candidates: Sequence[int]) -> dict[int, tuple[str, Needed]]:
        """By row: the measure that moves its name with the smallest change, and that change.

        Complete for the ``NEAR`` smallest; others, which need more, are left out as soon as they show.
        """
        what_if, codes = self.what_if, self.rows.codes
        spans: dict[tuple[int, str], tuple[float, Needed]] = {}
        for at in candidates:
            for name in self._measures(at):
                enough = what_if.enough(int(codes[at]), name, MOST)
                if enough is not None:
                    spans[at, name] = 0.0, enough
        while True:
            smallest: dict[int, float] = {}
            for (at, _), (_, enough) in spans.items():
                smallest[at] = min(abs(enough.change), smallest.get(at, MOST))
            most = sorted(smallest.values())[:NEAR][-1] if smallest else MOST
            spans = {key: span for key, span in spans.items() if span[0] < most}
            wide = [key for key, span in spans.items() if is_wide(*span)]
            if not wide:
                break
            for at, name in wide:
                spans[at, name] = what_if.halved(int(codes[at]), name, *spans[at, name])
        best: dict[int, tuple[str, Needed]] = {}
        for (at, name), (_, needed) in spans.items():
            if at not in best or abs(needed.change) < abs(best[at][1].change):
                best[at] = name, needed
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
        if measure is not None and measure == self._deciding_measure(at) and self.what_if.works:
            return f"no change of {measure} alone, up to {MOST:.0%}, is enough"
        if np.isfinite(observed) and np.isfinite(threshold):
            return f"has {figure(observed)}, the threshold is {figure(threshold)}"
        return self.words.texts[int(self.rows.detail[at])]


def _table(rows: list[dict[str, Any]]) -> Any:
    def numbers(name: str) -> Any:
        values = [float("nan") if row[name] is None else row[name] for row in rows]
        return arrow.from_floats(values, nan_is_null=True)

    def texts(name: str) -> Any:
        return arrow.from_texts([row[name] for row in rows])

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
            "rule_line": arrow.from_ints([row["rule_line"] for row in rows]),
        }
    )
