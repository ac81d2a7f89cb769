"""A report says what the files of its run hold, asks for nothing, and is safe with any name."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run as command
from indexcalc.market.market import Market
from indexcalc.report.run_report import document
from indexcalc.report.run_report.document import report
from indexcalc.report.run_report.reasons.in_words import in_words

NAME = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    market, out = folder / "market", folder / "out"
    demo = ["market", "demo", "--securities", "120", "--years", "3", "--out", str(market)]
    assert command(demo) == 0
    rule = folder / "mine.yaml"
    rule.write_text(
        f"index: mine\nname: {{en: '{NAME}', ko: 내 지수}}\ncurrency: KRW\ncalendar: XKRX\n"
        "base: {date: 2024-07-01, level: 1000}\nuniverse: {of: kospi}\n"
        "review: {months: [6, 12], effective: 2nd friday, cutoff: last session 1 month before}\n"
        "measures: {size: {mean: market_cap, over: 3 calendar months}}\n"
        "selection: {count: 20, steps: [{select: {size: {rank: 20}}}]}\n"
        "weighting: {scheme: market_cap}\nreturns: {withholding: 15.4%}\n",
        encoding="utf-8",
    )
    given = [*("--market", str(market)), *("--returns", "pr,tr,ntr"), *("--out", str(out))]
    assert command(["compute", str(rule), "kospi", *given[:2], *given[4:], "--returns", "tr"]) == 0
    sweep = ["simulate", str(rule), "--cap", "10%:30%:10%", "--market", str(market)]
    assert command([*sweep, "--out", str(out / "sweep")]) == 0
    return out


def data_of(page: str, kind: str) -> list[dict[str, Any]]:
    found = re.findall(rf'<script type="application/json" class="{kind}">([^<]*)</script>', page)
    return [json.loads(gzip.decompress(base64.b64decode(text))) for text in found]


def test_levels_in_the_page_are_those_of_the_files(outs: Path) -> None:
    page = report([outs / "mine"])
    levels = pq.read_table(outs / "mine" / "levels.parquet")
    drawn = data_of(page, "data")[0]
    assert len(drawn["days"]) == levels.num_rows
    for label, column in (("price", "level"), ("gross", "level_tr")):
        unit = 10.0 ** drawn["decimals"][label]
        read = np.cumsum(drawn["values"][label]) / unit
        assert read.tolist() == pytest.approx(levels[column].to_pylist(), abs=0.5 / unit + 1e-9)
        assert unit >= 100.0
    published = f"{levels['level_published'].to_pylist()[-1]:,}"
    assert f"<dd>{published}</dd>" in page


def test_reviews_beyond_the_plain_rows_are_packed_and_none_is_lost(
    outs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = report([outs / "mine"])
    monkeypatch.setattr(document, "_PLAIN_ROWS", 8)
    page = report([outs / "mine"])
    [later] = data_of(page, "later")
    head, tail = page.split('<script type="application/json" class="later">')
    every = re.findall(r'<details class="review">.*?</details>', whole, re.DOTALL)
    plain = re.findall(r'<details class="review">.*?</details>', head, re.DOTALL)
    packed = re.findall(r'<details class="review">.*?</details>', later, re.DOTALL)
    assert plain
    assert packed
    assert plain + packed == every
    assert "<noscript>" in tail


def test_every_decision_can_be_reached(outs: Path) -> None:
    page = report([outs / "mine"])
    [ledger] = data_of(page, "ledger")
    decisions = pq.read_table(outs / "mine" / "decisions.parquet")
    assert len(ledger["day"]) == decisions.num_rows
    said = [ledger["detail"]["labels"][at] for at in ledger["detail"]["at"]]
    assert said == [in_words(text or "", "en") for text in decisions["detail"].to_pylist()]
    assert ledger["line"] == decisions["rule_line"].to_pylist()
    for symbol in re.findall(r'data-symbol="([^"]+)"', page):
        assert symbol in ledger["names"] or symbol in ledger["symbol"]["labels"]


def test_a_name_stays_a_name_and_nothing_is_asked_for(outs: Path) -> None:
    for language in ("en", "ko"):
        page = report([outs], language)
        assert "<img" not in page
        assert not re.search(r"""\b(src|href)=["'](?!#)""", page)
        assert "url(" not in page.replace("url(#hatch)", "")
        assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg|http-equiv", "", page)
        assert page.count("<h1") == 1


def test_a_security_with_a_name_of_markup_is_only_text(outs: Path, tmp_path: Path) -> None:
    shutil.copytree(outs / "mine", tmp_path / "mine")
    place = tmp_path / "mine" / "constituents.parquet"
    table = pq.read_table(place)
    names = pa.array([NAME] * table.num_rows).dictionary_encode()
    column = table.schema.get_field_index("name")
    pq.write_table(table.set_column(column, "name", names), place)
    page = report([tmp_path / "mine"])
    assert "<img" not in page
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    [ledger] = data_of(page, "ledger")
    assert NAME in ledger["names"].values()


def test_with_its_market_an_english_page_calls_names_in_english(outs: Path) -> None:
    market = Market.open(outs.parent / "market")
    securities = market.table("securities")
    assert securities is not None
    english = dict(
        zip(*(securities[name].to_pylist() for name in ("symbol", "name_en")), strict=True)
    )
    called = r'<button class="name" data-symbol="([^"]+)">([^<]+) <small>'
    shown = re.findall(called, report([outs / "mine"], market=market, aum={"": 1e12}))
    assert len(shown) > 40
    assert all(name == english[symbol] for symbol, name in shown)
    korean = dict(re.findall(called, report([outs / "mine"], "ko", market=market)))
    assert {symbol for symbol, name in shown if korean.get(symbol) == name} == set()


