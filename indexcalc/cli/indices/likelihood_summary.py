"""What ``review --likelihood`` and ``review --backtest`` show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.called import Called
from indexcalc.cli.progress import working
from indexcalc.diagnostics import EXIT_GOOD, quantity
from indexcalc.report.tables import json_text, write_table

if TYPE_CHECKING:
    from indexcalc.analysis.likelihood.backtest import Backtest
    from indexcalc.analysis.likelihood.likelihood import Likelihood
    from indexcalc.market.market import Market

NAME_WIDTH = 23


def likelihood_shown(
    rule: str,
    market: Market,
    assume: Mapping[str, str],
    *,
    days: tuple[dt.date | None, dt.date | None],
    tries: int | None,
    backtest: int | None,
    seed: int,
    shape: str,
    out: Path | None,
) -> int:
    """Compute and print one of the two (``backtest`` where its number of reviews is said); ``out``: a file
    for its table, of names or of scores."""
    from indexcalc.analysis.likelihood.backtest import TRIES
    from indexcalc.analysis.likelihood.backtest import backtest as score
    from indexcalc.analysis.likelihood.likelihood import likelihood

    if backtest is not None:
        with working("Looking back"):
            scored = score(
                rule, market, reviews=backtest, tries=tries or TRIES, seed=seed, assume=assume
            )
        if out is not None:
            write_table(out, scored.scores)
        click.echo(_scores_as_json(scored) if shape == "json" else _scores(scored))
        return EXIT_GOOD
    with working("Drawing"):
        found = likelihood(
            rule, market, on=days[0], as_of=days[1], tries=tries or 1, seed=seed, assume=assume
        )
    if out is not None:
        write_table(out, found.names)
    click.echo(_as_json(found) if shape == "json" else _in_words(found, Called(market)))
    return EXIT_GOOD


def _as_json(found: Likelihood) -> str:
    names = ("index", "effective", "cutoff", "data_until", "tries", "seed", "missing", "measure")
    record = {name: getattr(found, name) for name in names} | {"names": found.names.to_pylist()}
    return json_text(record)


def _in_words(found: Likelihood, called: Called) -> str:
    rows = [
        f"{found.index}: review effective {found.effective}, cut-off {found.cutoff}, as seen on "
        f"{found.data_until}"
    ]
    if not found.missing:
        rows.append("  the windows are over: nothing is left to chance")
    else:
        rows.append(
            f"  {quantity(found.missing, 'session')} to the cut-off, "
            f"{quantity(found.tries, 'way')} they may go (seed {found.seed})"
        )
    rank = f"rank by {found.measure}" if found.measure else ""
    rows.append(f"    {'':<32}{'today':<7}{'forecast':<10}{'likely in':<12}{rank}".rstrip())
    for row in found.names.to_pylist():
        line = called.column(row["symbol"], found.effective, NAME_WIDTH)
        band = ""
        if row["rank"] is not None:
            band = f"{row['rank']:.0f} ({row['rank_low']:.0f} to {row['rank_high']:.0f})"
        today, forecast = ("in" if row[key] else "out" for key in ("member", "forecast"))
        share = f"{row['likelihood']:.1%}"
        rows.append(f"    {line}{today:<7}{forecast:<10}{share:<12}{band}".rstrip())
    if not found.names.num_rows:
        rows.append("    nobody is likely to come or go")
    return "\n".join(rows)


def _scores_as_json(scored: Backtest) -> str:
    record = {
        "index": scored.index,
        "tries": scored.tries,
        "seed": scored.seed,
        "scores": scored.scores.to_pylist(),
        "bins": scored.bins.to_pylist(),
    }
    return json_text(record)


def _scores(scored: Backtest) -> str:
    rows = [
        f"{scored.index}: likelihoods of {quantity(scored.tries, 'try', 'tries')} against what came "
        f"(seed {scored.seed})",
        f"  {'effective':<12}{'seen on':<12}{'names':>6}{'changes':>9}{'hits':>6}{'alarms':>8}"
        f"{'Brier':>9}{'no change':>11}{'forecast':>10}",
    ]
    for row in scored.scores.to_pylist():
        rows.append(
            f"  {row['effective']!s:<12}{row['as_of']!s:<12}{row['names']:>6}{row['changes']:>9}"
            f"{row['hits']:>6}{row['alarms']:>8}{row['brier']:>9.3f}{row['brier_no_change']:>11.3f}"
            f"{row['brier_forecast']:>10.3f}"
        )
    rows.append(f"  {'likely in':<14}{'names':>6}{'mean':>8}{'came':>8}")
    for row in scored.bins.to_pylist():
        if row["names"]:
            span = f"{row['from']:.0%} to {row['to']:.0%}"
            rows.append(f"  {span:<14}{row['names']:>6}{row['mean']:>8.1%}{row['share_in']:>8.1%}")
    return "\n".join(rows)
