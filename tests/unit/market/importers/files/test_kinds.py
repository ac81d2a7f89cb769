"""What a file is that holds no table we read, by its first bytes."""

from __future__ import annotations

import io
import pickle
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.kinds import is_workbook, refuse_other_kinds


def zipped(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    return stream.getvalue()


def saved_array() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(2))
    return stream.getvalue()


def database(tmp_path: Path) -> bytes:
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("create table t (a)")
    connection.close()
    return (tmp_path / "x.db").read_bytes()


def test_kinds_that_programs_write(tmp_path: Path) -> None:
    for data, kind in (
        (database(tmp_path), "an SQLite database"),
        (saved_array(), "a NumPy array"),
        (pickle.dumps([1]), "a pickle"),
        (zipped("a.csv"), "a zip archive"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><html>", "a web page"),
        (b"<TABLE><tr>", "a web page"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"%PDF-1.7", "a PDF document"),
        (bytes(8) + b"DUCK" + bytes(20), "a DuckDB database"),
        (bytes(12) + b"\xc2\xea\x81\x60" + bytes(20), "a SAS data set"),
    ):
        with pytest.raises(ImportRefused, match=f"IMP002.*{kind}") as caught:
            refuse_other_kinds(tmp_path / "f", data)
        assert caught.value.diagnostics[0].hint, kind


@pytest.mark.parametrize(
    "data",
    [
        b"date,close\n",
        b"",
        b" %PDF,close\n",
        b"<DATE>,<CLOSE>\n1,2\n",
        b"<TICKER>\t<CLOSE>\n",
        b"RD,X\n",
        "코드,종가\n".encode("cp949"),
    ],
)
def test_text_is_no_other_kind(data: bytes) -> None:
    refuse_other_kinds(Path("f"), data)


def test_workbooks() -> None:
    assert is_workbook(zipped("xl/workbook.xml"))
    assert is_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(10))
    assert not is_workbook(zipped("a.csv"))
    assert not is_workbook(b"xl/")
