"""Writes docs/tables.md, the tables of a market and their columns, from their declarations.

python -m tools.tables_page          (a test says when it is out of date)
"""

from __future__ import annotations

from pathlib import Path

from indexcalc.market.tables import TABLES, Column, TableSpec

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tables.md"
HEAD = """\
# Tables of a market

A market is a folder of tables. A file whose headers are columns of one of them is imported as it
is; which table follows from the headers, or from `--into TABLE`. For other headers write a map
([importing.md](importing.md)). Only `daily` is always needed; `indexcalc validate RULE --market
DIR` says what a rule needs besides.

Dates are `2023-05-19`, symbols text, numbers have no unit in the cell. Required columns must be
there; of the others, columns and cells may be missing. In `daily` and `securities` columns of your
own are kept for rules to use. This page is made from the declarations (`python -m
tools.tables_page`).
"""
_KINDS = {"date": "date", "text": "text", "float": "number", "integer": "whole number"}


def page() -> str:
    """The whole page."""
    return "\n".join(
        [HEAD, *_contents(), *(line for spec in TABLES.values() for line in _table(spec))]
    )


def _contents() -> list[str]:
    rows = [
        f"| [`{spec.name}`](#{spec.name}) | {spec.means} | {_listed(_required(spec))} |"
        for spec in TABLES.values()
    ]
    return ["| table | what it holds | required columns |", "|---|---|---|", *rows, ""]


def _table(spec: TableSpec) -> list[str]:
    key = _listed(spec.key)
    either = f" Each row has one of {_listed(spec.either)}." if spec.either else ""
    return [
        f"## {spec.name}",
        "",
        f"{spec.means} One row for each {key}.{either}",
        "",
        "| column | type | unit | required | meaning |",
        "|---|---|---|---|---|",
        *(_row(column) for column in spec.columns),
        "",
    ]


def _row(column: Column) -> str:
    required = "yes" if column.required else ""
    if column.default is not None:
        required = f"no: `{column.default}`" if column.default != "" else "no"
    if column.whole:
        required = "no, but then in every row"
    kind = f"{_KINDS[column.kind]}{_bounds(column)}"
    return f"| `{column.name}` | {kind} | {column.unit} | {required} | {column.means} |"


def _bounds(column: Column) -> str:
    if column.positive:
        return ", above 0"
    if column.high is not None:
        return f", {column.low:g} to {column.high:g}"
    return f", {column.low:g} or more" if column.low is not None else ""


def _required(spec: TableSpec) -> list[str]:
    return [column.name for column in spec.columns if column.required]


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
