"""A benchmark statement has every field the two regulations ask, filled or left to the administrator."""

from __future__ import annotations

import datetime as dt
import re

from msgspec import structs

from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.benchmark_statement import OPEN, RunFacts, benchmark_statement
from indexcalc.report.rulebook.words.section import Rulebook
from indexcalc.report.rulebook.words.text import LANGUAGES, Text

# Articles 1, 2 and 6 of (EU) 2018/1643 and Article 27 of (EU) 2016/1011, point by point.
ASKED = (
    *(
        "1(1)(a)",
        "1(1)(b)",
        "1(1)(c)",
        "1(1)(d)",
        "1(2)(a)",
        "1(2)(b)",
        "1(2)(c)(i)",
        "1(2)(c)(ii)",
    ),
    *("1(3)(a)", "1(3)(b)", "1(3)(c)", "1(4)", "1(5)", "2(a)", "2(b)", "6"),
    *("27(1)(a)", "27(1)(b)", "27(1)(c)", "27(1)(d)"),
    *("27(2)(a)", "27(2)(b)", "27(2)(c)", "27(2)(d)", "27(2)(e)", "27(2)(f)", "27(2)(g)", "27(2a)"),
)
RUN = RunFacts(
    first=dt.date(2020, 1, 2),
    last=dt.date(2021, 12, 30),
    reviewed=dt.date(2021, 12, 10),
    constituents=1200,
    largest=0.2468,
    assumptions=("a window is short",),
)


def rule_of(name: str) -> Methodology:
    return load_family([name])[name]


def fields(book: Rulebook, language: str = "en") -> dict[str, str]:
    """Content by article."""
    article = "(제[^;]+?)" if language == "ko" else r"Article ([^;]+?)"
    pattern = rf"\({article}(?:; [^)]*)?\): (.*)"
    said = [
        re.search(pattern, sentence.text[language])
        for section in book.sections
        for sentence in section.sentences
    ]
    return {found[1]: found[2] for found in said if found is not None}


def test_every_field_is_there_once_filled_or_marked_in_both_languages() -> None:
    book = benchmark_statement(rule_of("kospi200"))
    for language in LANGUAGES:
        found = fields(book, language)
        assert len(found) == len(ASKED)
        assert all(found.values())
    assert tuple(fields(book)) == ASKED
    assert sum(len(section.sentences) for section in book.sections) == len(ASKED)


def test_the_rule_fills_what_it_says_and_invents_nothing() -> None:
    found = fields(benchmark_statement(rule_of("kospi200")))
    assert found["1(2)(a)"].endswith("The base is 100 on 3 January 1990.")
    assert (
        "the constituents of kospi" in found["1(2)(a)"]
    )  # without its family a parent has no name
    assert "the Korea Exchange (XKRX)" in found["1(2)(b)"]
    assert found["27(1)(b)"].startswith("None: the rule leaves no choice")
    for article in ("1(1)(a)", "1(1)(b)", "1(2)(c)(ii)", "1(3)(c)", "1(5)", "27(2)(b)"):
        assert found[article] == OPEN.en
    assert found["27(2)(g)"].endswith(f"Concentration: {OPEN.en}")


def test_the_notices_that_the_regulation_words_itself_are_given() -> None:
    found = fields(benchmark_statement(rule_of("kospi200")))
    assert "beyond the control of the administrator, may necessitate changes" in found["27(1)(c)"]
    assert "may have an impact upon the financial contracts" in found["27(1)(d)"]
    assert "Liquidity that is deemed insufficient: " + OPEN.en in found["1(3)(b)"]


def test_a_field_that_is_not_asked_of_every_benchmark_says_so() -> None:
    """Article 1(6): 3(c) and 5 not of significant ones; 1(7): those, 2(c), 3(b) and 4 not of
    non-significant ones; Article 2 is about regulated data."""
    section = benchmark_statement(rule_of("kospi200")).sections[0]
    said = {
        found[1]: found[2]
        for sentence in section.sentences
        if (found := re.search(r"\(Article ([^;]+); (.*?)\): ", sentence.text.en))
    }
    assert [name for name, words in said.items() if words.startswith("asked of other than")] == [
        "1(3)(c)",
        "1(5)",
    ]
    assert [name for name, words in said.items() if words.startswith("not asked")] == [
        "1(2)(c)(i)",
        "1(2)(c)(ii)",
        "1(3)(b)",
        "1(4)",
    ]
    assert [name for name, words in said.items() if "regulated-data" in words] == ["2(a)", "2(b)"]


def test_a_korean_reader_cites_the_article_the_korean_way() -> None:
    found = fields(benchmark_statement(rule_of("kospi200")), "ko")
    assert [name for name in found if name.startswith("제27조 제2항")][:2] == [
        "제27조 제2항 (a)",
        "제27조 제2항 (b)",
    ]
    assert {"제1조 제2항 (c) (ii)", "제6조"} <= set(found)


def test_a_run_adds_its_facts() -> None:
    found = fields(benchmark_statement(rule_of("kospi200"), run=RUN))
    assert (
        found["1(2)(c)(ii)"] == "on 10 December 2021 1,200 constituents, the largest with 24.68 %."
    )
    valued = structs.replace(RUN, value=Text("1.31tn won", "1조 3,100억 원"))
    assert fields(benchmark_statement(rule_of("kospi200"), run=valued))["1(2)(c)(ii)"].startswith(
        "the constituents are worth 1.31tn won on 30 December 2021, as the index counts them; on 10"
    )
    assert found["27(2)(e)"].endswith(
        "Computed on the sessions from 2 January 2020 to 30 December 2021; "
        "assumptions: a window is short."
    )


def test_the_administrator_fills_the_rest_and_decisions_are_counted() -> None:
    text = (
        "index: mine\nname: {en: Mine}\ncurrency: KRW\ncalendar: XKRX\n"
        "base: {date: 2020-01-02, level: 1000}\nreview: {every: session}\n"
        "universe: {where: {security_type: stock}}\n"
        "committee:\n  - {effective: 2021-01-04, add: [A00001], why: w, ref: r}\n"
        "  - {effective: 2022-01-03, remove: [A00001], why: w, ref: r}\n"
    )
    book = benchmark_statement(Methodology.from_text(text), values={"1(1)(b)": "XX0000000000"})
    found = fields(book)
    assert found["1(1)(b)"] == "XX0000000000"
    assert found["27(1)(b)"].startswith("2 decisions of the committee")
    assert found["1(2)(a)"].endswith("The base is 1,000 on 2 January 2020.")
