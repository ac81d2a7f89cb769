"""docs/importing.md: its maps can be read, and it names every key and format."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexcalc.market.importers.formats import FORMATS
from indexcalc.market.importers.maps import column_map, map_reader
from indexcalc.market.market_facts import FACTS

PAGE = Path(__file__).parents[5] / "docs" / "importing.md"
TEXT = PAGE.read_text(encoding="utf-8")
MAPS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("text", MAPS)
def test_maps_of_the_page_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    assert map_reader.read_map(path).tables


def test_every_key_and_format_is_on_the_page() -> None:
    keys = {
        *column_map.FILE_KEYS,
        *column_map.TABLE_KEYS,
        *column_map.COLUMN_KEYS,
        *FACTS,
        *column_map.OTHERS,
        *FORMATS,
    }
    assert len(MAPS) >= 3
    missing = {key for key in keys if f"`{key}" not in TEXT and key != "error"}
    assert not missing
