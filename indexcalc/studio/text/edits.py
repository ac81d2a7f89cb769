"""Changes of a rule's text that leave every other character, comments included, where it was.

A value is replaced at its own place and a block is put in at the end of its neighbours.  Each change is
read again: what does not say what was asked for is refused.  The places come from PyYAML's nodes, which
know where a block ends; the text must have passed the reader of rules first, which refuses aliases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from indexcalc.diagnostics import Findings, RuleError
from indexcalc.methodology.reading import yaml as source

_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_PLAIN: Final = re.compile(r"(?:-(?=\d))?\w(?:[\w %./+-]*[\w%])?")


def with_values(text: str, changes: Mapping[str, str]) -> str:
    """The text with other values at some rule paths (``{"weighting.caps[0].limit": "20%"}``).

    RuleError (RUL020): the text does not say a path, or it is not a single value.
    """
    if not changes:
        return text
    root = _nodes(text)
    places = []
    for path, value in changes.items():
        node = _at(root, path)
        if not isinstance(node, yaml.ScalarNode):
            raise _refused(f"`{path}` is not a single value of the rule", path)
        places.append((node.start_mark.index, node.end_mark.index, _written(value)))
    for start, stop, value in sorted(places, reverse=True):
        text = text[:start] + value + text[stop:]
    again = _nodes(text)
    for path, value in changes.items():
        node = _at(again, path)
        if not isinstance(node, yaml.ScalarNode) or node.value != value:
            raise _refused(f"`{path}` cannot be written as {value}", path)
    return text


def with_cap(text: str, limit: str, per: str = "security") -> str:
    """The text with one cap more, at the end of those it has; of dated caps, in the last period.

    A rule without ``weighting`` gets the block at its end.  RuleError (RUL020): the rule is a variant
    that leaves its caps to its base, which a list of its own would take the place of.
    """
    cap = f"{{per: {per}, limit: {_written(limit)}}}"
    root = _nodes(text)
    weighting = _at(root, "weighting")
    caps = _at(root, "weighting.caps")
    if caps is None and _at(root, "variant_of") is not None:
        message = "the caps of a variant are those of its base, and a list here would replace them"
        raise _refused(message, "weighting.caps", "write the whole list under `weighting: caps:`")
    if isinstance(caps, yaml.MappingNode):
        caps = caps.value[-1][1]
    if isinstance(caps, yaml.ScalarNode):
        return _read_again(_put(text, caps.start_mark.index, caps.end_mark.index, f"[{cap}]"))
    if isinstance(caps, yaml.SequenceNode):
        return _read_again(_item_added(text, caps, cap))
    if isinstance(weighting, yaml.MappingNode):
        return _read_again(_key_added(text, weighting, "caps", cap))
    end = text if text.endswith("\n") else text + "\n"
    return _read_again(f"{end}weighting:\n  caps:\n    - {cap}\n")


def with_buffer(text: str, path: str, existing: str, new: str) -> str:
    """The text with a threshold by status in the place of one value for all: ``rank: 100`` becomes
    ``rank: {existing: 110, new: 90}``.  RuleError (RUL020): it is not a single value."""
    node = _at(_nodes(text), path)
    if not isinstance(node, yaml.ScalarNode):
        raise _refused(f"`{path}` is not a single value of the rule", path)
    block = f"{{existing: {_written(existing)}, new: {_written(new)}}}"
    return _read_again(_put(text, node.start_mark.index, node.end_mark.index, block))


def with_item(text: str, path: str, place: int, item: str) -> str:
    """The text with an item (``trim: {to: 20}``) put into the list at a path, before the item that is
    at ``place`` now.  RuleError (RUL020): there is no list, or it cannot be put there."""
    items = _at(_nodes(text), path)
    if not isinstance(items, yaml.SequenceNode) or not items.value or place > len(items.value):
        raise _refused(f"`{path}` is no list with a place {place}", path)
    written = f"{{{item}}}" if items.flow_style else item
    if place == len(items.value):
        return _read_again(_item_added(text, items, written))
    start = items.value[place].start_mark.index
    if items.flow_style:
        return _read_again(_put(text, start, start, f"{written}, "))
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip() != "-":
        raise _refused(f"`{path}[{place}]` does not begin on a line of its own", path)
    return _read_again(_put(text, begin, begin, f"{' ' * items.start_mark.column}- {item}\n"))


def _written(value: str) -> str:
    """A value as YAML: plain where it stays text, else quoted."""
    return value if _PLAIN.fullmatch(value) else "'" + value.replace("'", "''") + "'"


def _put(text: str, start: int, stop: int, new: str) -> str:
    return text[:start] + new + text[stop:]


def _item_added(text: str, items: yaml.SequenceNode, item: str) -> str:
    if not items.value:
        return _put(text, items.start_mark.index, items.end_mark.index, f"[{item}]")
    if items.flow_style:
        at = _last(items.value[-1]).end_mark.index
        return _put(text, at, at, f", {item}")
    return _line_added(text, items.value[-1], items.start_mark.column, f"- {item}")


def _key_added(text: str, block: yaml.MappingNode, key: str, item: str) -> str:
    if not block.value:
        return _put(text, block.start_mark.index, block.end_mark.index, f"{{{key}: [{item}]}}")
    last = block.value[-1][1]
    if block.flow_style:
        at = last.end_mark.index
        return _put(text, at, at, f", {key}: [{item}]")
    indent = block.start_mark.column
    return _line_added(text, last, indent, f"{key}:\n{' ' * (indent + 2)}- {item}")


def _line_added(text: str, after: yaml.Node, indent: int, line: str) -> str:
    """A line put in below the last line of a node; a comment beside that node stays beside it."""
    stop = text.find("\n", _last(after).end_mark.index)
    head, tail = (text, "") if stop < 0 else (text[:stop], text[stop:])
    return f"{head}\n{' ' * indent}{line}{tail}"


def _last(node: yaml.Node) -> yaml.Node:
    """The node whose end is where the text of a node ends: a block's own mark is on a later line."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node


def _at(node: Any, path: str) -> Any:
    """The node of a rule path; None where the text does not say it."""
    for number, name in steps_of(path):
        if isinstance(node, yaml.SequenceNode) and number is not None:
            node = node.value[number] if number < len(node.value) else None
        elif isinstance(node, yaml.MappingNode) and number is None:
            node = next((value for key, value in node.value if key.value == name), None)
        else:
            return None
    return node


def steps_of(path: str) -> list[tuple[int | None, str]]:
    """The steps of a rule path: (number, '') for an item of a list, (None, key) else."""
    return [(int(number) if number else None, name) for number, name in _STEP.findall(path) if path]


def _nodes(text: str) -> Any:
    """The nodes of a text that the reader of rules accepts.  RuleError: it does not."""
    findings = Findings()
    root = source.parse(text, "<text>", findings)
    findings.raise_errors(RuleError)
    if root is None:
        raise _refused("the text is no rule", "")
    # The marks count a byte order mark, which the reader leaves out.
    return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _read_again(text: str) -> str:
    _nodes(text)
    return text


def _refused(message: str, path: str, hint: str = "change it in the text") -> RuleError:
    return RuleError.of("RUL020", message, where=path, hint=hint)
