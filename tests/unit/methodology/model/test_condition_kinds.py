"""Reading of conditions: what is said where a word stands in the place of one."""

from __future__ import annotations

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.model.methodology import Methodology

HEAD = (
    "index: t\ncurrency: KRW\ncalendar: XKRX\nbase: {date: 2020-01-02, level: 100}\n"
    "universe: {where: {market: KOSPI}}\nweighting: {scheme: market_cap}\n"
    "review: {months: [3], effective: session after 2nd thursday, "
    "cutoff: last session 1 month before}\n"
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("selection: {steps: [{select: rest}]}\n", "`all` or a condition"),
        ("selection: {steps: [{require: rest}]}\n", "a condition"),
    ],
)
def test_the_words_a_place_takes_are_named(text: str, named: str) -> None:
    with pytest.raises(RuleError) as raised:
        Methodology.from_text(HEAD + text)
    (found,) = [item for item in raised.value.diagnostics if item.code == "RUL003"]
    assert found.message == f"is a single value; {named} {{field: test, ...}} is needed"
