"""A rulebook says every number of its rule once, at its line, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from indexcalc.calculation.validate import far_enough, upcoming, validate
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


def sentences(rule: Methodology) -> list[tuple[Text, Text]]:
    every = (item for section in rulebook(rule).sections for item in section.sentences)
    return [(item.text, item.history) for item in every]


NEXT_ORDINAL = {"1st": "2nd", "2nd": "3rd", "3rd": "4th", "4th": "3rd", "5th": "4th"}


def raised(text: str) -> list[str]:
    """The text with each of its numbers raised by one in turn; an ordinal by the next, a year of days by
    another."""
    if text == "ACT/365":
        return ["ACT/360"]
    texts = []
    for number in re.finditer(r"\d+(st|nd|rd|th)?", text):
        other = NEXT_ORDINAL.get(number[0]) or str(int(number[0]) + 1)
        texts.append(f"{text[: number.start()]}{other}{text[number.end() :]}")
    return texts


def numbers(rule: Methodology) -> Iterator[tuple[str, str]]:
    """(path, the value with a number raised) for every number of a rule that is no date."""
    for place in rule.paths:
        node = rule.node_of(place)
        if not isinstance(node, Scalar) or place.startswith(("sources", "cases", "index", "name")):
            continue
        if ".means." in place:
            continue  # a remark of the author in one language
        if not re.search(r"\d{4}-\d\d-\d\d", node.text):
            yield from ((place, text) for text in raised(node.text))


EVERY_NUMBER = settings.get_current_profile_name() in ("ci", "thorough")
"""Else a third of them, others for each rule."""


@pytest.mark.parametrize(("name", "path"), RULES, ids=[name for name, _ in RULES])
def test_changing_one_number_changes_one_sentence(name: str, path: Path) -> None:
    rule = loaded(path)
    before = sentences(rule)
    tried = list(numbers(rule))
    if not EVERY_NUMBER:
        tried = tried[len(name) % 3 :: 3]
    varied = refused = 0
    for place, text in tried:
        try:
            other = rule.varied({place: text})
        except RuleError:
            refused += 1
            continue  # the new number does not fit its place: nothing to compare
        after = sentences(other)
        assert len(after) == len(before)
        changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        assert len(changed) == 1, (place, text)
        [((old, old_history), (new, new_history))] = changed
        for language in LANGUAGES:
            assert (old[language], old_history[language]) != (new[language], new_history[language])
        varied += 1
    assert not EVERY_NUMBER or varied >= max(1, refused)


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
        assert not re.search("[\x01-\x03]|\\(는\\)|\\(가\\)|\\(를\\)|\\(으\\)|\\(와\\)", text)


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


def test_reviews_and_rebalances_are_told_apart_in_the_table_of_days() -> None:
    """Only what the rule has gets a column: no announcement here, no cut-off for a rebalance."""
    validated = validate("euro-stoxx-50", until=far_enough(dt.date(2026, 11, 28), 4))
    assert validated.rule is not None
    coming = upcoming(validated, dt.date(2026, 11, 28), 4)
    text = pages.markdown(rulebook(validated.rule, coming, validated.family))
    rows = [line for line in text.splitlines() if line.startswith("| re")]
    assert "| What | Cut-off | Pricing | Effective |" in text
    # Third Fridays: 18 December 2026 and 17 September 2027; the prices are six sessions before.
    assert rows[0] == "| rebalance | – | 11 December 2026 | 21 December 2026 |"
    assert rows[3] == (
        "| review and rebalance | 31 August 2027 | 10 September 2027 | 20 September 2027 |"
    )


def test_conditions_of_several_securities_are_said_of_several() -> None:
    text = text_of("kospi200")
    assert (
        "from securities that are existing constituents (9 June 2017 to 12 December 2024 only)"
        in text
    )
    assert (
        "it is an existing constituent; and either (a) it ranks within the first 110 % of the number of "
        "existing constituents by “size” among all eligible securities, or (b) it is one of the largest by "
        "“size” among all eligible securities that together reach 85 % of the total" in text
    )
    assert (
        "Replace: of securities that rank beyond 60 by “size”, the last by “size” give way, one for one, "
        "to the first of securities that rank within the first 47 by “size”." in text_of("dax")
    )
    assert "Select: every security is chosen." in text_of("krx-tmi")
    assert "it is marked “value-up award of May, for two changes”" in text_of("korea-value-up")


def test_a_variant_calls_its_base_by_name() -> None:
    assert "It is a variant of KOSPI 200;" in text_of("kospi200-cap30")
    assert "코스피 200의 변형지수이며" in text_of("kospi200-cap30", "ko")


def test_who_decides_stands_in_every_rulebook() -> None:
    assert "no decision of a committee is recorded" in text_of("kospi200")
    assert "기록된 위원회 결정은 없다" in text_of("kospi200", "ko")


def text_of(name: str, language: str = "en") -> str:
    family = load_family([name])
    return pages.markdown(rulebook(family[family.asked[0]], family=family), language)


def test_a_sentence_says_what_holds_and_its_history_stands_behind_it() -> None:
    text = text_of("kospi200")
    assert (
        "3.3 “size” is the mean daily market capitalisation over 6 calendar months; the window"
        in text
    )
    assert (
        "<small>6 calendar months: since 12 June 2020; before: 12 calendar months, "
        "1 June 1994 to 11 June 2020</small>" in text
    )
    sentences = [line for line in text.splitlines() if re.match(r"\d+\.\d+ ", line)]
    assert not any("before:" in line for line in sentences)


def test_periods_come_newest_first_and_what_is_not_there_is_not_said() -> None:
    text = text_of("kospi200")
    assert text.index("**Since 9 June 2017**") < text.index("**15 June 2007 to 8 June 2017**")
    # The cap of 2019 was in force for one year: only that year has a sentence, none says "not in force".
    weighting = text.split("## 7. Weighting")[1].split("## 8.")[0]
    assert "**14 June 2019 to 11 June 2020**" in weighting
    assert "Not in force" not in weighting
    assert "Capping factors are kept" not in weighting
    assert "Capping factors are kept" in text_of("kospi200-cap30")


def test_what_a_stranger_asks_of_the_kospi_200() -> None:
    """The part of a split, the day a leaver goes, the groups, the expiry, V and the events of EVENT 3."""
    text = text_of("kospi200")
    for said in (
        "Demerger, surviving company, valued at its part of the undivided company: it stays if",
        "it leaves before the open of the session after it has traded again for 2 sessions",
        "energy, materials, industrials, consumer discretionary, consumer staples, health care, "
        "financials with real estate",
        "last trading day of the KOSPI 200 futures",
        "V is the value of the ordinary dividends that go ex in the session",
        "| Capital reduction: m shares for one | as before the halt on the first session |",
        "| Public offering, third-party allotment, conversion, cancellation of shares |",
        "| Merger, tender offer, bankruptcy: the line that ends |",
        "| Spin-off, the company that stays | as before the halt on the first session |",
        "among the constituents of KOSPI;",
    ):
        assert said in text


@pytest.mark.parametrize(("name", "path"), RULES, ids=[name for name, _ in RULES])
def test_korean_particles_fit_the_sound_before_them(name: str, path: Path) -> None:
    """No word that ends in a consonant is followed by the form for a vowel, nor the other way about."""
    text = pages.markdown(rulebook(loaded(path)), "ko")
    wrong = []
    for sign, particle in re.findall(r"([가-힣])”?(을|를|은|는)(?=[ ,.;])", text):
        closed = (ord(sign) - 0xAC00) % 28 != 0
        if particle in "을를" and closed != (particle == "을"):
            wrong.append(f"{sign}{particle}")
    assert not wrong
