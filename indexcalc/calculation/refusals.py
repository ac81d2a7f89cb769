"""What a plan refuses before anything is computed: an empty period, untaxed net returns, faulty rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from indexcalc.calculation.requirements.float_and_shares import check_float_and_shares
from indexcalc.calculation.requirements.needs import needs_of
from indexcalc.calculation.requirements.tables_and_columns import check_tables_and_columns
from indexcalc.diagnostics import DataError, Diagnostic, Findings, UsageError
from indexcalc.market.calendar.sessions import Sessions, date_of
from indexcalc.market.market import Market
from indexcalc.methodology.check.check import check
from indexcalc.methodology.check.dates import check_dates, may_lack_days
from indexcalc.methodology.check.findings_in_place import Checking
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.load.load import RuleTextError
from indexcalc.methodology.model.methodology import Methodology


def refuse_empty(rule: Methodology, begins: dt.date, ends: dt.date, market: Market) -> None:
    """DataError (CAL010): the period asked for has no session of the index in it."""
    message = (
        f"{rule.index} has no session to compute: its first is {begins}, and the last asked for"
    )
    hint = "ask for a later --to, or an earlier --from"
    raise DataError.of("CAL010", f"{message} is {ends}", path=market.place, hint=hint)


def refuse_lacking(
    rules: Iterable[Methodology],
    market: Market,
    last: int,
    horizon: dt.date | None,
    assume: Mapping[str, str],
    sketch: bool,
) -> dict[str, list[Diagnostic]]:
    """By index, what its words name and nobody in the market has (DAT043), told all the same.

    DataError (DAT001 to DAT003): a table or column is not there, or of another kind, that a rule needs by
    the session ``last``, or by the day ``horizon`` past it.  Of a ``sketch`` only float factors and listed
    shares are asked.
    """
    found: dict[str, list[Diagnostic]] = {}
    errors = Findings()
    for rule in rules:
        findings, until = Findings(), max(date_of(market.days[last]), horizon or dt.date.min)
        if sketch:
            check_float_and_shares(rule, market, assume, needs_of(rule), findings)
        else:
            check_tables_and_columns(rule, market, assume, findings, until)
        found[rule.index] = findings.items
        errors.items += findings.errors
    errors.raise_errors(DataError)
    return found


def refuse_untaxed(rule: Methodology, findings: Findings) -> None:
    """UsageError (CAL012): net returns are asked of a rule that says no tax rate."""
    if rule.returns.withholding is None:
        findings.add(
            "CAL012",
            f"{rule.index} says no tax rate for net returns",
            where="--returns",
            hint="add `returns: {withholding: 15.4%}` to the rule, or to a variant of it",
        )
        raise UsageError(findings.items)


def refuse_faulty(family: Family, sessions: Sessions) -> dict[str, list[Diagnostic]]:
    """By index, what a run tells all the same: words that look misspelt (RUL116).

    RuleTextError: a rule reads, and what it says cannot be computed.

    Of what ``validate`` finds on real dates only a day that reviews do not have (DTE011) stops a
    computation; the rest is about the future.
    """
    errors: list[Diagnostic] = []
    odd: dict[str, list[Diagnostic]] = {}
    for name in family:
        checked = check(family[name], family.rules)
        errors += checked.errors
        odd[name] = [item for item in checked.items if item.code == "RUL116"]
        dated = Checking(family[name], family.rules)
        if may_lack_days(dated):
            check_dates(dated, sessions)
        found = dated.findings.errors
        errors += [item for item in found if item.code == "DTE011" and item not in errors]
    if errors:
        raise RuleTextError(errors, family.texts)
    return odd
