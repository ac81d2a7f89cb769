"""The verb ``verify``: recompute a written run and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import PlaceType
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, Findings, render_text

if TYPE_CHECKING:
    from indexcalc.calculation.verify import Verdict
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

    # Its manifest first: of a store that refuses, that is told as of a run.
    folders = [out] if read_manifest(out) else []
    below: list[Place] = sorted(out.iterdir(), key=str)
    folders += [folder for folder in below if folder.is_dir() and read_manifest(folder)]
    if not folders:
        raise click.UsageError(f"there is no run in {out}")
    market = open_market(market_path)
    findings = Findings()
    indices = [(read_manifest(folder) or {}).get("index") for folder in folders]
    for folder, index in zip(folders, indices, strict=True):
        with working("Computing again"):
            verdict = verify(folder, market)
        name = str(folder) if indices.count(index) > 1 else ""
        click.echo(f"{'good' if verdict.good else 'BAD '}  {verdict.sentence(name)}")
        if not verdict.good:
            for place in verdict.differences:
                click.echo(f"      {place}")
            findings.add(
                "RUN004",
                "recomputed from its manifest, it has other values",
                path=str(folder),
                hint=_way_out(verdict, market_path),
            )
    if findings.errors:
        click.echo(render_text(findings.items), err=True)
        return EXIT_ERRORS
    return EXIT_GOOD


def _way_out(verdict: Verdict, market: Place | None) -> str:
    if verdict.changed:
        return (
            "a file was changed after the run was written: compute it again, or take it from a copy"
        )
    if verdict.same_data:
        return (
            "other versions compute otherwise: take those of the manifest, or compute the run again"
        )
    if market is None:
        return "name the market of the run: --market DIR"
    return "compare the market with the one the manifest names; compute the run again"
