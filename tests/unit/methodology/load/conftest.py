"""A folder of shipped rules for the tests of loading."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.methodology.load.rule_files import PARENT, write


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A folder of shipped rules with one parent in a subfolder."""
    (tmp_path / "rules" / "krx").mkdir(parents=True)
    write(tmp_path / "rules" / "krx", "parent", PARENT)
    return tmp_path / "rules"
