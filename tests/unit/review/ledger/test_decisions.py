"""The ledger carries the measure that decided as a value, beside the texts that speak of it."""

from __future__ import annotations

import pytest

from tests.unit.review.small_reviews import Ran, select

SIZES = {name: 100 - 10 * place for place, name in enumerate("ABCDEF")}
LABELS = [{"symbol": name, "kind": "x" if name in "ACE" else "y"} for name in "ABCDEF"]
MEASURES = "size: {last: market_cap}, recent: {mean: market_cap, over: 5 sessions}"


def measures_that_decided(ran: Ran) -> dict[str, str]:
    """By symbol, the measure of the last event's membership rows ('': none)."""
    (block,) = [block for block in ran.results[-1].decisions if block.step == "membership"]
    names = [ran.reviewer.words.texts[number] for number in block.measure.tolist()]
    return dict(zip(ran.names(block.codes), names, strict=True))


@pytest.mark.parametrize(
    ("steps", "existing", "expected"),
    [
        # A test of a measure; what it was short of where it failed.
        ("{select: {size: {rank: 2}}}", "", {"A": "size", "F": "size"}),
        (
            "{require: {recent: {min: 75}}}, {fill: {to: 2, by: size}}",
            "",
            {"A": "size", "D": "recent"},
        ),
        # A test of a label, a status or a symbol is of no measure.
        ("{select: {kind: x}}", "", {"A": "", "B": ""}),
        ("{select: {status: existing}}", "A", {"A": "", "B": ""}),
        ("{drop: {symbol: A}}, {select: {size: {rank: 1}}}", "", {"A": "", "B": "size"}),
        # What a step orders names by.
        ("{fill: {to: 2, by: recent}}", "", {"A": "recent", "C": "recent"}),
        ("{select: all}, {trim: {to: 2, by: recent}}", "", {"C": "recent"}),
        (
            "{select: {size: {rank: 2}}}, {limit_changes: {to: 1, by: recent}}",
            "EF",
            {"B": "recent"},
        ),
        # The test of a group is of the group's measure.
        ("{select: {group: {size: {rank: 1}}}, within: kind}", "", {"A": "size", "B": "size"}),
        # Of two tests the one that decided: E fails the first, B passes by its label.
        (
            "{select: {any: [{kind: y}, {recent: {min: 75}}]}}",
            "",
            {"A": "recent", "B": "", "E": "recent"},
        ),
    ],
)
def test_the_measure_that_decided(steps: str, existing: str, expected: dict[str, str]) -> None:
    ran = select(SIZES, f"{{steps: [{steps}]}}", existing, LABELS, measures=MEASURES)
    measures = measures_that_decided(ran)
    assert {name: measures[name] for name in expected} == expected


def test_words_of_the_committee_name_no_measure() -> None:
    extra = "committee: [{effective: 2020-03-13, refuse: [A], why: judged by size, ref: minutes}]\n"
    ran = select(SIZES, "{steps: [{select: {size: {rank: 2}}}]}", extra=extra)
    assert ran.ledger()["A"]["detail"] == "committee: judged by size (minutes)"
    assert measures_that_decided(ran)["A"] == ""
