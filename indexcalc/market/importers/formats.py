"""The formats that can be imported, and which one a file is in."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from indexcalc.diagnostics import ImportRefused
from indexcalc.market.importers.imported import Imported, Options

# Format -> module with `read(path, options) -> Imported`.
FORMATS: dict[str, str] = {
    "krx-csv": "korea.krx_csv",
    "kis-master": "korea.kis_master",
    "fdr": "korea.fdr",
    "pykrx": "korea.pykrx",
    "marcap": "korea.marcap",
    "table": "maps.mapped",
}
_ENOUGH = 64 * 1024


def detect(path: Path, options: Options) -> str:
    """The format of a file, from its content; a map or ``--into`` makes it a table.

    ImportRefused: IMP001 it cannot be read; IMP002 it is of a kind that holds no table.  A file that no
    format recognises is tried as a table, whose reader reports what is missing.
    """
    if options.map_path is not None or options.into is not None:
        return "table"
    from indexcalc.market.importers.files import kinds, source, text, typed
    from indexcalc.market.importers.files.json_records import looks_like_json
    from indexcalc.market.importers.files.opening import open_file
    from indexcalc.market.importers.korea import kis_master

    head = source.read_head(path, _ENOUGH)
    if typed.is_arrow(head):
        return _of_names(typed.arrow_names(path, head), typed=True)
    if head.startswith((kinds.OLE, kinds.ZIP)) or looks_like_json(head[:64]):
        return _of_names(open_file(path, options.max_size).names, typed=False)
    if kis_master.layout_of(head) is not None:
        return "kis-master"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # two bytes a character
        head = head.decode("utf-16", "ignore").encode("utf-8")
    first, *below = head.lstrip(b"\xef\xbb\xbf").lstrip().splitlines() or [b""]
    try:
        line = source.decoded(path, first)
        delimiter = text.said_delimiter(line)
        if delimiter and below:
            line = source.decoded(path, below[0])
    except ImportRefused:
        return "table"
    delimiter = delimiter or text.guessed_delimiter(line)
    names = next((cells for _, cells in text.records(line, delimiter)), [])
    return _of_names([name.strip() for name in names], typed=False)


def _of_names(names: list[str], typed: bool) -> str:
    """The format that has such headers; ``typed``: the columns have types."""
    from indexcalc.market.importers.korea import fdr, krx_csv, marcap, pykrx

    if not typed and krx_csv.recognises(names):
        return "krx-csv"
    for name, module in (("marcap", marcap), ("fdr", fdr), ("pykrx", pykrx)):
        if module.recognises(names):
            return name
    return "table"


def read_file(path: Path, options: Options, format_name: str | None = None) -> Imported:
    """One file, in the format given or recognised.  ImportRefused: all that is wrong with it."""
    name = format_name or detect(path, options)
    module = import_module(f"indexcalc.market.importers.{FORMATS[name]}")
    imported: Imported = module.read(path, options)
    return imported
