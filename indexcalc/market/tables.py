"""The tables of a market: their keys, columns, units and bounds.

Only declarations, so that a rule is checked against them without loading Arrow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import Struct

Kind = Literal["date", "text", "float", "integer"]


class Column(Struct, frozen=True):
    """One column: ``low``/``high`` are inclusive bounds, ``positive`` excludes zero.

    ``default`` fills an absent column or a null of a key; without one a key must be given.
    """

    name: str
    kind: Kind
    unit: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    positive: bool = False
    default: int | str | None = None
    always: bool = False  # a null date key means "since always"
    whole: bool = False  # the column may be absent, but where it is there, every row has a value


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: the names of its key columns and all known columns, in order.

    ``either``: columns of which each row has exactly one, the same one for all rows that share the
    key but for its last column.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    either: tuple[str, ...] = ()
    by_name: dict[str, Column] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


def _date(name: str, **more: Any) -> Column:
    return Column(name, "date", **more)


def _text(name: str, **more: Any) -> Column:
    return Column(name, "text", **more)


def _float(name: str, unit: str = "", **more: Any) -> Column:
    return Column(name, "float", unit, **more)


_KNOWN_AT = _date("known_at")
_SEQUENCE = Column("sequence", "integer", low=0, default=1)

TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec(
            "daily",
            ("date", "symbol"),
            (
                _date("date", required=True),
                _text("symbol", required=True),
                _float("close", "currency per share", required=True, positive=True),
                _float("base_price", "currency per share", positive=True),
                Column("shares_outstanding", "integer", "shares", whole=True, low=0),
                Column("volume", "integer", "shares", low=0),
                Column("traded_value", "integer", "currency", low=0),
            ),
        ),
        TableSpec(
            "securities",
            ("symbol", "valid_from"),
            (
                _text("symbol", required=True),
                _date("valid_from", always=True),
                *(
                    _text(name)
                    for name in (
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
                    )
                ),
                _date("listing_date"),
                _text("listed_by"),
                _date("delisting_date"),
                _text("successor"),
                _KNOWN_AT,
            ),
        ),
        TableSpec(
            "float_factors",
            ("symbol", "effective_date"),
            (
                _text("symbol", required=True),
                _date("effective_date", required=True),
                _float("float_factor", "share of 1", required=True, low=0, high=1),
                _KNOWN_AT,
                _text("source"),
                _text("certainty"),
            ),
        ),
        TableSpec(
            "holdings",
            ("symbol", "date", "holder_kind", "holder"),
            (
                _text("symbol", required=True),
                _date("date", required=True),
                _text("holder_kind", required=True),
                _text("holder", default=""),
                _float("shares", "shares", required=True, low=0),
                _KNOWN_AT,
            ),
        ),
        TableSpec(
            "designations",
            ("symbol", "from", "kind"),
            (
                _text("symbol", required=True),
                _date("from", required=True),
                _text("kind", required=True),
                _date("to"),  # the first day it no longer holds
                _KNOWN_AT,
            ),
        ),
        TableSpec(
            "corporate_actions",
            ("symbol", "ex_date", "sequence"),
            (
                _text("symbol", required=True),
                _date("ex_date", required=True),
                _SEQUENCE,
                _text("type", required=True),
                _float("ratio", positive=True),
                _float("part", "of the value", low=0),
                _float("price", "currency per share", low=0),
                _float("amount", "currency per share", low=0),
                _text("currency"),
                _text("other_symbol"),
                _date("list_date"),
                _float("final_price", "currency per share", low=0),
                _KNOWN_AT,
            ),
        ),
        TableSpec(
            "dividends",
            ("symbol", "ex_date", "kind", "sequence"),
            (
                _text("symbol", required=True),
                _date("ex_date", required=True),
                _text("kind", default="ordinary"),
                _SEQUENCE,
                _float("amount", "currency per share", required=True, low=0),
                _text("currency"),
                _KNOWN_AT,
            ),
        ),
        TableSpec(
            "fx",
            ("date", "from_currency", "to_currency", "tenor"),
            (
                _date("date", required=True),
                _text("from_currency", required=True),
                _text("to_currency", required=True),
                _text("tenor", default="spot"),
                _float("rate", "units of to per unit of from", required=True, positive=True),
            ),
        ),
        TableSpec(
            "rates",
            ("date", "name"),
            (
                _date("date", required=True),
                _text("name", required=True),
                _float("rate", "share of 1 a year", required=True),
            ),
        ),
        TableSpec(
            "memberships",
            ("index", "effective_date", "symbol"),
            (
                _text("index", required=True),
                _date("effective_date", required=True),
                _text("symbol", required=True),
            ),
        ),
        TableSpec(
            "weight_factors",
            ("index", "effective_date", "symbol"),
            (
                _text("index", required=True),
                _date("effective_date", required=True),
                _text("symbol", required=True),
                _float("weight_factor", "index shares", low=0),
                _float("weight", "share of 1", low=0),
            ),
            either=("weight_factor", "weight"),
        ),
        TableSpec("sessions", ("date",), (_date("date", required=True),)),
        TableSpec(
            "published",
            ("index", "date"),
            (
                _text("index", required=True),
                _date("date", required=True),
                _float("level", positive=True),
                Column("market_cap", "integer", "currency", low=0),
            ),
        ),
        # What one creation unit of an index fund is made of: `market float` takes factors from it.
        TableSpec(
            "baskets",
            ("fund", "date", "symbol"),
            (
                _text("fund", default=""),
                _date("date", required=True),
                _text("symbol", required=True),
                Column("units", "integer", "shares", required=True, low=0),
            ),
        ),
        # What the committee of an index decided about a line, beside what its rule says, and changes that
        # were announced; `decision`: add, remove, refuse or keep.
        TableSpec(
            "committee",
            ("index", "effective_date", "symbol"),
            (
                _text("index", required=True),
                _date("effective_date", required=True),
                _text("symbol", required=True),
                _text("decision", required=True),
                _text("who"),
                _text("why", required=True),
                _text("ref", required=True),
                _KNOWN_AT,
            ),
        ),
        # Levels that are published instead of what the rule gives.
        TableSpec(
            "level_overrides",
            ("index", "date"),
            (
                _text("index", required=True),
                _date("date", required=True),
                _float("level", "points", required=True),
                _text("who", required=True),
                _text("why", required=True),
                _text("ref", required=True),
                _KNOWN_AT,
            ),
        ),
        # What trackers of an index hold: `flows` takes the newest row on or before a date.
        TableSpec(
            "tracked_assets",
            ("index", "date"),
            (
                _text("index", required=True),
                _date("date", required=True),
                _float("assets", "currency", required=True, positive=True),
                _text("currency"),
                _text("source"),
                _text("certainty"),
            ),
        ),
        # What `import --on-conflict replace` overwrote; `key` is the row's key in words.
        TableSpec(
            "replaced",
            ("table", "key", "column", "sequence"),
            (
                _text("table", required=True),
                _text("key", required=True),
                _text("column", required=True),
                _SEQUENCE,
                _text("old", required=True),
                _text("new", required=True),
            ),
        ),
    )
}

RENAMED = {"decisions": "committee"}
"""Tables under a name they had before: what was in one belongs in the other."""


def new_name(name: str) -> str:
    """What to say of the former name of a table; '' of any other."""
    return f"the table `{name}` is called `{RENAMED[name]}` now" if name in RENAMED else ""
