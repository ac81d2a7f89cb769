"""Levels that are published instead of those the rule gives, as data: who said so, why, and both values.

A row of the market's table ``level_overrides`` replaces ``level_published`` of one session.  ``level``,
and all that is chained or computed from it, stays: an override corrects what is shown, not the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np

from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text
from indexcalc.market.market import Market

COLUMN = "level_published"


def overridden(index: str, levels: Any, market: Market) -> tuple[Any, Any | None]:
    """(``levels`` with what is published instead, a table of it; None: nothing is).

    Columns of the table: date, level (as computed), computed (as the rule would publish it), published,
    who, why, ref.  DataError: DAT007 a day between the first session and the last that is no session,
    DAT006 a level with more decimals than the rule publishes.
    """
    table = market.table("level_overrides")
    if table is None or not levels.num_rows:
        return levels, None
    days = arrow.days(levels.column("date"))
    said = {
        int(day): row
        for day, row in zip(arrow.days(table.column("date")), table.to_pylist(), strict=True)
        if row["index"] == index and days[0] <= day <= days[-1]
    }
    if not said:
        return levels, None
    kind = levels.schema.field(COLUMN).type
    column = levels.column(COLUMN).to_pylist()
    computed: dict[int, Decimal] = {}
    for day, row in sorted(said.items()):
        at = int(np.searchsorted(days, day))
        if days[at] != day:
            raise _refused(
                "DAT007", f"{index} has no session on {date_text(day)}", "say the session"
            )
        level = Decimal(repr(row["level"]))
        if round(level, kind.scale) != level:
            hint = f"the rule publishes {kind.scale} decimals"
            raise _refused("DAT006", f"{level} on {date_text(day)} has too many decimals", hint)
        computed[at], column[at] = column[at], level
    place = levels.column_names.index(COLUMN)
    changed = levels.set_column(place, levels.schema.field(COLUMN), _decimals(column, kind))
    rows = list(computed)
    texts = [said[int(days[at])] for at in rows]
    return changed, arrow.table(
        {
            "date": arrow.from_days(days[rows]),
            "level": arrow.from_floats(arrow.floats(levels.column("level"))[rows]),
            "computed": _decimals(computed.values(), kind),
            "published": _decimals([column[at] for at in rows], kind),
            **{
                name: arrow.from_texts([row[name] for row in texts])
                for name in ("who", "why", "ref")
            },
        }
    )


def _decimals(values: Iterable[Decimal], kind: Any) -> Any:
    return arrow.from_texts(format(value, "f") for value in values).cast(kind)


def _refused(code: str, message: str, hint: str) -> DataError:
    return DataError.of(code, message, where="level_overrides", path="market", hint=hint)
