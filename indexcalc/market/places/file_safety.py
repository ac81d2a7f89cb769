"""Files of folders that somebody else may have touched: names, reads and writes that stay inside.

A market, a run or a saved state may come from anywhere.  What is stored in it is read as data: a name
must be the name of a file of that folder, a JSON file has a bounded size and no surprises, and
nothing is written through a symbolic link.  The same functions take a place in an object store, where
there are no links, no locks and no renames.
"""

from __future__ import annotations

import json
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from indexcalc.market.places.place import Place, RemotePath

JSON_BYTES = 256 * 1024 * 1024
GZIP = b"\x1f\x8b"
_NAME_BYTES = 255
_PART = 1 << 20


def is_plain_name(name: object) -> bool:
    """Is it the name of a file inside a folder: one part, no separator, no control character?"""
    return (
        isinstance(name, str)
        and name not in ("", ".", "..")
        and not any(character in "/\\" or ord(character) < 32 for character in name)
        and "\x7f" not in name
        and len(name.encode("utf-8", "surrogatepass")) <= _NAME_BYTES
    )


def unread(error: Exception, hint: str, otherwise: str = "cannot be read") -> tuple[str, str]:
    """(what is told, the way out) of a file that was not read: what the system says, or ``otherwise`` and
    the error; ``hint``, unless a permission is all that lacks."""
    said = getattr(error, "strerror", None)
    message = f"cannot be read: {said}" if said else f"{otherwise}: {error}"
    return message, "let this user read it" if isinstance(error, PermissionError) else hint


def read_regular(path: Place, limit: int = JSON_BYTES) -> bytes:
    """The content of a regular file, or of an object.

    FileNotFoundError: there is none.  OSError: it cannot be read.  ValueError: it is no regular file
    (a folder, a pipe, a device), or it is larger than ``limit`` bytes.
    """
    with open_regular(path) as stream:
        size = stream.seek(0, os.SEEK_END)
        if size > limit:
            raise ValueError(f"it has {size:,} bytes, more than {limit:,}")
        stream.seek(0)
        return stream.read(limit)


def open_regular(path: Place) -> BinaryIO:
    """A regular file, or an object, opened for reading; a pipe is not waited for.

    OSError: it cannot be opened.  ValueError: it is a folder, a pipe or a device.
    """
    if isinstance(path, RemotePath):
        opened: BinaryIO = path.open()
        return opened
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise ValueError(f"it is {kind_of(mode)}, not a file")
    return os.fdopen(handle, "rb")


class TooLarge(ValueError):
    """More bytes than are read."""


def read_unpacked(path: Path, limit: int) -> bytes:
    """A regular file, unpacked where it is gzip: at most ``limit`` bytes, counted while unpacking.

    TooLarge: it holds more.  ValueError: it is no regular file, or it cannot be unpacked.  OSError: it
    cannot be read.
    """
    import gzip

    with open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > limit:
            raise TooLarge(f"it has {size:,} bytes")
        packed = stream.read(len(GZIP)) == GZIP
        stream.seek(0)
        if not packed:
            return stream.read(limit)
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                parts, total = [], 0
                while part := unpacked.read(_PART):
                    total += len(part)
                    if total > limit:
                        raise TooLarge(f"its {size:,} bytes unpack to more than {limit:,}")
                    parts.append(part)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"it cannot be unpacked: {error}") from None
        return b"".join(parts)


def read_json(path: Place, limit: int = JSON_BYTES) -> Any:
    """What a JSON file says: no key twice, no NaN or infinity, no nesting without end.

    FileNotFoundError: there is none.  OSError or ValueError: it cannot be read.
    """
    return parse_json(read_regular(path, limit))


def parse_json(text: str | bytes) -> Any:
    """JSON as written by this program.  ValueError: it is not that."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) != len(pairs):
            raise ValueError("a key is there twice")
        return record

    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no number")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def to_json(value: Any) -> bytes:
    """A value as JSON in one form: keys sorted, a line an entry, no NaN."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def kind_of(mode: int) -> str:
    """What an ``st_mode`` is, in words: ``a folder``, ``a named pipe`` ..."""
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((word for test, word in kinds if test(mode)), "a file")


def identity(path: Place) -> tuple[int, int]:
    """(bytes, time of the last change in ns) of a file or an object.  OSError: there is none.

    Of a file that of its inode, which no program sets: an archive unpacked or copied is another file.
    """
    if isinstance(path, RemotePath):
        return path.identity()
    said = path.stat()
    return said.st_size, said.st_ctime_ns


def lies(path: Place) -> bool:
    """Does anything lie there, a link that leads nowhere included?"""
    return path.exists() if isinstance(path, RemotePath) else os.path.lexists(path)


def moved(aside: Place, final: Place) -> None:
    """Give a whole file its name; to an object store it is uploaded, or copied inside it.  OSError."""
    if isinstance(aside, RemotePath):
        assert isinstance(final, RemotePath)
        aside.replace(final)
    elif isinstance(final, RemotePath):
        final.upload(aside)
        aside.unlink()
    else:
        os.replace(aside, final)


@contextmanager
def created(path: Place) -> Iterator[BinaryIO]:
    """A new file at ``path``, synced when the block ends well and removed when it does not.

    In an object store nothing is there before the block has ended well.

    A file or link that lies there is taken away first, so that nothing is written through it.
    OSError: it cannot be written; a folder lies there.
    """
    if isinstance(path, RemotePath):
        content = BytesIO()
        yield content
        path.write_bytes(content.getvalue())
        return
    if os.path.lexists(path):
        path.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(path, flags, 0o666), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:  # a full disk names no file
            raise OSError(error.errno, error.strerror or str(error), str(path)) from error
        raise


def open_lock(path: Path) -> BinaryIO:
    """A lock file opened for locking; it is never truncated, and no link is followed.

    OSError: it cannot be opened; something that is no regular file lies there.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    handle = os.open(path, flags, 0o666)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise OSError(0, f"it is {kind_of(mode)}, not a file", str(path))
    return os.fdopen(handle, "r+b")


def sync_folder(path: Place) -> None:
    """Make the renames inside a folder last; what an object store has said yes to does."""
    if isinstance(path, RemotePath):
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
