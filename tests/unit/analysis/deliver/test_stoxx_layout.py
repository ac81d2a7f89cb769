"""The STOXX columns read back to the same bits, and give the level and the next divisor."""

from __future__ import annotations

import csv
import io

import pytest

import indexcalc as ic
from indexcalc.analysis.deliver.desk_files import desk_files
from indexcalc.analysis.deliver.stoxx_layout import DELIMITER, stoxx_files
from indexcalc.report.tables import csv_text
from tests.unit.calculation import small
from tests.unit.calculation.small import action, day, given, line, market

CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"


def rows_of(run: ic.Run) -> dict[str, list[dict[str, str]]]:
    files = stoxx_files(run, desk_files(run), "KRW")
    read = {}
    for name, table in files.items():
        rows = list(csv.DictReader(io.StringIO(csv_text(table, DELIMITER)), delimiter=DELIMITER))
        for row, written in zip(rows, table.to_pylist(), strict=True):
            for column, value in written.items():
                if isinstance(value, float):
                    assert float(row[column]) == value, column
        read[name.split("_")[0]] = rows
    return read


def test_both_files_give_the_level_by_hand() -> None:
    """A 10 x 1000 and B 30 x 500: 25,000 for a level of 1000; then A at 12 and B at 36: 30,000."""
    over = market(
        line("A", [10, 10, 12]), line("B", [30, 30, 36], shares=500), memberships=given("A", "B")
    )
    read = rows_of(ic.compute(ic.Methodology.from_text(CAP), over))
    close, opening = read["closecomposition"], read["opencomposition"]
    assert [row["Internal_Key"] for row in close] == ["A", "B"]
    assert {float(row["Index_Mcap_Units"]) for row in close} == {30_000.0}
    assert {float(row["Index_Divisor"]) for row in close} == {25.0}
    assert {float(row["Index_Close"]) for row in close} == {1200.0}
    assert [float(row["Weight"]) for row in close] == [40.0, 60.0]
    assert [float(row["Shares"]) for row in close] == [1000.0, 500.0]
    assert {row["Date"] for row in close} == {str(day(2))}
    # Nothing happens on the next session: the same divisor.
    assert float(opening[0]["Index_Divisor"]) == pytest.approx(25.0)
    assert {row["Next_Trading_Day"] for row in opening} == {str(day(3))}


def test_a_split_of_the_next_session_is_in_the_opening_file() -> None:
    """Two for one: half the price, twice the shares, the same divisor."""
    split = action("A", 3, "split", ratio=2.0, known_at=day(1))
    over = market(
        line("A", [10, 10, 12]),
        line("B", [30, 30, 36], shares=500),
        memberships=given("A", "B"),
        corporate_actions=[split],
    )
    opening = rows_of(ic.compute(ic.Methodology.from_text(CAP), over))["opencomposition"]
    assert float(opening[0]["Close_adjusted_local"]) == 6.0
    assert float(opening[0]["Weightfactor"]) == 2000.0
    assert float(opening[0]["Index_Divisor"]) == pytest.approx(25.0)
