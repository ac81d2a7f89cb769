"""Runs in an object store: a writer killed at any request leaves the old run or the new one, whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from indexcalc.calculation.run import files_and_journal as run_files
from indexcalc.calculation.run import stored_objects
from indexcalc.diagnostics import RunError
from indexcalc.market.places.file_safety import read_json
from indexcalc.market.places.place import RemotePath, StorageRefused, located

OLD = {"levels.parquet": pa.table({"x": [1]}), "reviews.parquet": pa.table({"x": [1]})}
NEW = {"levels.parquet": pa.table({"x": [2]}), "events.parquet": pa.table({"x": [2]})}


def seen(folder: RemotePath) -> dict[str, Any]:
    """What a reader that is no part of this program finds under the names of a run."""
    found = {name: run_files.read_table(folder, name) for name in sorted(run_files.OWN)}
    tables = {name: table.to_pydict() for name, table in found.items() if table is not None}
    return {**tables, "manifest.json": read_json(folder / "manifest.json")}


def as_seen(files: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    return {**{name: table.to_pydict() for name, table in files.items()}, "manifest.json": manifest}


class Killed(BaseException):
    """The process ends here."""


def killed_after(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process end before its n-th request that changes the store."""
    left = [n]

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def act(*given: Any, **named: Any) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            real(*given, **named)

        return act

    for name in ("write_bytes", "copy", "unlink", "remove_all"):
        monkeypatch.setattr(RemotePath, name, counted(getattr(RemotePath, name)))


def test_killed_at_any_request(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = as_seen(OLD, {"v": 1}), as_seen(NEW, {"v": 2})
    outcomes = []
    for n in range(30):
        folder = located(f"{bucket}/{n}")
        assert isinstance(folder, RemotePath)
        with run_files.locked(folder):
            run_files.write(folder, OLD, {"v": 1})
        assert seen(folder) == old
        whole = False
        with monkeypatch.context() as patch:
            killed_after(n, patch)
            try:
                run_files.write(folder, NEW, {"v": 2})
                whole = True
            except Killed:
                pass
        with run_files.locked(folder):
            found = seen(folder)
        assert found in (old, new), n
        outcomes.append(found == new)
        if whole:
            assert [item.name for item in folder.iterdir()] == sorted([*NEW, "manifest.json"])
            break
    # The old run up to the commit point, the new one after it.
    assert outcomes == sorted(outcomes)
    assert outcomes.count(False) >= 4
    assert outcomes.count(True) >= 4
    assert whole


def test_a_store_that_refuses_leaves_the_old_run(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = located(f"{bucket}/run")
    assert isinstance(folder, RemotePath)
    run_files.write(folder, OLD, {"v": 1})

    def refuse(self: RemotePath, content: bytes) -> None:
        raise StorageRefused(str(self), "access is denied", "ask for it")

    with monkeypatch.context() as patch:
        patch.setattr(RemotePath, "write_bytes", refuse)
        with pytest.raises(RunError) as raised:
            run_files.write(folder, NEW, {"v": 2})
    found = raised.value.diagnostics[0]
    assert (found.code, found.hint) == ("RUN020", "ask for it")
    assert seen(folder) == as_seen(OLD, {"v": 1})


def test_two_writers_leave_no_mixture_that_is_read_as_a_run(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = located(f"{bucket}/run")
    assert isinstance(folder, RemotePath)
    real = stored_objects._put_in_place

    def interleaved(place: RemotePath, journal: stored_objects.Journal) -> None:
        monkeypatch.setattr(stored_objects, "_put_in_place", real)
        run_files.write(place, OLD, {"v": 1})  # all of another write, after our commit point
        (journal.aside(place) / "levels.parquet").copy(place / "levels.parquet")

    monkeypatch.setattr(stored_objects, "_put_in_place", interleaved)
    with pytest.raises(RunError, match="another process has written"):
        run_files.write(folder, NEW, {"v": 2})
    with pytest.raises(RunError, match="two writers"):
        run_files.read_manifest(folder)


def test_two_writers_of_the_same_run_are_no_harm(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = located(f"{bucket}/run")
    assert isinstance(folder, RemotePath)
    real = stored_objects._put_in_place

    def twice(place: RemotePath, journal: stored_objects.Journal) -> None:
        monkeypatch.setattr(stored_objects, "_put_in_place", real)
        run_files.write(place, NEW, {"v": 2})
        real(place, journal)

    monkeypatch.setattr(stored_objects, "_put_in_place", twice)
    run_files.write(folder, NEW, {"v": 2})
    assert seen(folder) == as_seen(NEW, {"v": 2})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"files": {}, "gone": [], "token": "0123456789abcdef"}',
        '{"files": {"manifest.json": "x"}, "gone": [], "token": "0123456789abcdef"}',
        '{"files": {"../a": "' + "0" * 64 + '"}, "gone": [], "token": "0123456789abcdef"}',
        '{"files": {"manifest.json": "'
        + "0" * 64
        + '"}, "gone": ["a"], "token": "0123456789abcdef"}',
        '{"files": {"manifest.json": "' + "0" * 64 + '"}, "gone": [], "token": "../../x"}',
    ],
)
def test_a_journal_from_elsewhere_is_no_order(text: str, bucket: str) -> None:
    folder = located(f"{bucket}/run")
    assert isinstance(folder, RemotePath)
    run_files.write(folder, OLD, {"v": 1})
    (folder / ".journal.json").write_bytes(text.encode())
    with pytest.raises(RunError) as raised:
        run_files.read_manifest(folder)
    assert raised.value.diagnostics[0].code == "RUN003"
    assert (folder / "levels.parquet").is_file()
