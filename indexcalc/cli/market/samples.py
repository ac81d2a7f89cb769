"""The verb ``market samples``: small made-up files to try ``market import`` on."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from indexcalc.diagnostics import RunError

# What to type with the files, in the folder they are written to.
COMMANDS = (
    "indexcalc market import data_20230517.csv data_20230518.csv data_20230519.csv --market krx",
    "indexcalc market import prices-wide.csv --map prices-wide.map.yaml --market mine",
    "indexcalc market import members.csv --map members.map.yaml --market mine",
)


@click.command("samples")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to write the files; none there is replaced.",
)
def command(out: Path) -> None:
    """Write sample files, all made up, and show the commands that import them."""
    folder = resources.files("indexcalc.market.importers") / "samples"
    files = sorted(
        (item for item in folder.iterdir() if item.is_file()), key=lambda item: item.name
    )
    there = [item.name for item in files if (out / item.name).exists()]
    if there:
        raise RunError.of(
            "RUN020",
            f"{', '.join(there)} is there already",
            path=out,
            hint="name another folder with --out",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for item in files:
            (out / item.name).write_bytes(item.read_bytes())
    except OSError as error:
        raise RunError.of("RUN020", f"cannot be written: {error.strerror}", path=out) from None
    click.echo(f"{out}: {len(files)} files, all made up; in that folder try")
    for line in COMMANDS:
        click.echo(f"  {line}")
