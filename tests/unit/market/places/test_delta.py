"""A market of Delta tables: the bits of a market of files, its versions in the manifest and in verify."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.cli.main import run as command
from indexcalc.diagnostics import DataError, IndexcalcError

deltalake = pytest.importorskip("deltalake", reason="deltalake is not installed")

RULE = """\
index: two-lines
currency: KRW
calendar: XKRX
base: {date: 2024-01-03, level: 100}
universe: {where: {symbol: {not_in: []}}}
review: {every: session}
weighting: {scheme: market_cap}
"""


DAYS = (dt.date(2024, 1, 2), dt.date(2024, 1, 3), dt.date(2024, 1, 4))


def daily(*rows: tuple[dt.date, str, float]) -> pa.Table:
    days, symbols, closes = zip(*rows, strict=True)
    return pa.table(
        {
            "date": pa.array(days, pa.date32()),
            "symbol": pa.array(symbols),
            "close": pa.array(closes),
            "shares_outstanding": pa.array([10] * len(rows)),
        }
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(a demo market of files, the same market as Delta tables)."""
    folder = tmp_path_factory.mktemp("delta")
    files, delta = folder / "files", folder / "tables"
    assert (
        command(["market", "demo", "--securities", "100", "--years", "2", "--out", str(files)]) == 0
    )
    market = ic.Market.open(files)
    for name in market.names:
        table = (
            pa.concat_tables([pa.parquet.read_table(path) for path in market.daily_sources()])
            if name == "daily"
            else market.table(name)
        )
        # Delta has no dictionaries; any order of rows will do.
        plain = pa.table(
            {
                item: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
                for item, column in zip(table.column_names, table.columns, strict=True)
            }
        )
        deltalake.write_deltalake(delta / name, plain.take(list(range(plain.num_rows))[::-1]))
    facts = pa.table(
        {
            "name": list(market.facts),
            "value": [json.dumps(value) for value in market.facts.values()],
        }
    )
    deltalake.write_deltalake(delta / "facts", facts)
    return files, delta


def test_the_bits_of_files(
    stored: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, delta = stored
    here = ic.compute("kospi", ic.Market.open(files))
    market = ic.Market.open(delta)
    there = ic.compute("kospi", market)
    for name in ("levels", "constituents", "reviews", "decisions", "events"):
        assert getattr(there, name).equals(getattr(here, name)), name
    assert market.facts == ic.Market.open(files).facts
    assert there.manifest["market"]["delta"] == {**dict.fromkeys([*market.names, "facts"], 0)}
    again = pickle.loads(pickle.dumps(market))
    assert len(pickle.dumps(market)) < 50_000
    assert ic.compute("kospi", again).levels.equals(here.levels)
    out = str(tmp_path / "out")
    assert command(["compute", "kospi", "--market", str(delta), "--out", out]) == 0
    for verb in ("info", "check"):
        assert command(["market", verb, "--market", str(delta)]) == 0
    assert "version 0 of daily" in capsys.readouterr().out
    assert command(["verify", out, "--market", str(delta)]) == 0


def test_verify_takes_the_version_of_the_manifest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "daily-alone"
    first = [(day, *line) for day in DAYS[:2] for line in (("A", 100.0), ("B", 50.0))]
    second = [(DAYS[2], "A", 110.0), (DAYS[2], "B", 50.0)]
    deltalake.write_deltalake(place, daily(*first, *second))
    rule = ic.Methodology.from_text(RULE)
    run = ic.compute(rule, ic.Market.open(place))
    # 10 x 100 + 10 x 50 = 1500, then 10 x 110 + 10 x 50 = 1600
    assert run.levels.column("level").to_pylist() == [100.0, 100.0 * 1600 / 1500]
    assert run.manifest["market"]["delta"] == {"daily": 0}
    publish(run, tmp_path / "out")
    # The table is corrected and grows; the run of version 0 is still what it was.
    deltalake.write_deltalake(
        place, daily(*first, (DAYS[2], "A", 120.0), second[1]), mode="overwrite"
    )
    market = ic.Market.open(place)
    assert market.versions == {"daily": 1}
    assert ic.compute(rule, market).levels.column("level").to_pylist()[1] == 100.0 * 1700 / 1500
    given = ["verify", str(tmp_path / "out"), "--market", str(place)]
    assert command(given) == 0
    assert "equal bit for bit (same versions, same data)" in capsys.readouterr().out
    # Where version 0 was vacuumed, that is told.
    deltalake.DeltaTable(place).vacuum(0, enforce_retention_duration=False, dry_run=False)
    assert command(given) == 3
    told = capsys.readouterr().err
    assert "DAT019" in told
    assert "version 0" in told
    assert "vacuumed" in told


def test_tables_without_daily_are_a_market_that_lacks_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deltalake.write_deltalake(tmp_path / "securities", pa.table({"symbol": ["A"]}))
    assert ic.Market.open(tmp_path).versions == {"securities": 0}
    assert command(["market", "check", "--market", str(tmp_path)]) == 1
    assert f"{tmp_path}/daily: error DAT001" in capsys.readouterr().out
    assert command(["compute", "equal-weight", "--market", str(tmp_path)]) == 3
    assert "DAT001: the market has no table daily" in capsys.readouterr().err
    with pytest.raises(DataError, match="DAT010: no market here"):
        ic.Market.open(tmp_path / "securities" / "_delta_log")


def test_what_cannot_be_read_or_written_is_told(
    stored: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, delta = stored
    damaged = tmp_path / "damaged"
    shutil.copytree(delta, damaged)
    for file in (damaged / "daily" / "_delta_log").iterdir():
        file.write_text("{", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        ic.Market.open(damaged)
    assert raised.value.diagnostics[0].code == "DAT019"
    prices = tmp_path / "prices.csv"
    prices.write_text("date,symbol,close,shares_outstanding\n2024-01-02,A,1,1\n", encoding="utf-8")
    lies = sorted(delta.iterdir())
    into = ["market", "import", str(prices), "--into", "daily", "--market", str(delta)]
    for given in (into, ["market", "compact", "--market", str(delta)]):
        assert command(given) == 3
        assert "DAT019: a market of Delta tables is read, not written" in capsys.readouterr().err
    assert sorted(delta.iterdir()) == lies  # no lock either
    wrong = tmp_path / "wrong"
    deltalake.write_deltalake(wrong, pa.table({"date": ["2024-01-02"], "symbol": ["A"]}))
    with pytest.raises(DataError) as raised:
        _ = ic.Market.open(wrong).days
    assert "DAT002" in {item.code for item in raised.value.diagnostics}
    monkeypatch.setitem(sys.modules, "deltalake", None)
    with pytest.raises(IndexcalcError) as missing:
        ic.Market.open(delta)
    assert missing.value.diagnostics[0].code == "RUN010"
    assert "indexcalc[delta]" in missing.value.diagnostics[0].hint
