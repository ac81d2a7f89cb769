"""The selection of a review: its steps, a given list, or what a rule without one takes."""

from __future__ import annotations

from indexcalc.review.calendar.agenda import Event
from indexcalc.review.ledger.reasons import Reasons
from indexcalc.review.selection.select_members import select_members
from tests.unit.review.conditions.review_lines import mask, names_of, review_lines
from tests.unit.review.data.fields_made import on
from tests.unit.review.small_reviews import rule

DAY = on("2020-03-13")


def selected(
    text: str, pinned: str = "", **sets: str
) -> tuple[str, bool, dict[str, tuple[str, str]]]:
    """(who is in, did steps choose, what was said of whom)."""
    lines = review_lines(**sets)
    made = rule("measures: {size: {last: market_cap}}\nweighting: {scheme: market_cap}\n" + text)
    reasons = Reasons.none(6)
    event = Event(DAY, DAY - 1, DAY - 14, DAY - 1, month=(2020, 3))
    steps = select_members(made, event, lines, mask(pinned), reasons)
    words = lines.words.texts
    said = {
        name: (words[int(reasons.path[code])], words[int(reasons.detail[code])])
        for code, name in enumerate("ABCDEF")
        if reasons.path[code]
    }
    assert lines.review is not None
    return names_of(lines.review.selected), steps is not None, said


def test_without_a_selection_everybody_who_remains_is_in() -> None:
    members, chosen, said = selected("", "F", remaining="AB")
    assert (members, chosen) == ("ABF", False)
    every = "; without a selection every name that passes the conditions is in"
    assert said == {name: ("universe", f"in the market{every}") for name in "ABF"}
    _, _, child = selected("universe: {of: parent}\n", remaining="A")
    assert child == {"A": ("universe.of", f"in parent{every}")}
    _, _, child = selected("universe: {of: [parent, aunt]}\n", remaining="A")
    assert child == {"A": ("universe.of", f"in one of parent, aunt{every}")}


def test_where_lists_are_given_the_one_before_stays() -> None:
    members, chosen, said = selected("selection: given\n", existing="CD", remaining="AB")
    assert (members, chosen) == ("CD", False)
    assert said == {
        name: ("selection", "no list is given for this review: the one before stays")
        for name in "CD"
    }


def test_steps_choose_and_of_the_others_it_is_said_that_none_did() -> None:
    members, chosen, said = selected(
        "selection: {steps: [{select: {symbol: {in: [A, B]}}}]}\n", "E", remaining="ABCE"
    )
    assert (members, chosen) == ("ABE", True)
    # C was judged by the step; D and F did not remain.
    assert said["C"] == ("selection.steps[0].select.symbol.in", "symbol not listed")
    assert "D" not in said
    nothing = "selection: {steps: [{select: {symbol: A}, months: [6]}]}\n"
    members, _, said = selected(nothing, remaining="AB")
    assert members == ""
    assert said == {name: ("selection.steps", "chosen by no step") for name in "AB"}
