"""The names nearest to entering and to leaving at a review, and what each would need to change sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from indexcalc.analysis.amounts import figure
from indexcalc.arrays import Ints
from indexcalc.calculation.plan import IndexJob
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of
from indexcalc.review.conditions.judged_lines import MeasureValues
from indexcalc.review.ledger.decisions import IN, KEPT, Decisions
from indexcalc.review.maintenance.reserve import last_fill_by
from indexcalc.review.result import ReviewResult
from indexcalc.review.review import Reviewer
from indexcalc.review.what_if import SMALLEST, Needed, WhatIf, is_wide

NEAR = 10  # names on each side
TRIED = 30  # names on each side for which the needed change is worked out
FIXED = 3  # names among the near ones that no measure moves
MOST = 0.5  # a larger change is not near
_STEPS = (1.0 / 8.0, MOST)  # a larger change is tried where the smaller one moves too few


def near_names(work: IndexJob, result: ReviewResult, names: Sequence[str | None]) -> Any:
    """The names nearest to leaving (side ``in``) and to entering (``out``), nearest first.

    Columns: symbol, name, side; measure, value and rank (among all names of the ledger) of the measure
    that decided, or that the rule fills by; needed_change (relative: the smallest that moves the name,
    all else unchanged; null: none up to a half does, or no measure decides); in_place_of (who would leave,
    or enter, with it); what (a sentence); observed, threshold, distance (observed over threshold, less 1),
    detail, rule_path, rule_line of the test that decided.
    """
    rows: list[dict[str, Any]] = []
    if work.members.weighings is not None:
        reviewer = work.members.weighings.reviewer
        asked = NearestNames.of(WhatIf(reviewer, result), reviewer, result)
        told = None if asked is None else _Told(asked, reviewer, names)
        rows += [] if told is None else [*told.rows(True), *told.rows(False)]
    return _table(rows)


class NearestNames:
    """Which names of one review would change sides with the smallest changes.

    ``rows``: their ledger rows; ``near``: how many on each side; ``tried``: for how many, by each of two
    ways to guess, the change is worked out; ``precision``: by which share a change may be too large.
    """

    def __init__(
        self,
        what_if: WhatIf,
        reviewer: Reviewer,
        result: ReviewResult,
        rows: Decisions,
        near: int = NEAR,
        tried: int = TRIED,
        precision: float = SMALLEST,
    ) -> None:
        self.what_if, self.rows = what_if, rows
        self.near, self.tried, self.precision = near, tried, precision
        self.words, self.rule = reviewer.words, reviewer.rule
        by = last_fill_by(reviewer.rule, date_of(result.effective))
        self.fill_by = by if by in reviewer.rule.measures else None
        self.inside = (rows.outcome == IN) | (rows.outcome == KEPT)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.distance = rows.observed / rows.threshold - 1.0

    @classmethod
    def of(
        cls, what_if: WhatIf, reviewer: Reviewer, result: ReviewResult, **limits: Any
    ) -> NearestNames | None:
        """Of a review; None where its ledger tells of no membership."""
        rows = next((block for block in result.decisions if block.step == "membership"), None)
        return None if rows is None else cls(what_if, reviewer, result, rows, **limits)

    def movable(self, inside: bool) -> tuple[dict[int, tuple[str, Needed]], list[int]]:
        """Of one side, the nearest ledger rows with the measure that moves each and by how much, nearest
        first; and rows that no change up to ``MOST`` moves, nearest to their thresholds first.

        Those whose test was nearest, and those whose values are nearest to the other side's, are tried.
        """
        candidates = self._candidates(inside).tolist()
        spans, unmoved = self._spans(candidates)
        best: dict[int, tuple[str, Needed]] = {}
        for (at, name), (_, needed) in spans.items():
            if at not in best or abs(needed.change) < abs(best[at][1].change):
                best[at] = name, needed
        order = sorted(best, key=lambda at: (abs(best[at][1].change), int(self.rows.codes[at])))
        return {at: best[at] for at in order[: self.near]}, unmoved

    def _candidates(self, inside: bool) -> Ints:
        """Rows whose test was nearest, and those whose values are nearest to the other side's."""
        side = np.flatnonzero(self.inside == inside)
        near = side[np.isfinite(self.distance[side])]
        parts = [near[np.argsort(np.abs(self.distance[near]), kind="stable")][: self.tried]]
        for name in self._default_measures() if self.what_if.works else ():
            measure = self.what_if.measures[name]
            value = measure.values[self.rows.codes[side]]
            ordered = side[np.argsort(value, kind="stable")][: int(np.sum(~np.isnan(value)))]
            # The weakest of those that are in, the strongest of those that are out.
            weakest = inside != measure.lowest_is_best
            parts.append(ordered[: self.tried] if weakest else ordered[-self.tried :])
        candidates: Ints = np.unique(np.concatenate(parts)).astype(np.int64)
        return candidates

    def _default_measures(self) -> tuple[str, ...]:
        """The measures to try on every name, whatever decided."""
        if self.fill_by is not None:
            return (self.fill_by,)
        return tuple(self.what_if.measures)

    def deciding_measure(self, at: int) -> str | None:
        """The measure that the deciding test compares or the deciding step orders by; None: neither."""
        name = self.words.texts[int(self.rows.measure[at])]
        return name if name in self.rule.measures else None

    def measures(self, at: int) -> tuple[str, ...]:
        """The measures to try on a name: what decided, and those tried on every name."""
        deciding, measures = self.deciding_measure(at), self._default_measures()
        return tuple(dict.fromkeys(measures if deciding is None else (deciding, *measures)))

    def _spans(
        self, candidates: Sequence[int]
    ) -> tuple[dict[tuple[int, str], tuple[float, Needed]], list[int]]:
        """(by row and measure, a change that moves its name, and a smaller one that does not; rows that
        nothing moves, of those as near to their thresholds as are told).

        Complete for the ``near`` smallest; others, which need more, are left out as soon as they show.
        """
        what_if, codes = self.what_if, self.rows.codes
        spans: dict[tuple[int, str], tuple[float, Needed]] = {}
        waiting = [(at, name) for at in candidates for name in self.measures(at)]
        low = 0.0
        for most in _STEPS:
            still = []
            for at, name in waiting:
                enough = what_if.enough(int(codes[at]), name, most)
                if enough is None:
                    still.append((at, name))
                else:
                    spans[at, name] = low, enough
            waiting, low = still, most
            if len({at for at, _ in spans}) >= self.near:
                break
        moved = {at for at, _ in spans}
        while True:
            smallest: dict[int, float] = {}
            for (at, _), (_, enough) in spans.items():
                smallest[at] = min(abs(enough.change), smallest.get(at, MOST))
            most = sorted(smallest.values())[: self.near][-1] if smallest else MOST
            spans = {key: span for key, span in spans.items() if span[0] < most}
            wide = [key for key, span in spans.items() if is_wide(*span, self.precision)]
            if not wide:
                break
            for at, name in wide:
                spans[at, name] = what_if.halved(int(codes[at]), name, *spans[at, name])
        return spans, [at for at in candidates if at not in moved]

    def is_fixed(self, at: int) -> bool:
        """Does no change up to ``MOST`` of a measure move the name of a row?"""
        code = int(self.rows.codes[at])
        return all(self.what_if.enough(code, name, MOST) is None for name in self.measures(at))


