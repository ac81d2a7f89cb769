"""Small markets whose rows may be missing here and there, for tests against a slow reading."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from unittest import mock

import pyarrow as pa
from hypothesis import strategies as st

from indexcalc.market import store
from indexcalc.market.calendar.sessions import day_number
from indexcalc.market.market import Market

SYMBOLS = "ABC"
FIRST = day_number(dt.date(2024, 1, 1))
NAMES = ("close", "shares_outstanding", "grade")

cell = st.none() | st.tuples(
    st.none() | st.sampled_from([1.5, 2.0, 7.25]),
    st.sampled_from([10, 30]),
    st.none() | st.sampled_from(["x", "y"]),
)
# By session, by line: a row or none.  Line A has a row on the first session, so there is a market.
histories = st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=9).filter(
    lambda found: found[0][0] is not None
)
group_sizes = st.sampled_from([1, 2, 250])


def market(history: list[Any]) -> Market:
    """A market of one row a line and session, where there is one."""
    rows = [
        {
            "date": dt.date(2024, 1, 1) + dt.timedelta(days=place),
            "symbol": symbol,
            **dict(zip(NAMES, found, strict=True)),
        }
        for place, line in enumerate(history)
        for symbol, found in zip(SYMBOLS, line, strict=True)
        if found is not None
    ]
    kinds = (pa.date32(), pa.string(), pa.float64(), pa.int64(), pa.string())
    schema = pa.schema(list(zip(("date", "symbol", *NAMES), kinds, strict=True)))
    return Market.from_tables(daily=pa.Table.from_pylist(rows, schema=schema))


def grouped(size: int) -> Any:
    """Row groups of so many sessions."""
    groups = partial(store.sessions_in_groups, per_group=size)
    return mock.patch.object(store, "sessions_in_groups", groups)