def test_the_script_of_the_page_is_read_by_node() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = files("indexcalc.report") / "templates" / "report.js"
    done = subprocess.run(
        [node, "--check", str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_same_files_give_the_same_page(outs: Path) -> None:
    assert report([outs]) == report([outs])


def test_what_is_no_run_is_told(outs: Path, tmp_path: Path, capsys: Any) -> None:
    assert command(["report", str(tmp_path), "--out", str(tmp_path / "r.html")]) == 1
    assert "RUN003" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()
    page = tmp_path / "page.html"
    assert command(["report", str(outs), "--lang", "ko", "--out", str(page)]) == 0
    assert page.stat().st_size < 1_500_000


@pytest.fixture(scope="module")
def with_market(outs: Path) -> str:
    return report([outs / "mine"], market=Market.open(outs.parent / "market"))


def test_the_parts_of_the_return_sum_to_it(outs: Path, with_market: str) -> None:
    """Read back from the page: groups, and lines with the rest, sum to the return of the files."""
    levels = pq.read_table(outs / "mine" / "levels.parquet")["level_tr"].to_pylist()
    total = 100 * (levels[-1] / levels[0] - 1)
    said = re.search(r"Return ([+−][\d,.]+)\u00a0% \(with dividends\)", with_market)
    assert said is not None
    assert number(said.group(1)) == pytest.approx(total, abs=0.0051)
    for kind in ("moved", "moved lines"):
        [table] = re.findall(rf'<table class="{kind}">(.*?)</table>', with_market, re.S)
        rows = re.findall(r'</th><td class="num">([^<]+)\u00a0%</td>', table)
        assert len(rows) > 5
        assert sum(map(number, rows)) == pytest.approx(total, abs=0.006 * len(rows))


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def test_what_would_move_a_name_is_beside_its_decisions(outs: Path, with_market: str) -> None:
    [ledger] = data_of(with_market, "ledger")
    shown = re.findall(r'<table class="near">.*?</table>', with_market, re.S)[0]
    symbols = re.findall(r'data-symbol="([^"]+)"', shown)
    assert len(symbols) >= 6
    for symbol in symbols:
        assert "at the review of" in ledger["change"][symbol]


def test_another_market_is_refused(outs: Path, tmp_path: Path, capsys: Any) -> None:
    other = tmp_path / "other"
    demo = ["market", "demo", "--securities", "100", "--years", "2", "--out", str(other)]
    assert command(demo) == 0
    page = tmp_path / "page.html"
    given = ["--market", str(other), "--out", str(page)]
    assert command(["report", str(outs / "mine"), *given]) == 1
    assert "RUN004" in capsys.readouterr().err
    assert not page.exists()


def test_levels_before_the_launch_are_tinted(outs: Path, tmp_path: Path) -> None:
    shutil.copytree(outs / "mine", tmp_path / "mine")
    place = tmp_path / "mine" / "levels.parquet"
    levels = pq.read_table(place)
    half = levels.num_rows // 2
    status = pa.array(["backtested"] * half + ["live"] * (levels.num_rows - half))
    column = levels.schema.get_field_index("status")
    pq.write_table(levels.set_column(column, "status", status.dictionary_encode()), place)
    launch = levels["date"].to_pylist()[half].isoformat()
    page = report([tmp_path / "mine"])
    assert f"before the launch on {launch}" in page
    pictures = re.findall(r'<svg class="(?:wide|narrow)".*?</svg>', page, re.S)
    over_time = [picture for picture in pictures if "data-meta" in picture]
    assert over_time
    assert all('class="back"' in picture for picture in over_time)
    assert "computed afterwards (backtested)" in report([outs / "mine"])


def test_an_overlay_has_a_report_without_what_it_does_not_hold(outs: Path, tmp_path: Path) -> None:
    rule = tmp_path / "twice.yaml"
    rule.write_text(
        "index: twice\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2025-01-02, level: 100}\n"
        "underlying: {index: mine, return: price}\noverlay: {leverage: 2, reset: daily}\n",
        encoding="utf-8",
    )
    shutil.copy(outs.parent / "mine.yaml", tmp_path / "mine.yaml")
    market = str(outs.parent / "market")
    out = str(tmp_path / "out")
    assert command(["compute", str(rule), "--market", market, "--out", out]) == 0
    page = report([tmp_path / "out" / "twice"], market=Market.open(market))
    levels = pq.read_table(tmp_path / "out" / "twice" / "levels.parquet")
    assert f"<dd>{levels['level_published'].to_pylist()[-1]:,}</dd>" in page
    assert "Market value" not in page
    assert ">Reviews<" not in page
    assert "nan" not in re.sub(r"<script.*?</script>", "", page, flags=re.S).lower()


def test_the_decisions_take_the_room_that_the_page_leaves_them(
    outs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = report([outs / "mine"])
    assert "The page holds the decisions from" not in whole
    assert "(ledger" not in whole
    less = len(whole.encode("utf-8")) - 400
    monkeypatch.setattr(document, "_MOST_BYTES", less)
    monkeypatch.setattr(document, "_LEAST_LEDGER", 100)
    page = report([outs / "mine"])
    note = "The page holds the decisions from"
    assert note in page
    assert len(page.encode("utf-8")) <= less + 100  # the note itself
