"""What measured caps look at: means over a window, and mean weights of its sessions."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.methodology.model.weighting import OF_ALL_CAPS
from indexcalc.review.weights.measured_windows import mean_weights
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import market, weekdays
from tests.unit.review.weights.weighing import Weighed

NAN = float("nan")
WINDOW = "{mean: COLUMN, over: 2 sessions, to: cutoff}"
CAP = "weighting: {scheme: float_market_cap, caps: [{per: security, limit: 50%, measured: WINDOWTEST}]}\n"
FACTORS = [
    {"symbol": name, "effective_date": "2020-01-02", "float_factor": factor}
    for name, factor in (("A", 0.25), ("B", 0.5), ("C", 1.0))
]


def windows(
    column: str, test: str = "", text: str = CAP, **more: object
) -> dict[str, tuple[object, object]]:
    said = text.replace("WINDOW", WINDOW.replace("COLUMN", column)).replace("TEST", test)
    made = Weighed(said, float_factors=FACTORS)
    return {
        path: (
            window.means.tolist(),
            None if window.mean_weights is None else np.round(window.mean_weights, 12).tolist(),
        )
        for path, window in made.listed().windows.items()
    }


def test_means_are_times_the_float_factor_of_the_effective_date_where_float_is_measured() -> None:
    path = "weighting.caps[0]"
    assert windows("market_cap") == {path: ([600.0, 300.0, 100.0], None)}
    assert windows("float_market_cap") == {path: ([150.0, 150.0, 100.0], None)}


def test_a_mean_of_weights_is_of_the_weights_of_each_session() -> None:
    found = windows("float_market_cap", ", test: mean_of_weights")
    # Constant: 150, 150 and 100 of 400.
    assert found["weighting.caps[0]"][1] == [0.375, 0.375, 0.25]
    plain = windows("market_cap", ", test: mean_of_weights")
    assert plain["weighting.caps[0]"][1] == [0.6, 0.3, 0.1]


def test_a_window_of_all_caps_and_none_where_it_is_off() -> None:
    caps = "caps: [{per: security, limit: 50%}]"
    of_all = f"weighting: {{scheme: float_market_cap, measured: WINDOW, {caps}}}\n"
    assert windows("market_cap", text=of_all) == {OF_ALL_CAPS: ([600.0, 300.0, 100.0], None)}
    off = of_all.replace("measured: WINDOW", "measured: {2000-01-04: none, 2021-01-04: WINDOW}")
    assert windows("market_cap", text=off) == {}
    assert windows("market_cap", text="weighting: {scheme: float_market_cap}\n") == {}
    # A window whose length is not known yet: the caps tell it (CAP009).
    later = WINDOW.replace("2 sessions", "{2021-01-04: 2 sessions}").replace("COLUMN", "market_cap")
    of_all = of_all.replace("WINDOW", later)
    ((means, weights),) = windows("market_cap", text=of_all).values()
    assert (np.isnan(means).all(), weights) == (True, None)
    assert windows("market_cap", text=CAP.replace("WINDOW", later)) == {}


SESSIONS = weekdays("2020-01-06", "2020-01-10")
# By session: A 100 200 300 300 300; B 100; C 100, without a row on the second.
MADE = market(
    SESSIONS,
    {"A": [100.0, 200.0, 300.0, 300.0, 300.0], "B": 100.0, "C": 100.0},
    absent={"C": ["2020-01-07"]},
)


@pytest.mark.parametrize(
    ("codes", "scale", "first", "last", "expected"),
    [
        # 100 of 300, 200 of 300, 300 of 500.
        (
            [0, 1, 2],
            [1, 1, 1],
            "2020-01-06",
            "2020-01-08",
            [(1 / 3 + 2 / 3 + 3 / 5) / 3, (1 / 3 + 1 / 3 + 1 / 5) / 3, (1 / 3 + 1 / 5) / 2],
        ),
        # Of those asked for alone, scaled.
        ([0, 1], [0.5, 1], "2020-01-06", "2020-01-06", [1 / 3, 2 / 3]),
        ([0, 2], [1, 1], "2020-01-07", "2020-01-07", [1.0, NAN]),
        ([0, 1], [0, 0], "2020-01-06", "2020-01-08", [NAN, NAN]),
        ([0, 1], [1, 1], "2020-01-11", "2020-01-12", [NAN, NAN]),
    ],
)
def test_mean_weights_by_hand(
    codes: list[int], scale: list[float], first: str, last: str, expected: list[float]
) -> None:
    found = mean_weights(
        MADE,
        np.array(codes, dtype=np.int32),
        np.array(scale, dtype=np.float64),
        (on(first), on(last)),
    )
    np.testing.assert_allclose(found, expected, rtol=1e-12)
