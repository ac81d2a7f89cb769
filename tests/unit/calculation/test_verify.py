"""Recomputing a written run: equal bits, or what differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.verify import Verdict
from indexcalc.cli.main import run as command
from indexcalc.diagnostics import RunError
from indexcalc.market import arrow
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market
from tests.unit.calculation.stored import stored


def some(last: float = 130.0) -> Market:
    return market(line("A", [100, 110, last]), line("B", [30, 31, 29], 3000))


def written(out: Path, **options: object) -> Path:
    return publish(small.run(small.CAP, some(), **options), out, composition=True)


def edited(folder: Path, table: str, name: str, change: Callable[[float], float]) -> None:
    file = folder / f"{table}.parquet"
    rows = pq.ParquetFile(file).read()
    values = rows.column(name).to_pylist()
    values[-1] = change(values[-1])
    place = rows.column_names.index(name)
    pq.write_table(rows.set_column(place, name, arrow.from_floats(values)), file)


def test_a_run_equals_itself_bit_for_bit(tmp_path: Path) -> None:
    verdict = ic.verify(written(tmp_path), some())
    assert verdict.good
    assert verdict.bits
    assert verdict.largest == 0
    assert "equal bit for bit (same versions, same data)" in verdict.sentence()


def test_options_are_taken_from_the_manifest(tmp_path: Path) -> None:
    options = {"start": small.day(1), "returns": ["pr", "tr"], "end": small.day(2)}
    assert ic.verify(written(tmp_path, **options), some()).bits


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("levels", "level"),
        ("levels", "divisor"),
        ("constituents", "weight"),
        ("reviews", "effective_number"),
        ("composition", "index_shares"),
    ],
)
def test_one_changed_bit_is_seen(tmp_path: Path, table: str, name: str) -> None:
    folder = written(tmp_path)
    edited(folder, table, name, lambda value: value * (1 + 2**-52))
    verdict = ic.verify(folder, some())
    assert not verdict.bits
    assert not verdict.good
    assert 0 < verdict.largest < 1e-15


def test_in_another_environment_twelve_digits_are_enough(tmp_path: Path) -> None:
    folder = written(tmp_path)
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    said["versions"]["numpy"] = "0.0"
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    edited(folder, "levels", "level", lambda value: value * (1 + 2**-48))
    verdict = ic.verify(folder, some())
    assert verdict.good
    assert not verdict.bits
    assert "other versions" in verdict.sentence()
    edited(folder, "levels", "level", lambda value: value * (1 + 1e-11))
    assert not ic.verify(folder, some()).good


def test_other_data_give_another_level(tmp_path: Path) -> None:
    verdict = ic.verify(written(tmp_path), some(last=130.1))
    assert not verdict.good
    assert not verdict.same_data
    assert not verdict.published_equal
    assert "published levels different" in verdict.sentence()


def test_the_rule_is_the_one_of_the_manifest(tmp_path: Path) -> None:
    folder = written(tmp_path)
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (file,) = said["rule"]["files"]
    file["text"] = file["text"].replace("level: 1000", "level: 500")
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(RunError, match=r"RUN003.*another hash"):
        ic.verify(folder, some())
    digest = hashlib.sha256(file["text"].encode()).hexdigest()
    file["sha256"] = said["rule"]["sha256"] = digest
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    verdict = ic.verify(folder, some())
    assert not verdict.good
    assert not verdict.published_equal


def test_a_table_that_is_gone_is_seen(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "events.parquet").unlink()
    with pytest.raises(RunError, match=r"RUN003.*events\.parquet"):
        ic.verify(folder, some())


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="RUN003"):
        ic.verify(tmp_path, some())


def test_a_variant_and_its_parents_are_in_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "test.yaml").write_text(small.CAP, encoding="utf-8")
    (tmp_path / "child.yaml").write_text(
        "index: child\nuniverse: {of: test, where: {symbol: {not_in: [B]}}}\n"
        "review: {follows: test}\n",
        encoding="utf-8",
    )
    run = ic.compute(tmp_path / "child.yaml", some())
    assert small.levels(run) == pytest.approx([1000, 1100, 1300])
    folder = publish(run, tmp_path / "out")
    for name in ("test.yaml", "child.yaml"):
        (tmp_path / name).unlink()
    assert ic.verify(folder, some()).bits


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = stored(some(), tmp_path / "m")
    rule = tmp_path / "test.yaml"
    rule.write_text(small.CAP, encoding="utf-8")
    out = tmp_path / "out"
    assert command(["compute", str(rule), "--market", str(place), "--out", str(out)]) == 0
    capsys.readouterr()
    assert command(["verify", str(out), "--market", str(place)]) == 0
    assert capsys.readouterr().out.startswith("good  test: ")
    edited(out / "test", "levels", "level", lambda value: value + 1)
    assert command(["verify", str(out / "test"), "--market", str(place)]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("BAD   test: ")
    assert "a file was changed after the run was written" in told.err
    # Without --market it is the demo market, which the run is not of.
    assert command(["verify", str(out / "test")]) == 2
    assert "the market of the run: --market DIR" in capsys.readouterr().err
    assert command(["verify", str(tmp_path / "m"), "--market", str(place)]) == 2


def test_equal_rows_of_other_files_are_not_said_to_be_other_data() -> None:
    verdict = Verdict(
        index="x",
        bits=True,
        largest=0.0,
        published_equal=True,
        same_versions=True,
        same_data=False,
        rows=8,
    )
    said = "x: 8 rows equal bit for bit (same versions, other data files)"
    assert (verdict.good, verdict.sentence()) == (True, said)
