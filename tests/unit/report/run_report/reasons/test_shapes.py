"""Every clause of a page has its words in both languages, made from parts that its pattern has."""

from __future__ import annotations

import re

import pytest

from indexcalc.report.run_report.reasons.shapes import SHAPES


@pytest.mark.parametrize(("pattern", "english", "korean"), SHAPES)
def test_words_take_their_parts_from_the_pattern(pattern: str, english: str, korean: str) -> None:
    parts = set(re.compile(pattern).groupindex)
    for words in (english, korean):
        assert set(re.findall(r"\{(\w+)\}", words)) <= parts
    # What has no Korean word of its own is made of parts alone.
    assert re.search("[가-힣]", korean) or not re.search("[a-z]", re.sub(r"\{\w+\}", "", korean))


def test_no_clause_stands_behind_one_that_takes_it() -> None:
    literal = [pattern for pattern, _, _ in SHAPES if not re.search(r"[(\\\[]", pattern)]
    assert len(literal) > 10
    for text in literal:
        first = next(pattern for pattern, _, _ in SHAPES if re.fullmatch(pattern, text))
        assert first == text
