"""Names changed for names: `replace`, and `limit_changes`, which undoes some."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.review.selection.replace import limit_changes, replace
from tests.unit.review.conditions.review_lines import NAN, mask, names_of, review_lines
from tests.unit.review.selection.runs import run_of

# Sizes: A 50, B 30, C 20, D 15, E 5, F 2.
OUT_IN = "out: {symbol: {in: [OUT]}}, in: {symbol: {in: [IN]}}"


def replaced(
    terms: str, selected: str, pinned: str = "", within: str | None = None, **more: object
) -> str:
    lines = review_lines(**more)  # type: ignore[arg-type]
    assert lines.review is not None
    lines.review.selected = mask(selected)
    run = run_of(f"{{steps: [{{replace: {{by: size, {terms}}}}}]}}", lines, pinned)
    run.inclusion[mask(selected)] = 0.5
    (step,) = run.selection.steps.value  # type: ignore[misc]
    replace(run, step, within)
    members = names_of(run.state.selected)
    # Who stays keeps its inclusion, who comes is in whole.
    for code, name in enumerate("ABCDEF"):
        expected = 0.0 if name not in members else 0.5 if name in selected else 1.0
        assert run.inclusion[code] == expected, name
    return members


def terms(out: str, in_: str, more: str = "") -> str:
    return OUT_IN.replace("OUT", ", ".join(out)).replace("IN", ", ".join(in_)) + more


@pytest.mark.parametrize(
    ("said", "selected", "pinned", "expected"),
    [
        # The worst of those that may go for the best of those that may come.
        (terms("DEF", "AB"), "DEF", "", "ABD"),
        (terms("DE", "ABC"), "DEF", "", "ABF"),
        (terms("DEF", "A"), "DEF", "", "ADE"),
        (terms("DEF", "A"), "DEF", "F", "ADF"),
        (terms("C", "AB"), "DEF", "", "DEF"),  # nobody who is in may go
        (terms("DEF", "ABC", ", at_most: 1"), "DEF", "", "ADE"),
        (terms("DEF", "ABC", ", at_most: 50% of selected"), "DEF", "", "ADE"),  # 1.5
        (terms("DEF", "ABC", ", at_most: 50% of selected, rounding: ceil"), "DEF", "", "ABD"),
    ],
)
def test_the_worst_go_for_the_best(said: str, selected: str, pinned: str, expected: str) -> None:
    assert replaced(said, selected, pinned) == expected


def test_within_a_group_names_are_changed_among_themselves() -> None:
    # x: C for A; y: E for D; F has no sector.
    assert replaced(terms("CEF", "ABD"), "CEF", within="sector") == "ADF"


def test_a_name_without_a_value_does_not_come_and_is_noted() -> None:
    sizes = (NAN, 30.0, 20.0, 15.0, 5.0, 2.0)
    assert replaced(terms("EF", "AB"), "EF", sizes=sizes) == "BE"
    lines = review_lines(sizes)
    assert lines.review is not None
    lines.review.selected = mask("EF")
    run = run_of(f"{{steps: [{{replace: {{by: size, {terms('EF', 'AB')}}}}}]}}", lines)
    replace(run, run.selection.steps.value[0], None)  # type: ignore[index]
    assert [(one.field, names_of(one.rows)) for one in lines.unknowns] == [("size", "A")]


def test_an_issuer_comes_and_goes_as_one() -> None:
    issuers = (0, 1, 0, 3, 4, 4)
    found = replaced(terms("EF", "AC"), "EF", issuers=issuers, by_issuer=True)
    assert found == "AC"


def limited(
    to: str,
    existing: str,
    selected: str,
    pinned: str = "",
    within: str | None = None,
    **more: object,
) -> str:
    lines = review_lines(existing=existing, **more)  # type: ignore[arg-type]
    assert lines.review is not None
    lines.review.selected = mask(selected)
    run = run_of(
        f"{{start: existing, steps: [{{limit_changes: {{by: size, to: {to}}}}}]}}", lines, pinned
    )
    (step,) = run.selection.steps.value  # type: ignore[misc]
    limit_changes(run, step, within)
    return names_of(run.state.selected)


@pytest.mark.parametrize(
    ("to", "existing", "selected", "expected"),
    [
        ("1", "DEF", "ABC", "ADE"),  # the best enters, the worst leaves
        ("2", "DEF", "ABC", "ABD"),
        ("3", "DEF", "ABC", "ABC"),
        ("0", "DEF", "ABC", "DEF"),
        ("50% of existing", "DEF", "ABC", "ADE"),  # 1.5
        # More leave than enter: as many leave as enter, and the others stay.
        ("1", "DEF", "AB", "ADE"),
        ("2", "DEF", "A", "ADE"),
        # More enter than leave, and none too many of either.
        ("2", "F", "AB", "AB"),
        ("1", "", "AB", "AB"),  # the first list is no change
    ],
)
def test_no_more_come_and_go_than_said(
    to: str, existing: str, selected: str, expected: str
) -> None:
    assert limited(to, existing, selected) == expected


def test_who_cannot_stay_leaves_before_all_others() -> None:
    # D does not remain: it is the one that leaves, though F is smaller.
    assert limited("1", "DEF", "ABC", remaining="ABCEF") == "AEF"


def test_changes_of_pinned_names_are_not_counted_and_groups_have_limits_of_their_own() -> None:
    assert limited("1", "DEF", "ABC", pinned="C") == "ACDE"
    # x: B, C for A... of one only; y: D for E.
    assert limited("1", "BCE", "AD", within="sector") == "ABD"


def test_the_reasons_say_which_change_it_was_of_how_many() -> None:
    lines = review_lines(existing="DEF")
    assert lines.review is not None
    lines.review.selected = mask("ABC")
    run = run_of("{start: existing, steps: [{limit_changes: {by: size, to: 1}}]}", lines)
    limit_changes(run, run.selection.steps.value[0], None)  # type: ignore[index]
    words = lines.words.texts
    told = {
        name: (words[int(detail)], observed, threshold)
        for name, detail, observed, threshold, path in zip(
            "ABCDEF",
            run.reasons.detail,
            run.reasons.observed,
            run.reasons.threshold,
            run.reasons.path,
            strict=True,
        )
        if path
    }
    assert told == {
        "B": ("entrant by size, changes allowed", 2.0, 1.0),
        "C": ("entrant by size, changes allowed", 3.0, 1.0),
        "D": ("leaver from the worst by size, changes allowed", 3.0, 1.0),
        "E": ("leaver from the worst by size, changes allowed", 2.0, 1.0),
    }
    np.testing.assert_array_equal(run.inclusion, [0, 0, 0, 1, 1, 0])
