"""The verb ``market compact``: few files instead of many small daily ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexcalc.cli.market.folder import market_folder
from indexcalc.diagnostics import quantity

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("compact")
@market_folder
def command(market: Place) -> None:
    """Join many small daily files into few, and remove what the panel no longer needs."""
    from indexcalc.cli.progress import working
    from indexcalc.market.market import Market
    from indexcalc.market.merging.merge import compact as compact_files

    with working("Compacting"):
        before, after = compact_files(market)
    click.echo(f"daily: {quantity(before, 'file')} before, {after} now")
    gone = Market.open(market).tidy_panel()
    if gone:
        click.echo(f"panel: {gone / 1e6:,.1f} MB removed")
