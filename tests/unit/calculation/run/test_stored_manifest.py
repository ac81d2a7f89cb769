"""A run's folder is untrusted: every statement of a manifest is checked, no file outside is touched."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run.publish import publish
from indexcalc.diagnostics import IndexcalcError, RunError
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

CHILD = (
    "index: child\nuniverse: {of: test, where: {symbol: {not_in: [B]}}}\nreview: {follows: test}\n"
)
OTHERS: tuple[Any, ...] = (None, True, 7, -1, 2.5, 10**400, "x", "", "../x", [], [1], {}, {"x": 1})


def some() -> Market:
    return market(line("A", [100, 110, 130]), line("B", [30, 31, 29], 3000))


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A written child whose manifest has a parent, a source and options."""
    folder = tmp_path_factory.mktemp("rules")
    sources = "sources: [{from: 2024-01-02, what: all, ref: none, confidence: certain}]\n"
    (folder / "test.yaml").write_text(small.CAP, encoding="utf-8")
    (folder / "child.yaml").write_text(CHILD + sources, encoding="utf-8")
    run = ic.compute(folder / "child.yaml", some(), end=small.day(2), returns=["pr"])
    return publish(run, folder / "out", composition=True)


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every key and item of a JSON value."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        yield (*at, key)
        if isinstance(value, dict | list):
            yield from places(value, (*at, key))


