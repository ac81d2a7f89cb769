"""Shipped rules, damaged: `validate` always ends in findings with places, never in a traceback."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from indexcalc.calculation.validate import Validated, upcoming, validate
from indexcalc.diagnostics import Findings, render_github, render_json, render_text
from indexcalc.market.tables import TABLES
from indexcalc.methodology.load.names import reserved_words
from indexcalc.methodology.model.conditions import CONDITION_WORDS
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.yaml import Node, Scalar
from tests.properties.fuzz import DUMPER, bounded, tries

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = tries(6_000, 40)
RULES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "rules").rglob("*.yaml"))
    if not path.name.endswith(".cases.yaml")
}
FOLDER = Path(tempfile.mkdtemp(prefix="indexcalc-fuzz-"))
# Whoever reads the constants of this module alone leaves no warning of a folder that was not closed.
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
PIECES = ["{", "}", "[", "]", ": ", "none", "unknown", "2010-01-04", "-", "\n", "  ", "30", "%"]
PIECES += ["existing", "rank", "가", "'", '"', "#", "&a", "*a", "!t", "\t", ",", "all", "0", "1/0"]
PIECES += ["5th friday", "session after next ", "10000 sessions", "of existing", "at rank 5", "\0"]


def validated(name: str, text: str) -> Validated:
    """What `validate` says of a text in a file of its own, called as the rule it was."""
    path = FOLDER / f"{name}.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        return validate(path, between=True)
    finally:
        path.unlink()  # or it would stand beside the next rule as a damaged parent


def check(name: str, text: str) -> None:
    with bounded():
        made = validated(name, text)
    lines = text.splitlines() or [""]
    for item in made.diagnostics:
        assert item.message
        assert item.hint
        if item.span is not None and item.span.path == str(FOLDER / f"{name}.yaml"):
            assert 1 <= item.span.line <= len(lines) + 1
            line = lines[item.span.line - 1] if item.span.line <= len(lines) else ""
            assert 1 <= item.span.column <= len(line) + 1
    with bounded():
        render_text(made.diagnostics, made.texts)
        render_json(made.diagnostics)
        render_github(made.diagnostics)
        if made.sessions is not None:
            upcoming(made, made.sessions.date(len(made.sessions) - 400), 3)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_pieces_replaced(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(RULES)))
    text = RULES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        piece = "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=3)))
        text = text[:start] + piece + text[start + length :]
    check(name, text)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_one_value_exchanged(data: st.DataObject) -> None:
    """Values of other places of other rules: well formed, and mostly wrong."""
    name = data.draw(st.sampled_from(sorted(RULES)))
    values = [node for node in scalars(name) if node.span.length]
    for _ in range(data.draw(st.integers(1, 2))):
        node = data.draw(st.sampled_from(values))
        other = data.draw(st.sampled_from(ALL_VALUES))
        text = replaced(RULES[name], node, other)
    check(name, text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5000) | st.dates().map(str) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(reserved_words())), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=EXAMPLES)
@given(st.dictionaries(st.sampled_from(sorted(reserved_words())), JSON, max_size=8))
def test_random_yaml_of_known_words(made: dict[str, object]) -> None:
    check("random", yaml.dump(made, Dumper=DUMPER, allow_unicode=True))


# --- renamed keys ---------------------------------------------------------------------------------


class Key(NamedTuple):
    rule: str
    node: Scalar
    of_the_language: bool


def entries(node: Node, path: str = "") -> list[tuple[str, Scalar, Node]]:
    found: list[tuple[str, Scalar, Node]] = []
    if isinstance(node, source.Mapping):
        for key, value in node.entries:
            found.append((path, key, value))
            found += entries(value, f"{path}.{key.text}".lstrip("."))
    elif isinstance(node, source.Sequence):
        for item in node.items:
            found += entries(item, path)
    return found


def root_of(name: str) -> source.Mapping:
    root = source.parse(RULES[name], name, Findings())
    assert root is not None
    return root


def scalars(name: str) -> list[Scalar]:
    return [value for _, _, value in entries(root_of(name)) if isinstance(value, Scalar)]


ALL_VALUES = sorted({node.text for name in RULES for node in scalars(name) if node.text})
# Maps of the user's own names (what uses them is reported, not what defines them); fields of conditions
# that are words elsewhere.
OWN_NAMES = ("measures", "groups", "dates", "columns", "float.exclude", "returns.withholding")
ALSO_FIELDS = {*CONDITION_WORDS, "issuer", "security", "inclusion", "market", "date", "currency"}
OF_CASES = ("cases", "cases.expect", "cases.market")


def is_named_by_the_user(path: str) -> bool:
    inside_a_case = path.startswith("cases") and path not in OF_CASES
    holders = path.startswith("float.exclude.")  # by date
    return path in OWN_NAMES or path.endswith("merge") or holders or inside_a_case


def is_language(path: str, key: Scalar) -> bool:
    """Is a key one of the language, where any other word is an unknown key?"""
    if not path or path in OF_CASES:
        return True
    return path != "name" and key.text in reserved_words() and key.text not in ALSO_FIELDS


KEYS = [
    Key(name, key, is_language(path, key))
    for name in RULES
    for path, key, _ in entries(root_of(name))
    if not is_named_by_the_user(path)
]


def replaced(text: str, node: Scalar, word: str) -> str:
    lines = text.split("\n")
    line, start = lines[node.span.line - 1], node.span.column - 1
    lines[node.span.line - 1] = line[:start] + word + line[start + node.span.length :]
    return "\n".join(lines)


@settings(max_examples=tries(3_000, 40))
@given(
    st.sampled_from(KEYS),
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=9, max_size=12).filter(
        lambda word: word not in reserved_words() and word not in TABLES
    ),
)
def test_a_renamed_key_is_reported_at_its_line_and_column(key: Key, word: str) -> None:
    """Keys of the language as unknown keys; others (dates, fields of conditions) as what they are not."""
    with bounded():
        made = validated(key.rule, replaced(RULES[key.rule], key.node, word))
    at_it = {
        item.code
        for item in made.diagnostics
        if item.span is not None
        and (item.span.line, item.span.column) == (key.node.span.line, key.node.span.column)
    }
    assert at_it
    if key.of_the_language:
        assert "RUL001" in at_it


@pytest.mark.slow
def test_every_key_of_every_shipped_rule_renamed() -> None:
    inner = test_a_renamed_key_is_reported_at_its_line_and_column.hypothesis.inner_test
    for key in KEYS[:: tries(thorough=1, short=16)]:  # some of them where there is little time
        inner(key, "qqxqqxqqx")
