"""The parts of every return sum to it: shipped rules, a demo market with every event, two currencies.

The labels of the demo market are those of the Korean exchange.  A rule about other markets, or about
columns of one's own, has the same lines and events with the labels, figures and rates it asks for.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.analysis.attribution.attribute import Attribution, attribute
from indexcalc.analysis.stress.vocabulary import _labels, _of_the_universe
from indexcalc.calculation.run.run import Run
from indexcalc.market import arrow
from indexcalc.market.demo import demo_tables
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names

CLOSE = 1e-12
THOROUGH = os.environ.get("INDEXCALC_HYPOTHESIS") == "thorough"
ALL = shipped_names(shipped_folder())
# Composites, reviews, equal and measured weights, caps, an index on lists of another, dividends before, and
# into the payer, prices as weights; one that has no member on some sessions of this market; sectors, a
# currency no line has, given lists, columns of one's own, and a list put in place in steps.
FEW = (
    "kospi", "kosdaq", "kospi200", "kospi200-equal-weight", "kospi200-ex-mega-cap", "krx300",
    "global-two-currency", "inverse-volatility", "ucits-5-10-40", "liquidity-screened", "tilt",
    "rights-by-factor", "kospi200-top10", "masi", "kosdaq150-consumer-staples", "krx-autos", "euro-stoxx",
    "sp500-equal-weight", "korea-value-up", "spread-rebalance",
)  # fmt: skip
LACKING = frozenset({"sp500-risk-control-10"})
"""Not computed here: it stands on published levels of another index, and is an overlay."""
UNIT = 1000.0
LEVELS = {"pr": "level", "tr": "level_tr", "ntr": "level_ntr"}
UNLIKE = {"ANA003"}  # overlays hold no lines; taxed specials are not split


def column(table: Any, name: str, values: Any) -> Any:
    field = table.schema.field(name)
    made = pa.chunked_array([values]).cast(field.type)
    return table.set_column(table.column_names.index(name), field, made)


def divided(table: Any, names: tuple[str, ...], foreign: set[str]) -> Any:
    """A table with some columns of the foreign lines in dollars of a thousand won each."""
    rows = np.array([symbol in foreign for symbol in arrow.texts(table.column("symbol"))])
    for name in names:
        if name in table.column_names:
            values = arrow.floats(table.column(name))
            values = np.where(rows, values / UNIT, values)
            if pa.types.is_integer(table.schema.field(name).type):
                values = np.rint(values)
            table = column(table, name, arrow.from_floats(values, nan_is_null=True))
    if "currency" in table.column_names:
        said = ["USD" if own else "KRW" for own in rows.tolist()]
        table = column(table, "currency", pa.array(said))
    return table


@pytest.fixture(scope="module")
def market() -> ic.Market:
    """The demo market with every fifth line in dollars and every fifth dividend a special one."""
    size: dict[str, Any] = {} if THOROUGH else {"n_securities": 150, "n_years": 3, "seed": 7}
    demo = demo_tables(**size)
    tables = dict(demo.tables)
    symbols = sorted(set(arrow.texts(tables["daily"].column("symbol"))), key=str)
    foreign = {str(symbol) for symbol in symbols[::5]}
    tables["daily"] = divided(tables["daily"], ("close", "base_price", "traded_value"), foreign)
    tables["securities"] = divided(tables["securities"], (), foreign)
    tables["corporate_actions"] = divided(
        tables["corporate_actions"], ("price", "amount", "final_price"), foreign
    )
    dividends = divided(tables["dividends"], ("amount",), foreign)
    kinds = ["special" if row % 5 == 0 else "ordinary" for row in range(dividends.num_rows)]
    tables["dividends"] = column(dividends, "kind", pa.array(kinds))
    return ic.Market.from_tables(complete=True, **tables)


def fitted(market: ic.Market, name: str) -> ic.Market:
    """The same lines with the labels the universe of a rule asks for, and what else it reads of its own."""
    family = load_family([ALL[name]])
    rules = list(family.rules.values())
    labels, refused = _labels(rules, dt.date(2026, 1, 2))
    universe = _of_the_universe(rules)
    own = {name: said.of for rule in rules for name, said in rule.columns.items()}
    tables: dict[str, Any] = {each: market.table(each) for each in market.names}
    daily, securities = tables["daily"], tables["securities"]
    symbols = sorted({str(symbol) for symbol in arrow.texts(securities.column("symbol"))})
    place = {symbol: at for at, symbol in enumerate(symbols)}

    def of(table: Any, values: Any) -> Any:
        return pa.array(
            [values(place[str(symbol)]) for symbol in arrow.texts(table.column("symbol"))]
        )

    for each in sorted({*universe, *own} - {"symbol", "security_type", "share_class", "issuer"}):
        kind = own.get(each, "text")
        if kind != "text" and each in (*securities.column_names, *daily.column_names):
            continue
        if kind == "number":
            daily = daily.append_column(each, of(daily, lambda at: (at * 37 % 101 + 1) / 100.0))
            continue
        said = labels.get(each, ())
        others = () if each in universe else ("other",)
        words = (*said, *others) or (*refused.get(each, ()), "other")
        values = of(securities, lambda at, words=words: words[at % len(words)])
        if kind == "flag":
            values = of(securities, lambda at: True)
        if each in securities.column_names:
            securities = securities.drop_columns([each])
        securities = securities.append_column(each, values)
    taxes = [
        tax for rule in rules if rule.returns.withholding for tax in rule.returns.withholding.values
    ]
    taxed = [country for tax in taxes for country, _ in tax.by_country]
    if taxed and "country" not in universe:
        values = of(securities, lambda at: taxed[at % len(taxed)])
        securities = securities.drop_columns(["country"]).append_column("country", values)
    spot = tables["fx"].filter(
        pa.array([tenor == "spot" for tenor in arrow.texts(tables["fx"].column("tenor"))])
    )
    dollars = arrow.floats(spot.column("rate"))
    rates = []
    for at, money in enumerate(("EUR", "GBP", "CNY", "HKD", "MAD")):
        waves = 1.0 + 0.1 * np.sin(np.arange(dollars.size) + at)
        paid = column(spot, "rate", arrow.from_floats(dollars * waves))
        rates.append(column(paid, "from_currency", pa.array([money] * dollars.size)))
        paid = column(spot, "rate", arrow.from_floats(1.0 / waves))
        rates.append(column(paid, "to_currency", pa.array([money] * dollars.size)))
    tables |= {"daily": daily, "securities": securities}
    tables["fx"] = pa.concat_tables([tables["fx"], *rates])
    # Half of the lines, where a list is given.
    first = min(day for day in daily.column("date").unique().to_pylist())
    tables["memberships"] = pa.table(
        {
            "index": [rule.index for rule in rules for _ in symbols[::2]],
            "effective_date": [first + dt.timedelta(days=60) for _ in rules for _ in symbols[::2]],
            "symbol": [symbol for _ in rules for symbol in symbols[::2]],
        }
    )
    tables["committee"] = pa.table(
        {
            "index": ["other"], "effective_date": [dt.date(2026, 1, 2)], "symbol": symbols[:1],
            "decision": ["keep"], "why": ["none"], "ref": ["none"],
        }
    )  # fmt: skip
    return ic.Market.from_tables(complete=True, **tables)


def not_held(run: Run | None) -> bool:
    """Is there no run, or one that never holds a line?  An overlay holds none by nature."""
    return run is None or (run.composition is not None and not run.composition.num_rows)


def computed(path: Path, market: ic.Market) -> tuple[Run | None, list[str]]:
    """The run with every series the rule has; None: it asks for what the market lacks."""
    kinds = ["tr", "ntr"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ic.FindingsWarning)
        while True:
            try:
                return ic.compute(path, market, returns=kinds), ["pr", *kinds]
            except ic.IndexcalcError:
                if not kinds:
                    return None, []
                kinds.pop()


def split(run: Run, series: str) -> Attribution | None:
    """The attribution by sector; None: the series has no lines to split into (ANA003)."""
    try:
        return attribute(run, series=series, by="sector")  # type: ignore[arg-type]
    except ic.UsageError as refused:
        codes = {item.code for item in refused.diagnostics}
        if codes <= UNLIKE:
            return None
        raise


@pytest.mark.parametrize("name", sorted(ALL) if THOROUGH else FEW)
def test_the_parts_sum_to_the_return(name: str, market: ic.Market) -> None:
    run, kinds = computed(ALL[name], market)
    if not_held(run):
        market = fitted(market, name)
        run, kinds = computed(ALL[name], market)
    assert (run is None) == (name in LACKING)
    if run is None:
        return
    assert not not_held(run)
    tried = 0
    for series in kinds:
        found = split(run, series)
        if found is None:
            assert run.composition is None or series == "ntr"
            continue
        tried += 1
        levels = arrow.floats(run.levels.column(LEVELS[series]))
        sessions = found.sessions.to_pylist()
        assert len(sessions) == levels.size - 1
        for row, before, after in zip(sessions, levels, levels[1:], strict=False):
            parts = (row["price"], row["currency"], row["dividends"], row["rounding"])
            assert abs(math.fsum(parts) - (after / before - 1.0)) <= CLOSE, (series, row["date"])
        lines = found.by_session
        assert lines is not None
        place = np.searchsorted(
            arrow.days(found.sessions.column("date")), arrow.days(lines.column("date"))
        )
        by_day = np.bincount(
            place, weights=arrow.floats(lines.column("contribution")), minlength=len(sessions)
        )
        off = by_day + [row["rounding"] for row in sessions] - [row["return"] for row in sessions]
        assert np.abs(off).max() <= CLOSE
        # A divisor the rule does not round leaves nothing over.
        if run.index not in {"masi"}:
            assert found.rounding == 0.0
        total = levels[-1] / levels[0] - 1.0
        for table in (found.lines, found.groups):
            linked = math.fsum(table.column("contribution").to_pylist()) + found.rounding
            assert abs(linked - total) <= CLOSE * max(1.0, total), series
            for cause, value in found.causes.items():
                own = math.fsum(table.column(cause).to_pylist())
                assert abs(own - value) <= CLOSE * max(1.0, total)
    assert tried or run.composition is None


def test_currencies_and_every_event_are_in_it(market: ic.Market) -> None:
    """What the family above is tried on: an index of all lines moves by each cause, and sees each event."""
    run, _ = computed(ALL["kospi"], market)
    assert run is not None
    found = attribute(run, series="tr", by="currency")
    groups = {row["group"]: row for row in found.groups.to_pylist()}
    assert abs(groups["USD"]["currency"]) > 1e-4
    assert groups["KRW"]["currency"] == 0.0
    assert found.causes["dividends"] > 0.0
    table = market.table("corporate_actions")
    assert table is not None
    kinds = set(arrow.texts(table.column("type")))
    assert len(kinds) >= 8
    assert set(arrow.texts(market.table("dividends").column("kind"))) == {"ordinary", "special"}  # type: ignore[union-attr]
