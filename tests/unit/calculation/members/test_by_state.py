"""Members by a state, of the whole market or of the parents, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.members.by_state import _parents_days, composite
from indexcalc.calculation.members.composite import Composite
from indexcalc.calculation.members.index_members import Members
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import small
from tests.unit.calculation.members.settings import CHILD, setting
from tests.unit.calculation.small import day, given, line, market


def state(text: str, **tables: Any) -> tuple[Composite, list[str]]:
    over = market(line("A", [1] * 5), line("B", [2] * 4, start=1), **tables)
    held = setting(over)
    members = composite(small.rule(text), held, {})
    assert isinstance(members.membership, Composite)
    return members.membership, [item.code for item in held.findings.items]


def test_lines_are_in_from_the_session_after_they_were_judged() -> None:
    """A has a row on the first session, B on the second: by then it is not there to be judged."""
    found, codes = state(small.CAP)
    assert (found.first_session, found.of, codes) == (0, (), [])
    changes = sorted(
        zip(
            found.codes_changed.tolist(),
            found.sessions.tolist(),
            found.eligible.tolist(),
            strict=True,
        )
    )
    assert changes[0][0] == 0
    assert all(able for code, _, able in changes if code == 0)
    assert not found.debuts


def test_a_rule_that_judges_the_day_itself_takes_a_line_on_its_first() -> None:
    found, _ = state(small.CAP.replace("every: session", "every: session, cutoff: effective"))
    assert found.debuts


def test_a_label_that_changes_takes_a_line_out_the_session_after() -> None:
    securities = [
        {"symbol": "A", "valid_from": day(0), "board": "main"},
        {"symbol": "A", "valid_from": day(3), "board": "new"},
    ]
    text = small.CAP.replace("symbol: {not_in: []}", "board: {in: [main]}")
    found, _ = state(text, securities=securities)
    rows = [
        (int(session), bool(able))
        for session, code, able in zip(
            found.sessions, found.codes_changed, found.eligible, strict=True
        )
        if code == 0
    ]
    assert (4, False) in rows
    assert max(session for session, able in rows if able) < 4


def test_parents_that_change_by_date_are_refused() -> None:
    text = CHILD.replace("of: test", "of: {2000-01-01: test, 2030-01-01: [test, test2]}")
    rule = Methodology.from_text(text + "weighting: {scheme: market_cap}\n")
    held = setting(market(line("A", [1] * 5), memberships=given("A")))
    with pytest.raises(ic.DataError, match=r"CAL008.*universe\.of"):
        composite(rule, held, {})


def known(**days: dict[int, int]) -> Members:
    return SimpleNamespace(first_session=1, **days)  # type: ignore[return-value]


def test_the_days_of_parents_are_those_of_the_later_cut_off() -> None:
    one = known(cutoffs={5: 100, 9: 200}, announcements={5: 110, 9: 210})
    two = known(cutoffs={5: 105, 9: 150}, announcements={9: 160})
    announcements, cutoffs = _parents_days({"one": one, "two": two}, ("one", "two"))
    assert cutoffs == {5: 105, 9: 200}
    assert announcements == {9: 210}  # the later of session 5 was not announced
