"""The JSON Schema of the rule language, made from the same declarations that read a rule.

Editors use it for completion and hints (`# yaml-language-server: $schema=...`); it is a little
wider than the reader: only the reader knows how keys depend on each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.conditions import CONDITION, TESTS
from indexcalc.methodology.model.key_help import EXPLAINED
from indexcalc.methodology.model.methodology import RuleKeys
from indexcalc.methodology.model.value_kinds import (
    ANY_VALUE,
    SHARE,
    WITHIN,
    CoverageKind,
    IndexName,
    LabelKind,
    RankKind,
)
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.reading.containers import ByStatusKind, DatedKind, ListOf
from indexcalc.methodology.reading.kinds import DATE_PATTERN
from indexcalc.methodology.reading.reader import Kind, Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """The schema of a rule file (JSON Schema 2020-12), as a JSON-ready dictionary."""
    definitions: dict[str, Schema] = {}
    for block in _blocks(Block):
        if block.language_keys and not issubclass(block, RuleKeys) and block is not Item:
            name = block.__name__.lstrip("_")
            definitions[f"One{name}"] = _block(block)
            definitions[block.__name__] = _dated(_ref(f"One{name}"))
    definitions["Condition"] = _condition()
    definitions.update(_tests())
    return {
        "$schema": DIALECT,
        "title": "An index methodology",
        **_block(RuleKeys),
        "$defs": dict(sorted(definitions.items())),
    }


def _blocks(block: type[Block]) -> list[type[Block]]:
    """A block of the language and those below it, each once; groups of keys are left out."""
    blocks = [] if block.part else [block]
    for below in block.__subclasses__():
        blocks.extend(_blocks(below))
    return list(dict.fromkeys(blocks))


def _block(block: type[Block]) -> Schema:
    properties: dict[str, Any] = {}
    words = EXPLAINED.get(block.__name__, {})
    for name, spec in block.language_keys.items():
        properties[name] = _explained(name, words.get(name, ""), spec.kind.schema())
    schema: Schema = {
        "type": "object",
        "description": " ".join((block.__doc__ or "").split("\n\n")[0].replace("``", "`").split()),
        "properties": properties,
        "additionalProperties": False,
    }
    required = [name for name, spec in block.language_keys.items() if spec.required]
    if required:
        schema["required"] = required
    if block.exclusive:
        schema["allOf"] = [
            {"oneOf": [{"required": [name]} for name in group]} for group in block.exclusive
        ]
    return schema


def schema_text() -> str:
    """The schema as the text of a file, the same bytes every time."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def _explained(name: str, words: str, schema: Schema) -> Schema:
    """A property with what an editor shows of it; the key itself is its title."""
    return {"title": name, "description": words, **schema}


def _each_explained(properties: dict[str, Schema], words: Mapping[str, str]) -> dict[str, Schema]:
    return {name: _explained(name, words[name], schema) for name, schema in properties.items()}


def _dated(plain: Schema) -> Schema:
    """The thing itself, or parts of it under dates."""
    words: Schema = {"enum": ["none", "unknown"]}
    return {
        "anyOf": [
            plain,
            {
                "type": "object",
                "patternProperties": {DATE_PATTERN: {"anyOf": [plain, words]}},
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    }


def _condition() -> Schema:
    reference: Schema = {"$ref": "#/$defs/Condition"}
    test: Schema = {"$ref": "#/$defs/FieldTest"}
    index = IndexName().schema()
    member: Schema = {
        "type": "object",
        "properties": _each_explained(
            {"index": index, "when": {"enum": ["before", "after"]}}, TESTS
        ),
        "required": ["index"],
        "additionalProperties": False,
    }
    return _dated(
        {
            "type": "object",
            "minProperties": 1,
            "description": "Fields with their tests; all must hold.",
            "properties": _each_explained(
                {
                    "any": {"type": "array", "items": reference, "minItems": 1},
                    "not": reference,
                    "was": reference,
                    "group": {"type": "object", "additionalProperties": test, "minProperties": 1},
                    "member_of": {"anyOf": [index, member]},
                    "status": {"enum": ["existing", "new"]},
                },
                CONDITION,
            ),
            "propertyNames": {"pattern": r"^[A-Za-z_]\w*$"},
            "additionalProperties": test,
        }
    )


def _tests() -> dict[str, Schema]:
    """``FieldTest`` and the parts its tests share."""

    def threshold(kind: Kind) -> Schema:
        return DatedKind(ByStatusKind(kind)).schema()

    def bounds(name: str, words: tuple[str, ...]) -> Schema:
        return {
            "type": "object",
            "properties": _each_explained(
                {word: _ref(f"{name}Bound") for word in words}
                | {"rounding": {"enum": ["floor", "ceil", "half_up"]}}
                | ({"share_cap": _ref("ShareBound")} if name == "Coverage" else {})
                | ({"of_ranks_in": _ref("Within")} if name == "Rank" else {})
                | modifiers,
                TESTS,
            ),
            "additionalProperties": False,
        }

    condition = _ref("Condition")
    excuse: Schema = {"anyOf": [{"enum": list(c.FLAGS)}, condition]}
    modifiers = {
        "among": _ref("Among"),
        "within": _ref("Within"),
        "for": {"type": "string", "pattern": r"^\d+ reviews?$"},
        "unless": _ref("Unless"),
    }
    tests: Schema = {
        "type": "object",
        "minProperties": 1,
        "properties": _each_explained(
            {
                **{word: _ref("Value") for word in ("min", "max", "above", "below")},
                **{word: _ref("Labels") for word in ("in", "not_in", "none_of")},
                "rank": {"anyOf": [_ref("RankBound"), _dated(_ref("Rank"))]},
                "coverage": {"anyOf": [_ref("CoverageBound"), _dated(_ref("Coverage"))]},
                "share": _dated(_ref("Share")),
                **modifiers,
            },
            TESTS,
        ),
        "additionalProperties": False,
    }
    return {
        "Value": threshold(ANY_VALUE),
        "RankBound": threshold(RankKind()),
        "CoverageBound": threshold(CoverageKind()),
        "ShareBound": threshold(SHARE),
        "Rank": bounds("Rank", ("max", "beyond", "from", "to")),
        "Coverage": bounds("Coverage", ("reach", "max", "below", "above", "nearest", "from", "to")),
        "Share": bounds("Share", ("min", "max", "above", "below")),
        "Labels": DatedKind(ListOf(LabelKind(), least=0)).schema(),
        "Among": {"anyOf": [{"enum": list(c.AMONG_WORDS)}, IndexName().schema(), condition]},
        "Within": WITHIN.schema(),
        "Unless": _dated({"anyOf": [excuse, {"type": "array", "items": excuse, "minItems": 1}]}),
        "Tests": tests,
        "FieldTest": {
            "anyOf": [_ref("Value"), _dated({"anyOf": [ANY_VALUE.schema(), _ref("Tests")]})]
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
