"""Runs a rule's own cases and says, where one fails, what was expected and what came out.

Indices the rule rests on are computed on the same tiny market: a parent whose selection is ``given``
takes its list from the case's ``memberships``, and such a list starts the history of any other.  A
rule whose weights this version does not compute can have cases of its members; then the lists are
those its reviews made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from indexcalc.calculation.compute import compute_family
from indexcalc.calculation.members.index_members import Members, Setting
from indexcalc.calculation.members.members import members_of
from indexcalc.calculation.plan import Request
from indexcalc.calculation.requirements import unsupported
from indexcalc.calculation.run.run import Run
from indexcalc.cases.reading import Case, Expectation, each_once, read_cases
from indexcalc.diagnostics import Diagnostic, Findings, IndexcalcError, UsageError, quantity
from indexcalc.market import arrow
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.holidays import sessions_of_run
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import Assumptions

_NAMES_SHOWN = 8


class CaseResult(Struct, frozen=True):
    """One case run: ``findings`` say what does not hold (nothing: it passes)."""

    index: str
    name: str
    findings: tuple[Diagnostic, ...]

    @property
    def passed(self) -> bool:
        """Does all that is expected hold?"""
        return not self.findings


class CaseReport(Struct, frozen=True):
    """The cases of some rules: ``without`` are the rules that have none, ``texts`` the files read,
    by path, to show findings in."""

    results: tuple[CaseResult, ...]
    without: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What does not hold, over all cases."""
        return tuple(finding for result in self.results for finding in result.findings)


def run_cases(
    rules: Iterable[str | Path | Methodology] = (),
    *,
    shipped: Path | None = None,
    file: Path | None = None,
) -> CaseReport:
    """The cases of ``rules`` (names, paths, folders or methodologies; none: every shipped rule), in
    order; ``file``: the cases of that file instead of their own.

    Raises RuleTextError where a rule does not read; a case that does not read fails.
    """
    shipped = shipped or shipped_folder()
    paths = each_once(rules) or [path for _, path in sorted(shipped_names(shipped).items())]
    results: list[CaseResult] = []
    without: list[str] = []
    texts: dict[str, str] = {}
    for name in paths:
        family = load_family([name], shipped=shipped)
        rule = family[family.asked[0]]
        read = read_cases(rule, file)
        texts.update(family.texts)
        texts.update(read.texts)
        for case, findings in read.broken:
            results.append(CaseResult(rule.index, case, tuple(findings.items)))
        results += [
            CaseResult(rule.index, case.name, run_case(case, rule, family)) for case in read.cases
        ]
        if not read.broken and not read.cases:
            without.append(rule.index)
    return CaseReport(tuple(results), tuple(without), texts)


def run_case(case: Case, rule: Methodology, family: Family) -> tuple[Diagnostic, ...]:
    """What of one case does not hold (CAS001, CAS004); ``family``: the rule and all it rests on."""
    findings = Findings()
    whole = any(item.what != "members" for item in case.expected)
    try:
        result: _Result
        if whole or _is_computed(family, case.market):
            alone = Family(family.rules, (rule.index,))
            run = compute_family(alone, case.market, Request(sketch=True))[rule.index]
            result = _Result.of_run(run)
        else:
            result = _reviewed(rule, family, case.market)
    except IndexcalcError as error:
        _compare_codes(case, error.diagnostics, findings)
        if case.codes is not None and case.expected:
            _fails(findings, case, f"nothing came out: {error.diagnostics[0].message}")
        return tuple(findings.items)
    _compare_codes(case, result.diagnostics, findings)
    for item in case.expected:
        _compare(case, item, result, findings)
    return tuple(findings.items)


def _is_computed(family: Family, market: Market) -> bool:
    """Are the weights of a rule, and of all it rests on, computed by this version?"""
    findings = Findings()
    if not market.days.size:
        return True
    first, last = date_of(market.days[0]), date_of(market.days[-1])
    for name in family:
        unsupported.report(family[name], first, last, findings)
    return not findings.errors


# --- what came out ----------------------------------------------------------------------------------


class _Result(Struct, frozen=True):
    """What a case is compared with.  ``lists``: the members from each day on (since 1970-01-01);
    ``regular``: the days of regular reviews; ``run`` None: only members are known."""

    lists: Mapping[int, tuple[str, ...]]
    regular: tuple[int, ...]
    ledger: Any
    diagnostics: tuple[Diagnostic, ...]
    run: Run | None = None

    @classmethod
    def of_run(cls, run: Run) -> _Result:
        days = arrow.days(run.constituents.column("effective_date"))
        symbols = np.array(arrow.texts(run.constituents.column("symbol")), dtype=object)
        reviewed = arrow.days(run.reviews.column("effective_date"))
        kinds = arrow.texts(run.reviews.column("kind"))
        lists = {int(day): tuple(symbols[days == day]) for day in reviewed}
        regular = [int(day) for day, kind in zip(reviewed, kinds, strict=True) if kind == "regular"]
        return cls(lists, tuple(regular), run.decisions, run.diagnostics, run)

    def in_force(self, day: int) -> int | None:
        """The day from which the list of a day is in force; None before the first."""
        return max((begun for begun in self.lists if begun <= day), default=None)


