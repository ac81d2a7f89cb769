"""A rulebook says every number of its rule once, at its line, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading.yaml import Scalar
from indexcalc.report.rulebook import pages
from indexcalc.report.rulebook.document import rulebook
from indexcalc.report.rulebook.words.text import LANGUAGES, Text

RULES = sorted(shipped_names(shipped_folder()).items())


def loaded(name: str | Path) -> Methodology:
    family = load_family([name])
    return family[family.asked[0]]


def sentences(rule: Methodology) -> list[Text]:
    return [item.text for section in rulebook(rule).sections for item in section.sentences]


NEXT_ORDINAL = {"1st": "2nd", "2nd": "3rd", "3rd": "4th", "4th": "3rd", "5th": "4th"}


def one_more(text: str) -> str:
    """The text with its first number raised by one; an ordinal by the next, a year of days by another."""
    number = re.search(r"\d+(st|nd|rd|th)?", text)
    assert number is not None
    if text == "ACT/365":
        return "ACT/360"
    raised = NEXT_ORDINAL.get(number[0]) or str(int(number[0]) + 1)
    return f"{text[: number.start()]}{raised}{text[number.end() :]}"


@pytest.mark.parametrize(("name", "path"), RULES, ids=[name for name, _ in RULES])
def test_changing_one_number_changes_one_sentence(name: str, path: Path) -> None:
    rule = loaded(path)
    before = sentences(rule)
    varied = refused = 0
    for place in rule.paths:
        node = rule.node_of(place)
        if not isinstance(node, Scalar) or place.startswith(("sources", "cases", "index", "name")):
            continue
        if not re.search(r"\d", node.text) or re.search(r"\d{4}-\d\d-\d\d", node.text):
            continue
        try:
            other = rule.varied({place: one_more(node.text)})
        except RuleError:
            refused += 1
            continue  # the new number does not fit its place: nothing to compare
        after = sentences(other)
        assert len(after) == len(before)
        assert sum(a != b for a, b in zip(before, after, strict=True)) == 1, place
        varied += 1
    assert varied >= max(1, refused)


@pytest.mark.parametrize(("name", "path"), RULES, ids=[name for name, _ in RULES])
def test_every_shipped_rule_has_a_rulebook_in_both_languages(name: str, path: Path) -> None:
    book = rulebook(loaded(path))
    assert len(book.sections) >= 2
    for language in LANGUAGES:
        text = pages.markdown(book, language)
        assert name in text
        assert "None" not in text.replace("None:", "")
        assert "Special." not in text
        assert "{" not in text


def test_a_sentence_names_the_line_that_says_it() -> None:
    rule = loaded("kospi200-cap30")
    lines = Path(rule.path).read_text(encoding="utf-8").splitlines()
    book = rulebook(rule)
    [cap] = [
        item
        for section in book.sections
        for item in section.sentences
        if "limited to 30 %" in item.text.en
    ]
    assert "limit: 30%" in lines[int(cap.place) - 1]
    [size] = [
        item
        for section in book.sections
        for item in section.sentences
        if item.path == "measures.size"
    ]
    base, line = size.place.split(":")
    parent = shipped_folder() / "krx" / f"{base}.yaml"
    assert (
        parent.read_text(encoding="utf-8").splitlines()[int(line) - 1].strip().startswith("size:")
    )


def test_a_name_cannot_become_markup() -> None:
    text = (
        "index: mine\nname: {en: '</script><img src=x onerror=alert(1)>'}\ncurrency: KRW\n"
        "calendar: XKRX\nbase: {date: 2020-01-02, level: 1000}\nreview: {every: session}\n"
        "universe: {where: {security_type: stock}}\n"
    )
    page = pages.html(rulebook(Methodology.from_text(text)))
    assert "<img" not in page
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_page_asks_for_nothing() -> None:
    page = pages.html(rulebook(loaded("kospi200")), "ko")
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    assert "url(" not in page
    assert '<html lang="ko">' in page
