"""Frames of all lines of a day as libraries save them: headers, files and what is read of them."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.formats import detect, read_file
from indexcalc.market.importers.imported import Imported, Options

DAY = dt.date(2026, 3, 20)
FDR = (
    "\ufeff,Code,ISU_CD,Name,Market,Dept,Close,ChangeCode,Changes,ChagesRatio,Open,High,Low,"
    "Volume,Amount,Marcap,Stocks,MarketId\n"
)
FDR_ROWS = (
    "0,000001,KR7000001000,가나,KOSPI,,1000,2,-50,-4.76,1040,1050,990,10,10100,100000,100,STK\n"
    "1,0001A0,KR70001A0000,다라,KOSDAQ GLOBAL,우량,500,4,115,29.87,400,500,400,7,3000,1500,3,KSQ\n"
    "2,000003,KR7000003006,마바,KONEX,일반,80,0,0,0.0,0,0,0,0,0,400,5,KNX\n"
)
MARCAP = (
    "Code,Name,Close,Changes,ChagesRatio,Volume,Amount,Open,High,Low,Marcap,MarcapRatio,Stocks,"
    "ForeignShares,ForeignRatio,Rank,Date\n"
)
CAP = "티커,종가,시가총액,거래량,거래대금,상장주식수\n"


def write(tmp_path: Path, text: str, name: str = "listing_2026-03-20.csv") -> Path:
    path = tmp_path / name
    data = text.encode("utf-8")
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def read(path: Path, format_name: str, **said: Any) -> Imported:
    assert detect(path, Options()) == format_name
    return read_file(path, Options(**said))


def daily(result: Imported) -> list[dict[str, Any]]:
    return list(result.tables["daily"].to_pylist())


def noted(result: Imported, words: str) -> int:
    (found,) = [note for note in result.notes if words in note.text]
    return found.count


def refused(path: Path, format_name: str, **said: Any) -> list[tuple[str, str]]:
    with pytest.raises(ImportRefused) as caught:
        read(path, format_name, **said)
    return [(found.code, found.hint) for found in caught.value.diagnostics]
