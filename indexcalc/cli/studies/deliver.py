"""The verb ``deliver``: the files an index desk sends after a session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.cli.studies.runs import run_of, told
from indexcalc.diagnostics import (
    UsageError,
    quantity,
)

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("deliver")
@click.argument("what", metavar="OUT")
@market_options
@click.option("--on", type=DateType(), metavar="D", help="The session.  Default: the last.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(("csv", "parquet", "json", "stoxx", "dcaf")),
    default="csv",
    show_default=True,
    help="The form of the files; stoxx: the closing and opening composition in STOXX columns; "
    "dcaf is refused: its columns are not public.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder of the files.  Default: out/<index>.deliver.",
)
def command(
    what: str,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    on: dt.date | None,
    shape: str,
    out: Path | None,
) -> int:
    """Write compositions, divisors and coming actions of OUT: a run's folder, or a rule."""
    from indexcalc.analysis.deliver.desk_files import desk_files
    from indexcalc.report.tables import write_table

    if shape == "dcaf":
        raise UsageError.of(
            "ANA008",
            "the Daily Corporate Action File is not written: its 212 columns are not public",
            where="--format",
            hint="the file `actions` of --format csv has what is known of the coming sessions",
        )
    run, texts = run_of(what, open_market(market_path), dict(assume))
    files = desk_files(run, on)
    folder = out if out is not None else Path("out") / f"{run.index}.deliver"
    folder.mkdir(parents=True, exist_ok=True)
    if shape == "stoxx":
        from indexcalc.analysis.deliver.stoxx_layout import DELIMITER, stoxx_files
        from indexcalc.calculation.verify import kept_family
        from indexcalc.cli.files import write_text
        from indexcalc.report.tables import csv_text

        with kept_family(run.manifest) as family:
            currency = family[run.index].currency
        for name, table in stoxx_files(run, files, currency).items():
            write_text(folder / f"{name}.csv", csv_text(table, DELIMITER))
            click.echo(f"{folder / f'{name}.csv'}: {quantity(table.num_rows, 'row')}")
        return told(run.diagnostics, texts)
    for name, table in files.items():
        write_table(folder / f"{name}.{shape}", table)
        click.echo(f"{folder / f'{name}.{shape}'}: {quantity(table.num_rows, 'row')}")
    return told(run.diagnostics, texts)
