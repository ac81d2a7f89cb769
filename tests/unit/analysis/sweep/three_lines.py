"""Three lines of 60, 30 and 10 per cent: their market, rules over it swept over caps, lists to cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

import indexcalc as ic
from indexcalc.analysis.sweep.points import points_of
from indexcalc.analysis.sweep.swept_rule import SweptRule, sweep_rule
from indexcalc.calculation.plan import Request
from indexcalc.methodology.load.family import load_family
from indexcalc.review.weights.review_weights import WeightedList
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

RULE = small.GIVEN + "weighting: {scheme: market_cap}\n"


def three() -> ic.Market:
    """A of 60, B of 30, C of 10 when weights are set; then A gains 10 %, then B gains 10 %."""
    return market(
        line("A", [60, 60, 66, 66]),
        line("B", [30, 30, 30, 33]),
        line("C", [10, 10, 10, 10]),
        memberships=small.given("A", "B", "C"),
        securities=[
            {"symbol": "A", "name": "가나전자", "sector": "x", "issuer": "one"},
            {"symbol": "B", "name": "다라화학", "sector": "y", "issuer": "two"},
            {"symbol": "C", "name": "마바은행", "sector": "y", "issuer": "one"},
        ],
    )


def swept_rule(
    caps: Sequence[Any],
    text: str = RULE,
    *,
    per: str = "security",
    full: bool = True,
    over: ic.Market | None = None,
    also: Sequence[tuple[str, Sequence[Any]]] = (),
) -> SweptRule:
    """All points over a rule, before any table is made."""
    family = load_family([ic.Methodology.from_text(text)])
    return sweep_rule(family, over or three(), Request(), points_of(caps, per, also), full)


def listed(
    values: Sequence[float],
    *,
    groups: Mapping[str, Sequence[int]] | None = None,
    on: dt.date = dt.date(2024, 1, 2),
    codes: Sequence[int] | None = None,
    weight_factor: Sequence[float] | None = None,
) -> WeightedList:
    """The lines of a review with what the scheme gives each; ``groups``: codes of lines by word."""
    told = {word: np.array(group, dtype=np.int64) for word, group in (groups or {}).items()}
    size = len(values)
    given = np.array(values, dtype=np.float64)
    one = np.ones(size)
    return WeightedList(
        weighing=SimpleNamespace(date=on, month=(on.year, on.month), group=told.get),  # type: ignore[arg-type]
        codes=np.array(range(size) if codes is None else codes, dtype=np.int32),
        values=given,
        weights=given / given.sum() if given.sum() else given,
        price=one,
        shares=given,
        float_factor=one,
        inclusion=one,
        weight_factor=None if weight_factor is None else np.array(weight_factor),
        windows={},
    )
