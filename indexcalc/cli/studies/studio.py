"""The verb ``studio``: a page on this machine."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from indexcalc.cli.options import market_options
from indexcalc.diagnostics import EXIT_GOOD, UsageError


@click.command("studio")
@click.argument("rules", nargs=-1, metavar="[RULE...]")
@market_options
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder in which rules may be opened and saved; repeatable.  Default: those of RULE... given"
    " as paths, else the current one.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Default: any free one."
)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
def command(
    rules: tuple[str, ...],
    market_path: Path | None,
    assume: tuple[tuple[str, str], ...],
    folders: tuple[Path, ...],
    port: int,
    browser: bool,
) -> int:
    """Open a page on this machine: edit a rule, drag a lever, see the index and the reasons.

    It answers on 127.0.0.1 alone, to the address it prints; it writes nothing but on a button, in the
    folders given.  Ctrl-C ends it.
    """
    try:
        from indexcalc.studio.page import server
    except ModuleNotFoundError as missing:
        raise UsageError.of(
            "RUN010",
            f"the studio needs {missing.name}, which is not installed",
            where="studio",
            hint="pip install 'indexcalc[studio]'",
        ) from None
    import secrets

    from indexcalc.market.market import Market
    from indexcalc.methodology.load.load import is_name
    from indexcalc.studio.folders import Folders

    paths = [Path(rule) for rule in rules if not is_name(rule)]
    own = Folders.of([*folders, *(path.parent for path in paths)] or [Path()])
    names = [rule if is_name(rule) else Path(rule).stem for rule in rules]
    names = names or [own.listed()[0].name]
    for name in names:
        own.find(name)
    if market_path is not None:
        Market.open(market_path)  # what is wrong with it is said before a page is opened
    else:
        click.echo("no --market: using the synthetic demo market (no real company in it)", err=True)

    def ready(address: str) -> None:
        click.echo(address)
        click.echo(f"rules are opened and saved in {', '.join(map(str, own.own))}", err=True)
        if browser:
            webbrowser.open(address)

    server.run(
        rules=names,
        folders=own,
        market="" if market_path is None else str(market_path),
        assume=dict(assume),
        token=secrets.token_urlsafe(18),
        listening=server.listen(port),
        ready=ready,
    )
    return EXIT_GOOD
