"""The verb ``rulebook``: the methodology of a rule in words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import DateType, PlaceType
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place
    from indexcalc.report.rulebook.benchmark_statement import RunFacts

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
    help="Write a benchmark statement (EU 2016/1011, 2018/1643) instead.",
)
@click.option(
    "--run",
    "computed",
    type=PlaceType(),
    metavar="DIR",
    help="A computed run of RULE, whose facts fill fields of the benchmark statement.",
)
def command(
    rule: str,
    lang: str,
    out: Path | None,
    after: dt.date | None,
    statement: bool,
    computed: Place | None,
) -> int:
    """Write the methodology of RULE (a shipped name or a path) in words: one sentence for each key.

    Exit 1 with the mistakes of a rule that has errors.
    """
    if out is not None and out.suffix.lower() not in _ENDINGS:
        raise click.UsageError(f"{out}: the name of a rulebook ends in .md, .html or .pdf")
    if computed is not None and not statement:
        raise click.UsageError("--run goes with --benchmark-statement")
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
        facts = None if computed is None else _facts(computed, validated.rule.index)
        book = benchmark_statement(validated.rule, validated.family, facts)
    else:
        coming = upcoming(validated, day, _COMING)
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


def _facts(folder: Place, index: str) -> RunFacts:
    """What a run says to a benchmark statement.  RunError (RUN003): it is not a run of the index."""
    from indexcalc.diagnostics import RunError
    from indexcalc.report.rulebook.benchmark_statement import RunFacts
    from indexcalc.report.rulebook.words.text import Text
    from indexcalc.report.run_report.folder import read_run
    from indexcalc.report.run_report.numbers import money
    from indexcalc.report.run_report.sections import holds_companies

    run = read_run(folder)
    if run.index != index:
        raise RunError.of(
            "RUN003",
            f"the run is of `{run.index}`, the rule is `{index}`",
            path=str(folder),
            hint="name the folder of a run of this rule",
        )
    reviews = run.reviews.to_pylist()
    last = reviews[-1] if reviews else {}
    first_day, last_day = (
        dt.date(1970, 1, 1) + dt.timedelta(days=int(d)) for d in run.days[[0, -1]]
    )
    value = Text("", "")
    if holds_companies(run):
        worth = float(run.market_value[-1])
        value = Text(money(worth, run.currency, "en"), money(worth, run.currency, "ko"))
    return RunFacts(
        first=first_day,
        last=last_day,
        reviewed=last.get("effective_date", last_day),
        constituents=int(last.get("constituents", 0)),
        largest=float(last.get("largest_weight") or 0.0),
        value=value,
        assumptions=tuple(str(text) for text in run.manifest.get("assumptions", ())),
    )
