"""The verb ``calendar``: the days of the coming reviews."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from indexcalc.cli.options import DateType
from indexcalc.diagnostics import EXIT_ERRORS, EXIT_GOOD, render_text

_DAYS = ("cutoff", "announcement", "pricing", "effective")


@click.command("calendar")
@click.argument("rule")
@click.option(
    "--format",
    "style",
    type=click.Choice(("text", "ics")),
    help="ics: an iCalendar file of all-day events.  Default: what the name of FILE ends with, else text.",
)
@click.option(
    "--from", "after", type=DateType(), metavar="D", help="After this day.  Default: today."
)
@click.option("--count", type=click.IntRange(1, 200), default=4, show_default=True, metavar="N")
@click.option("--lang", type=click.Choice(("en", "ko")), default="en", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to a file.  Default: to the screen.",
)
def command(
    rule: str, style: str | None, after: dt.date | None, count: int, lang: str, out: Path | None
) -> int:
    """Show cut-off, announcement, pricing and effective days of the next reviews of RULE."""
    from indexcalc.calculation.validate import far_enough, upcoming, validate
    from indexcalc.cli.files import write_text
    from indexcalc.cli.rules.validate import expected_days
    from indexcalc.report.rulebook.icalendar import icalendar

    day = after or dt.date.today()
    validated = validate(rule, until=far_enough(day, count))
    if validated.errors or validated.rule is None:
        click.echo(render_text(validated.errors, validated.texts), err=True)
        return EXIT_ERRORS
    coming = upcoming(validated, day, count)
    if style is None and out is not None and out.suffix.lower() == ".ics":
        style = "ics"
    if style == "ics":
        text = icalendar(validated.rule, coming, lang)
    elif coming:
        rows: list[tuple[str, ...]] = [("cut-off", "announcement", "pricing", "effective", "")]
        for item in coming:
            days = item.days(validated.rule)
            shown = (f"{days[name]:%a %Y-%m-%d}" if name in days else "-" for name in _DAYS)
            rows.append((*shown, item.kind))
        text = "".join("".join(f"{cell:<16}" for cell in row).rstrip() + "\n" for row in rows)
    else:
        text = f"no review of {validated.rule.index} can be dated after {day}\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_text(out, text, newline="")
        click.echo(f"wrote {out}", err=True)
    expected = expected_days(validated.rule.calendar, coming[-1].dates.effective) if coming else ()
    for note in (*validated.of_calendar, *expected):
        click.echo(f"note: {note}", err=True)
    return EXIT_GOOD
