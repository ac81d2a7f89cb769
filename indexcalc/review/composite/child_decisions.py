"""The decision ledger of a child that chooses nothing: it holds what its parents' lists leave it.

On its first day one row for each line of the lists it is made from; later one for each line that
came or went, there or here, with the list that decided.  A line that only stopped being listed has no
row: no list did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from indexcalc.arrays import Bools, Codes, Days, Ints
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.calendar.timeline import MemberLists, StateTimeline
from indexcalc.review.data.line_states import StateRows
from indexcalc.review.ledger.decisions import IN, OUT, Decisions, table


def child_decisions(
    rule: Methodology,
    rows: StateRows,
    lists: StateTimeline,
    of: Sequence[MemberLists],
    except_: Sequence[MemberLists],
    symbols: Sequence[str],
    span: tuple[int, int],
    seen: tuple[Days, Days],
) -> Any:
    """``decisions.parquet`` of a child without a selection: rows of step ``membership``.

    ``span``: first and last day of the run; ``seen``: days of each line's first and last daily row.
    """
    first_seen, last_seen = seen
    start, last = span
    listed = {start, *(day for one in (*of, *except_) for day in one.change_days.tolist())}
    moved: dict[int, list[int]] = {}
    for code, day in zip(*(part.tolist() for part in lists.changes()[:2]), strict=True):
        moved.setdefault(day, []).append(code)
    blocks: list[Decisions] = []
    n = len(symbols)
    own = np.full(n, -1, dtype=np.int64)
    own[rows.codes] = np.arange(rows.codes.size)
    before = inside_before = np.zeros(n, dtype=np.bool_)
    for day in sorted(day for day in {*listed, *moved} if start <= day <= last):
        if day not in listed and not inside_before[moved[day]].any():
            continue  # no list is another one, and the states of its lines are those before
        members, inside = _mask(lists.members(day), n), _union(of, day, n)
        changed = (members != before) | (inside != inside_before)
        # A line that has no row yet, or none any more, is no news.
        changed &= (first_seen <= day) & (last_seen >= day if day == start else True)
        if changed.any():
            blocks.append(
                _block(
                    day=day,
                    changed=changed,
                    members=members,
                    rule=rule,
                    rows=rows,
                    own=own,
                    of=of,
                    except_=except_,
                    n=n,
                )
            )
        before, inside_before = members, inside
    return table(blocks, symbols, rows.words)


def _block(
    day: int,
    changed: Bools,
    members: Bools,
    rule: Methodology,
    rows: StateRows,
    own: Ints,
    of: Sequence[MemberLists],
    except_: Sequence[MemberLists],
    n: int,
) -> Decisions:
    """The rows of one day: of each line the list, or else its own test, that decided.

    ``own``: the last row of each line's own state (n,); -1: none.  Its tests do not change by the day.
    """
    words = rows.words
    path = np.zeros(n, dtype=np.int64)
    detail = np.zeros(n, dtype=np.int64)
    observed, threshold = np.full(n, np.nan), np.full(n, np.nan)
    tested = own >= 0
    path[tested], detail[tested] = rows.path[own[tested]], rows.detail[own[tested]]
    observed[tested] = rows.observed[own[tested]]
    threshold[tested] = rows.threshold[own[tested]]

    def say(mask: Bools, key: str, text: str) -> None:
        path[mask] = words.place(key, rule.line_of(key))
        detail[mask] = words.number(text)
        observed[mask] = threshold[mask] = np.nan

    names = " or ".join(parent.index for parent in of)
    others = "".join(f", not in {parent.index}" for parent in except_)
    say(members, "universe.of", f"in {names}{others}")
    for parent in except_:
        inside = _mask(parent.members(day), n)
        say(inside & ~members, "universe.except", f"in {parent.index}")
    say(~_union(of, day, n), "universe.of", f"not in {names}")
    codes = np.flatnonzero(changed)
    return Decisions(
        effective_day=day,
        step="membership",
        codes=codes.astype(np.int32),
        outcome=np.where(members, IN, OUT)[codes].astype(np.int8),
        observed=observed[codes],
        threshold=threshold[codes],
        detail=detail[codes],
        path=path[codes],
        code=np.full(codes.size, -1, dtype=np.int8),
        measure=np.zeros(codes.size, dtype=np.int64),
    )


def _mask(codes: Codes, n: int) -> Bools:
    mask = np.zeros(n, dtype=np.bool_)
    mask[codes] = True
    return mask


def _union(parents: Sequence[MemberLists], day: int, n: int) -> Bools:
    union = np.zeros(n, dtype=np.bool_)
    for parent in parents:
        union[parent.members(day)] = True
    return union
