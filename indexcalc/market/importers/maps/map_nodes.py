"""YAML nodes of a map as texts, flags and numbers; what is wrong is collected with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, cast

import yaml

from indexcalc.diagnostics import Span
from indexcalc.market.importers.problems import Problems
from indexcalc.yaml_syntax import broken_yaml

LARGEST_FACTOR = 10**15
MOST_LINES = 10_000


class Nodes:
    """Walks the YAML nodes and collects everything that is wrong, with its place."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems = Problems(path)

    def tree(self, text: str) -> Any:
        try:
            for event in yaml.parse(text, Loader=yaml.CBaseLoader):
                if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                    self.wrong(event, "anchors and aliases are not read: write the value out")
                elif getattr(event, "tag", None):
                    self.wrong(event, "tags are not read")
            self.problems.finish()
            return yaml.compose(text, Loader=yaml.CBaseLoader)
        except yaml.YAMLError as error:
            found = broken_yaml(error, text, self.path)
            self.problems.add("IMP007", found.message, span=found.span, hint=found.hint)
        except RecursionError:
            self.problems.add("IMP007", "nested too deeply for a map")
        self.problems.finish()
        return None

    def span(self, node: Any) -> Span:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Span(self.path, start.line + 1, start.column + 1, max(length, 1))

    def wrong(self, node: Any, message: str, hint: str = "") -> None:
        self.problems.add("IMP007", message, span=self.span(node), hint=hint)

    def text(self, node: Any) -> str:
        if isinstance(node, yaml.ScalarNode):
            return cast(str, node.value)
        self.wrong(node, "a single value is needed here")
        return ""

    def some(self, node: Any) -> str:
        """A text that is not empty."""
        text = self.text(node)
        if not text:
            self.wrong(node, "one character at least is needed here")
        return text

    def texts(self, node: Any) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.text(item) for item in node.value)
        return (self.text(node),)

    def mapping(self, node: Any, allowed: Iterable[str] = ()) -> dict[str, tuple[Any, Any]]:
        """Key -> (key node, value node); with ``allowed``, other keys are reported."""
        known = tuple(allowed)
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, "keys with values are needed here")
            return {}
        entries: dict[str, tuple[Any, Any]] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if key in entries:
                self.wrong(key_node, f"{key} is given twice")
            elif known and key not in known:
                self.wrong(key_node, f"unknown key {key!r}", nearest(key, known))
            else:
                entries[key] = (key_node, value)
        return entries

    def choice(self, node: Any, choices: tuple[str, ...]) -> str:
        text = self.text(node)
        if text not in choices:
            self.wrong(node, f"{text!r} is none of {', '.join(choices)}", nearest(text, choices))
            return choices[0]
        return text

    def flag(self, node: Any) -> bool:
        return self.choice(node, ("false", "true")) == "true"

    def number(self, node: Any) -> Fraction:
        text = self.text(node)
        try:
            value = Fraction(text)
        except (ValueError, ZeroDivisionError):
            self.wrong(node, f"{text!r} is not a number")
            return Fraction(1)
        if value <= 0:
            self.wrong(node, f"{text} is not above zero")
        elif not Fraction(1, LARGEST_FACTOR) <= value <= LARGEST_FACTOR:
            self.wrong(node, f"{text} is beyond 1e15")
            return Fraction(1)
        return value

    def count(self, node: Any) -> int:
        """A whole number from 0 to 10,000."""
        text = self.text(node)
        if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_LINES:
            return int(text)
        self.wrong(node, f"{text!r} is not a whole number from 0 to {MOST_LINES:,}")
        return 0


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word; '' when none is close."""
    close = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean {close[0]}?" if close else ""
