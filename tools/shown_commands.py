"""Runs the commands a page shows and writes what they print under them.

    python -m tools.shown_commands        (a test says when a page is out of date)

A block that begins with ``$ indexcalc`` is run line by line in an empty folder, after the files of the
blocks ``yaml title="NAME"`` above it are written; all it prints stands below the commands.  A page in
another language (``page.ko.md``) has the blocks of its English page.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from indexcalc.cli import main as entry

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "tutorials"
PICTURES = {"caps/largest_weight.svg": ROOT / "docs" / "pictures" / "tutorial-caps.svg"}
"""Pictures that commands of a page leave in its folder, and where the page shows them."""
BLOCK = re.compile(r"```(?:yaml title=\"([^\"]+)\"\n(.*?)|\n(\$ indexcalc .*?))```", re.S)


def blocks(text: str) -> list[str]:
    """The blocks of a page that are files or commands, whole."""
    return [found.group(0) for found in BLOCK.finditer(text)]


def run_page(text: str, folder: Path) -> str:
    """The page with what its commands print, run in ``folder``."""

    def shown(found: re.Match[str]) -> str:
        name, content, commands = found.groups()
        if name:
            (folder / name).write_text(content, encoding="utf-8")
            return found.group(0)
        lines = [line for line in commands.splitlines() if line.startswith("$ ")]
        parts = [f"{line}\n{_printed(line)}" for line in lines]
        return "```\n" + "".join(parts) + "```"

    before = Path.cwd()
    os.chdir(folder)
    try:
        return BLOCK.sub(shown, text)
    finally:
        os.chdir(before)


def _printed(line: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        entry.run(shlex.split(line.removeprefix("$ indexcalc ")))
    text = printed.getvalue()
    return text if text.endswith("\n") or not text else f"{text}\n"


def translated(other: str, english: str) -> str:
    """A page in another language with the blocks of the English one.

    ValueError: it does not have as many.
    """
    fresh = iter(blocks(english))
    if len(blocks(other)) != len(blocks(english)):
        raise ValueError("the pages do not have the same blocks")
    return BLOCK.sub(lambda _: next(fresh), other)


def main() -> None:
    """Writes the tutorials and their pictures anew."""
    for page in sorted(PAGES.glob("*.md")):
        if page.stem.endswith(".ko"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            text = run_page(page.read_text(encoding="utf-8"), Path(folder))
            for name, place in PICTURES.items():
                if (Path(folder) / name).is_file():
                    shutil.copyfile(Path(folder) / name, place)
        page.write_text(text, encoding="utf-8")
        other = page.with_suffix(".ko.md")
        if other.is_file():
            made = translated(other.read_text(encoding="utf-8"), text)
            other.write_text(made, encoding="utf-8")
        print(f"wrote {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
