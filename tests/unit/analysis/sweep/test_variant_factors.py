"""Multiples of what a run holds, list by list and event by event, by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from indexcalc.analysis.sweep.points import points_of
from indexcalc.analysis.sweep.review_caps import PointCaps
from indexcalc.analysis.sweep.variant_factors import VariantFactors
from indexcalc.calculation.levels.received_shares import ShareTransfer
from indexcalc.calculation.members.scheduled import Listing
from indexcalc.review.weights.review_weights import WeightedList
from tests.unit.analysis.sweep.three_lines import RULE, listed
from tests.unit.calculation import small

N = 4
CODES = np.arange(N, dtype=np.int32)
NOTHING = np.zeros(N)


def listing(session: int, codes: list[int], sets_weights: bool = True) -> Listing:
    return Listing(
        session=session,
        kind="regular",
        codes=np.array(codes, dtype=np.int32),
        float_factor=None,
        inclusion=None,
        sets_weights=sets_weights,
    )


def made(
    listings: list[Listing],
    weighed: dict[int, WeightedList],
    *,
    family: str = "cap",
    joins_at: str = "average_weight",
    pers: tuple[str, ...] = ("security",),
) -> VariantFactors:
    """Two variants, 50 % and uncapped."""
    membership = SimpleNamespace(listings=listings, weighed=weighed, weights={}, family=family)
    caps = PointCaps(small.rule(RULE), points_of(["50%"], pers[0]))
    scheme: Any = SimpleNamespace(joins_at=joins_at)
    return VariantFactors(membership, scheme, caps, pers, N)  # type: ignore[arg-type]


def of(factors: VariantFactors) -> list[list[float]]:
    return factors.multiple.of(CODES).tolist()


def first_list() -> VariantFactors:
    """60, 30, 10 on session 1: at 50 % line 0 counts 2/3."""
    return made(
        [listing(1, [0, 1, 2]), listing(5, [0, 1, 3], sets_weights=False)],
        {1: listed([60.0, 30.0, 10.0])},
    )


def test_a_list_that_weighs_sets_the_factors_of_each_variant() -> None:
    factors = first_list()
    opening = np.array([60.0, 30.0, 10.0, 0.0])
    found = factors.bring_to(1, CODES, opening, NOTHING)
    assert found is not None
    assert found.codes.tolist() == [0, 1, 2]
    np.testing.assert_allclose(found.factors[0], [2 / 3, 1.0], rtol=1e-12)
    np.testing.assert_allclose(of(factors)[0], [2 / 3, 1.0], rtol=1e-12)
    assert of(factors)[1:] == [[1.0, 1.0]] * 3
    assert factors.multiple.count_capped(CODES).tolist() == [1, 0]
    # The same session asked again, and those up to the next list, change nothing.
    assert factors.bring_to(4, CODES, opening, opening) is None
    np.testing.assert_allclose(of(factors)[0], [2 / 3, 1.0], rtol=1e-12)


def test_a_line_that_enters_between_has_one_and_the_others_keep_theirs() -> None:
    factors = first_list()
    before = np.array([60.0, 30.0, 10.0, 0.0])
    factors.bring_to(1, CODES, before, NOTHING)
    assert factors.bring_to(5, CODES, np.array([60.0, 30.0, 0.0, 9.0]), before) is None
    np.testing.assert_allclose(of(factors)[0], [2 / 3, 1.0], rtol=1e-12)
    assert of(factors)[3] == [1.0, 1.0]


def test_a_run_that_begins_late_takes_the_lists_before_it() -> None:
    """Session 6 is the first asked for: the factors of session 1 hold, line 3 came in between."""
    factors = first_list()
    found = factors.bring_to(6, CODES, np.array([60.0, 30.0, 0.0, 9.0]), NOTHING)
    assert found is not None
    np.testing.assert_allclose(of(factors)[0], [2 / 3, 1.0], rtol=1e-12)


def test_factors_the_run_has_itself_are_taken_out_of_the_multiples() -> None:
    factors = first_list()
    own = SimpleNamespace(factors=np.array([0.5, 1.0, 1.0]))
    factors.membership.weights[1] = own  # type: ignore[index, assignment]
    factors.bring_to(1, CODES, np.array([60.0, 30.0, 10.0, 0.0]), NOTHING)
    np.testing.assert_allclose(of(factors)[0], [4 / 3, 2.0], rtol=1e-12)


@pytest.mark.parametrize(
    ("joins_at", "multiple"),
    # Before 60, 30, 10 at 2/3, 1, 1: 80 of 100.  Line 2 leaves: what it held is 10 of 10.
    [("average_weight", 0.8), ("leaver_weight", 1.0)],
)
def test_a_line_that_joins_weights_that_are_set_is_given_its_part_of_each_variant(
    joins_at: str, multiple: float
) -> None:
    factors = made(
        [listing(1, [0, 1, 2]), listing(5, [0, 1, 3], sets_weights=False)],
        {1: listed([60.0, 30.0, 10.0])},
        family="neutral",
        joins_at=joins_at,
    )
    before = np.array([60.0, 30.0, 10.0, 0.0])
    factors.bring_to(1, CODES, before, NOTHING)
    factors.bring_to(5, CODES, np.array([60.0, 30.0, 0.0, 10.0]), before)
    np.testing.assert_allclose(of(factors)[3], [multiple, 1.0], rtol=1e-12)


def test_units_of_a_word_are_told_and_lines_without_one_are_their_own() -> None:
    weighed = listed([60.0, 30.0, 10.0], groups={"sector": [5, 6, 5, -1]})
    factors = made([listing(1, [0, 1, 2])], {1: weighed}, pers=("sector",))
    factors.bring_to(1, CODES, np.array([60.0, 30.0, 10.0, 0.0]), NOTHING)
    assert factors.units[0] is not None
    assert factors.units[0].tolist() == [5, 6, 5, -4]


def transfer(kind: str, code: int, giver: int, shares: float) -> ShareTransfer:
    return ShareTransfer(kind=kind, session=5, code=code, giver=giver, shares=shares)  # type: ignore[arg-type]


def test_a_spun_off_line_has_the_multiple_of_its_parent_until_it_is_sold() -> None:
    """Line 0 at 2/3 hands out line 3, of which nothing was held: 2/3 too; sold, it is 1 again."""
    factors = first_list()
    factors.bring_to(1, CODES, np.array([60.0, 30.0, 10.0, 0.0]), NOTHING)
    factors.hand_over(transfer("opened", 3, 0, 5.0), 5.0, was_set=False)
    np.testing.assert_allclose(of(factors)[3], [2 / 3, 1.0], rtol=1e-12)
    factors.hand_over(transfer("sold", 3, 0, 5.0), 0.0, was_set=False)
    assert of(factors)[3] == [1.0, 1.0]
    assert factors.beside == {}


def test_what_is_handed_over_is_blended_with_what_was_held() -> None:
    """5 of 20 shares of line 1 come at 2/3 beside 15 at 1: 11/12."""
    factors = first_list()
    factors.bring_to(1, CODES, np.array([60.0, 30.0, 10.0, 0.0]), NOTHING)
    factors.hand_over(transfer("opened", 1, 0, 5.0), 20.0, was_set=False)
    np.testing.assert_allclose(of(factors)[1], [11 / 12, 1.0], rtol=1e-12)
    # A list that sets the line's factor ends that; the spin-off is over and changes it no more.
    factors.hand_over(transfer("kept", 1, 0, 5.0), 20.0, was_set=True)
    np.testing.assert_allclose(of(factors)[1], [11 / 12, 1.0], rtol=1e-12)
    assert factors.beside == {}


def test_shares_of_an_acquirer_are_blended_only_where_weights_are_set() -> None:
    """Line 1 receives 10 of its 40 shares for line 0, which counts 2/3: 11/12."""
    for family, expected in (("cap", 1.0), ("neutral", 11 / 12)):
        factors = first_list()
        factors.bring_to(1, CODES, np.array([60.0, 30.0, 10.0, 0.0]), NOTHING)
        factors.membership.family = family
        factors.hand_over(transfer("received", 1, 0, 10.0), 40.0, was_set=False)
        np.testing.assert_allclose(of(factors)[1], [expected, 1.0], rtol=1e-12)