def _reviewed(rule: Methodology, family: Family, market: Market) -> _Result:
    """The lists a rule's reviews make, without weights and levels."""
    sessions, _ = sessions_of_run(market, rule.calendar, rule.currency, "")
    findings = Findings()
    known: dict[str, Members] = {}
    for name in family:
        assumptions = Assumptions(market.symbols, {})
        setting = Setting(market, sessions, assumptions, findings, int(market.days.size) - 1)
        known[name] = members_of(family[name], setting, known)
    own = known[rule.index]
    symbols = market.symbols
    lists = {
        result.effective: tuple(symbols[int(code)] for code in result.members)
        for result in own.results
    }
    regular = tuple(item.effective for item in own.results if item.kind == "regular")
    seen = np.full(len(symbols), market.days[0]), np.full(len(symbols), market.days[-1])
    ledger = own.ledger(int(market.days[0]), int(market.days[-1]), *seen)
    return _Result(lists, regular, ledger, tuple(findings.items))


# --- comparing --------------------------------------------------------------------------------------


def _fails(findings: Findings, case: Case, message: str, item: Expectation | None = None) -> None:
    findings.add(
        "CAS001",
        message,
        span=case.span if item is None else item.span,
        where=case.where if item is None else item.where,
        hint="" if item is None else f"case: {case.name}",
    )


def _compare_codes(case: Case, reported: Sequence[Diagnostic], findings: Findings) -> None:
    """The codes found against those expected; where none are said, no error may be found."""
    if case.codes is None:
        for item in reported:
            if item.severity == "error":
                _fails(findings, case, f"no error was expected, got {_told(item)}")
        return
    missing = sorted(set(case.codes) - {item.code for item in reported})
    extra = [item for item in reported if item.code not in case.codes]
    if missing:
        _fails(findings, case, f"expected {', '.join(missing)}, which was not found")
    for item in extra:
        _fails(findings, case, f"not expected: {_told(item)}")


def _told(finding: Diagnostic) -> str:
    where = f"{finding.file}: " if finding.file else ""
    return f"{where}{finding.code} {finding.message}"


def _compare(case: Case, item: Expectation, result: _Result, findings: Findings) -> None:
    if item.what == "levels":
        assert result.run is not None
        _compare_level(case, item, result.run, findings)
        return
    days = result.regular if item.on is None else (day_number(item.on),)
    if not days:
        _fails(findings, case, "there is no regular review in the case", item)
    for day in days:
        begun = result.in_force(day)
        if begun is None:
            first = ", ".join(str(date_of(at)) for at in sorted(result.lists)[:1]) or "none at all"
            message = f"nothing is in force on {date_of(day)}; the first list: {first}"
            findings.add("CAS004", message, span=item.span, where=item.where)
        elif item.what == "members":
            _compare_members(case, item, result, begun, day, findings)
        else:
            _compare_numbers(case, item, result, begun, day, findings)


def _compare_members(
    case: Case, item: Expectation, result: _Result, begun: int, day: int, findings: Findings
) -> None:
    assert isinstance(item.value, tuple)
    got = result.lists[begun]
    missing = [name for name in item.value if name not in got]
    extra = [name for name in got if name not in item.value]
    if not missing and not extra:
        return
    parts = [f"expected {quantity(len(item.value), 'member')} on {date_of(day)}, got {len(got)}"]
    for word, names in (("missing", missing), ("not expected", extra)):
        reasons = [name + _reason(result.ledger, case.market, name, begun) for name in names]
        reasons = reasons[:_NAMES_SHOWN]
        more = [f"and {len(names) - _NAMES_SHOWN} more"] if len(names) > _NAMES_SHOWN else []
        if reasons:
            parts.append(f"{word}: " + ", ".join([*reasons, *more]))
    _fails(findings, case, "; ".join(parts), item)


def _reason(ledger: Any, market: Market, symbol: str, day: int) -> str:
    """Why a name is in or out, from its last ledger row up to a day: ``(rule path, line: detail)``."""
    if symbol not in market.order:
        return " (not in the market)"
    days = arrow.days(ledger.column("effective_date"))
    best: Mapping[str, Any] | None = None
    for position in np.flatnonzero(days <= day):
        row = {name: ledger.column(name)[int(position)].as_py() for name in ("symbol", "step")}
        if row == {"symbol": symbol, "step": "membership"}:
            best = {
                name: ledger.column(name)[int(position)].as_py() for name in ledger.column_names
            }
    if best is None:
        return " (not in the ledger)"
    parts = []
    if best["rule_path"]:
        parts.append(f"{best['rule_path']}, rule line {best['rule_line']}")
    if best["detail"]:
        parts.append(best["detail"])
    parts += [
        f"{name} {best[name]:g}" for name in ("observed", "threshold") if best[name] is not None
    ]
    return (
        f" ({': '.join(parts[:2])}{', ' if parts[2:] else ''}{', '.join(parts[2:])})"
        if parts
        else ""
    )


