"""Actions that rescale a line, and a close on the ex-date that does not follow them.

An inverted ratio, a row on the wrong day or on the wrong line, a row there twice: the terms move the
base price, the close stays where it was, and an index takes the difference for a return.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from indexcalc.arrays import Bools
from indexcalc.diagnostics import Findings
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
    jump, limit = threshold(market.facts, "price_jump"), market.facts.get("price_limit")
    panel = market.panel
    for (session, code), rows in sorted(_by_day(market, lines, days).items()):
        factor = float(np.prod([1.0 / ratio for _, ratio in rows]))
        if last_trade(market, code, session + 1) != session or not 0.0 < factor < np.inf:
            continue  # what is printed of a line that does not trade is no price
        before = float(panel.last_close(session)[code]) * factor
        ratio = float(panel.carried(session, session + 1)[0, code]) / before
        passed = max(session - last_trade(market, code, session), 1)  # a halt is one move
        low, high = _bounds(limit, jump, passed)
        if np.isnan(ratio) or low <= ratio <= high:
            continue
        what = " and ".join(f"a {kind} of ratio {value:g}" for kind, value in rows)
        findings.add(
            "DAT057",
            f"the close is {ratio:.4g} times what {what} leaves of the close before: another ratio or "
            "day, or no such action?",
            where=f"{market.symbols[code]} {date_text(int(market.days[session]))}",
            path=f"{market.place}/corporate_actions",
            severity="error" if impossible(ratio) else "warning",
        )


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
    for name, kinds in (("corporate_actions", "type"), ("dividends", "kind")):
        table: Any = market.table(name)
        if table is None:
            continue
        codes = arrow.codes_into(table.column("symbol"), market.order)
        ex_days = arrow.days(table.column("ex_date"))
        sessions = np.searchsorted(market.days, ex_days)
        ratios = (
            arrow.floats(table.column("ratio"))
            if "ratio" in table.column_names
            else np.full(codes.size, np.nan)
        )
        other = (  # shares of another company are worth what they are worth
            ~arrow.null_mask(table.column("other_symbol"))
            if "other_symbol" in table.column_names
            else np.zeros(codes.size, dtype=np.bool_)
        )
        asked = (codes >= 0) & lines[codes] & (sessions > 0) & (sessions < market.days.size)
        asked &= (first is None or ex_days >= first) & (last is None or ex_days <= last)
        of_kind, words = arrow.coded(table.column(kinds))
        asked &= np.array([*(word != "ordinary" for word in words), True])[of_kind]
        for row in np.flatnonzero(asked).tolist():
            kind = words[of_kind[row]] if of_kind[row] >= 0 else ""
            cell = int(sessions[row]), int(codes[row])
            if kind in RESCALES and ratios[row] > 0.0 and not other[row]:
                of_day[cell].append((kind, float(ratios[row])))
            else:
                mixed.add(cell)
    return {cell: rows for cell, rows in of_day.items() if cell not in mixed}
