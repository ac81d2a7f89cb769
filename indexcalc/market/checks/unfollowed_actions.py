"""Actions that rescale a line, and a close on the ex-date that does not follow them.

An inverted ratio, a row on the wrong day or on the wrong line, a row there twice: the terms move the
base price, the close stays where it was, and an index takes the difference for a return.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.diagnostics import Diagnostic, Findings
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.checks.neighbours import last_trade, limits
from indexcalc.market.market import Market
from indexcalc.market.plausibility import impossible, threshold

RESCALES = ("split", "consolidation", "bonus", "stock_dividend", "capital_reduction")
"""Types whose ratio is shares after for one before, and nothing else of the price."""


def unfollowed_actions(
    market: Market,
    findings: Findings,
    lines: Bools,
    days: tuple[int | None, int | None] = (None, None),
) -> None:
    """DAT057 for the rescaling actions of ``lines`` (n_symbols,) between two days (None: all) whose close
    on the ex-date is beyond the daily limit, or ``price_jump``, from what they leave of the close before.

    A day on which something else happens to the line too, or on which it does not trade, is not judged.
    """
    judged: dict[tuple[Any, ...], list[Diagnostic]] = market.memo(
        "closes of rescaling actions", dict
    )
    for (session, code), rows in sorted(_by_day(market, lines, days).items()):
        key = (session, code, *rows)
        if key not in judged:
            judged[key] = _judged(market, session, code, rows)
        findings.items += judged[key]


def _judged(
    market: Market, session: int, code: int, rows: Sequence[tuple[str, float]]
) -> list[Diagnostic]:
    """DAT057 of one line and session, whose actions are ``rows`` of type and ratio (none: it follows)."""
    findings, panel = Findings(), market.panel
    jump, limit = threshold(market.facts, "price_jump"), market.facts.get("price_limit")
    factor = float(np.prod([1.0 / ratio for _, ratio in rows]))
    if last_trade(market, code, session + 1) != session or not 0.0 < factor < np.inf:
        return []  # what is printed of a line that does not trade is no price
    before = float(panel.last_close(session)[code]) * factor
    ratio = float(panel.carried(session, session + 1)[0, code]) / before
    passed = max(session - last_trade(market, code, session), 1)  # a halt is one move
    low, high = _bounds(limit, jump, passed)
    if not (np.isnan(ratio) or low <= ratio <= high):
        what = " and ".join(f"a {kind} of ratio {value:g}" for kind, value in rows)
        findings.add(
            "DAT057",
            f"the close is {ratio:.4g} times what {what} leaves of the close before: another ratio or "
            "day, or no such action?",
            where=f"{market.symbols[code]} {date_text(int(market.days[session]))}",
            path=f"{market.place}/corporate_actions",
            severity="error" if impossible(ratio) else "warning",
        )
    return findings.items


def _bounds(limit: Any, jump: float | None, passed: int) -> tuple[float, float]:
    """The lowest and the highest close over the base price, ``passed`` sessions after the one before."""
    if limit is not None:
        return limits(float(limit), passed)
    return (0.0, np.inf) if jump is None else (1 / jump, jump)


def _by_day(
    market: Market, lines: Bools, days: tuple[int | None, int | None]
) -> dict[tuple[int, int], list[tuple[str, float]]]:
    """(type, ratio) of the actions of a line on a session, where all of them rescale it."""
    first, last = days
    of_day: dict[tuple[int, int], list[tuple[str, float]]] = defaultdict(list)
    mixed: set[tuple[int, int]] = set()
    for cell, ex_day, kind, ratio in market.memo("rows of actions", lambda: _rows(market)):
        if (
            lines[cell[1]]
            and (first is None or ex_day >= first)
            and (last is None or ex_day <= last)
        ):
            if ratio > 0.0:
                of_day[cell].append((kind, ratio))
            else:
                mixed.add(cell)
    return {cell: rows for cell, rows in of_day.items() if cell not in mixed}


def _rows(market: Market) -> list[tuple[tuple[int, int], int, str, float]]:
    """What happens to lines on observed sessions after the first: session and line, ex-day, type, and the
    ratio of what rescales the line alone (0: it does something else)."""
    found: list[tuple[tuple[int, int], int, str, float]] = []
    for name, kinds in (("corporate_actions", "type"), ("dividends", "kind")):
        table: Any = market.table(name)
        if table is None:
            continue
        codes = arrow.codes_into(table.column("symbol"), market.order)
        ex_days = arrow.days(table.column("ex_date"))
        sessions = np.searchsorted(market.days, ex_days)
        ratios = np.full(codes.size, np.nan)
        if "ratio" in table.column_names:
            ratios = arrow.floats(table.column("ratio"))
        of_kind, words = arrow.coded(table.column(kinds))
        rescales = np.array([*(word in RESCALES for word in words), False])[of_kind] & (
            ratios > 0.0
        )
        # Shares of another company have a worth of their own.
        if "other_symbol" in table.column_names:
            rescales &= arrow.null_mask(table.column("other_symbol"))
        rows = np.flatnonzero(
            (codes >= 0)
            & (sessions > 0)
            & (sessions < market.days.size)
            & np.array([*(word != "ordinary" for word in words), True])[of_kind]
        )
        cells = zip(sessions[rows].tolist(), codes[rows].tolist(), strict=True)
        words = np.array([*words, ""], dtype=np.object_)[of_kind[rows]].tolist()
        ratios = np.where(rescales, ratios, 0.0)[rows]
        found += zip(cells, ex_days[rows].tolist(), words, ratios.tolist(), strict=True)
    return found
