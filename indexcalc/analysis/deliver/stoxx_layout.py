"""A session's compositions in the column layout of STOXX composition files.

Index columns and identifiers follow the "Glossary STOXX composition files" (closing and opening data, one
row a component, the columns of the index repeated on each); those of the component, the names of the files
and the semicolon follow public programs that read such files.  Columns nobody here can fill are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from indexcalc.calculation.run.run import Run
from indexcalc.market import arrow
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.ordered_sum import ordered_sum

DELIMITER = ";"


def stoxx_files(run: Run, files: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """The closing and opening file of a session by name, from ``files`` (``desk_files``).

    The closing file has the session's closes and divisor; the opening file the composition of the next
    session at closes put through the actions known (``Close_adjusted_local``), with the divisor that keeps
    the level.  ``Weightfactor`` is the units that count: times price and rate it is
    ``Mcap_Units_Index_Currency``; ``Weight`` is in percent.  Numbers are not rounded.
    """
    closing, coming = files["closing"], files["next"]
    coming = coming.filter(
        arrow.from_bools([text != "removed" for text in arrow.texts(coming.column("change"))])
    )
    divisors = files["divisors"]
    level = float(arrow.floats(divisors.column("level"))[divisors.num_rows - 1])
    shown = divisors.column("level_published")[divisors.num_rows - 1].as_py()
    last = int(arrow.days(closing.column("date"))[0])
    money = _money(closing)
    divisor = float(arrow.floats(closing.column("divisor"))[0])
    stamp = f"{run.index}_{date_of(last):%Y%m%d}"
    name = run.name.get("en") or run.index
    head = {"Index_Symbol": run.index, "Index_Name": name, "Index_ISIN": None}
    head |= {"Index_Type": "Price", "Index_Currency": currency}
    close = {"Index_Close": float(shown), "Index_Close_not_rounded": level}
    opening = _money(coming)
    following = {"Next_Trading_Day": date_of(int(arrow.days(coming.column("date"))[0]))}
    return {
        f"closecomposition_{stamp}": _table(
            run, closing, last, {**head, **close}, (money, divisor), "Close_unadjusted_local"
        ),
        f"opencomposition_{stamp}": _table(
            run,
            coming,
            last,
            {**following, **head, **close},
            (opening, float(ordered_sum(opening)) / level),
            "Close_adjusted_local",
        ),
    }


def _money(table: Any) -> Any:
    """Value of each line (n,) in the currency of the index."""
    units, price = (arrow.floats(table.column(name)) for name in ("index_shares", "price"))
    return units * price * _rates(table)


def _rates(table: Any) -> Any:
    if "fx_rate" in table.column_names:
        return arrow.floats(table.column("fx_rate"))
    return np.ones(table.num_rows)


def _table(
    run: Run,
    table: Any,
    day: int,
    head: Mapping[str, Any],
    worth: tuple[Any, float],
    price: str,
) -> Any:
    money, divisor = worth
    symbols = [str(symbol) for symbol in arrow.texts(table.column("symbol"))]
    labels = {
        name: _labels(run, symbols, day, name) for name in ("isin", "name", "country", "currency")
    }
    total = float(ordered_sum(money))
    rows = len(symbols)
    own = {
        name: arrow.floats(table.column(name))
        for name in ("shares", "float_factor", "index_shares")
    }
    cap = arrow.floats(table.column("capping_factor")) * arrow.floats(
        table.column("inclusion_factor")
    )
    empty = arrow.from_texts([None] * rows)
    columns: dict[str, Any] = {"Date": arrow.from_texts([str(date_of(day))] * rows)}
    for name, value in head.items():
        number = isinstance(value, float)
        columns[name] = (
            arrow.from_floats([value] * rows)
            if number
            else arrow.from_texts([None if value is None else str(value)] * rows)
        )
    columns["Index_Component_Count"] = arrow.from_ints([rows] * rows)
    columns["Index_Mcap_Units"] = arrow.from_floats([total] * rows)
    columns["Index_Divisor"] = arrow.from_floats([divisor] * rows)
    columns["Internal_Key"] = arrow.from_texts(symbols)
    columns["ISIN"] = arrow.from_texts(labels["isin"])
    columns |= {name: empty for name in ("SEDOL", "RIC", "CUSIP")}
    columns["Instrument_Name"] = arrow.from_texts(labels["name"])
    columns["Country"] = arrow.from_texts(labels["country"])
    columns["Currency"] = arrow.from_texts(
        [label or str(head["Index_Currency"]) for label in labels["currency"]]
    )
    columns["ICB"] = empty
    columns["Shares"] = arrow.from_floats(own["shares"], nan_is_null=True)
    columns["Free_Float"] = arrow.from_floats(own["float_factor"], nan_is_null=True)
    columns["Capfactor"] = arrow.from_floats(cap, nan_is_null=True)
    columns["Weightfactor"] = arrow.from_floats(own["index_shares"])
    columns[price] = table.column("price")
    columns["FX_local_to_Index_Currency"] = arrow.from_floats(_rates(table))
    columns["Mcap_Units_Index_Currency"] = arrow.from_floats(money)
    columns["Weight"] = arrow.from_floats(money / total * 100.0)
    return arrow.table(columns)


def _labels(run: Run, symbols: list[str], day: int, name: str) -> list[str | None]:
    """A label of each line in force on a day; None where it is not known."""
    table = run.market.table("securities")
    if table is None or name not in table.column_names:
        return [None] * len(symbols)
    codes = np.array([run.market.order[symbol] for symbol in symbols], dtype=np.int32)
    days = np.full(codes.size, day, dtype=np.int32)
    found, labels = History(table, "valid_from", run.market.order).labels(name, codes, days)
    return [labels[code] if code >= 0 else None for code in found.tolist()]
