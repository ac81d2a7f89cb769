"""Triggers shared by several caps, and checks of the names outside a set; figures by hand."""

from __future__ import annotations

import pytest

import indexcalc as ic

CAPS = [
    {"per": "security", "limit": "22.5%"},
    {"per": "security", "set": {"above": "4.5%"}, "together": "45%"},
]
TRIGGERS = [
    {"per": "security", "limit": "24%"},
    {"per": "security", "set": {"above": "4.8%"}, "together": "48%"},
]


def capped(weights: dict[str, float]) -> dict[str, float]:
    made = ic.apply_caps(weights, CAPS, when_exceeded=TRIGGERS)
    return dict(zip(made["symbol"].to_pylist(), made["weight"].to_pylist(), strict=True))


def small(count: int, total: float) -> dict[str, float]:
    return {f"N{number:02d}": total / count for number in range(count)}


def test_nothing_acts_below_both_triggers() -> None:
    weights = {"A": 23.5, "B": 20.0, **small(20, 56.5)}  # 43.5 % above 4.8 %
    assert capped(weights) == pytest.approx({k: v / 100 for k, v in weights.items()}, rel=1e-12)


def test_one_above_its_trigger_sets_all_going() -> None:
    """A to 22.5 %; the others share 77.5 % in proportion to 75: B has 20.667 %, together 43.2 %."""
    made = capped({"A": 25.0, "B": 20.0, **small(20, 55.0)})
    assert made["A"] == pytest.approx(0.225, rel=1e-12)
    assert made["B"] == pytest.approx(0.775 * 20 / 75, rel=1e-12)


def test_a_set_above_its_trigger_sets_all_going() -> None:
    """Three of 17 %: 51 %, more than 48; nobody is above 22.5 %: scaled to 45 %."""
    made = capped({"A": 17.0, "B": 17.0, "C": 17.0, **small(20, 49.0)})
    assert [made[name] for name in "ABC"] == pytest.approx([0.15] * 3, rel=1e-12)


@pytest.mark.parametrize(("limit", "good"), [("20%", True), ("19%", False)])
def test_a_check_of_the_others(limit: str, good: bool) -> None:
    """The largest two are the set; C has 20 %."""
    check = [
        {"per": "security", "set": {"largest": 2}, "together": "70%", "others": {"limit": limit}}
    ]
    weights = {"A": 35, "B": 30, "C": 20, "D": 15}
    if good:
        ic.apply_caps(weights, [], check=check)
        return
    with pytest.raises(ic.RuleError) as refused:
        ic.apply_caps(weights, [], check=check)
    assert [(item.code, item.where) for item in refused.value.diagnostics] == [
        ("CAP006", "check[0].others.limit")
    ]


def test_others_not_above_the_smallest_of_the_set() -> None:
    check = [
        {
            "per": "security",
            "set": {"above": "24%"},
            "together": "70%",
            "others": {"limit": "30%", "not_above": "smallest_of_set"},
        }
    ]
    ic.apply_caps({"A": 35, "B": 25, "C": 24, "D": 16}, [], check=check)
