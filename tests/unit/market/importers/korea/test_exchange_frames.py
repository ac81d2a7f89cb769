"""Every kind of frame is imported without pandas."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from indexcalc.market import arrow
from tests.unit.market.importers.korea.frames_of_a_day import (
    CAP,
    FDR,
    FDR_ROWS,
    MARCAP,
    write,
)


def test_importing_loads_no_pandas(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, FDR + FDR_ROWS),
        write(tmp_path, CAP + "000001,1000,100000,10,10100,100\n", "cap_20260320.csv"),
        write(
            tmp_path,
            MARCAP + "000003,다,0,,,0,0,0,0,0,0,0,0,0,0,3,1996-01-04\n"
            "000004,라,1,2,0,0,0,0,0,0,0,0,0,0,0,3,1996-01-04\n",
            "marcap-1996.csv.gz",
        ),
        tmp_path / "listing_2026-03-19.parquet",
    ]
    columns = {
        "Code": arrow.from_ints([5930, 1]),
        "Close": arrow.from_floats([10.0, float("nan")], nan_is_null=True),
        "Changes": arrow.from_ints([100, 1]),
        "Marcap": arrow.from_ints([100, 1]),
        "Stocks": arrow.from_ints([10, 1]),
        "Market": arrow.from_codes([0, -1], ["KOSPI"]),
    }
    pq.write_table(arrow.table(columns), paths[-1])
    code = f"""
import sys
from pathlib import Path
from indexcalc.market.importers.formats import read_file
from indexcalc.market.importers.imported import Options
from indexcalc.market.merging.merge import merge
for number, name in enumerate({[str(path) for path in paths]!r}):
    read = read_file(Path(name), Options())
    if number != 2:
        merge(Path({str(tmp_path)!r}) / "m", read)
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
