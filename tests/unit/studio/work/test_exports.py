"""Files to take away are what the API gives."""

from __future__ import annotations

import io
import zipfile

import pyarrow.parquet as pq

from indexcalc.report.tables import csv_text
from indexcalc.studio.work.exports import csv_file, notice_file, parquet_file, rulebook_file
from tests.unit.studio.three_lines import FREE, study


def test_a_table_as_csv_is_that_of_the_run() -> None:
    made = study()
    name, media, data = csv_file(made, "levels")
    assert (name, media) == ("test-levels.csv", "text/csv")
    assert data.decode("utf-8") == csv_text(made.run.levels)
    assert len(data.decode("utf-8").strip().splitlines()) == 1 + 3


def test_the_tables_as_parquet_are_those_of_the_run_and_the_same_bytes_again() -> None:
    made = study()
    name, media, data = parquet_file(made)
    assert (name, media) == ("test.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        assert sorted(files.namelist()) == [
            f"test/{table}.parquet"
            for table in ("constituents", "decisions", "events", "levels", "reviews")
        ]
        levels = pq.read_table(io.BytesIO(files.read("test/levels.parquet")))
    assert levels.equals(made.run.levels)
    assert parquet_file(study())[2] == data


def test_rulebook_and_notice_say_the_cap() -> None:
    book = rulebook_file(study(), "ko")
    assert book[0] == "test-rulebook.html"
    assert "50" in book[2].decode("utf-8")
    notice = notice_file(study(), FREE)[2].decode("utf-8")
    assert "weighting.caps" in notice
    assert '<html lang="ko">' in notice_file(study(), FREE, "ko")[2].decode("utf-8")
