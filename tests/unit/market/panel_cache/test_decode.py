"""Stored daily rows as whole sessions: cells without a row, text as places, groups joined."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.market import store
from indexcalc.market.panel_cache import decode
from indexcalc.market.panel_cache.segment import Sessions
from tests.unit.calculation.small import day, line, market

# A has no row on session 1, B none on 3.
OVER = market(
    line("A", [10, None, 12, 13], 100, skip=(1,)), line("B", [20, 21, 22, 23], 200, skip=(3,))
)
ORDER = {"A": 0, "B": 1}


def decoded(
    sources: list[object], *columns: str, threads: int = 1, size: int = 250
) -> list[Sessions]:
    with mock.patch.object(decode, "SESSIONS_PER_CHUNK", size):
        return list(decode.sessions(sources, columns, ORDER, {}, threads))


def test_a_table_in_cells() -> None:
    (some,) = decoded(OVER.daily_sources(), "close", "shares_outstanding", "absent")
    assert some.present.tolist() == [[True, True], [False, True], [True, True], [True, False]]
    assert np.array_equal(
        some.columns["close"],
        [[10, 20], [np.nan, 21], [12, 22], [13, np.nan]],
        equal_nan=True,
    )
    assert some.columns["shares_outstanding"][0].tolist() == [100.0, 200.0]
    assert "absent" not in some.columns
    assert some.days.tolist() == OVER.days.tolist()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_groups_of_files_come_in_order_and_are_joined(tmp_path: Path, threads: int) -> None:
    (whole,) = decoded(OVER.daily_sources(), "close")
    (daily,) = OVER.daily_sources()
    with store.writing(tmp_path) as writer:
        writer.put_daily(store.sessions_in_groups(daily, 1))
    files = [tmp_path / item.name for item in store.read_contents(tmp_path).of("daily")]
    before = decode.decodes.passes, decode.decodes.rows
    parts = decoded(list(files), "close", threads=threads, size=3)
    assert (decode.decodes.passes, decode.decodes.rows) == (before[0] + 1, before[1] + 6)
    assert [part.days.size for part in parts] == [3, 1]
    closes = np.concatenate([part.columns["close"] for part in parts])
    assert np.array_equal(closes, whole.columns["close"], equal_nan=True)


def test_a_column_that_some_files_lack_is_unknown_there() -> None:
    (daily,) = OVER.daily_sources()
    by_session = list(store.sessions_in_groups(daily, 1))
    without = by_session[0].drop_columns(["volume"])
    (some,) = decoded([without, *by_session[1:]], "volume")
    assert np.isnan(some.columns["volume"][0]).all()
    assert some.columns["volume"][2].tolist() == [1.0, 1.0]


def test_no_rows_are_no_sessions() -> None:
    (daily,) = OVER.daily_sources()
    assert decoded([daily.slice(0, 0)], "close") == []
    assert decoded([], "close") == []


def test_text_is_a_place_among_labels_that_grow() -> None:
    labels = {"board": ["main"]}
    first = decode.numbers(pa.chunked_array([["growth", None, "main"]]), labels, "board")
    assert labels == {"board": ["main", "growth"]}
    assert np.array_equal(first, [1, np.nan, 0], equal_nan=True)
    column = pa.chunked_array([pa.array(["new", "growth"]).dictionary_encode()])
    assert decode.numbers(column, labels, "board").tolist() == [2.0, 1.0]
    assert decode.numbers(pa.chunked_array([[True, False]]), labels, "halted").tolist() == [1, 0]
    assert "halted" not in labels


def test_where_sessions_begin() -> None:
    days = np.array([day(0).toordinal()] * 2 + [day(1).toordinal()], dtype=np.int32)
    assert decode.session_starts(days).tolist() == [0, 2]
    assert decode.session_starts(days[:0]).tolist() == []
