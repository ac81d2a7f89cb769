"""A rulebook as Markdown, as one HTML page, and as a PDF (typst, extra ``pdf``)."""

from __future__ import annotations

from pathlib import Path

from indexcalc.diagnostics import UsageError
from indexcalc.report.rulebook.words.section import Rulebook, Section, Sentence, Table
from indexcalc.report.rulebook.words.text import Text

_MARGIN = Text("line", "행")
_ALWAYS = Text("in every period", "전 기간")
"""The heading of what holds at all times, behind what holds in one period."""
_SHORT = 18
"""Letters of a column of a PDF that is not broken."""
_FOLDER = Path(__file__).parent.parent / "templates"


def markdown(book: Rulebook, language: str = "en") -> str:
    """The rulebook as Markdown; the YAML line of each sentence stands behind it in small print."""
    lines = [
        f"# {_escape(book.title[language])}",
        "",
        f"*{book.subtitle[language]} · {book.index} · {book.version}*",
        "",
    ]
    for number, section in enumerate(book.sections, 1):
        lines += [f"## {number}. {section.title[language]}", ""]
        lines += _sentences(number, section, language)
        for formula in section.formulas:
            lines += ["```text", formula[language], "```", ""]
        for table in section.tables:
            lines += [*_table(table, language), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sentences(number: int, section: Section, language: str) -> list[str]:
    lines: list[str] = []
    under: Text | None = None
    for at, sentence in enumerate(section.sentences, 1):
        if sentence.under != under:
            heading = sentence.under or _ALWAYS
            lines += [f"**{_sentence_case(heading[language])}**", ""]
        under = sentence.under
        lines += [
            f"{number}.{at} {_escape(said(sentence, language))}{_place(sentence, language)}",
            "",
        ]
        if sentence.history:
            lines += [f"<small>{_escape(sentence.history[language])}</small>", ""]
    return lines


def said(sentence: Sentence, language: str) -> str:
    """The sentence in a language, beginning with a capital."""
    return _sentence_case(sentence.text[language])


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _place(sentence: Sentence, language: str) -> str:
    if not sentence.place:
        return ""
    return f" <sub>{_MARGIN[language]} {_escape(sentence.place)}</sub>"


def _escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    for sign in "\\`*_<>[]|#":
        text = text.replace(sign, "\\" + sign)
    return text


def _table(table: Table, language: str) -> list[str]:
    head = " | ".join(_escape(cell[language]) for cell in table.head)
    rows = [" | ".join(_escape(cell[language]) for cell in row) for row in table.rows]
    return [f"| {head} |", "|" + "---|" * len(table.head), *(f"| {row} |" for row in rows)]


def html(book: Rulebook, language: str = "en") -> str:
    """The rulebook as one page that asks for nothing from anywhere."""
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page: str = environment.get_template("rulebook.html").render(
        book=book,
        language=language,
        said=said,
        margin=_MARGIN[language],
        always=_ALWAYS,
        case=_sentence_case,
    )
    return page


def pdf(book: Rulebook, language: str = "en") -> bytes:
    """The rulebook as a PDF.  UsageError where typst is not installed."""
    try:
        import typst
    except ImportError:
        raise UsageError.of(
            "RUN010",
            "a PDF needs typst, which is not installed",
            where="--out",
            hint="pip install 'indexcalc[pdf]', or write .md or .html",
        ) from None
    data: bytes = typst.compile(_typst(book, language).encode("utf-8"), format="pdf")
    return data


_PAGE = """#set page(paper: "a4", margin: (x: 2.2cm, y: 2.2cm), numbering: "1 / 1")
#set text(font: ("Noto Sans", "Noto Sans CJK KR", "Libertinus Serif"), size: 10pt, lang: "{language}")
#show heading.where(level: 2): set block(above: 1.6em, below: 0.8em, sticky: true)
#show heading.where(level: 3): set text(size: 10pt)
#show heading.where(level: 3): set block(above: 1.2em, below: 0.6em, sticky: true)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 5pt))
#set table.cell(breakable: false)
#show table.cell: set text(size: 9pt)
#show table.cell.where(y: 0): strong
#show raw.where(block: true): it => pad(left: 1.4cm, y: 0.2em, text(size: 9.5pt, it))
#let clause(n, said, place, before) = block(breakable: false, below: 0.75em, grid(
  columns: (1.1cm, 1fr, 2.6cm), column-gutter: 0.3cm,
  text(size: 8pt, fill: luma(90), n),
  [#said#if before != "" [#v(-0.35em) #text(size: 8pt, fill: luma(90), before)]],
  align(right, text(size: 7.5pt, fill: luma(90), place)),
))
"""
"""How a page looks: a clause has its number at the left and the line of its rule in the right margin."""


def _typst(book: Rulebook, language: str) -> str:
    lines = [
        _PAGE.replace("{language}", language),
        f"#set document(title: {_quoted(book.title[language])})",
        f"#text(size: 20pt, weight: 600)[#{_quoted(book.title[language])}]",
        "",
        f"#text(fill: luma(90))[#{_quoted(book.subtitle[language] + ' · ' + book.version)}]",
        "",
    ]
    for number, section in enumerate(book.sections, 1):
        lines += [f"== #{_quoted(f'{number}. {section.title[language]}')}", ""]
        under: Text | None = None
        for at, sentence in enumerate(section.sentences, 1):
            if sentence.under != under:
                heading = sentence.under or _ALWAYS
                lines += [f"=== #{_quoted(_sentence_case(heading[language]))}", ""]
            under = sentence.under
            place = f"{_MARGIN[language]} {sentence.place}" if sentence.place else ""
            parts = (f"{number}.{at}", said(sentence, language), place, sentence.history[language])
            lines.append(f"#clause({', '.join(_quoted(part) for part in parts)})")
        lines += [
            f"#raw({_quoted(formula[language])}, block: true)" for formula in section.formulas
        ]
        lines += [_typst_table(table, language) for table in section.tables]
    return "\n".join(lines)


def _typst_table(table: Table, language: str) -> str:
    """A table whose head is said again on each page; short columns are as wide as they must be."""
    head, *rows = ([cell[language] for cell in row] for row in (table.head, *table.rows))
    longest = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    wide = ", ".join("auto" if n <= _SHORT else f"{round(n**0.5)}fr" for n in longest)
    cells = [f"[#{_quoted(cell)}]" for row in rows for cell in row]
    first = ", ".join(f"[#{_quoted(cell)}]" for cell in head)
    return f"#table(columns: ({wide}), table.header({first}), {', '.join(cells)})\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
