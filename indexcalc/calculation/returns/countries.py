"""Where lines are domiciled when they pay: what the withholding of a net return goes by."""

from __future__ import annotations

from indexcalc.arrays import Codes
from indexcalc.market.as_of import History
from indexcalc.market.market import Market


def countries(market: Market, codes: Codes, days: Codes) -> list[str]:
    """The country of each of ``codes`` (n,) on its day of ``days`` (n,); '' where none is known."""
    table = market.table("securities")
    if table is None or "country" not in table.column_names:
        return [""] * codes.size
    history = History(table, "valid_from", market.order)
    positions, labels = history.labels("country", codes, days)
    return ["" if position < 0 else labels[int(position)] for position in positions]
