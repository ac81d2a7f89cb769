"""Caps and checks: which form each has, which keys go together, when it is left out."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.model.caps.cap import CAP_FORMS
from tests.unit.methodology.model.caps.caps_read import ON, cap, check, refused

WINDOW = "{mean: market_cap, over: 3 months, to: cutoff}"


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("limit: 30%", "limit"),
        ("ladder: [20%, 10%]", "ladder"),
        ("set: {above: 5%}, together: 40%", "set"),
        ("factor: 90%", "factor"),
    ],
)
def test_the_key_of_a_cap_makes_its_form(said: str, form: str) -> None:
    one = cap(said)
    assert (one.form, one.form_on(ON)) == (form, form)
    assert next(iter(CAP_FORMS[form].help)) == form


def test_a_window_measures_a_limit_from_the_day_it_is_said() -> None:
    one = cap(f"limit: 30%, measured: {{2000-01-04: none, 2010-06-11: {WINDOW}}}")
    assert one.form == "limit"
    assert one.form_on(dt.date(2010, 6, 10)) == "limit"
    assert one.form_on(dt.date(2010, 6, 11)) == "measured"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("trigger: 30%", [("RUL002", "{per")]),
        ("limit: 30%, factor: 90%", [("RUL012", "factor")]),
        ("set: {above: 5%}", [("RUL002", "{per")]),
        ("limit: 30%, together: 40%", [("RUL012", "together")]),
        ("limit: 30%, test: mean_of_weights", [("RUL012", "test")]),
        (f"factor: 90%, measured: {WINDOW}", [("RUL002", "{per")]),
        ("limit: 30%, each: 5%, least: 1%", [("RUL012", "each"), ("RUL012", "least")]),
        ("set: {above: 5%, largest: 5}, together: 40%", [("RUL012", "largest")]),
        ("limit: 30%, unless: {}", [("RUL002", "unless")]),
    ],
)
def test_keys_that_do_not_go_together(said: str, expected: list[tuple[str, str]]) -> None:
    assert refused(said) == expected


def test_a_cap_is_left_out_of_fewer_names_than_it_says() -> None:
    one = cap("limit: 30%, unless: {members: {below: {2000-01-04: 4, 2015-01-02: 10}}}")
    assert [one.left_out(n, ON) for n in (None, 0, 9, 10)] == [False, True, True, False]
    early = dt.date(2010, 1, 4)
    assert [one.left_out(n, early) for n in (3, 4)] == [True, False]
    assert not cap("limit: 30%").left_out(1, ON)


def test_a_check_is_a_limit_or_a_set() -> None:
    assert (check("limit: 30%").form, check("set: {above: 5%}, together: 40%").form_on(ON)) == (
        "limit",
        "set",
    )
    assert check("set: {above: 5%}, together: 40%, others: {limit: 4%}").others is not None
    assert refused("set: {above: 5%}", "check") == [("RUL002", "{per")]
    assert refused("limit: 30%, together: 40%", "check") == [("RUL002", "{per")]
    assert [code for code, _ in refused("limit: 30%, others: {limit: 4%}", "check")] == ["RUL012"]
    assert [code for code, _ in refused("ladder: [20%]", "check")] == ["RUL002", "RUL001"]
