"""A complete rule that others name, and rule files written into a folder."""

from __future__ import annotations

from pathlib import Path

from tests.unit.methodology.small_rule import HEAD

PARENT = (
    HEAD.replace("small", "parent")
    + """\
measures: {size: {mean: market_cap, over: 3 months}}
selection:
  count: 200
  steps:
    - fill: {to: 200, by: size}
weighting: {scheme: market_cap}
name: {en: Parent}
cases: [{name: one, expect: {members: {}}}]
"""
)


def write(folder: Path, name: str, text: str) -> Path:
    """A rule file of a name; its path."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path
