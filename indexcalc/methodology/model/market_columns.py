"""Columns and labels of every market, as far as a rule is checked against them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from indexcalc.market.tables import TABLES

TABLE_NAMES: Final = tuple(TABLES)
_OF_LINES: Final = (*TABLES["daily"].columns, *TABLES["securities"].columns)
TEXT_COLUMNS: Final = frozenset(column.name for column in _OF_LINES if column.kind == "text")
DATE_COLUMNS: Final = frozenset(column.name for column in _OF_LINES if column.kind == "date")
DERIVED_COLUMNS: Final = (
    "market_cap",
    "float_market_cap",
    "turnover_ratio",
    "float_turnover_ratio",
    "float_factor",
)
"""Numbers a rule may ask for that no row of ``daily`` holds."""
NUMBER_COLUMNS: Final = frozenset(
    (
        *(column.name for column in _OF_LINES if column.kind in ("float", "integer")),
        *DERIVED_COLUMNS,
    )
)

FACTS: Final = ("delisting", "merger", "transfer", "leaves_parent")
"""Events that may delete a member, besides designations."""
DESIGNATIONS: Final = ("administrative", "delisting_trade", "caution", "halted")
HOLDER_KINDS: Final = (
    "largest_holder",
    "related_party",
    "esop",
    "treasury",
    "government",
    "lock_up",
    "strategic",
    "foreign_limit",
)
"""Kinds of holders (``holdings.holder_kind``) that importers and rules share; others may be used."""

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
"""Labels that every market uses alike; a market may have others."""