def _compare_numbers(
    case: Case, item: Expectation, result: _Result, begun: int, day: int, findings: Findings
) -> None:
    """Weights or capping factors; names without an expected factor have 1."""
    assert result.run is not None
    assert isinstance(item.value, Mapping)
    got = _numbers(item, result.run, begun, day)
    expected: Mapping[str, Fraction] = item.value
    if item.what == "capping_factors":
        expected = {**{name: Fraction(1) for name in got}, **expected}
    parts = []
    for name in sorted({*expected, *got}):
        if name not in got:
            parts.append(f"{name} is not in the index")
        elif name not in expected:
            parts.append(f"{name} was not expected, and has {got[name]!r}")
        elif (off := _off(got[name], expected[name])) > case.tolerance:
            parts.append(f"{name}: expected {_shown(expected[name])}, got {got[name]!r} {_by(off)}")
    if parts:
        what = item.what.replace("_", " ")
        shown = "; ".join(parts[:_NAMES_SHOWN])
        more = f"; and {len(parts) - _NAMES_SHOWN} more" if len(parts) > _NAMES_SHOWN else ""
        _fails(findings, case, f"{what} of {date_of(day)}: {shown}{more}", item)


def _numbers(item: Expectation, run: Run, begun: int, day: int) -> dict[str, float]:
    if item.what == "weights" and item.on is not None:
        try:
            table = run.weights(date_of(day))
        except UsageError:
            pass  # no session: the list in force, with its weights of its first day
        else:
            return _pairs(table, "weight")
    rows = np.flatnonzero(arrow.days(run.constituents.column("effective_date")) == begun)
    table = run.constituents.take(arrow.from_ints(rows))
    return _pairs(table, "weight" if item.what == "weights" else "capping_factor")


def _pairs(table: Any, column: str) -> dict[str, float]:
    names = arrow.texts(table.column("symbol"))
    values = arrow.floats(table.column(column)).tolist()
    return {str(name): value for name, value in zip(names, values, strict=True)}


def _compare_level(case: Case, item: Expectation, run: Run, findings: Findings) -> None:
    assert item.on is not None
    assert isinstance(item.value, Fraction)
    days = arrow.days(run.levels.column("date"))
    rows = np.flatnonzero(days == day_number(item.on))
    if rows.size == 0:
        first, last = date_of(days[0]), date_of(days[-1])
        message = f"there is no level on {item.on}; the sessions run from {first} to {last}"
        findings.add("CAS004", message, span=item.span, where=item.where)
        return
    got = float(arrow.floats(run.levels.column("level"))[rows[0]])
    off = _off(got, item.value)
    if off > case.tolerance:
        message = f"level on {item.on}: expected {_shown(item.value)}, got {got!r} {_by(off)}"
        _fails(findings, case, message, item)


def _off(got: float, expected: Fraction) -> Fraction | float:
    """The relative difference (absolute where nothing is expected); infinite where there is none."""
    if not np.isfinite(got):
        return float("inf")
    difference = abs(Fraction(got) - expected)
    return difference / abs(expected) if expected else difference


def _by(off: Fraction | float) -> str:
    return f"(off by {float(off):.2g})"


def _shown(exact: Fraction) -> str:
    """A number as people write it; a fraction where its decimals do not end."""
    denominator = exact.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return f"{float(exact)!r}" if denominator == 1 else f"{exact} ({float(exact)!r})"


def as_rows(report: CaseReport) -> list[dict[str, Any]]:
    """For ``--format json``: {index, case, outcome, findings} a case; rules without one have null."""
    rows: list[dict[str, Any]] = [
        {
            "index": result.index,
            "case": result.name,
            "outcome": "passed" if result.passed else "failed",
            "findings": [finding.as_dict() for finding in result.findings],
        }
        for result in report.results
    ]
    return rows + [
        {"index": index, "case": None, "outcome": "none", "findings": []}
        for index in report.without
    ]


def in_words(report: CaseReport) -> str:
    """A line a case, then how many there were and how many failed."""
    width = max((len(result.index) for result in report.results), default=0)
    lines = [
        f"{'ok  ' if result.passed else 'FAIL'}  {result.index:<{width}}  {result.name}"
        for result in report.results
    ]
    lines += [f"none  {index:<{width}}  has no cases" for index in report.without]
    failed = sum(not result.passed for result in report.results)
    total = len(report.results)
    lines.append(f"{total} {'case' if total == 1 else 'cases'}, {failed} failed")
    return "\n".join(lines)
