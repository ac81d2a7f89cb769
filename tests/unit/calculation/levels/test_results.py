"""What the level pass keeps of each block, in order."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest

from indexcalc.calculation.compute import level_pass
from indexcalc.calculation.levels.results import IndexResults
from indexcalc.calculation.plan import Request, make_plan
from indexcalc.calculation.prices import daily_rows
from indexcalc.market.panel_cache import decode
from indexcalc.methodology.load.family import load_family
from tests.unit.calculation import small
from tests.unit.calculation.small import day, dividend, given, line, market

TEXT = (
    small.GIVEN
    + "weighting: {scheme: market_cap}\nreturns: {kinds: [price, net], withholding: 50%}\n"
)


def results(block: int = 250, keep: bool = True, **request: object) -> IndexResults:
    """A 10 at 100, 110, 110, 121 pays 1 on session 2; B 20 at 50: 2000, 2100, 2100, 2210."""
    over = market(
        line("A", [100, 100, 110, 110, 121], 10),
        line("B", [50] * 5, 20),
        memberships=given("A", "B"),
        dividends=[dividend("A", 2, 1.0)],
    )
    with (
        mock.patch.object(daily_rows, "SESSIONS", block),
        mock.patch.object(decode, "SESSIONS_PER_CHUNK", block),
    ):
        family = load_family([small.rule(TEXT)])
        plan = make_plan(family, over, Request(keep_weights=keep, **request))  # type: ignore[arg-type]
        level_pass(plan)
    return plan.works["test"].run.found


@pytest.mark.parametrize("block", [1, 2, 250])
def test_parts_are_the_same_however_sessions_are_cut(block: int) -> None:
    found = results(block)
    assert found.sessions == [1, 2, 3, 4]
    np.testing.assert_allclose(np.concatenate(found.level), [1000, 1050, 1050, 1105], rtol=1e-14)
    assert np.concatenate(found.value).tolist() == [2000, 2100, 2100, 2210]
    assert np.concatenate(found.members).tolist() == [2, 2, 2, 2]
    assert np.concatenate(found.paid).tolist() == [0, 10, 0, 0]
    net = np.concatenate([part[0] for part in found.net_return])
    np.testing.assert_allclose(net[1], 1000 * 2105 / 2000, rtol=1e-14)
    assert found.divisor_before == dict.fromkeys((2, 3, 4), 2.0) | {1: found.divisor_before[1]}
    assert found.divisor_after == dict.fromkeys((1, 2, 3, 4), 2.0)
    assert sum(part.opening.size for part in found.held) == 4
    assert found.empty == []


def test_only_what_is_told_is_kept() -> None:
    found = results(start=day(3))
    assert found.sessions == [3, 4]
    assert [part.first for part in found.held] == [3]
    assert sorted(found.divisor_after) == [3, 4]


def test_without_weights_nothing_that_is_held_is_kept() -> None:
    assert results(keep=False).held == []


def test_days_on_which_lines_were_seen() -> None:
    found = results()
    first = small.day(0)
    assert (found.first_seen - found.first_seen[0]).tolist() == [0, 0]
    assert (found.last_seen - found.first_seen).tolist() == [4, 4]
    assert str(np.datetime64(int(found.first_seen[0]), "D")) == str(first)
