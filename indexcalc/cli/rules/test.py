"""The verb ``test``: a rule's own cases, a line each, with a diff where one fails."""

from __future__ import annotations

from pathlib import Path

import click

from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text


@click.command("test")
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option(
    "--cases",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The cases of this file instead of the rule's own; for one RULE.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="json: a list of {index, case, outcome (passed, failed, none), findings}.",
)
def command(rules: tuple[str, ...], file: Path | None, style: str) -> int:
    """Run the cases of RULE... (shipped names, paths or folders; none: every shipped rule).

    Exit 0 where all hold, 1 where one does not.  How cases are written: docs/cases.md.
    """
    from indexcalc.cases.cases import as_rows, in_words, run_cases
    from indexcalc.cli.progress import working

    if file is not None and len(rules) != 1:
        raise click.UsageError("--cases is for one RULE")
    with working("Testing"):
        report = run_cases(rules, file=file)
    if style == "json":
        from indexcalc.report.tables import json_text

        click.echo(json_text(as_rows(report)))
    else:
        click.echo(in_words(report))
        if report.findings:
            click.echo(render_text(list(report.findings), report.texts), err=True)
    return EXIT_ERRORS if report.findings else EXIT_GOOD
