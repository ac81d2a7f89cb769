"""Float factors by hand: from holdings, through steps, against the factors published before."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pytest

from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.model.universe_and_measures import Band, RoundTo
from indexcalc.weighting.float_factors import (
    Excluded,
    FloatTable,
    Holdings,
    banded,
    rounded,
    step_dates,
    stepped,
)
from tests.unit.review.small import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
NONE = np.array([np.nan])


def day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


def steps_of(text: str):
    return rule(f"float: {{steps: [{text}]}}\n").float.steps.value


def through(
    text: str, raw: float, published: float = float("nan"), on: str = "2020-03-13"
) -> float:
    made = stepped(
        np.array([raw]), np.array([published]), steps_of(text), dt.date.fromisoformat(on)
    )
    return float(made.factor[0])


@pytest.mark.parametrize(
    ("raw", "up", "nearest", "down"),
    [
        (0.55, 0.55, 0.55, 0.55),  # 0.55 / 0.05 is 11.000000000000002
        (0.551, 0.6, 0.55, 0.55),
        (0.575, 0.6, 0.6, 0.55),
        (0.999, 1.0, 1.0, 0.95),
        (0.0, 0.0, 0.0, 0.0),
        (1.0, 1.0, 1.0, 1.0),
    ],
)
def test_rounding_is_exact(raw: float, up: float, nearest: float, down: float) -> None:
    for direction, expected in (("up", up), ("nearest", nearest), ("down", down)):
        to = RoundTo(direction, Fraction(1, 20))  # type: ignore[arg-type]
        assert rounded(np.array([raw]), to)[0] == expected


def test_each_hundredth_rounded_up_to_one_percent_stays() -> None:
    hundredths = np.array([float(f"{n / 100:.2f}") for n in range(101)])
    np.testing.assert_array_equal(rounded(hundredths, RoundTo("up", Fraction(1, 100))), hundredths)


def test_bands_as_a_chinese_index_has_them() -> None:
    bands = [Band(Fraction(1, 10), None)]
    bands += [Band(Fraction(n, 10), Fraction(n, 10)) for n in range(2, 9)]
    bands.append(Band(Fraction(1), Fraction(1)))
    raw = np.array([0.07, 0.10, 0.101, 0.30, 0.35, 0.8, 0.81, np.nan])
    np.testing.assert_array_equal(banded(raw, bands), [0.07, 0.10, 0.2, 0.3, 0.4, 0.8, 1.0, np.nan])


def test_hang_seng_phase_in_of_2006() -> None:
    """FAF1 = 100 - 2/3 (100 - FAF2), up to the next multiple of 5: a published example."""
    text = "{round: up to 5%}, {phase_in: 2/3}, {round: up to 5%}"
    raw = (1.0, 0.95, 0.7, 0.55, 0.4, 0.35, 0.3, 0.25, 0.05)
    expected = (1.0, 1.0, 0.8, 0.7, 0.6, 0.6, 0.55, 0.5, 0.4)
    assert tuple(through(text, value) for value in raw) == expected


def test_small_changes_are_kept_and_five_points_are_taken() -> None:
    text = "{round: up to 1%}, {keep_if_change_below: 5 points}"
    assert through(text, 0.549, 0.50) == 0.55  # rounded first: five points
    assert through(text, 0.54, 0.50) == 0.50
    assert through(text, 0.451, 0.50) == 0.50
    assert through(text, 0.45, 0.50) == 0.45
    assert through(text, 0.54) == 0.54  # never published: nothing to compare with
    made = stepped(
        np.array([0.54, 0.55, 0.5]), np.full(3, 0.5), steps_of(text), dt.date(2020, 3, 13)
    )
    np.testing.assert_array_equal(made.kept, [True, False, False])
    np.testing.assert_array_equal(made.candidate, [0.54, 0.55, 0.5])


def test_phases_hold_from_their_dates() -> None:
    text = "{phase_in: {2007-06-15: 50%, 2007-12-14: 100%}}"
    assert through(text, 0.6, on="2007-06-15") == 0.8
    assert through(text, 0.6, on="2007-12-14") == 0.6
    assert step_dates(steps_of(text)) == (dt.date(2007, 6, 15), dt.date(2007, 12, 14))


HOLDERS = [
    # A: a lock-up of 42 % ends: 28 % float becomes 70 %
    ("A", "2020-01-02", "largest_holder", "x", 30.0),
    ("A", "2020-01-02", "lock_up", "y", 42.0),
    ("A", "2020-03-02", "lock_up", "y", 0.0),
    # B: 90.1 % held: 9.9 % float
    ("B", "2020-01-02", "largest_holder", "x", 60.1),
    ("B", "2020-01-02", "related_party", "x", 30.0),
    # C: two strategic stakes, of 12 and 4 %
    ("C", "2020-01-02", "strategic", "p", 12.0),
    ("C", "2020-01-02", "strategic", "q", 4.0),
    ("C", "2020-01-02", "foreign_limit", "z", 50.0),
    # D: more held than there is
    ("D", "2020-01-02", "largest_holder", "x", 130.0),
]


def test_float_made_from_holdings() -> None:
    rows = [
        {"symbol": s, "date": d, "holder_kind": k, "holder": h, "shares": n}
        for s, d, k, h, n in HOLDERS
    ]
    made = market(SESSIONS, dict.fromkeys("ABCDE", 100.0), holdings=rows)
    holdings = Holdings(made)
    excluded = [
        Excluded("largest_holder"),
        Excluded("related_party"),
        Excluded("lock_up"),
        Excluded("strategic", 0.05),
    ]
    outstanding = np.full(5, 100.0)
    at = holdings.at(day("2020-02-28"), day("2020-02-28"), outstanding, excluded)
    np.testing.assert_array_equal(at, [0.28, 0.099, 0.88, np.nan, np.nan])
    at = holdings.at(day("2020-03-02"), day("2020-03-02"), outstanding, excluded)
    assert at[0] == 0.70
    # known late: the end of the lock-up does not count yet
    at = holdings.at(day("2020-03-02"), day("2020-02-28"), outstanding, excluded)
    assert at[0] == 0.28
    late = [
        {**row, "known_at": "2020-03-10"} if row["date"] == "2020-03-02" else row for row in rows
    ]
    holdings = Holdings(market(SESSIONS, dict.fromkeys("ABCDE", 100.0), holdings=late))
    at = holdings.at(day("2020-03-02"), day("2020-03-02"), outstanding, excluded)
    assert at[0] == 0.28


def test_treasury_shares_cancelled() -> None:
    """20 of 100 shares are treasury stock and 30 the largest holder's; then the 20 are cancelled."""
    rows = [
        {"symbol": "A", "date": "2020-01-02", "holder_kind": "treasury", "shares": 20.0},
        {"symbol": "A", "date": "2020-01-02", "holder_kind": "largest_holder", "shares": 30.0},
        {"symbol": "A", "date": "2020-03-02", "holder_kind": "treasury", "shares": 0.0},
    ]
    holdings = Holdings(market(SESSIONS, {"A": 100.0}, holdings=rows))
    excluded = [Excluded("treasury"), Excluded("largest_holder")]
    before = holdings.at(day("2020-02-28"), day("2020-02-28"), np.array([100.0]), excluded)
    after = holdings.at(day("2020-03-02"), day("2020-03-02"), np.array([80.0]), excluded)
    assert (before[0], after[0]) == (0.5, 0.625)


def test_a_factor_counts_from_its_day_and_when_it_is_known() -> None:
    made = market(
        SESSIONS,
        {"A": 1.0},
        float_factors=[
            {"symbol": "A", "effective_date": "2020-01-02", "float_factor": 0.3},
            {"symbol": "A", "effective_date": "2020-03-13", "float_factor": 0.4},
            {
                "symbol": "A",
                "effective_date": "2020-03-16",
                "float_factor": 0.5,
                "known_at": "2020-03-20",
            },
        ],
    )
    found = FloatTable(made)
    assert found.at(day("2020-03-12"), day("2020-03-12"))[0] == 0.3
    # Without known_at a factor is known on its own day: not yet at the pricing before.
    assert found.at(day("2020-03-13"), day("2020-03-12"))[0] == 0.3
    assert found.unknown_yet(day("2020-03-13"), day("2020-03-12")).tolist() == [0]
    assert found.unknown_yet(day("2020-03-16"), day("2020-03-13")).tolist() == []
    assert found.at(day("2020-03-13"), day("2020-03-13"))[0] == 0.4
    assert found.at(day("2020-03-17"), day("2020-03-17"))[0] == 0.4
    assert found.at(day("2020-03-20"), day("2020-03-20"))[0] == 0.5
