"""The verb ``market demo``: a synthetic market, written to a folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import FiniteRange, PlaceType
from indexcalc.diagnostics import DataError, Findings, UsageError

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("demo")
@click.option("--securities", type=click.IntRange(min=1), help="Lines in all.")
@click.option("--years", type=FiniteRange(min=0, min_open=True), help="Years of sessions.")
@click.option("--seed", type=int, help="Another market of the same kind.")
@click.option(
    "--out",
    required=True,
    type=PlaceType(),
    metavar="DIR",
    help="A folder that holds no market yet, or this one.",
)
def command(securities: int | None, years: float | None, seed: int | None, out: Place) -> None:
    """Write a synthetic market: no real company, no real price."""
    from indexcalc.cli.progress import working
    from indexcalc.market import store
    from indexcalc.market.conform import conform
    from indexcalc.market.demo import demo_source
    from indexcalc.market.market_json import read_contents
    from indexcalc.market.places.file_safety import lies

    chosen: dict[str, Any] = {"n_securities": securities, "n_years": years, "seed": seed}
    source = demo_source(**{key: value for key, value in chosen.items() if value is not None})
    if lies(out / "market.json"):
        # The same numbers give the same market: a second time there is nothing to do.
        if dict(read_contents(out).facts) == json.loads(json.dumps(dict(source.facts))):
            click.echo(f"{out}: this synthetic market is there already")
            return
        raise UsageError.of(
            "IMP013",
            "there is another market already, and a demo market is not mixed with it",
            path=out,
            hint="name another folder with --out",
        )
    with working("Making a synthetic market"), store.writing(out) as writer:
        writer.facts.update(source.facts)
        writer.put_daily(source.daily_chunks())
        findings = Findings()
        for name, table in source.small_tables().items():
            conformed = conform(name, table, findings)
            if conformed is not None:
                writer.put(name, conformed)
        findings.raise_errors(DataError)
    click.echo(f"{out}: a synthetic market, not real data")
