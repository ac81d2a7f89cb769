"""The state of a page: typing, levers, undo, and what a link says of it."""

from __future__ import annotations

import datetime as dt

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.studio.links import from_link, to_link
from indexcalc.studio.session import Session
from indexcalc.studio.text.levers import Lever, levers

RULE = Methodology.load("kospi200-cap30")


def cap() -> Lever:
    return next(item for item in levers(RULE, dt.date(2026, 10, 30)) if item.kind == "cap")


def test_a_stretch_of_typing_is_one_step_and_a_drag_another() -> None:
    session = Session.opened("kospi200-cap30", RULE.text)
    for n in range(1, 6):
        assert session.type(RULE.text + "#" * n)
    assert not session.type(session.text)
    for percent in (25, 20, 15, 10):
        assert session.move(cap(), f"{percent}%")
    assert not session.move(cap(), "10%")
    assert not session.move(cap(), "no value of it")
    assert session.levers == {"weighting.caps[0].limit": "10%"}
    assert session.undo()
    assert session.levers == {}
    assert session.text.endswith("#####")
    assert session.undo()
    assert session.text == RULE.text
    assert not session.undo()
    assert session.redo()
    assert session.redo()
    assert session.levers == {"weighting.caps[0].limit": "10%"}
    assert not session.redo()


def test_levers_are_tried_and_then_written() -> None:
    session = Session.opened("kospi200-cap30", RULE.text)
    session.move(cap(), "10%")
    assert session.text == RULE.text
    assert session.variant == RULE.text.replace("limit: 30%", "limit: 10%")
    session.write_levers()
    assert session.text == RULE.text.replace("limit: 30%", "limit: 10%")
    assert session.levers == {}
    session.undo()
    assert (session.text, session.levers) == (RULE.text, {"weighting.caps[0].limit": "10%"})


def test_a_lever_moved_back_is_let_go_and_one_without_its_path_too() -> None:
    session = Session.opened("kospi200-cap30", RULE.text)
    session.move(cap(), "10%")
    session.move(cap(), "30%")
    assert not session.changed
    session.move(cap(), "10%")
    session.type("index: kospi200-cap30\n")
    assert session.variant == session.text
    assert session.levers == {}


def test_a_link_opens_the_same_state() -> None:
    session = Session.opened("kospi200-cap30", RULE.text)
    session.type(RULE.text + "# 덧붙임 😀\n")
    session.move(cap(), "12%")
    session.language, session.tab, session.symbol = "ko", "name", "005930"
    state = from_link(to_link(session.state()))
    assert state == session.state()
    again = Session.opened("kospi200-cap30", RULE.text, state)
    assert (again.text, again.levers) == (session.text, session.levers)
    assert (again.language, again.tab, again.symbol) == ("ko", "name", "005930")
