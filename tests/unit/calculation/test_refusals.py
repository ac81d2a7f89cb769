"""What a plan refuses before anything is computed."""

from __future__ import annotations

import pytest

import indexcalc as ic
from indexcalc.calculation.refusals import refuse_empty, refuse_faulty, refuse_untaxed
from indexcalc.diagnostics import Findings
from indexcalc.market.calendar.packaged import packaged
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import RuleTextError
from tests.unit.calculation import small
from tests.unit.calculation.small import day, line, market

REVIEWED = small.HEAD + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [6], effective: first session of month, cutoff: 1 session before effective}\n"
    "selection: {steps: [{select: all}]}\nweighting: {scheme: market_cap}\n"
)


def test_an_empty_period_names_both_ends() -> None:
    with pytest.raises(ic.DataError, match=r"CAL010.*first is 2024-01-04.*asked for is 2024-01-03"):
        refuse_empty(small.rule(small.CAP), day(2), day(1), market(line("A", [1])))


def test_net_returns_need_a_tax_rate() -> None:
    findings = Findings()
    with pytest.raises(ic.UsageError, match="CAL012"):
        refuse_untaxed(small.rule(small.CAP), findings)
    taxed = small.rule(small.CAP + "returns: {kinds: [price, net], withholding: 15.4%}\n")
    refuse_untaxed(taxed, Findings())


def test_what_is_said_of_a_sound_family_is_told_by_index() -> None:
    family = load_family([small.rule(REVIEWED)])
    assert refuse_faulty(family, packaged("XKRX")) == {"test": []}


def test_a_rule_that_reads_and_cannot_work_is_refused() -> None:
    """At least half and at most a tenth is nobody."""
    family = load_family([small.rule(REVIEWED + "eligibility: {close: {min: 50, max: 10}}\n")])
    with pytest.raises(RuleTextError, match="RUL101"):
        refuse_faulty(family, packaged("XKRX"))
