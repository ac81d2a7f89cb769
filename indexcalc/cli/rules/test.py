"""The verb ``test``: a rule's own cases, a line each, with a diff where one fails."""

from __future__ import annotations

import click

from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text


@click.command("test")
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="json: a list of {index, case, outcome (passed, failed, none), findings}.",
)
def command(rules: tuple[str, ...], style: str) -> int:
    """Run the cases of RULE... (shipped names or paths; none: every shipped rule).

    Exit 0 where all hold, 1 where one does not.  How cases are written: docs/cases.md.
    """
    from indexcalc.cases.cases import as_rows, in_words, run_cases
    from indexcalc.cli.progress import working

    with working("Testing"):
        report = run_cases(rules)
    if style == "json":
        import json

        click.echo(json.dumps(as_rows(report), ensure_ascii=False, indent=2))
    else:
        click.echo(in_words(report))
        if report.findings:
            click.echo(render_text(list(report.findings), report.texts), err=True)
    return EXIT_ERRORS if report.findings else EXIT_GOOD
