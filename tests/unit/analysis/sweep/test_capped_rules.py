"""Which caps of a rule give way to those of a sweep, and what they leave behind."""

from __future__ import annotations

import datetime as dt

from indexcalc.analysis.sweep.capped_rules import never_binding, with_limits
from indexcalc.analysis.sweep.points import Point, points_of
from indexcalc.methodology.model.caps.cap import Cap
from indexcalc.methodology.model.weighting import Weighting
from indexcalc.weighting.apply_caps import read_weighting

OLD, NEW = dt.date(2000, 1, 3), dt.date(2024, 1, 2)
MEASURED = {"mean": "float_market_cap", "over": "3 calendar months"}


def point(cap: str | None, per: str = "security") -> Point:
    return points_of([cap], per)[0]


def caps(weighting: Weighting, on: dt.date = NEW) -> list[tuple[str, str, str]]:
    found = weighting.caps.at(on)
    assert isinstance(found, tuple)
    return [(cap.per, cap.form, _limit(cap, on)) for cap in found]


def _limit(cap: Cap, on: dt.date) -> str:
    return "" if cap.limit is None else str(cap.limit.at(on))


def test_the_own_limit_of_the_same_unit_gives_way_in_its_place() -> None:
    own = read_weighting(
        {
            "caps": [
                {"per": "issuer", "limit": "20%"},
                {"per": "security", "limit": "30%", "measured": MEASURED},
                {"per": "security", "set": {"above": "5%"}, "together": "40%"},
            ],
            "check": [{"per": "security", "limit": "30%"}, {"per": "issuer", "limit": "20%"}],
        }
    )
    made = with_limits(own, point("12%"))
    assert caps(made) == [
        ("issuer", "limit", "20%"),
        ("security", "limit", "12%"),
        ("security", "set", ""),
    ]
    found = made.caps.at(NEW)
    assert isinstance(found, tuple)
    assert found[1].measured is not None
    checks = made.check.at(NEW)
    assert isinstance(checks, tuple)
    assert [check.per for check in checks] == ["issuer"]


def test_none_takes_the_swept_limit_away_and_nothing_else() -> None:
    own = read_weighting(
        {"caps": [{"per": "issuer", "limit": "20%"}, {"per": "security", "limit": "9%"}]}
    )
    assert caps(with_limits(own, point(None))) == [("issuer", "limit", "20%")]


def test_a_limit_the_rule_has_none_of_comes_first() -> None:
    own = read_weighting({"caps": [{"per": "security", "limit": "9%"}]})
    assert caps(with_limits(own, point("25%", "sector"))) == [
        ("sector", "limit", "25%"),
        ("security", "limit", "9%"),
    ]


def test_a_cap_of_some_years_is_swept_over_all_and_keeps_its_window() -> None:
    own = read_weighting(
        {
            "caps": {
                "2019-06-14": [{"per": "security", "limit": "30%", "measured": MEASURED}],
                "2020-06-12": "none",
            }
        }
    )
    made = with_limits(own, point("25%"))
    for on in (OLD, dt.date(2019, 12, 13), NEW):
        assert caps(made, on) == [("security", "limit", "25%")]
        found = made.caps.at(on)
        assert isinstance(found, tuple)
        assert found[0].measured is not None


def test_the_common_run_has_limits_that_hold_nobody() -> None:
    own = read_weighting({"caps": [{"per": "security", "limit": "9%"}]})
    assert caps(never_binding(own, point("25%"))) == [("security", "limit", "100%")]
