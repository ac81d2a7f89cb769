"""The verb ``diff``: what differs between two methodologies, a rule and its past, or two runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.files import write_text
from indexcalc.cli.options import DateType, market_options, open_market, run_in
from indexcalc.cli.studies.runs import told
from indexcalc.diagnostics import EXIT_GOOD

if TYPE_CHECKING:
    from indexcalc.analysis.change.notice import Notice
    from indexcalc.calculation.run.differences import RunDifference
    from indexcalc.market.places.place import Place
    from indexcalc.methodology.describe.differences import Difference


@click.command("diff")
@click.argument("first", metavar="A")
@click.argument("second", metavar="[B]", required=False)
@click.option(
    "--rules", is_flag=True, help="A and B are rules, also where folders have their names."
)
@click.option(
    "--on",
    "days",
    multiple=True,
    type=DateType(),
    metavar="D",
    help="As in force on D; twice: A on the first date, B (or A itself) on the second.",
)
@click.option(
    "--notice",
    is_flag=True,
    help="The notice of the change from rule A to rule B, with its effect on the last reviews.",
)
@click.option(
    "--reviews",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    metavar="N",
    help="Reviews whose lists the notice compares.",
)
@click.option("--aum", default="1tn", show_default=True, metavar="50tn", help="Money of a tracker.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the notice: .md or .html.  Default: Markdown on screen.",
)
@click.option(
    "--lang",
    type=click.Choice(("en", "ko")),
    default=None,
    help="The language of the notice.  Default: en.",
)
@click.option(
    "--format", "shape", type=click.Choice(("text", "json")), default="text", show_default=True
)
@market_options
def command(
    first: str,
    second: str | None,
    rules: bool,
    days: tuple[dt.date, ...],
    notice: bool,
    reviews: int,
    aum: str,
    out: Path | None,
    lang: str | None,
    shape: str,
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
) -> int:
    """Show what differs between A and B: rules (names or paths), or runs (folders that hold one).

    Of rules: every value that differs, with its dates.  Of runs: members, weights and how far apart
    they are (active share, half the sum of differences), on the days both set a list.
    """
    from indexcalc.analysis.flows.assets import too_small

    if notice:
        if second is None or days:
            raise click.UsageError("--notice is about two rules, without --on")
        if out is not None and out.suffix not in (".md", ".html"):
            raise click.UsageError("--out is a file that ends with .md or .html")
        made, texts = _made((first, second), market_path, (reviews, aum), dict(assume))
        _notice(made, out, lang or "en", shape)
        home = made.new[made.new.asked[0]].currency
        return told((*made.diagnostics, *too_small({"": made.assets}, home)), texts)
    if out is not None or lang is not None:
        raise click.UsageError("--out and --lang go with --notice")
    if second is not None and not rules:
        runs = run_in(first), run_in(second)
        if runs[0] is not None and runs[1] is not None:
            return _runs(runs[0], runs[1], days, aum, shape)
    if len(days) > 2:
        raise click.UsageError("give --on once or twice")
    if second is None and len(days) != 2:
        raise click.UsageError("one RULE needs two dates: --on D1 --on D2")
    return _rules(first, second, days, shape)


def _made(
    names: tuple[str, str],
    market_path: Place | None,
    size: tuple[int, str],
    assume: dict[str, str],
) -> tuple[Notice, dict[str, str]]:
    """The notice, and the texts its findings point into."""
    from indexcalc.analysis.amounts import read_amount
    from indexcalc.analysis.change.notice import notice
    from indexcalc.methodology.load.family import load_family

    old, new = (load_family([name]) for name in names)
    made = notice(
        old,
        new,
        open_market(market_path),
        reviews=size[0],
        assets=read_amount(size[1]),
        assume=assume,
    )
    return made, {**old.texts, **new.texts}


def _notice(made: Notice, out: Path | None, language: str, shape: str) -> None:
    from indexcalc.report.change_notice import as_html, markdown

    if out is not None:
        write_text(
            out, as_html(made, language) if out.suffix == ".html" else markdown(made, language)
        )
        click.echo(f"wrote {out}", err=True)
    if shape == "json":
        rule = made.new[made.new.asked[0]]
        record = {
            "index": rule.index,
            "effective": made.effective,
            "clauses": _clauses(made.clauses),
            "reasons": made.reasons,
            "assets": made.assets,
            "currency": rule.currency,
            "reviews": _reviews(made.effects, made.assets),
            "tracking_error": made.tracking_error,
        }
        click.echo(_json(record))
    elif out is None:
        click.echo(markdown(made, language), nl=False)


def _clauses(found: Sequence[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "path": item.path,
            "first": item.first,
            "second": item.second,
            "from": item.from_,
            "until": item.until,
        }
        for item in found
    ]


def _reviews(found: Sequence[RunDifference], assets: float) -> list[dict[str, Any]]:
    return [
        {
            "date": item.date,
            "members_first": item.members[0],
            "members_second": item.members[1],
            "only_first": item.only_first,
            "only_second": item.only_second,
            "active_share": item.distance,
            "traded": item.distance * assets,
            "moved": [
                {"symbol": symbol, "first": first, "second": second}
                for symbol, first, second in item.moved
            ],
        }
        for item in found
    ]


def _json(record: dict[str, Any]) -> str:
    from indexcalc.report.tables import json_text

    return json_text(record)


def _rules(first: str, second: str | None, days: tuple[dt.date, ...], shape: str) -> int:
    from indexcalc.methodology.describe.differences import differences, in_words
    from indexcalc.methodology.load.family import load_family

    # Apart: two files may well be of one index, a rule and its draft.
    families = [load_family([name]) for name in (first, second or first)]
    rules = [family[family.asked[0]] for family in families]
    names = [rule.index for rule in rules]
    if second is not None and names[0] == names[1]:
        names = [first, second]
    if len(days) == 2:
        names = [f"{name} on {day}" for name, day in zip(names, days, strict=True)]
    on = None if not days else days[0] if len(days) == 1 else (days[0], days[1])
    found = differences(rules[0], rules[1], on=on)
    if shape == "json":
        click.echo(_json({"first": names[0], "second": names[1], "clauses": _clauses(found)}))
    else:
        click.echo(in_words(found, names[0], names[1]))
    return EXIT_GOOD


def _runs(first: Place, second: Place, days: tuple[dt.date, ...], aum: str, shape: str) -> int:
    from indexcalc.analysis.amounts import amount, read_amount
    from indexcalc.analysis.change.notice import run_tracking_error
    from indexcalc.calculation.run import files_and_journal as run_files
    from indexcalc.calculation.run.differences import WrittenLists, compare_runs, runs_in_words

    runs = [WrittenLists.read(folder) for folder in (first, second)]
    money = read_amount(aum)
    apart = compare_runs(runs[0], runs[1], days)
    levels = [run_files.read_table(folder, "levels.parquet") for folder in (first, second)]
    error = (
        None if any(table is None for table in levels) else run_tracking_error(levels[0], levels[1])
    )
    if shape == "json":
        record = {"first": str(first), "second": str(second), "assets": money}
        click.echo(_json({**record, "reviews": _reviews(apart, money), "tracking_error": error}))
        return EXIT_GOOD
    click.echo(runs_in_words(apart, str(first), str(second)))
    for item in apart[-1:]:
        moved = amount(item.distance * money)
        trade = f"{amount(money)} from the first to the second buys {moved} and sells {moved}"
        click.echo(f"{item.date}: {trade}")
    if error is not None:
        click.echo(f"tracking error on the sessions both have: {error:.2%} a year")
    return EXIT_GOOD
