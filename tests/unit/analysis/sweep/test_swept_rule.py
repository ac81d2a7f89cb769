"""One rule planned and scanned once for all points, by hand."""

from __future__ import annotations

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.sweep.points import Point, points_of
from indexcalc.analysis.sweep.swept_rule import plan_sweep, sweep_rule
from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.plan import Request
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.load.family import load_family
from tests.unit.analysis.sweep.three_lines import RULE, swept_rule, three
from tests.unit.calculation import level_table, small
from tests.unit.calculation.small import day


def test_levels_of_every_point_in_one_scan() -> None:
    """At 50 % A's 60 count as 40: 80, 84, 87; uncapped 100, 106, 109."""
    made = swept_rule(["50%"])
    np.testing.assert_allclose(made.levels, [[1000, 1050, 1087.5], [1000, 1060, 1090]], rtol=1e-12)
    assert made.days.tolist() == [day_number(day(at)) for at in (1, 2, 3)]
    assert made.reference.tolist() == made.levels[1].tolist()
    assert (made.reviews_refused(0), made.has_levels(0)) == (0, True)
    assert made.diagnostics == ()


def test_a_point_that_is_never_met_has_no_levels_and_is_told_once() -> None:
    made = swept_rule(["30%", "50%"])
    assert (made.reviews_refused(0), made.has_levels(0), made.has_levels(1)) == (1, False, True)
    (found,) = made.diagnostics
    assert (found.code, found.severity, found.where) == ("CAP001", "error", "cap 30%")
    assert found.message.startswith("cannot be met at every review, first on 2024-01-03: ")
    assert found.message.endswith("; no level is given")


def test_the_rule_as_written_is_kept_and_its_own_limit_gives_way() -> None:
    text = RULE.replace("market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}")
    made = swept_rule(["60%"], text)
    assert made.rule.weighting.caps.values[0][0].per == "security"
    np.testing.assert_allclose(made.levels[0], [1000, 1060, 1090], rtol=1e-12)


def test_without_limits_the_rule_is_swept_as_it_stands() -> None:
    text = RULE.replace("market_cap}", "market_cap, caps: [{per: security, limit: 50%}]}")
    family = load_family([ic.Methodology.from_text(text)])
    made = sweep_rule(family, three(), Request(), (Point("as it is", ()),), True)
    np.testing.assert_allclose(made.levels, [[1000, 1050, 1087.5]], rtol=1e-12)


def test_a_later_start_is_measured_from_its_own_base() -> None:
    family = load_family([ic.Methodology.from_text(RULE)])
    planned = plan_sweep(
        family, three(), Request(start=day(2)), points_of(["50%"], "security"), True
    )
    level_pass(planned.plan)
    made = planned.result()
    assert made.days.tolist() == [day_number(day(at)) for at in (2, 3)]
    # 84 -> 87 and 106 -> 109, from the levels the index had on session 2.
    np.testing.assert_allclose(made.levels[:, 1] / made.levels[:, 0], [87 / 84, 109 / 106])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (small.CAP, "reviewed every session"),
        (RULE + "rounding: {index_shares: 0}\n", r"under rounding\.index_shares"),
        (RULE + "rounding: {divisor: 2}\n", r"under rounding\.divisor"),
        (
            RULE.replace("market_cap}", "market_cap, interim: recap}")
            + "maintenance: {shares: at_rebalance}\n",
            "interim: recap",
        ),
    ],
)
def test_what_is_no_multiple_of_one_holding_is_refused(text: str, said: str) -> None:
    with pytest.raises(ic.DataError, match=f"CAL008.*{said}"):
        swept_rule(["50%"], text)


def test_an_overlay_is_refused() -> None:
    days = level_table.dates("2024-01-02", "2024-01-03")
    over = level_table.levels(days, [100, 101])
    family = load_family([level_table.rule("{leverage: 2, reset: daily}", days[0])])
    with pytest.raises(ic.DataError, match=r"CAL008.*an overlay has no members"):
        plan_sweep(family, over, Request(), points_of([], "security"), True)


def test_a_word_no_line_has_is_refused_as_a_whole() -> None:
    with pytest.raises(ic.DataError, match=r"DAT002.*country"):
        swept_rule(["50%"], per="country")


def test_rules_over_the_same_sessions_go_into_one_scan() -> None:
    over, points = three(), points_of(["50%"], "security")

    def planned(text: str, market: ic.Market, **request: object) -> object:
        family = load_family([ic.Methodology.from_text(text)])
        return plan_sweep(family, market, Request(**request), points, True)  # type: ignore[arg-type]

    one, two = planned(RULE, over), planned(RULE.replace("market_cap", "equal"), over)
    assert one.goes_with(two)  # type: ignore[attr-defined]
    assert not one.goes_with(planned(RULE, three()))  # type: ignore[attr-defined]
    assert not one.goes_with(planned(RULE, over, end=day(2)))  # type: ignore[attr-defined]
