"""Findings of a run about data that can hardly be: of the lines it held, on the days it covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.checks.unfollowed_actions import unfollowed_actions
from indexcalc.market.market import Market


def implausible(
    market: Market,
    constituents: Any,
    days: tuple[int, int],
    currency: str,
    known: Sequence[Diagnostic],
    sessions: Sessions | None,
) -> list[Diagnostic]:
    """DAT050-DAT055 of the lines in ``constituents`` from the first to the last of ``days``, and DAT037
    and DAT039: ``sessions`` without rows, and those on which many lines have none, one of these among them
    (None: of a case, whose market has the sessions it needs and no others).

    What ``known`` findings say of a line and day is not said again.

    Where the market says a daily limit, prices and shares are judged by it in the levels' own pass,
    and the daily rows are read again only where a term of an action or dividend calls for it.
    """
    findings = Findings()
    codes = arrow.codes_into(constituents.column("symbol"), market.order)
    lines = np.zeros(len(market.symbols), dtype=np.bool_)
    lines[codes] = True
    first, last = days
    if market.facts.get("price_limit") is None or _suspect_terms(market, lines, days):
        from indexcalc.market.checks.plausible import Plausibility

        Plausibility(market, findings, lines, first, last).run()
    unfollowed_actions(market, findings, lines, days)
    currencies = {currency, *_currencies(market, lines)}
    if len(currencies) > 1:
        from indexcalc.market.checks.plausible import check_series

        check_series(market, findings, frozenset(currencies))
    errors = {_cell(finding) for finding in known if finding.severity == "error"}
    told = {_cell(finding) for finding in known}
    # What is an error is said beside a warning of the same line and day.
    values = [
        finding
        for finding in findings.items
        if _cell(finding) not in (errors if finding.severity == "error" else told)
    ]
    if sessions is None:
        return values
    from indexcalc.market.checks.missing_rows import missing_sessions, thin_sessions

    rows = (market.panel.row(first), market.panel.row(last, "right"))
    return [
        *values,
        *missing_sessions(sessions, market.days, market.place, first, last),
        *thin_sessions(market, *rows, lines),
    ]


def _cell(finding: Diagnostic) -> tuple[str, ...]:
    """The line and day a finding is about."""
    return tuple(finding.where.split()[-2:])


def _suspect_terms(market: Market, lines: Bools, days: tuple[int, int]) -> bool:
    """May a term of one of the ``lines`` (n_symbols,) be beyond its threshold: of an action, whenever it
    is, or of a dividend between two days?"""
    from indexcalc.market.checks.terms import odd_actions, terms

    actions, dividends = market.table("corporate_actions"), market.table("dividends")
    if actions is not None:
        codes = arrow.codes_into(actions.column("symbol"), market.order)
        if ((codes >= 0) & lines[codes] & odd_actions(market, actions)).any():
            return True
    if dividends is None:
        return False
    ex_days = arrow.days(dividends.column("ex_date"))
    return any(
        lines[term.code] and days[0] <= ex_days[term.row] <= days[1]
        for term in terms(market)
        if term.table == "dividends"
    )


def _currencies(market: Market, lines: Bools) -> set[str]:
    table = market.table("securities")
    if table is None or "currency" not in table.column_names:
        return set()
    codes = arrow.codes_into(table.column("symbol"), market.order)
    concerned = (codes >= 0) & lines[codes]
    return {
        text
        for text, wanted in zip(
            arrow.texts(table.column("currency")), concerned.tolist(), strict=True
        )
        if wanted and text is not None
    }
