"""A number more or less in a shipped rule is one sentence of its notice, and no other."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import settings

from indexcalc.analysis.change.notice import markdown, notice
from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.report.rulebook.test_document import numbers

RULES = (
    "kospi200", "kosdaq150", "kospi200-cap30", "krx-semiconductor-top15", "ladder", "ucits-5-10-40",
    "nasdaq-100-like", "euro-stoxx-50", "hang-seng", "sp500-risk-control-10", "kospi-high-dividend-50",
)  # fmt: skip
NOT_COMPARED = ("variant_of", "columns")
"""What says nothing of itself about members, weights or levels."""
EVERY = settings.get_current_profile_name() in ("ci", "thorough")
"""Else a fifth of the numbers of each rule."""


def sentences(old: Methodology, new: Methodology) -> Counter[str]:
    """The sentences of the notice of a change, the clauses and all others."""
    families = [Family({rule.index: rule}, (rule.index,)) for rule in (old, new)]
    return Counter(markdown(notice(families[0], families[1])).splitlines())


@pytest.mark.parametrize("name", RULES)
def test_each_number_is_one_sentence(name: str) -> None:
    family = load_family([name])
    rule = family[family.asked[0]]
    tried = [item for item in numbers(rule) if not item[0].startswith(NOT_COMPARED)]
    # A first change, so that there is a notice the second one is a sentence of.
    same = sentences(rule, rule)
    (nothing,) = [line for line in same if "the two rules say the same" in line]
    changed: list[tuple[str, str]] = []
    for place, text in tried if EVERY or len(tried) < 40 else tried[len(name) % 5 :: 5]:
        try:
            other = rule.varied({place: text})
        except RuleError:
            continue  # the new number does not fit its place
        new = sentences(rule, other)
        more = new - same
        when = [line for line in more if line.startswith("Index: ")]
        clauses = [line for line in more if line.startswith("- ")]
        assert len(clauses) == 1, (place, text, clauses)
        assert set(more) == {*clauses, *when}
        assert set(same - new) <= {nothing, *(line for line in same if line.startswith("Index: "))}
        # It names the key, and what stood there and what stands there.
        key = re.match(r"- `([^`]+)`", clauses[0])
        assert key is not None
        assert key[1].split("[")[0].split(".")[0] == place.split("[")[0].split(".")[0]
        assert " becomes " in clauses[0]
        changed.append((place, text))
    assert len(changed) >= 3
    # One number more, in a rule that has another changed already, is one sentence more.
    first, *_, last = changed
    one, both = rule.varied(dict([first])), rule.varied(dict([first, last]))
    assert first[0] != last[0]
    grown = sentences(rule, both) - sentences(rule, one)
    assert len([line for line in grown if line.startswith("- ")]) == 1
