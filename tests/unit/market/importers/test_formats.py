"""Which format a file is in, from its headers, and that every format can be read."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.market.importers.formats import FORMATS, detect, read_file
from indexcalc.market.importers.imported import Options

KRX = "종목코드,종목명,시장구분,소속부,종가,대비,등락률,시가,고가,저가,거래량,거래대금,시가총액,"
KRX += "상장주식수\n"
HEADERS = {
    "krx-csv": KRX,
    "fdr": ",Code,Name,Market,Close,Changes,Marcap,Stocks\n",
    "marcap": "Code,Name,Close,Marcap,Stocks,Rank,Date\n",
    "pykrx": "티커,종가,시가총액,거래량,거래대금,상장주식수\n",
    "table": "date,symbol,close,shares_outstanding\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("name", HEADERS)
def test_headers_say_the_format_in_every_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / "file.csv"
    for text in (HEADERS[name], "\n" + HEADERS[name].replace(",", "\t").replace("\n", "\r\n")):
        path.write_bytes(text.encode(encoding))
        assert detect(path, Options()) == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("name", HEADERS)
def test_a_line_that_says_the_delimiter_stands_before_the_headers(
    tmp_path: Path, name: str, encoding: str
) -> None:
    path = tmp_path / "file.csv"
    text = "sep=;\r\n" + HEADERS[name].replace(",", ";").replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))
    assert detect(path, Options()) == name


def test_columns_with_types_are_never_the_exchanges_own_file(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    names = KRX.strip().split(",")
    pq.write_table(pa.table({name: ["1"] for name in names}), path)
    assert detect(path, Options()) != "krx-csv"
    pq.write_table(pa.table({"Code": ["1"], "Close": [1], "Marcap": [1], "Stocks": [1]}), path)
    assert detect(path, Options()) == "fdr"


def test_a_map_or_a_table_named_decides(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(KRX)
    assert detect(path, Options(into="daily")) == "table"
    assert detect(path, Options(map_path=tmp_path / "map.yaml")) == "table"


def test_what_nobody_recognises_is_tried_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    for data in (b"", b"\n", b"a", b"\xff\xff\n", b"\xff\xfe\x00"):
        path.write_bytes(data)
        assert detect(path, Options()) == "table", data
    path.write_bytes(b'[{"Code": 1, "Close": 1, "Marcap": 1, "Stocks": 1}]')
    assert detect(path, Options()) == "fdr"


def test_every_format_is_a_module_that_reads(tmp_path: Path) -> None:
    for module in FORMATS.values():
        assert callable(import_module(f"indexcalc.market.importers.{module}").read)
    path = tmp_path / "file.csv"
    path.write_text("date,symbol,close,shares_outstanding\n2024-01-02,A,1,2\n")
    assert read_file(path, Options()).format == "table"
    assert read_file(path, Options(into="daily"), "table").tables["daily"].num_rows == 1
