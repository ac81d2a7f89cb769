"""Words of single values: every day a phrase may count from has its words."""

from __future__ import annotations

import pytest

from indexcalc.methodology.values.date_phrases import KNOWN_DAYS, KnownDay
from indexcalc.report.rulebook.words.values import anchor


@pytest.mark.parametrize("name", KNOWN_DAYS)
def test_every_day_of_the_language_has_words(name: str) -> None:
    text = anchor(KnownDay(name))
    assert text.en.startswith("the ")
    assert text.ko
