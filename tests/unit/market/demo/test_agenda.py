"""Events of a line are kept apart: what is free, what is taken, when a line may leave."""

from __future__ import annotations

import itertools

import numpy as np

from indexcalc.market.demo.agenda import Agenda
from indexcalc.market.demo.lines import Line
from tests.unit.market.demo.lines_of_a_demo import line, roster


def agenda(*lines: Line, n_sessions: int = 200) -> Agenda:
    return Agenda(np.random.default_rng(1), roster(*lines), n_sessions)


OLD, NEW, GONE = line("A"), line("B", start=50), line("C", end=80)


def test_a_line_is_free_while_it_is_listed() -> None:
    of = agenda(OLD, NEW, GONE)
    assert of.free(OLD, 0, 200)
    assert not of.free(OLD, 0, 201)
    assert not of.free(NEW, 74, 100)  # its first 25 sessions stay quiet
    assert of.free(NEW, 75, 100)
    assert of.free(GONE, 70, 80)
    assert not of.free(GONE, 70, 81)


def test_what_is_taken_is_taken_without_its_last_session() -> None:
    of = agenda(OLD, NEW)
    of.take(OLD, 10, 20)
    assert of.free(OLD, 0, 10)
    assert of.free(OLD, 20, 30)
    assert not of.free(OLD, 0, 11)
    assert not of.free(OLD, 19, 30)
    assert not of.free(OLD, 12, 13)
    assert not of.free(OLD, 5, 25)
    assert of.free(NEW, 80, 90)


def test_a_line_leaves_after_its_last_event_and_once() -> None:
    of = agenda(OLD, NEW, GONE)
    of.take(OLD, 10, 20)
    assert not of.can_end(OLD, 16)
    assert of.can_end(OLD, 17)  # three sessions of the event's end may be cut
    assert of.can_end(NEW, 60)
    assert not of.can_end(GONE, 90)


def test_places_are_drawn_apart_from_each_other() -> None:
    of = agenda(OLD, NEW)
    drawn = of.draw([OLD, NEW], 12, 5, 10)
    assert 3 < len(drawn) <= 12
    for item in (OLD, NEW):
        sessions = sorted(session for found, session in drawn if found is item)
        assert all(later - earlier >= 15 for earlier, later in itertools.pairwise(sessions))
        first = max(item.start, 0)
        assert all(first + 5 <= session <= 190 for session in sessions)
        assert not any(of.free(item, session, session + 1) for session in sessions)


def test_places_on_given_sessions() -> None:
    of = agenda(OLD, NEW)
    assert of.draw([OLD], 5, 3, 3, [100, 150])
    assert len(of.draw([OLD], 5, 3, 3, [100, 150])) == 0
    assert {session for _, session in agenda(OLD, NEW).draw([OLD], 5, 3, 3, [100])} == {100}


def test_nothing_to_draw_from() -> None:
    of = agenda(OLD, NEW)
    assert of.draw([], 3, 1, 1) == []
    assert of.draw([OLD], 3, 1, 1, []) == []
    assert of.draw([OLD], 0, 1, 1) == []
    assert of.draw([line("D", end=20)], 3, 5, 5) == []  # not listed long enough
