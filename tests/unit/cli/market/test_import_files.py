"""`indexcalc market import`: what it prints, what it changes, and how it exits."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.cli.main import run
from indexcalc.cli.market import import_files as verb
from indexcalc.market.importers.formats import FORMATS
from indexcalc.market.market import Market
from tests.unit.cli.market.prices_to_import import CSV, file_of, market_of


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    return file_of(tmp_path)


def test_formats_are_those_that_can_be_read() -> None:
    assert set(verb.FORMATS) == set(FORMATS)


def test_import_says_what_it_did(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["market", "import", str(prices), "--market", str(tmp_path / "m")]) == 0
    said = capsys.readouterr().out
    assert "prices.csv (table)" in said
    assert "  read     rows for daily: 2" in said
    assert "merged   daily: 2 rows added" in said
    assert run(["market", "import", str(prices), "--market", str(tmp_path / "m")]) == 0
    assert "merged   daily: 0 rows added, 2 rows were there already" in capsys.readouterr().out


def test_a_refused_import_exits_1_and_changes_nothing(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = tmp_path / "m"
    run(["market", "import", str(prices), "--market", str(market)])
    before = (market / "market.json").read_bytes()
    prices.write_text(CSV.replace("101", "102"))
    line = ["market", "import", str(prices), "--market", str(market)]
    assert run(line) == 1
    assert "close is 101 in the market, 102 in the file" in capsys.readouterr().err
    assert (market / "market.json").read_bytes() == before
    assert run([*line, "--on-conflict", "replace"]) == 0
    assert "1 value replaced" in capsys.readouterr().out


def test_problems_of_all_files_come_at_once(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(CSV.replace("101", "1o1"))
    absent = tmp_path / "absent.csv"
    market = tmp_path / "m"
    line = ["market", "import", str(prices), str(bad), str(absent), "--market", str(market)]
    assert run(line) == 1
    said = capsys.readouterr().err
    assert "bad.csv:3:19: error IMP004" in said
    assert "absent.csv: error IMP001" in said
    assert not market.exists()


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("FILE", "--sql", "select 1", "--database", "duckdb:x"),
        ("--sql", "select 1"),
        ("FILE", "--database", "duckdb:x"),
        ("FILE", "--date", "today"),
        ("FILE", "--date", "2024-02-30"),
        ("FILE", "--max-size", "0"),
        ("FILE", "--format", "excel"),
    ],
)
def test_usage(prices: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    words = [str(prices) if word == "FILE" else word for word in options]
    assert run(["market", "import", *words, "--market", str(tmp_path / "m")]) == 2
    assert not (tmp_path / "m").exists()


def test_what_became_of_values_that_differ(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = market_of(tmp_path)
    prices.write_text(CSV.replace("101", "102"), encoding="utf-8")
    line = ["market", "import", str(prices), "--market", market, "--on-conflict"]
    capsys.readouterr()
    for word, said in (
        (
            "keep",
            "0 rows added, 1 row was there already, 1 value differs and was kept as stored",
        ),
        ("replace", "0 rows added, 1 row was there already, 1 value replaced"),
    ):
        assert run([*line, word]) == 0
        assert f"merged   daily: {said}" in capsys.readouterr().out


def test_a_shipped_map_is_named_without_its_folder(tmp_path: Path) -> None:
    shipped = verb._map(Path("crsp-daily"))
    assert shipped is not None
    assert shipped.read_text(encoding="utf-8")
    # A file of that name beside the user comes first, and what is neither is left to the reader.
    (tmp_path / "crsp-daily").write_text("mine")
    assert verb._map(tmp_path / "crsp-daily") == tmp_path / "crsp-daily"
    assert verb._map(Path("no-such-map")) == Path("no-such-map")
    assert verb._map(None) is None


def test_a_map_decides_and_its_facts_are_shown(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "map.yaml").write_text(
        "facts: {currency: KRW}\ntable: daily\ncolumns: {date: date, symbol: symbol, close: close}\n"
    )
    line = ["market", "import", str(prices), "--market", str(tmp_path / "m")]
    assert run([*line, "--map", str(tmp_path / "map.yaml")]) == 0
    assert "fact     currency = KRW" in capsys.readouterr().out
    assert Market.open(tmp_path / "m").columns("daily") == ("date", "symbol", "close")


def test_facts_are_given_with_files_and_without(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = tmp_path / "m"
    line = ["market", "import", "--market", str(market)]
    assert run([*line, "--fact", "calendar=XKRX"]) == 3
    assert "DAT010" in capsys.readouterr().err
    assert run([*line, str(prices), "--fact", "complete=true", "--fact", "price_limit=0.3"]) == 0
    assert Market.open(market).facts == {"complete": True, "price_limit": 0.3}
    assert "fact     price_limit = 0.3" in capsys.readouterr().out
    assert run([*line, "--fact", "calendar=XKRX"]) == 0
    assert "fact     calendar = XKRX" in capsys.readouterr().out.splitlines()
    assert Market.open(market).facts == {"complete": True, "price_limit": 0.3, "calendar": "XKRX"}
    assert run([*line, "--fact", "calendar=XNYS"]) == 1
    assert "calendar is 'XKRX' in the market, 'XNYS' by the import" in capsys.readouterr().err
    assert run([*line, "--fact", "calendar=XNYS", "--on-conflict", "replace"]) == 0
    assert Market.open(market).facts["calendar"] == "XNYS"
    shown = capsys.readouterr().out.splitlines()
    not_packaged = "not packaged, as XKRX is: give its sessions as the table `sessions`"
    assert f"fact     calendar = XNYS ({not_packaged})" in shown


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("calendar", "is not NAME=VALUE"),
        ("calender=XKRX", "there is no fact 'calender'"),
        ("price_limit=30", "0.3 is 30 %"),
    ],
)
def test_a_fact_that_is_none_is_a_usage_error(
    fact: str, words: str, prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["market", "import", str(prices), "--market", str(tmp_path / "m"), "--fact", fact]
    assert run(line) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "m").exists()


def test_a_fact_that_is_said_goes_before_that_of_a_format(tmp_path: Path) -> None:
    """The lines of one board alone: that the exchange lists every line of every board does not hold."""
    file = tmp_path / "prices.csv"
    file.write_text(CSV)
    mapped = tmp_path / "map.yaml"
    mapped.write_text(
        "facts: {complete: true}\ntable: daily\n"
        "columns: {date: date, symbol: symbol, close: close, shares_outstanding: shares_outstanding}\n"
    )
    line = ["market", "import", str(file), "--map", str(mapped), "--market", str(tmp_path / "m")]
    assert run([*line, "--fact", "complete=false"]) == 0
    assert Market.open(tmp_path / "m").facts == {"complete": False}


def test_a_factor_of_each_day_is_stored_where_it_changes(
    prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        ("2024-01-02", "0.4"),
        ("2024-01-03", "0.4"),
        ("2024-01-04", "0.5"),
        ("2024-01-05", "0.5"),
    ]
    prices.write_text("DATE,CODE,FLOAT\n" + "".join(f"{day},000001,{f}\n" for day, f in rows))
    mapped = tmp_path / "map.yaml"
    mapped.write_text(
        "table: float_factors\nsnapshot: true\n"
        "columns: {symbol: CODE, effective_date: DATE, float_factor: FLOAT}\n"
    )
    market = tmp_path / "m"
    line = ["market", "import", str(prices), "--map", str(mapped), "--market", str(market)]
    assert run(line) == 0
    said = capsys.readouterr().out
    assert "merged   float_factors: 2 rows added, 2 rows as known already" in said
    table = Market.open(market).table("float_factors")
    assert [str(row["effective_date"]) for row in table.to_pylist()] == ["2024-01-02", "2024-01-04"]
    assert run(line) == 0
    again = "float_factors: 0 rows added, 2 rows were there already, 2 rows as known already"
    assert again in capsys.readouterr().out
