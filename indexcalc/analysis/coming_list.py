"""The pro-forma composition of a coming review: the list of today beside the list to come."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from indexcalc.analysis.flows.baskets import FACTORS, Baskets
from indexcalc.analysis.next_session import with_session
from indexcalc.arrays import Floats
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.market.ordered_sum import ordered_sum
from indexcalc.methodology.load.family import Family
from indexcalc.weighting.schemes import family_of


def coming_list(
    family: Family,
    market: Market,
    effective: dt.date,
    as_of: dt.date | None = None,
    request: Request | None = None,
) -> Any:
    """Both lists around the session ``effective`` as a table, a row a line of either.

    Columns: symbol, name, change (added, kept, removed); of the list in force at the last close known:
    shares, float_factor, capping_factor, inclusion_factor, index_shares, price, weight, each with
    ``old_``; the same of the list to come, with prices put through the actions known up to the effective
    day (with exchange rates ``fx_rate`` in index currency, which the weights count); ``volume`` of the
    last session.  With the data of the session before, index shares times the base prices of the
    effective day are the opening composition to the bit.
    """
    known = market.until(as_of) if as_of is not None else market
    day = day_number(effective)
    if not known.days.size or day <= int(known.days[0]):
        raise UsageError.of("ANA001", f"nothing is known before {effective}", where="--as-of")
    if day <= int(known.days[-1]):
        # Past reviews: what was known at the close of the session before.
        known = known.until(date_of(known.days[int(np.searchsorted(known.days, day)) - 1]))
    over = with_session(known, effective)
    base = request or Request()
    run = compute_family(family, over, Request(assume=base.assume, end=effective))[family.asked[0]]
    baskets = Baskets(run)
    last = baskets.session_before(day)
    new = baskets.at_start(day)
    old = new if last is None else baskets.at_close(last)
    codes = np.union1d(old.codes, new.codes).astype(np.int32)
    scheme = family_of(family[family.asked[0]].weighting.scheme.at(effective))
    columns: dict[str, Any] = {
        "symbol": arrow.from_codes(codes, over.symbols),
        "name": arrow.from_texts(NamesOfDay(over).texts(codes, day)),
    }
    before, after = old.spread(codes), new.spread(codes)
    change = np.where(before[0] == 0.0, 0, np.where(after[0] == 0.0, 2, 1)).astype(np.int32)
    columns["change"] = arrow.from_codes(change, ["added", "kept", "removed"])
    for prefix, on, (units, price, rate) in (("old_", last or day, before), ("", day, after)):
        members = units != 0.0
        factors = baskets.factors(on, codes, scheme)
        for name in FACTORS:
            columns[prefix + name] = _known(np.where(members, factors[name], np.nan))
        value = np.where(members, units * price * rate, 0.0)
        columns[f"{prefix}index_shares"] = arrow.from_floats(units)
        columns[f"{prefix}price"] = _known(price)
        if (rate[members] != 1.0).any():
            columns[f"{prefix}fx_rate"] = _known(rate)
        columns[f"{prefix}weight"] = arrow.from_floats(value / float(ordered_sum(value)))
    panel = known.panel
    rows = panel.size
    volume: Floats = (
        panel.column("volume", rows - 1, rows)[0][codes]
        if panel.has("volume")
        else np.full(codes.size, np.nan)
    )
    columns["volume"] = _known(volume)
    return arrow.table(columns)


def _known(values: Floats) -> Any:
    return arrow.from_floats(values, nan_is_null=True)
