"""Validates rules: the reader's findings, what the rule means, and what a market says to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from indexcalc.calculation.requirements import unsupported
from indexcalc.codes import CATALOGUE
from indexcalc.diagnostics import Diagnostic, Findings, RuleError
from indexcalc.market.calendar.sessions import Sessions, days_later
from indexcalc.market.notebook_display import Displayed, Rows, findings_in_words
from indexcalc.methodology.check.check import check, expected_sessions, reaching
from indexcalc.methodology.dates.schedules import ReviewDates, rebalance_dates, review_dates
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.load.load import (
    RuleTextError,
    find,
    is_name,
    rule_from_text,
    shipped_folder,
    shown_path,
)
from indexcalc.methodology.load.partial import readable_part
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said, check_assumed

if TYPE_CHECKING:
    from indexcalc.market.market import Market

_YEAR = 366
_MOST_YEARS = 60
DATA_CODES = ("DAT", "CAL010")


class Validated(Displayed, Struct):
    """What there is to say of one rule.  ``rule`` None: it could not be read."""

    name: str
    rule: Methodology | None = None
    family: Family | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    sessions: Sessions | None = None
    of_calendar: tuple[str, ...] = ()
    """What was taken for granted about the calendar."""
    notes: tuple[str, ...] = ()
    """Not computed by this version, and ``of_calendar``."""
    carried: tuple[str, ...] = ()
    """What was looked at of the market."""

    def _shown(self) -> tuple[str, Rows]:
        rows = [("read", "yes" if self.rule is not None else "no")]
        rows.append(("findings", findings_in_words([item.severity for item in self.diagnostics])))
        rows += [("note", note) for note in self.notes]
        return f"Validated {self.name}", rows

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Findings of error level."""
        return tuple(item for item in self.diagnostics if item.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The other findings."""
        return tuple(item for item in self.diagnostics if item.severity == "warning")


def validate(
    name: str | Path,
    market: Market | None = None,
    *,
    assume: Mapping[str, str] | None = None,
    until: dt.date | None = None,
    between: bool = False,
    shipped: Path | None = None,
    text: str | None = None,
) -> Validated:
    """All that can be said of one rule (a shipped name or a path), sorted by place; never raises
    for what is wrong with it.

    ``text`` stands for what is in the file at the path ``name``, which need not be there.

    ``market``: check that it carries the rule and all the rule rests on.  ``until``: the sessions
    reach this day.  ``between``: warn of dated keys between reviews.  Raises DataError for a
    damaged market.
    """
    validated = Validated(str(name))
    assume = assumed_said(assume)
    try:
        family = load_family(
            [name if text is None else _draft(name, text, shipped)], shipped=shipped
        )
    except RuleTextError as error:
        found = {*error.diagnostics, *_of_the_rest(name, error, shipped)}
        ordered = sorted(found, key=lambda item: item.sort_key)
        validated.diagnostics, validated.texts = _with_way_out(ordered), error.texts
        return validated
    rule = family[family.asked[0]]
    validated.rule, validated.family, validated.texts = rule, family, family.texts
    validated.sessions, expected = _sessions(rule, market, until, assume)
    findings = Findings(list(rule.warnings))
    if assume:
        from indexcalc.calculation.requirements.assumed_names import check_assumed_names

        check_assumed(assume, findings)
        check_assumed_names(assume, family.rules.values(), market, findings)
    findings.items += check(rule, family.rules, validated.sessions, between=between).items
    if market is not None:
        validated.carried = _carried(family, market, validated.sessions, assume, findings)
    validated.of_calendar = tuple(expected)
    validated.notes = (*_not_computed(rule), *expected)
    ordered = sorted(set(findings.items), key=lambda found: found.sort_key)
    validated.diagnostics = _with_way_out(ordered)
    return validated


def _draft(path: str | Path, text: str, shipped: Path | None) -> Methodology:
    """A rule from the text that is to be in the file at a path.  Raises RuleTextError."""
    shown = shown_path(Path(path), shipped or shipped_folder())
    return rule_from_text(text, shown, beside=Path(path).parent, shipped=shipped)


def _of_the_rest(
    name: str | Path, error: RuleTextError, shipped: Path | None
) -> tuple[Diagnostic, ...]:
    """What the blocks that do read mean, beside the mistakes of those that do not."""
    path = Path(name)
    if is_name(name):
        rule_file = find(str(name), None, shipped or shipped_folder())
        if rule_file is None:
            return ()
        path = rule_file
    part, others = readable_part(path, error, shipped)
    if part is None:
        return others
    sessions = expected_sessions(part.rule)[0] if part.dated else None
    findings = check(part.rule, part.family, sessions).items
    return tuple(item for item in findings if part.sure(item))


def _with_way_out(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings that say no way out of their own have the catalogue's."""
    return tuple(
        finding if finding.hint else replace(finding, hint=_as_hint(CATALOGUE[finding.code].fix))
        for finding in diagnostics
    )


def _as_hint(sentence: str) -> str:
    """A sentence of the catalogue as hints are written: they begin small and end without a point."""
    return f"{sentence[0].lower()}{sentence[1:]}".removesuffix(".")


def _sessions(
    rule: Methodology,
    market: Market | None,
    until: dt.date | None,
    assume: Mapping[str, str],
) -> tuple[Sessions, list[str]]:
    if market is None or market.days.size == 0:
        sessions, note = expected_sessions(rule, until)
        return sessions, [note] if note else []
    from indexcalc.market.holidays import sessions_of_run

    missing_row = assume.get("missing_row", "")
    sessions, notes = sessions_of_run(market, rule.calendar, rule.currency, missing_row)
    if until is not None:
        sessions, note = reaching(sessions, until)
        notes += [note] if note else []
    return sessions, notes


def _carried(
    family: Family,
    market: Market,
    sessions: Sessions,
    assume: Mapping[str, str],
    findings: Findings,
) -> tuple[str, ...]:
    from indexcalc.calculation.market_fit import market_fit
    from indexcalc.calculation.overlays.overlay_plan import split

    lines: list[str] = []
    with_members, overlays = split([family[name] for name in family], family, market)
    needed = {*overlays, *(rule.index for rule in with_members)}
    for index in [name for name in family if name in needed]:
        fit = market_fit(family[index], family.rules, market, sessions, assume)
        findings.items += fit.findings.items
        lines += [line if index in family.asked else f"{index}: {line}" for line in fit.lines]
    return tuple(dict.fromkeys(lines))


def _not_computed(rule: Methodology) -> list[str]:
    """What the rule says and this version reads but does not compute."""
    findings = Findings()
    start = rule.base.date if rule.base is not None else dt.date(1970, 1, 2)
    unsupported.report(rule, start, dt.date.max, findings)
    return [
        f"{finding.message} ({finding.where}, rule line {finding.span.line if finding.span else '?'})"
        for finding in findings.items
    ]


# --- the next reviews -----------------------------------------------------------------------------


class Upcoming(Struct, frozen=True):
    """One date to come: the days of a review, of a rebalance, or of both together."""

    dates: ReviewDates
    kind: str

    def days(self, rule: Methodology) -> dict[str, dt.date]:
        """The days that mean something, by name: a rebalance alone announces nothing and has a cut-off only
        where its rule names one."""
        days = self.dates.days
        if self.kind != "rebalance":
            return days
        named = rule.rebalance is not None and rule.rebalance.cutoff is not None
        return {
            name: day
            for name, day in days.items()
            if name in ("pricing", "effective") or (name == "cutoff" and named)
        }


def upcoming(validated: Validated, after: dt.date, count: int) -> tuple[Upcoming, ...]:
    """The first ``count`` reviews and rebalances that take effect after a day, ascending.

    Fewer where the sessions end before: make them reach (``until``).  () where the rule's dates
    cannot be made: the findings say why.
    """
    rule, family, sessions = validated.rule, validated.family, validated.sessions
    if rule is None or family is None or sessions is None or rule.review.kind == "none":
        return ()
    start = days_later(after, 1)
    years = 1
    dates: tuple[Upcoming, ...] = ()
    while True:
        end = min(days_later(start, years * _YEAR), sessions.date(len(sessions) - 1))
        try:
            dates = _between(rule, family, sessions, start, end)
        except RuleError:
            return ()
        if len(dates) >= count or end == sessions.date(len(sessions) - 1):
            break
        years *= 2
    return dates[:count]


def _between(
    rule: Methodology, family: Family, sessions: Sessions, start: dt.date, end: dt.date
) -> tuple[Upcoming, ...]:
    reviews = {d.effective: d for d in review_dates(rule, sessions, start, end, family.rules)}
    if rule.rebalance is None:
        return tuple(Upcoming(dates, "review") for dates in reviews.values())
    weighed = {d.effective: d for d in rebalance_dates(rule, sessions, start, end, family.rules)}
    between = []
    for day in sorted({*reviews, *weighed}):
        kind = "review and rebalance" if day in reviews and day in weighed else "review"
        between.append(
            Upcoming(reviews.get(day) or weighed[day], kind if day in reviews else "rebalance")
        )
    return tuple(between)


def far_enough(after: dt.date, count: int) -> dt.date:
    """A day until which sessions are needed to find ``count`` reviews of almost any rule."""
    return days_later(after, _YEAR * min(_MOST_YEARS, 3 + count))


def exit_code(results: Sequence[Validated], good: int, wrong: int, data: int) -> int:
    """Which of three exit codes a validation has: rule errors come before data errors."""
    codes = [finding.code for result in results for finding in result.errors]
    if not codes:
        return good
    return data if all(code.startswith(DATA_CODES) for code in codes) else wrong
