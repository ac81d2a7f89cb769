"""The verb ``market check``: what contradicts itself in a market."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.market.folder import market_folder
from indexcalc.cli.market.suggested_actions import suggest_option, write_suggestions
from indexcalc.diagnostics import (
    EXIT_ERRORS,
    EXIT_GOOD,
    quantity,
    render_github,
    render_json,
    render_text,
)

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("check")
@market_folder
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("text", "json", "github")),
    default="text",
    show_default=True,
)
@suggest_option
def command(market: Place, format_name: str, suggest: Path | None) -> int:
    """Check a market: gaps, orphans, contradictions, and sums against published figures."""
    from indexcalc.cli.progress import working
    from indexcalc.market.checks.check import check_market

    with working("Checking the market"):
        result = check_market(market)
    if format_name == "text":
        for line in result.lines:
            click.echo(line)
        if result.findings.items:
            click.echo(render_text(result.findings.items))
        errors = len(result.findings.errors)
        warnings = len(result.findings.items) - errors
        click.echo(f"{quantity(errors, 'error')}, {quantity(warnings, 'warning')}")
    else:
        shown = {"json": render_json, "github": render_github}[format_name]
        click.echo(shown(result.findings.items))
    if suggest is not None:
        write_suggestions(market, suggest)
    return EXIT_ERRORS if result.findings.errors else EXIT_GOOD
