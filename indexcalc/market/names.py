"""What the lines of a market are called."""

from __future__ import annotations

from indexcalc.market import arrow
from indexcalc.market.market import Market


def line_names(market: Market, column: str = "name") -> list[str | None]:
    """The last known name of each line of ``market.symbols``; None where there is none."""
    names: list[str | None] = [None] * len(market.symbols)
    table = market.table("securities")
    if table is None or column not in table.column_names:
        return names
    codes = arrow.codes_into(table.column("symbol"), market.order)
    # Rows are sorted by symbol and valid_from: the last one that says a name stays.
    for code, name in zip(codes.tolist(), arrow.texts(table.column(column)), strict=True):
        if code >= 0 and name is not None:
            names[code] = name
    return names
