"""Folders and object stores: ``located`` reads what a user writes, ``RemotePath`` is a path in a store.

Credentials come from the usual environment of each store (for S3 the variables and files every AWS
tool reads, an endpoint in ``AWS_ENDPOINT_URL``), never from a URI.  What an object store guarantees is
little: one object appears whole or not at all, and is seen from then on.  There are no renames, no
locks and no links; what is built on that is in ``market/store`` and ``calculation/run``.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from indexcalc.diagnostics import IndexcalcError, UsageError

_SCHEMES = ("s3", "gs", "gcs", "abfs", "abfss", "hdfs", "viewfs")
_URI = r"(?a)([A-Za-z][A-Za-z0-9+.-]+):/"
_WAYS = "s3://BUCKET/PATH, gs://BUCKET/PATH, abfs://CONTAINER@ACCOUNT/PATH or a folder"
_ENVIRONMENT = (
    "credentials come from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile for "
    "s3://, GOOGLE_APPLICATION_CREDENTIALS for gs://, the Azure variables for abfs://"
)
_BLOCK = 8 << 20
# Stores without folders: nothing is made before an object lies in one.
_FLAT = ("s3", "gs", "gcs")
DELTA_LOG, DELTA_DAILY = "_delta_log", "daily"


class StorageRefused(OSError):
    """An object store refuses, or does not answer; ``strerror`` says what, ``hint`` the way out."""

    def __init__(self, place: str, what: str, hint: str) -> None:
        super().__init__(errno.EIO, what, place)
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.filename, self.strerror, self.hint), self.__dict__


@contextmanager
def refusals_told(kind: type[IndexcalcError], code: str, place: Place, hint: str) -> Iterator[None]:
    """What the system refuses while something is written at ``place``, as ``kind`` with the path.

    ``hint``: the way out, unless an object store gives its own.
    """
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error)
        if error.errno == errno.ELOOP:
            what = "a symbolic link lies there, and nothing is written through one"
        raise kind.of(
            code,
            f"cannot be written: {what}",
            path=str(error.filename or place),
            hint=error.hint if isinstance(error, StorageRefused) else hint,
        ) from None


class RemotePath(Struct, frozen=True):
    """A place in an object store: the URI that was given, and a path below it.

    It has the methods of ``pathlib.Path`` that are used of a folder and its files.  All raise
    FileNotFoundError and, for all else that goes wrong, StorageRefused.
    """

    root: str
    below: str = ""

    def __truediv__(self, name: str) -> RemotePath:
        return RemotePath(self.root, f"{self.below}/{name}" if self.below else name)

    def __str__(self) -> str:
        base = self.root.partition("?")[0].rstrip("/")
        return f"{base}/{self.below}" if self.below else base

    @property
    def name(self) -> str:
        """The last part."""
        return str(self).rpartition("/")[2]

    @property
    def key(self) -> str:
        """The path as the store's file system knows it."""
        base = _file_system(self.root)[1].rstrip("/")
        return f"{base}/{self.below}" if self.below else base

    def exists(self) -> bool:
        """Is there an object, or something below?"""
        return bool(self._info().type.name != "NotFound")

    def is_file(self) -> bool:
        """Is there an object of this name?"""
        return bool(self._info().type.name == "File")

    def is_dir(self) -> bool:
        """Does anything lie below?"""
        return bool(self._info().type.name == "Directory")

    def is_symlink(self) -> bool:
        """Stores have no links."""
        return False

    def identity(self) -> tuple[int, int]:
        """(bytes, time of the last change in ns) of an object."""
        info = self._info()
        if info.type.name != "File":
            self._refuse_missing_bucket()
            raise FileNotFoundError(errno.ENOENT, "there is no such object", str(self))
        return int(info.size), int(info.mtime_ns or 0)

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Make the folder where the store has folders."""
        if urlsplit(self.root).scheme not in _FLAT:
            with self._told() as store:
                store.create_dir(self.key, recursive=True)

    def iterdir(self) -> Iterator[RemotePath]:
        """What lies directly below, in order."""
        from pyarrow.fs import FileSelector

        with self._told() as store:
            found = store.get_file_info(FileSelector(self.key, allow_not_found=True))
        return iter([self / name for name in sorted(info.base_name for info in found)])

    def open(self) -> Any:
        """The object, opened for reading at any position."""
        try:
            with self._told() as store:
                return store.open_input_file(self.key)
        except FileNotFoundError:
            self._refuse_missing_bucket()
            raise

    def read_bytes(self) -> bytes:
        """All of an object."""
        with self.open() as stream, self._told():
            return bytes(stream.read())

    def write_bytes(self, content: bytes) -> None:
        """Make an object of this content: it appears whole."""
        with self._told() as store:
            stream = store.open_output_stream(self.key)
            stream.write(content)
            stream.close()
        self._refuse_other_size(len(content))

    def upload(self, file: Path) -> None:
        """Make an object of the content of a file of this machine."""
        with self._told() as store, file.open("rb") as source:
            stream = store.open_output_stream(self.key)
            while block := source.read(_BLOCK):
                stream.write(block)
            stream.close()
        self._refuse_other_size(file.stat().st_size)

    def copy(self, target: RemotePath) -> None:
        """Make an object of the same content, inside the store: it appears whole."""
        with self._told() as store:
            store.copy_file(self.key, target.key)

    def replace(self, target: RemotePath) -> None:
        """Give an object another name: a copy, then the removal of this one."""
        self.copy(target)
        self.unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Remove everything below; nothing may be there."""
        with suppress(FileNotFoundError), self._told() as store:
            store.delete_dir(self.key)

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove an object."""
        try:
            with self._told() as store:
                store.delete_file(self.key)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def refusal(self, error: OSError) -> OSError:
        """An error of the store's file system, in words."""
        return error if isinstance(error, StorageRefused) else _refused(self, str(error))

    def _info(self) -> Any:
        with self._told() as store:
            return store.get_file_info(self.key)

    def _refuse_other_size(self, size: int) -> None:
        there = self.identity()[0]
        if there != size:
            raise StorageRefused(
                str(self), f"{there:,} of {size:,} bytes arrived", "write it again"
            )

    def _refuse_missing_bucket(self) -> None:
        bucket = self.key.partition("/")[0]
        with self._told() as store:
            if store.get_file_info(bucket).type.name == "NotFound":
                raise _no_bucket(str(self), bucket)

    @contextmanager
    def _told(self) -> Iterator[Any]:
        """The store's file system; what it raises, in words."""
        try:
            yield _file_system(self.root)[0]
        except StorageRefused:
            raise
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, "there is no such object", str(self)) from None
        except OSError as error:
            raise self.refusal(error) from None


