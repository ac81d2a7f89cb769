"""The verb ``market info``: the tables, dates and columns of a market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexcalc.cli.market.folder import market_folder

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("info")
@market_folder
def command(market: Place) -> None:
    """Describe a market: tables, dates, columns, facts, files."""
    from indexcalc.market.checks.info import describe

    for line in describe(market):
        click.echo(line)
