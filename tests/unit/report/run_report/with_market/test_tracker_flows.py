"""Flows on a page are those of ``indexcalc flows``, to the last digit shown."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run as command
from indexcalc.market.market import Market
from indexcalc.report.run_report.document import report

UNITS = {"tn": 1e12, "bn": 1e9, "m": 1e6, "": 1.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flows")
    market = str(folder / "market")
    demo = ["market", "demo", "--securities", "420", "--years", "3", "--out", market]
    assert command(demo) == 0
    given = ["--market", market, "--out", str(folder / "out")]
    assert command(["compute", "kospi200-top10", *given]) in (0, 1)
    return folder


def cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.S)
    return [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        for row in rows
    ]


def same_money(text: str, value: float) -> bool:
    """Is a text such as ``+1.31tn won`` the value, in the digits it shows?"""
    found = re.fullmatch(r"([+−]?)([\d,.]+)(tn|bn|m|) won", text)
    assert found is not None, text
    unit = UNITS[found[3]]
    size = float(found[2].replace(",", "")) * unit
    decimals = len(found[2].partition(".")[2])
    sign = -1.0 if found[1] == "−" else 1.0
    return abs(sign * size - value) <= 0.5001 * unit * 10.0**-decimals


def test_the_page_and_the_verb_say_the_same(folder: Path, capsys: Any) -> None:
    market = str(folder / "market")
    capsys.readouterr()
    asked = ["flows", "kospi200-top10", "--aum", "500bn", "--market", market, "--format", "json"]
    assert command(asked) in (0, 1)
    study = json.loads(capsys.readouterr().out)
    page = report([folder / "out" / "kospi200-top10"], market=Market.open(market), aum={"": 500e9})
    shown = [
        row
        for table in re.findall(r'<table class="flows">(.*?)</table>', page, re.S)
        for row in cells(table)
    ]
    assert len(shown) == len(study["reviews"]) > 3
    for row, review in zip(shown, reversed(study["reviews"]), strict=True):
        assert row[0] == review["effective_date"]
        assert same_money(row[2], review["bought"])
        assert same_money(row[3], review["sold"])
        assert row[4] == f"{100 * review['one_way_turnover']:.2f}\u00a0%"
        trades = [item for item in study["trades"] if item["effective_date"] == row[0]]
        most = max((item["days_20"] or 0.0 for item in trades), default=0.0)
        assert float(row[6]) == pytest.approx(most, abs=0.0501)
        assert same_money(row[7], review["capacity"])
    trades = {(item["effective_date"], item["symbol"]): item for item in study["trades"]}
    day = re.search(r"Hardest trades of ([\d-]+)", page)
    assert day is not None
    [hardest] = re.findall(r'<table class="hardest">(.*?)</table>', page, re.S)
    for row in cells(hardest):
        trade = trades[day[1], row[0].split()[-1]]
        assert same_money(row[2], trade["amount"])
        assert float(row[4]) == pytest.approx(trade["days_20"], abs=0.0501)


def test_joiners_and_leavers_show_their_trade(folder: Path) -> None:
    market = Market.open(str(folder / "market"))
    page = report([folder / "out" / "kospi200-top10"], market=market, aum={"": 500e9})
    reviews = page[page.index('<div class="reviews">') : page.index("What trackers trade")]
    moved = re.findall(r"<td>(joins|leaves)</td>.*?</tr>", reviews, re.S)
    money = re.findall(r"<td>([+−])[\d,.]+(?:tn|bn|m) won</td>", reviews)
    assert len(moved) == len(money) > 0
    assert [sign == "+" for sign in money] == [word == "joins" for word in moved]


def test_assets_of_the_market_are_used_from_their_first_row(folder: Path, tmp_path: Path) -> None:
    import datetime as dt
    import shutil

    market = tmp_path / "market"
    shutil.copytree(folder / "market", market)
    run = folder / "out" / "kospi200-top10"
    reviews = pq.read_table(run / "reviews.parquet")["effective_date"].to_pylist()
    rows = tmp_path / "assets.parquet"
    row = {
        "index": "kospi200-top10",
        "date": reviews[-2],
        "assets": 2e12,
        "currency": "KRW",
        "source": "a fund's page",
        "certainty": "single",
    }
    pq.write_table(pa.Table.from_pylist([row]), rows)
    into = ["market", "import", str(rows), "--format", "table", "--into", "tracked_assets"]
    assert command([*into, "--market", str(market)]) == 0
    out = tmp_path / "out"
    assert command(["compute", "kospi200-top10", "--market", str(market), "--out", str(out)]) in (
        0,
        1,
    )
    page = report([out / "kospi200-top10"], market=Market.open(str(market)))
    [table] = re.findall(r'<table class="flows">(.*?)</table>', page, re.S)
    assert [dt.date.fromisoformat(row[0]) for row in cells(table)] == reviews[:-2:-1]
    assert "2.00tn won follow the index (a fund&#39;s page" in page


def test_what_cannot_be_asked_is_told(folder: Path, tmp_path: Path, capsys: Any) -> None:
    run, page = str(folder / "out" / "kospi200-top10"), str(tmp_path / "page.html")
    assert command(["report", run, "--aum", "5tn", "--out", page]) == 2
    assert "--market" in capsys.readouterr().err
    given = ["--market", str(folder / "market"), "--aum", "kospi=5tn", "--out", page]
    assert command(["report", run, *given]) == 2
    assert "ANA001" in capsys.readouterr().err
