"""A form that says nothing more only acts: it joins nobody and promises nothing."""

from __future__ import annotations

from indexcalc.weighting.caps.forms.form import FormFunctions, never
from tests.unit.weighting.caps.cap_states import ON, cap_of


def test_what_a_form_does_unless_it_says_more() -> None:
    form = FormFunctions(apply=lambda state, cap: None)
    cap = cap_of(factor="50%")
    assert never(cap, ON) is False
    assert (form.joins(cap, ON), form.holds_at_end(cap, ON)) == (False, False)
    assert (form.bounds, form.excess) == (None, None)
