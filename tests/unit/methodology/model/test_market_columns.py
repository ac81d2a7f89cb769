"""The kinds of the columns of a market, as a rule sees them."""

from __future__ import annotations

from indexcalc.methodology.model import market_columns as columns


def test_a_column_of_the_market_is_text_a_date_or_a_number() -> None:
    assert {"symbol", "sector", "security_type", "successor"} <= columns.TEXT_COLUMNS
    assert {"date", "listing_date", "known_at"} <= columns.DATE_COLUMNS
    assert {"close", "volume", "market_cap", "float_factor"} <= columns.NUMBER_COLUMNS
    kinds = (columns.TEXT_COLUMNS, columns.DATE_COLUMNS, columns.NUMBER_COLUMNS)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
