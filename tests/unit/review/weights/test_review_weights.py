"""The weights of one review: what the scheme gives, who cannot weigh, and its caps."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.review.weights.weighing import Weighed

CAP = "weighting: {scheme: market_cap, caps: [{per: security, limit: LIMIT}]}\n"


def weights(text: str, **more: object) -> dict[str, float]:
    made = Weighed(text, **more)  # type: ignore[arg-type]
    listed = made.listed()
    return made.of_names(listed, listed.weights)


def test_schemes_by_what_they_read() -> None:
    assert weights("weighting: {scheme: market_cap}\n") == {"A": 0.6, "B": 0.3, "C": 0.1}
    assert weights("weighting: {scheme: equal}\n") == pytest.approx(dict.fromkeys("ABC", 1 / 3))
    factors = [
        {"symbol": name, "effective_date": "2020-01-02", "float_factor": factor}
        for name, factor in (("A", 0.25), ("B", 0.5), ("C", 1.0))
    ]
    # 150, 150 and 100.
    by_float = weights("weighting: {scheme: float_market_cap}\n", float_factors=factors)
    assert by_float == {"A": 0.375, "B": 0.375, "C": 0.25}
    # Market caps do without float factors that are there.
    assert weights("weighting: {scheme: market_cap}\n", float_factors=factors)["A"] == 0.6


def test_a_measure_or_a_column_as_the_weight() -> None:
    by_size = "weighting: {scheme: measure, by: size}\n"
    assert weights(by_size) == {"A": 0.6, "B": 0.3, "C": 0.1}
    lines = [
        {"symbol": name, "votes": votes} for name, votes in (("A", 1.0), ("B", 3.0), ("C", 4.0))
    ]
    by_votes = by_size.replace("size", "votes")
    assert weights(by_votes, securities=lines) == {"A": 0.125, "B": 0.375, "C": 0.5}


def test_a_line_whose_value_cannot_weigh_is_told_and_left_out() -> None:
    lines = [
        {"symbol": "A", "votes": 0.0},
        {"symbol": "B", "votes": 3.0},
        {"symbol": "C", "votes": None},
    ]
    made = Weighed("weighting: {scheme: measure, by: votes}\n", securities=lines)
    listed = made.listed()
    assert made.of_names(listed, listed.weights) == {"B": 1.0}
    (item,) = made.findings.items
    assert item.code == "DAT011"
    assert "the measure `votes` of 2 members is not known or not above zero" in item.message
    assert item.message.endswith(": A, C")
    words = Weighed(
        "weighting: {scheme: measure, by: sector}\n", securities=[{"symbol": "A", "sector": "x"}]
    )
    assert words.listed().codes.size == 0  # a text is no number


def test_only_lines_that_can_be_bought_weigh() -> None:
    made = Weighed("weighting: {scheme: market_cap}\n")
    listed = made.listed("AC")
    assert made.of_names(listed, listed.weights) == pytest.approx({"A": 6 / 7, "C": 1 / 7})
    # A price that is not known cannot weigh either.
    unpriced = made.listed(price=[6.0, float("nan"), 1.0])
    assert list(made.of_names(unpriced, unpriced.weights)) == ["A", "C"]


def test_a_float_factor_of_zero_weighs_nothing_and_stays() -> None:
    factors = [
        {"symbol": name, "effective_date": "2020-01-02", "float_factor": factor}
        for name, factor in (("A", 0.0), ("B", 0.5), ("C", 0.5))
    ]
    made = Weighed("weighting: {scheme: float_market_cap}\n", float_factors=factors)
    listed = made.listed()
    assert made.of_names(listed, listed.weights) == {"A": 0.0, "B": 0.75, "C": 0.25}
    assert made.codes == []


def test_caps_of_the_rule_with_their_factors() -> None:
    made = Weighed(CAP.replace("LIMIT", "50%"))
    capped = made.listed().under_own_caps(made.findings)
    # A is 60 %: 600 c / (600 c + 400) = 1/2 for c = 2/3.
    np.testing.assert_allclose(capped.factors, [2 / 3, 1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(capped.weights, [0.5, 0.375, 0.125], rtol=1e-12)
    assert capped.uncapped.tolist() == [0.6, 0.3, 0.1]
    assert capped.capped.tolist() == [True, False, False]
    assert capped.made is not None
    assert str(capped.effective_date) == "2020-03-13"
    assert made.terms.acts


def test_rounded_factors_make_the_weights() -> None:
    made = Weighed(CAP.replace("LIMIT", "50%") + "rounding: {capping_factor: 2}\n")
    capped = made.listed().under_own_caps(made.findings)
    assert capped.factors.tolist() == [0.67, 1.0, 1.0]
    # 402 of 802.
    np.testing.assert_allclose(capped.weights[0], 402 / 802, rtol=1e-12)


def test_caps_that_cannot_be_met_leave_the_weights_and_are_told_with_the_date() -> None:
    made = Weighed(CAP.replace("LIMIT", "30%"))
    capped = made.listed().under_own_caps(made.findings)
    assert capped.made is None
    assert capped.weights.tolist() == [0.6, 0.3, 0.1]
    assert capped.factors.tolist() == [1.0, 1.0, 1.0]
    (item,) = made.findings.items
    assert (item.code, str(item.on)) == ("CAP001", "2020-03-13")
    assert item.message.startswith("the review of 2020-03-13: ")
    assert item.span is not None


def test_caps_the_rule_does_not_know_are_an_error() -> None:
    dated = CAP.replace("[{", "{2021-01-04: [{").replace("}]", "}]}").replace("LIMIT", "50%")
    made = Weighed(dated)
    capped = made.listed().under_own_caps(made.findings)
    assert (made.codes, capped.made) == (["CAP009"], None)
    assert made.findings.items[0].where == "weighting.caps"


def test_without_caps_nothing_acts_and_nobody_is_held() -> None:
    made = Weighed("weighting: {scheme: market_cap}\n")
    capped = made.listed().under_own_caps(made.findings)
    assert (capped.made, capped.capped.any()) == (None, np.False_)
    assert not made.terms.acts
    assert Weighed("weighting: {scheme: equal}\n").terms.acts
    nobody = made.listed("").under_own_caps(made.findings)
    assert nobody.codes.size == 0


def test_lines_of_an_issuer_share_an_equal_weight_where_the_rule_says_so() -> None:
    lines = [
        {"symbol": "A", "issuer": "p"},
        {"symbol": "B", "issuer": "p"},
        {"symbol": "C", "issuer": "q"},
    ]
    made = weights("weighting: {scheme: equal, across: issuer}\n", securities=lines)
    assert made["C"] == pytest.approx(0.5)
    assert made["A"] + made["B"] == pytest.approx(0.5)


def test_groups_are_of_the_members_as_of_the_cut_off() -> None:
    lines = [
        {"symbol": "A", "valid_from": None, "sector": "x"},
        {"symbol": "B", "valid_from": None, "sector": "y"},
        {"symbol": "B", "valid_from": "2020-03-02", "sector": "x"},
        {"symbol": "C", "valid_from": None, "sector": "x"},
    ]
    made = Weighed("weighting: {scheme: market_cap}\n", securities=lines)
    listed = made.listed("BC")
    groups = listed.group("sector")
    assert groups is not None
    assert len(set(groups.tolist())) == 2  # B was in y at the cut-off
    assert listed.group("none_such") is None


def test_a_measure_the_rule_does_not_know_is_told_and_weighs_nothing() -> None:
    text = "weighting: {scheme: measure, by: late}\n"
    select = "measures: {late: {2021-01-04: {last: market_cap}}}\nselection: given\n"
    rows = [{"index": "test", "effective_date": "2020-03-13", "symbol": name} for name in "AB"]
    made = Weighed(text, select=select, memberships=rows)
    assert made.listed().codes.size == 0
    assert "REV001" in made.codes
