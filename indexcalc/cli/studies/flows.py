"""The verb ``flows``: what trackers of indices trade at each review."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.cli.studies.runs import told

if TYPE_CHECKING:
    from indexcalc.analysis.flows.flows import Flows
    from indexcalc.market.places.place import Place


class SessionsType(click.IntRange):
    """A number of sessions: ``5``, or ``5 sessions`` as one word."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; a usage error where the text is none."""
        number = re.fullmatch(r"\s*(\d+)\s*sessions?\s*", str(value))
        sessions: int = super().convert(value if number is None else int(number[1]), param, ctx)
        return sessions


@click.command("flows")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@market_options
@click.option(
    "--aum",
    multiple=True,
    metavar="50tn",
    help="Assets that follow the indices, or RULE=50tn; repeatable.  Default: table tracked_assets.",
)
@click.option("--from", "start", type=DateType(), metavar="D", help="First effective date.")
@click.option("--to", "end", type=DateType(), metavar="D", help="Last effective date.")
@click.option(
    "--as-of",
    "as_of",
    type=DateType(),
    metavar="D",
    help="The coming review on paper, with what was known on D.",
)
@click.option(
    "--every-session", is_flag=True, help="Also between reviews, where share counts change."
)
@click.option(
    "--implement",
    type=SessionsType(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Trade an N-th of the shares at each of N closes.",
)
@click.option(
    "--participation",
    default="10%",
    show_default=True,
    metavar="P%",
    help="The part of a line's mean volume a tracker may be: capacities.",
)
@click.option("--known", type=DateType(), metavar="D", help="Use what was known on this day.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write trades, reviews and net as Parquet files here.",
)
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    rules: tuple[str, ...],
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    aum: tuple[str, ...],
    start: dt.date | None,
    end: dt.date | None,
    as_of: dt.date | None,
    every_session: bool,
    implement: int,
    participation: str,
    known: dt.date | None,
    out: Path | None,
    shape: str,
) -> int:
    """Show what trackers of RULE... buy and sell at each review: why, and how many days of volume."""
    from indexcalc.analysis.amounts import read_share
    from indexcalc.analysis.flows.assets import read_assets
    from indexcalc.analysis.flows.coming import coming_flows
    from indexcalc.analysis.flows.flows import flows
    from indexcalc.cli.progress import working
    from indexcalc.cli.studies.flows_summary import summary
    from indexcalc.methodology.load.family import load_family
    from indexcalc.report.tables import write_tables

    if as_of is not None and (start or end or every_session or known):
        raise click.UsageError(
            "--from, --to, --known and --every-session do not go with --as-of: the coming review"
        )
    texts = load_family(rules).texts
    market, assets = open_market(market_path), read_assets(aum) or None
    part = read_share(participation, "--participation")
    if as_of is not None:
        with working("Computing flows"):
            study = coming_flows(
                rules,
                market,
                as_of=as_of,
                aum=assets,
                implement=implement,
                participation=part,
                assume=dict(assume),
            )
    else:
        with working("Computing flows"):
            study = flows(
                rules,
                market,
                aum=assets,
                start=start,
                end=end,
                every_session=every_session,
                implement=implement,
                participation=part,
                assume=dict(assume),
                known=known,
            )
    if out is not None:
        write_tables(out, {"trades": study.trades, "reviews": study.reviews, "net": study.net})
    click.echo(_json(study) if shape == "json" else summary(study))
    return told(study.diagnostics, texts, start)


def _json(study: Flows) -> str:
    from indexcalc.report.tables import json_text

    record = {
        "participation": study.participation,
        "sessions": study.sessions,
        "reviews": study.reviews.to_pylist(),
        "trades": study.trades.to_pylist(),
        "net": study.net.to_pylist(),
    }
    return json_text(record)
