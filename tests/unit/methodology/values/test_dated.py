"""Dated values: unknown before the first date, each from its date on, spliced without gaps."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.values.dated import (
    BEGINNING,
    Dated,
    breakpoints,
    segments,
    splice,
    value_on,
)
from indexcalc.methodology.values.values import NONE, UNKNOWN

D = dt.date


def test_each_value_holds_from_its_date() -> None:
    dated = Dated(((D(1994, 6, 1), 1), (D(2007, 6, 15), NONE), (D(2020, 6, 12), 2)))
    assert dated.at(D(1994, 5, 31)) is UNKNOWN
    assert dated.at(D(1994, 6, 1)) == 1
    assert dated.at(D(2007, 6, 14)) == 1
    assert dated.at(D(2007, 6, 15)) is NONE
    assert dated.at(D(2050, 1, 1)) == 2
    assert dated.dates == (D(1994, 6, 1), D(2007, 6, 15), D(2020, 6, 12))
    assert dated.values == (1, 2)
    with pytest.raises(ValueError, match="changes by date"):
        _ = dated.value


def test_one_dated_entry_is_unknown_before_it() -> None:
    dated = Dated(((D(2000, 1, 4), "x"),))
    assert dated.at(D(2000, 1, 3)) is UNKNOWN
    assert not dated.is_constant


def test_a_constant_holds_for_all_time() -> None:
    assert Dated.constant(7).at(D.min) == 7
    assert Dated.constant(7).value == 7
    assert Dated.constant(7).dates == ()


def test_splice_keeps_each_part_inside_its_span() -> None:
    first = Dated.constant("a")
    second = Dated(((D(2005, 1, 1), "b"), (D(2012, 1, 1), "c")))
    whole = splice([(D(2000, 1, 1), first), (D(2010, 1, 1), second)])
    assert whole.entries == (
        (D(2000, 1, 1), "a"),
        (D(2010, 1, 1), "b"),
        (D(2012, 1, 1), "c"),
    )
    at_a_change = splice([(D(2000, 1, 1), first), (D(2012, 1, 1), second)])
    assert at_a_change.entries == ((D(2000, 1, 1), "a"), (D(2012, 1, 1), "c"))
    back = splice([(D(2000, 1, 1), second), (D(2010, 1, 1), first)])
    assert back.entries == (
        (D(2000, 1, 1), UNKNOWN),
        (D(2005, 1, 1), "b"),
        (D(2010, 1, 1), "a"),
    )


def test_segments_cover_all_time() -> None:
    a = Dated(((D(2000, 1, 1), 1), (D(2010, 1, 1), 2)))
    b = Dated(((D(2005, 1, 1), 1),))
    assert breakpoints([a, b, None]) == (D(2000, 1, 1), D(2005, 1, 1), D(2010, 1, 1))
    assert segments(breakpoints([b])) == ((BEGINNING, D(2005, 1, 1)), (D(2005, 1, 1), None))


def test_a_value_or_a_default() -> None:
    held = Dated(((dt.date(2020, 1, 1), 5), (dt.date(2021, 1, 1), NONE)))
    assert held.get(dt.date(2020, 6, 1)) == 5
    assert held.get(dt.date(2019, 6, 1)) is None  # unknown before the first date
    assert held.get(dt.date(2021, 6, 1), 7) == 7
    assert value_on(held, dt.date(2020, 6, 1), 7) == 5
    assert value_on(None, dt.date(2020, 6, 1), 7) == 7
