"""The verb ``validate``: all mistakes of rules at their line, and the next reviews' real days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import AssumeType, DateType, PlaceType
from indexcalc.diagnostics import (
    EXIT_DATA,
    EXIT_ERRORS,
    EXIT_GOOD,
    render_github,
    render_json,
    render_text,
)

if TYPE_CHECKING:
    from indexcalc.calculation.validate import Validated
    from indexcalc.market.market import Market
    from indexcalc.market.places.place import Place

_SHOWN_WIDTH = 400


@click.command("validate")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@click.option(
    "--market",
    "market_path",
    type=PlaceType(),
    metavar="DIR",
    help="Also check that this market can carry the rules.",
)
@click.option(
    "--assume",
    multiple=True,
    type=AssumeType(),
    metavar="KEY=VALUE",
    help="A value a run would assume where the data have none; repeatable.",
)
@click.option(
    "--dates",
    "count",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Print the real days of the next N reviews, and warn of dated keys between reviews.",
)
@click.option(
    "--from",
    "start",
    type=DateType(),
    metavar="D",
    help="The day after which --dates begins.  Default: the market's last price, else today.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "json", "github")),
    default="text",
    show_default=True,
    help="json: a list of {path, line, column, severity, code, message, hint}; github: annotations.",
)
def command(
    rules: tuple[str, ...],
    market_path: Place | None,
    assume: tuple[tuple[str, str], ...],
    count: int | None,
    start: dt.date | None,
    style: str,
) -> int:
    """Check the rules RULE... (shipped names or paths): exit 0, or 1 with all their mistakes.

    Warnings do not fail.  With --market, exit 3 where only the data are at fault.
    """
    from indexcalc.calculation.validate import exit_code, far_enough, validate
    from indexcalc.cli.progress import working

    if assume:
        _check_assumed(dict(assume))
    market = _market(market_path)
    after = _after(market, start)
    with working("Validating"):
        results = [
            validate(
                name,
                market,
                assume=dict(assume),
                until=far_enough(after, count) if count else None,
                between=count is not None,
            )
            for name in rules
        ]
    findings = list(dict.fromkeys(item for result in results for item in result.diagnostics))
    if style == "json":
        click.echo(render_json(findings))
    elif style == "github":
        if findings:
            click.echo(render_github(findings))
    else:
        for result in results:
            click.echo(_text(result, market_path))
            if count and result.rule is not None:
                click.echo(_dates(result, after, count, _why(market, start)))
    return exit_code(results, EXIT_GOOD, EXIT_ERRORS, EXIT_DATA)


def _check_assumed(assume: dict[str, str]) -> None:
    from indexcalc.diagnostics import Findings, UsageError
    from indexcalc.review.data.assumptions import check_assumed

    findings = Findings()
    check_assumed(assume, findings)
    findings.raise_errors(UsageError)


def _market(path: Place | None) -> Market | None:
    if path is None:
        return None
    from indexcalc.market.market import Market

    return Market.open(path)


def _after(market: Market | None, start: dt.date | None) -> dt.date:
    """The day after which dates are shown: as given, else the market's last price, else today."""
    if start is not None:
        return start
    if market is not None and market.days.size:
        from indexcalc.market.calendar.sessions import date_of

        return date_of(int(market.days[-1]))
    return dt.date.today()


def _why(market: Market | None, start: dt.date | None) -> str:
    if start is not None:
        return ""
    return " (the last price)" if market is not None else " (today; --from D names another day)"


def _text(result: Validated, market: Place | None) -> str:
    """Findings with their lines, then one line of summary and what else there is to know."""
    texts = {
        path: text
        for path, text in result.texts.items()
        if max(map(len, text.splitlines()), default=0) <= _SHOWN_WIDTH
    }
    blocks = [render_text(result.diagnostics, texts)] if result.diagnostics else []
    errors, warnings = len(set(result.errors)), len(set(result.warnings))
    name = result.rule.path if result.rule is not None else result.name
    blocks.append(f"{name}: " + (_counted(errors, warnings) or "good"))
    blocks += [f"  note: {note}" for note in result.notes]
    if result.carried:
        blocks.append(f"  market {market}:")
        blocks += [f"    {line}" for line in result.carried]
    return "\n".join(blocks)


def _counted(errors: int, warnings: int) -> str:
    parts = [
        f"{n} {word}{'s' if n > 1 else ''}"
        for n, word in ((errors, "error"), (warnings, "warning"))
        if n
    ]
    return ", ".join(parts)


def _dates(result: Validated, after: dt.date, count: int, why: str) -> str:
    """The table of ``--dates``."""
    from indexcalc.calculation.validate import upcoming

    assert result.rule is not None
    reviews = upcoming(result, after, count)
    head = f"  the next {len(reviews)} after {after}{why}"
    if result.rule.underlying is not None:
        below = result.rule.underlying.index
        return f"  {result.rule.index} is an overlay on {below}: it has no reviews"
    if not reviews:
        return f"  no review of {result.rule.index} can be dated after {after}{why}"
    rows = [("effective", "cut-off", "announcement", "pricing", "")]
    for item in reviews:
        dates = item.dates
        rows.append(
            (
                f"{dates.effective:%a %Y-%m-%d}",
                f"{dates.cutoff:%a %Y-%m-%d}",
                f"{dates.announcement:%a %Y-%m-%d}" if dates.announcement else "-",
                f"{dates.pricing:%a %Y-%m-%d}",
                item.kind,
            )
        )
    lines = ["    " + "".join(f"{cell:<16}" for cell in row).rstrip() for row in rows]
    return "\n".join(
        [
            head,
            *lines,
            *(
                f"    {note}"
                for note in expected_days(result.rule.calendar, reviews[-1].dates.effective)
            ),
        ]
    )


def expected_days(calendar: str, last: dt.date) -> list[str]:
    """A line where days rest on holidays that are expected and not announced."""
    from indexcalc.market.calendar.packaged import names, packaged_table

    if calendar not in names() or last <= packaged_table(calendar).verified_until:
        return []
    until = packaged_table(calendar).verified_until
    return [f"after {until} sessions of {calendar} are those expected; elections may move a day"]
