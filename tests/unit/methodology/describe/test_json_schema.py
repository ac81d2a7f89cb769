"""The exported JSON Schema accepts what the reader accepts and refuses what is plainly wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from indexcalc.diagnostics import Findings
from indexcalc.methodology.describe.json_schema import json_schema, schema_text
from indexcalc.methodology.reading import yaml as source
from tests.unit.methodology.small_rule import HEAD

ROOT = Path(__file__).resolve().parents[4]
SHIPPED = sorted(
    path for path in (ROOT / "rules").rglob("*.yaml") if not path.name.endswith(".cases.yaml")
)
RULES = SHIPPED + sorted((ROOT.parent / "shared" / "rules-draft").glob("*.yaml"))
SCHEMA = json.loads(json.dumps(json_schema()))


def plain(node: source.Node) -> Any:
    """A node as an editor's YAML 1.2 reader sees it."""
    if isinstance(node, source.Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, source.Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, source.Scalar)
    if not node.quoted:
        if re.fullmatch(r"-?\d+", node.text):
            return int(node.text)
        if re.fullmatch(r"-?\d+\.\d+", node.text):
            return float(node.text)
        if node.text in ("true", "false"):
            return node.text == "true"
    return node.text


def document(text: str) -> Any:
    root = source.parse(text, "t", Findings())
    assert root is not None
    return plain(root)


TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
}


def holds(value: Any, schema: dict[str, Any]) -> bool:
    """A slow reading of the part of JSON Schema in use; an unknown keyword is an error."""
    return all(KEYWORDS[word](value, rule, schema) for word, rule in schema.items())


def of_type(value: Any, names: Any) -> bool:
    names = [names] if isinstance(names, str) else names
    return any(
        isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
        for name in names
    )


def members(value: Any, schema: dict[str, Any]) -> bool:
    """properties, patternProperties and additionalProperties together."""
    if not isinstance(value, dict):
        return True
    for name, item in value.items():
        rules = [schema["properties"][name]] if name in schema.get("properties", {}) else []
        rules += [r for p, r in schema.get("patternProperties", {}).items() if re.search(p, name)]
        if not rules:
            more = schema.get("additionalProperties", True)
            if more is False:
                return False
            rules = [more] if isinstance(more, dict) else []
        if not all(holds(item, rule) for rule in rules):
            return False
    return True


def number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


KEYWORDS: dict[str, Any] = {
    "$schema": lambda v, r, s: True,
    "$defs": lambda v, r, s: True,
    "title": lambda v, r, s: True,
    "description": lambda v, r, s: True,
    "$ref": lambda v, r, s: holds(v, SCHEMA["$defs"][r.removeprefix("#/$defs/")]),
    "type": lambda v, r, s: of_type(v, r),
    "enum": lambda v, r, s: v in r,
    "const": lambda v, r, s: v == r,
    "anyOf": lambda v, r, s: any(holds(v, one) for one in r),
    "allOf": lambda v, r, s: all(holds(v, one) for one in r),
    "oneOf": lambda v, r, s: sum(holds(v, one) for one in r) == 1,
    "required": lambda v, r, s: not isinstance(v, dict) or all(name in v for name in r),
    "properties": lambda v, r, s: members(v, s),
    "patternProperties": lambda v, r, s: members(v, s),
    "additionalProperties": lambda v, r, s: members(v, s),
    "propertyNames": lambda v, r, s: not isinstance(v, dict) or all(holds(n, r) for n in v),
    "minProperties": lambda v, r, s: not isinstance(v, dict) or len(v) >= r,
    "items": lambda v, r, s: not isinstance(v, list) or all(holds(one, r) for one in v),
    "minItems": lambda v, r, s: not isinstance(v, list) or len(v) >= r,
    "maxItems": lambda v, r, s: not isinstance(v, list) or len(v) <= r,
    "minimum": lambda v, r, s: not number(v) or v >= r,
    "maximum": lambda v, r, s: not number(v) or v <= r,
    "pattern": lambda v, r, s: not isinstance(v, str) or re.search(r, v) is not None,
}


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_rule_fits_the_schema(path: Path) -> None:
    assert holds(document(path.read_text(encoding="utf-8")), SCHEMA)


@pytest.mark.parametrize(
    "more",
    [
        "weigthing: {scheme: equal}\n",
        "weighting: {scheme: equall}\n",
        "weighting: {caps: [{per: security}]}\n",
        "weighting: {caps: [{per: security, limit: 30}]}\n",
        "weighting: {caps: [{per: security, limit: 30%, ladder: [5%]}]}\n",
        "selection: {steps: [{select: {size: {rnak: 5}}}]}\n",
        "selection: {steps: [{select: {size: {rank: {mx: 5}}}}]}\n",
        "selection: {steps: [{require: all, drop: {close: {min: 1}}}]}\n",
        "rebalance: {months: [13], effective: 2nd friday}\n",
        "rebalance: {months: {2000-01-04: [3], later: [6]}, effective: 2nd friday}\n",
        "measures: {size: {last: market_cap, mean: market_cap}}\n",
        "launch: yesterday\n",
    ],
)
def test_what_is_plainly_wrong_does_not_fit(more: str) -> None:
    assert holds(document(HEAD), SCHEMA)
    assert not holds(document(HEAD + more), SCHEMA)


def explained(schema: Any, path: str = "") -> list[str]:
    """The properties of a schema that say nothing about themselves."""
    silent: list[str] = []
    if isinstance(schema, dict):
        for name, one in schema.get("properties", {}).items():
            if isinstance(one, dict) and not (one.get("title") and one.get("description")):
                silent.append(f"{path}.{name}")
        for name, one in schema.items():
            silent += explained(one, f"{path}.{name}")
    elif isinstance(schema, list):
        for one in schema:
            silent += explained(one, path)
    return silent


def test_every_key_is_explained() -> None:
    # By status the words are those of the place.
    inside = [path for path in explained(SCHEMA) if not path.endswith((".existing", ".new"))]
    assert inside == []
    assert "KOSPI 200" in SCHEMA["properties"]["name"]["description"]


def test_the_shipped_schema_is_this_one() -> None:
    """`python -m indexcalc.cli.main schema --out rules/schema.json` writes it."""
    shipped = (ROOT / "rules" / "schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_rule_names_the_schema_in_its_first_line(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match
    assert (path.parent / match[1]).resolve() == ROOT / "rules" / "schema.json"


def test_every_reference_is_defined() -> None:
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert named <= set(SCHEMA["$defs"])
