"""Every form of cap, and where what it takes off goes."""

from __future__ import annotations

import pytest

from indexcalc.report.rulebook.sections.weights import weighting
from tests.rulebook_sections import said


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
            "{per: issuer, set: {above: 4.5%}, together: 40%, trigger: 48%}",
            "Those weighing more than 4.5 % may together weigh 40 % at most, if together they exceed 48 %.",
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
        "What a limit takes off goes to the others in proportion to their weights, again until none is "
        "above its limit.",
        "Capping factors are kept between rebalances.",
        "Where the limits cannot be met, the weights are refused.",
    ]


@pytest.mark.parametrize(
    ("caps", "en", "ko"),
    [
        (
            "[{per: security, limit: 30%}]",
            "What a limit takes off goes to the others in proportion to their weights, again until none is "
            "above its limit.",
            "한도 초과분은 나머지 종목에 비중에 비례하여 배분하고, 한도를 넘는 종목이 없을 때까지 "
            "반복한다.",
        ),
        (
            "[{per: security, limit: 30%}, "
            "{per: security, set: {above: 5%}, together: 48%, excess: equal}]",
            "Otherwise what a limit takes off goes to the others in proportion to their weights, again "
            "until none is above its limit.",
            "그 밖의 한도 초과분은 나머지 종목에 비중에 비례하여 배분하고, 한도를 넘는 종목이 없을 때까지 "
            "반복한다.",
        ),
    ],
)
def test_where_the_excess_of_a_cap_goes(caps: str, en: str, ko: str) -> None:
    """The key ``excess``: in proportion where no cap says another way (the equal one stands in the cap's
    sentence); a scale of all factors takes nothing off."""
    text = f"{{scheme: market_cap, caps: {caps}}}"
    assert said(weighting, weighting=text).count(en) == 1
    assert said(weighting, "ko", weighting=text).count(ko) == 1
    for other in (
        "[{per: security, factor: 50%}]",
        "[{per: security, set: {above: 5%}, together: 48%, excess: equal}]",
    ):
        told = said(weighting, weighting=f"{{scheme: market_cap, caps: {other}}}")
        assert not any("a limit takes off goes" in sentence for sentence in told)
