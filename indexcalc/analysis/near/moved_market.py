"""Today's market with one thing changed: prices, a float factor; and a rule with its cut-off moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from indexcalc.analysis.moved_sessions import MovedSessions
from indexcalc.arrays import Ints
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import Sessions, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.values.date_phrases import DatePhrase, KnownDay
from indexcalc.methodology.values.dated import Dated

PRICES = ("close", "traded_value")


class FloatRows(Struct, frozen=True):
    """Rows of ``float_factors`` that say a line's factor from a day on: ``rows`` of the table have a later
    date, ``before`` is the row in force when the day begins (-1: none); ``largest`` of their factors."""

    rows: Ints
    before: int
    largest: float


class MovedMarket:
    """A market of which prices and float factors from ``first_day`` on can be moved.

    A move of a price is one of all closes and traded values of a line from a day on, and of the base
    prices after it: volumes, listed shares and terms of corporate actions stay.
    """

    def __init__(
        self,
        market: Market,
        first_day: int,
        alone: bool = False,
        tables: Mapping[str, Any] | None = None,
    ) -> None:
        self.market, self.tables = market, dict(tables or {})
        self.sessions = MovedSessions(market, first_day, alone)

    def as_it_is(self) -> Market:
        """The market with nothing moved."""
        return self.sessions.with_rows(None, self.tables)

    def priced(self, codes: Iterable[int], factor: float, first_day: int) -> Market:
        """With the prices of lines times ``factor`` from a day on."""
        rows = [self.sessions.rows_of(code, first_day) for code in codes]
        after = [own[1:] for own in rows]
        changes = dict.fromkeys(PRICES, np.concatenate(rows)) | {
            "base_price": np.concatenate(after)
        }
        return self.sessions.with_rows(self.sessions.scaled(changes, factor), self.tables)

    def float_rows(self, code: int, first_day: int) -> FloatRows | None:
        """The rows that say the float factor of a line from a day on; None: there is none."""
        table = self.market.table("float_factors")
        if table is None:
            return None
        own = np.flatnonzero(arrow.codes_into(table.column("symbol"), self.market.order) == code)
        days = arrow.days(table.column("effective_date"))
        factors = arrow.floats(table.column("float_factor"))
        before, rows = own[days[own] <= first_day], own[days[own] > first_day]
        counted = np.append(rows, before[-1:])
        if not counted.size:
            return None
        last = int(before[-1]) if before.size else -1
        return FloatRows(rows=rows, before=last, largest=float(factors[counted].max()))

    def floated(self, rows: FloatRows, factor: float, first_day: int) -> Market:
        """With a line's float factors from a day on times ``factor``."""
        table = self.market.table("float_factors")
        assert table is not None
        values = arrow.floats(table.column("float_factor")).copy()
        values[rows.rows] *= factor
        moved = _with(table, "float_factor", arrow.from_floats(values))
        if rows.before >= 0:
            # The factor in force gets a row of its own from the day on; before it, it is what it was.
            new = _with(
                table.slice(rows.before, 1),
                "float_factor",
                arrow.from_floats([values[rows.before] * factor]),
            )
            new = _with(new, "effective_date", arrow.from_days([first_day]))
            own_day = int(arrow.days(table.column("effective_date"))[rows.before])
            upto = rows.before + (own_day < first_day)
            moved = pa.concat_tables(
                [moved.slice(0, upto), new, moved.slice(rows.before + 1)],
                promote_options="permissive",
            ).unify_dictionaries()
        return self.sessions.with_rows(None, {**self.tables, "float_factors": moved})


def _with(table: Any, name: str, values: Any) -> Any:
    """A table with other values of one column, of the same kind."""
    field = table.schema.field(name)
    return table.set_column(table.column_names.index(name), field, values.cast(field.type))


def cut_off_moved(
    family: Family,
    names: Collection[str],
    effective: dt.date,
    *,
    cutoff: dt.date,
    sessions: Sessions,
) -> Family:
    """The rules ``names`` of a family with another cut-off of the review effective on a day: in their own
    words ``{EFFECTIVE: N sessions before effective}``."""
    before = sessions.at_or_before(effective) - sessions.at_or_before(cutoff)
    text = f"{before} sessions before effective"
    phrase = DatePhrase(KnownDay("effective"), -before, False, text)
    rules = dict(family.rules)
    for name in names:
        review = rules[name].review
        said = review.cutoff
        assert said is not None
        after = effective + dt.timedelta(days=1)
        entries = [entry for entry in said.entries if entry[0] < effective]
        entries += [(effective, phrase), (after, said.at(after))]
        entries += [entry for entry in said.entries if entry[0] > after]
        rules[name] = rules[name].changed(review=review.changed(cutoff=Dated(tuple(entries))))
    return Family(rules, family.asked)


def last_session(market: Market, day: dt.date | int) -> int:
    """The last session of a market up to a day; the first where the day is earlier."""
    number = day if isinstance(day, int) else day_number(day)
    place = int(np.searchsorted(market.days, number, side="right")) - 1
    return int(market.days[max(place, 0)])
