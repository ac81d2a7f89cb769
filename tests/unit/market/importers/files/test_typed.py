"""Parquet, Arrow and Feather files: read with their types, never more than is allowed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.typed import arrow_names, is_arrow, read_arrow

TABLE = pa.table({"symbol": ["A", "B"], "close": [1.5, 2.5]})


def write(path: Path, kind: str, table: pa.Table = TABLE) -> bytes:
    """The first bytes of a file of that kind."""
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "feather":
        feather.write_feather(table, path, compression="uncompressed")
    else:
        with pa.OSFile(str(path), "wb") as stream, pa.ipc.new_stream(stream, table.schema) as out:
            out.write_table(table, max_chunksize=1)
    return path.read_bytes()[:8]


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream"])
def test_a_name_with_a_colon_is_no_address(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    head = write(tmp_path / "daily:old", kind)
    assert arrow_names(Path("daily:old"), head) == ["symbol", "close"]
    assert read_arrow(Path("daily:old"), head, 1000).table.equals(TABLE)


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream"])
def test_each_kind_is_read_as_it_is(tmp_path: Path, kind: str) -> None:
    head = write(tmp_path / "f", kind)
    assert is_arrow(head)
    assert arrow_names(tmp_path / "f", head) == ["symbol", "close"]
    source = read_arrow(tmp_path / "f", head, 1000)
    assert source.table.equals(TABLE)
    assert not source.text


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream"])
def test_damaged_files_are_told(tmp_path: Path, kind: str) -> None:
    head = write(tmp_path / "f", kind)
    whole = (tmp_path / "f").read_bytes()
    (tmp_path / "f").write_bytes(whole[:40])
    assert arrow_names(tmp_path / "f", head) == []
    with pytest.raises(ImportRefused, match=r"IMP001.*cannot be read"):
        read_arrow(tmp_path / "f", head, 1000)


@pytest.mark.parametrize("kind", ["parquet", "feather", "stream"])
def test_the_limit_is_of_what_is_unpacked(tmp_path: Path, kind: str) -> None:
    # 1000 floats: 8000 bytes.
    table = pa.table({"close": pa.array([0.0] * 1000)})
    head = write(tmp_path / "f", kind, table)
    assert read_arrow(tmp_path / "f", head, 8_000).rows == 1000
    with pytest.raises(ImportRefused, match=r"IMP018.*unpacks to"):
        read_arrow(tmp_path / "f", head, 7_999)


def test_a_column_twice(tmp_path: Path) -> None:
    two = pa.Table.from_arrays([pa.array([1.0])] * 2, names=["close", "close"])
    head = write(tmp_path / "f", "feather", two)
    with pytest.raises(ImportRefused, match=r"IMP005.*'close' twice"):
        read_arrow(tmp_path / "f", head, 1000)


def test_other_beginnings() -> None:
    assert not is_arrow(b"date,clo")
    assert not is_arrow(b"")
