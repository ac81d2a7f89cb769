"""Free float: who is left out, when factors are updated, and each step on the factor."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.free_float import float_rules
from tests.rulebook_sections import rule_of, said, section_of


def test_holders_with_a_least_stake_name_it_and_none_from_zero() -> None:
    text = "{exclude: [treasury, {government: {min: 5%}}, {esop: {min: 0%}}]}"
    assert said(float_rules, float=text) == [
        "Shares of these holders are not free float: treasury shares, the government from 5 % up and "
        "the employees' stock ownership plan."
    ]


def test_steps_in_their_order_with_their_directions() -> None:
    text = (
        "{source: holdings, exclude: [treasury], steps: [{round: up to 1%}, {round: down to 5%}, "
        "{keep_if_change_below: 5 points}, {keep_if_change_at_most: 3 points}, {phase_in: 50%}]}"
    )
    assert said(float_rules, float=text)[2:] == [
        "The factor is rounded up to the next 1 %.",
        "The factor is rounded down to a multiple of 5 %.",
        "The published factor is kept where it would change by less than 5 percentage points.",
        "The published factor is kept where it would change by at most 3 percentage points.",
        "50 % of the shares that are not free float are taken out.",
    ]


def test_what_held_before_stands_behind_and_a_time_without_it_is_not_told() -> None:
    text = (
        "{source: holdings, exclude: [treasury], "
        "steps: [{round: {2007-06-15: up to 5%, 2017-06-09: up to 1%}}]}"
    )
    [*_, step] = section_of(float_rules, rule_of(float=text)).sentences
    assert step.text.en == "The factor is rounded up to the next 1 %."
    assert step.history.en == (
        "up to the next 1 %: since 9 June 2017; before: up to the next 5 %, "
        "15 June 2007 to 8 June 2017"
    )


def test_a_rule_that_says_nothing_has_the_factors_of_the_data_or_of_its_parent() -> None:
    assert said(float_rules) == ["Free-float factors are those of the data."]
    child = {"universe": "{of: kospi200}"}
    assert said(float_rules, **child) == [
        "Free-float factors are those of the index that constituents are chosen from."
    ]
    assert said(float_rules, weighting="{scheme: equal}", **child) == []
