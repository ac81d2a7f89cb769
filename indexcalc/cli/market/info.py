"""The verb ``market info``: the tables, dates and columns of a market."""

from __future__ import annotations

from pathlib import Path

import click

from indexcalc.cli.market.folder import market_folder


@click.command("info")
@market_folder
def command(market: Path) -> None:
    """Describe a market: tables, dates, columns, facts, files."""
    from indexcalc.market.checks.info import describe

    for line in describe(market):
        click.echo(line)
