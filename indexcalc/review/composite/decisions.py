"""The decision ledger of a composite: every line once at the start, then each change of state."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from indexcalc.arrays import Days
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import Sessions
from indexcalc.market.market import Market
from indexcalc.review.data.line_states import StateRows, unchanged_dropped
from indexcalc.review.ledger.decisions import finite


def decisions(
    rows: StateRows,
    market: Market,
    sessions: Sessions,
    start_day: int,
    last_day: int,
    first_seen: Days,
    last_seen: Days,
) -> Any:
    """``decisions.parquet`` rows with step ``membership``, by effective date and symbol.

    On ``start_day`` one row for every line with daily rows around it, later one for each line whose
    eligibility changed while it was listed.  ``first_seen`` and ``last_seen`` (n_symbols,) are the
    days of each line's first and last daily row.
    """
    days = sessions.days
    day = days[np.minimum(rows.session, days.size - 1)]
    before = rows.take(np.flatnonzero(day <= start_day))
    last_of_line = np.concatenate((before.codes[1:] != before.codes[:-1], [True]))
    initial = before.take(np.flatnonzero(last_of_line[: before.codes.size]))
    known = (first_seen[initial.codes] <= start_day) & (last_seen[initial.codes] >= start_day)
    initial = initial.take(np.flatnonzero(known))
    n_initial = initial.codes.size
    changes = unchanged_dropped(rows)
    when = days[np.minimum(changes.session, days.size - 1)]
    inside = (when > start_day) & (when <= last_day)
    # A line that is first seen later is told of when it becomes eligible, not when it does not.
    seen = (when >= first_seen[changes.codes]) & (when <= last_seen[changes.codes] + 31)
    repeated = np.concatenate(([False], changes.codes[1:] == changes.codes[:-1]))
    keep = inside & seen & (repeated | changes.eligible)
    changes, when = changes.take(np.flatnonzero(keep)), when[keep]
    day = np.concatenate((np.full(n_initial, start_day, dtype=np.int32), when))
    code = np.concatenate((initial.codes, changes.codes))
    order = np.lexsort((code, day))
    words = rows.words
    lines = np.array(words.lines, dtype=np.int64)

    def joined(name: str) -> npt.NDArray[Any]:
        both = np.concatenate((getattr(initial, name), getattr(changes, name)))
        ordered: npt.NDArray[Any] = both[order]
        return ordered

    eligible, path, detail = joined("eligible"), joined("path"), joined("detail")
    nothing = np.zeros(order.size, dtype=np.int32)
    return arrow.table(
        {
            "effective_date": arrow.from_days(day[order]),
            "symbol": arrow.from_codes(code[order], market.symbols),
            "step": arrow.from_codes(nothing, ["membership"]),
            "outcome": arrow.from_codes(np.where(eligible, 0, 1), ["in", "out"]),
            "observed": finite(joined("observed")),
            "threshold": finite(joined("threshold")),
            "detail": arrow.from_codes(detail, words.texts),
            "rule_path": arrow.from_codes(path, words.texts),
            "rule_line": arrow.from_ints(lines[path]),
            "code": arrow.from_codes(nothing - 1, [""]),
        }
    )
