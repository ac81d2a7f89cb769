"""The verb ``compare``: plain figures of several indices side by side."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place

ROWS = (
    ("price_return", "price return", "{:+.2%}"),
    ("gross_return", "gross return", "{:+.2%}"),
    ("annual_return", "a year", "{:+.2%}"),
    ("annual_gross_return", "gross, a year", "{:+.2%}"),
    ("volatility", "volatility", "{:.2%}"),
    ("deepest_drawdown", "deepest drawdown", "{:.2%}"),
    ("tracking_error", "tracking error", "{:.2%}"),
    ("turnover_a_year", "turnover a year", "{:.2%}"),
    ("members", "members", "{:.0f}"),
    ("largest_weight", "largest weight", "{:.2%}"),
    ("effective_number", "effective number", "{:.1f}"),
    ("capacity", "capacity", None),
    ("capacity_median", "capacity, median", None),
)


@click.command("compare")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@market_options
@click.option("--from", "start", type=DateType(), metavar="D", help="First session compared.")
@click.option("--to", "end", type=DateType(), metavar="D", help="Last session compared.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write summary and levels as Parquet files here.",
)
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    rules: tuple[str, ...],
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    start: dt.date | None,
    end: dt.date | None,
    out: Path | None,
    shape: str,
) -> int:
    """Compare RULE... over the sessions they all have; tracking error is against the first."""
    from indexcalc.analysis.segments.compare import compare
    from indexcalc.cli.progress import working
    from indexcalc.methodology.load.family import load_family
    from indexcalc.report.tables import json_text, write_tables

    texts = load_family(rules).texts
    with working("Computing"):
        made = compare(rules, open_market(market_path), start=start, end=end, assume=dict(assume))
    if out is not None:
        write_tables(out, {"summary": made.summary, "levels": made.levels})
    rows = made.summary.to_pylist()
    if shape == "json":
        record = {"start": made.start, "end": made.end, "periods": made.periods, "summary": rows}
        click.echo(json_text(record))
    else:
        click.echo(f"{made.start} to {made.end}, {made.periods:.4g} returns a year\n{table(rows)}")
    if made.diagnostics:
        click.echo(render_text(list(made.diagnostics), texts), err=True)
    failed = any(item.severity == "error" for item in made.diagnostics)
    return EXIT_ERRORS if failed else EXIT_GOOD


def table(
    rows: list[dict[str, Any]], wanted: tuple[tuple[str, str, str | None], ...] = ROWS
) -> str:
    """Figures down, indices across."""
    from indexcalc.analysis.amounts import amount

    width = [max(10, len(row["index"]) + 2) for row in rows]
    lines = [
        f"{'':<20}" + "".join(f"{row['index']:>{w}}" for row, w in zip(rows, width, strict=True))
    ]
    for name, words, form in wanted:
        cells = ""
        for row, w in zip(rows, width, strict=True):
            value = row[name]
            text = "-" if value is None else amount(value) if form is None else form.format(value)
            cells += f"{text:>{w}}"
        lines.append(f"{words:<20}{cells}")
    return "\n".join(lines)
