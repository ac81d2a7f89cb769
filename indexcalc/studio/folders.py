"""Which rule files the studio may open and save: those in the folders given at its start, and no other."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from indexcalc.diagnostics import Findings, RunError, UsageError
from indexcalc.methodology.load.load import is_name, shipped_folder, shipped_names
from indexcalc.methodology.reading.yaml import read_file

_ENDINGS = (".yaml", ".yml")


class RuleFile(Struct, frozen=True):
    """A rule that can be opened: ``name`` as asked for, ``path``, and whether it may be written."""

    name: str
    path: Path
    own: bool


class Folders(Struct, frozen=True):
    """``own``: folders (absolute, links followed) in which rules may be opened and saved; the shipped
    rules may be opened."""

    own: tuple[Path, ...]

    @classmethod
    def of(cls, folders: list[Path]) -> Folders:
        """The folders, each of which must be there.  UsageError (STU001)."""
        for folder in folders:
            if not folder.is_dir():
                raise UsageError.of(
                    "STU001", "is not a folder", path=str(folder), hint="name a folder that exists"
                )
        return cls(tuple(dict.fromkeys(folder.resolve() for folder in folders)))

    def listed(self) -> list[RuleFile]:
        """The rules that can be opened: those of the own folders (not of folders below), then the
        shipped ones that none of them hides."""
        found: dict[str, RuleFile] = {}
        for folder in self.own:
            for path in sorted(folder.iterdir()):
                if path.suffix in _ENDINGS and is_name(path.stem) and path.is_file():
                    found.setdefault(path.stem, RuleFile(path.stem, path, True))
        for name, path in _shipped().items():
            found.setdefault(name, RuleFile(name, path, False))
        return list(found.values())

    def find(self, name: str) -> RuleFile:
        """The rule of a name.  UsageError (REF001): there is none that may be opened."""
        for item in self.listed():
            if item.name == name:
                return item
        raise UsageError.of(
            "REF001", f"there is no rule `{name}`", hint="choose one of the list", path=name
        )

    def open(self, name: str) -> tuple[RuleFile, str]:
        """A rule and its text.  UsageError (REF001), RunError with the reader's finding."""
        item = self.find(name)
        findings = Findings()
        text = read_file(item.path, findings)
        findings.raise_errors(RunError)
        assert text is not None
        return item, text.removeprefix("\ufeff")

    def place(self, index: str) -> Path:
        """Where a rule of that name is saved: where it is opened from, else in the first folder.

        UsageError (STU001): no folder was given, or the name is none.
        """
        if not self.own:
            raise UsageError.of(
                "STU001",
                "no folder to save in was given",
                hint="start the studio with --folder DIR, or download the rule",
            )
        if not is_name(index):
            raise UsageError.of("RUL010", f"`{index}` is not a name of an index", where="index")
        known = next((item for item in self.listed() if item.own and item.name == index), None)
        path = known.path if known is not None else self.own[0] / f"{index}.yaml"
        # A link inside a folder may lead out of it; what is written stays inside.
        if path.resolve().parent not in self.own:
            raise UsageError.of(
                "STU001",
                "leads out of the folders given",
                path=str(path),
                hint="choose another name",
            )
        return path

    def save(self, index: str, text: str, before: str | None) -> Path:
        """Write a rule whole or not at all.  ``before``: what the file was last seen to hold (None: it
        was not there); where it holds something else by now, RunError (STU002) and nothing is written.
        """
        path = self.place(index)
        now = path.read_bytes() if path.exists() else None
        seen = None if before is None else before.encode("utf-8")
        if now is not None and (seen is None or now.removeprefix(b"\xef\xbb\xbf") != seen):
            raise RunError.of(
                "STU002",
                "the file was changed by somebody else since it was opened",
                path=str(path),
                hint="open it again, or change `index` to save it under another name",
            )
        aside = path.with_name(f".{path.name}.{os.getpid()}.aside")
        try:
            aside.write_bytes(text.encode("utf-8"))
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)
        return path


@functools.cache
def _shipped() -> Mapping[str, Path]:
    """The shipped rules by name; they do not change while the page is open."""
    return shipped_names(shipped_folder())
