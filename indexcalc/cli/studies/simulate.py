"""The verb ``simulate``: an index under other caps, or at other values of its rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, PlaceType, market_options, open_market

if TYPE_CHECKING:
    from indexcalc.analysis.sweep.simulate_caps import CapSweep
    from indexcalc.market.places.place import Place


class PairType(click.ParamType[tuple[str, str]]):
    """NAME=VALUES."""

    name = "pair"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Name and values; a usage error where the text has no ``=``."""
        name, equals, values = str(value).partition("=")
        if not equals or not name.strip() or not values.strip():
            self.fail(f"{value!r} is not NAME=VALUES", param, ctx)
        return name.strip(), values.strip()


@click.command("simulate")
@click.argument("rule", metavar="RULE")
@market_options
@click.option(
    "--cap",
    "caps",
    multiple=True,
    metavar="LIMIT",
    help="A limit (30%) or a range of limits (10%:40%:1%); repeatable.",
)
@click.option("--caps", "caps_list", metavar="LIMITS", help="Limits in a list: 15%,20%,none.")
@click.option(
    "--per",
    default="security",
    show_default=True,
    metavar="WORD",
    help="What a limit applies to: security, issuer, or a group such as sector.",
)
@click.option(
    "--and",
    "also",
    multiple=True,
    type=PairType(),
    metavar="PER=LIMITS",
    help="Another limit at once, such as issuer=20%:30%:5%: every pair is a point.",
)
@click.option(
    "--vary",
    multiple=True,
    type=PairType(),
    metavar="PATH=V1,V2",
    help="Other values at a path of the rule, each a run of its own; repeatable.",
)
@click.option("--from", "start", type=DateType(), metavar="D", help="First session to compute.")
@click.option("--to", "end", type=DateType(), metavar="D", help="Last session to compute.")
@click.option("--known", type=DateType(), metavar="D", help="Use what was known on this day.")
@click.option(
    "--levels-only", is_flag=True, help="No weights, concentration or turnover: many points fast."
)
@click.option(
    "--out",
    type=PlaceType(),
    metavar="DIR",
    help="The folder of the tables and pictures; where runs lie in it, <index>.simulate beside them.  "
    "Default: out/<index>.simulate.",
)
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    rule: str,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    caps: tuple[str, ...],
    caps_list: str | None,
    per: str,
    also: tuple[tuple[str, str], ...],
    vary: tuple[tuple[str, str], ...],
    start: dt.date | None,
    end: dt.date | None,
    known: dt.date | None,
    levels_only: bool,
    out: Place | None,
    shape: str,
) -> int:
    """Show what other caps, or other values of RULE, would have done to its index."""
    from indexcalc.analysis.sweep.points import typed_limits
    from indexcalc.analysis.sweep.simulate_caps import simulate_caps
    from indexcalc.cli.progress import counted, working
    from indexcalc.cli.studies.runs import told
    from indexcalc.cli.studies.simulate_summary import summary
    from indexcalc.methodology.load.family import load_family
    from indexcalc.methodology.model.methodology import Methodology
    from indexcalc.report.sweep_files import publish_sweep, sweep_folder

    typed = [*caps, *([caps_list] if caps_list else [])]
    if not typed and not vary:
        raise click.UsageError(
            "state what to simulate: --cap 30%, --cap 10%:40%:1% or --vary PATH=V"
        )
    if also and not typed:
        raise click.UsageError("--and goes with --cap or --caps")
    limits = [limit for text in typed for limit in typed_limits(text)]
    methodology = Methodology.load(rule)
    texts = load_family([methodology]).texts
    own = Path("out") / f"{methodology.index}.simulate"
    folder = sweep_folder(own if out is None else out, methodology.index)
    with counted("Simulating sessions") as done:
        sweep = simulate_caps(
            methodology,
            open_market(market_path),
            caps=limits or None,
            per=per,
            also=_by_name((word, typed_limits(text)) for word, text in also),
            vary=_by_name(
                (path, [part.strip() for part in text.split(",")]) for path, text in vary
            ),
            tables="levels" if levels_only else "all",
            start=start,
            end=end,
            assume=dict(assume),
            known=known,
            progress=done,
        )
    with working("Writing"):
        publish_sweep(sweep, folder)
    click.echo(_json(sweep) if shape == "json" else summary(sweep, folder))
    return told(sweep.diagnostics, texts, start)


def _by_name(typed: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """What was typed under each name, all of it where one was typed twice."""
    values: dict[str, list[str]] = {}
    for name, said in typed:
        values.setdefault(name, []).extend(said)
    return values


def _json(sweep: CapSweep) -> str:
    from indexcalc.report.tables import json_text

    record = {
        "index": sweep.index,
        "name": dict(sweep.name),
        "per": sweep.per,
        "start": sweep.manifest["start"],
        "end": sweep.manifest["end"],
        "annual": sweep.manifest["annual"],
        "method": sweep.manifest["method"],
        "summary": sweep.summary.to_pylist(),
    }
    return json_text(record)
