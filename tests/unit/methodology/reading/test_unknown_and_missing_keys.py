"""Keys that are not known, not there, or not allowed together."""

from __future__ import annotations

import pytest

from tests.unit.methodology.small_rule import HEAD, found_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEAD + "weights: {}\n", [("RUL001", 7, 1)]),
        (HEAD + "weighting: {sheme: equal}\n", [("RUL001", 7, 13)]),
        (HEAD.replace("currency: KRW\n", ""), [("RUL002", 1, 1)]),
        (HEAD + "weighting: {caps: [{limit: 30%}]}\n", [("RUL002", 7, 20)]),
        (
            HEAD + "weighting: {caps: [{per: security, limit: 30%, factor: 50%}]}\n",
            [("RUL012", 7, 48)],
        ),
        (HEAD + "weighting: {caps: [{per: security}]}\n", [("RUL002", 7, 20)]),
    ],
)
def test_each_is_told_at_its_place(text: str, found: list[tuple[str, int, int]]) -> None:
    assert found_in(text) == found
