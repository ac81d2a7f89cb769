"""``stress --near``: the smallest changes of today's market, as text, JSON or a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexcalc.cli.options import Command, DateType, market_options
from indexcalc.diagnostics import quantity

if TYPE_CHECKING:
    from indexcalc.analysis.near.nearest import Nearest
    from indexcalc.analysis.near.questions import Change
    from indexcalc.market.market import Market

OWN = ("market_path", "assume", "on", "as_of", "names", "by", "sessions")
"""The options that go with ``--near`` alone."""
SHARED = ("rule", "near", "seconds", "tries", "out", "shape")
NAME_WIDTH = 22
SHOWN = 3
TITLES = {
    "member": "members nearest to a change, and the first outside",
    "cap": "caps",
    "level": "the level by {by:+.2%}",
}


def near_options(command: Command) -> Command:
    """``--near`` and the options that go with it."""
    for option in (
        click.option(
            "--sessions",
            type=click.IntRange(0, 60),
            metavar="N",
            help="With --near: move the cut-off by up to N sessions.  [5]",
        ),
        click.option("--by", metavar="1%", help="With --near: the move of the level.  [1%]"),
        click.option(
            "--names",
            type=click.IntRange(1, 50),
            metavar="N",
            help="With --near: names on each side of an edge.  [3]",
        ),
        click.option(
            "--as-of", type=DateType(), metavar="D", help="With --near: nothing later is known."
        ),
        click.option(
            "--on",
            type=DateType(),
            metavar="D",
            help="With --near: the first review from this day on.  [after the data]",
        ),
        market_options,
        click.option(
            "--near",
            is_flag=True,
            help="From the market as it is: the smallest change that flips a member, a cap or the level.",
        ),
    ):
        command = option(command)
    return command


def refuse_mixed(context: click.Context, near: bool) -> None:
    """UsageError: an option that does not go with, or without, ``--near``."""
    from click.core import ParameterSource

    for name in context.params:
        if context.get_parameter_source(name) is ParameterSource.DEFAULT or name in SHARED:
            continue
        if near != (name in OWN):
            option = next(item.opts[0] for item in context.command.params if item.name == name)
            raise click.UsageError(
                f"{option} goes with the search over made-up markets: leave it or --near out"
                if near
                else f"{option} goes with --near, which looks at the market as it is: add --near, or leave "
                f"{option} out to search over made-up markets"
            )


def near_shown(
    rule: str,
    market: Market,
    *,
    days: tuple[dt.date | None, dt.date | None],
    limits: tuple[float | None, int | None],
    names: int | None,
    by: str | None,
    sessions: int | None,
    assume: Mapping[str, str],
    out: Path | None,
    shape: str,
) -> None:
    """Search, write the table where asked, and show what was found."""
    from indexcalc.analysis.near.nearest import BY, EACH, SESSIONS, nearest
    from indexcalc.cli.progress import working
    from indexcalc.report.tables import json_text, write_table

    with working("Searching"):
        found = nearest(
            rule,
            market,
            on=days[0],
            as_of=days[1],
            each=EACH if names is None else names,
            sessions=SESSIONS if sessions is None else sessions,
            by=BY if by is None else _move(by),
            seconds=limits[0],
            tries=limits[1],
            assume=assume,
        )
    if out is not None:
        write_table(out, found.table)
    if shape == "json":
        click.echo(json_text(found.as_dict()))
        return
    click.echo(_in_words(found, limits[1] is None, market))
    if out is not None:
        click.echo(f"  {out}: {quantity(len(found.changes), 'row')}")


def _move(text: str) -> float:
    """``1%`` or ``-1%`` as a share with its sign."""
    from indexcalc.analysis.amounts import read_share

    sign = -1.0 if text.strip().startswith("-") else 1.0
    return sign * read_share(text.strip().lstrip("+-"), "--by")


def _in_words(found: Nearest, timed: bool, market: Market) -> str:
    from indexcalc.cli.called import Called

    called, synthetic = Called(market), bool(market.facts.get("synthetic"))
    time = f" in {found.seconds:.0f} s" if timed else ""
    lines = [
        f"{found.index}: review effective {found.effective}, cut-off {found.cutoff}",
        *(["  on the synthetic demo market: no figure is of a real company"] if synthetic else []),
        f"  window price: closes of {found.window[0]} to {found.window[1]}; "
        f"float: its factor from {found.window[0]} on",
    ]
    for flips, title in TITLES.items():
        changes = [change for change in found.changes if change.flips == flips]
        if changes:
            days = {change.first for change in changes if change.moved == "last close"}
            said = "".join(f"; `last close` moves the closes from {day} on" for day in sorted(days))
            lines.append(f"  {title.format(by=found.by)}{said}")
        of_line: dict[str, list[Change]] = {}
        for change in changes:
            of_line.setdefault(change.symbol, []).append(change)
        for symbol, own in of_line.items():
            line = called.column(symbol, found.effective, NAME_WIDTH)
            lines.append(f"    {line}{own[0].side}".rstrip())
            lines += [f"      {change.moved:<14}{_answer(change)}" for change in own]
    quick = f" ({found.quick} on the sessions of the window alone)" if found.quick else ""
    made = quantity(found.reviews, "review") + quick, quantity(found.computations, "computation")
    lines.append(f"  {made[0]} and {made[1]} of the level were made{time}")
    open_ = sum(not change.searched for change in found.changes)
    if open_:
        said = quantity(open_, "question has", "questions have")
        lines.append(f"  {said} no answer yet: allow more --seconds or --tries")
    return "\n".join(lines)


def _answer(change: Change) -> str:
    """What must change, what comes of it, and how much is not enough."""
    from indexcalc.analysis.near.questions import CUT_OFF, percent, reach

    if change.enough is None or change.short is None:
        if not change.searched:
            return "not answered"
        if change.moved == CUT_OFF:
            return f"none of {quantity(round(change.down), 'session')} earlier to {change.up:.0f} later"
        return f"none {reach(change)}"
    if change.moved == CUT_OFF:
        size, way = abs(int(change.enough)), "earlier" if change.enough < 0 else "later"
        said = f"{size} session{'s' * (size > 1)} {way}, {change.last}"
        less = f"  ({size - 1} {'is' if size == 2 else 'are'} not enough)" if size > 1 else ""
    else:
        said = percent(change.enough)
        less = f"  ({percent(change.short, enough=False)} is not enough)" if change.short else ""
    coming, going = ("enters", "leaves") if change.flips == "member" else ("is capped", "is free")
    moves = [f"{name} {coming}" for name in change.comes] + [
        f"{name} {going}" for name in change.goes
    ]
    more = f" and {len(moves) - SHOWN} more" if len(moves) > SHOWN else ""
    return f"{said}{less}" + (f"  {', '.join(moves[:SHOWN])}{more}" if moves else "")
