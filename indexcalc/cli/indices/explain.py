"""The verb ``explain``: why a line is in an index or not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click
from msgspec.structs import asdict

from indexcalc.cli.options import DateType, market_options, open_market

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("explain")
@click.argument("rule", metavar="RULE")
@click.argument("symbol", metavar="SYMBOL")
@market_options
@click.option("--on", type=DateType(), metavar="D", help="The day.  Default: the last session.")
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    rule: str,
    symbol: str,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    on: dt.date | None,
    shape: str,
) -> None:
    """Show the chain of decisions on SYMBOL under RULE, its parent indices first."""
    from indexcalc.analysis.explain import explain
    from indexcalc.analysis.without_decision import without_decisions
    from indexcalc.calculation.plan import Request
    from indexcalc.cli.called import Called
    from indexcalc.cli.progress import working
    from indexcalc.methodology.load.family import load_family
    from indexcalc.report.tables import json_text

    family = load_family([rule])
    market = open_market(market_path)
    request = Request(assume=dict(assume), keep_weights=False)
    with working("Looking for the reasons"):
        explanation = explain(family, market, symbol, on, request)
        without = without_decisions(family, market, symbol, explanation.on, request)
    if shape == "json":
        links = [
            {
                "index": link.index,
                "member": link.member,
                "decided": None if link.decided is None else str(link.decided),
                "outcome": link.outcome,
                "detail": link.detail,
                "observed": link.observed,
                "threshold": link.threshold,
                "rule_path": link.rule_path,
                "rule_line": link.rule_line,
                "file": link.file,
            }
            for link in explanation.links
        ]
        record = {
            "index": explanation.index,
            "symbol": explanation.symbol,
            "name": explanation.name,
            "on": str(explanation.on),
            "member": explanation.member,
            "because": explanation.because(),
            "data_until": None if explanation.data_until is None else str(explanation.data_until),
            "links": links,
            "without": [asdict(item) for item in without],
        }
        click.echo(json_text(record))
        return
    state = "is in" if explanation.member else "is not in"
    called = f"{symbol} {Called(market).name(symbol, explanation.on)}".rstrip()
    click.echo(f"{called} {state} {explanation.index} on {explanation.on}")
    if explanation.data_until is not None:
        click.echo(f"  as of {explanation.data_until}: the data end there")
    if len(explanation.chain) > 1:
        click.echo(f"  {explanation.because()}")
    for link in explanation.links:
        click.echo(f"  {link.sentence()}")
    for item in without:
        click.echo(f"  {item.sentence()}")
