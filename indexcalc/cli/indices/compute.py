"""The verb ``compute``: indices from their rules, written to a folder and summed up on screen."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import DateType, PlaceType, market_options, open_market
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, quantity, render_text

if TYPE_CHECKING:
    from indexcalc.calculation.plan import Request
    from indexcalc.market.market import Market
    from indexcalc.market.places.place import Place


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
    type=PlaceType(),
    default="out",
    show_default=True,
    metavar="DIR",
    help="Where to write, a folder or a URI (s3://...); each index has a folder of its own.",
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
@click.option(
    "--executor",
    metavar="NAME",
    help="Where to compute many rules: processes, processes:N or dask://HOST:PORT.  Workers write "
    "their own files; the same bits as here.",
)
def command(
    rules: tuple[str, ...],
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    start: dt.date | None,
    end: dt.date | None,
    returns: str,
    out: Place,
    weights: str,
    known: dt.date | None,
    restate: bool,
    executor: str | None,
) -> int:
    """Compute the indices RULE... (shipped names or paths) and write them under --out."""
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.plan import Request
    from indexcalc.calculation.run.publish import publish, refuse_inside_run
    from indexcalc.cli.indices.compute_summary import summary
    from indexcalc.methodology.load.family import load_family

    refuse_inside_run(out)
    family = load_family(rules)
    market = open_market(market_path)
    asked = tuple(kind.strip() for kind in returns.split(",") if kind.strip())
    request = Request(start, end, asked, dict(assume), known, weights == "daily")
    if executor is not None:
        return _on_workers(executor, rules, market, request, (out, restate))
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


def _on_workers(
    executor: str,
    rules: tuple[str, ...],
    market: Market,
    request: Request,
    target: tuple[Place, bool],
) -> int:
    """Compute and write on the workers of an executor; a line for each index."""
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.workers import count_of, executor_named, unit_size, write_on
    from indexcalc.cli.progress import counted
    from indexcalc.methodology.load.family import load_family

    out, restate = target
    with counted("units of rules") as done:
        written = write_on(
            lambda: executor_named(executor),
            compute_family,
            rules,
            market,
            request,
            out=out,
            restate=restate,
            size=unit_size(len(rules), count_of(executor)),
            done=done,
        )
    width = max(len(item.index) for item in written)
    for item in written:
        parts = [
            f"{item.index:<{width}}",
            f"{item.level:,.2f} on {item.last}",
            f"{quantity(item.sessions, 'session')} from {item.first}",
        ]
        if item.constituents is not None:
            parts.append(quantity(item.constituents, "constituent"))
        click.echo("  ".join([*parts, item.folder]))
    findings = list(dict.fromkeys(found for item in written for found in item.diagnostics))
    if findings:
        click.echo(render_text(findings, load_family(rules).texts), err=True)
    return EXIT_ERRORS if any(item.severity == "error" for item in findings) else EXIT_GOOD
