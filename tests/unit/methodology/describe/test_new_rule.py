"""The text of a new rule: its buffer and cap, and another rule under a new name, comments and all."""

from __future__ import annotations

import pytest

from indexcalc.methodology.describe.new_rule import SCHEMES, one_key_a_line, renamed, starting_text
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.methodology.small_rule import HEAD

START = "# Begun from small; its cases are left out, its sources speak of small."


@pytest.mark.parametrize(
    ("count", "existing", "new", "cap"),
    [
        (2, 3, 1, 100),  # a buffer of one at least; 200 / 2
        (9, 10, 8, 23),  # 200 / 9 = 22.2, rounded up
        (30, 33, 27, 10),  # 200 / 30 = 6.7: ten at least
        (200, 220, 180, 10),
    ],
)
def test_the_buffer_is_a_tenth_and_the_cap_twice_an_equal_weight(
    count: int, existing: int, new: int, cap: int
) -> None:
    text = starting_text("mine", "mine.yaml", count, "market_cap")
    assert f"rank: {{existing: {existing}, new: {new}}}" in text
    assert f"limit: {cap}%}}]`" in text
    read = Methodology.from_text(text)
    assert read.warnings == ()
    assert (read.index, str(read.weighting.scheme.value)) == ("mine", "market_cap")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_equal_weight_says_how_an_entrant_joins(scheme: str) -> None:
    text = starting_text("my-index", "my-index.yaml", 20, scheme)
    assert ("joins_at: leaver_weight" in text) == (scheme == "equal")
    assert "name: {en: my index}" in text
    assert text.startswith("# my-index: 20 names")


def test_the_schema_of_the_first_line_is_exchanged() -> None:
    started = starting_text("mine", "mine.yaml", 20, "equal", "a.json")
    assert started.startswith("# yaml-language-server: $schema=a.json\n# mine: 20 names")
    made = Methodology.from_text("# yaml-language-server: $schema=../b.json\n" + HEAD)
    assert renamed(made, "mine", "a.json").splitlines()[:3] == [
        "# yaml-language-server: $schema=a.json",
        START,
        "index: mine",
    ]
    assert renamed(made, "mine").splitlines()[:2] == [START, "index: mine"]


def test_a_renamed_rule_keeps_its_remarks_and_loses_cases_name_and_launch() -> None:
    text = (
        "# what it is\n\nindex: small   # as the file\nname: {en: Small}\n# on money\ncurrency: KRW\n"
        "calendar: XKRX\nbase: {date: 2000-01-04, level: 100}\nlaunch: 2014-01-02\n\n"
        "# who\nuniverse: {where: {market: KOSPI}}\n"
        "review:\n  months: [6]  # once\n  effective: 2nd friday\n"
        "  cutoff: last session 2 months before\n"
        "cases:\n  - name: one\n    # inside\n    expect: {members: {}}\n# the end\n"
    )
    assert renamed(Methodology.from_text(text), "mine") == (
        START + "\n# what it is\n\nindex: mine\n# on money\ncurrency: KRW\n"
        "calendar: XKRX\nbase: {date: 2000-01-04, level: 100}\n\n"
        "# who\nuniverse: {where: {market: KOSPI}}\n"
        "review:\n  months: [6]  # once\n  effective: 2nd friday\n"
        "  cutoff: last session 2 months before\n# the end\n"
    )


def test_a_renamed_variant_says_only_what_it_said_itself() -> None:
    made = Methodology.from_text(
        "index: v\nvariant_of: kospi200\nweighting: {scheme: equal}\n", "v.yaml"
    )
    assert renamed(made, "mine").splitlines()[1:] == [
        "index: mine",
        "variant_of: kospi200",
        "weighting: {scheme: equal}",
    ]


def test_entries_can_be_exchanged_where_each_key_begins_a_line() -> None:
    entries = HEAD.splitlines()
    texts = {
        HEAD: True,
        "---\n# a remark\n" + HEAD: True,
        "{" + ", ".join(entries) + "}\n": False,
        "{" + ",\n".join(entries) + "}\n": False,
        "".join(f"  {line}\n" for line in entries): False,
    }
    assert {text: one_key_a_line(Methodology.from_text(text)) for text in texts} == texts
