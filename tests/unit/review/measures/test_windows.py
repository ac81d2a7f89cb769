"""Windows read from the panel in one pass: statistics of a line with and without values."""

from __future__ import annotations

import itertools
import math
import statistics
from typing import Any
from unittest import mock

import numpy as np
import pytest

from indexcalc.arrays import Days, Floats
from indexcalc.market.market import Market
from indexcalc.market.panel_cache import decode
from indexcalc.review.data.currency import Rates
from indexcalc.review.measures import windows
from indexcalc.review.measures.one_window import WindowValues
from indexcalc.review.measures.series import Sessions, Window
from indexcalc.review.measures.windows import OpenWindows, scan
from tests.unit.review.small_reviews import market, weekdays

SESSIONS = weekdays("2020-01-06", "2020-01-17")  # ten sessions
LONG = weekdays("2019-11-01", "2020-03-31")
NAN = float("nan")
A = [5.0, 1.0, 4.0, 2.0, 8.0, 3.0, 9.0, 7.0, 6.0, 2.0]
ABSENT = {
    "B": [str(SESSIONS.date(at)) for at in (0, 1, 4)],
    "C": [str(SESSIONS.date(at)) for at in range(6)],
}


def made(last: int = 10) -> Market:
    """A as above; B, ten times A, has no row at 0, 1 and 4; C begins after the fifth session."""
    span = weekdays("2020-01-06", str(SESSIONS.date(last - 1)))
    caps = {"A": A[:last], "B": [10 * cap for cap in A[:last]], "C": A[:last]}
    return market(span, caps, absent=ABSENT)


def ones(day: int, known_by: int, shares: Floats) -> Floats:
    return np.ones(shares.size)


def rates(over: Market) -> Rates:
    return Rates(over, ["KRW"] * len(over.symbols), "KRW")


def window(how: str, first: int, last: int, series: str = "market_cap", **more: Any) -> Window:
    days = SESSIONS.days
    return Window(series, "KRW", how, int(days[first]), int(days[last]), **more)


def values(asked: Window, **more: Any) -> WindowValues:
    over = more.pop("over", None) or made()
    return scan(over, [asked], ones, rates(over), **more)[asked]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        # A: 5 1 4 2 8; B: 40 and 20.
        ("sum", [20.0, 60.0, NAN]),
        ("min", [1.0, 20.0, NAN]),
        ("max", [8.0, 40.0, NAN]),
        ("last", [8.0, 20.0, NAN]),
        ("median", [4.0, 30.0, NAN]),
    ],
)
def test_statistics_of_the_sessions_with_a_row(how: str, expected: list[float]) -> None:
    found = values(window(how, 0, 4))
    np.testing.assert_array_equal(found.total, expected)
    assert (found.count.tolist(), found.observed) == ([5, 2, 0], 5)


def test_closes_have_the_same_statistics_and_a_deviation_of_returns() -> None:
    for how in ("sum", "min", "max", "last", "median"):
        of_caps, of_closes = values(window(how, 0, 6)), values(window(how, 0, 6, "close"))
        # A close is a hundredth of the cap.
        np.testing.assert_allclose(of_closes.total * 100, of_caps.total, rtol=1e-12)
        assert of_closes.count.tolist() == of_caps.count.tolist()
    deviation = values(window("std", 2, 6, "close")).total
    moves = [math.log(b / a) for a, b in itertools.pairwise(A[2:7])]
    assert deviation[0] == pytest.approx(statistics.stdev(moves), rel=1e-12)
    # B has no row at 4: its return there is from 3 to 5.
    of_b = [math.log(2 / 4), math.log(3 / 2), math.log(9 / 3)]
    assert deviation[1] == pytest.approx(statistics.stdev(of_b), rel=1e-12)
    assert np.isnan(deviation[2])  # one close makes no return
    assert np.isnan(values(window("std", 5, 6, "close")).total).all()  # one return no deviation


def test_a_window_is_read_over_the_ends_of_chunks_and_of_the_data() -> None:
    asked = [window("sum", 2, 3), window("sum", 3, 8), window("max", 8, 9), window("sum", 0, 9)]
    whole = scan(made(), asked, ones, rates(made()))
    with mock.patch.object(decode, "SESSIONS_PER_CHUNK", 3):
        over = made()
        parts = scan(over, asked, ones, rates(over))
    for one in asked:
        assert parts[one].total.tobytes() == whole[one].total.tobytes()
    assert whole[asked[1]].total[0] == 2 + 8 + 3 + 9 + 7 + 6
    # The data end inside the window.
    short = made(last=5)
    cut = scan(short, [window("sum", 3, 8)], ones, rates(short))[window("sum", 3, 8)]
    assert (cut.total[0], cut.observed) == (10.0, 2)
    before = Window("market_cap", "KRW", "sum", 0, 10)
    assert np.isnan(values(before).total).all()