def mutants(said: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """(what was done, where, the manifest) for every key deleted, retyped, changed or added."""
    for at in places(said):
        for change in ("deleted", "added", "changed", *OTHERS):
            made = copy.deepcopy(said)
            node = made
            for key in at[:-1]:
                node = node[key]
            value = node[at[-1]]
            if change == "deleted":
                del node[at[-1]]
            elif change == "added":
                if not isinstance(value, dict):
                    continue
                value["strange"] = "x"
            elif change == "changed" and isinstance(value, str):
                node[at[-1]] = other_text(value)
            elif change == "changed" and isinstance(value, int | float):
                node[at[-1]] = (not value) if isinstance(value, bool) else value + 1
            elif change == "changed":
                continue
            else:
                if value == change and type(value) is type(change):
                    continue
                node[at[-1]] = change
            yield str(change)[:20], at, made


def other_text(text: str) -> str:
    """Another text of the same kind: a hash stays a hash, a date a date."""
    if not text:
        return "x"
    last = "1" if text[-1] != "1" else "2"
    return text[:-1] + last


def test_no_changed_key_of_a_manifest_gives_a_traceback_or_goes_unnoticed(
    child: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "child"
    shutil.copytree(child, folder)
    said = json.loads((child / "manifest.json").read_text(encoding="utf-8"))
    over = some()
    assert ic.verify(folder, over).bits
    tried = 0
    for change, at, made in mutants(said):
        tried += 1
        (folder / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
        try:
            verdict = ic.verify(folder, over)
        except IndexcalcError:
            continue
        told = not verdict.good or not verdict.same_versions or not verdict.same_data
        assert told, f"{change} at {at} was not noticed"
        if at[0] not in ("versions", "market"):
            assert not verdict.good, f"{change} at {at} is called good"
    assert tried > 900


@pytest.mark.parametrize(
    "name", ["../outside.yaml", "/tmp/outside.yaml", "a/b.yaml", "..", "a\nb", ""]
)
def test_the_name_of_a_rule_file_stays_inside(child: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out" / "child"
    shutil.copytree(child, folder)
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    said["rule"]["files"][0]["name"] = name
    (folder / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(RunError, match=r"RUN003.*not the name of a file"):
        ic.verify(folder, some())


JOURNALS = [
    {"files": ["../victim", "manifest.json"], "gone": []},
    {"files": ["manifest.json"], "gone": ["../victim"]},
    {"files": ["manifest.json"], "gone": ["victim"]},
    {"files": ["manifest.json"], "gone": ["manifest.json"]},
    {"files": [], "gone": ["levels.parquet"]},
    {"files": "manifest.json", "gone": []},
    {"files": ["manifest.json"], "gone": None},
    {"files": ["manifest.json"]},
    [],
    None,
    7,
]


@pytest.mark.parametrize("said", JOURNALS, ids=lambda said: json.dumps(said))
def test_a_journal_touches_no_other_file(child: Path, tmp_path: Path, said: Any) -> None:
    folder = tmp_path / "child"
    shutil.copytree(child, folder)
    (tmp_path / "victim").write_text("mine")
    (folder / "victim").write_text("mine")
    (folder / ".new-victim").write_text("theirs")
    (folder / ".new-x").mkdir()
    (folder / ".journal.json").write_text(json.dumps(said))
    with pytest.raises(RunError, match=r"\.journal\.json.*RUN003.*killed writer"):
        ic.verify(folder, some())
    shutil.copytree(folder, tmp_path / "test")
    with pytest.raises(RunError, match=r"\.journal\.json.*RUN003.*killed writer"):
        publish(small.run(small.CAP, some()), tmp_path)
    assert (tmp_path / "victim").read_text() == "mine"
    assert (folder / "victim").read_text() == "mine"
    assert (folder / ".new-victim").read_text() == "theirs"


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"\xff", b'{"files": NaN}', b"[" * 100_000, b'{"a":1,"a":2}']
)
@pytest.mark.parametrize("name", [".journal.json", "manifest.json"])
def test_a_damaged_file_is_told(child: Path, tmp_path: Path, name: str, broken: bytes) -> None:
    folder = tmp_path / "child"
    shutil.copytree(child, folder)
    (folder / name).write_bytes(broken)
    with pytest.raises(RunError, match="RUN003"):
        ic.verify(folder, some())


@pytest.mark.parametrize("table", ["levels", "constituents", "reviews"])
@pytest.mark.parametrize("day", [2**31 - 1, 2_932_897, -719_163, -(2**31) + 1])
def test_a_day_that_is_no_date_is_told(child: Path, tmp_path: Path, table: str, day: int) -> None:
    """2,932,896 days from 1970-01-01 is 9999-12-31, and -719,162 is 0001-01-01."""
    folder = tmp_path / "child"
    shutil.copytree(child, folder)
    file = folder / f"{table}.parquet"
    stored = pq.read_table(file)
    for at, field in enumerate(stored.schema):
        if field.type == pa.date32():
            days = stored.column(at).cast(pa.int32()).to_pylist()
            wrong = pa.array([day, *days[1:]], pa.int32()).cast(pa.date32())
            stored = stored.set_column(at, field, wrong)
            name = field.name
            break
    pq.write_table(stored, file)
    with pytest.raises(RunError, match=f"{table}.parquet.*RUN003.*`{name}` of row 0 is no date"):
        ic.verify(folder, some())


@pytest.mark.parametrize("name", [".journal.json", "manifest.json", "levels.parquet"])
def test_a_pipe_or_folder_where_a_file_should_be_is_told(
    child: Path, tmp_path: Path, name: str
) -> None:
    for make in (os.mkfifo, os.mkdir):
        folder = tmp_path / make.__name__
        shutil.copytree(child, folder)
        (folder / name).unlink(missing_ok=True)
        make(folder / name)
        with pytest.raises(RunError, match="RUN003"):
            ic.verify(folder, some())


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    run = small.run(small.CAP, some())
    (tmp_path / "victim").write_text("mine")
    folder = publish(run, tmp_path / "out")
    for name in (".new-levels.parquet", ".new-manifest.json", ".new-journal", "events.parquet"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(tmp_path / "victim")
    publish(run, tmp_path / "out")
    assert (tmp_path / "victim").read_text() == "mine"
    assert not (folder / "events.parquet").is_symlink()
    (folder / ".run.lock").unlink()
    (folder / ".run.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(RunError, match=r"RUN020.*symbolic link"):
        publish(run, tmp_path / "out")
    assert (tmp_path / "victim").read_text() == "mine"


def test_a_folder_of_an_index_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "test").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match=r"RUN020.*symbolic link"):
        publish(small.run(small.CAP, some()), tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    "name", ["events.parquet", "manifest.json", "weights.parquet", ".new-levels.parquet"]
)
def test_a_folder_in_the_way_is_found_before_anything_changes(tmp_path: Path, name: str) -> None:
    folder = publish(small.run(small.CAP, some()), tmp_path)
    before = (folder / "levels.parquet").read_bytes()
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    other = small.run(small.CAP.replace("level: 1000", "level: 500"), some())
    with pytest.raises(RunError, match=r"RUN020|RUN003"):
        publish(other, tmp_path, restate=True)
    assert (folder / "levels.parquet").read_bytes() == before
    assert not [found for found in folder.glob(".new-*") if found.is_file()]
    assert not (folder / ".journal.json").exists()


def test_a_full_disk_is_told_with_the_path_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = publish(small.run(small.CAP, some()), tmp_path)
    before = {found.name: found.read_bytes() for found in folder.iterdir()}
    real = pq.write_table

    def full(table: Any, where: Any, **options: Any) -> None:
        if where.name and "reviews" in os.readlink(f"/proc/self/fd/{where.fileno()}"):
            raise OSError(28, "No space left on device")
        real(table, where, **options)

    monkeypatch.setattr(run_files.pq, "write_table", full)
    with pytest.raises(RunError, match=r"reviews\.parquet.*RUN020.*No space left"):
        publish(small.run(small.CAP, some()), tmp_path)
    assert {found.name: found.read_bytes() for found in folder.iterdir()} == before
