"""What is known of a line on a day: its columns, designations, time listed, float factor.

Readings chosen where the reference leaves room:

- A column of ``securities`` or ``daily`` holds its last known value; a null says nothing.
- ``listed_for`` counts both ends.  Without a listing date the ex-date of the line's ``listing`` row
  counts, else its first daily row where that is later than the market's first observed session,
  else the line was listed before the data and meets every minimum.  Each is an assumption.
- ``months`` and ``years`` run back from the day as a measure's window does; ``calendar months`` are
  whole, and a name listed by the first session of that window meets a minimum.
- A value the user says to assume (``--assume KEY=VALUE``) stands in where the column is not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from indexcalc.arrays import Bools, Codes, Days, Floats
from indexcalc.market import arrow
from indexcalc.market.as_of import History, Spells, keys, split_keys
from indexcalc.market.calendar.sessions import Sessions, date_of, day_number
from indexcalc.market.exchange_rates import line_currencies
from indexcalc.market.market import Market
from indexcalc.methodology.dates.schedules import window
from indexcalc.methodology.values import values as v
from indexcalc.methodology.values.values import Duration
from indexcalc.notes import note
from indexcalc.review.data.assumptions import Assumptions, assumed_date
from indexcalc.review.data.currency import Rates
from indexcalc.review.data.daily_values import last_values, row_days
from indexcalc.review.data.presence import presence

ColumnKind = Literal["number", "flag", "date", "text"]

BEFORE_THE_DATA = np.int32(-(1 << 30))
# What a flag asks of the column `listed_by`.
LISTED_BY = {"transferred": "transfer", "demerged": "demerger", "merged": "merger"}
MADE_DAILY = ("market_cap",)
MONEY = ("market_cap", "close", "base_price", "traded_value")
_KEPT_BYTES = 32_000_000
"""How much of the columns of all lines on days is kept for the other rules of a run."""


class Column(Struct, frozen=True):
    """Values of one field for some rows.

    ``values`` (n,): float64 numbers, flags as 0 and 1, dates as days since 1970-01-01, or int32
    positions in ``labels`` for text (-1: unknown).  ``missing`` (n,): the value is not known.
    """

    kind: ColumnKind
    values: npt.NDArray[Any]
    missing: Bools
    labels: tuple[str, ...] = ()


class Listed(Struct, frozen=True):
    """How long lines have been listed: ``observed`` and ``line`` are (n,) in sessions for a
    duration in sessions, else in days; a minimum holds where ``observed >= line``."""

    observed: Floats
    line: Floats
    missing: Bools


def kind_of(market: Market, name: str) -> ColumnKind | None:
    """What the values of a column of ``securities`` or ``daily`` are; None: there is no such column."""
    for table in ("securities", "daily"):
        types = market.types(table)
        if name in types and name not in ("symbol", "valid_from"):
            return _kind(types[name])
    return "number" if name in MADE_DAILY else None


def history_of(market: Market, name: str, from_column: str) -> History | None:
    """Look-ups into a table of the market, made once for all rules; None: there is no such table."""
    table = market.table(name)
    if table is None:
        return None
    return market.memo(("history", name), lambda: History(table, from_column, market.order))


def _kind(stored: Any) -> ColumnKind:
    """The kind of a stored type."""
    said = str(stored)
    if said in ("string", "large_string") or said.startswith("dictionary"):
        return "text"
    return "date" if said.startswith("date32") else "flag" if said == "bool" else "number"


class Fields:
    """Vectorised lookups for rows (``codes`` int32 (n,), ``days`` int32 (n,), one day a row).

    Amounts of money are in ``currency``, each at the rate of its day ('': as the lines are quoted).
    """

    def __init__(
        self, market: Market, sessions: Sessions, assumptions: Assumptions, currency: str = ""
    ) -> None:
        self.market = market
        self.currency = currency
        self.sessions = sessions
        self.assumptions = assumptions

    # --- columns --------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Does the market know this column, or has the user said what to assume?"""
        return (
            name in self.market.columns("securities")
            or name in self.market.columns("daily")
            or name in MADE_DAILY
            or (name == "float_factor" and self._floats is not None)
            or name in self.assumptions.given
        )

    def column(self, name: str, codes: Codes, days: Days) -> Column:
        """The last known values of a column of ``securities`` or ``daily``, or ``float_factor``."""
        return self._assumed(name, self._known(name, codes, days), codes)

    def on_day(self, name: str, day: int) -> Column:
        """``column`` of every line of the market on one day, not to be written to: read once for all rules
        of a run."""
        everyone = np.arange(len(self.market.symbols), dtype=np.int32)
        kept: dict[Hashable, Column] = self.market.memo("columns on days", dict)
        key = (name, day, self.currency if name in MONEY else "")
        column = kept.get(key)
        if column is None:
            column = self._known(name, everyone, np.full(everyone.size, day, dtype=np.int32))
            if len(kept) * column.values.nbytes < _KEPT_BYTES:
                kept[key] = column
        return self._assumed(name, column, everyone)

    def _known(self, name: str, codes: Codes, days: Days) -> Column:
        """``column`` without what the user says to assume."""
        if name == "float_factor":
            return self._float_factor(codes, days)
        if name in self.market.columns("securities") and name not in ("symbol", "valid_from"):
            return self._security(name, codes, days)
        if name in MADE_DAILY or name in self.market.columns("daily"):
            return self._from_daily(name, codes, days)
        nothing = np.full(codes.shape, np.nan)
        return Column("number", nothing, np.ones(codes.shape, dtype=np.bool_))

    def change_days(self, names: Sequence[str]) -> tuple[Codes, Days]:
        """(codes, days), sorted and without repeats, on which a column of ``securities`` or a
        designation of a line may change."""
        codes: list[Codes] = [np.zeros(0, dtype=np.int32)]
        days: list[Days] = [np.zeros(0, dtype=np.int32)]
        for name in names:
            if self._securities is not None and name in self._securities.table.column_names:
                code, day = self._securities.change_days(name)
                codes.append(code)
                days.append(day)
        if self._spells is not None:
            code, day = self._spells.change_days()
            codes.append(code)
            days.append(day)
        both = np.unique(keys(np.concatenate(codes), np.concatenate(days)))
        code, day = split_keys(both)
        return code[code >= 0], day[code >= 0]

    def _security(self, name: str, codes: Codes, days: Days) -> Column:
        assert self._securities is not None
        history = self._securities
        kind = _kind(history.table.schema.field(name).type)
        if kind == "text":
            positions, labels = history.labels(name, codes, days)
            return Column("text", positions, positions < 0, labels)
        if kind == "date":
            dates = history.dates(name, codes, days)
            missing = dates == arrow.NULL_DAY
            return Column("date", np.where(missing, np.nan, dates), missing)
        if kind == "flag":
            rows = history.rows(name).at(codes, days)
            flags = np.append(arrow.bools(history.table.column(name)), False)[rows]
            return Column("flag", flags.astype(np.float64), rows < 0)
        numbers = history.numbers(name, codes, days)
        return Column("number", numbers, np.isnan(numbers))

    def _float_factor(self, codes: Codes, days: Days) -> Column:
        if self._floats is None:
            return Column(
                "number", np.full(codes.shape, np.nan), np.ones(codes.shape, dtype=np.bool_)
            )
        numbers = self._floats.numbers("float_factor", codes, days)
        return Column("number", numbers, np.isnan(numbers))

    def _from_daily(self, name: str, codes: Codes, days: Days) -> Column:
        values = last_values(self.market, name, codes, days)
        missing = np.isnan(values)
        if name in MONEY and self.currency:
            values = self._rates.on_days(values, codes, days)
        labels = self.market.panel.labels(name)
        if labels:
            positions = np.where(missing, -1, np.nan_to_num(values, nan=-1.0)).astype(np.int32)
            return Column("text", positions, missing, tuple(labels))
        return Column("number", values, missing)

    def row_days(self, codes: Codes, days: Days) -> Days:
        """The last session up to the day on which the line has a daily row (-2**31: none)."""
        return row_days(self.market, codes, days)

    def _assumed(self, name: str, column: Column, codes: Codes) -> Column:
        """The column with the user's assumption in place of what is not known."""
        assumed = self.assumptions.given.get(name)
        if assumed is None or not column.missing.any():
            return column
        missing = column.missing
        self.assumptions.record(
            note("assumed_value", name=name, value=assumed), codes[missing], name
        )
        none = np.zeros(missing.shape, dtype=np.bool_)
        number = _number(assumed)
        if column.kind == "text" or (number is None and column.kind == "number"):
            labels = column.labels if column.kind == "text" else ()
            if assumed not in labels:
                labels = (*labels, assumed)
            base = column.values if column.kind == "text" else np.full(missing.shape, -1)
            positions = np.where(missing, labels.index(assumed), base).astype(np.int32)
            return Column("text", positions, positions < 0, labels)
        if column.kind == "date":
            number = float(day_number(assumed_date(name, assumed)))
        elif column.kind == "flag":
            number = 1.0 if assumed == "true" else 0.0
        assert number is not None
        return Column(column.kind, np.where(missing, number, column.values), none, column.labels)

    # --- tables ---------------------------------------------------------------------------------

    @cached_property
    def _rates(self) -> Rates:
        currencies = line_currencies(self.market, self.currency)
        return Rates(self.market, currencies, self.currency)

    @cached_property
    def _securities(self) -> History | None:
        return history_of(self.market, "securities", "valid_from")

    @cached_property
    def _floats(self) -> History | None:
        return history_of(self.market, "float_factors", "effective_date")

    @cached_property
    def _spells(self) -> Spells | None:
        table, market = self.market.table("designations"), self.market
        return None if table is None else market.memo("spells", lambda: Spells(table, market.order))

    @cached_property
    def _listings(self) -> History | None:
        """``listing`` rows of ``corporate_actions``."""
        table = self.market.table("corporate_actions")
        if table is None:
            return None
        kinds = arrow.texts(table.column("type"))
        listing = np.array([kind == "listing" for kind in kinds], dtype=np.bool_)
        if not listing.any():
            return None
        return History(table.filter(arrow.from_bools(listing)), "ex_date", self.market.order)

    @cached_property
    def first_days(self) -> Days:
        """The first session with a row of each line of the market, shape (n_symbols,)."""
        return presence(self.market).first_days

    def designated(self, kind: str, codes: Codes, days: Days) -> Bools:
        """Is a designation of ``kind`` in force?  False for all where there is no such table."""
        if self._spells is None:
            return np.zeros(codes.shape, dtype=np.bool_)
        return self._spells.holds(kind, codes, days)

    @property
    def has_designations(self) -> bool:
        """Does the market have the table ``designations``?"""
        return self.market.table("designations") is not None

    def flagged(self, flag: str, codes: Codes, days: Days) -> Bools:
        """``transferred``, ``demerged`` or ``merged``: what ``listed_by`` says.  Where it is not known, a
        line whose rows show it on another market before its listing day is transferred, and no
        other is any of them."""
        word = LISTED_BY[flag]
        column = self.column("listed_by", codes, days)
        flags = np.zeros(codes.shape, dtype=np.bool_)
        if word in column.labels:
            flags = column.values == column.labels.index(word)
        unknown = column.missing & (self.first_days[codes] <= days)
        if flag == "transferred" and unknown.any():
            moved = self._moved(codes[unknown], days[unknown])
            flags[unknown] |= moved
            unknown[unknown] = ~moved
        self.assumptions.record(note("not_flag", flag=flag), codes[unknown])
        return flags

    def _moved(self, codes: Codes, days: Days) -> Bools:
        """Lines whose ``market`` on the day before they were listed is another than on ``days``."""
        listed = self.listing_days(codes, days)
        known = listed != BEFORE_THE_DATA
        now = self.column("market", codes, days)
        then = self.column("market", codes, np.where(known, listed - 1, days).astype(np.int32))
        if "text" not in (now.kind, then.kind):
            return np.zeros(codes.shape, dtype=np.bool_)
        names = [np.array([*column.labels, ""])[column.values] for column in (now, then)]
        moved: Bools = known & ~now.missing & ~then.missing & (names[0] != names[1])
        return moved

    # --- time listed ----------------------------------------------------------------------------

    def listing_days(self, codes: Codes, days: Days) -> Days:
        """The day each line was listed, as known on the day; ``BEFORE_THE_DATA`` where earlier."""
        listed = np.full(codes.shape, arrow.NULL_DAY, dtype=np.int32)
        if "listing_date" in self.market.columns("securities"):
            assert self._securities is not None
            listed = self._securities.dates("listing_date", codes, days)
        assumed = self.assumptions.given.get("listing_date")
        open_ = listed == arrow.NULL_DAY
        if assumed is not None and open_.any():
            self.assumptions.record(
                note("assumed_value", name="listing_date", value=assumed),
                codes[open_],
                "listing_date",
            )
            listed = np.where(
                open_, day_number(assumed_date("listing_date", assumed)), listed
            ).astype(np.int32)
            open_ = np.zeros(open_.shape, dtype=np.bool_)
        if open_.any() and self._listings is not None:
            rows = self._listings.rows("ex_date").at(codes, days)
            ex_days = np.append(self._listings.from_days, np.int32(arrow.NULL_DAY))[rows]
            by_row = open_ & (ex_days != arrow.NULL_DAY)
            self.assumptions.record(note("listed_by_row"), codes[by_row])
            listed = np.where(by_row, ex_days, listed)
            open_ &= ~by_row
        if open_.any():
            first = self.first_days[codes]
            later = open_ & (first > self.market.days[0])
            # Of a line that is not there yet nothing is taken for granted.
            self.assumptions.record(note("listed_first_row"), codes[later & (first <= days)])
            self.assumptions.record(note("listed_before"), codes[open_ & ~later])
            listed = np.where(later, first, np.where(open_, BEFORE_THE_DATA, listed))
        return listed.astype(np.int32)

    def listed_for(self, duration: Duration, codes: Codes, days: Days) -> Listed:
        """How long each line has been listed on its day against a duration; see ``Listed``."""
        listed = self.listing_days(codes, days)
        missing = np.zeros(codes.shape, dtype=np.bool_)
        early = listed == BEFORE_THE_DATA
        if duration.unit == "sessions":
            end = np.searchsorted(self.sessions.days, days, side="right")
            begin = np.searchsorted(self.sessions.days, listed, side="left")
            count = np.where(early, np.inf, (end - begin).astype(np.float64))
            return Listed(count, np.full(codes.shape, float(duration.n)), missing)
        distinct, inverse = np.unique(days, return_inverse=True)
        latest = np.array([self._latest(duration, int(day)) for day in distinct], dtype=np.int64)
        wide = days.astype(np.int64)
        count = np.where(early, np.inf, (wide - listed + 1).astype(np.float64))
        return Listed(count, (wide - latest[inverse] + 1).astype(np.float64), missing)

    def _latest(self, duration: Duration, day: int) -> int:
        """The last listing day that is a whole ``duration`` on ``day``."""
        if duration.unit == "days":
            return day - duration.n + 1
        first, stop = window(duration, self.sessions, date_of(day))
        if duration.unit == "calendar months" and first < stop and first > 0:
            return int(self.sessions.days[first])
        return window_start(duration, date_of(day))


def window_start(duration: Duration, day: dt.date) -> int:
    """The first calendar day of a window of days, months or years that ends with ``day``."""
    if duration.unit == "days":
        return day_number(day) - duration.n + 1
    from indexcalc.methodology.dates.schedules import months_back

    if duration.unit == "calendar months":
        total = day.year * 12 + day.month - duration.n
        return day_number(dt.date(total // 12, total % 12 + 1, 1))
    months = duration.n * (12 if duration.unit == "years" else 1)
    return day_number(months_back(day, months)) + 1


def _number(text: str) -> float | None:
    """A number, share or percent the user said to assume; None for a word."""
    value = v.as_value(text)
    if isinstance(value, v.Number | v.Share):
        return float(value)
    if isinstance(value, v.Flag):
        return 1.0 if value else 0.0
    return None
