"""Has a market the tables and columns a rule asks for?  What is not there stops every computation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from indexcalc.calculation.requirements.float_and_shares import SHARES, check_float_and_shares
from indexcalc.calculation.requirements.needs import Needs, needs_of
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.sessions import date_of
from indexcalc.market.market import Market
from indexcalc.market.tables import TABLES
from indexcalc.methodology.check.findings_in_place import place
from indexcalc.methodology.load.names import define, near_name
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.fields import MADE_DAILY, kind_of

_IMPORTED = "import it, or say --assume {name}=VALUE"


def check_tables_and_columns(
    rule: Methodology,
    market: Market,
    assume: Mapping[str, str],
    findings: Findings,
    until: dt.date | None = None,
) -> Needs:
    """What the rule needs from the first session to ``until`` (None: to the last one).

    Errors CAL010 for a base date after it, DAT001 and DAT002 for what the market has nowhere and nothing
    assumes, and DAT003 for a column of another kind than the rule says.  Words of a rule that hold on no
    day of the period ask for nothing.
    """
    first, last = (date_of(int(market.days[place])) for place in (0, -1))
    _base_date(rule, max(last, until or last), findings)
    needs = needs_of(rule, first, until or last)
    for table, path in needs.tables.items():
        if table not in ("daily", "dividends") and market.table(table) is None:
            findings.add(
                "DAT001",
                f"the market has no table `{table}`",
                span=place(rule, path),
                where=path,
                path=rule.path,
                hint=f"import rows of `{table}`",
            )
    known = {*market.columns("daily"), *market.columns("securities"), *MADE_DAILY}
    for name, path in needs.columns.items():
        if name in known or name in assume or name == SHARES:
            continue
        own = {*rule.measures, *rule.groups, *rule.columns} - {name}
        close = near_name(name, own, known)
        findings.add(
            "DAT002",
            f"neither `daily` nor `securities` has the column `{name}`",
            span=place(rule, path),
            where=path,
            path=rule.path,
            hint=f"did you mean `{close}`?"
            if close
            else ", ".join(filter(None, (_defined(name, path), _IMPORTED.format(name=name)))),
        )
    _kinds(rule, market, needs, findings)
    check_float_and_shares(rule, market, assume, needs, findings)
    return needs


def _defined(name: str, path: str) -> str:
    """How a rule may define the name itself; '' of a column that a market has or lacks."""
    of_tables = any(name in TABLES[table].by_name for table in ("daily", "securities"))
    return "" if of_tables else define(name, path)


def _base_date(rule: Methodology, last: dt.date, findings: Findings) -> None:
    """CAL010: the series is to begin after all there is."""
    if rule.base is not None and rule.base.date > last:
        findings.add(
            "CAL010",
            f"the base date {rule.base.date} is after the data, which end on {last}",
            span=place(rule, "base.date"),
            where="base.date",
            path=rule.path,
            hint=f"say a date up to {last}, or import later rows",
        )


def _kinds(rule: Methodology, market: Market, needs: Needs, findings: Findings) -> None:
    """DAT003: a column the rule names under `columns` is of another kind in the market."""
    for name in needs.columns:
        stated, kind = rule.columns.get(name), kind_of(market, name)
        if stated is not None and kind is not None and kind != stated.of:
            word = "float" if stated.of == "number" else stated.of
            findings.add(
                "DAT003",
                f"the market's column `{name}` is one of kind {kind}, the rule says {stated.of}",
                span=place(rule, f"columns.{name}"),
                where=f"columns.{name}",
                path=rule.path,
                hint=f"import it into a new market with `{name}: {{column: ..., as: {word}}}` in a map, or "
                "correct the rule",
            )
