"""Workbooks and other kinds of files: read, or refused by their name."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.files.layout import Layout
from indexcalc.market.importers.files.opening import open_file
from indexcalc.market.importers.formats import detect
from indexcalc.market.importers.imported import Options

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A minimal xlsx, written by hand: numbers, dates (style 1) and inline texts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>'
            for at, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="rId{at}" Type="{REL}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}">{links}'
            f'<Relationship Id="s" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
        )
        for at, rows in enumerate(sheets.values(), 1):
            body = "".join(
                f'<row r="{line}">{"".join(_cell(c, line, k) for k, c in enumerate(row))}</row>'
                for line, row in enumerate(rows, 1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>',
            )
    return stream.getvalue()


def _cell(value: Any, line: int, column: int) -> str:
    place = f"{chr(65 + column)}{line}"
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return f'<c r="{place}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


BOOK = {
    "Notes": [["for your information"]],
    "Prices": [
        ["Prices of the day"],
        [],
        ["date", "symbol", "close", "shares_outstanding"],
        [dt.date(2024, 1, 2), "005930", 68400.5, 5969782550],
        [dt.date(2024, 1, 2), "000660", None, 728002365],
        [],
        ["a notice"],
    ],
}
LAYOUT = Layout(skip=2, until_blank=True, sheet="Prices")


def read(tmp_path: Path, data: bytes, layout: Layout = Layout(), name: str = "f.xlsx") -> Any:  # noqa: B008
    path = tmp_path / name
    path.write_bytes(data)
    return open_file(path, 10**9, layout)


def test_a_sheet(tmp_path: Path) -> None:
    source = read(tmp_path, workbook(BOOK), LAYOUT)
    assert source.table.to_pylist() == [
        {
            "date": "2024-01-02",
            "symbol": "005930",
            "close": 68400.5,
            "shares_outstanding": 5969782550,
        },
        {"date": "2024-01-02", "symbol": "000660", "close": None, "shares_outstanding": 728002365},
    ]
    assert source.place(1, "close") == (None, "Prices!C5")


def test_the_first_sheet_is_assumed_and_said(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(workbook(BOOK))
    said: list[str] = []
    assert open_file(path, 10**9, Layout(), said).names == ["for your information"]
    assert said == ["the sheet Notes; not read: Prices (say `sheet`)"]
    with pytest.raises(ImportRefused, match="there are Notes, Prices"):
        open_file(path, 10**9, Layout(sheet="Price"))
    with pytest.raises(ImportRefused, match="IMP018"):
        open_file(path, len(path.read_bytes()))


def test_damaged_workbooks_are_refused(tmp_path: Path) -> None:
    data = workbook(BOOK)
    for damaged in (
        data[: len(data) // 2],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    ):
        with pytest.raises(ImportRefused):
            read(tmp_path, damaged, LAYOUT)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\n <!DOCTYPE html><html>", "a web page"),
        (b"<table><tr><td>a,b", "a web page"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"PK\x03\x04" + bytes(40), "a zip archive"),
        (b"\x80\x04\x95abc", "a pickle"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (bytes(8) + b"DUCK" + bytes(20), "a DuckDB database"),
    ],
)
def test_other_kinds_are_named(tmp_path: Path, data: bytes, kind: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(data)
    for attempt in (lambda: open_file(path, 10**9), lambda: _read(path)):
        with pytest.raises(ImportRefused, match=kind):
            attempt()


def _read(path: Path) -> None:
    from indexcalc.market.importers.formats import read_file

    read_file(path, Options())


def test_a_workbook_of_an_exchange_list_is_recognised(tmp_path: Path) -> None:
    header = ["종목코드", "종목명", "시장구분", "종가", "대비", "시가총액", "상장주식수"]
    path = tmp_path / "data_20240102.xlsx"
    path.write_bytes(workbook({"Sheet1": [header, ["005930", "x", "KOSPI", 10, 1, 100, 10]]}))
    assert detect(path, Options()) == "krx-csv"
