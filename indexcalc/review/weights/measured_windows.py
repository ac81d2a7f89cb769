"""What measured caps of a review look at: means over a window in the place of the pricing day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from indexcalc.arrays import Codes, Floats
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.model.in_force import cap_measures, cap_windows, items_in_force
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.model.weighting import OF_ALL_CAPS
from indexcalc.methodology.values.dated import value_on
from indexcalc.methodology.values.values import Special
from indexcalc.review.conditions.judged_lines import RuleNotKnown
from indexcalc.review.measures.at_reviews import ReviewMeasures
from indexcalc.review.weights.groups import ReviewGroups

if TYPE_CHECKING:
    from indexcalc.weighting.caps.measured import Window


class CapWindows(Struct, frozen=True):
    """The windows of a rule's measured caps at its reviews."""

    rule: Methodology
    market: Market
    measures: ReviewMeasures
    groups: ReviewGroups

    def of(
        self,
        *,
        effective: int,
        month: int,
        cutoff: int,
        codes: Codes,
        inclusion: Floats,
        float_factor: Floats,
    ) -> Mapping[str, Window]:
        """The window of each measured cap in force, by the cap's path, for ``codes`` (n,); that of all
        caps by ``OF_ALL_CAPS``; of a cap that ranks by a measure, its values by the path of ``by``.

        Means are of market caps of each session, times the float factor of the effective date (where
        the cap measures float market cap) and inclusion.
        """
        date = date_of(effective)
        windows: dict[str, Window] = {}
        caps = items_in_force(self.rule.weighting.caps, date, month)
        tested_daily = [cap.path for cap in caps if cap.test.at(date) == "mean_of_weights"]
        for path, measured in cap_windows(self.rule.weighting, date, month).items():
            measure = measured.at(date)
            if isinstance(measure, Special):
                continue
            means = self._of_weights(effective, path, cutoff)
            if means is None and path != OF_ALL_CAPS:
                continue
            scale = inclusion
            if "float_market_cap" in measure.columns:
                scale = scale * float_factor
            weights = None
            if path in tested_daily and means is not None:
                span = self.measures.window_of(effective, path)
                assert span is not None
                weights = mean_weights(self.market, codes, scale, span)
            from indexcalc.weighting.caps.measured import Window

            known = np.full(codes.size, np.nan) if means is None else means[codes] * scale
            windows[path] = Window(known, weights)
        for path, name in cap_measures(self.rule.weighting, date, month).items():
            values = self._of_weights(effective, name, cutoff)
            if values is not None:
                from indexcalc.weighting.caps.measured import Window

                windows[f"{path}.by"] = Window(self._best_first(name, values[codes], date))
        return windows

    def _of_weights(self, effective: int, name: str, cutoff: int) -> Floats | None:
        """A measure of all lines; None where its terms are not known, which the caps that need it tell."""
        try:
            return self.measures.of_weights(effective, name, self.groups.issuers(cutoff))
        except RuleNotKnown:
            return None

    def _best_first(self, name: str, values: Floats, date: dt.date) -> Floats:
        """Values (n,) of a measure with the best the largest and none below zero."""
        measure = value_on(self.rule.measures.get(name), date)
        if measure is not None and measure.best.at(date) == "lowest":
            values = np.nanmax(values, initial=0.0) - values
        return values


def mean_weights(market: Market, codes: Codes, scale: Floats, span: tuple[int, int]) -> Floats:
    """The mean weight (n,) of each of ``codes`` over the observed sessions of ``span``, both in.

    The weight of a session is close x listed shares x ``scale`` (n,) over the sum of all ``codes``
    with a row on it; a row without a close has the last one.  Only sessions on which the line has a
    row enter its mean; NaN where there is none.
    """
    total = np.zeros(codes.size)
    count = np.zeros(codes.size, dtype=np.int64)
    panel = market.panel
    panel.need(("close", "shares_outstanding"))
    for rows in panel.chunks(panel.row(span[0]), panel.row(span[1], side="right")):
        at = rows.start, rows.stop
        cap = (panel.carried(*at) * panel.column("shares_outstanding", *at))[:, codes] * scale
        known = ~np.isnan(cap)
        for values, here in zip(np.where(known, cap, 0.0), known, strict=True):
            whole = float(ordered_sum(values))
            if whole > 0:
                total += values / whole
                count += here
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(count > 0, total / count, np.nan)
    return mean
