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
from indexcalc.market.plausibility import threshold


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
    """Is a term of one of the ``lines`` (n_symbols,) beyond its threshold between two days?"""
    if _suspect_dividends(market, lines, days):
        return True
    actions = market.table("corporate_actions")
    if actions is None:
        return False
    own = arrow.codes_into(actions.column("symbol"), market.order)
    concerned = (own >= 0) & lines[own]
    for name in ("ratio", "final_price"):
        if name in actions.column_names:
            values = arrow.floats(actions.column(name))
            largest = threshold(market.facts, "action_ratio") or np.inf
            usual = (
                (values >= 1 / largest) & (values <= largest)
                if name == "ratio"
                else np.isnan(values)
            )
            if (concerned & ~usual & ~np.isnan(values)).any():
                return True
    return False


def _suspect_dividends(market: Market, lines: Bools, days: tuple[int, int]) -> bool:
    """Is a dividend beyond its share of the close before its ex-date?"""
    share = threshold(market.facts, "dividend_share")
    dividends = market.table("dividends")
    if dividends is None or share is None:
        return False
    payers = arrow.codes_into(dividends.column("symbol"), market.order)
    amounts, ex_days = (
        arrow.floats(dividends.column("amount")),
        arrow.days(dividends.column("ex_date")),
    )
    inside = (payers >= 0) & lines[payers] & (ex_days >= days[0]) & (ex_days <= days[1])
    sessions = np.searchsorted(market.days, ex_days)
    for session in np.unique(sessions[inside]).tolist():
        of_day = inside & (sessions == session)
        if (amounts[of_day] > share * market.panel.last_close(session)[payers[of_day]]).any():
            return True
    return False


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
