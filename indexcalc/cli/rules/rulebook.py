"""The verb ``rulebook``: the methodology of a rule in words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from indexcalc.cli.options import DateType
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text

_COMING = 4
_ENDINGS = (".md", ".html", ".pdf")


@click.command("rulebook")
@click.argument("rule")
@click.option(
    "--lang", type=click.Choice(("en", "ko")), default="en", show_default=True, help="The language."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to FILE.md, FILE.html or FILE.pdf.  Default: Markdown to the screen.",
)
@click.option(
    "--from",
    "after",
    type=DateType(),
    metavar="D",
    help="Show the four reviews after this day.  Default: today.",
)
@click.option(
    "--benchmark-statement",
    "statement",
    is_flag=True,
    help="Write a benchmark statement (EU 2018/1643) instead.",
)
def command(rule: str, lang: str, out: Path | None, after: dt.date | None, statement: bool) -> int:
    """Write the methodology of RULE (a shipped name or a path) in words: one sentence for each key.

    Exit 1 with the mistakes of a rule that has errors.
    """
    if out is not None and out.suffix.lower() not in _ENDINGS:
        raise click.UsageError(f"{out}: the name of a rulebook ends in .md, .html or .pdf")
    from indexcalc.calculation.validate import far_enough, upcoming, validate
    from indexcalc.report.rulebook import pages
    from indexcalc.report.rulebook.benchmark_statement import benchmark_statement
    from indexcalc.report.rulebook.document import rulebook

    day = after or dt.date.today()
    validated = validate(rule, until=far_enough(day, _COMING))
    if validated.errors or validated.rule is None:
        click.echo(render_text(validated.errors, validated.texts), err=True)
        return EXIT_ERRORS
    if statement:
        book = benchmark_statement(validated.rule)
    else:
        coming = [item.dates for item in upcoming(validated, day, _COMING)]
        book = rulebook(validated.rule, coming, validated.family)
    if out is None:
        click.echo(pages.markdown(book, lang), nl=False)
        return EXIT_GOOD
    from indexcalc.cli.files import write_bytes, write_text

    if out.suffix.lower() == ".pdf":
        write_bytes(out, pages.pdf(book, lang))
    else:
        make = pages.html if out.suffix.lower() == ".html" else pages.markdown
        write_text(out, make(book, lang))
    click.echo(f"wrote {out}", err=True)
    return EXIT_GOOD
