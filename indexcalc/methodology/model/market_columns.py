"""Columns and words every market has or uses alike (design section 4), as far as checks need them.

``market.tables`` declares the tables; it imports pyarrow, which a check without a market does
without, so their names stand here again and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TABLE_NAMES: Final = (
    "daily",
    "securities",
    "float_factors",
    "holdings",
    "designations",
    "corporate_actions",
    "dividends",
    "fx",
    "rates",
    "memberships",
    "weight_factors",
    "sessions",
    "published",
    "replaced",
)
TEXT_COLUMNS: Final = frozenset(
    (
        "symbol",
        "name",
        "name_en",
        "isin",
        "issuer",
        "market",
        "currency",
        "country",
        "share_class",
        "security_type",
        "sector",
        "listed_by",
        "successor",
    )
)
DATE_COLUMNS: Final = frozenset(
    ("date", "valid_from", "listing_date", "delisting_date", "known_at")
)
NUMBER_COLUMNS: Final = frozenset(
    (
        "close",
        "base_price",
        "shares_outstanding",
        "volume",
        "traded_value",
        "market_cap",
        "float_market_cap",
        "turnover_ratio",
        "float_turnover_ratio",
        "float_factor",
    )
)

FACTS: Final = ("delisting", "merger", "transfer", "leaves_parent")
"""What a deletion may be on, beside designations."""
DESIGNATIONS: Final = ("administrative", "delisting_trade", "caution", "halted")
USUAL_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "designation": DESIGNATIONS,
    "share_class": ("common", "preferred", "old_preferred", "a_share", "b_share", "h_share"),
    "security_type": (
        "stock",
        "fund",
        "reit",
        "infrastructure_fund",
        "ship_fund",
        "spac",
        "foreign",
        "depositary_receipt",
    ),
    "listed_by": ("new", "transfer", "demerger", "merger"),
}
"""Words of open lists that every market uses alike."""
