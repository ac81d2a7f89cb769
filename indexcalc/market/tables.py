"""The tables of a market: their keys, columns, units and bounds.

Only declarations, so that a rule is checked against them without loading Arrow.
"""

from __future__ import annotations

from functools import cached_property
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
    means: str = ""  # a sentence of docs/tables.md


class TableSpec(Struct, frozen=True, dict=True):
    """One table: what it holds, the names of its key columns and all known columns, in order.

    ``either``: columns of which each row has exactly one, the same one for all rows that share the
    key but for its last column.  ``holds_from``: the date of the key from which a row holds until
    the next; one that says what holds already is not stored.
    """

    name: str
    means: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    either: tuple[str, ...] = ()
    holds_from: str = ""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


def _date(name: str, means: str, **more: Any) -> Column:
    return Column(name, "date", means=means, **more)


def _text(name: str, means: str, **more: Any) -> Column:
    return Column(name, "text", means=means, **more)


def _float(name: str, means: str, unit: str = "", **more: Any) -> Column:
    return Column(name, "float", unit, means=means, **more)


_SYMBOL = _text("symbol", "The line: its ticker or code, as text.", required=True)
_INDEX = _text("index", "The name of the index, as its rule has it.", required=True)
_KNOWN_AT = _date(
    "known_at", "The day it was announced; a row counts from then on. Empty: the day it holds."
)
_SEQUENCE = Column(
    "sequence", "integer", low=0, default=1, means="The order of several on one day; 1 if absent."
)
_SOURCE = _text("source", "Where it was taken from.")
_CERTAINTY = _text("certainty", "How certain it is, in a word.")
_WHO = "Who decided."
_WHY = "Why, as the report says it."
_REF = "Where it stands: a document and its clause."
_CURRENCY = _text("currency", "Of the amount, as a code such as KRW; empty: that of the line.")

