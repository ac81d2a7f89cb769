"""The formats that can be imported, and which one a file is in."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from indexcalc.diagnostics import Findings, ImportRefused
from indexcalc.market.importers.imported import Imported, Options

# Format -> module with `read(path, options) -> Imported`.
FORMATS: dict[str, str] = {
    "krx-csv": "krx_csv",
    "kis-master": "kis_master",
    "table": "mapped",
}
_ENOUGH = 64 * 1024


def detect(path: Path, options: Options) -> str:
    """The format of a file, from its content; a map or ``--into`` says it is a table.

    ImportRefused (IMP001): it cannot be read.  What nothing recognises is tried as a table, whose
    reader says what is missing.
    """
    if options.map_path is not None or options.into is not None:
        return "table"
    try:
        with open(path, "rb") as stream:
            head = stream.read(_ENOUGH)
    except OSError as error:
        findings = Findings()
        findings.add("IMP001", f"cannot be read: {error.strerror}", path=str(path))
        raise ImportRefused(findings.items) from None
    from indexcalc.market.importers import kis_master, krx_csv, source

    if source.is_arrow(head):
        return "table"
    if kis_master.layout_of(head) is not None:
        return "kis-master"
    first = head.lstrip(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].rstrip(b"\r")
    try:
        line = source.decoded(path, first)
    except ImportRefused:
        return "table"
    delimiter = source.guessed_delimiter(line)
    names = next((cells for _, cells in source.records(line, delimiter)), [])
    return "krx-csv" if krx_csv.recognises([name.strip() for name in names]) else "table"


def read_file(path: Path, options: Options, format_name: str | None = None) -> Imported:
    """One file in the format said, or found.  ImportRefused: all that is wrong with it."""
    name = format_name or detect(path, options)
    module = import_module(f"indexcalc.market.importers.{FORMATS[name]}")
    made: Imported = module.read(path, options)
    return made
