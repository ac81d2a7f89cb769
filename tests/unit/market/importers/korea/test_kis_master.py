"""KIS masters: bytes cut from the right end, groups, flags, what is dropped or refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.formats import detect
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea import kis_master

# Widths of the tail as the broker publishes them, apart from the code under test.
KOSPI = [2, 1, 4, 4, 4, *[1] * 26, 9, 5, 5, 1, 1, 1, 2, 1, 1, 1, 2, 2, 2, 3, 1, 3, 12, 12, 8, 15]
KOSPI += [21, 2, 7, 1, 1, 1, 1, 1, 9, 9, 9, 5, 9, 8, 9, 3, 1, 1, 1]
KOSDAQ = [2, 1, 4, 4, 4, *[1] * 21, 9, 5, 5, 1, 1, 1, 2, 1, 1, 1, 2, 2, 2, 3, 1, 3, 12, 12, 8, 15]
KOSDAQ += [21, 2, 7, 1, 1, 1, 1, 9, 9, 9, 5, 9, 8, 9, 3, 1, 1, 1]
# Positions in the tail: group, size, industries, spac, halt, delisting trade, administrative, ...
KOSPI_AT = {"group": 0, "size": 1, "mid": 3, "sector": 8, "spac": 19, "halt": 34, "out": 35}
KOSPI_AT |= {"admin": 36, "par": 48, "listed": 49, "shares": 50, "pref": 54, "kospi": 58}
KOSDAQ_AT = {"group": 0, "size": 1, "mid": 3, "spac": 14, "kq150": 25, "halt": 29, "out": 30}
KOSDAQ_AT |= {"admin": 31, "par": 43, "listed": 44, "shares": 45, "pref": 49}

USUAL = {"group": "ST", "mid": "0013", "spac": "N", "halt": "N", "out": "N", "admin": "N"}
USUAL |= {"par": "000000000100", "listed": "19750611", "shares": "000000005969782", "pref": "0"}


def line(symbol: str, isin: str, name: str, board: str = "kospi", **said: str) -> bytes:
    widths, at = (KOSPI, KOSPI_AT) if board == "kospi" else (KOSDAQ, KOSDAQ_AT)
    cells = [" " * width for width in widths]
    for key, value in {**USUAL, **said}.items():
        cells[at[key]] = value.ljust(widths[at[key]])
    head = symbol.ljust(9).encode() + isin.encode() + name.encode("cp949").ljust(40)
    return head + "".join(cells).encode("cp949")


def write(tmp_path: Path, *lines: bytes, name: str = "kospi_code_2023-06-20.mst") -> Path:
    path = tmp_path / name
    path.write_bytes(b"".join(item + b"\n" for item in lines))
    return path


def imported(tmp_path: Path, *lines: bytes) -> Imported:
    path = write(tmp_path, *lines)
    assert detect(path, Options()) == "kis-master"
    return kis_master.read(path, Options())


def test_fields_of_a_kospi_line(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        line("005930", "KR7005930003", "가나전자", sector="5", size="1", kospi="Y"),
        # A name of many wide characters: its bytes, not its characters, hold the tail in place.
        line("000087", "KR7000082007", "가나다라마바사아자차카2우B", pref="2", admin="Y", halt="Y"),
    )
    securities, designations = result.observed
    first, second = securities.rows.to_pylist()
    assert first["market"] == "KOSPI"
    assert first["isin"] == "KR7005930003"
    assert first["name"] == "가나전자"
    assert first["listing_date"] == dt.date(1975, 6, 11)
    assert (first["security_type"], first["share_class"]) == ("stock", "common")
    assert (first["kospi200_sector"], first["size_class"], first["kospi"]) == ("5", "1", "Y")
    assert first["industry_mid"] == "0013"
    assert (second["symbol"], second["share_class"]) == ("000087", "preferred")
    assert second["name"] == "가나다라마바사아자차카2우B"
    assert [(row["symbol"], row["from"], row["kind"]) for row in designations.rows.to_pylist()] == [
        ("000087", dt.date(2023, 6, 20), "administrative"),
        ("000087", dt.date(2023, 6, 20), "halted"),
    ]


def test_a_kosdaq_master(tmp_path: Path) -> None:
    result = imported(
        tmp_path,
        line("900110", "HK0000057197", "바다", board="kosdaq", group="FS"),
        line("400000", "KR7400000007", "가나스팩", board="kosdaq", spac="Y", out="Y"),
    )
    rows = result.observed[0].rows.to_pylist()
    assert [(row["market"], row["security_type"]) for row in rows] == [
        ("KOSDAQ", "foreign"),
        ("KOSDAQ", "spac"),
    ]
    assert [row["kind"] for row in result.observed[1].rows.to_pylist()] == ["delisting_trade"]


def test_groups(tmp_path: Path) -> None:
    kinds = ["RT", "IF", "SC", "DR", "MF", "BC", "EF", "EN", "EW", "SR", "EF"]
    lines = [
        line(f"{number:06}", "KR7000000000", "이름", group=kind)
        for number, kind in enumerate(kinds)
    ]
    result = imported(tmp_path, *lines)
    assert result.observed[0].rows.column("security_type").to_pylist() == [
        "reit",
        "infrastructure_fund",
        "ship_fund",
        "depositary_receipt",
        "fund",
        "fund",
    ]
    dropped = {note.text: note.count for note in result.notes if note.kind == "dropped"}
    assert dropped == {
        "ETF (group EF)": 2,
        "ETN (group EN)": 1,
        "ELW (group EW)": 1,
        "subscription right certificates (group SR)": 1,
    }


def test_an_unknown_group_or_flag_is_not_guessed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        line("000001", "KR7000000000", "가"),
        line("000002", "KR7000000000", "나", group="ZZ"),
        line("000003", "KR7000000000", "다", admin="?"),
        line("000004", "KR7000000000", "라", pref="5"),
        line("000005", "KR7000000000", "마", listed="20231301"),
    )
    with pytest.raises(ImportRefused) as refused:
        kis_master.read(path, Options())
    assert [(found.code, found.span.line) for found in refused.value.diagnostics if found.span] == [
        ("IMP004", 2),
        ("IMP004", 3),
        ("IMP004", 4),
        ("IMP004", 5),
    ]


def test_a_file_saved_in_another_encoding_is_refused(tmp_path: Path) -> None:
    lines = [
        line("000001", "KR7000000000", "abc"),
        line("000002", "KR7000000000", "나다라"),
    ]
    path = write(tmp_path, *(item.decode("cp949").encode("utf-8") for item in lines))
    with pytest.raises(ImportRefused, match="IMP003") as refused:
        kis_master.read(path, Options())
    assert [found.span.line for found in refused.value.diagnostics if found.span] == [2]


def test_the_day_of_a_master_is_never_today(tmp_path: Path) -> None:
    path = write(tmp_path, line("000001", "KR7000000000", "가"), name="kospi_code.mst")
    with pytest.raises(ImportRefused, match="IMP006"):
        kis_master.read(path, Options())
    result = kis_master.read(path, Options(date=dt.date(2024, 1, 2)))
    assert result.observed[0].rows.column("valid_from").to_pylist() == [dt.date(2024, 1, 2)]
