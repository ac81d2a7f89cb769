"""The verb ``market import``: files of any known format, or with a map, into a market."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from indexcalc.cli.market.folder import market_folder
from indexcalc.cli.market.suggested_actions import suggest_option, write_suggestions
from indexcalc.cli.options import FiniteRange
from indexcalc.diagnostics import EXIT_GOOD, Findings, ImportRefused, quantity, render_text

if TYPE_CHECKING:
    from indexcalc.market.importers.imported import Imported
    from indexcalc.market.places.place import Place

# The registry of importers is behind imports that cost time; a test holds the two equal.
FORMATS = ("krx-csv", "kis-master", "fdr", "pykrx", "marcap", "table")


class FactType(click.ParamType[tuple[str, Any]]):
    """NAME=VALUE, a fact of a market."""

    name = "fact"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Any]:
        """The fact and its value; a usage error where the market has no such fact or it is not that."""
        from indexcalc.market.market_facts import said_fact

        name, equals, text = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is not NAME=VALUE, such as calendar=XKRX", param, ctx)
        try:
            return name.strip(), said_fact(name.strip(), text.strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@market_folder
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    help="The files' format.  Default: recognised from their content.",
)
@click.option(
    "--map",
    "map_path",
    type=click.Path(path_type=Path),
    metavar="MAP.yaml",
    help="Which columns of the file are which of the market's (docs/importing.md), or the name of a "
    "shipped map (docs/getting-data.md).",
)
@click.option("--sql", "query", metavar="QUERY", help="Rows of a database instead of files.")
@click.option(
    "--database",
    metavar="URL",
    help="Where --sql is asked: duckdb:FILE or postgresql://USER@HOST/NAME.",
)
@click.option("--date", "date", metavar="D", help="The day of the data, as YYYY-MM-DD.")
@click.option(
    "--into", metavar="TABLE", help="The table that has these headers as its column names."
)
@click.option(
    "--fact",
    "facts",
    multiple=True,
    type=FactType(),
    metavar="NAME=VALUE",
    help="What holds for the whole market, whatever its files say: calendar=XKRX, currency=KRW, "
    "complete=true, price_limit=0.3, name=...  Repeatable; without FILE, of the market that is there.",
)
@click.option(
    "--max-size",
    metavar="GB",
    type=FiniteRange(min=0, min_open=True),
    default=4.0,
    show_default=True,
    help="The largest file that is read, in gigabytes, packed or unpacked.",
)
@click.option(
    "--on-conflict",
    type=click.Choice(("refuse", "keep", "replace")),
    default="refuse",
    show_default=True,
    help="Where a stored row has another value: refuse the import, keep what is stored, "
    "or replace it and keep the old value in the table `replaced`.",
)
@suggest_option
def command(
    files: tuple[Path, ...],
    market: Place,
    format_name: str | None,
    map_path: Path | None,
    date: str | None,
    into: str | None,
    query: str | None,
    database: str | None,
    facts: tuple[tuple[str, Any], ...],
    max_size: float,
    on_conflict: Literal["refuse", "keep", "replace"],
    suggest: Path | None,
) -> int:
    """Import FILE... into a market: all of them, or nothing."""
    from indexcalc.cli.progress import working
    from indexcalc.market.importers.formats import read_file
    from indexcalc.market.importers.imported import GIGABYTE, Options
    from indexcalc.market.merging.merge import merge

    given = dict(facts)
    sources = bool(files) + (query is not None)
    if (query is None) != (database is None) or sources > 1 or not (sources or given):
        raise click.UsageError(
            "give FILE..., or --sql QUERY with --database URL, or --fact NAME=VALUE"
        )
    size = int(min(max_size, 1e9) * GIGABYTE)
    options = Options(date=_date(date), map_path=_map(map_path), into=into, max_size=size)
    read: list[Imported] = []
    findings = Findings()
    if query is not None and database is not None:
        from indexcalc.market.importers.maps.mapped import read_sql

        with working("Asking the database"):
            read.append(read_sql(query, database, options))
        _show(read[0])
    for path in files:
        try:
            with working(f"Reading {path.name}"):
                imported = read_file(path, options, format_name)
        except ImportRefused as refused:
            findings.items.extend(refused.diagnostics)
            continue
        read.append(imported)
        _show(imported)
    findings.raise_errors(ImportRefused)
    for imported in read:
        imported.facts.update(given)
    if not sources:
        read.append(_facts_alone(market, given))
    with working("Merging"):
        report = merge(market, read, on_conflict)
    for name, value in sorted(report.facts.items()):
        click.echo(f"fact     {name} = {value}{_unpackaged(value) if name == 'calendar' else ''}")
    for note in report.notes:
        click.echo(f"merged   {note}")
    for name, counts in report.tables.items():
        parts = [f"{quantity(counts.added, 'row')} added"]
        parts += [
            quantity(number, *words)
            for number, words in (
                (counts.filled, ("value filled in", "values filled in")),
                (counts.same, ("row was there already", "rows were there already")),
                (counts.known, ("row as known already", "rows as known already")),
                (
                    counts.kept,
                    (
                        "value differs and was kept as stored",
                        "values differ and were kept as stored",
                    ),
                ),
                (counts.replaced, ("value replaced", "values replaced")),
            )
            if number
        ]
        click.echo(f"merged   {name}: {', '.join(parts)}")
    _tell(market, read)
    if suggest is not None:
        write_suggestions(market, suggest)
    return EXIT_GOOD


def _tell(market: Place, read: list[Imported]) -> None:
    """What an import lacks, and what was most likely not meant: all of it warnings."""
    from indexcalc.market.checks.after_import import after_import

    found = after_import(market, read)
    if found:
        click.echo(render_text(found), err=True)


def _unpackaged(calendar: str) -> str:
    """What is said of a calendar whose sessions are not in this package, and must come with the market."""
    from indexcalc.market.calendar.packaged import names

    known = ", ".join(names())
    return (
        ""
        if calendar in names()
        else f" (not packaged, as {known} is: give its sessions as the table `sessions`)"
    )


def _facts_alone(market: Place, facts: dict[str, Any]) -> Imported:
    """Facts for a market without any file.  DataError (DAT010): there is no market."""
    from indexcalc.market.importers.imported import Imported
    from indexcalc.market.market_json import read_contents

    read_contents(market)
    return Imported("--fact", "facts", facts=facts)


def _show(imported: Imported) -> None:
    click.echo(f"{imported.path} ({imported.format})")
    for note in imported.notes:
        count = f": {note.count:,}" if note.count else ""
        click.echo(f"  {note.kind:8} {note.text}{count}")
    if imported.warnings.items:
        click.echo(render_text(imported.warnings.items), err=True)


def _map(path: Path | None) -> Path | None:
    """The map's file, or the shipped map of that name."""
    if path is None or path.exists() or path.name != str(path):
        return path
    shipped = Path(str(resources.files("indexcalc.market.importers") / "presets"))
    named = shipped / f"{path.name}.yaml"
    return named if named.is_file() else path


def _date(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a date like 2023-05-19", param_hint="--date"
        ) from None
