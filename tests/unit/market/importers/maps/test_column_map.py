"""The map as its module shows it can be read, and every key it declares is one the reader takes."""

from __future__ import annotations

import textwrap

import pytest

from indexcalc.market.importers.maps import column_map
from indexcalc.market.importers.maps.column_map import ColumnFrom, FileMap
from indexcalc.market.importers.maps.map_reader import read_map

SHOWN = textwrap.dedent("\n".join((column_map.__doc__ or "").split("\n\n")[1].split("\n")))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> FileMap:
    path = tmp_path_factory.mktemp("map") / "map.yaml"
    path.write_text(SHOWN, encoding="utf-8")
    return read_map(path)


def test_the_map_that_is_shown_is_read(shown: FileMap) -> None:
    daily, securities = shown.tables
    assert (daily.table, securities.table) == ("daily", "securities")
    assert shown.layout.delimiter == ";"
    assert shown.layout.header == 0  # none
    assert shown.wide is not None
    assert shown.wide.values == "close"
    assert [join.file for join in shown.joins] == ["shares.csv"]
    assert daily.columns["symbol"] == (
        ColumnFrom("ISU_SRT_CD", pad=6, span=daily.columns["symbol"][0].span),
    )
    assert daily.unless == {"state": ("deleted",)}
    assert securities.snapshot
    assert securities.columns["valid_from"][0].given == "date"
    first, second = securities.columns["security_type"]
    assert (first.others, second.others) == ("none", "drop")


def test_every_key_of_the_file_is_shown() -> None:
    missing = [
        key
        for key in (*column_map.FILE_KEYS, *column_map.TABLE_KEYS)
        if f"{key}:" not in SHOWN and key not in ("ends", "changes", "members")
    ]
    assert missing == []


def test_no_key_is_of_two_levels_of_a_map() -> None:
    # At the top of a map of one table the keys of both levels stand side by side.
    assert not set(column_map.FILE_KEYS) & set(column_map.TABLE_KEYS)
    assert set(column_map.LAYOUT_KEYS) < set(column_map.FILE_KEYS)
