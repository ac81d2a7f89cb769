"""The verb ``schema``: the JSON Schema of rule files, from which editors complete and explain keys."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("schema")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to a file.  Default: to the screen.",
)
def command(out: Path | None) -> None:
    """Print the JSON Schema of rule files.

    A rule names it in its first line: `# yaml-language-server: $schema=PATH`.
    """
    from indexcalc.cli.files import write_text
    from indexcalc.methodology.describe.json_schema import schema_text

    if out is None:
        click.echo(schema_text(), nl=False)
        return
    write_text(out, schema_text())
    click.echo(f"wrote {out}", err=True)
