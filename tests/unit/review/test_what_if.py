"""What a review would choose if one value were another: changes worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.review.what_if import SMALLEST, Needed, WhatIf, is_wide
from tests.unit.review.small_reviews import Ran, select

# A 100, B 80, C 50, D 30; the two largest are in.
SIZES = {"A": 100.0, "B": 80.0, "C": 50.0, "D": 30.0}
FILL = "{steps: [{fill: {to: 2, by: size}}]}"


def asked(selection: str = FILL, **more: str) -> tuple[Ran, WhatIf]:
    ran = select(SIZES, selection, **more)  # type: ignore[arg-type]
    return ran, WhatIf(ran.reviewer, ran.results[-1])


def code(ran: Ran, name: str) -> int:
    return ran.market.order[name]


def test_a_name_that_is_out_needs_as_much_more_as_the_last_one_in_has() -> None:
    ran, what_if = asked()
    assert what_if.works
    needed = what_if.needed(code(ran, "C"), "size", most=1.0)
    assert needed is not None
    # 80 / 50 is 60 % more; a little too much is found at most.
    assert 0.6 <= needed.change <= 0.6 * (1 + 2 * SMALLEST)
    assert ran.names(needed.others) == "B"
    assert what_if.needed(code(ran, "C"), "size", most=0.5) is None
    assert what_if.needed(code(ran, "D"), "size", most=1.0) is None


def test_a_name_that_is_in_needs_as_much_less() -> None:
    ran, what_if = asked()
    needed = what_if.needed(code(ran, "B"), "size")
    assert needed is not None
    # From 80 below 50: 37.5 % less.
    assert -0.375 * (1 + 2 * SMALLEST) <= needed.change <= -0.375
    assert ran.names(needed.others) == "C"


def test_where_the_smallest_is_best_the_directions_are_the_other_way_round() -> None:
    ran, what_if = asked(measures="size: {last: market_cap, best: lowest}")
    assert ran.members == ["CD"]
    out = what_if.needed(code(ran, "B"), "size")
    into = what_if.needed(code(ran, "C"), "size", most=1.0)
    assert out is not None
    assert into is not None
    assert out.change == pytest.approx(-0.375, rel=1e-3)  # from 80 below 50
    assert into.change == pytest.approx(0.6, rel=1e-3)


def test_the_other_direction_is_tried_where_the_better_one_moves_nobody() -> None:
    # Only names up to 60 may be chosen: A, too large, needs less.
    ran, what_if = asked("{steps: [{select: {size: {max: 60}}}]}")
    needed = what_if.needed(code(ran, "A"), "size")
    assert needed is not None
    assert needed.change == pytest.approx(-0.4, rel=1e-3)
    assert needed.others.size == 0


def test_other_values_of_a_measure_choose_others() -> None:
    ran, what_if = asked()
    values = what_if.measures["size"].values
    assert values.tolist() == [100.0, 80.0, 50.0, 30.0]
    from msgspec.structs import replace

    turned = replace(what_if.measures["size"], values=values[::-1].copy())
    assert ran.names(np.flatnonzero(what_if.choose({"size": turned}))) == "CD"
    # The answer leaves nothing behind.
    assert ran.names(np.flatnonzero(what_if.choose({}))) == "AB"
    assert ran.reviewer.measures.supposed is None


def test_what_cannot_be_asked_has_no_answer() -> None:
    ran, what_if = asked()
    assert what_if.needed(code(ran, "C"), "no_such") is None
    values = what_if.measures["size"].values
    values[code(ran, "C")] = np.nan
    assert what_if.needed(code(ran, "C"), "size") is None
    given = select(SIZES, "given", "AB", measures="size: {last: market_cap}")
    assert not WhatIf(given.reviewer, given.results[0]).works


def test_a_span_is_wide_until_it_is_a_small_part_of_the_change() -> None:
    enough = Needed(-0.5, np.zeros(0, dtype=np.int32))
    assert is_wide(0.4, enough)
    assert not is_wide(0.5 - 0.4 * SMALLEST, enough)
    assert not is_wide(0.4, enough, precision=0.3)
    tiny = Needed(1e-7, np.zeros(0, dtype=np.int32))
    assert not is_wide(0.0, tiny)


TRADED = {"A": 4.0, "B": 3.0, "C": 2.0, "D": 1.0}
# Who is large comes first or last: then the same is judged of others.
BOTH = (
    "{steps: [{require: {traded: {rank: 3}}}, {select: {size: {rank: 1}}}, "
    "{fill: {to: 2, by: size}}]}",
    "{steps: [{require: {size: {min: 40}}}, {select: {traded: {rank: 1}}}]}",
)


@pytest.mark.parametrize("steps", BOTH)
def test_what_does_not_depend_on_a_measure_is_judged_once(steps: str) -> None:
    """Each answer is that of the whole review, asked without anything kept."""
    measures = "size: {last: market_cap}, traded: {last: traded_value}"
    quick, slow = (asked(steps, measures=measures, traded=TRADED) for _ in range(2))  # type: ignore[arg-type]
    slow[1]._screens_by.add("size")
    moved = 0
    for name in "ABCD":
        for by in (-0.9, -0.5, -0.3, 0.3, 0.7, 3.0):
            answers = [
                made.enough(code(ran, name), "size", abs(by), (1.0 if by > 0 else -1.0,))
                for ran, made in (quick, slow)
            ]
            changes = [answer and (answer.change, answer.others.tolist()) for answer in answers]
            assert changes[0] == changes[1]
            moved += answers[0] is not None
    assert moved > 0
