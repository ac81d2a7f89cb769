"""The option ``--market`` where it is required: the verbs that change or describe a market."""

from __future__ import annotations

from pathlib import Path

import click

market_folder = click.option(
    "--market",
    "market",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The market's folder.",
)
