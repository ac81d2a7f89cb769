"""The part of a rule that reads, beside the blocks with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexcalc.diagnostics import Diagnostic
from indexcalc.methodology.load.load import RuleTextError, load_rule
from indexcalc.methodology.load.partial import Partial, readable_part
from tests.unit.methodology.load.rule_files import write
from tests.unit.methodology.small_rule import HEAD


def part_of(text: str, folder: Path, name: str = "small") -> tuple[Partial | None, list[str]]:
    """What reads of a file, and the codes of what is said of other rules."""
    path = write(folder, name, text)
    with pytest.raises(RuleTextError) as caught:
        load_rule(path, shipped=folder)
    part, others = readable_part(path, caught.value, folder)
    return part, [item.code for item in others]


def test_a_block_with_a_mistake_is_left_out_and_the_rest_is_read(rules: Path) -> None:
    weighting = "weighting:\n  scheme: equal\n"
    part, others = part_of(HEAD + "launch: soon\n" + weighting + "rounding: {level: x}\n", rules)
    assert (part is not None, others) == (True, [])
    assert part is not None
    assert part.left_out == {"launch", "rounding"}
    assert part.rule.weighting.scheme.value == "equal"
    assert part.rule.universe.where is not None
    assert part.dated
    assert list(part.family) == ["small"]


def test_what_is_missing_or_left_out_has_a_stand_in(rules: Path) -> None:
    # Without its index or review it could not be read; its dates cannot be made then.
    part, _ = part_of(HEAD.replace("2nd friday", "2nd frday"), rules)
    assert part is not None
    assert (part.left_out, part.dated) == ({"review"}, False)
    assert part.rule.review.months is not None
    part, _ = part_of(HEAD.replace("index: small\n", "") + "launch: soon\n", rules)
    assert part is not None
    assert (part.rule.index, part.dated) == ("left-out", True)
    part, _ = part_of(HEAD.replace("calendar: XKRX\n", ""), rules)  # told at `index`
    assert part is not None
    assert (part.left_out, part.dated) == ({"index"}, False)


def test_a_child_needs_no_stand_in_for_what_it_inherits(rules: Path) -> None:
    part, others = part_of("index: small\nuniverse: {of: parent}\nlaunch: soon\n", rules)
    assert part is not None
    assert (others, part.dated, part.rule.currency) == ([], True, "KRW")
    assert part.rule.review.follows == ("parent",)


@pytest.mark.parametrize(
    "text",
    [
        "index: small\nvariant_of: parent\nlaunch: soon\n",  # its text is that of two files
        "index: [small\n",  # no YAML
    ],
)
def test_of_a_variant_and_of_what_is_no_yaml_nothing_can_be_said(rules: Path, text: str) -> None:
    assert part_of(text, rules) == (None, [])


def test_a_rule_that_a_named_rule_misses_is_told(rules: Path) -> None:
    write(rules, "middle", "index: middle\nuniverse: {of: lost}\n")
    text = "index: small\nuniverse: {of: middle}\nlaunch: soon\n"
    assert part_of(text, rules) == (None, ["REF001"])


def test_a_name_that_leads_nowhere_is_left_out_with_its_block(rules: Path) -> None:
    text = HEAD.replace("{where: {market: KOSPI}}", "{of: parnt}") + "launch: soon\n"
    part, others = part_of(text, rules)
    assert part is not None
    assert (part.left_out, others) == ({"universe", "launch"}, [])


def test_only_what_holds_whatever_the_left_out_blocks_say_is_sure(rules: Path) -> None:
    part, _ = part_of(HEAD + "selection: {count: few}\n", rules)
    assert part is not None
    sure = {
        code: part.sure(Diagnostic(code, "")) for code in ("RUL110", "RUL112", "RUL114", "CAP001")
    }
    # RUL110 speaks of the selection that was left out; RUL114 of what is used anywhere.
    assert sure == {"RUL110": False, "RUL112": True, "RUL114": False, "CAP001": True}
