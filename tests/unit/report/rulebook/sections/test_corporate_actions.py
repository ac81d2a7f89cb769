"""The treatment of corporate actions: the choices of the rule, and the table by scheme."""

from __future__ import annotations

from indexcalc.report.rulebook.sections.corporate_actions import actions
from tests.rulebook_sections import rule_of, said, section_of


def table(**keys: str) -> dict[str, tuple[str, str]]:
    """Base price and index shares by event, in English."""
    [made] = section_of(actions, rule_of(**keys)).tables
    return {event.en: (price.en, shares.en) for event, price, shares in made.rows}


def test_choices_have_a_sentence_each_and_defaults_too() -> None:
    sentences = said(actions, maintenance="{rights: listing, base_price: terms, special: taxed}")
    assert "New shares count from their listing." in sentences
    assert "The base price follows from the terms of the action where it has any." in sentences
    assert "In the net version special dividends lower it net of tax." in sentences
    assert "A spun-off line is held at zero until it has traded." in sentences


def test_market_value_weights_change_the_divisor_and_set_weights_do_not() -> None:
    special = "Special dividend or return of capital d"
    assert table(weighting="{scheme: market_cap}")[special] == ("C − d", "q")
    assert table(weighting="{scheme: equal}")[special] == ("C − d", "q × C / B")
    issue = "Public offering, third-party allotment, conversion, cancellation of shares"
    assert table(weighting="{scheme: equal}")[issue] == ("C", "q")


def test_a_line_after_a_halt_counts_at_once_or_stands_as_before() -> None:
    event = "Capital reduction: m shares for one"
    assert table()[event] == ("C / m", "q × m")
    price, shares = table(maintenance="{resumption: frozen}")[event]
    assert price == "as before the halt on the first session"
    assert shares.startswith("as before on it; from the next session q × m")


def test_weights_that_nothing_sets_are_not_spoken_of() -> None:
    words = "Where weights are set by a scheme"
    assert not any(text.startswith(words) for text in said(actions))
    assert any(text.startswith(words) for text in said(actions, weighting="{scheme: equal}"))
