"""States of the lines of a small market under a rule that checks every session, and rows by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.diagnostics import Findings
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.composite.composite import state_rows
from indexcalc.review.data.line_states import NotKnown, StateRows, unchanged_dropped
from indexcalc.review.data.texts import Texts
from tests.unit.review.data.fields_made import fields_of
from tests.unit.review.small_reviews import market, rule, weekdays

SESSIONS = weekdays("2020-01-02", "2020-03-31")
EVERY = "review: {every: session}\n"
CAP = "weighting: {scheme: market_cap}\n"


def a_rule(text: str, review: str = EVERY) -> Methodology:
    """A rule that is checked every session."""
    return rule(text + CAP, review)


def a_market(**tables: Any) -> Market:
    """Three lines over the sessions."""
    return market(SESSIONS, dict.fromkeys("ABC", 1.0), **tables)


def judged(
    text: str, review: str = EVERY, findings: Findings | None = None, **tables: Any
) -> tuple[StateRows, list[NotKnown]]:
    """The states of the lines under a rule, and what was not known of them."""
    made = a_market(**tables)
    found = Findings() if findings is None else findings
    return state_rows(a_rule(text, review), made, SESSIONS, fields_of(made, SESSIONS), found)


def shown(rows: StateRows) -> list[tuple[str, str, bool]]:
    """(line, session, is it in) of the first state of each line and of every change."""
    kept = unchanged_dropped(rows)
    return [
        ("ABC"[int(code)], str(SESSIONS.date(int(session))), bool(eligible))
        for code, session, eligible in zip(kept.codes, kept.session, kept.eligible, strict=True)
    ]


def states(*said: tuple[str, int, bool], words: Texts | None = None) -> StateRows:
    """Rows of (line, session, is it in), with a path and detail of their own each."""
    n = len(said)
    texts = Texts() if words is None else words
    return StateRows(
        codes=np.array(["ABC".index(name) for name, _, _ in said], dtype=np.int32),
        session=np.array([session for _, session, _ in said], dtype=np.int64),
        eligible=np.array([inside for _, _, inside in said], dtype=np.bool_),
        path=np.array([texts.place(f"path {row}", row + 1) for row in range(n)], dtype=np.int64),
        observed=np.arange(n, dtype=np.float64),
        threshold=np.arange(n, dtype=np.float64) + 10,
        detail=np.array([texts.number(f"detail {row}") for row in range(n)], dtype=np.int64),
        words=texts,
    )
