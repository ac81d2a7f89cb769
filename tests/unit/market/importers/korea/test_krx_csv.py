"""KRX data-portal exports: headers, dates, base prices, segments, what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.formats import detect
from indexcalc.market.importers.imported import Imported, Options
from indexcalc.market.importers.korea import krx_csv

KOREAN = ",".join(
    (
        "종목코드,종목명,시장구분,소속부,종가,대비,등락률",
        "시가,고가,저가,거래량,거래대금,시가총액,상장주식수",
    )
)
ROWS = (
    '"000001","가나전자","KOSPI",,"1,000","-50","-4.76","1","1","1","10","10000","100,000","100"',
    '"000002","다라","KOSDAQ GLOBAL","우량","500","","0","1","1","1","0","0","1500","3"',
)


def imported(
    tmp_path: Path,
    text: str,
    name: str = "data_20230519.csv",
    encoding: str = "cp949",
    date: dt.date | None = None,
) -> Imported:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    assert detect(path, Options()) == "krx-csv"
    return krx_csv.read(path, Options(date=date))


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig"])
def test_an_export_as_users_download_it(tmp_path: Path, encoding: str) -> None:
    result = imported(tmp_path, "\n".join((KOREAN, *ROWS)) + "\n", encoding=encoding)
    assert result.tables["daily"].to_pylist() == [
        {
            "date": dt.date(2023, 5, 19),
            "symbol": "000001",
            "close": 1000.0,
            "base_price": 1050.0,  # 1,000 is 50 below what the change is measured from
            "shares_outstanding": 100,
            "volume": 10,
            "traded_value": 10000,
        },
        {
            "date": dt.date(2023, 5, 19),
            "symbol": "000002",
            "close": 500.0,
            "base_price": None,  # no change in the file: unknown, never the close
            "shares_outstanding": 3,
            "volume": 0,
            "traded_value": 0,
        },
    ]
    (seen,) = result.observed
    assert [
        (row["symbol"], row["name"], row["market"], row["segment"]) for row in seen.rows.to_pylist()
    ] == [
        ("000001", "가나전자", "KOSPI", "KOSPI"),
        ("000002", "다라", "KOSDAQ", "KOSDAQ GLOBAL"),
    ]
    assert result.facts == {
        "complete": True,
        "price_limit": 0.30,
        "calendar": "XKRX",
        "currency": "KRW",
    }
    assert any(note.kind == "assumed" and "2023-05-19" in note.text for note in result.notes)


def test_the_day_is_said_or_refused_never_guessed(tmp_path: Path) -> None:
    text = "\n".join((KOREAN, *ROWS))
    with pytest.raises(ImportRefused, match="IMP006"):
        imported(tmp_path, text, name="data.csv")
    with pytest.raises(ImportRefused, match="IMP006"):
        imported(tmp_path, text, name="data_20230519_20230520.csv")
    result = imported(tmp_path, text, name="data.csv", date=dt.date(2021, 1, 4))
    assert set(result.tables["daily"].column("date").to_pylist()) == {dt.date(2021, 1, 4)}
    assert not [note for note in result.notes if note.kind == "assumed"]


ENGLISH = "Issue code,Issue name,Market,Close,Change,Trading volume,Trading value,Market cap.,Listed shares"


def test_english_headers(tmp_path: Path) -> None:
    result = imported(
        tmp_path, f"{ENGLISH}\n000001,Alpha,KOSPI,1000,-50,10,10000,100000,100\n", encoding="utf-8"
    )
    assert result.tables["daily"].column("base_price").to_pylist() == [1050.0]


def test_a_date_column_wins_and_must_agree_with_the_option(tmp_path: Path) -> None:
    text = (
        "ticker,name,raw_market,market,close,market_cap,shares_outstanding,effective_date\n"
        "000001,A,KOSDAQ GLOBAL,KOSDAQ,10,100,10,2023-05-18\n"
    )
    result = imported(tmp_path, text, encoding="utf-8")
    assert result.tables["daily"].column("date").to_pylist() == [dt.date(2023, 5, 18)]
    assert result.observed[0].rows.column("segment").to_pylist() == ["KOSDAQ GLOBAL"]
    with pytest.raises(ImportRefused, match="another day than --date"):
        imported(tmp_path, text, encoding="utf-8", date=dt.date(2023, 5, 19))


def test_market_value_that_is_not_price_times_shares(tmp_path: Path) -> None:
    wrong = ROWS[0].replace('"100,000"', '"100,001"')
    result = imported(tmp_path, "\n".join((KOREAN, wrong, ROWS[1])))
    (found,) = result.warnings.items
    assert (found.code, found.severity, found.where) == ("IMP011", "warning", "000001")
    assert found.span is not None
    assert found.span.line == 2
    assert "100001" in found.message
    assert "100000" in found.message


def test_every_bad_cell(tmp_path: Path) -> None:
    rows = (
        '"000001","가","KOSPI",,"천","-50","","","","","10","1","100","100"',
        '"","나","KOSPI",,"1","1","","","","","x","1","100","1.5"',
    )
    with pytest.raises(ImportRefused) as refused:
        imported(tmp_path, "\n".join((KOREAN, *rows)))
    assert [
        (found.span.line, found.where) for found in refused.value.diagnostics if found.span
    ] == [(2, "종가"), (3, "종목코드"), (3, "거래량"), (3, "상장주식수")]


def test_a_missing_column(tmp_path: Path) -> None:
    path = tmp_path / "data_20230519.csv"
    path.write_text("종목코드,종목명\n000001,가\n", encoding="utf-8")
    with pytest.raises(ImportRefused) as refused:
        krx_csv.read(path, Options())
    assert [found.code for found in refused.value.diagnostics] == ["IMP005", "IMP005"]
