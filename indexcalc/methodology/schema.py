"""The JSON Schema of the rule language, made from the same declarations that read a rule.

Editors use it for completion and hints (`# yaml-language-server: $schema=...`); it is a little
wider than the reader: what two keys mean to each other is said by the reader alone.
"""

from __future__ import annotations

from typing import Any

from indexcalc.methodology import conditions as c
from indexcalc.methodology.block import Block
from indexcalc.methodology.containers import ByStatusKind, DatedKind, ListOf
from indexcalc.methodology.kinds import DATE_PATTERN
from indexcalc.methodology.model import RuleKeys
from indexcalc.methodology.reading import Kind, Schema
from indexcalc.methodology.value_kinds import (
    ANY_VALUE,
    SHARE,
    WITHIN,
    CoverageKind,
    IndexName,
    LabelKind,
    RankKind,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """The schema of a rule file (JSON Schema 2020-12), as a JSON-ready dictionary."""
    definitions: dict[str, Schema] = {}
    for block in _blocks(Block):
        if block.language_keys and block is not RuleKeys:
            definitions[block.__name__] = _dated(_block(block))
    definitions["Condition"] = _condition()
    definitions["FieldTest"] = _field_test()
    return {
        "$schema": DIALECT,
        "title": "An index methodology",
        **_block(RuleKeys),
        "$defs": dict(sorted(definitions.items())),
    }


def _blocks(block: type[Block]) -> list[type[Block]]:
    found = [block]
    for below in block.__subclasses__():
        found.extend(_blocks(below))
    return found


def _block(block: type[Block]) -> Schema:
    properties: dict[str, Any] = {}
    for name, spec in block.language_keys.items():
        properties[name] = spec.kind.schema()
    made: Schema = {
        "type": "object",
        "description": " ".join((block.__doc__ or "").split("\n\n")[0].replace("``", "`").split()),
        "properties": properties,
        "additionalProperties": False,
    }
    required = [name for name, spec in block.language_keys.items() if spec.required]
    if required:
        made["required"] = required
    if block.exclusive:
        made["allOf"] = [
            {"oneOf": [{"required": [name]} for name in group]} for group in block.exclusive
        ]
    return made


def _dated(one: Schema) -> Schema:
    """The thing itself, or parts of it under dates."""
    words: Schema = {"enum": ["none", "unknown"]}
    return {
        "anyOf": [
            one,
            {
                "type": "object",
                "patternProperties": {DATE_PATTERN: {"anyOf": [one, words]}},
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    }


def _condition() -> Schema:
    one: Schema = {"$ref": "#/$defs/Condition"}
    test: Schema = {"$ref": "#/$defs/FieldTest"}
    index = IndexName().schema()
    member: Schema = {
        "type": "object",
        "properties": {"index": index, "when": {"enum": ["before", "after"]}},
        "required": ["index"],
        "additionalProperties": False,
    }
    return _dated(
        {
            "type": "object",
            "minProperties": 1,
            "properties": {
                "any": {"type": "array", "items": one, "minItems": 1},
                "not": one,
                "was": one,
                "group": {"type": "object", "additionalProperties": test, "minProperties": 1},
                "member_of": {"anyOf": [index, member]},
                "status": {"enum": ["existing", "new"]},
            },
            "propertyNames": {"pattern": r"^[A-Za-z_]\w*$"},
            "additionalProperties": test,
        }
    )


def _field_test() -> Schema:
    modifiers = _modifiers()

    def threshold(kind: Kind) -> Schema:
        return DatedKind(ByStatusKind(kind)).schema()

    def bounds(kind: Kind, words: tuple[str, ...]) -> Schema:
        return {
            "type": "object",
            "properties": {word: threshold(kind) for word in words}
            | {"rounding": {"enum": ["floor", "ceil", "half_up"]}}
            | modifiers,
            "additionalProperties": False,
        }

    rank = bounds(RankKind(), ("max", "beyond", "from", "to"))
    coverage = bounds(CoverageKind(), ("reach", "max", "below", "above", "nearest", "from", "to"))
    share = bounds(SHARE, ("min", "max", "above", "below"))
    labels = DatedKind(ListOf(LabelKind(), least=0)).schema()
    value = threshold(ANY_VALUE)
    tests: Schema = {
        "type": "object",
        "minProperties": 1,
        "properties": {
            **{word: value for word in ("min", "max", "above", "below")},
            **{word: labels for word in ("in", "not_in", "none_of")},
            "rank": {"anyOf": [threshold(RankKind()), _dated(rank)]},
            "coverage": {"anyOf": [threshold(CoverageKind()), _dated(coverage)]},
            "share": _dated(share),
            **modifiers,
        },
        "additionalProperties": False,
    }
    return {"anyOf": [value, _dated({"anyOf": [ANY_VALUE.schema(), tests]})]}


def _modifiers() -> dict[str, Schema]:
    condition: Schema = {"$ref": "#/$defs/Condition"}
    excuse: Schema = {"anyOf": [{"enum": list(c.FLAGS)}, condition]}
    return {
        "among": {"anyOf": [{"enum": list(c.AMONG_WORDS)}, IndexName().schema(), condition]},
        "within": WITHIN.schema(),
        "for": {"type": "string", "pattern": r"^\d+ reviews?$"},
        "unless": _dated({"anyOf": [excuse, {"type": "array", "items": excuse, "minItems": 1}]}),
    }
