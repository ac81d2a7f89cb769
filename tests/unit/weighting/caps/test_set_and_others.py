"""A set brought to what it may weigh with bounds inside it, and equal parts of the excess; by hand."""

from __future__ import annotations

from typing import Any

import pytest

import indexcalc as ic
from indexcalc.analysis.sweep.plain_limits import plain_limit
from indexcalc.weighting.apply_caps import read_weighting
from tests.unit.methodology.check.rules_and_findings import found, of_count

THREE = {"per": "security", "set": {"largest": 3}, "together": "60%"}


def capped(weights: dict[str, float], *caps: dict[str, Any]) -> dict[str, float]:
    made = ic.apply_caps(weights, list(caps))
    return dict(zip(made["symbol"].to_pylist(), made["weight"].to_pylist(), strict=True))


def small(total: float, count: int = 20) -> dict[str, float]:
    return {f"N{number:02d}": total / count for number in range(count)}


def test_the_example_of_the_book() -> None:
    """38, 21.7 and 0.3 with 30 and 5: 30, 25.7, 4.3, then 55 of 55.7 each and 5; the others keep 40."""
    weights = {"A": 38.0, "B": 21.7, "C": 0.3, **small(4.0)}
    made = capped(weights, {**THREE, "each": "30%", "least": "5%", "excess": "equal"})
    assert [made[name] for name in "ABC"] == pytest.approx(
        [0.30 * 55 / 55.7, 0.257 * 55 / 55.7, 0.05], rel=1e-12
    )
    assert [made[f"N{number:02d}"] for number in range(20)] == pytest.approx([0.02] * 20, rel=1e-12)


def test_in_proportion() -> None:
    """40, 15 and 5 with 30: the 10 go to B and C as 3 to 1: 22.5 and 7.5."""
    made = capped({"A": 40, "B": 15, "C": 5, **small(40)}, {**THREE, "together": "59%"})
    assert made["A"] == pytest.approx(0.59 * 40 / 60, rel=1e-12)
    made = capped({"A": 60, "B": 22.5, "C": 7.5, **small(10)}, {**THREE, "each": "30%"})
    assert [made[name] for name in "ABC"] == pytest.approx([0.30, 0.225, 0.075], rel=1e-12)


def test_others_in_equal_parts_below_the_smallest_of_the_set() -> None:
    """60 in the three, 20 each; the others have 40: 25, 10 and ten of 0.5; the 5 above 20 go to eleven."""
    weights = {"A": 30.0, "B": 30.0, "C": 30.0, "D": 6.25, "E": 2.5, **small(1.25, 10)}
    made = capped(weights, {**THREE, "excess": "equal"})
    part = 0.05 / 11
    assert [made[name] for name in "ABCDE"] == pytest.approx(
        [0.2, 0.2, 0.2, 0.2, 0.1 + part], rel=1e-12
    )
    assert made["N00"] == pytest.approx(0.005 + part, rel=1e-12)


@pytest.mark.parametrize(
    ("acts_on", "three"),
    [("capped", [7 / 30, 7 / 30, 4 / 30]), ("uncapped", [0.30, 0.225, 0.075])],
)
def test_from_the_weights_before_any_cap(acts_on: str, three: list[float]) -> None:
    """52.5, 30 and 7.5; with 30 % a name 30, 30 and 40 x 7.5/17.5 = 120/7: 540/7 together.

    Capped first, that is scaled to 60: 7/30, 7/30 and 4/30.  From the start: 35, 20 and 5 of 60; A to 30,
    and 2.5 more to each of the others.
    """
    made = capped(
        {"A": 52.5, "B": 30.0, "C": 7.5, **small(10.0)},
        {"per": "security", "limit": "30%"},
        {**THREE, "each": "30%", "excess": "equal", "acts_on": acts_on},
    )
    assert [made[name] for name in "ABC"] == pytest.approx(three, rel=1e-12)


def test_capping_factors_give_the_weights() -> None:
    weights = {"A": 38.0, "B": 21.7, "C": 0.3, **small(4.0)}
    made = ic.apply_caps(weights, [{**THREE, "each": "30%", "least": "5%", "excess": "equal"}])
    factors = made["capping_factor"].to_pylist()
    product = [weight * factor for weight, factor in zip(weights.values(), factors, strict=True)]
    assert [one / sum(product) for one in product] == pytest.approx(made["weight"].to_pylist())
    assert factors[3:] == [1.0] * 20


def test_too_few_others_are_told() -> None:
    """C is at 10, so seven others take 70 at most and two of them 20 of the 40 that are left."""
    with pytest.raises(ic.RuleError) as refused:
        capped(
            {"A": 50, "B": 30, "C": 10, "D": 6, "E": 4},
            {**THREE, "least": "10%", "each": "25%"},
        )
    assert [(item.code, item.where) for item in refused.value.diagnostics] == [
        ("CAP001", "caps[0].together")
    ]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("least: 25%", "least"),
        ("least: 21%, each: 20%", "least"),
        ("least: 5%, method: descending", "least"),
        ("excess: equal, method: smallest_first", "excess"),
    ],
)
def test_what_contradicts_itself(said: str, key: str) -> None:
    cap = f"{{per: security, set: {{largest: 3}}, together: 60%, {said}}}"
    told = [item for item in found(of_count(15, f"{{caps: [{cap}]}}")) if item.code == "CAP003"]
    assert [item.where for item in told] == [f"weighting.caps[0].{key}"] * len(told)
    assert told
    assert all(item.hint for item in told)


def test_one_window_at_a_time() -> None:
    window = "{mean: float_market_cap, over: 3 months}"
    cap = f"{{per: security, limit: 30%, measured: {window}}}"
    told = [
        (item.code, item.where)
        for item in found(of_count(15, f"{{measured: {window}, caps: [{cap}]}}"))
        if item.code != "RUL114"
    ]
    assert told == [("CAP003", "weighting.caps[0].measured")]


def test_a_sweep_takes_no_short_way_past_a_window_or_a_trigger() -> None:
    limit = {"per": "security", "limit": "30%"}
    window = {"mean": "float_market_cap", "over": "3 months"}
    assert plain_limit(read_weighting({"caps": [limit]})) is not None
    assert plain_limit(read_weighting({"caps": [limit], "measured": window})) is None
    assert plain_limit(read_weighting({"caps": [limit], "when_exceeded": [limit]})) is None
