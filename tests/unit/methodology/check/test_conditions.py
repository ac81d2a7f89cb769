"""Checks of conditions: those no security can meet, and buffers the wrong way round."""

from __future__ import annotations

import pytest

from tests.unit.methodology.check.rules_and_findings import (
    SIZE,
    codes,
    found,
    steps,
)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("{size: {min: 5, max: 5}}", []),
        ("{size: {min: 5, below: 5}}", ["RUL101"]),
        ("{size: {above: 5, max: 5}}", ["RUL101"]),
        ("{size: {min: 50, max: 85}}", []),
        (
            "{size: {min: {2000-01-04: 5, 2010-06-11: 50}, max: {2000-01-04: 9, 2010-06-11: 90}}}",
            [],
        ),
        ("{size: {min: {2000-01-04: 5, 2010-06-11: 50}, max: 9}}", ["RUL101"]),
        ("{size: {min: {existing: 50, new: 60}, max: 55}}", ["RUL101"]),
        ("{size: {rank: {from: 10, to: 5}}}", ["RUL101"]),
        ("{size: {rank: {from: 10, to: 10}}}", []),
        ("{size: {rank: {beyond: 10, max: 10}}}", ["RUL101"]),
        ("{size: {rank: {from: 10, to: 90%}}}", []),  # only data can tell
        ("{size: {coverage: {from: 70%, to: 70%}}}", ["RUL101"]),
        ("{size: {coverage: {above: 80%, max: 80%}}}", ["RUL101"]),
        ("{size: {share: {above: 100%}}}", ["RUL101"]),
        ("{listed_for: {min: 12 months, max: 6 months}}", ["RUL101"]),
        ("{listed_for: {min: 12 sessions, max: 6 months}}", []),
        ("{sector: {in: []}}", ["RUL101"]),
        ("{sector: {in: [a, b], not_in: [a, b, c]}}", ["RUL101"]),
        ("{sector: {in: [a, b], not_in: [a]}}", []),
        ("{designation: {in: [halted], none_of: [halted]}}", []),  # a line has several
        ("{sector: {not_in: []}}", ["RUL102"]),
        ("{group: {existing_count: {below: 0}}}", ["RUL101"]),
    ],
)
def test_tests_no_name_can_meet(test: str, expected: list[str]) -> None:
    assert codes(f"{SIZE}eligibility: {test}\n") == expected


def test_never_true_for_one_status_is_a_warning() -> None:
    (item,) = (
        i for i in found(SIZE + "eligibility: {size: {min: {existing: 1, new: 60}, max: 55}}\n")
    )
    assert (item.code, item.severity) == ("RUL101", "warning")
    assert "for new names" in item.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (steps("{select: {size: {rank: {existing: 110, new: 90}}}}"), []),
        (steps("{select: {size: {coverage: {existing: 90%, new: 85%}}}}"), []),
        (steps("{select: {size: {coverage: {existing: 80%, new: 85%}}}}"), ["RUL103"]),
        (
            steps(
                "{select: {status: existing, size: {rank: 90% of existing}}}",
                "{select: {status: new, size: {rank: 110% of existing}}}",
            ),
            ["RUL103"],
        ),
        (
            steps(
                "{select: {status: existing, size: {rank: 110% of existing}}}",
                "{select: {status: new, size: {rank: 90% of existing}}}",
            ),
            [],
        ),
        (
            steps(
                "{select: {status: existing, size: {rank: 90}}}",
                "{select: {status: new, size: {rank: 110% of existing}}}",
            ),
            [],
        ),
        (
            steps(
                "{fill: {to: 50, by: size}}",
                "{replace: {out: {size: {rank: {beyond: 47}}}, in: {size: {rank: 53}}, by: size}}",
            ),
            ["RUL103"],
        ),
        (
            steps(
                "{fill: {to: 50, by: size}}",
                "{replace: {out: {size: {rank: {beyond: 53}}}, in: {size: {rank: 47}}, by: size}}",
            ),
            [],
        ),
    ],
)
def test_buffers(text: str, expected: list[str]) -> None:
    assert codes(text) == expected
