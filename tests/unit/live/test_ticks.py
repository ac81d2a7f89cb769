"""A session price by price: the level right now by hand, and at the close the level of a run."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.levels.published_levels import published
from indexcalc.live.live import Live
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market


def split(n: int = 6) -> list[list[dict[str, Any]]]:
    """The first sessions of two lines; A falls to a half on session 4."""
    closes = {"A": [100, 110, 120, 130, 65, 66], "B": [30, 31, 29, 30, 33, 32]}
    return [line(symbol, said[:n]) for symbol, said in closes.items()]


def test_ticks_by_hand() -> None:
    # After session 3 the index is worth 130 * 1000 + 30 * 1000 = 160,000.
    over = market(*split())
    batch = small.run(small.CAP, over)
    live = Live.begin(small.rule(small.CAP), over, until=small.day(3))
    before = small.levels(batch)[3]
    ticks = live.ticks()
    assert ticks.date == small.day(4)
    assert ticks.level() == before
    ticks.trade("B", 31, at=dt.time(9, 0, 1))
    assert ticks.level() == pytest.approx(before * 161 / 160, rel=1e-14)
    ticks.trade("A", 120, at=dt.time(9, 0, 2))
    assert ticks.level("test") == pytest.approx(before * 151 / 160, rel=1e-14)
    assert ticks.published() == published(ticks.level(), 2)
    # A report that comes late is told by its time.
    assert not ticks.trade("B", 40, at=dt.time(9, 0, 0))
    assert ticks.level() == pytest.approx(before * 151 / 160, rel=1e-14)
    assert ticks.at == dt.time(9, 0, 2)
    ticks.trade("A", 65)
    ticks.trade("B", 33)
    assert ticks.level() == small.levels(batch)[4]
    # Nothing of it has moved the index.
    assert live.day == small.day(3)
    assert next(live.advance())["test"].level == small.levels(batch)[4]


def test_ticks_beyond_the_daily_limit() -> None:
    # No base price says why B falls from 30 to 10 (the limit is 30 %): it is held unmoved at 10, so the
    # level is as if it had not traded; at 29 it is a trade like any other.
    over = market(split()[0], line("B", [30, 31, 29, 30, 29, 28]), facts={"price_limit": 0.3})
    live = Live.begin(small.rule(small.CAP), over, until=small.day(3))
    before = live.ticks().level()
    ticks = live.ticks()
    ticks.level()
    ticks.trade("B", 10)
    assert ticks.level() == before
    assert [item.code for item in ticks.session().diagnostics] == ["CAL001"]
    ticks.trade("B", 11)
    assert ticks.level() == before
    ticks.trade("B", 29)
    assert ticks.level() == pytest.approx(before * 159 / 160, rel=1e-14)
    # What an open session showed is told by the session itself, not before.
    assert live.diagnostics == ()


def test_a_price_of_any_kind_of_number() -> None:
    # After session 3 the index is worth 130 * 1000 + 30 * 1000 = 160,000; B at 31 makes it 161,000.
    over = market(*split())
    live = Live.begin(small.rule(small.CAP), over, until=small.day(3))
    before = live.ticks().level()
    for price in (31, Decimal(31), np.float32(31), Fraction(62, 2)):
        ticks = live.ticks()
        ticks.level()
        ticks.trade("B", price)  # type: ignore[arg-type]
        assert ticks.level() == pytest.approx(before * 161 / 160, rel=1e-14)


def test_trades_that_cannot_be() -> None:
    # B's rows end on session 3.
    over = market(split()[0], split(4)[1])
    live = Live.begin(small.rule(small.CAP), over, until=small.day(3))
    ticks = live.ticks()
    for symbol, price in (("B", 30), ("none", 30), ("A", 0), ("A", float("nan")), ("A", -1)):
        with pytest.raises(ic.UsageError, match="RUN009"):
            ticks.trade(symbol, price)
    for price in ("abc", "30", None, [30]):
        with pytest.raises(ic.UsageError, match=r"RUN009.*is no price of A"):
            ticks.trade("A", price)  # type: ignore[arg-type]
    ticks.trade("A", 70, at=dt.time(9))
    with pytest.raises(ic.UsageError, match=r"(?s)RUN009.*not to be compared.*all as times"):
        ticks.trade("A", 71, at=dt.datetime(2024, 1, 5, 9, 1))
    with pytest.raises(ic.UsageError, match=r"(?s)REF001.*'nope'.*those advanced are test"):
        ticks.level("nope")
    with pytest.raises(ic.UsageError, match="REF001"):
        ticks.published("nope")
    next(live.advance())
    with pytest.raises(ic.UsageError, match=r"RUN009.*is over"):
        ticks.session()
    next(live.advance())
    with pytest.raises(ic.UsageError, match="CAL010"):
        live.ticks()


def test_a_foreign_line_is_traded_in_its_currency() -> None:
    """Won 1000 of A, 20 of B at 5 dollars of 10 won; B goes to 6 at 11: 1000 + 1320 of 2000."""
    over = small.two_currencies()
    text = small.GIVEN + "weighting: {scheme: market_cap}\n"
    ticks = Live.begin(small.rule(text), over, until=day(1)).ticks()
    assert ticks.level() == pytest.approx(1000 * 2100 / 2000, rel=1e-14)
    ticks.trade("B", 6)
    assert ticks.level() == pytest.approx(1000 * 2320 / 2000, rel=1e-14)


def test_a_line_that_is_no_member_and_a_split_line() -> None:
    """A splits in two: 20 at 50 each; C is not held."""
    over = market(
        line("A", [100, 100, 50], [10, 10, 20]),
        line("B", [50] * 3, 20),
        line("C", [7] * 3),
        memberships=given("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=2.0)],
    )
    text = small.GIVEN + "weighting: {scheme: market_cap}\n"
    ticks = Live.begin(small.rule(text), over, until=day(1)).ticks()
    assert ticks.level() == 1000.0
    ticks.trade("C", 70)
    assert ticks.level() == 1000.0
    ticks.trade("A", 55)
    assert ticks.level() == pytest.approx(1050.0, rel=1e-14)
    assert ticks.session()["test"].divisor == pytest.approx(2.0, rel=1e-14)


def test_the_session_of_the_base_is_its_level_whatever_trades() -> None:
    over = market(line("A", [100, 100, 120], 10), memberships=given("A"))
    text = small.GIVEN + "weighting: {scheme: market_cap}\n"
    ticks = Live.begin(small.rule(text), over, until=day(0)).ticks()
    ticks.trade("A", 130)
    assert ticks.level() == 1000.0
