"""A benchmark statement has every field the two regulations ask, filled or left to the administrator."""

from __future__ import annotations

import datetime as dt
import re

from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.report.rulebook.benchmark_statement import OPEN, RunFacts, benchmark_statement
from indexcalc.report.rulebook.words.text import LANGUAGES, Rulebook

# Articles 1 and 2 of (EU) 2018/1643 and Article 27 of (EU) 2016/1011, point by point as they are numbered.
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
    *("1(3)(a)", "1(3)(b)", "1(3)(c)", "1(4)", "1(5)", "2(a)", "2(b)"),
    *("27(1)(b)", "27(1)(c)", "27(1)(d)"),
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
    pattern = r"\(제(\S+)조\): (.*)" if language == "ko" else r"\(Article (\S+)\): (.*)"
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
        assert tuple(found) == ASKED
        assert all(found.values())
    assert sum(len(section.sentences) for section in book.sections) == len(ASKED)


def test_the_rule_fills_what_it_says_and_invents_nothing() -> None:
    found = fields(benchmark_statement(rule_of("kospi200")))
    assert found["1(2)(a)"].endswith("The base is 100 on 3 January 1990.")
    assert (
        "the constituents of kospi" in found["1(2)(a)"]
    )  # without its family a parent has no name
    assert "the Korea Exchange (XKRX)" in found["1(2)(b)"]
    assert found["27(1)(b)"].startswith("None: the rule leaves no choice")
    for article in ("1(1)(a)", "1(1)(b)", "1(2)(c)(ii)", "27(2)(b)", "27(2)(g)"):
        assert found[article] == OPEN.en


def test_a_run_adds_its_facts() -> None:
    found = fields(benchmark_statement(rule_of("kospi200"), run=RUN))
    assert (
        found["1(2)(c)(ii)"] == "On 10 December 2021: 1,200 constituents, the largest with 24.68 %."
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
