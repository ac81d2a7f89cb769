"""The verb ``compute``: indices from their rules, written to a folder and summed up on screen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text


@click.command("compute")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@market_options
@click.option("--from", "start", type=DateType(), metavar="D", help="First session to compute.")
@click.option("--to", "end", type=DateType(), metavar="D", help="Last session to compute.")
@click.option(
    "--returns",
    default="",
    metavar="pr,tr,ntr",
    help="Return versions to write: price, gross (tr), net of tax (ntr).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    metavar="DIR",
    help="Where to write; each index has a folder of its own.",
)
@click.option(
    "--weights",
    type=click.Choice(("daily", "review")),
    default="review",
    show_default=True,
    help="daily: write composition.parquet too, every member of every session.",
)
@click.option("--known", type=DateType(), metavar="D", help="Use what was known on this day.")
@click.option(
    "--restate", is_flag=True, help="Change levels already written, and keep the old values."
)
def command(
    rules: tuple[str, ...],
    market_path: Path | None,
    assume: tuple[tuple[str, str], ...],
    start: dt.date | None,
    end: dt.date | None,
    returns: str,
    out: Path,
    weights: str,
    known: dt.date | None,
    restate: bool,
) -> int:
    """Compute the indices RULE... (shipped names or paths) and write them under --out."""
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.plan import Request
    from indexcalc.calculation.run.publish import publish
    from indexcalc.cli.indices.compute_summary import summary
    from indexcalc.methodology.load.family import load_family

    family = load_family(rules)
    market = open_market(market_path)
    asked = tuple(kind.strip() for kind in returns.split(",") if kind.strip())
    request = Request(start, end, asked, dict(assume), known, weights == "daily")
    runs = compute_family(family, market, request)
    findings = {item: None for run in runs.values() for item in run.diagnostics}
    for position, run in enumerate(runs.values()):
        folder = publish(run, out, restate=restate, composition=weights == "daily")
        if position:
            click.echo()
        click.echo(summary(run, folder))
    if findings:
        click.echo(render_text(list(findings), family.texts), err=True)
    return EXIT_ERRORS if any(item.severity == "error" for item in findings) else EXIT_GOOD
