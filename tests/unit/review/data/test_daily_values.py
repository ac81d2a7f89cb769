"""Last values, presence and dense blocks against a slow reading of the rows, one at a time."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.arrays import Codes, Days
from indexcalc.market.market import Market
from indexcalc.review.data import daily_values
from indexcalc.review.data.daily_values import NO_DAY, last_values, row_days
from tests.unit.review.data.histories import (
    FIRST,
    NAMES,
    SYMBOLS,
    group_sizes,
    grouped,
    histories,
    market,
)


def _everyone(of: Market, day: int) -> tuple[Codes, Days]:
    n = len(of.symbols)
    return np.arange(n, dtype=np.int32), np.full(n, day, dtype=np.int32)


@given(histories, group_sizes, st.sampled_from([0, 100, 1 << 20]))
def test_last_values_are_those_of_the_rows_read_one_by_one(
    history: list[Any], size: int, kept: int
) -> None:
    made = market(history)
    n = len(made.symbols)
    asked = range(FIRST - 1, FIRST + len(history) + 1)
    codes = np.tile(np.arange(n, dtype=np.int32), len(asked))
    days = np.repeat(np.array(asked, dtype=np.int32), n)
    shuffled = np.random.default_rng(len(history)).permutation(codes.size)
    asked_of = codes[shuffled], days[shuffled]
    with grouped(size), mock.patch.object(daily_values, "_KEPT_BYTES", kept):
        # Day by day in any order, and all days at once: what is kept of a day changes no other.
        for day in np.random.default_rng(size).permutation(asked).tolist():
            for name in (*NAMES, "market_cap"):
                last_values(made, name, *_everyone(made, day))
        found = {name: last_values(made, name, *asked_of) for name in (*NAMES, "market_cap")}
        last_days = row_days(made, *asked_of)
    labels = made.panel.labels("grade")
    for row, (code, day) in enumerate(zip(codes[shuffled], days[shuffled], strict=True)):
        values: dict[str, Any] = dict.fromkeys(NAMES)
        last = NO_DAY
        for place, line in enumerate(history):
            given_row = line[SYMBOLS.index(made.symbols[code])]
            if FIRST + place > day or given_row is None:
                continue
            last = FIRST + place
            for name, value in zip(NAMES, given_row, strict=True):
                values[name] = values[name] if value is None else value
        assert last_days[row] == last
        for name in ("close", "shares_outstanding"):
            said = found[name][row]
            assert (None if np.isnan(said) else said) == values[name]
        label = found["grade"][row]
        assert (None if np.isnan(label) else labels[int(label)]) == values["grade"]
        cap = found["market_cap"][row]
        if values["close"] is None or values["shares_outstanding"] is None:
            assert np.isnan(cap)
        else:
            assert cap == values["close"] * values["shares_outstanding"]


@given(histories, group_sizes)
def test_the_panel_holds_each_row_in_its_cell(history: list[Any], size: int) -> None:
    made = market(history)
    with grouped(size):
        found = made.panel
        present = found.present(0, found.size)
        columns = {name: found.column(name, 0, found.size) for name in NAMES}
    for code, symbol in enumerate(made.symbols):
        for at, day in enumerate(found.days):
            row = history[day - FIRST][SYMBOLS.index(symbol)]
            assert present[at, code] == (row is not None)
            close, shares, grade = row if row is not None else (None, None, None)
            for name, value in (("close", close), ("shares_outstanding", shares)):
                said = columns[name][at, code]
                assert (None if np.isnan(said) else said) == value
            label = columns["grade"][at, code]
            assert (None if np.isnan(label) else found.labels("grade")[int(label)]) == grade
