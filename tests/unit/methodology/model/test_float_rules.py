"""The block `float`: its steps, bands and holders."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.unit.methodology.small_rule import HEAD, found_in, rule


def test_the_steps_in_the_order_written() -> None:
    text = (
        "float:\n  steps:\n"
        "    - {round: up to 5%}\n"
        "    - {bands: {15%: 0%, 50%: as is, 100%: 100%}}\n"
        "    - {keep_if_change_below: 5 points}\n"
        "    - {keep_if_change_at_most: 3 points}\n"
        "    - {phase_in: 50%}\n"
    )
    steps = rule(text).float.steps.value
    assert [step.verb for step in steps] == [  # type: ignore[union-attr]
        "round",
        "bands",
        "keep_if_change_below",
        "keep_if_change_at_most",
        "phase_in",
    ]
    rounding, bands = steps[0].round.value, steps[1].bands.value  # type: ignore[index]
    assert (rounding.direction, rounding.step) == ("up", Fraction(1, 20))
    assert [(band.up_to, band.gives) for band in bands] == [
        (Fraction(15, 100), Fraction(0)),
        (Fraction(1, 2), None),
        (Fraction(1), Fraction(1)),
    ]


def test_whose_shares_are_not_float() -> None:
    text = "float: {source: holdings, exclude: [largest, {institution: {min: 5%}}]}\n"
    exclude = rule(text).float.exclude
    assert exclude is not None
    assert [(holder.kind, holder.min and holder.min.exact) for holder in exclude.value] == [  # type: ignore[union-attr]
        ("largest", None),
        ("institution", Fraction(1, 20)),
    ]


def test_updates_at_the_review_or_on_days_of_their_own() -> None:
    assert rule("float: {updated: at_review}\n").float.updated is None
    own = rule("float: {updated: {months: [6], effective: 2nd friday}}\n").float.updated
    assert own is not None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("steps: [{round: 5%}]", "RUL008"),
        ("steps: [{round: up to 0%}]", "RUL008"),
        ("steps: [{bands: {50%: as is}}]", "RUL011"),
        ("steps: [{bands: {50%: as is, 20%: 1%, 100%: as is}}]", "RUL011"),
        ("steps: [{bands: {0%: as is, 100%: as is}}]", "RUL011"),
        ("steps: [{bands: [10%]}]", "RUL003"),
        ("steps: [{keep_if_change_below: 5%}]", "RUL008"),
        ("steps: [{round: up to 5%, phase_in: 50%}]", "RUL012"),
        ("source: guesses", "RUL004"),
        ("exclude: largest", "RUL003"),
        ("exclude: [largest, treasury, largest]", "RUL018"),
        ("exclude: [largest, {largest: {min: 5%}}]", "RUL018"),
        ("exclude: [{largest: {min: 5%, least: 5%}}]", "RUL001"),
    ],
)
def test_what_cannot_be_said(said: str, code: str) -> None:
    assert found_in(HEAD + f"float: {{{said}}}\n")[0][0] == code
