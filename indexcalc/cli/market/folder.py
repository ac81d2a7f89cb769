"""The option ``--market`` where it is required: the verbs that change or describe a market."""

from __future__ import annotations

import click

from indexcalc.cli.options import PlaceType

market_folder = click.option(
    "--market",
    "market",
    required=True,
    type=PlaceType(),
    metavar="DIR",
    help="The market's folder, or its URI (s3://...).",
)
