"""Who is in: from a rule to the membership the level pass lays over its blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.calculation.membership import Composite, Membership
from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.calendar import Sessions
from indexcalc.market.market import Market
from indexcalc.methodology.model import Methodology
from indexcalc.methodology.values import Special
from indexcalc.review.assumptions import Assumptions
from indexcalc.review.composite import report_unknown, state_rows
from indexcalc.review.composite_decisions import decisions
from indexcalc.review.fields import Fields

Days = npt.NDArray[np.int32]
# (start day, last day, first and last day each line was seen) -> decisions.parquet
Ledger = Callable[[int, int, Days, Days], Any]


@dataclass(slots=True)
class Members:
    """An index's members as the level pass needs them, and what its files say of the reviews.

    ``announcements`` and ``cutoffs``: day by observed session of the review.
    """

    membership: Membership
    first_session: int
    ledger: Ledger
    report: Callable[[Days, Days, Findings], None]
    announcements: dict[int, int] = field(default_factory=dict)
    cutoffs: dict[int, int] = field(default_factory=dict)


def members_of(
    rule: Methodology,
    market: Market,
    sessions: Sessions,
    parents: Mapping[str, Members],
    assumptions: Assumptions,
    findings: Findings,
) -> Members:
    """The members of ``rule``; ``parents`` holds those of every index it rests on.

    Findings: DAT011 values the rule needs and the market does not have.  DataError: the rule
    cannot be computed at all.
    """
    return composite(rule, market, sessions, parents, assumptions, findings)


def composite(
    rule: Methodology,
    market: Market,
    sessions: Sessions,
    parents: Mapping[str, Members],
    assumptions: Assumptions,
    findings: Findings,
) -> Members:
    """An index whose members are a state, of the whole market or of its parents' members."""
    rows, unknown = state_rows(
        rule, market, sessions, Fields(market, sessions, assumptions), findings
    )
    calendar = np.searchsorted(sessions.days, market.days)
    session = np.searchsorted(calendar, rows.session, side="left").astype(np.int64)
    of, except_ = (_names(rule, word) for word in ("of", "except_"))
    first = max((parents[name].first_session for name in (*of, *except_)), default=0)
    inside = session < market.days.size
    membership = Composite(
        first, session[inside], rows.codes[inside], rows.eligible[inside], of, except_
    )

    def ledger(start: int, last: int, first_seen: Days, last_seen: Days) -> Any:
        return decisions(rows, market, sessions, start, last, first_seen, last_seen)

    def report(first_seen: Days, last_seen: Days, found: Findings) -> None:
        report_unknown(rule, unknown, market, sessions, first_seen, last_seen, found)

    return Members(membership, first, ledger, report)


def _names(rule: Methodology, word: str) -> tuple[str, ...]:
    """The parents under ``universe.of`` or ``universe.except``: one answer for all time."""
    dated = getattr(rule.universe, word)
    if dated is None:
        return ()
    said = {value for value in dated.values}
    if len(said) > 1 or not dated.is_constant:
        findings = Findings()
        key = word.rstrip("_")
        findings.add(
            "CAL008",
            f"universe.{key} that changes by date is not computed by this version",
            span=rule.span_of(f"universe.{key}"),
            where=f"universe.{key}",
            path=rule.path,
        )
        raise DataError(findings.items)
    value = dated.value
    return () if isinstance(value, Special) else value
