"""A number more or less in a shipped rule is one sentence of its notice, and no other."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import settings

from indexcalc.analysis.change.notice import notice
from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.change_notice import markdown
from tests.unit.report.rulebook.test_document import numbers

RULES = sorted(shipped_names(shipped_folder()))
NOT_COMPARED = ("variant_of", "columns")
"""What says nothing of itself about members, weights or levels."""
EVERY = settings.get_current_profile_name() == "thorough"
"""Else eight numbers of each rule, others for each."""


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
    step = 1 if EVERY else max(1, len(tried) // 8)
    for place, text in tried[len(name) % step :: step]:
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
        # It says in words what stood there and what stands there, and names the key.
        told = re.fullmatch(r"- [A-Z][\w ]+: ‘(.+)’ becomes ‘(.+)’ \(`([^`]+)`\)", clauses[0])
        assert told is not None, clauses[0]
        assert told[1] != told[2]
        assert "{" not in clauses[0]
        assert told[3].split("[")[0].split(".")[0] == place.split("[")[0].split(".")[0]
        changed.append((place, text))
    if len(dict(changed)) < 2:
        return
    # One number more, in a rule that has another changed already, is one sentence more.
    first, *_, last = dict(changed).items()
    one, both = rule.varied(dict([first])), rule.varied(dict([first, last]))
    grown = sentences(rule, both) - sentences(rule, one)
    assert len([line for line in grown if line.startswith("- ")]) == 1
