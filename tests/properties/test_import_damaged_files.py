"""Files damaged at random: every one is read or refused with a code, never a traceback."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.diagnostics import IndexcalcError
from indexcalc.market import arrow
from indexcalc.market.importers.formats import FORMATS, read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.merging.merge import merge
from tests.properties.fuzz import bounded, tries


def parquet() -> bytes:
    table = pa.Table.from_arrays(
        [
            arrow.from_days([19730, 19731]),
            arrow.from_texts(["000001", "가나"]),
            arrow.from_floats([1.5, 2.5]),
            arrow.from_ints([10, 20]),
        ],
        names=["date", "symbol", "close", "shares_outstanding"],
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


PRICES = b"date,symbol,close,shares_outstanding\n2024-01-08,000001,100,10\n2024-01-09,A,1,2\n"
MAP = b"""\
table: daily
columns:
  date: date
  symbol: {column: symbol, pad: 6}
  close: close
  shares_outstanding: {column: shares_outstanding, times: 1000}
"""
PORTAL = (
    "종목코드,종목명,시장구분,종가,대비,거래량,거래대금,시가총액,상장주식수\n"
    '"000001","가나","KOSPI","1,000","-50","10","10000","100000","100"\n'
    '"000002","다라","KOSDAQ GLOBAL","500","","0","0","1500","3"\n'
).encode("cp949")
MASTER = (
    b"000001   KR7000001002" + "가나".encode("cp949").ljust(40) + b"ST0" + b"0000" * 3 + b"N" * 14
    + b"N" * 12 + b"000001000" + b"00001" * 2 + b"NNN" + b"00" + b"NNN" + b"00" * 3 + b"100" + b"N"
    + b"090" + b"0" * 12 + b"000000000100" + b"19750611" + b"0" * 15 + b"0" * 21 + b"12"
    + b" " * 7 + b"0" + b"NNNN" + b"0" * 32 + b"0" * 9 + b"20230331" + b"0" * 9 + b"   " + b"NNN"
    + b"\n"
)  # fmt: skip
LISTING = (
    ",Code,ISU_CD,Name,Market,Close,ChangeCode,Changes,ChagesRatio,Open,Volume,Amount,Marcap,Stocks\n"
    "0,000001,KR7000001000,가나,KOSPI,1000,2,-50,-4.76,1040,10,10100,100000,100\n"
    "1,000002,KR7000002008,다라,KOSDAQ GLOBAL,500,0,0,0.0,0,0,0,1500,3\n"
).encode()
YEAR = gzip.compress(
    b"Code,Name,Close,Changes,Open,Volume,Amount,Marcap,Stocks,Rank,Date\n"
    b"000001,A,1000.0,-50.0,1040.0,1.0,1.0,100000.0,100.0,1.0,2024-01-08\n",
    mtime=0,
)
CAP = "티커,종가,시가총액,거래량,거래대금,상장주식수\n000001,1000,100000,1,1,100\n".encode()
FILES = {
    "listing_20240108.csv": LISTING,
    "marcap-2024.csv.gz": YEAR,
    "cap_20240108.csv": CAP,
    "prices_2024-01-08.csv": PRICES,
    "map.yaml": MAP,
    "portal_20240108.csv": PORTAL,
    "kospi_code_2024-01-08.mst": MASTER,
    "prices.parquet": parquet(),
}
TOKENS = [b'"', b",", b"\n", b"\r", b"\x00", b"\xff\xff", b"1e999", b"9" * 25, b"nan", b"", b" "]
TOKENS += [b"\xef\xbb\xbf", b"2023-02-30", b": ", b"{", b"[", b"&a ", b"*a", b"- "]

damage = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(TOKENS)), max_size=4
)


@pytest.mark.parametrize("name", list(FILES))
@settings(max_examples=tries(3_000, 50))
@given(cuts=damage, format_name=st.sampled_from([None, None, *FORMATS]))
def test_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, cuts: Any, format_name: str | None
) -> None:
    folder: Path = tmp_path_factory.mktemp("files")
    data = bytearray(FILES[name])
    for at, length, token in cuts:
        start = at % (len(data) + 1)
        data[start : start + length] = token
    (folder / name).write_bytes(data)
    file, options = folder / name, Options()
    if name == "map.yaml":
        (folder / "prices.csv").write_bytes(PRICES)
        file, options = folder / "prices.csv", Options(map_path=folder / name)
        format_name = "table"
    said: tuple[Any, ...] | None = None
    try:
        with bounded():
            merge(folder / "market", read_file(file, options, format_name))
    except IndexcalcError as refused:
        said = refused.diagnostics
    assert said is None or said
    assert said is None or cuts or format_name is not None


@pytest.mark.parametrize("name", list(FILES))
def test_undamaged_they_are_read(tmp_path: Path, name: str) -> None:
    for other, data in FILES.items():
        (tmp_path / other).write_bytes(data)
    file, options = tmp_path / name, Options()
    if name == "map.yaml":
        file, options = tmp_path / "prices_2024-01-08.csv", Options(map_path=tmp_path / name)
    merge(tmp_path / "market", read_file(file, options))
