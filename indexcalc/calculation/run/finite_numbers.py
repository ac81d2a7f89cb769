"""No NaN and no infinity leaves a computation: what cannot be a number is an error, never a value."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.diagnostics import DataError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_text

_DAYS = ("date", "effective_date")


def refuse_not_finite(index: str, **tables: Any) -> None:
    """DataError (CAL030): a number of a table is NaN or infinite (null says that there is none)."""
    for table_name, table in tables.items():
        if table is None:
            continue
        for name in table.column_names:
            if str(table.column(name).type) != "double":
                continue
            column = table.column(name)
            bad = ~np.isfinite(arrow.floats(column)) & ~arrow.null_mask(column)
            if bad.any():
                row = int(np.flatnonzero(bad)[0])
                raise not_finite(index, f"{table_name}.{name}", _place(table, row))


def not_finite(index: str, what: str, place: str) -> DataError:
    """The error of a value that has left the numbers."""
    return DataError.of(
        "CAL030",
        f"{what} is not a number that can be written: a price, a share count, a rate or a term of an "
        "action is far from what it must be",
        where=f"{index} {place}".strip(),
        hint="run `indexcalc market check`, which names values that cannot be",
    )


def _place(table: Any, row: int) -> str:
    words = []
    for name in _DAYS:
        if name in table.column_names:
            words.append(date_text(int(arrow.days(table.column(name))[row])))
    if "symbol" in table.column_names:
        words.append(str(table.column("symbol")[row].as_py()))
    return " ".join(words)
