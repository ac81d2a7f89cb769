"""Conditions as trees: words, places, and the fields they test."""

from __future__ import annotations

import datetime as dt

from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.reading.block import walk
from tests.unit.methodology.model.conditions_read import MEASURES, condition
from tests.unit.methodology.small_rule import rule

D = dt.date


def test_words_of_conditions() -> None:
    any_, not_, was, status, member, close, inclusion = condition(
        "{any: [{size: {rank: 1}}, {status: new}], not: {market: KOSDAQ}, was: {status: existing}, "
        "status: existing, member_of: kospi, close: {min: 1}, inclusion: 50%}"
    ).parts
    assert isinstance(any_, c.AnyOf)
    assert len(any_.conditions) == 2
    assert isinstance(not_, c.Not)
    assert isinstance(was, c.Was)
    assert isinstance(status, c.Status)
    assert isinstance(member, c.MemberOf)
    assert (member.index, member.when) == ("kospi", "before")
    assert isinstance(close, c.Field)
    assert isinstance(inclusion, c.Field)
    (later,) = condition("{member_of: {index: kospi, when: after}}").parts
    assert isinstance(later, c.MemberOf)
    assert later.when == "after"


def test_every_node_knows_its_path_and_line() -> None:
    methodology = rule(
        MEASURES
        + "selection:\n"
        + "  steps:\n"
        + "    - require: {market: KOSPI}\n"
        + "    - select:\n"
        + "        size:\n"
        + "          rank: {max: 5, unless: {not: {sector: bank}}}\n"
    )
    assert methodology.selection is not None
    nodes = {node.path: node.line for node in walk(methodology.selection)}
    assert nodes["selection.steps[0].require.market"] == 10
    assert nodes["selection.steps[1].select.size"] == 12
    assert nodes["selection.steps[1].select.size.rank"] == 13
    assert nodes["selection.steps[1].select.size.rank.unless.not.sector"] == 13
    assert all(methodology.line_of(path) == line for path, line in nodes.items())


def test_the_fields_a_condition_tests_are_named_once_at_any_depth() -> None:
    tree = condition(
        "{size: {rank: {max: 5, among: {close: {min: 1}}, unless: {not: {sector: bank}}}}, "
        "any: [{size: {rank: 1}}, {was: {liquidity: {min: 1}}}], status: new}"
    )
    assert sorted(c.fields_used(tree)) == ["close", "liquidity", "sector", "size"]
    assert c.fields_used(condition("{status: new}")) == ()
