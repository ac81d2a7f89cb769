"""Who comes for whom: of several that leave on one day each joiner has the weight of its own."""

from __future__ import annotations

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.levels.levels import shared_places
from tests.properties.test_sweep import compare
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market

# Five names on session 1, equal; who is under administration leaves at once for the first of the reserve.
RULE = small.HEAD.replace("2024-01-02", "2024-01-08") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1], effective: 2nd monday, cutoff: 1 session before effective}\n"
    "measures: {size: {last: market_cap}}\n"
    "selection: {count: 4, steps: [{fill: {to: 4, by: size}}], reserve: {count: 3, by: size}}\n"
    "weighting: {scheme: equal%s}\n"
    "maintenance:\n"
    "  joins_at: leaver_weight\n"
    "  deletions: [{on: administrative, after: 0 sessions, replace_from: reserve}]\n"
)


def closes(size: float, *later: float) -> list[float]:
    """A price that stays until session 6 and goes on."""
    return [size] * 7 + list(later)


def over() -> ic.Market:
    """A and B leave on session 8, for R and S, which gain a tenth and a half on session 9."""
    return market(
        line("A", closes(90.0, 144, 144, 144)),
        line("B", closes(80.0, 80, 80, 80)),
        line("C", closes(70.0, 70, 70, 70)),
        line("D", closes(60.0, 60, 60, 60)),
        line("R", closes(20.0, 20, 20, 22)),
        line("S", closes(10.0, 10, 10, 15)),
        securities=[
            {"symbol": symbol, "issuer": issuer}
            for symbol, issuer in zip("ABCDRS", "xyxzrs", strict=True)
        ],
        designations=[
            {"symbol": symbol, "from": day(8), "kind": "administrative", "to": None}
            for symbol in "AB"
        ],
    )


def test_each_joiner_has_the_weight_of_the_line_whose_place_it_takes() -> None:
    """A gains 60 %: 40, 25, 25 and 25 of 115.  R takes 40 and gains 4, S takes 25 and gains 12.5."""
    run = small.run(RULE % "", over())
    rows = run.weights(day(8).isoformat()).to_pylist()
    weights = {row["symbol"]: row["weight"] for row in rows}
    assert weights == pytest.approx({"C": 25 / 115, "D": 25 / 115, "R": 40 / 115, "S": 25 / 115})
    level = small.levels(run)
    assert level[-1] / level[-2] == pytest.approx(1 + 16.5 / 115, rel=1e-12)


def test_in_a_sweep_each_variant_has_its_own() -> None:
    """A and C, of one issuer, are held at 45 %: the sweep and the run of the capped rule agree."""
    sweep = ic.simulate_caps(small.rule(RULE % ""), over(), caps=["45%"], per="issuer")
    run = small.run(RULE % ", caps: [{per: issuer, limit: 45%}]", over())
    compare(sweep, run, "45%")
    opening = {row["symbol"]: row["weight"] for row in run.weights(day(6).isoformat()).to_pylist()}
    assert opening == pytest.approx({"A": 0.225, "B": 0.275, "C": 0.225, "D": 0.275})


def test_a_place_is_shared_and_what_is_left_besides_goes_to_the_others_alike() -> None:
    """Codes 3, 4, 6, 8, 9: 3 and 4 leave 30 and 20; 6 and 8 take the place of 3, 9 has what is left."""
    codes = np.array([3, 4, 6, 8, 9], dtype=np.int32)
    joins = np.array([False, False, True, True, True])
    left = np.array([30.0, 20.0, 0.0, 0.0, 0.0])
    made = shared_places(codes, joins, left, {6: 3, 8: 3})
    assert made.tolist() == [0, 0, 15, 15, 20]
    assert shared_places(codes, joins, left, {}).tolist()[2:] == pytest.approx([50 / 3] * 3)
    # Whose leaver had nothing, or is not there, is one of the others.
    assert shared_places(codes, joins, left, {6: 9, 8: 77, 9: 4}).tolist() == [0, 0, 15, 15, 20]
