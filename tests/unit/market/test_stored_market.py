"""A market's folder is untrusted: every field of market.json is checked, no other file is touched."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError, RunError
from indexcalc.market import store
from indexcalc.market.checks.check import check_market
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market
from tests.unit.calculation.stored import stored

OTHERS: tuple[Any, ...] = (None, True, 7, -1, 2.5, 10**400, "x", "", "../x", [], [1], {}, {"x": 1})


def some() -> ic.Market:
    return market(
        line("A", [100, 110, 130]),
        line("B", [30, 31, 29], 3000),
        securities=[{"symbol": "A", "name": "가"}],
        facts={"currency": "KRW", "price_limit": 0.3},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(some(), tmp_path_factory.mktemp("market") / "m", (2, 2))


def mutants(said: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """(where, market.json) for every key or item deleted, retyped or changed."""

    def places(node: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield (*at, key)
            if isinstance(value, dict | list):
                yield from places(value, (*at, key))

    for at in places(said, ()):
        for change in ("deleted", "changed", *OTHERS):
            made = copy.deepcopy(said)
            node = made
            for key in at[:-1]:
                node = node[key]
            value = node[at[-1]]
            if change == "deleted":
                del node[at[-1]]
            elif change == "changed" and isinstance(value, str) and value:
                node[at[-1]] = value[:-1] + ("1" if value[-1] != "1" else "2")
            elif change == "changed" and type(value) is int:
                node[at[-1]] = value + 1
            else:
                node[at[-1]] = change
            if made != said or json.dumps(made) != json.dumps(said):
                yield at, made


def test_no_changed_key_of_market_json_gives_a_traceback_or_goes_unnoticed(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "m"
    shutil.copytree(folder, other)
    said = json.loads((folder / "market.json").read_text(encoding="utf-8"))
    rule, tried = small.rule(small.CAP), 0
    truth = ic.compute(rule, ic.Market.open(other)).levels
    for at, made in mutants(said):
        tried += 1
        (other / "market.json").write_text(json.dumps(made), encoding="utf-8")
        try:
            opened = ic.Market.open(other)
            opened.table("securities")
            run = ic.compute(rule, opened)
        except ic.IndexcalcError:
            continue
        # Facts may be others and files may be fewer: that is a market too, and its manifest says so.
        same = run.manifest["market"]["tables"] == said["files"]
        assert at[0] in ("facts", "files", "previous"), at
        if at[-1] == "sha256":
            with pytest.raises(DataError, match="DAT010"):
                check_market(other)
        elif at[0] == "files":
            assert len(made["files"]) < len(said["files"]), at
        elif not same:
            assert run.levels.column("date").equals(truth.column("date")), at
    assert tried > 300


@pytest.mark.parametrize(
    "name", ["../daily-2024-01-02-2024-01-03-0123456789ab.parquet", "x", "a\nb", 7]
)
def test_a_name_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path, name: Any) -> None:
    for place in ("files", "previous"):
        other = tmp_path / place
        shutil.copytree(folder, other)
        said = json.loads((other / "market.json").read_text(encoding="utf-8"))
        if place == "files":
            said["files"][0]["name"] = name
        else:
            said["previous"] = [name]
        (other / "market.json").write_text(json.dumps(said), encoding="utf-8")
        with pytest.raises(DataError, match="DAT010"):
            ic.Market.open(other)


def test_files_that_are_not_the_markets_stay(tmp_path: Path) -> None:
    folder = stored(some(), tmp_path / "m")
    mine = [
        "mine.parquet",
        "daily.parquet",
        "draft.part",
        ".x.part",
        "daily-notes-0123456789ab.parquet",
    ]
    for name in mine:
        (folder / name).write_text("mine")
    (folder / "securities-0123456789ab.parquet").write_text("left by a writer that was killed")
    for _ in range(3):
        with store.writing(folder) as writer:
            writer.facts["calendar"] = "XKRX"
    assert all((folder / name).read_text() == "mine" for name in mine)
    assert not (folder / "securities-0123456789ab.parquet").exists()


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = stored(some(), tmp_path / "m")
    (tmp_path / "victim").write_text("mine")
    (folder / ".market.lock").unlink()
    (folder / ".market.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(RunError, match=r"DAT013.*symbolic link"), store.writing(folder):
        pass
    assert (tmp_path / "victim").read_text() == "mine"


def test_what_lies_aside_is_not_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (tmp_path / "victim").write_text("mine")
    for name in ("market.json", "daily", "securities"):
        (folder / f".{name}.{os.getpid()}.part").symlink_to(tmp_path / "victim")
    stored(some(), folder)
    assert (tmp_path / "victim").read_text() == "mine"
    assert ic.Market.open(folder).symbols == ("A", "B")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_folder_for_market_json_is_told(tmp_path: Path, make: Any) -> None:
    (tmp_path / "m").mkdir()
    make(tmp_path / "m" / "market.json")
    with pytest.raises(DataError, match="DAT010"):
        ic.Market.open(tmp_path / "m")


def test_a_full_disk_leaves_the_market_as_it_was(tmp_path: Path, monkeypatch: Any) -> None:
    folder = stored(some(), tmp_path / "m")
    before = {found.name: found.read_bytes() for found in folder.iterdir()}

    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device", str(folder / ".daily.part"))

    monkeypatch.setattr(store, "_sync_and_hash", full)
    with pytest.raises(RunError, match=r"m/\.daily\.part.*DAT013.*No space left"):
        stored(some(), folder)
    assert {found.name: found.read_bytes() for found in folder.iterdir()} == before
