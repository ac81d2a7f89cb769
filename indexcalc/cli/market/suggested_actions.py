"""The option ``--suggest FILE``: corporate actions the market may lack, as rows to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.diagnostics import quantity

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place

suggest_option = click.option(
    "--suggest",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ACTIONS.csv",
    help="Write the corporate actions that moves of prices and shares look like and that no row "
    "explains, for you to confirm and import with `--into corporate_actions`.",
)


def write_suggestions(market: Place, path: Path) -> None:
    """Write the suggestions for a stored market to ``path`` and say how many there are."""
    from indexcalc.cli.files import write_text
    from indexcalc.cli.progress import working
    from indexcalc.market.checks.suggest import suggest_actions
    from indexcalc.market.market import Market
    from indexcalc.report.tables import csv_text

    with working("Looking for corporate actions"):
        table = suggest_actions(Market.open(market))
    write_text(path, csv_text(table))
    unclear = table.column("type").null_count
    click.echo(
        f"suggest  {quantity(table.num_rows, 'action')} to confirm in {path}"
        + (f", {unclear:,} of them without a type" if unclear else "")
    )