_SPECS = (
    TableSpec(
        "daily",
        "One row for each line and session: prices, listed shares, trading.",
        ("date", "symbol"),
        (
            _date("date", "The session.", required=True),
            _SYMBOL,
            _float(
                "close",
                "The closing price, not adjusted for later splits; empty: no trade.",
                "currency per share",
                required=True,
                positive=True,
            ),
            _float(
                "base_price",
                "The price the exchange measures the session's change from.",
                "currency per share",
                positive=True,
            ),
            Column(
                "shares_outstanding",
                "integer",
                "shares",
                whole=True,
                low=0,
                means="The listed shares of the session, not adjusted either.",
            ),
            Column("volume", "integer", "shares", low=0, means="The shares traded."),
            Column("traded_value", "integer", "currency", low=0, means="The value traded."),
        ),
    ),
    TableSpec(
        "securities",
        "What a line is: a row for each day on which something about it changes.",
        ("symbol", "valid_from"),
        (
            _SYMBOL,
            _date("valid_from", "The day from which the row holds; empty: always.", always=True),
            _text("name", "The name of the line."),
            _text("name_en", "Its name in English, shown on screen where it is known."),
            _text("isin", "Its ISIN."),
            _text("issuer", "The company; lines of one company have the same."),
            _text("market", "The board it is listed on, such as KOSPI."),
            _text("currency", "The currency of its prices, as a code such as KRW."),
            _text("country", "The country of the company, as a rule of yours names it."),
            _text("share_class", "`common`, `preferred` and the like."),
            _text("security_type", "`stock`, `reit`, `spac`, `fund` and the like."),
            _text("sector", "Its industry, in the words of your source."),
            _date("listing_date", "The day it was listed on this board."),
            _text("listed_by", "How it came: `new`, `transfer`, `demerger` or `merger`."),
            _date("delisting_date", "The first day on which it is no longer listed."),
            _text("successor", "The line it became, or that took its place."),
            _KNOWN_AT,
        ),
    ),
    TableSpec(
        "float_factors",
        "The part of the shares that is in free float, from a day on.",
        ("symbol", "effective_date"),
        (
            _SYMBOL,
            _date("effective_date", "The day from which the factor holds.", required=True),
            _float(
                "float_factor",
                "The free float: 0.45 is 45 %.",
                "share of 1",
                required=True,
                low=0,
                high=1,
            ),
            _KNOWN_AT,
            _SOURCE,
            _CERTAINTY,
        ),
        holds_from="effective_date",
    ),
    TableSpec(
        "holdings",
        "What holders own, from which a rule makes the free float.",
        ("symbol", "date", "holder_kind", "holder"),
        (
            _SYMBOL,
            _date("date", "The day from which the holding holds.", required=True),
            _text(
                "holder_kind",
                "`treasury`, `lock_up` and the like.",
                required=True,
            ),
            _text("holder", "The name of the holder; none: all of the kind.", default=""),
            _float("shares", "The shares held; 0: no more.", "shares", required=True, low=0),
            _KNOWN_AT,
        ),
        holds_from="date",
    ),
    TableSpec(
        "designations",
        "Flags of the exchange on a line, each from a day to a day.",
        ("symbol", "from", "kind"),
        (
            _SYMBOL,
            _date("from", "The first day of it.", required=True),
            _text(
                "kind",
                "`administrative`, `delisting_trade`, `caution`, `halted`, or a word of yours.",
                required=True,
            ),
            _date("to", "The first day on which it no longer holds; empty: it still does."),
            _KNOWN_AT,
        ),
    ),
    TableSpec(
        "corporate_actions",
        "What moves prices and share counts without trading; events.md says which type needs what.",
        ("symbol", "ex_date", "sequence"),
        (
            _SYMBOL,
            _date("ex_date", "The first session without the right.", required=True),
            _SEQUENCE,
            _text("type", "`split`, `rights`, `spin_off`, `merger` and others.", required=True),
            _float(
                "ratio",
                "Shares after for one before; of rights, new shares for one held; of a spin-off and "
                "of a merger, shares of the other line for one.",
                positive=True,
            ),
            _float("part", "Of a demerger: the part that leaves.", "of the value", low=0),
            _float(
                "price",
                "The price new shares are issued at; of `base_price`, `listing` the price itself.",
                "currency per share",
                low=0,
            ),
            _float("amount", "The cash paid for a share.", "currency per share", low=0),
            _CURRENCY,
            _text("other_symbol", "The other line: the new company, or the acquirer."),
            _date("list_date", "The session on which new shares are listed."),
            _float(
                "final_price",
                "What a holder gets for a line that ends; empty: its last close.",
                "currency per share",
                low=0,
            ),
            _KNOWN_AT,
        ),
    ),
    TableSpec(
        "dividends",
        "Cash dividends.",
        ("symbol", "ex_date", "kind", "sequence"),
        (
            _SYMBOL,
            _date("ex_date", "The first session without the dividend.", required=True),
            _text("kind", "`ordinary`, `special` and the like.", default="ordinary"),
            _SEQUENCE,
            _float("amount", "Before tax.", "currency per share", required=True, low=0),
            _CURRENCY,
            _KNOWN_AT,
        ),
    ),
    TableSpec(
        "fx",
        "Exchange rates of sessions.",
        ("date", "from_currency", "to_currency", "tenor"),
        (
            _date("date", "The session.", required=True),
            _text("from_currency", "The currency that is one.", required=True),
            _text("to_currency", "The currency it is worth.", required=True),
            _text("tenor", "`spot`, or that of a forward such as `1 month`.", default="spot"),
            _float(
                "rate",
                "How much of the one a unit of the other is worth.",
                "units of to per unit of from",
                required=True,
                positive=True,
            ),
        ),
    ),
    TableSpec(
        "rates",
        "Interest rates of sessions.",
        ("date", "name"),
        (
            _date("date", "The session.", required=True),
            _text("name", "What a rule calls the rate, such as `cd91`.", required=True),
            _float("rate", "The rate: 0.035 is 3.5 %.", "share of 1 a year", required=True),
        ),
    ),
    TableSpec(
        "memberships",
        "Given lists of an index: every list is complete.",
        ("index", "effective_date", "symbol"),
        (
            _INDEX,
            _date("effective_date", "The day from which the list holds.", required=True),
            _SYMBOL,
        ),
    ),
    TableSpec(
        "weight_factors",
        "Given weights of an index: every list is complete, and has one of the two columns.",
        ("index", "effective_date", "symbol"),
        (
            _INDEX,
            _date("effective_date", "The day from which the list holds.", required=True),
            _SYMBOL,
            _float("weight_factor", "How many shares the index holds.", "index shares", low=0),
            _float("weight", "The weight: 0.05 is 5 %.", "share of 1", low=0),
        ),
        either=("weight_factor", "weight"),
    ),
    TableSpec(
        "sessions",
        "The real sessions of the exchange, all of them; they go before every calendar.",
        ("date",),
        (_date("date", "A session.", required=True),),
    ),
    TableSpec(
        "published",
        "Official figures to compare with.",
        ("index", "date"),
        (
            _text("index", "The name of the index, or of a market.", required=True),
            _date("date", "The session.", required=True),
            _float("level", "The level that was published.", positive=True),
            Column(
                "market_cap",
                "integer",
                "currency",
                low=0,
                means="The market value that was published, of every line of the market.",
            ),
        ),
    ),
    TableSpec(
        "baskets",
        "What one creation unit of an index fund is made of; `market float` takes factors from it.",
        ("fund", "date", "symbol"),
        (
            _text("fund", "The fund.", default=""),
            _date("date", "The day of the basket.", required=True),
            _SYMBOL,
            Column("units", "integer", "shares", required=True, low=0, means="The shares in it."),
        ),
    ),
    TableSpec(
        "committee",
        "What a committee decided about a line beside what the rule says, and announced changes.",
        ("index", "effective_date", "symbol"),
        (
            _INDEX,
            _date("effective_date", "The day from which it holds.", required=True),
            _SYMBOL,
            _text("decision", "`add`, `remove`, `refuse` or `keep`.", required=True),
            _text("who", _WHO),
            _text("why", _WHY, required=True),
            _text("ref", _REF, required=True),
            _KNOWN_AT,
        ),
    ),
    TableSpec(
        "level_overrides",
        "Levels that are published instead of what the rule gives.",
        ("index", "date"),
        (
            _INDEX,
            _date("date", "The session.", required=True),
            _float("level", "The level to publish.", "points", required=True),
            _text("who", _WHO, required=True),
            _text("why", _WHY, required=True),
            _text("ref", _REF, required=True),
            _KNOWN_AT,
        ),
    ),
    TableSpec(
        "tracked_assets",
        "What trackers of an index hold; `flows` takes the newest row on or before a date.",
        ("index", "date"),
        (
            _INDEX,
            _date("date", "The day of the figure.", required=True),
            _float(
                "assets",
                "The money in them.",
                "currency",
                required=True,
                positive=True,
            ),
            _text("currency", "Of the assets, as a code such as KRW; empty: that of the index."),
            _SOURCE,
            _CERTAINTY,
        ),
    ),
    TableSpec(
        "replaced",
        "What `import --on-conflict replace` overwrote; written by the import.",
        ("table", "key", "column", "sequence"),
        (
            _text("table", "The table.", required=True),
            _text("key", "The row's key, in words.", required=True),
            _text("column", "The column.", required=True),
            _SEQUENCE,
            _text("old", "The value before.", required=True),
            _text("new", "The value since.", required=True),
        ),
    ),
)

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}

RENAMED = {"decisions": "committee"}
"""Tables under a name they had before: what was in one belongs in the other."""


def new_name(name: str) -> str:
    """What to say of the former name of a table; '' of any other."""
    return f"the table `{name}` is called `{RENAMED[name]}` now" if name in RENAMED else ""
