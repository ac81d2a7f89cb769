"""Files that are larger than they look, or no files at all."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files import typed
from indexcalc.market.importers.formats import FORMATS, detect, read_file
from indexcalc.market.importers.imported import Options

SMALL = Options(max_size=1_000_000, into="daily")
HEADER = b"date,symbol,close,shares_outstanding\n"


def refused(path: Path, code: str, options: Options = SMALL, **more: str) -> str:
    with pytest.raises(ImportRefused, match=code) as error:
        read_file(path, options, **more)
    return str(error.value)


def test_a_packed_file_is_counted_while_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as stream:
        for _ in range(50):
            stream.write(HEADER + b"\n" * 1_000_000)
    assert path.stat().st_size < 100_000
    assert "--max-size" in refused(path, "IMP018")


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with open(path, "wb") as stream:
        stream.truncate(10_000_000_000)
    refused(path, "IMP018")
    refused(path, "IMP018", Options(into="daily"))


def test_columns_of_one_value_are_counted_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    ones = pa.array(np.zeros(1_000_000), pa.float64())
    pq.write_table(pa.table({"close": ones, "volume": ones}), path, compression="zstd")
    assert path.stat().st_size < 10_000
    refused(path, "IMP018")


def test_batches_are_counted_while_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.feather"
    table = pa.table({"close": pa.array(np.zeros(1_000_000), pa.float64())})
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(path), "wb") as stream,
        pa.ipc.new_file(stream, table.schema, options=options) as writer,
    ):
        writer.write_table(table, max_chunksize=1000)
    assert path.stat().st_size < 1_000_000
    refused(path, "IMP018")


@pytest.mark.parametrize("format_name", [None, *FORMATS])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, format_name: str | None) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, words in (
        ("pipe", "a named pipe"),
        ("folder", "a folder"),
        ("/dev/zero", "a device"),
    ):
        options = Options() if format_name is None else SMALL
        with pytest.raises(ImportRefused, match=f"IMP001.*{words}"):
            read_file(tmp_path / name, options, format_name)
    with pytest.raises(ImportRefused, match=r"IMP001.*a named pipe"):
        detect(tmp_path / "pipe", Options())


def test_a_map_that_is_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "map.yaml")
    (tmp_path / "d.csv").write_bytes(HEADER)
    refused(tmp_path / "d.csv", "IMP001", Options(map_path=tmp_path / "map.yaml"))


def test_a_header_of_many_columns_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{number}" for number in range(200_000)) + "\n")
    assert "200,000 columns" in refused(path, "IMP005", Options(into="daily"))
    monkeypatch.setattr(typed, "MAX_COLUMNS", 10)
    table = pa.table({f"c{number}": [1] for number in range(11)})
    pq.write_table(table, tmp_path / "wide.parquet")
    refused(tmp_path / "wide.parquet", "IMP005", Options(into="daily"))


def test_a_column_twice_is_told(tmp_path: Path) -> None:
    two = pa.Table.from_arrays([pa.array([1.0])] * 2, names=["close", "close"])
    pq.write_table(two, tmp_path / "two.parquet")
    refused(tmp_path / "two.parquet", "IMP005")


WORDS = (
    '""',
    "x",
    "xx",
    '"\\n"',
    '"\\""',
    '"\\0"',
    "-1",
    "0",
    "1e400",
    "1e-400",
    "nan",
    "inf",
    "1e18",
    "rot13",
)
MORE = (
    "hex",
    "undefined",
    "punycode",
    '"é"',
    '"가"',
    "null",
    "[]",
    "{}",
    "1/0",
    '"%"',
    "1e9",
    "utf-16",
)


@pytest.mark.parametrize("word", [*WORDS, *MORE])
def test_words_of_a_map_that_are_out_of_range_are_told(tmp_path: Path, word: str) -> None:
    (tmp_path / "f.csv").write_text("d,s,c,n\n2024-01-02,A,1.5,10\n")
    columns = {"date": "d", "symbol": "s", "close": "c", "shares_outstanding": "n"}
    plain = ", ".join(f"{ours}: {theirs}" for ours, theirs in columns.items())
    maps = [
        f"{key}: {word}\ntable: daily\ncolumns: {{{plain}}}\n"
        for key in (
            "encoding",
            "delimiter",
            "decimal",
            "thousands",
            "date_format",
            "nulls",
            "facts",
        )
    ]
    for key in ("times", "pad", "as", "date_format", "values", "others", "given"):
        for ours, theirs in columns.items():
            changed = plain.replace(
                f"{ours}: {theirs}", f"{ours}: {{column: {theirs}, {key}: {word}}}"
            )
            maps.append(f"table: daily\ncolumns: {{{changed}}}\n")
    for text in maps:
        (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
        try:
            read_file(tmp_path / "f.csv", Options(map_path=tmp_path / "m.yaml"))
        except ImportRefused:
            continue


def test_a_product_beyond_whole_numbers_is_not_another_number(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("date,symbol,close,n\n2024-01-02,A,1.5,10000000000\n")
    (tmp_path / "m.yaml").write_text(
        "table: daily\ncolumns: {date: date, symbol: symbol, close: close,\n"
        "  shares_outstanding: {column: n, times: 1000000000000}}\n"
    )
    made = read_file(tmp_path / "f.csv", Options(map_path=tmp_path / "m.yaml"))
    assert made.tables["daily"].column("shares_outstanding").to_pylist() == [1e22]
