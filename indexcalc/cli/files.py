"""Writes a text file for a user, or says why it cannot."""

from __future__ import annotations

from pathlib import Path

import click


def write_text(path: Path, text: str, *, anew: bool = False) -> None:
    """Write ``text`` to ``path`` as UTF-8; ``anew``: only where there is no file yet.

    Raises click.ClickException (exit 1) where the file is there already or cannot be written.
    """
    try:
        with path.open("x" if anew else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as there:
        raise click.ClickException(f"{path} is there already; name another file") from there
    except OSError as failed:
        raise click.ClickException(f"cannot write {path}: {failed.strerror}") from failed
