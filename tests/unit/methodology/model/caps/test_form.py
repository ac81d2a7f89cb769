"""What all forms of a cap share: words of messages, and what a form without checks finds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.model.caps.form import CapForm, below_the_whole, units_of
from tests.unit.methodology.model.caps.caps_read import ON, cap


def test_a_total_below_one_is_never_rounded_up_to_it() -> None:
    # 3 x 33.33333 % = 99.99999 %: shown with four decimals, downwards.
    total = 3 * Fraction("0.3333333")
    assert below_the_whole(total, "3 limits", "raise one") == (
        "3 limits = 99.9999 % < 100 %; raise one"
    )


@pytest.mark.parametrize(
    ("per", "units"),
    [("security", "constituents"), ("issuer", "issuers"), ("sector", "sectors at most")],
)
def test_what_a_cap_counts(per: str, units: str) -> None:
    assert units_of(per) == units


def test_a_form_without_checks_finds_nothing() -> None:
    form = CapForm(help={"x": "y"}, words="held")
    item = cap("factor: 90%")
    assert form.infeasible(item, 1, ON) is None
    assert form.too_few(item, 1, [], ON) is None
    assert list(form.contradictions(item, ON)) == []
    assert form.needs == ()
