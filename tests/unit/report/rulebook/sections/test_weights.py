"""The scheme, every form of cap, and what is verified."""

from __future__ import annotations

import pytest

from indexcalc.report.rulebook.sections.weights import weighting
from tests.rulebook_sections import said


def test_a_scheme_without_caps_is_one_sentence() -> None:
    assert said(weighting, weighting="{scheme: equal}") == ["Constituents are weighted equally."]
    assert said(weighting, "ko", weighting="{scheme: market_cap}") == [
        "구성종목의 가중 방식: 시가총액 가중."
    ]


@pytest.mark.parametrize(
    ("cap", "sentence"),
    [
        (
            "{per: security, limit: 30%}",
            "The weight of any single security is limited to 30 %.",
        ),
        (
            "{per: issuer, limit: 20%, trigger: 25%}",
            "The weight of any single issuer is limited to 20 %, if the largest weight exceeds 25 %.",
        ),
        (
            "{per: sector, limit: 22.5%, unless: {members: {below: 5}}}",
            "The weight of any single sector is limited to 22.5 %, unless there are fewer than 5 "
            "constituents.",
        ),
        (
            "{per: security, ladder: [10%, 5%]}",
            "The largest weights are limited by rank: 10 %, 5 %; the last step holds for all others.",
        ),
        (
            "{per: security, set: {largest: 3}, together: 60%, each: 30%}",
            "The 3 largest may together weigh 60 % at most, each 30 % at most.",
        ),
        (
            "{per: security, set: {above: 4.5%}, together: 48%}",
            "Those weighing more than 4.5 % may together weigh 48 % at most.",
        ),
    ],
)
def test_each_form_of_cap(cap: str, sentence: str) -> None:
    sentences = said(weighting, weighting=f"{{scheme: market_cap, caps: [{cap}]}}")
    assert sentences[1] == sentence
    assert sentences[2:] == [
        "Capping factors are kept between rebalances.",
        "Where the limits cannot be met, the weights are refused.",
    ]


def test_floor_and_check() -> None:
    text = (
        "{scheme: market_cap, caps: [{per: security, limit: 30%}], floor: 1%, interim: recap, "
        "on_infeasible: relax, check: [{per: issuer, limit: 35%}]}"
    )
    assert said(weighting, weighting=text)[2:] == [
        "No weight is below 1 %.",
        "It is verified that the weight of any single issuer is at most 35 %.",
        "Capping factors are set again whenever constituents change between rebalances.",
        "Where the limits cannot be met, the limits are relaxed to the smallest feasible ones.",
    ]


def test_a_rebalance_over_several_sessions() -> None:
    assert said(weighting, weighting="{scheme: equal, spread_over: 5 sessions}")[-1] == (
        "A rebalance is spread over 5 sessions: from the effective day on, index shares come to the new "
        "ones in equal steps, and who leaves is held until the last."
    )
