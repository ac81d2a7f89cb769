"""The verb ``verify``: recompute a written run and compare."""

from __future__ import annotations

from operator import methodcaller
from typing import TYPE_CHECKING, Any

import click

from indexcalc.cli.options import PlaceType
from indexcalc.diagnostics import (
    EXIT_ERRORS,
    EXIT_GOOD,
    DataError,
    Findings,
    IndexcalcError,
    RunError,
    UsageError,
    render_text,
)

if TYPE_CHECKING:
    from indexcalc.calculation.verify import Verdict
    from indexcalc.market.market import Market
    from indexcalc.market.places.place import Place


@click.command("verify")
@click.argument("out", type=PlaceType(there=True))
@click.option(
    "--market",
    "market_path",
    type=PlaceType(),
    metavar="DIR",
    help="The market's folder.  Default: the demo market.",
)
def command(out: Place, market_path: Place | None) -> int:
    """Recompute every run or sweep under OUT from its manifest and compare all values."""
    from indexcalc.calculation.run.files_and_journal import MANIFEST, read_manifest
    from indexcalc.cli.options import open_market
    from indexcalc.cli.progress import working
    from indexcalc.report.verify import verify

    # Its manifest first: of a store that refuses, that is told as of a run.
    manifest = read_manifest(out)
    manifests: dict[Place, dict[str, Any]] = {out: manifest} if manifest else {}
    findings = Findings()
    code = EXIT_GOOD
    below: list[Place] = sorted(out.iterdir(), key=str)
    for folder in filter(methodcaller("is_dir"), below):
        try:
            manifest = read_manifest(folder)
            if manifest is None and (folder / "levels.parquet").is_file():
                raise RunError.of("RUN003", f"{MANIFEST} is missing", path=folder)
        except RunError as error:
            code = _not_judged(folder, error, findings, code)
            continue
        if manifest:
            manifests[folder] = manifest
    if not manifests and not findings.items:
        raise click.UsageError(f"there is no run in {out}")
    market = open_market(market_path)
    names = [manifest["index"] for manifest in manifests.values()]
    demo = market.content_hashes() if market_path is None else None
    for folder, manifest in manifests.items():
        try:
            foreign = demo is not None and manifest["market"]["tables"] != demo
            with working("Computing again"):
                verdict = _of_no_market(folder, market) if foreign else verify(folder, market)
        except IndexcalcError as error:
            code = _not_judged(folder, error, findings, code)
            continue
        name = str(folder) if names.count(manifest["index"]) > 1 else ""
        click.echo(f"{'good' if verdict.good else 'BAD '}  {verdict.sentence(name)}")
        if not verdict.good:
            code = max(code, EXIT_ERRORS)
            for place in verdict.differences:
                click.echo(f"      {place}")
            findings.add(
                "RUN004",
                "recomputed from its manifest, it has other values",
                path=str(folder),
                hint=_way_out(verdict),
            )
    if findings.items:
        click.echo(render_text(findings.items), err=True)
    return code


def _of_no_market(folder: Place, market: Market) -> Verdict:
    """The verdict on a run of other data than the demo market, where no market is named.

    UsageError (RUN004): it is equal to no run over that one, and nothing says that it should be.
    """
    from indexcalc.report.verify import verify

    try:
        verdict = verify(folder, market)
        if verdict.good or verdict.changed:
            return verdict
    except DataError:
        pass
    raise UsageError.of(
        "RUN004",
        "it was not made from the demo market",
        path=folder,
        hint="name the market of the run: --market DIR",
    )


def _not_judged(folder: Place, error: IndexcalcError, findings: Findings, code: int) -> int:
    """Tell a run that cannot be judged, whatever is beside it; the exit code from here on."""
    mark = "?   " if isinstance(error, UsageError) else "BAD "
    click.echo(f"{mark}  {folder}: it cannot be judged ({error.diagnostics[0].code})")
    findings.items.extend(error.diagnostics)
    return max(code, error.exit_code)


def _way_out(verdict: Verdict) -> str:
    if verdict.changed:
        return (
            "a file was changed after the run was written: compute it again, or take it from a copy"
        )
    if verdict.same_data:
        return (
            "other versions compute otherwise: take those of the manifest, or compute the run again"
        )
    return "compare the market with the one the manifest names; compute the run again"
