"""Eligibility and each kind of step, as clauses about one security or about several."""

from __future__ import annotations

import pytest

from indexcalc.report.rulebook.sections.selection import eligibility, selection
from tests.rulebook_sections import said

MEASURES = "{size: {mean: market_cap, over: 3 months}}"


def steps(text: str, **frame: str) -> list[str]:
    held = ", ".join(f"{key}: {value}" for key, value in {"count": "50", **frame}.items())
    return said(selection, measures=MEASURES, selection=f"{{{held}, steps: [{text}]}}")[1:]


def test_what_is_required_to_stay_is_not_survival() -> None:
    """존속 is the surviving company of a demerger."""
    text = "{count: 50, steps: [{require: {status: existing}}]}"
    told = said(selection, "ko", measures=MEASURES, selection=text)
    assert any(sentence.startswith("유지 요건: ") for sentence in told)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            "{select: {size: {rank: 40}}}",
            "Select: a security is chosen if it ranks within the first 40 by “size”.",
        ),
        ("{select: all}", "Select: every security is chosen."),
        (
            "{require: {size: {min: 5}, status: existing}}",
            "Require: a security stays only if its “size” is at least 5; and it is an existing "
            "constituent.",
        ),
        ("{drop: {sector: a}}", "Drop: a security is removed if its sector is a."),
        (
            "{fill: {to: 50, by: size, from: {status: existing}}}",
            "Fill: the first by “size” are added until there are 50, from securities that are "
            "existing constituents.",
        ),
        (
            "{trim: {to: 90% of count, by: size, where: {sector: {in: [a, b]}}, rounding: ceil}}",
            "Trim: the last by “size” are taken out until there are 90 % of the target number, "
            "counting only securities whose sector is a or b (rounded up).",
        ),
        (
            "{trim: {to: 50, by: size, prefer: {status: existing}}}",
            "Trim: the last by “size” are taken out until there are 50; kept first are securities that "
            "are existing constituents.",
        ),
        (
            "{fill: {to: 50, by: size, from: {group: {existing_count: {below: 1}}}}}",
            "Fill: the first by “size” are added until there are 50, from securities for which there is "
            "no existing constituent (in its group).",
        ),
        (
            "{replace: {out: {size: {rank: {beyond: 60}}}, in: {size: {rank: 47}}, by: size, at_most: 2}}",
            "Replace: of securities that rank beyond 60 by “size”, the last by “size” give way, one for "
            "one, to the first of securities that rank within the first 47 by “size”, at most 2.",
        ),
        (
            "{limit_changes: {to: 10, by: size}}",
            "At most 10 enter at one review, chosen by “size”; further changes are undone.",
        ),
    ],
)
def test_each_kind_of_step(step: str, sentence: str) -> None:
    assert steps(step) == [sentence]


def test_groups_and_the_reserve() -> None:
    said_ = steps(
        "{select: {size: {rank: 40}}}",
        within="sector",
        reserve="{count: 5, by: size, within: sector}",
    )
    assert said_[0] == "Securities are ranked and counted within each sector."
    assert (
        said_[-1] == "The reserve list holds the next securities by “size”, within each sector: 5."
    )


def test_without_steps_everyone_or_a_published_list() -> None:
    assert said(selection) == ["All eligible securities of the universe are constituents."]
    assert said(selection, selection="given") == ["The constituents are given by a published list."]


def test_eligibility_has_a_sentence_a_condition_with_its_exceptions() -> None:
    text = (
        "{float_factor: {min: 10%}, listed_for: {min: 6 months, unless: [existing, transferred]}}"
    )
    assert said(eligibility, eligibility=text) == [
        "A security is eligible only if its free-float factor is at least 10 %.",
        "A security is eligible only if its time since listing is at least 6 months, unless it is an "
        "existing constituent, or it moved from another market.",
    ]
    assert said(eligibility) == []
