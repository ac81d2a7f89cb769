"""The verb ``test``: a rule's own cases, a line each, with a diff where one fails."""

from __future__ import annotations

import click

from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text


@click.command("test")
@click.argument("rules", nargs=-1, metavar="[RULE]...")
def command(rules: tuple[str, ...]) -> int:
    """Run the cases of RULE... (shipped names or paths; none: every shipped rule)."""
    from indexcalc.calculation.cases import in_words, run_cases

    report = run_cases(rules)
    click.echo(in_words(report))
    if report.findings:
        click.echo(render_text(list(report.findings), report.texts), err=True)
        return EXIT_ERRORS
    return EXIT_GOOD
