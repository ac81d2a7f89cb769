"""The reference of the rule language, every key of it, from the schema that editors use.

python -m tools.language_page > language.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indexcalc.methodology.describe.json_schema import json_schema

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "language.md"
DATED = r"^\d{4}-\d{2}-\d{2}$"
TOP = "The keys of a rule"
PATTERNS = (
    (DATED, "a date"),
    ("%", "a share such as `30%`"),
    ("sessions?", "a duration such as `15 sessions`"),
    ("[A-Z]{3}", "a currency"),
    ("[a-z0-9-]*", "the name of an index"),
    (r"[A-Za-z_]\w*", "the name of a column or measure"),
)
_KINDS = {
    "Value": "a number, a share, a duration or a word",
    "Unless": "`existing`, `transferred`, `demerged` or a condition",
    "Among": "`eligible`, `remaining`, `existing`, an index or a condition",
    "Labels": "a label or a list of labels",
    "Within": "`all` or the name of a group",
}
"""What may be written where a definition has no keys of its own."""
Schema = Mapping[str, Any]


def page() -> str:
    """The written page, then the reference."""
    schema = json_schema()
    intro = PAGE.read_text(encoding="utf-8").rsplit("\n\n", 1)[0]
    blocks = {name: block for name in _in_order(schema) if (block := _block(schema, name))}
    parts = [intro, "", f"## {TOP}", "", *_table(schema)]
    for name, block in blocks.items():
        said = _plain(str(block.get("description", "")))
        parts += ["", f"## {name}", "", *([said, ""] if said else []), *_table(block)]
    # A definition without keys of its own is a kind of value, not a section.
    text = re.sub(
        r"\[(\w+)\]\(#\w+\)",
        lambda found: (
            found.group(0) if found.group(1) in blocks else _KINDS.get(found[1], "a value")
        ),
        "\n".join(parts),
    )
    return f"{text}\n"


def keys(schema: Schema) -> set[str]:
    """Every key that a rule may have, anywhere."""
    found: set[str] = set()
    for node in _nodes(schema):
        found |= set(node.get("properties", {}))
    return found


def _nodes(node: Any) -> Iterator[Schema]:
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _references(node: Any) -> Iterator[str]:
    for part in _nodes(node):
        if "$ref" in part:
            yield _name(part["$ref"])


def _name(reference: str) -> str:
    return re.sub("^(_|One(?=[A-Z]))", "", reference.rsplit("/", 1)[-1])


def _in_order(schema: Schema) -> list[str]:
    """The blocks as a reader meets them from the top."""
    order: list[str] = []
    waiting = list(_references(schema["properties"]))
    while waiting:
        name = waiting.pop(0)
        if name in order:
            continue
        order.append(name)
        inside = [
            reference
            for key in (name, f"One{name}", f"_{name}")
            for reference in _references(schema["$defs"].get(key, {}))
        ]
        waiting = [*inside, *waiting]
    return order


def _block(schema: Schema, name: str) -> Schema | None:
    """The object with the keys of a definition; None for one that has no keys."""
    for key in (f"One{name}", name, f"_{name}"):
        if key in schema["$defs"]:
            return next((n for n in _nodes(schema["$defs"][key]) if n.get("properties")), None)
    return None


def _table(block: Schema) -> list[str]:
    return ["| key | what it says | value |", "|---|---|---|", *_rows(block, "")]


def _rows(block: Schema, before: str) -> list[str]:
    """A row a key, and below it those of a block that has no name of its own."""
    required = set(block.get("required", ()))
    rows: dict[str, None] = {}
    for key, schema in block["properties"].items():
        what = _plain(str(schema.get("description", "")))
        needed = " **required**" if key in required else ""
        value, dated = _value(schema)
        by_date = ", may change by date" if dated else ""
        row = f"| `{before}{key}`{needed} | {what} | {value}{by_date} |"
        rows[row.replace("\n", " ")] = None
        for inner in _inline(schema):
            rows |= dict.fromkeys(_rows(inner, f"{before}{key}."))
    return list(rows)


def _inline(schema: Schema) -> Iterator[Schema]:
    """The objects with keys inside a value, those of other sections left out."""
    for node in _nodes(schema):
        if node.get("type") == "object" and "properties" in node:
            yield node
            return


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _value(schema: Schema) -> tuple[str, bool]:
    """(what may be written, may it change by date)."""
    if "$ref" in schema:
        name = _name(schema["$ref"])
        return f"[{name}](#{name.lower()})", False
    options = [
        option for option in schema.get("anyOf", ()) if option.get("enum") != ["none", "unknown"]
    ]
    dated = [option for option in options if DATED in option.get("patternProperties", {})]
    plain = [option for option in options if option not in dated]
    if plain:
        texts = list(dict.fromkeys(_value(option)[0] for option in plain))
        return " or ".join(texts), bool(dated) or any(_value(option)[1] for option in plain)
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"]), False
    kind = schema.get("type")
    if kind == "array":
        return f"a list: {_value(schema.get('items', {}))[0]}", False
    if kind == "object":
        inside = schema.get("additionalProperties")
        if isinstance(inside, Mapping):
            return f"names, each with: {_value(inside)[0]}", _value(inside)[1]
        return "a map", False
    pattern = str(schema.get("pattern", ""))
    known = next((text for part, text in PATTERNS if part in pattern), None)
    if known is not None:
        return known, False
    if kind in ("integer", "number"):
        return "a number", False
    return "yes or no" if kind == "boolean" else "text" if kind == "string" else "a value", False


if __name__ == "__main__":
    print(page())
