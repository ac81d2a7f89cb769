"""An index between two sessions, and a block before its levels are made."""

from __future__ import annotations

import numpy as np

from indexcalc.calculation.levels.level_block import LevelBlock, LevelState
from indexcalc.calculation.members.held import Held
from indexcalc.calculation.returns.returns import ReturnState

CODES = np.array([2, 5], dtype=np.int32)


def test_a_blank_block_knows_its_members_and_no_level() -> None:
    held = Held(CODES, np.array([[True, True, False], [True, False, False]]), None)
    block = LevelBlock.blank(held, 1, 2)
    assert block.members.tolist() == [2, 1, 0]
    assert block.first == 1
    for values in (block.level, block.total_return, block.divisor, block.divisor_before):
        assert np.isnan(values).all()
        assert values.size == 3
    assert block.level is not block.total_return
    assert block.net_return.shape == (2, 3)
    assert block.value.tolist() == block.opening.tolist() == block.paid.tolist() == [0.0] * 3
    assert not block.empty.any()
    assert block.told == ()


def test_the_return_versions_in_order() -> None:
    gross, net = ReturnState(1.0), ReturnState(2.0)
    state = LevelState(np.zeros(2), np.zeros(2, dtype=np.bool_), gross=gross, net=[net])
    assert state.series == (gross, net)
    fresh = LevelState(np.zeros(2), np.zeros(2, dtype=np.bool_))
    assert fresh.series == (fresh.gross,)
    assert not fresh.started
    assert fresh.handed is None
