"""A value of a rule file read by a kind, with the findings and the mentions of the reading."""

from __future__ import annotations

from typing import Any

from indexcalc.diagnostics import Findings
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.reader import At, Kind, Reading


def node_of(text: str, reading: Reading) -> source.Node:
    """The node of a value as it stands behind a key."""
    tree = source.parse(f"key: {text}\n", "rule.yaml", reading.findings)
    assert isinstance(tree, source.Mapping)
    ((_, node),) = tree.entries
    return node


def read_by(kind: Kind, text: str) -> tuple[Any, list[str], Reading]:
    """What a kind reads, the codes of its findings, and the reading with all it remembers."""
    reading = Reading(Findings())
    value = kind.read(node_of(text, reading), At(reading, "key", "key"))
    return value, [item.code for item in reading.findings.items], reading
