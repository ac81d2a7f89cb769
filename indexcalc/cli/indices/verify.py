"""The verb ``verify``: recompute a written run and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import PlaceType
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, Findings, render_text

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("verify")
@click.argument("out", type=PlaceType(there=True))
@click.option(
    "--market",
    "market_path",
    type=PlaceType(),
    metavar="DIR",
    help="The market's folder.  Default: the demo market.",
)
def command(out: Place, market_path: Place | None) -> int:
    """Recompute every run or sweep under OUT from its manifest and compare all values."""
    from indexcalc.calculation.run.files_and_journal import read_manifest
    from indexcalc.cli.options import open_market
    from indexcalc.cli.progress import working
    from indexcalc.report.verify import verify

    below: list[Place] = sorted(out.iterdir(), key=str) if read_manifest(out) is None else [out]
    folders = [folder for folder in below if folder.is_dir() and read_manifest(folder)]
    if not folders:
        raise click.UsageError(f"there is no run in {out}")
    market = open_market(market_path)
    findings = Findings()
    for folder in folders:
        with working("Computing again"):
            verdict = verify(folder, market)
        click.echo(f"{'good' if verdict.good else 'BAD '}  {verdict.sentence()}")
        if not verdict.good:
            findings.add(
                "RUN004",
                "recomputed from its manifest, it has other values",
                path=str(folder),
                hint="name the market of the run: --market DIR"
                if market_path is None
                else "compare the market with the one the manifest names; compute the run again",
            )
    if findings.errors:
        click.echo(render_text(findings.items), err=True)
        return EXIT_ERRORS
    return EXIT_GOOD
