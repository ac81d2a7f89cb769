"""docs/getting-data.md: its maps read answers of the sources' form (values made up)."""

from __future__ import annotations

import datetime as dt
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

from indexcalc.market.importers.formats import detect, read_file
from indexcalc.market.importers.imported import Options

PAGE = (Path(__file__).parents[3] / "docs" / "getting-data.md").read_text(encoding="utf-8")
HOLDERS, TREASURY, STAKES, CRSP = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FILED = dt.date(2026, 3, 20)


def rows(tmp_path: Path, name: str, data: Any, text: str, table: str) -> list[dict[str, Any]]:
    path, map_path = tmp_path / name, tmp_path / "map.yaml"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    map_path.write_text(text, encoding="utf-8")
    result = read_file(path, Options(date=FILED, map_path=map_path))
    found: list[dict[str, Any]] = result.tables[table].to_pylist()
    return found


def answer(*items: dict[str, str]) -> dict[str, Any]:
    head = {
        "rcept_no": "20260320000001",
        "corp_cls": "Y",
        "corp_code": "00000001",
        "corp_name": "가",
    }
    return {"status": "000", "message": "정상", "list": [head | item for item in items]}


def test_largest_holder_and_related_parties(tmp_path: Path) -> None:
    def item(nm: str, relate: str, kind: str, shares: str) -> dict[str, str]:
        held = {"trmend_posesn_stock_co": shares, "bsis_posesn_stock_co": "-"}
        return {"nm": nm, "relate": relate, "stock_knd": kind, "stlm_dt": "2025-12-31", **held}

    found = rows(
        tmp_path,
        "000010-hyslrSttus.json",
        answer(
            item("김가", "본인", "보통주", "1,200"),
            item("김나", "친인척", "보통주", "300"),
            item("김나", "친인척", "우선주", "50"),
            item("계", "-", "보통주", "1,500"),
        ),
        HOLDERS,
        "holdings",
    )
    assert [(r["symbol"], r["holder_kind"], r["holder"], r["shares"]) for r in found] == [
        ("000010", "largest_holder", "김가", 1200),
        ("000010", "related_party", "김나", 300),
    ]
    assert {(r["date"], r["known_at"]) for r in found} == {(dt.date(2025, 12, 31), FILED)}


def test_treasury_shares_and_stakes(tmp_path: Path) -> None:
    total = answer(
        {"se": "보통주", "istc_totqy": "10,000", "tesstk_co": "250", "stlm_dt": "2025-12-31"},
        {"se": "합계", "istc_totqy": "11,000", "tesstk_co": "260", "stlm_dt": "2025-12-31"},
    )
    (row,) = rows(tmp_path, "000010-stockTotqySttus.json", total, TREASURY, "holdings")
    assert (row["holder_kind"], row["shares"]) == ("treasury", 250)
    stakes = answer({"rcept_dt": "2026-02-03", "repror": "기금", "stkqy": "700", "stkrt": "7.00"})
    (row,) = rows(tmp_path, "000010-majorstock.json", stakes, STAKES, "holdings")
    assert (row["holder"], row["shares"], row["known_at"]) == ("기금", 700, dt.date(2026, 2, 3))


def test_crsp(tmp_path: Path) -> None:
    data = "PERMNO,DATE,PRC,SHROUT,VOL\n10001,2024-01-02,-9.75,2241,500\n"
    (row,) = rows(tmp_path, "dsf.csv", data, CRSP, "daily")
    assert (row["symbol"], row["close"], row["shares_outstanding"]) == ("10001", 9.75, 2_241_000)


def test_answers_of_the_exchange_are_read_as_they_come(tmp_path: Path) -> None:
    """The Open API's answer, and the portal's own, which pykrx asks for: the same list, other names."""
    values = {
        "TDD_CLSPRC": "1,010",
        "CMPPREVDD_PRC": "-10",
        "MKTCAP": "1,010,000",
        "LIST_SHRS": "1,000",
    }
    more = {"ACC_TRDVOL": "5", "ACC_TRDVAL": "5,050"}
    api = {
        "BAS_DD": "20260320",
        "ISU_CD": "000010",
        "ISU_NM": "가",
        "MKT_NM": "KOSPI",
        **values,
        **more,
    }
    raw = {
        "ISU_SRT_CD": "000010",
        "ISU_CD": "KR7000010009",
        "ISU_ABBRV": "가",
        "MKT_NM": "KOSPI",
        "FLUC_TP_CD": "2",
        **values,
        **more,
    }
    for name, item in (("stk_20260320.json", api), ("raw_20260320.json", raw)):
        path = tmp_path / name
        path.write_text(json.dumps({"OutBlock_1": [item]}), encoding="utf-8")
        assert detect(path, Options()) == "krx-csv"
        (row,) = read_file(path, Options()).tables["daily"].to_pylist()
        assert row["symbol"] == "000010"
        assert (row["close"], row["base_price"], row["shares_outstanding"]) == (1010, 1020, 1000)
        assert row["date"] == FILED


def test_the_maps_ship_as_presets(tmp_path: Path) -> None:
    from indexcalc.cli.main import run
    from indexcalc.market.market import Market

    shipped = Path(str(resources.files("indexcalc.market.importers") / "presets"))
    texts = {path.stem: path.read_text(encoding="utf-8") for path in shipped.glob("*.yaml")}
    assert sorted(texts.values()) == sorted([HOLDERS, TREASURY, STAKES, CRSP])
    assert all(f"`{name}`" in PAGE or f" {name}`" in PAGE for name in texts)
    assert max(len(text.splitlines()) for text in (TREASURY, STAKES, CRSP)) <= 10
    data = tmp_path / "dsf.csv"
    data.write_text("PERMNO,DATE,PRC,SHROUT,VOL\n10001,2024-01-02,-9.75,2241,500\n")
    market = tmp_path / "m"
    assert run(["market", "import", str(data), "--map", "crsp-daily", "--market", str(market)]) == 0
    assert Market.open(market).symbols == ("10001",)
