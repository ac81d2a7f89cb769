"""A market's folder is untrusted: every field of market.json is checked, no other file is touched."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import indexcalc as ic
from indexcalc.cli.main import run
from indexcalc.diagnostics import DataError, RunError
from indexcalc.market import arrow, store
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


def double(rows: Any) -> Any:
    return with_column(rows, "close", pc.multiply(rows.column("close"), 2))


def with_column(rows: Any, name: str, values: Any) -> Any:
    return rows.set_column(rows.column_names.index(name), name, values)


def at(name: str, place: int) -> Callable[[Any], Any]:
    """Rows with the value of one of them replaced by that of the next."""

    def changed(rows: Any) -> Any:
        values = rows.column(name).to_pylist()
        values[place] = values[place + 1]
        return with_column(rows, name, pa.array(values, arrow.plain(rows.column(name)).type))

    return changed


CHANGES: dict[str, Callable[[Any], Any]] = {
    "saved again": lambda rows: rows,
    "doubled": double,
    "reversed": lambda rows: rows.take(list(range(rows.num_rows))[::-1]),
    "shifted": lambda rows: with_column(
        rows,
        "date",
        pc.add(rows.column("date").cast("int32"), pa.scalar(1, "int32")).cast(pa.date32()),
    ),
    "text": lambda rows: with_column(rows, "close", rows.column("close").cast("string")),
    "renamed": lambda rows: rows.rename_columns(
        ["clsoe" if name == "close" else name for name in rows.column_names]
    ),
    "no dates": lambda rows: rows.drop_columns(["date"]),
    "lists": lambda rows: rows.append_column("x", pa.array([[1.0]] * rows.num_rows)),
    "two rows of a line": at("symbol", 0),
    "another session": at("date", 1),
}


def change(folder: Path, table: str, how: str) -> Path:
    """Another program rewrites the first file of a table, under its name and with its time."""
    path = folder / next(item.name for item in store.read_contents(folder).of(table))
    before, file = path.stat(), pq.ParquetFile(path)
    rows = CHANGES[how](file.read())
    with pq.ParquetWriter(path, rows.schema.with_metadata(None)) as writer:
        writer.write_table(rows)
        if how != "saved again":
            said = (file.metadata.metadata or {}).items()
            writer.add_key_value_metadata({k: v for k, v in said if k.startswith(b"indexcalc")})
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return path


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("how", CHANGES)
def test_a_daily_file_that_another_program_rewrote_is_refused(
    tmp_path: Path, how: str, warm: bool
) -> None:
    folder = stored(some(), tmp_path / "m", (2, 2))
    if warm:
        ic.compute(small.rule(small.CAP), ic.Market.open(folder))
    path = change(folder, "daily", how)
    for use in (lambda market: ic.compute(small.rule(small.CAP), market), check_market):
        with pytest.raises(DataError, match=r"DAT010.*not as it was written") as caught:
            use(ic.Market.open(folder))
        assert caught.value.diagnostics[0].path == str(path)
        assert "import the data again" in caught.value.diagnostics[0].hint


@pytest.mark.parametrize("how", [how for how in CHANGES if how != "doubled"])
def test_a_foreign_file_that_its_market_names_is_refused(tmp_path: Path, how: str) -> None:
    """By its hash it is the one meant; what it holds is not what is written here."""
    folder = stored(some(), tmp_path / "m", (4,))
    path = change(folder, "daily", how)
    said = json.loads((folder / "market.json").read_text(encoding="utf-8"))
    (item,) = [item for item in said["files"] if item["table"] == "daily"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    item["name"] = item["name"].replace(item["sha256"][:12], digest[:12])
    item["sha256"] = digest
    path = path.rename(folder / item["name"])
    (folder / "market.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(DataError, match="DAT010") as caught:
        ic.compute(small.rule(small.CAP), ic.Market.open(folder))
    assert caught.value.diagnostics[0].path == str(path)
    assert "import the data again" in caught.value.diagnostics[0].hint
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize("table", ["daily", "securities"])
def test_a_turned_bit_of_a_file_gives_no_traceback_and_no_levels(
    tmp_path: Path, table: str
) -> None:
    folder = stored(some(), tmp_path / "m")
    path = folder / store.read_contents(folder).of(table)[0].name
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DataError, match="DAT010"):
            ic.compute(small.rule(small.CAP), ic.Market.open(folder))


def test_no_run_or_verdict_names_data_that_are_not_there(tmp_path: Path) -> None:
    """Of a table that the rule does not read too."""
    folder = stored(some(), tmp_path / "m")
    rule = tmp_path / "cap.yaml"
    rule.write_text(small.CAP, encoding="utf-8")
    command = ["compute", str(rule), "--market", str(folder), "--out", str(tmp_path / "out")]
    assert run(command) == 0
    (written,) = [found.parent for found in (tmp_path / "out").rglob("manifest.json")]
    assert run(["verify", str(written), "--market", str(folder)]) == 0
    change(folder, "securities", "saved again")
    assert run(["verify", str(written), "--market", str(folder)]) == 3
    assert run(command) == 3


def test_rows_are_not_merged_into_a_file_that_was_rewritten(tmp_path: Path) -> None:
    folder = stored(some(), tmp_path / "m")
    change(folder, "daily", "doubled")
    before = {found.name: found.read_bytes() for found in folder.iterdir()}
    new = tmp_path / "new.csv"
    new.write_text("date,symbol,close\n2024-01-02,C,5\n", encoding="utf-8")
    assert run(["market", "import", str(new), "--market", str(folder)]) == 3
    assert {found.name: found.read_bytes() for found in folder.iterdir()} == before


def test_what_was_decoded_is_not_hashed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stored(some(), tmp_path / "m", (2, 2))
    ic.compute(small.rule(small.CAP), ic.Market.open(folder))
    store._AS_WRITTEN.clear()  # as in another process
    hashed: list[Any] = []
    digest = hashlib.file_digest

    def counted(stream: Any, kind: str) -> Any:
        hashed.append(stream)
        return digest(stream, kind)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    market = ic.Market.open(folder)
    ic.compute(small.rule(small.CAP), market)
    assert len(hashed) == len(market.names) - 1  # the small tables, not the daily files


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
