"""A market described."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import DataError
from indexcalc.market.checks.info import describe
from indexcalc.market.importers.imported import Imported
from indexcalc.market.merging.merge import merge
from tests.unit.calculation.small import line, market
from tests.unit.calculation.stored import stored
from tests.unit.market.checks.lines_to_check import LINES, SOUND


def test_info_says_what_is_there(tmp_path: Path) -> None:
    merge(
        tmp_path,
        Imported("x", "table", {"daily": SOUND, "securities": LINES}, facts={"calendar": "XKRX"}),
    )
    lines = describe(tmp_path)
    assert "  calendar = XKRX" in lines
    assert "daily: 6 rows, 2 lines, 2024-01-08 .. 2024-01-10" in lines
    assert "  3 of 3 sessions of XKRX observed" in lines
    assert "  lines on 2024-01-10: KOSPI 2" in lines
    assert "  valid_from (100.0% unknown)" in lines


def test_a_market_without_a_calendar_and_with_unknown_closes(tmp_path: Path) -> None:
    over = market(line("A", [100, None, 110]), line("B", [50, 51, None, 53]))
    folder = stored(over.with_tables({}), tmp_path / "m", (2, 2))
    lines = describe(folder)
    # Four sessions; a close is unknown in 2 of 7 rows: 28.6 %.
    assert "daily: 7 rows, 2 lines, 2024-01-02 .. 2024-01-05" in lines
    assert "  2 files, 2 row groups" in lines
    assert "  close (28.6% unknown)" in lines
    assert "  volume" in lines
    assert "sessions: 4 rows, date 2024-01-02 .. 2024-01-05" in lines
    assert sum(".parquet: " in text for text in lines) == 3


def test_where_no_market_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="DAT010"):
        describe(tmp_path)
