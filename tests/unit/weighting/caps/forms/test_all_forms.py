"""Both halves of a form of cap are there: what a rule may say, and what is done."""

from __future__ import annotations

import pytest

from indexcalc.methodology.model.caps.cap import ALONE, CAP_FORMS, Cap
from indexcalc.report.rulebook.sections.caps import CAP_SENTENCES
from indexcalc.weighting.caps.forms.all_forms import FORM_FUNCTIONS


def test_both_tables_have_the_same_forms() -> None:
    assert list(CAP_FORMS) == list(FORM_FUNCTIONS)
    assert set(CAP_SENTENCES) == set(ALONE)


@pytest.mark.parametrize("name", CAP_FORMS)
def test_a_form_is_named_by_a_key_of_a_cap(name: str) -> None:
    """Its first explained key makes the form, and all of them are keys of a cap."""
    form = CAP_FORMS[name]
    assert next(iter(form.help)) == name
    assert form.help.keys() | set(form.needs) <= Cap.language_keys.keys()


@pytest.mark.parametrize("name", ALONE)
def test_limits_that_join_say_what_must_be_true_at_the_end(name: str) -> None:
    functions = FORM_FUNCTIONS[name]
    assert (functions.bounds is None) or (functions.excess is not None)
