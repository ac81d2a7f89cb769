"""The notice of a change of methodology: each changed clause, and its effect on the last reviews."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.analysis.amounts import amount
from indexcalc.arrays import Floats
from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.figures.returns_and_drawdown import periods_a_year
from indexcalc.calculation.figures.volatility_and_tracking_error import tracking_error
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.differences import RunDifference, WrittenLists, compare_runs
from indexcalc.market import arrow
from indexcalc.market.market import Market
from indexcalc.methodology.describe.differences import Difference, differences
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

SHOWN = 6


class Notice(Struct, frozen=True):
    """``clauses`` that differ; ``effects`` by review, old list against new; ``reasons``: sources only the
    new rule gives; ``effective``: the first day a clause holds (None: not dated)."""

    index: str
    name: str
    clauses: tuple[Difference, ...]
    effective: dt.date | None
    reasons: tuple[str, ...]
    effects: tuple[RunDifference, ...] = ()
    tracking_error: float | None = None
    assets: float = 0.0
    currency: str = ""


def notice(
    old: Family,
    new: Family,
    market: Market | None = None,
    *,
    reviews: int = 4,
    assets: float = 1e12,
    assume: Mapping[str, str] | None = None,
) -> Notice:
    """The notice of the change from the rule asked for in ``old`` to that in ``new``.

    ``market``: where the effect is measured, on the last ``reviews`` days on which both set a list; None:
    the clauses alone.  ``assets``: what the money traded is said for.
    Raises what ``compute`` does.
    """
    first, second = old[old.asked[0]], new[new.asked[0]]
    clauses = differences(first, second)
    dates = [clause.from_ for clause in clauses if clause.from_ is not None]
    known = {(source.what, source.ref) for source in first.sources}
    reasons = tuple(
        f"{source.what} ({source.ref})"
        for source in second.sources
        if (source.what, source.ref) not in known
    )
    effects: tuple[RunDifference, ...] = ()
    error = None
    if market is not None:
        request = Request(assume=assumed_said(assume), keep_weights=False)
        runs = [compute_family(family, market, request)[family.asked[0]] for family in (old, new)]
        lists = [WrittenLists.of(run.index, run.constituents) for run in runs]
        effects = compare_runs(lists[0], lists[1])[-reviews:]
        error = run_tracking_error(runs[0].levels, runs[1].levels)
    return Notice(
        index=second.index,
        name=_name(second),
        clauses=clauses,
        effective=min(dates, default=None),
        reasons=reasons,
        effects=effects,
        tracking_error=error,
        assets=assets,
        currency=second.currency,
    )


def run_tracking_error(first: Any, second: Any) -> float | None:
    """The tracking error a year of two ``levels`` tables on the sessions both have; None: under three.

    Returns a year are those of the common sessions (``periods_a_year``).
    """
    days = [arrow.days(table.column("date")) for table in (first, second)]
    common = np.intersect1d(days[0], days[1])
    if common.size < 3:
        return None
    levels: list[Floats] = [
        arrow.floats(table.column("level"))[np.searchsorted(own, common)]
        for table, own in zip((first, second), days, strict=True)
    ]
    return float(tracking_error(levels[0], levels[1], periods_a_year(common)))


def _name(rule: Methodology) -> str:
    names = dict(rule.name)
    return str(names.get("en") or rule.index)


def markdown(made: Notice) -> str:
    """The notice as Markdown: a sentence a clause."""
    lines = [f"# Change of methodology: {made.name}", ""]
    when = "as the clauses say" if made.effective is None else str(made.effective)
    lines += [f"Index: {made.index}. Effective: {when}.", "", "## What changes", ""]
    lines += [f"- {_sentence(clause)}" for clause in made.clauses]
    if not made.clauses:
        lines.append("- Nothing: the two rules say the same.")
    if made.reasons:
        lines += ["", "## Why", "", *(f"- {reason}" for reason in made.reasons)]
    if made.effects:
        lines += [
            "",
            "## Effect on past reviews",
            "",
            f"| review | members | leave | join | active share | traded by {amount(made.assets)} |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(item, made) for item in made.effects]
        last = made.effects[-1]
        for word, names in (("leave", last.only_first), ("join", last.only_second)):
            if names:
                more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
                lines += ["", f"On {last.date} would {word}: {', '.join(names[:SHOWN])}{more}."]
        if made.tracking_error is not None:
            lines += [
                "",
                f"Tracking error of the two since they began: {made.tracking_error:.2%} a year.",
            ]
    return "\n".join(lines) + "\n"


def _sentence(clause: Difference) -> str:
    when = f" ({clause.when})" if clause.when else ""
    return f"`{clause.path}`{when}: {clause.first} becomes {clause.second}."


def _row(item: RunDifference, made: Notice) -> str:
    money = f"{amount(item.distance * made.assets)} {made.currency}"
    return (
        f"| {item.date} | {item.members[0]} to {item.members[1]} | {len(item.only_first)} | "
        f"{len(item.only_second)} | {item.distance:.2%} | {money} |"
    )


def as_html(made: Notice) -> str:
    """The notice as a page of HTML on its own."""
    body: list[str] = []
    listing = table = False
    for line in markdown(made).splitlines():
        text = html.escape(line)
        if listing and not line.startswith("- "):
            body.append("</ul>")
        if table and not line.startswith("|"):
            body.append("</table>")
        if line.startswith("- ") and not listing:
            body.append("<ul>")
        if line.startswith("|") and not table:
            body.append("<table>")
        listing, table = line.startswith("- "), line.startswith("|")
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            body.append(f"<h{level}>{text.lstrip('# ')}</h{level}>")
        elif listing:
            body.append(f"<li>{text[2:]}</li>")
        elif line.startswith("|---"):
            continue
        elif table:
            cells = "".join(f"<td>{cell.strip()}</td>" for cell in text.strip("|").split("|"))
            body.append(f"<tr>{cells}</tr>")
        elif line:
            body.append(f"<p>{text}</p>")
    title = html.escape(f"Change of methodology: {made.name}")
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    closing = "</ul>\n" if listing else "</table>\n" if table else ""
    return head + "<body>\n" + "\n".join(body) + f"\n{closing}</body></html>\n"
