"""The verb ``market``: import, check, info, compact, demo."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from indexcalc.diagnostics import (
    EXIT_ERRORS,
    EXIT_GOOD,
    DataError,
    Findings,
    ImportRefused,
    UsageError,
    render_github,
    render_json,
    render_text,
)

if TYPE_CHECKING:
    from indexcalc.market.importers.imported import Imported

# The registry of importers is behind imports that cost time; a test holds the two equal.
FORMATS = ("krx-csv", "kis-master", "fdr", "pykrx", "marcap", "table")

_MARKET = click.option(
    "--market",
    "market",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The market's folder.",
)


@click.group()
def command() -> None:
    """Make, check and describe markets."""


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_MARKET
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="The files' format.  Default: told from their content.",
)
@click.option(
    "--map",
    "map_path",
    type=click.Path(path_type=Path),
    metavar="MAP.yaml",
    help="Which columns of the file are which of the market's (docs/importing.md).",
)
@click.option("--date", "date", metavar="D", help="The day the files are of: YYYY-MM-DD.")
@click.option("--into", metavar="TABLE", help="The table whose column names the headers are.")
@click.option(
    "--on-conflict",
    type=click.Choice(("refuse", "keep", "replace")),
    default="refuse",
    show_default=True,
    help="A row is stored already with another value: refuse the import, keep what is stored, "
    "or replace it and keep the old value in the table `replaced`.",
)
def import_(
    files: tuple[Path, ...],
    market: Path,
    format_name: str | None,
    map_path: Path | None,
    date: str | None,
    into: str | None,
    on_conflict: Literal["refuse", "keep", "replace"],
) -> int:
    """Import FILE... into a market: all of them, or nothing."""
    from indexcalc.market.importers.formats import read_file
    from indexcalc.market.importers.imported import Options
    from indexcalc.market.merging.merge import merge

    options = Options(date=_date(date), map_path=map_path, into=into)
    read: list[Imported] = []
    findings = Findings()
    for path in files:
        try:
            imported = read_file(path, options, format_name)
        except ImportRefused as refused:
            findings.items.extend(refused.diagnostics)
            continue
        read.append(imported)
        _show(imported)
    findings.raise_errors(ImportRefused)
    report = merge(market, read, on_conflict)
    for name, value in sorted(report.facts.items()):
        click.echo(f"fact     {name} = {value}")
    for note in report.notes:
        click.echo(f"merged   {note}")
    for name, counts in report.tables.items():
        said = [f"{counts.added:,} rows added"]
        said += [
            f"{number:,} {words}"
            for number, words in (
                (counts.filled, "values filled in"),
                (counts.same, "rows were there already"),
                (counts.kept, "values differ and were kept as stored"),
                (counts.replaced, "values replaced"),
            )
            if number
        ]
        click.echo(f"merged   {name}: {', '.join(said)}")
    return EXIT_GOOD


def _show(imported: Imported) -> None:
    click.echo(f"{imported.path} ({imported.format})")
    for note in imported.notes:
        count = f": {note.count:,}" if note.count else ""
        click.echo(f"  {note.kind:8} {note.text}{count}")
    if imported.warnings.items:
        click.echo(render_text(imported.warnings.items), err=True)


def _date(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no date like 2023-05-19", param_hint="--date"
        ) from None


@command.command()
@_MARKET
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("text", "json", "github")),
    default="text",
    show_default=True,
)
def check(market: Path, format_name: str) -> int:
    """Check a market: gaps, orphans, contradictions, and sums against published figures."""
    from indexcalc.market.checks.check import check_market

    result = check_market(market)
    if format_name == "text":
        for line in result.lines:
            click.echo(line)
        if result.findings.items:
            click.echo(render_text(result.findings.items))
        errors = len(result.findings.errors)
        click.echo(f"{errors} errors, {len(result.findings.items) - errors} warnings")
    else:
        shown = {"json": render_json, "github": render_github}[format_name]
        click.echo(shown(result.findings.items))
    return EXIT_ERRORS if result.findings.errors else EXIT_GOOD


@command.command()
@_MARKET
def info(market: Path) -> None:
    """Describe a market: tables, dates, columns, facts, files."""
    from indexcalc.market.checks.info import describe

    for line in describe(market):
        click.echo(line)


@command.command()
@_MARKET
def compact(market: Path) -> None:
    """Make few files of many small daily ones."""
    from indexcalc.market.merging.merge import compact as compact_files

    before, after = compact_files(market)
    click.echo(f"daily: {before} files before, {after} now")


@command.command()
@click.option("--securities", type=click.IntRange(min=1), help="Lines in all.")
@click.option("--years", type=click.FloatRange(min=0, min_open=True), help="Years of sessions.")
@click.option("--seed", type=int, help="Another market of the same kind.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A folder that holds no market yet.",
)
def demo(securities: int | None, years: float | None, seed: int | None, out: Path) -> None:
    """Write a synthetic market: no real company, no real price."""
    if (out / "market.json").exists():
        raise UsageError.of(
            "IMP013",
            "there is a market already, and a demo market is not mixed with another",
            path=out,
            hint="name another folder with --out",
        )
    from indexcalc.market import store
    from indexcalc.market.conform import conform
    from indexcalc.market.demo import demo_source

    said: dict[str, Any] = {"n_securities": securities, "n_years": years, "seed": seed}
    source = demo_source(**{key: value for key, value in said.items() if value is not None})
    with store.writing(out) as writer:
        writer.facts.update(source.facts)
        writer.put_daily(source.daily_chunks())
        findings = Findings()
        for name, table in source.small_tables().items():
            conformed = conform(name, table, findings)
            if conformed is not None:
                writer.put(name, conformed)
        findings.raise_errors(DataError)
    click.echo(f"{out}: a synthetic market, not real data")
