"""What verbs on runs share: the run they are about, and its findings on the way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, Diagnostic, render_text

if TYPE_CHECKING:
    from indexcalc.calculation.run.run import Run
    from indexcalc.market.market import Market


def run_of(
    name: str, market: Market, assume: Mapping[str, str], returns: Sequence[str] = ()
) -> tuple[Run, Mapping[str, str]]:
    """The run in a folder (or the only one inside it) with its composition, or that of a rule; and the
    texts its findings point into."""
    from indexcalc.calculation.compute import compute_family
    from indexcalc.calculation.plan import Request
    from indexcalc.calculation.stored_run import run_again
    from indexcalc.cli.options import run_in
    from indexcalc.methodology.load.family import load_family
    from indexcalc.review.data.assumptions import assumed_said

    folder = run_in(name)
    if folder is not None:
        return run_again(folder, market), {}
    family = load_family([name])
    request = Request(returns=tuple(returns), assume=assumed_said(assume))
    return compute_family(family, market, request)[family.asked[0]], family.texts


def told(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], start: dt.date | None = None
) -> int:
    """Show findings, each once, beside what a verb has shown from ``start`` on; the exit code that says
    whether one is an error.  Windows before the data are told in a line each: `compute` and `validate`
    show them at their place."""
    from indexcalc.calculation.findings import SHORT_WINDOWS, of_period

    found = of_period(diagnostics, start)
    short = [replace(item, hint="") for item in found if item.code == SHORT_WINDOWS]
    others = [item for item in found if item.code != SHORT_WINDOWS]
    for items, beside in ((others, texts), (short, {})):
        if items:
            click.echo(render_text(items, beside), err=True)
    return EXIT_ERRORS if any(item.severity == "error" for item in found) else EXIT_GOOD
