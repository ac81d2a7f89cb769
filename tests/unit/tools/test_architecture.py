"""The page of the architecture: made from the code, up to date, and naming only what is there."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tools import architecture


def test_the_picture_is_up_to_date() -> None:
    """`python -m tools.architecture` makes it."""
    assert architecture.PICTURE.read_text(encoding="utf-8") == architecture.picture()


def test_the_table_is_up_to_date() -> None:
    """`python -m tools.architecture` makes it."""
    text = architecture.PAGE.read_text(encoding="utf-8")
    assert text == architecture.page(text)
    assert text.count(architecture.BEGIN) == text.count(architecture.END) == 1


def test_every_path_of_the_page_is_there() -> None:
    text = architecture.PAGE.read_text(encoding="utf-8").partition(architecture.BEGIN)[0]
    paths = re.findall(r"`((?:indexcalc|tools|tests|rules)/[\w/.]+)`", text)
    assert len(paths) > 30
    assert [path for path in paths if not (architecture.ROOT / path).exists()] == []


def test_every_package_has_a_row_and_a_column_of_its_own() -> None:
    root = ElementTree.fromstring(architecture.picture())
    words = [element.text for element in root.iter() if element.tag.endswith("text")]
    for name in architecture.imports():
        assert words.count(name) >= 2, name


def test_the_order_is_that_of_the_imports() -> None:
    order = architecture.in_order({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    assert order == ["c", "b", "a"]
    with pytest.raises(ValueError, match="import each other: a, b"):
        architecture.in_order({"a": {"b"}, "b": {"a"}, "c": set()})
    real = architecture.imports()
    assert "numpy" not in real
    assert real["diagnostics"] == {"codes"}
    assert {"market", "methodology", "review"} <= real["calculation"]
