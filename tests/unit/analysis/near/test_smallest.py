"""The smallest change that flips, where it is known by hand."""

from __future__ import annotations

import pytest

from indexcalc.analysis.near.smallest import PRECISION, nearer, smallest


class Asked:
    """Flips from ``edge`` on, and counts how often it was asked."""

    def __init__(self, edge: float) -> None:
        self.edge, self.asked = edge, [0.0]

    def __call__(self, change: float) -> bool:
        self.asked.append(change)
        return change >= self.edge


@pytest.mark.parametrize("edge", [1e-5, 0.003, 0.1, 0.25, 0.4999])
@pytest.mark.parametrize("guessed", [None, 0.5, 0.999, 1.0, 1.0005, 1.01, 2.0])
def test_what_is_found_flips_and_a_little_less_does_not(edge: float, guessed: float | None) -> None:
    asked = Asked(edge)
    found = smallest(asked, 0.5, None if guessed is None else edge * guessed)
    assert found is not None
    assert found.short < edge <= found.enough
    assert {found.short, found.enough} <= set(asked.asked)
    assert found.enough - found.short <= max(PRECISION * found.enough, 1e-6) * (1 + 1e-9)


def test_a_right_guess_costs_two_questions() -> None:
    asked = Asked(0.1)
    assert smallest(asked, 0.5, 0.1) is not None
    assert len(asked.asked) == 1 + 2


def test_what_needs_more_than_the_most_is_not_near() -> None:
    asked = Asked(0.51)
    assert smallest(asked, 0.5, 0.3) is None
    assert asked.asked[-1] == 0.5


def test_the_smaller_of_both_directions_counts() -> None:
    # Up from 30 %, down from 20 %.
    found = nearer(lambda change: change >= 0.3 or change <= -0.2, 1.0, (0.5, 0.5))
    assert found is not None
    assert -0.2 * (1 + PRECISION) <= found.enough <= -0.2 < found.short
    # The same, down asked first: up is asked no further than what down needs.
    asked: list[float] = []

    def flips(change: float) -> bool:
        asked.append(change)
        return change >= 0.3 or change <= -0.2

    again = nearer(flips, -1.0, (0.5, 0.5))
    assert again is not None
    assert again.enough == pytest.approx(found.enough, rel=PRECISION)
    assert max(asked) < 0.2


def test_a_direction_without_room_is_not_asked() -> None:
    asked: list[float] = []
    assert nearer(lambda change: bool(asked.append(change)), 1.0, (0.0, 0.5)) is None
    assert asked == [-0.5]
