"""The verb ``diff``: what differs between two methodologies, a rule and its past, or two runs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from indexcalc.cli.options import DateType
from indexcalc.diagnostics import EXIT_GOOD


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
def command(first: str, second: str | None, rules: bool, days: tuple[dt.date, ...]) -> int:
    """Show what differs between A and B: rules (names or paths), or runs (folders that hold one).

    Of rules: every value that differs, with its dates.  Of runs: members, weights and how far apart
    they are, on the days both set a list.
    """
    if second is not None and not rules and _is_run(first) and _is_run(second):
        return _runs(Path(first), Path(second), days)
    if len(days) > 2:
        raise click.UsageError("give --on once or twice")
    if second is None and len(days) != 2:
        raise click.UsageError("one RULE needs two dates: --on D1 --on D2")
    return _rules(first, second, days)


def _is_run(name: str) -> bool:
    return (Path(name) / "manifest.json").is_file()


def _rules(first: str, second: str | None, days: tuple[dt.date, ...]) -> int:
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
    click.echo(in_words(differences(rules[0], rules[1], on=on), names[0], names[1]))
    return EXIT_GOOD


def _runs(first: Path, second: Path, days: tuple[dt.date, ...]) -> int:
    from indexcalc.calculation.run.differences import WrittenLists, compare_runs, runs_in_words

    runs = [WrittenLists.read(folder) for folder in (first, second)]
    click.echo(runs_in_words(compare_runs(runs[0], runs[1], days), str(first), str(second)))
    return EXIT_GOOD
