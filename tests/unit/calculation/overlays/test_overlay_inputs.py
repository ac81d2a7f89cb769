"""What an overlay is computed on: rates, words of the rule by date, findings and events."""

from __future__ import annotations

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import NONE, UNKNOWN
from tests.unit.calculation.level_table import dates
from tests.unit.calculation.overlays.grounds import ground

DAYS = dates("2024-01-02", "2024-01-03", "2024-01-04")
TWICE = "{leverage: 2, reset: daily}"
ABROAD = {("USD", "KRW", "spot"): dict(zip(DAYS, (10.0, 11.0, 12.0), strict=True))}


def test_levels_in_the_currency_of_the_overlay_from_where_it_begins() -> None:
    home = ground(TWICE, DAYS, [1, 2, 3])
    assert not home.converts
    assert home.spot(0) == 1.0
    np.testing.assert_array_equal(home.asset(1), [np.nan, 2.0, 3.0])
    abroad = ground(TWICE, DAYS, [1, 2, 3], below="USD", fx=ABROAD)
    assert abroad.converts
    assert abroad.spot(2) == 12.0
    np.testing.assert_array_equal(abroad.asset(1), [np.nan, 22.0, 36.0])
    np.testing.assert_array_equal(abroad.below.level, [1.0, 2.0, 3.0])  # the levels below stay


def test_what_the_rule_says_on_a_session() -> None:
    over = ground(TWICE, DAYS, [1, 2, 3])
    dated = Dated(((DAYS[0], 5), (DAYS[1], NONE), (DAYS[2], UNKNOWN)))
    assert over.said(dated, 0, "overlay.floor") == 5
    assert over.said(dated, 1, "overlay.floor", off=None) is None
    for at, off in ((1, UNKNOWN), (2, None)):
        with pytest.raises(ic.DataError, match=r"CAL017.*`overlay\.floor` is not known on 2024"):
            over.said(dated, at, "overlay.floor", off=off)


def test_a_refusal_carries_what_was_found_before() -> None:
    over = ground(TWICE, DAYS, [1, 2, 3])
    over.say("CAL015", "first", "overlay.leverage")
    with pytest.raises(ic.DataError) as caught:
        over.refuse("CAL010", "second", "base", "a way out")
    assert [item.code for item in caught.value.diagnostics] == ["CAL010", "CAL015"]
    first = caught.value.diagnostics[0]
    assert (first.where, first.hint) == ("base", "a way out")
    assert first.span is not None
    assert first.span.line == 4  # base: ...


def test_an_event_is_of_the_whole_index() -> None:
    over = ground(TWICE, DAYS, [1, 2, 3])
    over.record("roll", 1, 1.0, 2.0, "a month is over")
    (row,) = over.log.table(over.below.days, (), {}, {}).to_pylist()
    assert (row["date"], row["symbol"], row["event"]) == (DAYS[1], None, "roll")
    assert (row["before"], row["after"]) == (1.0, 2.0)
