"""The verb ``stress``: the smallest market found on which a rule breaks, and what was tried."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import DateType, FiniteRange, open_market
from indexcalc.cli.studies.stress_near import near_options, near_shown, refuse_mixed
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, quantity

if TYPE_CHECKING:
    from indexcalc.analysis.stress.stress import Stress
    from indexcalc.market.places.place import Place


@click.command("stress")
@click.argument("rule", metavar="RULE")
@near_options
@click.option("--seconds", type=FiniteRange(0), metavar="S", help="Time to search.  [60]")
@click.option(
    "--tries",
    type=click.IntRange(1),
    metavar="N",
    help="Markets to draw (with --near: reviews to make), instead of a time: the same seed and tries "
    "find the same.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--from", "start", type=DateType(), metavar="D", help="Reviews from this day on.")
@click.option(
    "--reviews", type=click.IntRange(1, 8), default=2, show_default=True, help="At most, a market."
)
@click.option("--lines", metavar="N..M", help="Lines of a market.  Default: from the rule's count.")
@click.option("--weight", metavar="30%", help="Judge weights at regular reviews against this.")
@click.option("--turnover", metavar="50%", help="Judge one-way turnover of a regular review.")
@click.option("--move", metavar="20%", help="Judge the move of the level from session to session.")
@click.option(
    "--judge", metavar="KIND,...", help="Of count, cap, members, limit, turnover, move.  [all]"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the smallest market of each break as a case here (indexcalc test RULE --cases FILE); "
    "with --near the table of changes (.csv, .json, .parquet).",
)
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
@click.pass_context
def command(
    context: click.Context,
    rule: str,
    near: bool,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    on: dt.date | None,
    as_of: dt.date | None,
    names: int | None,
    by: str | None,
    sessions: int | None,
    seconds: float | None,
    tries: int | None,
    seed: int,
    start: dt.date | None,
    reviews: int,
    lines: str | None,
    weight: str | None,
    turnover: str | None,
    move: str | None,
    judge: str | None,
    out: Path | None,
    shape: str,
) -> int:
    """Search for the market on which RULE breaks; exit 1 where one is found.

    Markets are made up: a few blocks of alike lines with rows on the days of one or more reviews.
    With --near the market is that of --market, moved as little as flips something at the coming review.
    """
    refuse_mixed(context, near)
    if near:
        near_shown(
            rule,
            open_market(market_path),
            days=(on, as_of),
            limits=(seconds, tries),
            names=names,
            by=by,
            sessions=sessions,
            assume=dict(assume),
            out=out,
            shape=shape,
        )
        return EXIT_GOOD
    from indexcalc.analysis.amounts import read_share
    from indexcalc.analysis.stress.broken_limits import KINDS, Bounds
    from indexcalc.analysis.stress.stress import stress
    from indexcalc.cli.files import write_text
    from indexcalc.cli.progress import working
    from indexcalc.report.tables import json_text

    kinds = tuple(KINDS) if judge is None else tuple(part.strip() for part in judge.split(","))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise click.UsageError(f"--judge: `{unknown[0]}` is not one of {', '.join(KINDS)}")
    shares = {
        name: None if said is None else read_share(said, f"--{name}")
        for name, said in (("weight", weight), ("turnover", turnover), ("move", move))
    }
    with working("Searching"):
        result = stress(
            rule,
            seconds=seconds,
            tries=tries,
            seed=seed,
            start=start,
            reviews=reviews,
            lines=None if lines is None else _lines(lines),
            bounds=Bounds(**shares, kinds=kinds),
        )
    if out is not None and result.breaks:
        write_text(out, result.cases)
    if shape == "json":
        click.echo(json_text(result.as_dict()))
    else:
        click.echo(_in_words(result, tries is None))
        if out is not None and result.breaks:
            count = quantity(len(result.breaks), "case")
            click.echo(f"  {out}: {count}; indexcalc test {rule} --cases {out}")
    return EXIT_ERRORS if result.breaks else EXIT_GOOD


def _lines(text: str) -> tuple[int, int]:
    first, _, last = text.partition("..")
    if not first.isdigit() or not (last or first).isdigit():
        raise click.UsageError(f"--lines: `{text}` is not N..M, such as 20..60")
    low, high = int(first), int(last or first)
    if not 1 <= low <= high <= 2000:
        raise click.UsageError(f"--lines: `{text}`: from 1 to 2000, the smaller first")
    return low, high


def _in_words(result: Stress, timed: bool) -> str:
    from indexcalc.analysis.stress.broken_limits import KINDS

    def span(two: tuple[int, int], one: str) -> str:
        said = quantity(two[1], one)
        return said if two[0] == two[1] else f"{two[0]} to {said}"

    time = f" in {result.seconds:.0f} s" if timed else ""
    more = f" and {result.shrunk} to find the smallest" if result.shrunk else ""
    rows = [
        f"{result.index}: {quantity(result.tries, 'market')} tried{more}{time}, "
        f"of {span(result.lines, 'line')} on {span(result.sessions, 'session')}"
    ]
    for item in result.breaks:
        rows.append(f"  {item.kind}: broken by market {item.tries}")
        rows.append(f"    {item.what}")
        rows.append(
            f"    smallest: {quantity(item.lines, 'line')} on {quantity(item.sessions, 'session')}"
        )
    broken = {item.kind for item in result.breaks}
    held = [kind for kind in result.judged if kind not in broken]
    if held:
        rows.append(f"  not broken: {', '.join(held)}")
    apart = [kind for kind in KINDS if kind not in result.judged]
    if apart:
        rows.append(f"  not judged: {', '.join(apart)}")
    if result.set_aside:
        said = ", ".join(f"{code} {count}" for code, count in result.set_aside.items())
        rows.append(f"  markets on which nothing could be computed: {said}")
    rows.append("  limits are judged where weights are set, not through drift")
    return "\n".join(rows)
