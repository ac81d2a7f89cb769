"""Two runs on the days both set a list: who left and joined, and how far weights are apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from indexcalc.calculation.run.differences import WrittenLists, compare_runs, runs_in_words
from indexcalc.diagnostics import RunError

FIRST, SECOND = dt.date(2024, 1, 2), dt.date(2024, 2, 1)


def lists(rows: list[tuple[dt.date, str, float]]) -> WrittenLists:
    days, symbols, weights = zip(*rows, strict=True)
    columns = {
        "effective_date": pa.array(days, pa.date32()),
        "symbol": list(symbols),
        "weight": list(weights),
    }
    return WrittenLists.of("test", pa.table(columns))


BEFORE = lists([(FIRST, "A", 1.0), (SECOND, "A", 0.5), (SECOND, "B", 0.25), (SECOND, "C", 0.25)])
AFTER = lists([(SECOND, "A", 0.375), (SECOND, "B", 0.25), (SECOND, "D", 0.375)])


def test_the_distance_is_what_changes_hands() -> None:
    """A loses 1/8, C 1/4, D gains 3/8: half of 3/4 is 3/8.  B stands still and is not told."""
    (found,) = compare_runs(BEFORE, AFTER)
    assert found.date == SECOND
    assert found.members == (3, 3)
    assert (found.only_first, found.only_second) == (("C",), ("D",))
    assert found.moved == (("A", 0.5, 0.375),)
    assert found.distance == 0.375


def test_only_the_days_asked_for() -> None:
    assert compare_runs(BEFORE, BEFORE, [FIRST])[0].distance == 0.0
    assert compare_runs(BEFORE, AFTER, [FIRST]) == ()


def test_words_count_what_is_not_shown() -> None:
    """Twelve names of equal weight against one of them: ten are named, one is counted."""
    names = "ABCDEFGHIJKL"
    many = lists([(FIRST, name, 1 / 12) for name in names])
    words = runs_in_words(compare_runs(many, lists([(FIRST, "A", 1.0)])), "one", "two")
    assert "2024-01-02 left: B, C, D, E, F, G, H, I, J, K and 1 more" in words
    assert "joined:" not in words
    # One name of 1/12 against all of it: 11/12 changes hands.
    assert "91.6667%" in words
    assert runs_in_words((), "one", "two") == "one and two: no day on which both set a list"


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="RUN003"):
        WrittenLists.read(tmp_path)
