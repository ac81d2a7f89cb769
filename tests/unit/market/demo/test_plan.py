"""What will happen to the lines of a demo market: in order, apart, and each with its cause."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest

from indexcalc.market.calendar.choose import packaged
from indexcalc.market.demo.agenda import ORDER, Event, Plan
from indexcalc.market.demo.clock import make_clock
from indexcalc.market.demo.lines import Line, make_roster
from indexcalc.market.demo.plan import make_plan


@pytest.fixture(scope="module", params=[(100, 1.0, 1), (300, 3.0, 2)], ids=str)
def made(request: pytest.FixtureRequest) -> Plan:
    n_securities, n_years, seed = request.param
    clock = make_clock(packaged("XKRX"), n_years)
    roster = make_roster(np.random.default_rng(seed), n_securities, len(clock))
    return make_plan(np.random.default_rng(seed), roster, clock)


def of_kind(made: Plan, *kinds: str) -> list[Event]:
    return [event for event in made.events if event.kind in kinds]


def test_events_are_in_order_and_within_the_market(made: Plan) -> None:
    keys = [(event.session, ORDER[event.kind], event.line.index) for event in made.events]
    assert keys == sorted(keys)
    assert all(0 <= event.session < len(made.clock) for event in made.events)
    for event in made.events:
        first, last = event.line.alive(len(made.clock))
        assert first <= event.session <= last, event


def test_every_kind_happens_even_in_a_small_market(made: Plan) -> None:
    counts = Counter(event.kind for event in made.events)
    assert set(counts) >= {
        *("halt", "resume", "split", "consolidation", "bonus", "rights", "capital_reduction"),
        *("issue", "cancel", "list", "delist", "agree", "tender", "spin_off", "move"),
    }


def test_a_halt_ends_before_the_next_and_before_the_line_is_gone(made: Plan) -> None:
    open_since: dict[int, int] = {}
    for event in of_kind(made, "halt", "resume"):
        if event.kind == "halt":
            assert event.line.index not in open_since, event
            open_since[event.line.index] = event.session
        else:
            assert event.session > open_since.pop(event.line.index), event
    # What is still halted at the end resumes after it.
    assert all(line not in {i.line.index for i in of_kind(made, "delist")} for line in open_since)
    halted = [item for item in made.designations if item.kind == "halted"]
    assert len(halted) >= len(of_kind(made, "halt"))


def test_actions_of_a_line_have_one_cause_each(made: Plan) -> None:
    sessions: dict[int, list[int]] = defaultdict(list)
    for event in of_kind(
        made, "split", "consolidation", "bonus", "rights", "capital_reduction", "stock_dividend"
    ):
        sessions[event.line.index].append(event.session)
    for of_line in sessions.values():
        assert all(b - a > 60 for a, b in itertools.pairwise(of_line)), of_line


def test_who_leaves_is_announced_first(made: Plan) -> None:
    leaving = of_kind(made, "delist")
    assert leaving
    for event in leaving:
        announced, successor = made.leaving[event.line.index]
        assert 0 <= announced < event.session
        assert event.line.end == event.session
        assert event.line is not made.roster.mega
        assert successor is None or successor.market == event.line.market


def test_new_shares_list_after_their_ex_date(made: Plan) -> None:
    lists: dict[int, list[Event]] = defaultdict(list)
    for event in of_kind(made, "list_shares"):
        lists[event.line.index].append(event)
    for event in of_kind(made, "bonus", "rights", "stock_dividend"):
        after = [item for item in lists[event.line.index] if item.session > event.session]
        if event.list_session is not None and event.list_session < len(made.clock):
            assert after
            assert after[0].session == event.list_session
        if after:
            # 0.3 new for one held makes 1.3 of one; a bonus says what one becomes.
            m = 1 + event.value if event.kind == "rights" else event.value
            assert after[0].value == m


def test_a_child_lists_when_its_parent_resumes(made: Plan) -> None:
    spin_offs = of_kind(made, "spin_off")
    assert spin_offs
    for event in spin_offs:
        child = event.other
        assert isinstance(child, Line)
        assert child.start == event.session
        resumed = {(item.line.index, item.session) for item in of_kind(made, "resume")}
        assert (event.line.index, event.session) in resumed
        assert 0 < event.value < 1
        assert 0 < event.more < 1


def test_a_line_that_moves_goes_from_kosdaq_to_kospi_once(made: Plan) -> None:
    moves = of_kind(made, "move")
    assert len({event.line.index for event in moves}) == len(moves) > 0
    assert all(event.line.market == "KOSDAQ" for event in moves)
    assert all(event.line.transfer == event.session for event in moves)
