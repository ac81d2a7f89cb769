"""Addresses: what is a folder, what an object store, and what is neither, with a way out."""

from __future__ import annotations

import http.server
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexcalc.cli.main import run as command
from indexcalc.diagnostics import UsageError
from indexcalc.market.places.place import RemotePath, StorageRefused, located


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("market", "market"),
        ("/tmp/a:b", "/tmp/a:b"),
        ("file:///tmp/my%20market", "/tmp/my market"),
        ("file://localhost/tmp/x", "/tmp/x"),
        ("file:/tmp/x", "/tmp/x"),
        ("ab:/c", "ab:/c"),
    ],
)
def test_folders(text: str, folder: str) -> None:
    assert located(text) == Path(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("foo://a/b", "foo://"),
        ("s3:///a", "bucket"),
        ("s3://", "no bucket"),
        ("s3:/a/b", "one slash"),
        ("s3://a/b?colour=red", "colour"),
        ("s3://key:secret@a/b", "credentials"),
        ("s3://key@a/b", "credentials"),
        ("s3://a/b?access_key=k&secret_key=s", "credentials"),
        ("file://host/a", "no host"),
    ],
)
def test_what_is_no_address_is_told_with_a_way_out(text: str, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        located(text)
    found = raised.value.diagnostics[0]
    assert found.code == "DAT017"
    assert words in found.message
    assert found.hint
    assert "secret" not in found.path


def test_a_path_in_a_store(bucket: str) -> None:
    place = located(f"{bucket}/a/")
    assert isinstance(place, RemotePath)
    file = place / "b" / "c.txt"
    assert str(file) == f"{bucket}/a/b/c.txt"
    assert file.name == "c.txt"
    assert pickle.loads(pickle.dumps(file)) == file
    assert not file.exists()
    with pytest.raises(FileNotFoundError):
        file.read_bytes()
    file.write_bytes(b"one")
    assert file.is_file()
    assert (place / "b").is_dir()
    assert file.identity()[0] == 3
    file.replace(place / "b" / "d.txt")
    assert [item.name for item in (place / "b").iterdir()] == ["d.txt"]
    assert (place / "b" / "d.txt").read_bytes() == b"one"
    with pytest.raises(FileNotFoundError):
        file.unlink()
    (place / "b").remove_all()
    assert not (place / "b" / "d.txt").exists()
    (place / "b").remove_all()  # nothing is there


def test_the_query_of_a_uri_goes_with_its_paths(bucket: str) -> None:
    place = located(f"{bucket}/a?region=us-east-1")
    (place / "x").write_bytes(b"x")  # type: ignore[union-attr]
    assert str(place / "x") == f"{bucket}/a/x"
    assert (located(f"{bucket}/a/x")).is_file()


def test_a_bucket_that_is_not_there(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = located("s3://no-such-bucket/a")
    assert isinstance(place, RemotePath)
    for act in (place.read_bytes, lambda: place.write_bytes(b"a")):
        with pytest.raises(StorageRefused, match="no bucket `no-such-bucket`"):
            act()
    assert command(["market", "info", "--market", "s3://no-such-bucket/a"]) == 3
    told = capsys.readouterr().err
    assert "DAT018" in told
    assert "make the bucket" in told
    assert (
        command(["market", "demo", "--securities", "100", "--years", "2", "--out", str(place)]) == 1
    )
    assert "DAT013" in capsys.readouterr().err


class Denies(http.server.BaseHTTPRequestHandler):
    """Says 403 to everything, as S3 does to a stranger."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_PUT = do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def denying(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Denies)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def test_denied_access_says_where_credentials_come_from(
    denying: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uri = "s3://denied-bucket/market"
    for given, code in (
        (["market", "info", "--market", uri], "DAT018"),
        (["compute", "kospi200", "--market", uri, "--out", str(tmp_path)], "DAT018"),
        (["verify", uri], "RUN012"),
        (["report", uri, "--out", str(tmp_path / "page.html")], "Error"),
    ):
        assert command(given) in (1, 3)
        told = capsys.readouterr().err
        assert code in told
        assert "access is denied" in told
        assert "AWS_ACCESS_KEY_ID" in told


def test_a_store_that_does_not_answer(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    place = located("s3://silent-bucket/market")
    assert isinstance(place, RemotePath)
    with pytest.raises(StorageRefused, match="does not answer"):
        place.read_bytes()
