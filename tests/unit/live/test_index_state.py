"""The state of an index between two sessions, kept and taken up in a market with more lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.calculation.levels.index_run import IndexRun
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.live import index_state
from indexcalc.live.live import Live
from indexcalc.live.saved_state import Kept
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, dividend, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
NET = "returns: {kinds: [price, gross, net], withholding: 15.4%}\n"


def over(*more: list[dict[str, Any]], **tables: Any) -> ic.Market:
    return market(
        line("B", [100, 100, 110, 110], 10),
        line("C", [50, 50, 50, 50], 20),
        *more,
        memberships=given("B", "C"),
        **tables,
    )


def begun(text: str, market: ic.Market, at: int = 2) -> tuple[IndexRun, int]:
    live = Live.begin(small.rule(text), market, until=day(at))
    return live.plan.works["test"].run, live.last


def kept(text: str, market: ic.Market, at: int = 2) -> Kept:
    run, last = begun(text, market, at)
    made = Kept(market.symbols)
    index_state.keep(run, last, made.part("index", market.symbols))
    return made


def taken_up(text: str, market: ic.Market, saved: Kept, at: int = 2) -> tuple[IndexRun, list[int]]:
    plan = make_plan(load_family([small.rule(text)]), market, Request(keep_weights=False))
    run = plan.works["test"].run
    lacking = index_state.take_up(run, at, (), saved.part("index", market.symbols))
    return run, lacking


def test_holdings_level_and_divisor_are_found_by_symbol() -> None:
    """10 x 110 and 20 x 50 on session 2 over 2000 / 1000."""
    longer = over(line("A", [7, 7, 7, 7]))
    run, lacking = taken_up(CAP, longer, kept(CAP, over()))
    assert (lacking, longer.symbols) == ([], ("A", "B", "C"))
    assert run.state is not None
    assert run.state.shares.tolist() == [0.0, 10.0, 20.0]
    assert run.state.held.tolist() == [False, True, True]
    assert (run.state.value, run.state.level, run.state.divisor) == (2100.0, 1050.0, 2.0)
    assert run.state.started
    assert run.state.handed is None


def test_return_versions_are_kept() -> None:
    """2 a share on B before 110: (2100 + 20) / 2000; net of 15.4 %: 16.92 of 20."""
    paying = over(
        dividends=[dividend("B", 2, 2.0)], securities=[{"symbol": s, "country": "KR"} for s in "BC"]
    )
    run, _ = taken_up(CAP + NET, paying, kept(CAP + NET, paying))
    assert run.state is not None
    assert run.state.gross.level == pytest.approx(1060.0, rel=1e-12)
    (net,) = run.state.net
    assert net.level == pytest.approx(1000 * 2116.92 / 2000, rel=1e-12)


def test_an_index_without_a_session_keeps_nothing_else() -> None:
    plan = make_plan(load_family([small.rule(CAP)]), over(), Request(keep_weights=False))
    saved = Kept(over().symbols)
    index_state.keep(plan.works["test"].run, -1, saved.part("index", saved.symbols))
    assert (saved.said, saved.columns) == ({"index.begun": False}, {})
    run, lacking = taken_up(CAP, over(), saved, at=-1)
    assert (run.state, lacking) == (None, [])


def test_before_its_base_date_an_index_has_not_started() -> None:
    run, _ = taken_up(CAP, over(), kept(CAP, over(), at=0), at=0)
    assert run.state is not None
    assert (run.state.started, run.state.shares.tolist()) == (False, [0.0, 0.0])


def test_the_list_in_force_and_its_factors_are_kept() -> None:
    """3000 c of 3000 c + 1000 is 60 % for c = 0.5."""
    text = CAP.replace("market_cap}", "market_cap, caps: [{per: security, limit: 60%}]}")
    heavy = market(
        line("B", [300, 300, 300, 300], 10), line("C", [50] * 4, 20), memberships=given("B", "C")
    )
    run, _ = taken_up(text, heavy, kept(text, heavy))
    carried = run.membership.carried(2)  # type: ignore[attr-defined]
    assert carried.listed == 1
    np.testing.assert_allclose(carried.capping, [0.5, 1.0], rtol=1e-12)
    assert carried.capped.tolist() == [True, False]
    assert carried.alive.tolist() == [True, True]


def test_what_was_handed_over_is_kept() -> None:
    """B hands out half a share of D on session 2, which has no row yet."""
    spun = over(
        line("D", [30], start=3),
        corporate_actions=[action("B", 2, "spin_off", ratio=0.5, price=20.0, other_symbol="D")],
    )
    run, _ = taken_up(CAP, spun, kept(CAP, spun))
    assert run.state is not None
    assert run.state.handed is not None
    (item,) = run.state.handed.spun
    assert (item.child, item.parent, item.ratio, item.opened) == (2, 0, 0.5, 2)
    assert item.shares == 5.0


def test_what_a_state_lacks_is_told() -> None:
    saved = kept(CAP, over())
    for name in ("index.level", "index.handed", "index.list.listed"):
        less = Kept(
            saved.symbols, dict(saved.columns), {k: v for k, v in saved.said.items() if k != name}
        )
        with pytest.raises(KeyError):
            taken_up(CAP, over(), less)
    columns = {name: values for name, values in saved.columns.items() if name != "index.shares"}
    with pytest.raises(KeyError):
        taken_up(CAP, over(), Kept(saved.symbols, columns, saved.said))
