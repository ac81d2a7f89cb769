"""Files of one day after another as one file, so that what is done once a merge is not done once a file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pyarrow as pa

from indexcalc.market import arrow
from indexcalc.market.importers.imported import Imported, Observed


def joined(files: Sequence[Imported]) -> Imported | None:
    """The files as one; None where they may have to be merged one by one.

    They are one where each has rows of ``daily`` and, beside them, at most securities as seen on their
    days, with the same columns and facts, and all its days are after those of the file before it: a
    file then finds the same values in force whether or not those before it are merged already.
    """
    if len(files) < 2 or any(item.facts != files[0].facts for item in files):
        return None
    parts = [_parts(item) for item in files]
    schemas = [[table.schema for table in tables] for tables in parts]
    if not parts[0] or any(schema != schemas[0] for schema in schemas):
        return None
    spans = [_span(tables) for tables in parts]
    if any(one[1] >= following[0] for one, following in pairwise(spans)):
        return None
    daily, *seen = (pa.concat_tables(tables) for tables in zip(*parts, strict=True))
    return Imported(
        f"{files[0].path} and {len(files) - 1} more",
        files[0].format,
        tables={"daily": daily},
        observed=[
            Observed("securities", rows, first_days=tuple(first for first, _ in spans))
            for rows in seen
        ],
        facts=files[0].facts,
    )


def _parts(item: Imported) -> list[Any]:
    """The tables of a file, ``daily`` first; none where it says more than that and securities as seen."""
    if list(item.tables) != ["daily"] or len(item.observed) > 1:
        return []
    if any(seen.table != "securities" or seen.held_since for seen in item.observed):
        return []
    tables = [item.tables["daily"], *(seen.rows for seen in item.observed)]
    return tables if all(table.num_rows for table in tables) else []


def _span(tables: list[Any]) -> tuple[int, int]:
    """First and last day of a file's rows."""
    names = ("date", "valid_from")[: len(tables)]
    days = [arrow.days(table.column(name)) for table, name in zip(tables, names, strict=True)]
    return min(int(part.min()) for part in days), max(int(part.max()) for part in days)
