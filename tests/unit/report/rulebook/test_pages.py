"""A rulebook as Markdown, HTML and typst: numbers, periods, the line in the margin, signs of the format."""

from __future__ import annotations

import pytest

from indexcalc.report.rulebook.pages import _typst, html, markdown, pdf, said
from indexcalc.report.rulebook.words.section import Rulebook, Section, Sentence, Table
from indexcalc.report.rulebook.words.text import Text, plain

SINCE = Text("since 2020", "2020년부터")


@pytest.fixture
def book() -> Rulebook:
    """Two sections: a sentence of a period, one of all times with a history, a table, a formula."""
    first = Section(plain("First"))
    first.sentences += [
        Sentence(Text("one is *so*.", "하나."), path="a", place="3", under=SINCE),
        Sentence(Text("two.", "둘."), history=Text("before: three", "이전: 셋")),
    ]
    second = Section(Text("Second", "둘째"), formulas=[plain("a = b")])
    second.tables.append(Table((plain("A | B"), plain("C")), ((plain("1"), plain("2")),)))
    return Rulebook(
        index="mine",
        title=Text("Mine <b>", "내 것"),
        subtitle=Text("made", "생성"),
        sections=(first, second),
        version="abc",
    )


def test_markdown_numbers_sentences_and_names_periods_and_lines(book: Rulebook) -> None:
    assert markdown(book).splitlines() == [
        "# Mine \\<b\\>",
        "",
        "*made · mine · abc*",
        "",
        "## 1. First",
        "",
        "**Since 2020**",
        "",
        "1.1 One is \\*so\\*. <sub>line 3</sub>",
        "",
        "**In every period**",
        "",
        "1.2 Two.",
        "",
        "<small>before: three</small>",
        "",
        "## 2. Second",
        "",
        "```text",
        "a = b",
        "```",
        "",
        "| A \\| B | C |",
        "|---|---|",
        "| 1 | 2 |",
    ]


def test_korean_says_the_same_in_its_words(book: Rulebook) -> None:
    text = markdown(book, "ko")
    assert "**2020년부터**" in text
    assert "1.1 하나. <sub>행 3</sub>" in text
    assert "**전 기간**" in text


def test_html_escapes_names_and_says_its_language(book: Rulebook) -> None:
    page = html(book, "ko")
    assert '<html lang="ko">' in page
    assert "<b>" not in html(book)
    assert "Mine &lt;b&gt;" in html(book)


def test_typst_quotes_what_it_is_given(book: Rulebook) -> None:
    quoted = Rulebook(
        index="mine",
        title=plain('a "b" \\c'),
        subtitle=plain(""),
        sections=book.sections,
        version="abc",
    )
    text = _typst(quoted, "en")
    assert '#"a \\"b\\" \\\\c"' in text.replace("[", "").replace("]", "")
    assert '=== #"Since 2020"' in text
    assert '#clause("1.2", "Two."' in text
    assert "table.header(" in text


def test_a_pdf_is_made_where_typst_is_there(book: Rulebook) -> None:
    pytest.importorskip("typst", reason="typst (extra `pdf`) is not installed")
    assert pdf(book, "ko").startswith(b"%PDF-")


def test_a_sentence_begins_with_a_capital() -> None:
    assert said(Sentence(plain("x is 1.")), "en") == "X is 1."
    assert said(Sentence(plain("")), "en") == ""
