"""Hashes what every shipped rule gives, so that a change meant to keep results can show that it did.

    python -m tools.output_hashes --write hashes.tsv       before the change
    python -m tools.output_hashes --against hashes.tsv     after it: exit 1 and the list of what differs

A rule that computes on the demo market gives one line for each column of each of its tables, and one for
its manifest; any other gives the outcome of its own cases.  ``--ignore-prose`` leaves out the columns that
hold sentences (``decisions.detail``, ``events.reason``) and the manifest.  ``--market DIR`` hashes on a
market of your own, ``--only NAME ...`` some rules.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
PROSE = ("decisions.detail", "events.reason", "manifest")
RETURNS = ("pr", "tr", "ntr")
Row = tuple[str, str, str]


def shipped_rules() -> dict[str, Path]:
    """Every rule file under rules/, by name."""
    return {
        path.stem: path
        for path in sorted((ROOT / "rules").rglob("*.yaml"))
        if not path.name.endswith(".cases.yaml")
    }


def column_hash(column: Any) -> str:
    """A hash of the values of a column, whatever its chunks and buffers."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    fresh = array.take(pa.array(range(len(array)), pa.int64()))
    sink = io.BytesIO()
    batch = pa.record_batch([fresh], names=["values"])
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return hashlib.sha256(sink.getvalue()).hexdigest()[:16]


def table_rows(name: str, table: str, columns: Any) -> list[Row]:
    """One row a column: (rule, table.column, hash)."""
    return [
        (name, f"{table}.{column}", column_hash(columns.column(column)))
        for column in columns.column_names
    ]


def rule_rows(task: tuple[str, str, str]) -> list[Row]:
    """What one rule gives on a market: hashes of its tables, or the outcome of its cases."""
    import indexcalc as ic

    name, path, market = task
    kinds = list(RETURNS)
    while True:
        try:
            run = ic.compute(path, ic.Market.open(market), returns=kinds)
        except ic.IndexcalcError as error:
            if kinds and "ntr" in kinds:
                kinds.remove("ntr")  # most rules name no rate of tax
                continue
            codes = " ".join(sorted({found.code for found in error.diagnostics}))
            return [(name, "refused", codes), (name, "cases", _cases(path))]
        break
    rows: list[Row] = []
    for table in ("levels", "constituents", "reviews", "decisions", "events"):
        rows += table_rows(name, table, getattr(run, table))
    text = json.dumps(run.manifest, sort_keys=True, default=str)
    found = "\n".join(f"{item.code} {item.where}" for item in run.diagnostics)
    rows.append((name, "diagnostics", hashlib.sha256(found.encode()).hexdigest()[:16]))
    rows.append((name, "manifest", hashlib.sha256(text.encode()).hexdigest()[:16]))
    return rows


def _cases(path: str) -> str:
    from indexcalc.cli.main import run

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run(["test", path, "--format", "json"])
    outcomes = [row["outcome"] for row in json.loads(printed.getvalue())]
    return f"{outcomes.count('passed')} passed of {len(outcomes)}"


def all_rows(market: str, only: list[str], processes: int) -> list[Row]:
    """The rows of every rule, in the order of their names."""
    rules = {name: path for name, path in shipped_rules().items() if not only or name in only}
    tasks = [(name, str(path), market) for name, path in rules.items()]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return [row for rows in pool.map(rule_rows, tasks, chunksize=1) for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--write", type=Path, help="write the hashes to this file")
    parser.add_argument("--against", type=Path, help="compare with this file")
    parser.add_argument("--ignore-prose", action="store_true", help="leave out sentences")
    parser.add_argument("--market", help="a market folder (default: a demo market made now)")
    parser.add_argument("--only", nargs="*", default=[], help="names of rules")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        market = options.market
        if market is None:
            from indexcalc.cli.main import run

            market = str(Path(made) / "market")
            with contextlib.redirect_stdout(io.StringIO()):
                run(["market", "demo", "--out", market])
        rows = all_rows(market, options.only, options.processes)
    if options.write:
        options.write.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        print(f"{len(rows)} hashes written")
    if options.against is None:
        return 0
    before = {
        (name, what): value
        for name, what, value in (
            line.split("\t") for line in options.against.read_text(encoding="utf-8").splitlines()
        )
        if not options.only or name in options.only
    }
    now = {(name, what): value for name, what, value in rows}
    differs = sorted(
        key
        for key in before.keys() | now.keys()
        if before.get(key) != now.get(key) and not (options.ignore_prose and key[1] in PROSE)
    )
    for name, what in differs:
        print(f"{name} {what}: {before.get((name, what), '-')} -> {now.get((name, what), '-')}")
    print(f"{len(now)} compared, {len(differs)} differ")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())
