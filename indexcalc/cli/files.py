"""Writes a file for a user, or explains why it cannot."""

from __future__ import annotations

from pathlib import Path

import click


def write_text(path: Path, text: str, *, anew: bool = False, newline: str = "\n") -> None:
    """Write ``text`` to ``path`` as UTF-8; ``anew``: only where there is no file yet; ``newline``
    ``""`` leaves the ends of lines as they are.

    Raises click.ClickException (exit 1) where the file is there already or cannot be written.
    """
    ends = text if newline == "" else text.replace("\r\n", "\n")
    write_bytes(path, ends.encode("utf-8"), anew=anew)


def write_bytes(path: Path, data: bytes, *, anew: bool = False) -> None:
    """Write ``data`` to ``path``, as ``write_text`` does."""
    try:
        with path.open("xb" if anew else "wb") as file:
            file.write(data)
    except FileExistsError as there:
        raise click.ClickException(f"{path} is there already; name another file") from there
    except OSError as failed:
        raise click.ClickException(f"cannot write {path}: {failed.strerror}") from failed
