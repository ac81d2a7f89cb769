"""A rebalance spread over several sessions: index shares go to the new ones in equal steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.members.scheduled import Listing
from indexcalc.calculation.members.spread import spread
from indexcalc.calculation.run.run import Run
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market

EXACT = 1e-12


def rule(steps: int, weighting: str = "scheme: equal", more: str = "") -> str:
    head = small.GIVEN.replace("2024-01-03", "2024-01-02")
    return head + f"weighting: {{{weighting}, spread_over: {steps} sessions}}\n{more}"


def lists(*later: str, on: int = 2) -> list[dict[str, Any]]:
    """A and B from session 0, ``later`` from session ``on``."""
    return [*given("A", "B", on=0), *given(*later, on=on)]


FACTORS = [{"index": "test", "effective_date": day(1), "symbol": "B", "weight_factor": 1.0}]


def over(**tables: Any) -> Market:
    return market(
        line("A", [10, 10, 12, 12, 12, 15]),
        line("B", [10, 10, 10, 11, 11, 11]),
        line("C", [20, 20, 20, 20, 22, 22]),
        **{"memberships": lists("B", "C"), **tables},
    )


def reviews(run: Run) -> list[tuple[int, str, int, int]]:
    return [
        ((row["effective_date"] - small.FIRST).days, row["kind"], row["added"], row["removed"])
        for row in run.reviews.to_pylist()
    ]


def test_half_on_the_effective_day_and_half_on_the_next() -> None:
    """1000 in A and B: 50 of 10 and 20 of C at the closes of session 1 are worth the same, B stays: 50, 25.
    Session 2: 25 A at 12, 50 B, 12.5 C are 1050 of 1000.  Session 3: 50 B at 11 and 25 C are 1050 of 1000,
    so 1102.5; session 4: 550 and 25 x 22 of 1050."""
    run = small.run(rule(2), over())
    held = small.held(run)
    assert held[1] == {"A": 50, "B": 50}
    assert held[2] == {"A": 25, "B": 50, "C": 12.5}
    assert held[3] == held[5] == {"B": 50, "C": 25}
    expected = [1000, 1000, 1050, 1102.5, 1102.5 * 1100 / 1050, 1102.5 * 1100 / 1050]
    assert small.levels(run) == pytest.approx(expected, rel=EXACT)
    assert reviews(run) == [(0, "regular", 2, 0), (2, "regular", 1, 0), (3, "rebalance", 0, 1)]
    assert run.diagnostics == ()


def test_one_step_is_at_once() -> None:
    at_once = small.run(rule(1).replace(", spread_over: 1 sessions", ""), over())
    assert small.levels(small.run(rule(1), over())) == small.levels(at_once)


def test_each_step_is_the_same_part_of_the_way() -> None:
    """A goes from 50 to 0 and C from 0 to 25 in five steps; the market ends before the last."""
    run = small.run(rule(5), over())
    held = small.held(run)
    assert [held[session]["A"] for session in (2, 3, 4, 5)] == pytest.approx(
        [40, 30, 20, 10], rel=EXACT
    )
    assert [held[session]["C"] for session in (2, 3, 4, 5)] == pytest.approx(
        [5, 10, 15, 20], rel=EXACT
    )


def test_capitalisation_weights_go_from_list_to_list() -> None:
    """1000 shares each: A goes and C comes by halves.  Session 2: 500 x 12 + 10,000 + 500 x 20 of 25,000;
    session 3: 11,000 + 20,000 of 10,000 + 20,000."""
    run = small.run(rule(2, "scheme: market_cap"), over())
    held = small.held(run)
    assert held[2] == {"A": 500, "B": 1000, "C": 500}
    assert held[3] == {"B": 1000, "C": 1000}
    second = 1000 * 26 / 25
    assert small.levels(run)[2:4] == pytest.approx([second, second * 31 / 30], rel=EXACT)


@pytest.mark.parametrize("shares", ["daily", "at_rebalance"])
def test_a_split_within_the_steps_moves_what_is_held_and_the_goal(shares: str) -> None:
    """Three steps; A, which goes, and C, which comes, are split two for one on session 3: the level is that
    of the same market without the splits."""
    plain = over()
    parts = market(
        line("A", [10, 10, 12, 6, 6, 7.5], [1000] * 3 + [2000] * 3),
        line("B", [10, 10, 10, 11, 11, 11]),
        line("C", [20, 20, 20, 10, 11, 11], [1000] * 3 + [2000] * 3),
        memberships=lists("B", "C"),
        corporate_actions=[action("A", 3, "split", ratio=2), action("C", 3, "split", ratio=2)],
    )
    more = f"maintenance: {{shares: {shares}}}\n"
    for scheme in ("equal", "market_cap"):
        text = rule(3, f"scheme: {scheme}", more if scheme == "market_cap" else "")
        expected = small.levels(small.run(text, plain))
        assert small.levels(small.run(text, parts)) == pytest.approx(expected, rel=EXACT)


def test_who_comes_in_between_goes_its_way_in_the_steps_that_are_left() -> None:
    """B is taken out on session 3, the second of three: D has the weight B has, of what is held and of
    the goal.  Held then: a third of the way, B 50 at 10: 500, so 50 D at 10; the goal of B is 50 too."""
    committee = [
        {"index": "test", "effective_date": small.day(3), "symbol": symbol, "decision": word,
         "why": "x", "ref": "y", "known_at": small.day(2)}
        for symbol, word in (("B", "remove"), ("D", "add"))
    ]  # fmt: skip
    text = rule(3, more="maintenance: {joins_at: leaver_weight}\n")
    with_d = market(
        line("A", [10] * 6),
        line("B", [10] * 6),
        line("C", [20] * 6),
        line("D", [10] * 6),
        memberships=lists("B", "C"),
        committee=committee,
    )
    held = small.held(small.run(text, with_d))
    assert held[2] == pytest.approx({"A": 100 / 3, "B": 50, "C": 25 / 3}, rel=EXACT)
    assert held[4] == pytest.approx({"C": 25, "D": 50}, rel=EXACT)


def test_blocks_move_no_bit() -> None:
    whole = small.run(rule(3), over())
    for block in (1, 2, 3):
        assert small.levels(small.in_blocks(rule(3), over(), block)) == small.levels(whole)


def test_a_series_that_begins_within_the_steps_has_what_they_lead_to() -> None:
    run = small.run(rule(3), over(), start=small.day(3))
    assert small.held(run)[5] == small.held(small.run(rule(3), over()))[5]


def listing(session: int, *codes: int, sets: bool = True, factor: float = 1.0) -> Listing:
    made = np.array(codes, dtype=np.int32)
    return Listing(session, "regular", made, np.full(made.size, factor), None, sets)


def test_lists_of_the_steps() -> None:
    """The second list takes three steps from session 4, and is broken off by the third on session 5."""
    lists_of = {1: listing(1, 0, 1, factor=0.5), 4: listing(4, 1, 2), 5: listing(5, 1, 3)}
    made = spread(lists_of, lambda session: 3, 6)
    assert {at: (one.codes.tolist(), one.steps_left) for at, one in made.items()} == {
        1: ([0, 1], 1),
        4: ([0, 1, 2], 3),
        5: ([0, 1, 2, 3], 3),
        6: ([0, 1, 2, 3], 2),
    }
    assert made[4].leaving.tolist() == [0]
    assert made[4].float_factor is not None
    assert made[4].float_factor.tolist() == [0.5, 1, 1]
    assert made[4].inclusion is not None
    assert made[4].inclusion.tolist() == [0, 1, 1]
    assert made[5].leaving.tolist() == [0, 2]
    assert made[4].chosen.tolist() == [1, 2]
    assert [one.sets_weights for one in made.values()] == [True, True, True, False]


@pytest.mark.parametrize(
    "text",
    [
        rule(3, "scheme: given"),
        rule(3, "scheme: equal, amount: {total: 1000}"),
        small.CAP.replace("market_cap", "market_cap, spread_over: 3 sessions"),
    ],
    ids=["given", "amount", "every session"],
)
def test_what_is_not_spread_is_refused(text: str) -> None:
    with pytest.raises(ic.DataError, match=r"CAL008 weighting\.spread_over"):
        small.run(text, over(weight_factors=FACTORS))


def test_an_index_of_it_has_its_new_list_at_once() -> None:
    child = ic.Methodology.from_text(
        "index: child\nuniverse: {of: test}\nreview: {follows: test}\nweighting: {scheme: market_cap}\n"
    )
    runs = ic.compute([small.rule(rule(3)), child], over())
    assert small.held(dict(runs)["child"])[2] == {"B": 1000, "C": 1000}


def test_limits_of_a_spread_rebalance_are_not_swept() -> None:
    with pytest.raises(ic.DataError, match=r"CAL008 weighting\.spread_over"):
        ic.simulate_caps(small.rule(rule(3, "scheme: market_cap")), over(), caps=["60%", "70%"])
