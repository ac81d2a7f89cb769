"""Tables written to a folder as Parquet, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def write_tables(folder: Path, tables: Mapping[str, Any]) -> None:
    """Write each table as ``folder/NAME.parquet``: all are written aside, then renamed.

    OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = {name: folder / f".new-{name}.parquet" for name in tables}
    try:
        for name, table in tables.items():
            pq.write_table(table, aside[name], compression="lz4")
        for name, path in aside.items():
            os.replace(path, folder / f"{name}.parquet")
    finally:
        for path in aside.values():
            path.unlink(missing_ok=True)
