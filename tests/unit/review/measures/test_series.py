"""Daily series from the columns of some sessions: caps, flows, turnovers, days without trading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.arrays import Floats
from indexcalc.market.market import Market
from indexcalc.market.panel_cache.segment import IDLE, PRESENT, SAID
from indexcalc.review.measures.series import Sessions, Window, columns_of, idle_sessions, series_of
from tests.unit.review.small_reviews import daily, weekdays

NAN = float("nan")


def sessions(**columns: Sequence[float]) -> Sessions:
    """One session; one line for each value. ``close``: the last close, in rows alone."""
    n = len(next(iter(columns.values())))
    made = {name: np.array([values], dtype=np.float64) for name, values in columns.items()}
    present = np.ones((1, n), dtype=np.bool_)
    if "present" in made:
        present = made.pop("present").astype(np.bool_)
    closes = made.pop("close", None)
    shares = made.pop("shares_outstanding", None)
    last = made.pop("last", closes)
    return Sessions(
        days=np.array([100], dtype=np.int32),
        present=present,
        said=np.zeros((0, n), dtype=np.bool_) if closes is None else present & ~np.isnan(closes),
        idle=made.pop("idle", np.zeros((1, n))).astype(np.bool_),
        close=np.zeros((0, n)) if last is None else last,
        shares=() if shares is None else [(0, 1, np.where(present[0], shares[0], NAN))],
        columns=made,
    )


def half(day: int, known_by: int, shares: Floats) -> Floats:
    """A float factor of a half; of a line of 30 shares a third."""
    assert day == 100
    return np.where(shares == 30, 1 / 3, 0.5) if known_by == 100 else np.full(shares.size, 0.25)


def made(name: str, some: Sessions, known_by: int = 0) -> list[float]:
    return series_of(name, some, half, known_by)[0].tolist()


def test_caps_are_closes_times_shares_and_the_float_of_the_day() -> None:
    some = sessions(close=[2.0, 4.0, NAN], shares_outstanding=[10.0, 30.0, 10.0])
    np.testing.assert_array_equal(made("market_cap", some), [20.0, 120.0, NAN])
    np.testing.assert_array_equal(made("float_market_cap", some), [10.0, 40.0, NAN])
    # As known later, where that is asked for.
    np.testing.assert_array_equal(made("float_market_cap", some, 120), [5.0, 30.0, NAN])
    assert np.isnan(made("market_cap", sessions(close=[2.0]))).all()


def test_turnover_is_a_part_of_the_cap_of_the_day() -> None:
    some = sessions(
        close=[2.0, 2.0, 2.0, 2.0],
        shares_outstanding=[10.0, 10.0, 0.0, 10.0],
        traded_value=[5.0, 0.0, 5.0, NAN],
    )
    np.testing.assert_array_equal(made("turnover_ratio", some), [0.25, 0.0, NAN, NAN])
    np.testing.assert_array_equal(made("float_turnover_ratio", some), [0.5, 0.0, NAN, NAN])


def test_a_flow_that_is_not_known_is_zero_where_there_was_no_trading() -> None:
    some = sessions(
        # Known; no volume; no close; nothing against it; no row.
        close=[2.0, 2.0, NAN, 2.0, NAN],
        idle=[0, 1, 0, 0, 0],
        present=[1, 1, 1, 1, 0],
        traded_value=[5.0, NAN, NAN, NAN, NAN],
        volume=[5.0, NAN, NAN, NAN, NAN],
    )
    np.testing.assert_array_equal(made("traded_value", some), [5.0, 0.0, 0.0, NAN, NAN])
    # Of the volume itself a volume of zero tells nothing new.
    np.testing.assert_array_equal(made("volume", some), [5.0, NAN, 0.0, NAN, NAN])


def test_columns_of_the_market_and_the_close() -> None:
    some = sessions(close=[NAN, 2.0], last=[3.0, 2.0], beauty=[1.0, NAN])
    np.testing.assert_array_equal(made("close", some), [3.0, 2.0])
    np.testing.assert_array_equal(made("beauty", some), [1.0, NAN])
    assert np.isnan(made("none_such", some)).all()


def test_a_session_without_trading_by_the_first_column_that_tells() -> None:
    some = sessions(
        volume=[0, 5, NAN, NAN, NAN, NAN, 5],
        traded_value=[5, 0, 0, 5, NAN, NAN, 5],
        close=[2, 2, 2, 2, 2, NAN, 2],
        present=[1, 1, 1, 1, 1, 1, 0],
    )
    assert idle_sessions(some)[0].tolist() == [True, False, True, False, False, True, True]
    nothing = sessions(beauty=[1.0])
    assert idle_sessions(nothing)[0].tolist() == [True]


@pytest.mark.parametrize(
    ("series", "traded", "columns"),
    [
        ("market_cap", False, {"close", "shares_outstanding"}),
        ("float_market_cap", False, {"close", "shares_outstanding"}),
        (
            "turnover_ratio",
            False,
            {PRESENT, SAID, IDLE, "close", "traded_value", "shares_outstanding"},
        ),
        ("traded_value", False, {PRESENT, SAID, IDLE, "traded_value"}),
        ("volume", False, {PRESENT, SAID, IDLE, "volume"}),
        ("close", False, {PRESENT, "close"}),
        ("beauty", False, {"beauty"}),
        ("beauty", True, {PRESENT, SAID, "volume", "traded_value", "beauty"}),
    ],
)
def test_the_columns_a_window_is_made_from(series: str, traded: bool, columns: set[str]) -> None:
    window = Window(series, "", "sum", 1, 2, traded)
    assert set(columns_of([window])) == columns
    assert len(columns_of([window, window])) == len(columns)


def test_sessions_are_read_as_far_as_asked_for() -> None:
    """B has a row without a close on the second session and none on the third."""
    span = weekdays("2020-01-06", "2020-01-08")
    caps = {"A": [1.0, 2.0, 3.0], "B": [4.0, 4.0, 5.0]}
    rows = daily(span, caps, absent={"B": ["2020-01-08"]}).to_pylist()
    rows[3]["close"] = None
    made = Market.from_tables(daily=pa.Table.from_pylist(rows), complete=True)
    names = columns_of([Window("close", "", "sum", 1, 2), Window("volume", "", "sum", 1, 2)])
    made.panel.need(names)
    some = Sessions.read(made.panel, names, slice(0, 3))
    np.testing.assert_array_equal(
        series_of("close", some, half, 0), [[0.01, 0.04], [0.02, 0.04], [0.03, NAN]]
    )
    assert some.present.tolist() == [[True, True], [True, True], [True, False]]
    assert some.said.tolist() == [[True, True], [True, False], [True, False]]
    # Caps ask for no row: who has none has no shares.
    caps_alone = Sessions.read(made.panel, ("close", "shares_outstanding"), slice(1, 3))
    np.testing.assert_array_equal(caps_alone.close, [[0.02, 0.04], [0.03, 0.04]])
    assert not caps_alone.present.size
    assert not caps_alone.columns
    np.testing.assert_allclose(
        series_of("market_cap", caps_alone, half, 0), [[2.0, 4.0], [3.0, NAN]]
    )
    assert caps_alone.days.tolist() == span.days[1:].tolist()
    # Of a float factor that is not needed nobody is asked.
    asked: list[int] = []

    def asked_of(day: int, known_by: int, shares: Floats) -> Floats:
        asked.append(day)
        return np.full(shares.size, 0.5)

    some_needed = np.array([False, True])
    np.testing.assert_allclose(
        series_of("float_market_cap", caps_alone, asked_of, 0, some_needed),
        [[NAN, NAN], [1.5, NAN]],
    )
    assert asked == span.days[2:3].tolist()


def test_some_of_the_sessions_are_those_that_are_read_alone() -> None:
    span = weekdays("2020-01-06", "2020-01-17")
    caps = {"A": [float(n) for n in range(1, 11)], "B": 5.0}
    made = Market.from_tables(
        daily=daily(span, caps, absent={"B": ["2020-01-09", "2020-01-14"]}), complete=True
    )
    names = (PRESENT, SAID, "close", "shares_outstanding", "traded_value")
    some = Sessions.read(made.panel, names, slice(0, 10))
    for first, stop in ((0, 10), (2, 5), (3, 4), (6, 9)):
        part, alone = (
            some.between(first, stop),
            Sessions.read(made.panel, names, slice(first, stop)),
        )
        assert part.shape == alone.shape == (stop - first, 2)
        for name in ("market_cap", "close", "traded_value"):
            found, expected = (series_of(name, one, half, 0) for one in (part, alone))
            np.testing.assert_array_equal(found, expected)
