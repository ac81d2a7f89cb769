"""Any file as columns: the kind follows from its content, whatever its name is."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.layout import Layout
from indexcalc.market.importers.files.opening import open_file
from tests.unit.market.importers.files.test_spreadsheet import workbook

LIMIT = 100_000
TEXT = b"symbol,close\n005930,1.5\n"


def parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"symbol": ["005930"], "close": ["1.5"]}), stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.decode().encode("utf-16"),
        TEXT.replace(b",", b"\t"),
        gzip.compress(TEXT),
        b'[{"symbol": "005930", "close": 1.5}]',
        parquet(),
    ],
    ids=["csv", "utf-16", "tabs", "gzip", "json", "parquet"],
)
def test_one_table_in_every_kind_of_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.without-a-kind"
    path.write_bytes(data)
    assert open_file(path, LIMIT).table.to_pylist() == [{"symbol": "005930", "close": "1.5"}]


def test_a_delimiter_that_is_said_makes_it_text(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"{a};b\n1;2\n")
    assert open_file(path, LIMIT, Layout(delimiter=";")).names == ["{a}", "b"]
    with pytest.raises(ImportRefused, match="not valid JSON"):
        open_file(path, LIMIT)


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout(sheet="Prices"), "says `sheet`, and the file is text in columns"),
        (Layout(records="data"), "says `records`, and the file is text in columns"),
    ],
)
def test_words_of_another_kind_of_file(tmp_path: Path, layout: Layout, words: str) -> None:
    (tmp_path / "f").write_bytes(TEXT)
    with pytest.raises(ImportRefused, match=f"IMP002.*{words}"):
        open_file(tmp_path / "f", LIMIT, layout)


@pytest.mark.parametrize(
    ("data", "kind", "read"),
    [
        (b'[{"a": 1}]', "JSON", {"encoding": "utf-8", "records": ""}),
        (parquet(), "Parquet or Arrow", {}),
        (
            workbook({"s": [["a"], ["b"], ["c"], [1]]}),
            "a workbook",
            {"skip": 1, "header": 2, "sheet": "s", "until_blank": True},
        ),
    ],
    ids=["json", "parquet", "workbook"],
)
def test_a_word_that_would_do_nothing_is_told(
    tmp_path: Path, data: bytes, kind: str, read: dict[str, Any]
) -> None:
    (tmp_path / "f").write_bytes(data)
    words = {"encoding": "cp949", "skip": 1, "until_blank": True, "header": 2, "sheet": "s"}
    for word, value in {**words, "records": "x"}.items():
        if word in read:
            continue
        with pytest.raises(ImportRefused, match=f"IMP002.*says `{word}`, and the file is {kind}"):
            open_file(tmp_path / "f", LIMIT, Layout(**{word: value}))
    if read and kind != "JSON":
        open_file(tmp_path / "f", LIMIT, Layout(**read))


def test_what_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"%PDF-1.7")
    with pytest.raises(ImportRefused, match=r"IMP002.*a PDF"):
        open_file(tmp_path / "f", LIMIT)
    with pytest.raises(ImportRefused, match="IMP018"):
        open_file(tmp_path / "f", 3)
