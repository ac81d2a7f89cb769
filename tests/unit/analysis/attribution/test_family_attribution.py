"""The parts of every return sum to it: shipped rules, a demo market with every event, two currencies."""

from __future__ import annotations

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
from indexcalc.calculation.run.run import Run
from indexcalc.market import arrow
from indexcalc.market.demo import demo_tables
from indexcalc.methodology.load.load import shipped_folder, shipped_names

CLOSE = 1e-12
THOROUGH = os.environ.get("INDEXCALC_HYPOTHESIS") == "thorough"
ALL = shipped_names(shipped_folder())
# Composites, reviews, equal and measured weights, caps, an index on lists of another, dividends before, and
# into the payer, prices as weights; and one that has no member on some sessions of this market.
FEW = (
    "kospi", "kosdaq", "kospi200", "kospi200-equal-weight", "kospi200-ex-mega-cap", "krx300",
    "global-two-currency", "inverse-volatility", "ucits-5-10-40", "liquidity-screened", "tilt",
    "rights-by-factor", "kospi200-top10", "masi", "kosdaq150-consumer-staples",
)  # fmt: skip
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
    if run is None:
        assert name not in FEW
        return
    for series in kinds:
        found = split(run, series)
        if found is None:
            assert name not in FEW or series == "ntr"
            continue
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
