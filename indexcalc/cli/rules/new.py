"""The verb ``new``: a commented rule file to start from, valid from its first line."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.files import write_text

if TYPE_CHECKING:
    from indexcalc.methodology.model.methodology import Methodology

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)
_SCHEMES = ("float_market_cap", "market_cap", "equal")
_COUNT = click.IntRange(2, 100_000)
SCHEMA_FILE = "indexcalc.schema.json"


@click.command("new")
@click.argument("name")
@click.option(
    "--from",
    "origin",
    metavar="RULE",
    help="Begin with this rule or pattern (a shipped name or a path) instead.",
)
@click.option(
    "--count", type=_COUNT, metavar="N", help="How many members.  Default: asked, else 30."
)
@click.option(
    "--scheme",
    type=click.Choice(_SCHEMES),
    help="How they are weighted.  Default: asked, else float_market_cap.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to write; it must not exist.  Default: NAME.yaml.",
)
@click.option(
    "--schema/--no-schema",
    default=True,
    show_default=True,
    help=f"Put {SCHEMA_FILE} beside it, so that editors complete and explain every key.",
)
def command(
    name: str,
    origin: str | None,
    count: int | None,
    scheme: str | None,
    out: Path | None,
    schema: bool,
) -> None:
    """Start the rule file of the index NAME (a-z, 0-9 and -).

    On a terminal, missing answers are asked for; in a pipe the defaults are used.
    """
    from indexcalc.methodology.describe import new_rule as starting

    if not _NAME.fullmatch(name):
        close = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        hint = f"; {close} would be one" if close else ""
        raise click.UsageError(f"{name!r} is not a name of an index: only a-z, 0-9 and -{hint}")
    path = out or Path(f"{name}.yaml")
    editor = SCHEMA_FILE if schema else ""
    if origin is not None:
        if count is not None or scheme is not None:
            raise click.UsageError("--from takes all from the other rule: no --count, no --scheme")
        rule = _rule(origin)
        if not starting.one_key_a_line(rule):
            raise click.UsageError(
                f"--from {origin}: write each of its top-level keys at the beginning of a line first"
            )
        text = starting.renamed(rule, name, editor)
    else:
        count, scheme = _answers(count, scheme)
        text = starting.starting_text(name, os.fspath(path), count, scheme, editor)
    write_text(path, text, anew=True)
    click.echo(f"wrote {path}")
    if schema:
        _write_schema(path.parent / SCHEMA_FILE)
    if path.stem != name:
        click.echo(f"note: other rules find it as `{name}` only in a file {name}.yaml", err=True)
    click.echo(f"next: indexcalc validate {path} --dates 4")


def _rule(origin: str) -> Methodology:
    from indexcalc.methodology.load.load import load_rule

    return load_rule(origin)


def _answers(count: int | None, scheme: str | None) -> tuple[int, str]:
    """The answers not given as options: asked on a terminal, else the defaults."""
    asked = _on_a_terminal()
    if count is None:
        count = click.prompt("How many names", default=30, type=_COUNT) if asked else 30
    if scheme is None:
        scheme = (
            click.prompt("Weighted how", default=_SCHEMES[0], type=click.Choice(_SCHEMES))
            if asked
            else _SCHEMES[0]
        )
    return count, scheme


def _on_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _write_schema(path: Path) -> None:
    from indexcalc.methodology.describe.json_schema import schema_text

    if not path.exists():
        write_text(path, schema_text())
        click.echo(f"wrote {path}")
