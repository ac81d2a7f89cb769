"""`indexcalc market float`: baskets in, factors in the market."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run
from indexcalc.market.market import Market

SHARES = [int(count) for count in np.geomspace(5e6, 4e9, 30)]
TRUE = [((7 * position) % 80 + 21) / 100 for position in range(30)]


def basket(path: Path, scale: float, header: str = "symbol,units", day: str = "") -> Path:
    rows = [
        f"{position:06d},{int(shares * factor * scale + 0.5)}{day}"
        for position, (shares, factor) in enumerate(zip(SHARES, TRUE, strict=True))
    ]
    path.write_text("\n".join([header, *rows, ""]))
    return path


@pytest.fixture
def market(tmp_path: Path) -> Path:
    prices = tmp_path / "prices.csv"
    rows = [f"2026-08-14,{position:06d},1000,{shares}" for position, shares in enumerate(SHARES)]
    prices.write_text("\n".join(["date,symbol,close,shares_outstanding", *rows, ""]))
    assert run(["market", "import", str(prices), "--market", str(tmp_path / "m")]) == 0
    return tmp_path / "m"


def factors(market: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = Market.open(market).table("float_factors").to_pylist()
    return rows


def test_factors_go_into_the_market_with_their_source(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = basket(tmp_path / "one.csv", 2e-5, "symbol,units,date", ",2026-08-14")
    two = basket(tmp_path / "two.csv", 3.7e-4, "symbol,units,date", ",2026-08-14")
    line = ["market", "float", "--market", str(market)]
    line += ["--from-baskets", str(one), "--from-baskets", str(two)]
    assert run([*line, "--dry-run"]) == 0
    assert Market.open(market).table("float_factors") is None
    assert run([*line, "--effective", "2026-06-12"]) == 0
    said = capsys.readouterr().out
    assert "float factors of 30 lines, 30 of one value" in said
    rows = factors(market)
    assert [row["float_factor"] for row in rows] == TRUE
    assert {str(row["effective_date"]) for row in rows} == {"2026-06-12"}
    assert rows[0]["source"] == "baskets of one 2026-08-14, two 2026-08-14"
    assert rows[0]["certainty"] == "certain"


def test_a_map_reads_what_an_issuer_gives(market: Path, tmp_path: Path) -> None:
    file = basket(tmp_path / "basket.csv", 4e-4, "종목코드,수량")
    mapping = tmp_path / "issuer.yaml"
    mapping.write_text(
        "table: baskets\ncolumns: {symbol: 종목코드, units: 수량, date: {given: date}}\n"
        "constants: {fund: made}\n"
    )
    line = ["market", "float", "--market", str(market), "--from-baskets", str(file)]
    assert run([*line, "--map", str(mapping), "--date", "2026-08-14"]) == 0
    assert [row["float_factor"] for row in factors(market)] == TRUE
    # Capping factors by the float factors just found, as index shares of an index.
    before = factors(market)
    capped = tmp_path / "capped.csv"
    text = file.read_text().splitlines()
    text[-1] = f"000029,{int(SHARES[-1] * TRUE[-1] * 0.7261 * 4e-4 + 0.5)}"
    capped.write_text("\n".join(text))
    line = ["market", "float", "--market", str(market), "--from-baskets", str(capped)]
    line += ["--map", str(mapping), "--date", "2026-08-14", "--capping"]
    assert run(line) == 2  # where should they go?
    assert run([*line, "--index", "mine"]) == 0
    assert factors(market) == before
    held = Market.open(market).table("weight_factors").to_pylist()
    assert held[0]["weight_factor"] == pytest.approx(SHARES[0] * TRUE[0], rel=1e-12)
    assert held[-1]["weight_factor"] == pytest.approx(SHARES[-1] * TRUE[-1] * 0.7261, rel=1e-12)


def test_bad_baskets_change_nothing(
    market: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (market / "market.json").read_bytes()
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "symbol,units,date\n"
        + "".join(f"{at:06d},{(at * 7919) % 4001 + 50},2026-08-14\n" for at in range(30))
    )
    line = ["market", "float", "--market", str(market), "--from-baskets"]
    assert run([*line, str(bad)]) == 1
    assert "DAT060" in capsys.readouterr().err
    bad.write_text("symbol,units,date\n000001,many,2026-08-14\n")
    assert run([*line, str(bad)]) == 1
    assert "IMP004" in capsys.readouterr().err
    bad.write_text("code,units\n000001,15\n")
    assert run([*line, str(bad)]) == 1
    assert "IMP002" in capsys.readouterr().err
    good = str(basket(tmp_path / "a.csv", 1e-4, "symbol,units,date", ",2026-08-14"))
    assert run([*line, good, "--step", "3%"]) == 2
    assert run([*line, good, "--anchor", "999999=50%"]) == 2
    assert run([*line, good, "--anchor", "000001"]) == 2
    assert run([*line, str(tmp_path / "absent.csv")]) == 1
    assert (market / "market.json").read_bytes() == before


def test_what_is_written_can_be_read_as_any_table(market: Path, tmp_path: Path) -> None:
    good = str(basket(tmp_path / "a.csv", 1e-4, "symbol,units,date", ",2026-08-14"))
    assert run(["market", "float", "--market", str(market), "--from-baskets", good]) == 0
    files = [path for path in market.glob("*.parquet") if "float" in path.name]
    assert pq.read_table(files[0]).num_rows == 30
    assert run(["market", "check", "--market", str(market)]) == 0
