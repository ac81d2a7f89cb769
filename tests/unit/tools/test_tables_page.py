"""docs/tables.md is made from the declarations, and says of every column what it is."""

from __future__ import annotations

import pytest

from indexcalc.market.tables import TABLES, TableSpec
from tools import tables_page

PAGE = tables_page.PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    """`python -m tools.tables_page` makes it."""
    assert tables_page.page() == PAGE


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_every_column_is_told_in_a_sentence(spec: TableSpec) -> None:
    section = PAGE.split(f"\n## {spec.name}\n")[1].split("\n## ")[0]
    assert spec.means in section
    for column in spec.columns:
        assert column.means.endswith("."), column.name
        assert f"| `{column.name}` | " in section


def test_a_row_as_a_person_reads_it() -> None:
    row = "| `float_factor` | number, 0 to 1 | share of 1 | yes | The free float: 0.45 is 45 %. |"
    assert row in PAGE
    assert "One row for each `symbol`, `effective_date`." in PAGE


def test_readers_find_the_page() -> None:
    root = tables_page.PAGE.parent.parent
    for name, link in (
        ("README.md", "docs/tables.md"),
        ("README.ko.md", "docs/tables.md"),
        ("docs/importing.md", "(tables.md)"),
        ("zensical.toml", '"tables.md"'),
    ):
        assert link in (root / name).read_text(encoding="utf-8"), name
