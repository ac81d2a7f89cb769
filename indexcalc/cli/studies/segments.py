"""The verb ``segments``: large, mid and small against each other, with calendar effects."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.cli.studies.compare import table
from indexcalc.cli.studies.runs import told

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place

ROWS = (
    ("total_return", "price return", "{:+.2%}"),
    ("annual_return", "a year", "{:+.2%}"),
    ("relative", "relative level", "{:.3f}"),
    ("volatility", "volatility", "{:.2%}"),
    ("deepest_drawdown", "deepest drawdown", "{:.2%}"),
    ("", "at the open of {day}", None),
    ("members", "  members", "{:.0f}"),
    ("largest_weight", "  largest weight", "{:.2%}"),
    ("effective_number", "  effective number", "{:.1f}"),
    ("", "at the close of {day}", None),
    ("above_a_year_ago", "  above a year ago", "{:.0%}"),
    ("beating_the_index", "  beating the index", "{:.0%}"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@click.command("segments")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@market_options
@click.option("--from", "start", type=DateType(), metavar="D", help="First session compared.")
@click.option("--to", "end", type=DateType(), metavar="D", help="Last session compared.")
@click.option(
    "--window",
    type=click.IntRange(1),
    default=252,
    show_default=True,
    metavar="N",
    help="Sessions of the rolling returns.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write series, summary and months as Parquet files here.",
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
    window: int,
    out: Path | None,
    shape: str,
) -> int:
    """Compare the segments RULE..., largest companies first; calendar effects: last less first."""
    from indexcalc.analysis.segments.segments import segments
    from indexcalc.cli.progress import working
    from indexcalc.methodology.load.family import load_family
    from indexcalc.report.tables import json_text, write_tables

    texts = load_family(rules).texts
    market = open_market(market_path)
    with working("Computing"):
        made = segments(rules, market, start=start, end=end, window=window, assume=dict(assume))
    if out is not None:
        write_tables(out, {name: getattr(made, name) for name in ("series", "summary", "months")})
    months = made.months.to_pylist()
    if shape == "json":
        record = {
            "start": made.start,
            "end": made.end,
            "summary": made.summary.to_pylist(),
            "months": months,
            "words": made.words,
        }
        click.echo(json_text(record))
    else:
        lines = [f"{made.start} to {made.end}", table(made.summary.to_pylist(), made.end, ROWS)]
        lines.append(f"{'month':<7}{'years':>6}{'effect':>9}{'95 % interval':>22}{'same sign':>11}")
        lines += [_month(row) for row in months]
        click.echo("\n".join([*lines, *made.words]))
    return told(made.diagnostics, texts, start)


def _month(row: dict[str, Any]) -> str:
    """A line of the months; a month of one year has no interval."""
    text = f"{MONTHS[row['month'] - 1]:<7}{row['years']:>6}{row['effect']:>+9.2%}"
    if row["low"] is None:
        return f"{text}{'-':>22}{'-':>11}"
    return f"{text}{row['low']:>+12.2%} to {row['high']:>+6.2%}{row['same_sign']:>11.0%}"
