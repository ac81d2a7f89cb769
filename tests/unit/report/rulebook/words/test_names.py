"""Names in words: no two tables say another of the same name, and a name without words is readable."""

from __future__ import annotations

import re

import pytest

from indexcalc.report.rulebook.document import rulebook
from indexcalc.report.rulebook.pages import markdown
from indexcalc.report.rulebook.words.names import (
    FIELDS,
    LABELS,
    SECTORS,
    USUAL,
    called,
    label,
    name_of,
)
from indexcalc.report.rulebook.words.text import Text, own_name
from tests.unit.report.rulebook.test_document import RULES, loaded


def test_a_name_is_readable() -> None:
    assert called("recent_size") == Text("recent size", "최근 규모")
    assert called("my_own") == Text("my own", "my own")
    assert label("real_estate") == Text("real estate", "부동산")
    assert label("spac").ko == "기업인수목적회사(SPAC)"
    assert label("two_words") == Text("two words", "two words")
    assert name_of("market_cap").ko == "시가총액"
    assert name_of("score") == own_name("score")


def test_no_name_is_in_two_tables_of_what_rules_name() -> None:
    assert not FIELDS.keys() & USUAL.keys()
    assert not LABELS.keys() & SECTORS.keys()


KRX = [(name, path) for name, path in RULES if path.parent.name in ("krx", "sectors", "tmi")]


@pytest.mark.parametrize(("name", "path"), KRX, ids=[name for name, _ in KRX])
def test_korean_rulebooks_of_the_exchange_name_nothing_in_english(name: str, path: object) -> None:
    text = markdown(rulebook(loaded(path)), "ko")
    assert re.findall(r"“[a-z0-9 _]+”", text) == []
