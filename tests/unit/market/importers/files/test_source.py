"""A file as bytes and as text: how much is read of it, and which byte does not fit."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.source import (
    Source,
    decoded,
    read_bytes,
    read_head,
    too_large,
)

HERE = Path("file.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings_are_found(encoding: str) -> None:
    assert decoded(HERE, "종목\n삼성전자".encode(encoding)).lstrip("\ufeff") == "종목\n삼성전자"


def test_a_byte_that_no_encoding_has() -> None:
    with pytest.raises(ImportRefused, match="byte 0xff is not utf-8-sig or cp949 text") as caught:
        decoded(HERE, "가\n나 ".encode("cp949") + b"\xff\n")
    (found,) = caught.value.diagnostics
    assert found.span is not None
    assert (found.code, found.span.line, found.span.column) == ("IMP001", 2, 4)
    with pytest.raises(ImportRefused, match="byte 0xb0 is not utf-8 text"):
        decoded(HERE, "가".encode("cp949"), "utf-8")
    with pytest.raises(ImportRefused, match="no encoding is called 'cp9499'"):
        decoded(HERE, b"a", "cp9499")


def test_heads_of_files_packed_or_not(tmp_path: Path) -> None:
    plain, packed, damaged = (tmp_path / name for name in ("plain", "packed", "damaged"))
    plain.write_bytes(b"abcdef")
    packed.write_bytes(gzip.compress(b"abcdef" * 1000))
    damaged.write_bytes(packed.read_bytes()[:12] + b"\xff" * 20)
    assert read_head(plain, 4) == b"abcd"
    assert read_head(plain, 100) == b"abcdef"
    assert read_head(packed, 100) == (b"abcdef" * 17)[:100]
    assert read_head(damaged, 100) in (b"", b"a")
    with pytest.raises(ImportRefused, match="IMP001"):
        read_head(tmp_path / "absent", 4)


def test_whole_files_up_to_a_limit(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(b"x" * 1000))
    assert read_bytes(packed, 1000) == b"x" * 1000
    with pytest.raises(ImportRefused, match=r"IMP018.*at most 9.99e-07 GB") as caught:
        read_bytes(packed, 999)
    assert "--max-size" in caught.value.diagnostics[0].hint
    with pytest.raises(ImportRefused, match=r"IMP001.*No such file"):
        read_bytes(tmp_path / "absent", 1)
    assert too_large(HERE, "it is large", 2_000_000_000).diagnostics[0].message == (
        "it is large; at most 2 GB are read"
    )


def test_columns_and_places_in_words() -> None:
    column = pa.chunked_array([["a"], ["b"]])
    source = Source(HERE, pa.table({"x": column, "y": column}))
    assert (source.names, source.rows, source.text) == (["x", "y"], 2, False)
    assert source.column("x").to_pylist() == ["a", "b"]
    assert source.place(1, "y") == (None, "row 2, y")
    with pytest.raises(KeyError):
        source.column("z")
