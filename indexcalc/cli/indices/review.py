"""The verb ``review``: one review, computed without being published."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import DateType, market_options, open_market
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text

if TYPE_CHECKING:
    from indexcalc.analysis.pro_forma import ProForma
    from indexcalc.market.market import Market
    from indexcalc.market.places.place import Place

TOP = 15
SURE = {"single": "at second hand", "inferred": "our reading"}
NAME_WIDTH = 26


@click.command("review")
@click.argument("rule", metavar="RULE")
@market_options
@click.option(
    "--on",
    type=DateType(),
    metavar="D",
    help="The first review effective on or after D.  Default: the first after the data.",
)
@click.option(
    "--as-of",
    "as_of",
    type=DateType(),
    metavar="D",
    help="Use no data later than D: the review as it could be forecast on that day.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write today's list and the list to come, or the likelihoods or scores asked for instead: .csv, "
    ".parquet or .json.",
)
@click.option(
    "--likelihood",
    "tries",
    type=click.IntRange(1, 100_000),
    is_flag=False,
    flag_value=1000,
    metavar="[N]",
    help="Instead: the share of N ways the windows may end in which each name is in.  [1000]",
)
@click.option(
    "--backtest",
    type=click.IntRange(1, 100),
    is_flag=False,
    flag_value=4,
    metavar="[N]",
    help="Instead: how good likelihoods were for the last N reviews, one to three months before.  [4]",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the ways drawn.")
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(
    rule: str,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    on: dt.date | None,
    as_of: dt.date | None,
    out: Path | None,
    tries: int | None,
    backtest: int | None,
    seed: int,
    shape: str,
) -> int:
    """Show one review of RULE: members, weights, adds, drops, near misses, reserve, turnover."""
    if tries is not None or backtest is not None:
        from indexcalc.cli.indices.likelihood_summary import likelihood_shown

        return likelihood_shown(
            rule,
            open_market(market_path),
            dict(assume),
            days=(on, as_of),
            tries=tries,
            backtest=backtest,
            seed=seed,
            shape=shape,
            out=out,
        )
    from indexcalc.analysis.pro_forma import pro_forma, seen_on
    from indexcalc.calculation.plan import Request
    from indexcalc.cli.progress import working
    from indexcalc.market.calendar.sessions import date_of, days_later
    from indexcalc.methodology.load.family import load_family

    family = load_family([rule])
    market = open_market(market_path)
    asked = on
    if on is None:
        last = as_of or date_of(seen_on(market, None).days[-1])
        on = days_later(last, 1)
    request = Request(assume=dict(assume), keep_weights=False)
    with working("Reviewing"):
        paper = pro_forma(family, market, on, as_of, request)
    if out is not None:
        from indexcalc.analysis.coming_list import coming_list
        from indexcalc.report.tables import write_table

        write_table(out, coming_list(family, market, paper.effective, as_of, request))
    click.echo(_json(paper) if shape == "json" else _text(paper, seen_on(market, as_of), asked))
    if paper.diagnostics:
        click.echo(render_text(paper.diagnostics, family.texts), err=True)
    failed = any(finding.severity == "error" for finding in paper.diagnostics)
    return EXIT_ERRORS if failed else EXIT_GOOD


def _json(paper: ProForma) -> str:
    from indexcalc.report.tables import json_text

    record = {
        "index": paper.index,
        "kind": paper.kind,
        "effective": str(paper.effective),
        "cutoff": str(paper.cutoff),
        "announcement": None if paper.announcement is None else str(paper.announcement),
        "pricing": str(paper.pricing),
        "priced_on": str(paper.priced_on),
        "data_until": str(paper.data_until),
        "one_way_turnover": paper.turnover,
        **{
            name: getattr(paper, name).to_pylist()
            for name in ("members", "removed", "near", "reserve")
        },
        "windows": [{**row, "until": str(row["until"])} for row in paper.windows.to_pylist()],
        "uncertain": [
            {"from": str(since), "what": what, "confidence": confidence}
            for since, what, confidence in paper.uncertain
        ],
        "assumptions": list(paper.notes),
    }
    return json_text(record)


def _text(paper: ProForma, market: Market, asked: dt.date | None) -> str:
    from indexcalc.analysis.amounts import figure
    from indexcalc.cli.called import Called

    called = Called(market)
    synthetic = bool(market.facts.get("synthetic"))

    def line(row: dict[str, Any], rest: str) -> str:
        return f"    {called.column(row['symbol'], paper.effective, NAME_WIDTH)}{rest}"

    members = paper.members.to_pylist()
    added = [row for row in members if row["change"] == "added"]
    forecast = paper.cutoff > paper.data_until
    other = asked is not None and asked != paper.effective
    lines = [
        f"{paper.index}: review effective {paper.effective}",
        *(
            [f"  {'asked for':<14}{asked}, on which no review is effective: this is the next"]
            * other
        ),
        *(["  on the synthetic demo market: no figure is of a real company"] if synthetic else []),
        f"  {'cut-off':<14}{paper.cutoff}"
        + (f"  (data end on {paper.data_until}: a forecast)" if forecast else ""),
        f"  {'announcement':<14}{paper.announcement or 'not announced'}",
        f"  {'weights at':<14}closes of {paper.priced_on}",
        f"  {'members':<14}{len(members)}, {len(added)} added, {paper.removed.num_rows} removed",
        f"  {'turnover':<14}{paper.turnover:.2%} one way",
    ]
    if paper.uncertain:
        said = "; ".join(
            f"{what} ({SURE[confidence]}, from {since})"
            for since, what, confidence in paper.uncertain
        )
        lines.append(f"  {'not certain':<14}{said}")
    lines += [f"  {'measured':<14}{row['measure']}: {row['what']}" for row in _open(paper)]
    if added:
        lines.append("  added")
        lines += [line(row, f"{row['weight']:>8.2%}") for row in _by_weight(added)]
    if paper.removed.num_rows:
        lines.append("  removed")
        lines += [line(row, f"{row['weight']:>8.2%}") for row in paper.removed.to_pylist()]
    lines.append("  largest")
    lines += [line(row, f"{row['weight']:>8.2%}") for row in _by_weight(members)[:TOP]]
    for side, title in (("in", "nearest to leaving"), ("out", "nearest to entering")):
        near = [row for row in paper.near.to_pylist() if row["side"] == side]
        if near:
            lines.append(f"  {title}  (all else as it is)")
        for row in near:
            rank = "" if row["rank"] is None else f"{row['rank']:>4.0f}. by {row['measure']}"
            value = "" if row["value"] is None else f"{figure(row['value'], 4):>12}"
            lines.append(line(row, f"{rank:<22}{value}  {row['what']}"))
            test = ""
            if row["observed"] is not None:
                test = f"{figure(row['observed'])} against {figure(row['threshold'])}  "
            lines.append(f"      {test}{row['detail']}  [{row['rule_path']}:{row['rule_line']}]")
    if paper.reserve.num_rows:
        lines.append("  reserve")
        lines += [line(row, _waiting(row)) for row in paper.reserve.to_pylist()[:TOP]]
        if paper.reserve.num_rows > TOP:
            lines.append(f"    ... {paper.reserve.num_rows - TOP} more (--format json has all)")
    lines += [f"  {'assumed':<14}{note}" for note in paper.notes]
    return "\n".join(lines)


def _waiting(row: dict[str, Any]) -> str:
    """The place of a name in reserve, how large it is, and the group it may fill."""
    from indexcalc.analysis.amounts import figure

    size = "" if row["value"] is None else f"{row['measure']} {figure(row['value'], 4)}"
    return f"{row['place']:>4}.  {size:<18}{row['group'] or ''}".rstrip()


def _open(paper: ProForma) -> list[dict[str, Any]]:
    """The windows that the data do not fill: a forecast measures what there is."""
    return [row for row in paper.windows.to_pylist() if not row["complete"]]


def _by_weight(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: -row["weight"])
