"""What happens between reviews against a second, slow and obvious account of it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import date_of
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import Assumptions
from indexcalc.review.review import Reviewer
from tests.oracle.between_histories import a_history
from tests.oracle.between_oracle import Change, history
from tests.oracle.language import to_yaml
from tests.oracle.rows import SmallMarket


def engine_history(text: str, market: SmallMarket) -> list[Change]:
    """The lists the engine makes, in the oracle's terms."""
    made = market.as_market()
    reviewer = Reviewer(
        rule=Methodology.from_text(text),
        market=made,
        sessions=market.as_sessions(),
        parents=market.as_parents(made),
        start=market.sessions[0],
        end=market.sessions[-1],
        assumptions=Assumptions(made.symbols),
        findings=Findings(),
    )
    return [
        Change(
            date_of(result.effective),
            result.kind,
            frozenset(made.symbols[code] for code in result.members),
            tuple(made.symbols[code] for code in result.reserve.codes),
        )
        for result in reviewer.run()
    ]


@cache
def agree(seed: int) -> list[Change]:
    market, said, rule = a_history(seed)
    text = to_yaml(said)
    expected, found = history(rule, market), engine_history(text, market)
    for place, change in enumerate(expected):
        # The engine keeps the reserve as it was when the list was made.
        assert place < len(found), change
        assert found[place] == change, (found[place - 1 : place + 2], change)
    assert len(found) == len(expected)
    return found


@settings(
    max_examples=max(60, settings().max_examples // 2), suppress_health_check=list(HealthCheck)
)
@given(st.integers(0, 2**32))
def test_generated_histories(seed: int) -> None:
    agree(seed)


@pytest.mark.parametrize("kind", ["fast_entry", "demerger", "deletion", "transfer", "committee"])
def test_the_histories_have_every_kind(kind: str) -> None:
    """Else the property would agree about nothing."""
    assert sum(change.kind == kind for seed in range(25) for change in agree(seed)) >= 2
