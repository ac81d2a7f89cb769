"""Files of folders that somebody else may have touched: what is read, and what is never written to."""

from __future__ import annotations

import errno
import gzip
import json
import os
import stat
from pathlib import Path

import pytest

from indexcalc.calculation.run import files_and_journal
from indexcalc.diagnostics import IndexcalcError
from indexcalc.live import saved_state
from indexcalc.market.market_json import read_contents
from indexcalc.market.places.file_safety import (
    TooLarge,
    created,
    identity,
    is_plain_name,
    kind_of,
    lies,
    moved,
    open_lock,
    open_regular,
    parse_json,
    read_json,
    read_regular,
    read_unpacked,
    sync_folder,
    to_json,
    unread,
)
from indexcalc.market.store import open_parquet


@pytest.mark.parametrize("name", ["a", "a b.parquet", ".x", "...", "가.json", "a" * 255])
def test_names_of_a_file_in_a_folder(name: str) -> None:
    assert is_plain_name(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "/a", "a\\b", "a\nb", "a\x00", "a\x7f", "a" * 256, "가" * 86, 7, None],
)
def test_names_that_lead_elsewhere_or_confuse(name: object) -> None:
    assert not is_plain_name(name)


def test_a_file_of_as_many_bytes_as_may_be(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"12345")
    assert read_regular(file, 5) == b"12345"
    with pytest.raises(ValueError, match="5 bytes, more than 4"):
        read_regular(file, 4)
    assert identity(file) == (5, file.stat().st_ctime_ns)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="a named pipe, not a file"):
        open_regular(tmp_path / "pipe")
    with pytest.raises(ValueError, match="a folder, not a file"):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "absent")


def test_packed_bytes_are_counted_while_they_are_unpacked(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(b"x" * 100)
    packed.write_bytes(gzip.compress(b"x" * 3_000_000))
    assert read_unpacked(plain, 100) == b"x" * 100
    assert read_unpacked(packed, 3_000_000) == b"x" * 3_000_000
    with pytest.raises(TooLarge, match="it has 100 bytes"):
        read_unpacked(plain, 99)
    with pytest.raises(TooLarge, match="unpack to more than 2,999,999"):
        read_unpacked(packed, 2_999_999)
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read_unpacked(packed, 3_000_000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1, "a": 2}', "a key is there twice"),
        ('{"x": {"a": 1, "a": 1}}', "a key is there twice"),
        ('{"a": NaN}', "NaN is no number"),
        ("[-Infinity]", "-Infinity is no number"),
        ("[" * 100_000, "nested too deeply"),
        ("{", "Expecting"),
    ],
)
def test_json_with_surprises_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_json(text)


def test_json_has_one_form_and_is_read_back(tmp_path: Path) -> None:
    written = to_json({"b": [1.5], "a": "가"})
    assert written.decode() == '{\n "a": "가",\n "b": [\n  1.5\n ]\n}\n'
    (tmp_path / "f.json").write_bytes(written)
    assert read_json(tmp_path / "f.json") == json.loads(written)
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))


def test_kinds_in_words(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    (tmp_path / "l").symlink_to("nowhere")
    assert kind_of(os.lstat(tmp_path / "f").st_mode) == "a file"
    assert kind_of(os.lstat(tmp_path / "l").st_mode) == "a symbolic link"
    assert kind_of(os.lstat(tmp_path).st_mode) == "a folder"
    assert kind_of(os.lstat(os.devnull).st_mode) == "a device"
    assert kind_of(stat.S_IFSOCK) == "a socket"


def test_a_link_that_leads_nowhere_lies_there(tmp_path: Path) -> None:
    (tmp_path / "l").symlink_to("nowhere")
    assert lies(tmp_path / "l")
    assert not lies(tmp_path / "nowhere")


def test_a_new_file_takes_the_place_of_a_link(tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "link"
    victim.write_text("mine")
    link.symlink_to(victim)
    with created(link) as stream:
        stream.write(b"new")
    assert victim.read_text() == "mine"
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), ValueError("x"), SystemExit(1)])
def test_a_file_whose_writing_fails_is_removed(tmp_path: Path, error: BaseException) -> None:
    file = tmp_path / "f"

    def write() -> None:
        with created(file) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(type(error)) as caught:
        write()
    assert not file.exists()
    if isinstance(caught.value, OSError):  # a full disk names no file: the file is added
        assert caught.value.filename == str(file)
        assert caught.value.errno == errno.ENOSPC


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with pytest.raises(OSError, match=r"."), created(tmp_path / "d"):
        pass
    assert (tmp_path / "d").is_dir()


def test_a_whole_file_gets_its_name(tmp_path: Path) -> None:
    (tmp_path / "aside").write_text("new")
    (tmp_path / "final").write_text("old")
    moved(tmp_path / "aside", tmp_path / "final")
    sync_folder(tmp_path)
    assert (tmp_path / "final").read_text() == "new"
    assert not (tmp_path / "aside").exists()


def test_a_lock_keeps_what_is_in_it_and_follows_no_link(tmp_path: Path) -> None:
    lock, link = tmp_path / "lock", tmp_path / "link"
    open_lock(lock).close()
    lock.write_text("held by 7")
    open_lock(lock).close()
    assert lock.read_text() == "held by 7"
    link.symlink_to(lock)
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        open_lock(link)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="a named pipe, not a file"):
        open_lock(tmp_path / "pipe")


def test_what_is_told_of_a_file_that_was_not_read() -> None:
    """A permission that lacks is no damage: what to do about damage would be wrong advice."""
    denied = PermissionError(errno.EACCES, "Permission denied", "a")
    assert unread(denied, "restore it", "not a readable Parquet file") == (
        "cannot be read: Permission denied",
        "let this user read it",
    )
    full = OSError(errno.EMFILE, "Too many open files", "a")
    assert unread(full, "restore it") == ("cannot be read: Too many open files", "restore it")
    no_parquet = ValueError("no footer")
    assert unread(no_parquet, "restore it", "not a readable Parquet file") == (
        "not a readable Parquet file: no footer",
        "restore it",
    )
    assert unread(no_parquet, "restore it") == ("cannot be read: no footer", "restore it")


def test_every_reader_tells_of_a_permission_that_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of a market, of a run and a saved state; a superuser may read all, so the call is refused."""
    for name in ("market.json", "manifest.json", "levels.parquet", "state"):
        (tmp_path / name).write_bytes(b"")

    def refused(path: str, *_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "open", refused)
    for read in (
        lambda: read_contents(tmp_path),
        lambda: open_parquet(tmp_path / "levels.parquet"),
        lambda: files_and_journal.read_manifest(tmp_path),
        lambda: files_and_journal.read_table(tmp_path, "levels.parquet"),
        lambda: saved_state.read(tmp_path / "state"),
    ):
        with pytest.raises(IndexcalcError) as caught:
            read()
        (found,) = caught.value.diagnostics
        assert found.message.endswith("cannot be read: Permission denied")
        assert found.hint == "let this user read it"
