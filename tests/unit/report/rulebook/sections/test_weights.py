"""The scheme, its floor, and what is verified."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.weights import weighting
from tests.rulebook_sections import said


def test_a_scheme_without_caps_is_one_sentence() -> None:
    assert said(weighting, weighting="{scheme: equal}") == ["Constituents are weighted equally."]
    assert said(weighting, "ko", weighting="{scheme: market_cap}") == [
        "구성종목의 가중 방식: 시가총액 가중."
    ]


def test_floor_and_check() -> None:
    text = (
        "{scheme: market_cap, caps: [{per: security, limit: 30%}], floor: 1%, interim: recap, "
        "on_infeasible: relax, check: [{per: issuer, limit: 35%}]}"
    )
    assert said(weighting, weighting=text)[3:] == [
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
