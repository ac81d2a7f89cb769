"""What is withheld of dividends: where lines are domiciled when they pay, and what is left after tax."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from msgspec.structs import replace

from indexcalc.arrays import Codes, Floats
from indexcalc.calculation.prices.corporate_actions import Action
from indexcalc.diagnostics import DataError, Findings
from indexcalc.market.as_of import History
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.model.returns import Withholding
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Special

SPECIAL = "special"


def countries(market: Market, codes: Codes, days: Codes) -> list[str]:
    """The country of each of ``codes`` (n,) on its day of ``days`` (n,); '' where none is known."""
    table = market.table("securities")
    if table is None or "country" not in table.column_names:
        return [""] * codes.size
    history = History(table, "valid_from", market.order)
    positions, labels = history.labels("country", codes, days)
    countries: list[str] = np.array([*labels, ""], dtype=np.object_)[positions].tolist()
    return countries


def kept_after_tax(withholding: Dated[Withholding], ex_days: Codes, of: Sequence[str]) -> Floats:
    """What is left of one unit paid (n,), by the rate in force on the ex-date for the countries ``of``;
    NaN: no rate."""
    shares_kept = np.full(ex_days.size, np.nan)
    starts = np.array([day_number(date) for date in withholding.dates], dtype=np.int64)
    segment = np.searchsorted(starts, ex_days, side="right")
    country = np.array(of, dtype=object)
    for number in np.unique(segment).tolist():
        date = withholding.dates[number - 1] if number else dt.date.min
        rates = withholding.at(date)
        if isinstance(rates, Special):
            continue
        here = segment == number
        if rates.rate is not None:
            shares_kept[here] = float(1 - rates.rate.exact)
        for name, rate in rates.by_country:
            shares_kept[here & (country == name)] = float(Fraction(1) - rate.exact)
    return shares_kept


def specials_after_tax(
    actions: Sequence[Action], market: Market, tax: Dated[Withholding] | None
) -> list[Action]:
    """The actions with special dividends at what is left of them after tax; as they are without one.

    DataError (CAL012): a line pays one and no rate of its country is known.
    """
    rows = [row for row, action in enumerate(actions) if action.type == SPECIAL]
    made = list(actions)
    if tax is None or not rows:
        return made
    codes = np.array([actions[row].code for row in rows], dtype=np.int32)
    ex_days = np.array([actions[row].ex_day for row in rows], dtype=np.int32)
    kept = kept_after_tax(tax, ex_days, countries(market, codes, ex_days))
    findings = Findings()
    for row, share in zip(rows, kept.tolist(), strict=True):
        action = actions[row]
        if np.isnan(share):
            name, day = market.symbols[action.code], date_of(action.ex_day)
            findings.add(
                "CAL012",
                f"{name} pays a special dividend on {day} and no rate of its country is known",
                path=market.place,
                where=f"{name} {day}",
            )
        made[row] = replace(action, amount=share * action.amount)
    findings.raise_errors(DataError)
    return made
