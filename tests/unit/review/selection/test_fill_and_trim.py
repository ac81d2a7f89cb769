"""``fill`` and ``trim``: the ledger says what came first."""

from __future__ import annotations

import pytest

from tests.unit.review.small_reviews import select

SIZES = {"A": 40.0, "B": 30.0, "C": 20.0, "D": 10.0}


@pytest.mark.parametrize(
    ("prefer", "words"),
    [
        ("", "place by size among those left, places free"),
        (
            ", prefer: existing",
            "place by size, existing names first, among those left, places free",
        ),
        (
            ", prefer: {size: {max: 20}}",
            "place by size, preferred names first, among those left, places free",
        ),
    ],
)
def test_the_reason_says_who_came_first(prefer: str, words: str) -> None:
    steps = f"[{{fill: {{to: 2, by: size{prefer}}}}}]"
    ran = select(SIZES, f"{{count: 2, steps: {steps}}}", existing="D")
    assert {row["detail"] for row in ran.ledger().values()} == {words}


def test_a_trim_says_who_came_first() -> None:
    steps = "[{select: all}, {trim: {to: 3, by: size, prefer: existing}}]"
    ran = select(SIZES, f"{{count: 3, steps: {steps}}}", existing="D")
    out = ran.ledger()["C"]
    assert out["detail"] == "place by size, existing names first, of those selected, at most"
    assert (out["observed"], out["threshold"]) == (4.0, 3.0)