Place = Path | RemotePath
"""A folder, or what stands for one in an object store."""


def located(text: str | Path | RemotePath) -> Place:
    """The folder or the place in an object store that a text names.

    UsageError (DAT017): it is a URI that cannot be used: of an unknown scheme, without a bucket, with
    credentials in it.
    """
    if isinstance(text, RemotePath):
        return text
    said = str(text)
    match = re.match(_URI, said)
    if match is None:
        return Path(text)
    scheme = match[1].lower()
    if scheme == "file":
        return _local(said)
    if scheme not in _SCHEMES:
        if "://" not in said:
            return Path(text)  # a folder whose name has a colon
        raise _unusable(said, f"`{scheme}://` is not a kind of storage known here", _WAYS)
    if not said[len(scheme) :].startswith("://"):
        raise _unusable(said, "the URI has one slash after its scheme", f"write {scheme}://...")
    authority = urlsplit(said).netloc
    user, at, _ = authority.rpartition("@")
    # abfs names its container there, gs:// the one way to ask without credentials
    if at and (":" in user or (not scheme.startswith("abfs") and user != "anonymous")):
        raise _unusable(_redacted(said), "the URI holds credentials", _ENVIRONMENT)
    if "secret" in said.partition("?")[2].lower():
        raise _unusable(_redacted(said), "the URI holds credentials", _ENVIRONMENT)
    root, mark, query = said.partition("?")
    place = RemotePath(f"{root.rstrip('/')}{mark}{query}")
    _file_system(place.root)
    return place


def is_delta(place: Place, tables: Iterable[str]) -> bool:
    """Does a Delta table, or a folder with one for any of ``tables``, lie there?"""
    return (place / DELTA_LOG).is_dir() or any(
        (place / name / DELTA_LOG).is_dir() for name in tables
    )


def _local(said: str) -> Path:
    """The folder of a ``file:`` URI."""
    split = urlsplit(said)
    if split.netloc not in ("", "localhost") or not split.path.startswith("/"):
        raise _unusable(said, "a file URI has no host", "write file:///FOLDER, with three slashes")
    return Path(unquote(split.path))


@lru_cache(maxsize=64)
def _file_system(root: str) -> tuple[Any, str]:
    """(file system, its path) of a URI; opened once in a process."""
    import pyarrow as pa
    from pyarrow.fs import FileSystem

    try:
        system, path = FileSystem.from_uri(root)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, ValueError) as error:
        raise _unusable(
            root, str(error).splitlines()[0].removeprefix("Cannot parse "), _WAYS
        ) from None
    if not path.strip("/"):
        raise _unusable(root, "the URI names no bucket", _WAYS)
    return system, path


def _unusable(said: str, what: str, hint: str) -> UsageError:
    return UsageError.of("DAT017", what, path=said, hint=hint)


def _redacted(said: str) -> str:
    """A URI without what may be secret in it."""
    plain = re.sub(r"//[^/@]*@", "//...@", said)
    return re.sub(r"\?.*", "?...", plain)


def _no_bucket(place: str, bucket: str) -> StorageRefused:
    return StorageRefused(
        place, f"there is no bucket `{bucket}`", "make the bucket, or correct its name"
    )


def _refused(place: RemotePath, text: str) -> OSError:
    """What a store said, in a sentence."""
    plain = re.sub(r" \(Request ID: .*", "", text)
    where = str(place)
    if "NO_SUCH_BUCKET" in text:
        return _no_bucket(where, place.key.partition("/")[0])
    if "NO_SUCH_KEY" in text:
        return FileNotFoundError(errno.ENOENT, "there is no such object", where)
    if any(word in text for word in _DENIED):
        return StorageRefused(where, "access is denied", _ENVIRONMENT)
    if any(word in text for word in _SILENT):
        return StorageRefused(
            where,
            f"the store does not answer: {plain.rpartition(': ')[2]}",
            "see that the host is reachable, and AWS_ENDPOINT_URL where the store is not Amazon's",
        )
    return StorageRefused(where, plain, "see what the store says; nothing was taken for granted")


_DENIED = (
    "ACCESS_DENIED",
    "INVALID_ACCESS_KEY_ID",
    "SIGNATURE_DOES_NOT_MATCH",
    "INVALID_CLIENT_TOKEN_ID",
    "EXPIRED_TOKEN",
    "HTTP status 403",
    "HTTP status 401",
    "Permission denied",
    "PERMISSION_DENIED",
    "UNAUTHENTICATED",
    "AuthenticationFailed",
)
_SILENT = ("NETWORK_CONNECTION", "curlCode", "Couldn't connect", "Could not connect", "UNAVAILABLE")
