"""The verb ``attribute``: what moved an index, by line, group and cause, and against a benchmark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.cli.studies.runs import run_of, told
from indexcalc.diagnostics import display_width

if TYPE_CHECKING:
    from indexcalc.analysis.attribution.attribute import Attribution
    from indexcalc.cli.called import Called
    from indexcalc.market.places.place import Place

TOP = 6
CAUSES = {"price": 9, "currency": 10, "dividends": 11}
"""The width of each cause's column."""
LARGE = ("by_session",)
"""Tables with a row a line and session: with --out alone."""
TABLES = ("sessions", "lines", "groups", "reviews", "effects", "differences", "without")


@click.command("attribute")
@click.argument("what", metavar="OUT")
@market_options
@click.option("--against", metavar="OUT", help="A benchmark: another run, or a rule.")
@click.option(
    "--series",
    type=click.Choice(("pr", "tr", "ntr")),
    default="pr",
    show_default=True,
    help="Price, gross or net return.",
)
@click.option(
    "--by",
    metavar="COLUMN",
    help="Group by a column of securities, or line.  Default: sector, where the market has one.",
)
@click.option("--from", "start", type=DateType(), metavar="D", help="From the close of D.")
@click.option("--to", "end", type=DateType(), metavar="D", help="To the close of D.")
@click.option(
    "--without", multiple=True, metavar="SYMBOL", help="What the index would be without a line."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the tables as Parquet files here.",
)
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    what: str,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    against: str | None,
    series: Any,
    by: str | None,
    start: dt.date | None,
    end: dt.date | None,
    without: tuple[str, ...],
    out: Path | None,
    shape: str,
) -> int:
    """Show what moved the index of OUT: a run's folder, computed again, or a rule."""
    from indexcalc.analysis.attribution.attribute import attribute
    from indexcalc.cli.called import Called
    from indexcalc.cli.progress import working
    from indexcalc.report.tables import write_tables

    market = open_market(market_path)
    with working("Attributing"):
        own, texts = run_of(what, market, dict(assume), (series,))
        benchmark = None
        if against is not None:
            benchmark, more = run_of(against, market, dict(assume), (series,))
            texts = {**texts, **more}
        made = attribute(
            own, benchmark, series=series, by=by, start=start, end=end, without=without
        )
    tables = {name: getattr(made, name) for name in (*TABLES, *LARGE)}
    if out is not None:
        write_tables(out, {name: table for name, table in tables.items() if table is not None})
    click.echo(_json(made) if shape == "json" else summary(made, Called(market)))
    found = (*own.diagnostics, *(benchmark.diagnostics if benchmark else ()))
    return told(found, texts, start)


def _json(attribution: Attribution) -> str:
    from indexcalc.report.tables import json_text

    record = {
        name: getattr(attribution, name)
        for name in attribution.__struct_fields__
        if name not in (*TABLES, *LARGE)
    }
    for name in TABLES:
        table = getattr(attribution, name)
        record[name] = None if table is None else table.to_pylist()
    return json_text(record)


def summary(attribution: Attribution, called: Called) -> str:
    """The return in parts, largest first, and what the reviews did."""
    words = {"pr": "price return", "tr": "gross return", "ntr": "net return"}
    causes = ", ".join(
        f"{cause} {value:+.2%}" for cause, value in attribution.causes.items() if value
    )
    lines = [
        f"{attribution.index}: {words[attribution.series]} {attribution.total:+.2%} "
        f"from {attribution.start} to {attribution.end}",
        f"  by cause       {causes or 'nothing moved'}",
    ]
    groups = sorted(attribution.groups.to_pylist(), key=lambda row: -row["contribution"])
    shown_causes = [name for name in CAUSES if name != "currency" or _any_currency(attribution)]
    if attribution.by != "line":
        lines.append(_head(f"by {attribution.by}", shown_causes))
        lines += [_row(row["group"], row, shown_causes) for row in groups]
    rows = sorted(attribution.lines.to_pylist(), key=lambda row: -row["contribution"])
    shown = rows if len(rows) <= 2 * TOP else [*rows[:TOP], *rows[-TOP:]]
    lines.append(_head("by line", shown_causes))
    for place, row in enumerate(shown):
        if place == TOP and len(shown) < len(rows):
            rest = sum(row["contribution"] for row in rows[TOP:-TOP])
            lines.append(f"    {f'... {len(rows) - 2 * TOP} more':<36}{rest:>+9.2%}")
        lines.append(_row(called.column(row["symbol"], attribution.end, 0), row, shown_causes))
    lines += _reviews(attribution)
    for row in [] if attribution.without is None else attribution.without.to_pylist():
        lines.append(
            f"  without {row['symbol']}: {row['total_return']:+.2%}, "
            f"{row['points']:+,.2f} points of the level"
        )
    if attribution.effects is not None:
        lines += _against(attribution)
    return "\n".join(lines)


def _any_currency(attribution: Attribution) -> bool:
    """Does a currency move any line?  Where none does it has no column."""
    return any(row["currency"] for row in attribution.lines.to_pylist())


def _head(words: str, causes: Sequence[str]) -> str:
    return f"  {words:<38}{'part':>9}{''.join(f'{name:>{CAUSES[name]}}' for name in causes)}{'weight':>9}"


def _row(label: str, row: dict[str, Any], causes: Sequence[str]) -> str:
    pad = " " * max(1, 36 - display_width(label))
    parts = "".join(f"{row[name]:>+{CAUSES[name]}.2%}" for name in causes)
    return f"    {label}{pad}{row['contribution']:>+9.2%}{parts}{row['average_weight']:>9.2%}"


def _reviews(attribution: Attribution) -> list[str]:
    rows = [row for row in attribution.reviews.to_pylist() if row["effect"] is not None]
    if not rows:
        return []
    lines = [
        "  what the reviews did: the index against the list each replaced, until the next (price)"
    ]
    lines += [
        f"    {row['effective_date']} to {row['until']}{row['index_return']:>+10.2%} against "
        f"{row['kept_list_return']:+.2%}: {row['effect']:+.2%}"
        for row in rows[-TOP:]
    ]
    return lines


def _against(attribution: Attribution) -> list[str]:
    assert attribution.effects is not None
    rows = attribution.effects.to_pylist()
    lines = [
        f"  against {attribution.benchmark} ({attribution.benchmark_total:+.2%}): "
        f"{attribution.relative_total:+.2%} relative "
        "(geometric: index level / benchmark level - 1)",
        f"    {'':<36}{'allocation':>11}{'selection':>11}{'interaction':>13}",
    ]
    for row in sorted(
        rows, key=lambda row: -abs(row["allocation"] + row["selection"] + row["interaction"])
    )[: 2 * TOP]:
        pad = " " * max(1, 36 - display_width(row["group"]))
        lines.append(
            f"    {row['group']}{pad}{row['allocation']:>+11.2%}{row['selection']:>+11.2%}"
            f"{row['interaction']:>+13.2%}"
        )
    sums = [sum(row[name] for row in rows) for name in ("allocation", "selection", "interaction")]
    lines.append(f"    {'all':<36}{sums[0]:>+11.2%}{sums[1]:>+11.2%}{sums[2]:>+13.2%}")
    return lines
