"""Return series as a caller names them."""

from __future__ import annotations

import pytest

from indexcalc.calculation.returns.return_kinds import returns_said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tr", ("tr",)),
        ("pr,tr", ("pr", "tr")),
        (" pr, tr  ntr ", ("pr", "tr", "ntr")),
        (["pr", "tr"], ("pr", "tr")),
        ("", ()),
    ],
)
def test_series(said: str | list[str], expected: tuple[str, ...]) -> None:
    assert returns_said(said) == expected
