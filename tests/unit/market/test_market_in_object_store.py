"""A market in an object store: the bits of a local one, whole or not at all, its panel kept here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import indexcalc as ic
from indexcalc.cli.main import run as command
from indexcalc.diagnostics import DataError, RunError
from indexcalc.market import store
from indexcalc.market.panel_cache import sidecar
from indexcalc.market.panel_cache.decode import decodes
from indexcalc.market.places.place import RemotePath, StorageRefused, located

DEMO = ["market", "demo", "--securities", "100", "--years", "2", "--out"]


def files(folder: Path | RemotePath) -> dict[str, bytes]:
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}


@pytest.fixture
def market(bucket: str) -> RemotePath:
    place = located(f"{bucket}/demo")
    assert isinstance(place, RemotePath)
    assert command([*DEMO, str(place)]) == 0
    return place


def test_every_verb_works_there(
    market: RemotePath, bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "demo"
    assert command([*DEMO, str(here)]) == 0
    local = {name: text for name, text in files(here).items() if not name.startswith(".")}
    assert files(market) == local
    rule = ["kospi", "kosdaq"]
    assert command(["compute", *rule, "--market", str(here), "--out", str(tmp_path / "out")]) == 0
    given = [
        "compute",
        *rule,
        "--market",
        str(market),
        "--out",
        f"{bucket}/out",
        "--weights",
        "daily",
    ]
    assert command(given) == 0
    assert command(given) == 0  # and over what is there
    for name in rule:
        wanted = files(tmp_path / "out" / name)
        written = files(located(f"{bucket}/out/{name}"))
        del wanted[".run.lock"]
        assert written.pop("composition.parquet")
        assert written == wanted
    capsys.readouterr()
    assert command(["verify", f"{bucket}/out", "--market", str(market)]) == 0
    assert capsys.readouterr().out.count("equal bit for bit (same versions, same data)") == 2
    for verb in (
        ["validate", "kospi", "--market", str(market)],
        ["review", "kospi-large", "--market", str(market)],
        ["market", "check", "--market", str(market)],
        ["market", "info", "--market", str(market)],
    ):
        assert command(verb) == 0, verb
        shown = {tuple(line.split()) for line in capsys.readouterr().out.splitlines()}
        assert command([item.replace(str(market), str(here)) for item in verb]) == 0
        other = {tuple(line.split()) for line in capsys.readouterr().out.splitlines()}
        ours = {line for line in shown ^ other if "panel" not in line and "demo" not in str(line)}
        assert not ours, verb


def test_the_panel_lies_in_the_cache_and_is_made_once(
    market: RemotePath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = decodes.passes
    levels = ic.compute("kospi", ic.Market.open(str(market))).levels
    assert decodes.passes == before + 1
    assert sidecar.folder_of(market).is_relative_to(tmp_path / "cache")
    assert sidecar.size_of(market) > 0
    assert not (market / sidecar.FOLDER).exists()
    assert ic.compute("kospi", ic.Market.open(str(market))).levels.equals(levels)
    assert decodes.passes == before + 1
    # Where the cache cannot be written, the panel is in memory.
    monkeypatch.setenv("INDEXCALC_CACHE", "/proc/no")
    assert ic.compute("kospi", ic.Market.open(str(market))).levels.equals(levels)
    assert decodes.passes == before + 2


def test_the_limit_of_the_cache_holds_for_all_markets_together(
    market: RemotePath, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = located(f"{bucket}/other")
    assert isinstance(other, RemotePath)
    assert command([*DEMO, str(other), "--seed", "7"]) == 0
    ic.compute("kospi", ic.Market.open(market))
    size = sidecar.size_of(market)
    assert size > 0
    monkeypatch.setenv(sidecar.LIMIT, str(int(1.5 * size)))
    ic.compute("kospi", ic.Market.open(other))
    assert sidecar.size_of(other) > 0
    assert sidecar.size_of(market) + sidecar.size_of(other) <= 1.5 * size


SHARES = "date,symbol,close,shares_outstanding\n"


def prices(folder: Path, day: str, close: int) -> str:
    path = folder / f"{day}-{close}.csv"
    path.write_text(f"{SHARES}{day},A,{close},10\n", encoding="utf-8")
    return str(path)


def test_an_import_adds_a_file_and_compact_joins_them(
    bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = located(f"{bucket}/krx")
    given = ["market", "import", "--into", "daily", "--market", str(place)]
    for day in ("2024-01-02", "2024-01-03", "2024-01-04"):
        assert command([*given, prices(tmp_path, day, 100)]) == 0
    assert command([*given, prices(tmp_path, "2024-01-04", 101)]) == 1  # a value that differs
    assert "IMP009" in capsys.readouterr().err
    assert len(ic.Market.open(place).days) == 3
    assert command(["market", "compact", "--market", str(place)]) == 0
    said = json.loads(files(place)["market.json"])
    assert [item["rows"] for item in said["files"]] == [3]
    assert len(said["previous"]) == 3  # a reader from before keeps its files
    assert command([*given, prices(tmp_path, "2024-01-05", 100)]) == 0
    assert len([name for name in files(place) if name.startswith("daily")]) == 2


def test_a_writer_that_fails_leaves_the_market_as_it_was(
    market: RemotePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(market)["market.json"]
    real = RemotePath.copy

    def refuse(self: RemotePath, target: RemotePath) -> None:
        if target.name == "market.json":
            raise StorageRefused(str(target), "access is denied", "ask for it")
        real(self, target)

    monkeypatch.setattr(RemotePath, "copy", refuse)
    with pytest.raises(RunError) as raised, store.writing(market) as writer:
        writer.drop("rates")
    assert raised.value.diagnostics[0].code == "DAT013"
    assert raised.value.diagnostics[0].hint == "ask for it"
    assert files(market)["market.json"] == before
    ic.compute("kospi", ic.Market.open(market))


def test_of_two_writers_the_second_to_finish_gives_up(market: RemotePath) -> None:
    def slowly() -> None:
        with store.writing(market) as slow:
            slow.drop("rates")
            with store.writing(market) as fast:
                fast.drop("fx")

    with pytest.raises(DataError, match="another process has written"):
        slowly()
    assert "rates" in ic.Market.open(market).names
    assert "fx" not in ic.Market.open(market).names


def test_a_file_that_is_gone_or_cut_is_told(market: RemotePath) -> None:
    file = next(item for item in market.iterdir() if item.name.startswith("securities"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    store._FOOTERS.clear()
    with pytest.raises(DataError, match="not as it was written"):
        ic.Market.open(market).table("securities")
    file.unlink()
    with pytest.raises(DataError, match="is missing"):
        ic.Market.open(market).table("securities")
