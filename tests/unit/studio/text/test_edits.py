"""Changes of a rule's text: what was asked for is changed and nothing else is."""

from __future__ import annotations

import difflib

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load import load
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.studio.text.edits import with_buffer, with_cap, with_item, with_values

RULE = """\
# 주석 comment stays
index: mine          # and this
name: {en: Mine, ko: 나의 지수}
selection:
  count: 30   # 서른
  steps:
    - select: {size: {rank: 30}}
    # between the steps
    - fill: {to: 30, by: size}
weighting:
  scheme: equal    # why

cases: []
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that are gone and the lines that came."""
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in found if line[0] in "+-"]


def test_values_are_changed_where_they_stand() -> None:
    after = with_values(RULE, {"selection.count": "20", "selection.steps[1].fill.to": "20"})
    assert changed(RULE, after) == [
        "-   count: 30   # 서른",
        "+   count: 20   # 서른",
        "-     - fill: {to: 30, by: size}",
        "+     - fill: {to: 20, by: size}",
    ]


@pytest.mark.parametrize("path", ["selection.steps", "selection.no", "selection.steps[9].fill.to"])
def test_what_is_no_single_value_is_refused(path: str) -> None:
    with pytest.raises(RuleError, match="RUL020"):
        with_values(RULE, {path: "1"})


def test_a_value_that_would_be_something_else_is_quoted() -> None:
    after = with_values(RULE, {"name.en": "a: b, {c}"})
    assert "en: 'a: b, {c}'" in after
    with pytest.raises(RuleError):
        with_values("index: [a", {"index": "b"})


@pytest.mark.parametrize(
    ("weighting", "lines"),
    [
        (
            "weighting: {scheme: equal}",
            ["+ weighting: {scheme: equal, caps: [{per: security, limit: 30%}]}"],
        ),
        (
            "weighting:\n  scheme: equal  # c\n",
            ["+   caps:", "+     - {per: security, limit: 30%}"],
        ),
        ("weighting:\n  caps: none", ["+   caps: [{per: security, limit: 30%}]"]),
        (
            "weighting:\n  caps:\n    - {per: issuer, limit: 9%}  # c",
            ["+     - {per: security, limit: 30%}"],
        ),
        (
            "weighting:\n  caps: [{per: issuer, limit: 9%}]",
            ["+   caps: [{per: issuer, limit: 9%}, {per: security, limit: 30%}]"],
        ),
        (
            "weighting:\n  caps: {2000-01-01: none, 2020-01-01: none}",
            ["+   caps: {2000-01-01: none, 2020-01-01: [{per: security, limit: 30%}]}"],
        ),
        ("", ["+ weighting:", "+   caps:", "+     - {per: security, limit: 30%}"]),
    ],
)
def test_a_cap_is_added_below_what_is_there(weighting: str, lines: list[str]) -> None:
    before = f"index: mine\n{weighting}\n# last\n"
    after = with_cap(before, "30%")
    assert [line for line in changed(before, after) if line[0] == "+"] == lines
    assert after.endswith("# last\n") or not weighting


def test_a_variant_that_leaves_its_caps_to_its_base_is_refused() -> None:
    with pytest.raises(RuleError, match="base"):
        with_cap("index: mine\nvariant_of: kospi200\n", "30%")


def test_a_buffer_takes_the_place_of_one_value() -> None:
    after = with_buffer(RULE, "selection.steps[0].select.size.rank", "36", "24")
    assert "- select: {size: {rank: {existing: 36, new: 24}}}" in after


@pytest.mark.parametrize(
    ("steps", "place", "after"),
    [
        (
            "steps:\n    - a: 1  # c\n    - b: 2\n",
            1,
            "steps:\n    - a: 1  # c\n    - x: 9\n    - b: 2\n",
        ),
        (
            "steps:\n    - a: 1  # c\n    - b: 2\n",
            2,
            "steps:\n    - a: 1  # c\n    - b: 2\n    - x: 9\n",
        ),
        ("steps:\n  # c\n  - a: 1\n", 0, "steps:\n  # c\n  - x: 9\n  - a: 1\n"),
        ("steps: [{a: 1}, {b: 2}]\n", 1, "steps: [{a: 1}, {x: 9}, {b: 2}]\n"),
        ("steps: [{a: 1}]\n", 1, "steps: [{a: 1}, {x: 9}]\n"),
    ],
)
def test_an_item_is_put_between_others(steps: str, place: int, after: str) -> None:
    assert with_item(f"# top\n{steps}# end\n", "steps", place, "x: 9") == f"# top\n{after}# end\n"


@pytest.mark.parametrize("text", ["steps: 5\n", "steps: []\n", "other: [1]\n", "steps:\n- - 1\n"])
def test_an_item_without_a_place_is_refused(text: str) -> None:
    path = "steps[0]" if "- -" in text else "steps"
    with pytest.raises(RuleError, match="RUL020"):
        with_item(text, path, 0, "x: 9")


WORDS = ("cases", "name", "sources", "committee")


def test_every_shipped_rule_takes_another_number_in_every_place() -> None:
    """Each single value of every shipped rule, written with its own text, leaves the file as it was."""
    seen = 0
    for path in sorted(load.shipped_folder().rglob("*.yaml")):
        if path.name.endswith(".cases.yaml"):
            continue
        try:
            rule = Methodology.load(path)
        except RuleError:
            continue
        text = rule.text
        values = {}
        for place in rule.paths:
            node = rule.node_of(place)
            span = rule.span_of(place)
            plain = hasattr(node, "text") and not node.quoted and span is not None
            if plain and span.path == rule.path and not place.startswith(WORDS):
                values[place] = node.text
        seen += len(values)
        assert with_values(text, values) == text, path
    assert seen > 2_000
