"""Ledger rows of caps: which line each holds, from what weight, at what limit."""

from __future__ import annotations

import numpy as np

from indexcalc.review.data.texts import Texts
from indexcalc.review.ledger.decisions import SET
from indexcalc.review.weights.cap_decisions import cap_rows
from tests.unit.review.weights.weighing import Weighed

ISSUERS = [
    {"symbol": name, "issuer": issuer} for name, issuer in (("A", "p"), ("B", "p"), ("C", "q"))
]


def told(text: str) -> list[tuple[str, float, float, str, str]]:
    """(line, weight before, limit, rule path, words) of each row."""
    made = Weighed(text, securities=ISSUERS)
    words = Texts()
    found = []
    for block in cap_rows(made.listed().under_own_caps(made.findings), made.rule, words):
        assert block.step == "cap"
        assert set(block.outcome.tolist()) == {SET}
        assert all(words.lines[int(path)] for path in block.path)
        for row in range(block.size):
            found.append(
                (
                    made.ran.market.symbols[int(block.codes[row])],
                    round(float(block.observed[row]), 9),
                    round(float(block.threshold[row]), 9),
                    words.texts[int(block.path[row])],
                    words.texts[int(block.detail[row])],
                )
            )
    assert made.codes == []
    return found


def test_a_line_at_its_limit_has_a_row() -> None:
    text = "weighting: {scheme: market_cap, caps: [{per: security, limit: 50%}]}\n"
    # 600 c / (600 c + 400) = 1/2 for c = 2/3.
    assert told(text) == [
        (
            "A",
            0.6,
            0.5,
            "weighting.caps[0]",
            "held at its limit; capping factor 0.666667, weight 50.0000% at the pricing closes",
        )
    ]


def test_a_line_below_its_limit_is_held_when_the_excess_of_others_comes_to_it() -> None:
    """A, B and C have 60, 30 and 10 %; the 25 % above A's limit go 3 to 1: B would have 48.75 %."""
    rows = told("weighting: {scheme: market_cap, caps: [{per: security, limit: 35%}]}\n")
    assert [row[:3] for row in rows] == [("A", 0.6, 0.35), ("B", 0.3, 0.35)]
    assert "excess" not in rows[0][4]
    assert rows[1][4].startswith(
        "held at its limit; below it until the excess of others was shared out; capping factor "
    )


def test_lines_of_a_unit_are_held_with_it() -> None:
    text = (
        "weighting: {scheme: market_cap, caps: [{per: security, limit: 50%}, "
        "{per: issuer, limit: 70%}]}\n"
    )
    rows = told(text)
    # Both limits are met at once.  The issuer of A and B has 90 %, and comes to 70: A is 46.7 and B
    # 23.3 %, so that nothing else holds A.
    assert [(row[0], row[3]) for row in rows] == [
        ("A", "weighting.caps[1]"),
        ("B", "weighting.caps[1]"),
    ]
    assert [row[1:3] for row in rows] == [(0.9, 0.7)] * 2
    assert rows[1][4].startswith("held at its limit with its issuer; capping factor ")
    assert rows[1][4].endswith("weight 23.3333% at the pricing closes")


def test_rows_come_by_line_then_in_the_order_of_the_caps() -> None:
    text = (
        "weighting: {scheme: market_cap, caps: [{per: security, limit: 50%}, "
        "{per: security, factor: 50%}]}\n"
    )
    assert [(row[0], row[3][-2]) for row in told(text)] == [
        ("A", "0"), ("A", "1"), ("B", "1"), ("C", "1"),
    ]  # fmt: skip


def test_a_cap_that_does_not_act_or_holds_nobody_has_none() -> None:
    assert told("weighting: {scheme: market_cap, caps: [{per: security, limit: 70%}]}\n") == []
    assert told("weighting: {scheme: market_cap}\n") == []
    quiet = "weighting: {scheme: market_cap, caps: [{per: security, trigger: 90%, limit: 50%}]}\n"
    assert told(quiet) == []


def test_a_cap_that_multiplies_has_no_limit() -> None:
    (first, *_) = told("weighting: {scheme: market_cap, caps: [{per: security, factor: 50%}]}\n")
    assert np.isnan(first[2])
    assert first[4].startswith("multiplied; capping factor ")