def test_sessions_count_from_the_event_of_each_line_on() -> None:
    since = window("sum", 0, 4, since=("listing",))
    asked_of: list[Window] = []

    def begins(one: Window) -> Days:
        asked_of.append(one)
        return np.array([SESSIONS.days[2], SESSIONS.days[3], 0], dtype=np.int32)

    found = values(since, begins=begins)
    np.testing.assert_array_equal(found.total, [14.0, 20.0, NAN])
    assert asked_of == [since]
    assert values(window("sum", 0, 4), begins=begins).total[0] == 20.0
    assert len(asked_of) == 1


def test_a_line_that_never_traded_has_a_flow_of_zero_and_no_cap() -> None:
    over = market(SESSIONS, {"A": 1.0, "B": 1.0}, columns={"volume": {"A": 5, "B": 0}})
    flow = values(window("sum", 0, 4, "traded_value", traded=True), over=over)
    assert (flow.total.tolist(), flow.count.tolist()) == ([5.0, 0.0], [5, 1])
    cap = values(window("sum", 0, 4, traded=True), over=over)
    np.testing.assert_array_equal(cap.total, [5.0, NAN])


def test_what_was_found_is_kept_for_other_rules_but_not_with_other_float_factors() -> None:
    over = made()
    plain, floating = window("sum", 0, 4), window("sum", 0, 4, "float_market_cap")
    first = scan(over, [plain, floating], ones, rates(over), floats="one")
    again = scan(over, [plain, floating], ones, rates(over), floats="one")
    assert again[plain] is first[plain]
    assert again[floating] is first[floating]

    def halves(day: int, known_by: int, shares: Floats) -> Floats:
        return np.full(shares.size, 0.5)

    for floats in ("other", None):
        other = scan(over, [plain, floating], halves, rates(over), floats=floats)
        assert other[plain] is first[plain]
        assert other[floating].total[0] == 10.0


def test_factors_known_late_are_those_of_the_windows_end() -> None:
    asked: list[tuple[int, int]] = []

    def noted(day: int, known_by: int, shares: Floats) -> Floats:
        asked.append((day, known_by))
        return np.ones(shares.size)

    days = [int(day) for day in SESSIONS.days[:2]]
    one = window("sum", 0, 1, "float_market_cap")
    over = made()
    scan(over, [one], noted, rates(over))
    assert asked == [(day, day) for day in days]
    asked.clear()
    scan(over, [one], noted, rates(over), late_float=True)
    assert asked == [(day, days[1]) for day in days]


@pytest.mark.parametrize("how", ["sum", "min", "max", "last", "median"])
def test_open_windows_ended_are_those_of_a_scan_over_all(how: str) -> None:
    whole, known = made(), made(last=7)
    asked = [window(how, 1, 8), window(how, 4, 7, "close"), window(how, 0, 3), window(how, 7, 8)]
    open_ = OpenWindows(known, asked, ones, rates(known))
    names = open_.columns
    whole.panel.need(names)
    coming = Sessions.read(whole.panel, names, slice(7, 10))
    expected = scan(whole, asked, ones, rates(whole))
    for _ in range(2):  # it may be asked again
        found = open_.ended(coming)
        for one in asked:
            np.testing.assert_array_equal(found[one].total, expected[one].total)
            assert found[one].count.tolist() == expected[one].count.tolist()
            assert found[one].observed == expected[one].observed


def test_bits_depend_neither_on_blocks_nor_on_data_around_the_window() -> None:
    random = np.random.default_rng(5)
    caps = {name: (random.random(len(LONG)) * 1e13).tolist() for name in "ABC"}
    made = market(LONG, caps)
    first, last = LONG.days[30], LONG.days[80]
    rates = Rates(made, ["KRW"] * 3, "KRW")
    ones = np.ones(3)
    found = []
    for size, cells in ((1, 1 << 17), (7, 1 << 17), (250, 1 << 17), (250, 12), (250, 1)):
        with (
            mock.patch.object(decode, "SESSIONS_PER_CHUNK", size),
            mock.patch.object(windows, "_CELLS", cells),
        ):
            made = market(LONG, caps)
            for how in ("sum", "median", "std"):
                series = "close" if how == "std" else "market_cap"
                window = Window(series, "KRW", how, int(first), int(last))
                got = scan(made, [window], lambda day, known: ones, rates)
                found.append((how, got[window].total.tobytes(), int(got[window].count[0])))
    assert len(set(found)) == 3
    whole = Window("market_cap", "KRW", "sum", int(LONG.days[0]), int(last))
    both = scan(
        made,
        [whole, Window("market_cap", "KRW", "sum", int(first), int(last))],
        lambda day, known: ones,
        rates,
    )
    assert (
        "sum",
        both[Window("market_cap", "KRW", "sum", int(first), int(last))].total.tobytes(),
        51,
    ) in found
    closes = np.array([caps[name][30:81] for name in "ABC"]) / 100.0
    slow = [0.0] * 3
    for place in range(51):
        for line in range(3):
            slow[line] += closes[line, place] * 100
    assert found[0][1] == np.array(slow).tobytes()
