"""Rows of ``corporate_actions`` that a market may lack, for a person to confirm.

A row is suggested where no action row says why:

- listed shares step by a tenth or more and the price undoes at least half of it;
- the exchange's base price is not the close before (by more than half a percent); new shares that are
  listed within a quarter after it are taken for those of the action;
- a close is beyond the daily limit (without one, the threshold of ``market check``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.market import arrow
from indexcalc.market.checks.likely_action import SHARE_STEP, issue, likely_action, opposes
from indexcalc.market.checks.neighbours import PRICES, steps
from indexcalc.market.checks.plausible import action_days, is_explained
from indexcalc.market.market import Market

_LISTS_WITHIN = 63  # sessions from the ex-date to the listing of new shares
_BASE_MOVE = 0.005  # a base price this far from the close before is not rounding to a tick


class _Move(Struct, frozen=True):
    """Shares after for one before, and the session on which they are listed where it is a later one."""

    step: float = 1.0
    lists: int | None = None


def suggest_actions(market: Market) -> Any:
    """Table of symbol, ex_date, type, ratio, price, list_date, why; by date and symbol.

    ``ratio`` and ``price`` are read off the move, to six digits: the terms announced belong there.
    Null: what the move does not tell.
    """
    panel, actions = market.panel, action_days(market)
    rows: list[dict[str, Any]] = []
    for (session, code), move in sorted(_moves(market).items()):
        day = int(market.days[session])
        if session == 0 or is_explained(actions, code, day):
            continue
        last = float(panel.last_close(session)[code])
        price = _base_of(market, session, code)
        if not last > 0 or not price > 0:
            continue
        ratio, step = price / last, move.step
        if move.lists is not None:
            likely = issue(ratio, step, last)
        elif step == 1.0 or opposes(ratio, step):
            likely = likely_action(ratio, step, last)
        else:
            continue
        rows.append(
            {
                "symbol": market.symbols[code],
                "ex_date": day,
                "type": likely.type or None,
                "ratio": _digits(likely.ratio),
                "price": _digits(likely.price),
                "list_date": arrow.NULL_DAY if move.lists is None else int(market.days[move.lists]),
                "why": f"price times {ratio:.4g}, shares times {step:.4g}: {likely.words}?",
            }
        )
    return arrow.table(
        {
            "symbol": arrow.from_texts([row["symbol"] for row in rows]),
            "ex_date": arrow.from_days([row["ex_date"] for row in rows]),
            "type": arrow.from_texts([row["type"] for row in rows]),
            "ratio": arrow.from_floats([row["ratio"] for row in rows], nan_is_null=True),
            "price": arrow.from_floats([row["price"] for row in rows], nan_is_null=True),
            "list_date": arrow.from_days([row["list_date"] for row in rows]),
            "why": arrow.from_texts([row["why"] for row in rows]),
        }
    )


def _moves(market: Market) -> dict[tuple[int, int], _Move]:
    """By (session, line): moves of a price or of listed shares that ask for an action."""
    panel = market.panel
    listed = _share_steps(market) if panel.has("shares_outstanding") else {}
    moves = {(step.session, step.code): _Move() for step in steps(market, PRICES)}
    used: set[tuple[int, int]] = set()
    if panel.has("base_price"):
        bases = panel.bases()
        for session, code, base in zip(
            bases.rows.tolist(), bases.codes.tolist(), bases.values.tolist(), strict=True
        ):
            last = float(panel.last_close(session)[code]) if session else np.nan
            if not abs(base / last - 1) > _BASE_MOVE:
                continue
            later = [
                (at, step)
                for at, step in listed.get(code, ())
                if (at == session and opposes(base / last, step))
                or (session < at <= session + _LISTS_WITHIN and step > 1 and base < last)
            ]
            at, step = later[0] if later else (session, 1.0)
            moves[session, code] = _Move(step, at if at > session else None)
            used.add((at, code))
    for code, of_line in listed.items():
        for session, step in of_line:
            if abs(np.log(step)) >= np.log1p(SHARE_STEP) and (session, code) not in used:
                moves[session, code] = _Move(step)
    return moves


def _share_steps(market: Market) -> dict[int, list[tuple[int, float]]]:
    """By line: (session, shares after for one before), wherever its listed shares change."""
    changes = market.panel.changes("shares_outstanding")
    known = ~np.isnan(changes.values) & (changes.values > 0)
    codes, sessions, values = changes.codes[known], changes.rows[known], changes.values[known]
    order = np.lexsort((sessions, codes))
    codes, sessions, values = codes[order], sessions[order], values[order]
    steps: dict[int, list[tuple[int, float]]] = {}
    for at in np.flatnonzero(codes[1:] == codes[:-1]).tolist():
        step = float(values[at + 1] / values[at])
        if step != 1.0:
            steps.setdefault(int(codes[at + 1]), []).append((int(sessions[at + 1]), step))
    return steps


def _base_of(market: Market, session: int, code: int) -> float:
    """The exchange's base price of a line on a session, else its close."""
    panel = market.panel
    if panel.has("base_price"):
        base = float(panel.column("base_price", session, session + 1)[0, code])
        if not np.isnan(base):
            return base
    return float(panel.carried(session, session + 1)[0, code])


def _digits(value: float | None) -> float:
    return np.nan if value is None else float(f"{value:.6g}")