class _Told:
    """The rows of the table about the names nearest to the other side."""

    def __init__(
        self, asked: NearestNames, reviewer: Reviewer, names: Sequence[str | None]
    ) -> None:
        self.asked, self.names = asked, names
        self.ledger, self.what_if, self.words = asked.rows, asked.what_if, asked.words
        self.symbols = reviewer.market.symbols

    def rows(self, inside: bool) -> list[dict[str, Any]]:
        """Of one side: those that move, nearest first, then some near ones that nothing moves."""
        asked = self.asked
        found, unmoved = asked.movable(inside)
        movable = [self._row(at, *found[at]) for at in found]
        room = max(NEAR - len(movable), FIXED if self.what_if.works else NEAR)
        near = [at for at in unmoved if abs(asked.distance[at]) <= MOST]
        near.sort(key=lambda at: (abs(asked.distance[at]), int(asked.rows.codes[at])))
        fixed = list(islice(filter(asked.is_fixed, near), room))
        shown = [self._row(at, (asked.measures(at) or (None,))[0], None) for at in fixed]
        return [*movable[: NEAR - len(shown)], *shown]

    def _row(self, at: int, measure: str | None, needed: Needed | None) -> dict[str, Any]:
        rows, code = self.ledger, int(self.ledger.codes[at])
        inside = bool(self.asked.inside[at])
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
            "distance": float(self.asked.distance[at]),
            "detail": self.words.texts[int(rows.detail[at])],
            "rule_path": self.words.texts[int(rows.path[at])],
            "rule_line": int(self.words.lines[int(rows.path[at])]),
        }

    def _others(self, needed: Needed, inside: bool) -> list[str]:
        """Who would come where the name goes, or go where it comes."""
        chosen = self.what_if.chosen
        return [self.symbols[int(code)] for code in needed.others if chosen[code] != inside]

    def _rank(self, measure: MeasureValues, code: int) -> int | None:
        values = measure.values[self.ledger.codes]
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
        observed, threshold = self.ledger.observed[at], self.ledger.threshold[at]
        if (
            measure is not None
            and measure == self.asked.deciding_measure(at)
            and self.what_if.works
        ):
            return f"no change of {measure} alone, up to {MOST:.0%}, is enough"
        if np.isfinite(observed) and np.isfinite(threshold):
            return f"has {figure(observed)}, the threshold is {figure(threshold)}"
        return self.words.texts[int(self.ledger.detail[at])]


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
