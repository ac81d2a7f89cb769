"""The verb ``report``: one page about runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import PlaceType

if TYPE_CHECKING:
    from indexcalc.market.places.place import Place


@click.command("report")
@click.argument("outs", nargs=-1, required=True, type=PlaceType())
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    default=Path("report.html"),
    show_default=True,
    help="The page to write: .html.",
)
@click.option(
    "--market",
    "market_path",
    type=PlaceType(),
    metavar="DIR",
    help="The market of the runs: adds attribution, sectors and sizes, flows, and what would change a "
    "list.",
)
@click.option(
    "--aum",
    multiple=True,
    metavar="50tn",
    help="Assets that follow the indices, or RULE=50tn; repeatable: adds what trackers trade.  "
    "Default: table tracked_assets.",
)
@click.option("--lang", type=click.Choice(("en", "ko")), default="en", show_default=True)
def command(
    outs: tuple[Place, ...], out: Path, market_path: Place | None, aum: tuple[str, ...], lang: str
) -> None:
    """Write one HTML page about the runs in OUT... (folders that compute or simulate wrote).

    The page holds all it needs and asks for nothing from anywhere.
    """
    from indexcalc.analysis.flows.assets import read_assets
    from indexcalc.cli.files import write_text
    from indexcalc.cli.options import open_market
    from indexcalc.cli.progress import working
    from indexcalc.report.run_report.document import report

    if out.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(
            f"{out}: the name of a page ends in .html (a browser prints it, or saves it as PDF)"
        )
    if aum and market_path is None:
        raise click.UsageError("--aum needs --market: what is traded is in the prices")
    assets = read_assets(aum)
    with working("Writing the page"):
        market = None if market_path is None else open_market(market_path)
        page = report(outs, lang, market, assets)
    write_text(out, page)
    click.echo(f"wrote {out}", err=True)
