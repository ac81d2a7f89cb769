"""One index through the level pass, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indexcalc.calculation.compute import line_prices
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.levels.level_block import LevelBlock
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.calculation.prices.daily_rows import rows_between
from indexcalc.calculation.prices.index_lines import IndexLines
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def planned(text: str, over: Market, **request: Any) -> Plan:
    return make_plan(load_family([small.rule(text)]), over, Request(**request))


def advanced(plan: Plan, *stops: int) -> IndexRun:
    (prices,) = line_prices(plan).values()
    run, first = plan.works["test"].run, 0
    for stop in stops:
        run.advance(prices.advance(rows_between(plan.market, first, stop)), {})
        first = stop
    return run


def plain(**tables: Any) -> Market:
    return market(
        line("A", [100, 100, 110, 121], 10),
        line("B", [50] * 4, 20),
        memberships=given("A", "B"),
        **tables,
    )


def test_before_its_first_session_an_index_stands_nowhere() -> None:
    run = advanced(planned(CAP, plain()), 1)
    assert run.state is not None
    assert (run.state.started, run.found.sessions) == (False, [])


@pytest.mark.parametrize("stops", [(4,), (1, 2, 3, 4), (2, 4)])
def test_levels_and_the_state_after_them_are_the_same_however_blocks_are_cut(
    stops: tuple[int, ...],
) -> None:
    run = advanced(planned(CAP, plain()), *stops)
    np.testing.assert_allclose(np.concatenate(run.found.level), [1000, 1050, 1105], rtol=1e-14)
    assert run.state is not None
    assert (run.state.level, run.state.value, run.state.divisor) == (
        pytest.approx(1105.0, rel=1e-14), 2210.0, 2.0,
    )  # fmt: skip
    assert run.state.shares.tolist() == [10.0, 20.0]
    assert run.state.held.tolist() == [True, True]


def test_the_net_return_at_each_rate_it_was_made_at() -> None:
    """A pays 10: 100 gross, 50 net of half: 2150 of 2000."""
    text = CAP + "returns: {kinds: [price, net], withholding: 50%}\n"
    plan = planned(text, plain(dividends=[dividend("A", 2, 10.0)]))
    run = advanced(plan, 4)
    tax = small.rule(text).returns.withholding
    assert tax is not None
    (net,) = run.net(run.given.returns.taxes[0])
    np.testing.assert_allclose(net[:2], [1000, 1075], rtol=1e-14)
    with pytest.raises(ValueError, match="not in"):
        run.net(None)  # type: ignore[arg-type]


def test_who_watches_sees_the_blocks_from_the_first_session_on() -> None:
    plan = planned(CAP, plain())
    seen: list[tuple[int, int, int]] = []

    def watch(lines: IndexLines, block: LevelBlock, start: int) -> None:
        seen.append((lines.first, block.level.size, start))

    plan.works["test"].run.watch = watch
    advanced(plan, 1, 3, 4)
    assert seen == [(1, 2, 0), (3, 1, 0)]


def test_levels_before_the_first_day_asked_for_are_followed_and_not_told() -> None:
    run = advanced(planned(CAP, plain(), start=day(3)), 2, 4)
    assert run.found.sessions == [3]
    assert run.found.level[0].tolist() == pytest.approx([1105.0], rel=1e-14)


def test_what_is_handed_out_is_held_beside_the_members() -> None:
    """Half a share of D for one of A on session 2: 5 of them, no member; sold after its first trade."""
    over = market(
        line("A", [100, 100, 90, 91, 92], 10),
        line("D", [22, 23], start=3),
        memberships=given("A"),
        corporate_actions=[action("A", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="D")],
    )
    run = advanced(planned(CAP, over), 3)
    assert run.state is not None
    assert run.state.handed is not None
    assert [item.shares for item in run.state.handed.spun] == [5.0]
    assert run.state.held.tolist() == [True, False]
    later = advanced(planned(CAP, over), 5)
    assert later.state is not None
    assert later.state.handed is not None
    assert later.state.handed.spun == []


def test_what_there_is_to_report_of_members() -> None:
    """B falls by more than the limit on session 2; C was chosen and has no price on session 1."""
    over = market(
        line("A", [100] * 4, 10, skip=(3,)),
        line("B", [50, 50, 20, 20], 20),
        line("C", [None, None, 7, 7], volume={0: 0, 1: 0}),
        memberships=given("A", "B", "C"),
        facts={"price_limit": 0.3},
        complete=False,
    )
    found = advanced(planned(CAP, over), 4).found
    assert [(session, code, kind) for session, code, kind, _ in found.faults] == [(2, 1, "gap")]
    assert found.unpriced == [(1, 2)]
    assert found.missing == [(3, 0)]
