"""The last regular review from the lists before it, by hand: sizes 100, 90, 80 | 76, 10."""

from __future__ import annotations

import datetime as dt

import numpy as np

import indexcalc as ic
from indexcalc.calculation.members.from_lists import WrittenList, written_lists
from indexcalc.calculation.members.index_members import Setting
from indexcalc.calculation.members.last_review import last_review
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.packaged import packaged
from indexcalc.market.calendar.sessions import day_number
from indexcalc.review.data.assumptions import Assumptions
from tests.unit.analysis.coming_review import FILL, RULE, market_until

GROWN = market_until(dt.date(2024, 12, 31), {"D": 500.0})
RULE_OF_THREE = ic.Methodology.from_text(RULE.replace("STEPS", FILL))
RUN = ic.compute(RULE_OF_THREE, GROWN)
SETTING = Setting(
    GROWN,
    packaged("XKRX"),
    Assumptions(GROWN.symbols, {}),
    Findings(),
    GROWN.days.size - 1,
)
LISTS = written_lists(RUN.constituents, RUN.reviews, GROWN.days, GROWN.order)


def test_it_goes_on_from_the_list_before_the_last_two() -> None:
    """Reviews of December 2023 (A B C), June (A B D, which has grown) and December 2024 (A B D)."""
    made = last_review(RULE_OF_THREE, SETTING, {}, LISTS, RUN.decisions)
    assert made is not None
    reviewer, result = made
    assert [event.date for event in reviewer.events if "regular" in event.kinds] == [
        dt.date(2024, 6, 14),
        dt.date(2024, 12, 13),
    ]
    assert result.effective == day_number(dt.date(2024, 12, 13))
    assert [GROWN.symbols[code] for code in result.members] == ["A", "B", "D"]
    existing = reviewer.staged[result.effective].existing
    assert [GROWN.symbols[code] for code in np.flatnonzero(existing)] == ["A", "B", "D"]
    june = reviewer.staged[day_number(dt.date(2024, 6, 14))].existing
    assert [GROWN.symbols[code] for code in np.flatnonzero(june)] == ["A", "B", "C"]


def test_a_run_of_two_reviews_has_no_list_before_them() -> None:
    later: tuple[WrittenList, ...] = LISTS[1:]
    assert last_review(RULE_OF_THREE, SETTING, {}, later, RUN.decisions) is None


def test_another_ledger_than_the_written_one_is_no_answer() -> None:
    assert last_review(RULE_OF_THREE, SETTING, {}, LISTS, RUN.decisions.slice(0, 12)) is None
