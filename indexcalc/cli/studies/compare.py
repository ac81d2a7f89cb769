"""The verb ``compare``: plain figures of several indices side by side."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.cli.studies.runs import told

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
    ("", "at the open of {day}", None),
    ("members", "  members", "{:.0f}"),
    ("largest_weight", "  largest weight", "{:.2%}"),
    ("effective_number", "  effective number", "{:.1f}"),
    ("", "at the last review that trades", None),
    ("capacity", "  capacity", None),
    ("capacity_median", "  capacity, median", None),
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
        shown = table(rows, made.end)
        click.echo(f"{made.start} to {made.end}, {made.periods:.4g} returns a year\n{shown}")
    return told(made.diagnostics, texts, start)


def table(
    rows: list[dict[str, Any]],
    last: dt.date,
    wanted: tuple[tuple[str, str, str | None], ...] = ROWS,
) -> str:
    """Figures down, indices across; ``last``: the session that figures of one session are of.  A row of
    ``wanted`` without a name is the head of those below it.  Currencies are shown where they differ."""
    if len({row["currency"] for row in rows}) > 1:
        wanted = (("currency", "currency", None), *wanted)
    cells = [[row["index"] for row in rows]]
    for name, _, form in wanted:
        cells.append([_cell(row[name], form) if name else "" for row in rows])
    width = [max(10, *(len(cell) + 2 for cell in column)) for column in zip(*cells, strict=True)]
    lines = []
    for words, line in zip(("", *(words for _, words, _ in wanted)), cells, strict=True):
        across = "".join(f"{cell:>{w}}" for cell, w in zip(line, width, strict=True))
        lines.append(f"{words.format(day=last):<20}{across}".rstrip())
    return "\n".join(lines)


def _cell(value: float | str | None, form: str | None) -> str:
    from indexcalc.analysis.amounts import amount

    if value is None or isinstance(value, str):
        return value or "-"
    return amount(value) if form is None else form.format(value)
