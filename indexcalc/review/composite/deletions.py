"""Delistings, transfers and mergers that take lines out of a composite on their own day."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from indexcalc.arrays import Bools, Codes, Ints
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.line_facts import FOREVER, MERGER, facts
from indexcalc.review.data.line_states import StateRows
from indexcalc.review.data.presence import presence


def with_deletions(
    rule: Methodology, rows: StateRows, market: Market, sessions: Sessions
) -> StateRows:
    """Rows that take a line out on the session a delisting or transfer comes into force, or on the
    first of the halt before its merger."""
    securities = market.table("securities")
    items = [
        item
        for value in rule.maintenance.deletions.values
        for item in value
        if item.after is not None or (item.effective is not None and MERGER in item.on)
    ]
    if securities is None or not items:
        return rows
    history = History(securities, "valid_from", market.order)
    codes: list[Codes] = []
    session: list[Ints] = []
    reason: list[str] = []
    for item in items:
        after = None if item.after is None else item.after.get(date_of(int(market.days[-1])))
        wait = 0 if after is None else after.n
        facts_of = _halts(market) if item.after is None else _facts(item.on, history)
        for kind, code, day in facts_of:
            at = np.searchsorted(sessions.days, day, side="left").astype(np.int64) + wait
            inside = np.array([item.in_force(date_of(int(one))) for one in day], dtype=np.bool_)
            if kind != "delisting":
                # Who comes by a transfer was no member, and does not leave.
                inside &= _eligible_before(rows, code, at)
            codes.append(code[inside])
            session.append(at[inside])
            reason.extend([f"deleted on {kind}"] * int(inside.sum()))
    if not codes:
        return rows
    extra_codes, extra_session = np.concatenate(codes), np.concatenate(session)
    path = rows.words.place("maintenance.deletions", rule.line_of("maintenance.deletions"))
    n = extra_codes.size
    detail = np.array([rows.words.number(text) for text in reason], dtype=np.int64)
    merged = StateRows(
        codes=np.concatenate((rows.codes, extra_codes)),
        session=np.concatenate((rows.session, extra_session)),
        eligible=np.concatenate((rows.eligible, np.zeros(n, dtype=np.bool_))),
        path=np.concatenate((rows.path, np.full(n, path, dtype=np.int64))),
        observed=np.concatenate((rows.observed, np.full(n, np.nan))),
        threshold=np.concatenate((rows.threshold, np.full(n, np.nan))),
        detail=np.concatenate((rows.detail, detail)),
        words=rows.words,
    )
    _stay_out(
        merged=merged,
        codes=extra_codes,
        session=extra_session,
        detail=detail,
        history=history,
        market=market,
        sessions=sessions,
    )
    # On one session the deletion has the last word.
    rank = np.concatenate((np.zeros(rows.codes.size), np.ones(n)))
    return merged.take(np.lexsort((rank, merged.session, merged.codes)))


def _eligible_before(rows: StateRows, codes: Codes, session: Ints) -> Bools:
    """Which lines (n,) were in on the session before each ``session`` (n,), by their states."""
    order = np.lexsort((rows.session, rows.codes))
    both = rows.codes[order].astype(np.int64) * (1 << 32) + rows.session[order]
    positions = np.searchsorted(both, codes.astype(np.int64) * (1 << 32) + session, side="left") - 1
    last_rows = order[np.maximum(positions, 0)]
    eligible: Bools = (positions >= 0) & (rows.codes[last_rows] == codes) & rows.eligible[last_rows]
    return eligible


def _stay_out(
    merged: StateRows,
    codes: Codes,
    session: Ints,
    detail: Ints,
    history: History,
    market: Market,
    sessions: Sessions,
) -> None:
    """A line that was delisted does not come back by a later state, but where it is listed again."""
    gone_words = [merged.words.number(f"deleted on {kind}") for kind in ("delisting", MERGER)]
    never = np.iinfo(np.int64).max
    gone = np.full(len(market.symbols), never, dtype=np.int64)
    delisted = np.isin(detail, gone_words)
    np.minimum.at(gone, codes[delisted], session[delisted])
    if "listing_date" in history.table.column_names:
        listed = arrow.days(history.table.column("listing_date"))
        rows = np.flatnonzero((history.codes >= 0) & (listed != arrow.NULL_DAY))
        at = np.searchsorted(sessions.days, listed[rows], side="left")
        again = rows[at > gone[history.codes[rows]]]
        gone[history.codes[again]] = never
    late = merged.session > gone[merged.codes]
    path = merged.words.number("maintenance.deletions")
    merged.eligible[late] = False
    merged.path[late], merged.detail[late] = path, gone_words[0]
    merged.observed[late] = merged.threshold[late] = np.nan


def _halts(market: Market) -> Iterable[tuple[str, Codes, Codes]]:
    """(kind, codes, days) from which lines are halted for a merger that is known."""
    halted = [
        (fact.code, fact.halt)
        for fact in facts(market, presence(market), stops_are_delistings=False)
        if fact.kind == MERGER and fact.halt < FOREVER
    ]
    codes = np.array([code for code, _ in halted], dtype=np.int32)
    yield MERGER, codes, np.array([day for _, day in halted], dtype=np.int32)


def _facts(kinds: Iterable[str], history: History) -> Iterable[tuple[str, Codes, Codes]]:
    """(kind, codes, days) of delistings and transfers that ``securities`` tells of."""
    table = history.table
    for kind in kinds:
        if kind == "delisting" and "delisting_date" in table.column_names:
            days = arrow.days(table.column("delisting_date"))
            keep = (days != arrow.NULL_DAY) & (history.codes >= 0)
            yield kind, history.codes[keep], days[keep]
        if kind == "transfer" and "market" in table.column_names:
            index = history.rows("market")
            labels, _ = arrow.sorted_codes(table.column("market"))
            code = history.codes[index.rows]
            label = labels[index.rows]
            moved = np.flatnonzero((code[1:] == code[:-1]) & (label[1:] != label[:-1])) + 1
            yield kind, code[moved], history.from_days[index.rows[moved]]
