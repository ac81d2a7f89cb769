"""Checks of how many names the steps of a selection leave."""

from __future__ import annotations

import pytest

from tests.unit.methodology.check.rules_and_findings import (
    codes,
    steps,
)

HELD = "start: existing, "
OF_COUNT = "{trim: {to: 90% of count, by: size}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (steps("{select: all}", "{trim: {to: 200, by: size}}"), []),
        (steps("{fill: {to: 200, by: size}}", "{trim: {to: 200, by: size}}"), ["RUL108"]),
        (steps("{fill: {to: 250, by: size}}", "{trim: {to: 200, by: size}}", more="count: 200, "), []),
        (steps("{select: all}", "{trim: {to: 200, by: size}}", "{fill: {to: 150, by: size}}"), ["RUL104"]),
        (steps("{trim: {to: 200, by: size}}", "{select: all}"), ["RUL108"]),
        (steps("{trim: {to: 200, by: size}}", "{select: all}", more=HELD), []),
        (steps("{select: all}", "{fill: {to: 200, by: size}}"), ["RUL108"]),
        (steps("{select: all}", "{drop: {size: {rank: 5}}}", "{fill: {to: 200, by: size}}"), ["RUL108"]),
        (steps("{limit_changes: {to: 5, by: size}}", "{select: all}", more=HELD), ["RUL108"]),
        (steps("{drop: {size: {max: 5}}}"), ["RUL109"]),
        (steps("{select: {size: {rank: {existing: 110, new: 90}}}}", more="count: 100, "), []),
        (steps("{select: {size: {rank: 50}}}", "{fill: {to: 100, by: size}}", more="count: 100, "), []),
        (steps("{select: {size: {rank: 50, unless: existing}}}", more="count: 100, "), []),
        (steps("{select: {size: {rank: 50}}}", more="count: 100, within: sector, "), []),
        (steps("{select: {symbol: {in: [A, B]}}}", more="count: 3, "), ["RUL105"]),
        (steps("{select: {any: [{symbol: {in: [A, B]}}, {size: {rank: 1}}]}}", more="count: 3, "), []),
        (steps("{select: all}", OF_COUNT, more="count: 9, "), []),
        (steps("{select: all}", OF_COUNT), ["RUL107"]),
        (steps("{select: all}", OF_COUNT, more="count: {2020-06-12: 9}, "), []),
        (steps("{select: all}", OF_COUNT, more="count: {2020-06-12: 9, 2021-06-11: none}, "), ["RUL107"]),
    ],
)  # fmt: skip
def test_counts(text: str, expected: list[str]) -> None:
    assert codes(text) == expected
