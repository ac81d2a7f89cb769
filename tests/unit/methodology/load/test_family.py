"""Families: all rules an index needs, parents first, and what children inherit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from indexcalc.diagnostics import RuleError
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import NONE
from tests.unit.methodology.load.rule_files import PARENT, write
from tests.unit.methodology.small_rule import HEAD, found

D = dt.date


def test_a_family_has_parents_first_and_children_inherit(rules: Path) -> None:
    write(rules, "child", "index: child\nuniverse: {of: parent}\nreview: {follows: parent}\n")
    write(rules, "grandchild", "index: grandchild\nuniverse: {of: child, except: other}\n")
    write(
        rules,
        "other",
        "index: other\nuniverse: {of: parent}\nbase: {date: 2010-01-04, level: 1000}\n"
        "weighting: {scheme: equal}\n",
    )
    write(
        rules,
        "twice",
        "index: twice\nunderlying: {index: child, return: gross}\n"
        "overlay: {leverage: 2, reset: daily}\n",
    )
    family = load_family(["grandchild", "twice"], shipped=rules)
    order = list(family)
    assert set(order) == {"parent", "child", "grandchild", "other", "twice"}
    for child, parent in (
        ("child", "parent"),
        ("grandchild", "child"),
        ("grandchild", "other"),
        ("twice", "child"),
    ):
        assert order.index(parent) < order.index(child)
    assert family.asked == ("grandchild", "twice")
    child = family["child"]
    assert (child.currency, child.calendar, child.weighting.scheme.value) == (
        "KRW",
        "XKRX",
        "market_cap",
    )
    assert child.inherited == ("currency", "calendar", "published", "weighting", "base")
    grandchild = family["grandchild"]
    assert grandchild.base is not None
    assert grandchild.base.date == D(2000, 1, 4)
    assert grandchild.review.follows == ("child",)
    assert family["other"].weighting.scheme.value == "equal"
    assert family["twice"].currency == "KRW"


def test_a_union_inherits_only_what_its_parents_share(rules: Path) -> None:
    write(
        rules,
        "second",
        PARENT.replace("index: parent", "index: second")
        .replace("level: 100", "level: 1000")
        .replace("scheme: market_cap", "scheme: equal"),
    )
    write(rules, "union", "index: union\nuniverse: {of: [parent, second]}\n")
    codes = found(lambda: load_family(["union"], shipped=rules))
    assert codes == [("REF003", 1, 8), ("REF003", 1, 8)]  # weighting and base
    write(
        rules,
        "union",
        "index: union\nuniverse: {of: [parent, second]}\n"
        "weighting: {scheme: equal}\nbase: {date: 2000-01-04, level: 1}\n",
    )
    assert load_family(["union"], shipped=rules)["union"].currency == "KRW"


def test_circles_and_missing_parents_of_all_files_are_reported(rules: Path) -> None:
    write(rules, "a", "index: a\nuniverse: {of: b}\n")
    write(rules, "b", "index: b\nuniverse:\n  of: a\n  except: parnt\n")
    with pytest.raises(RuleError) as caught:
        load_family(["a", rules / "krx" / "nothing.yaml"], shipped=rules)
    items = caught.value.diagnostics
    assert sorted(item.code for item in items) == ["REF001", "REF002", "YML001"]
    circle = next(item for item in items if item.code == "REF002")
    assert "a -> b -> a" in circle.message
    missing = next(item for item in items if item.code == "REF001")
    assert missing.hint == "did you mean `parent`?"
    assert missing.span is not None
    assert (missing.span.line, missing.span.column) == (4, 11)


def test_membership_asked_for_makes_no_circle(rules: Path) -> None:
    more = "eligibility: {not: {member_of: %s}}\n"
    write(rules, "a", HEAD.replace("small", "a") + more % "b")
    write(rules, "b", HEAD.replace("small", "b") + more % "a")
    family = load_family(["a"], shipped=rules)
    assert set(family) == {"a", "b"}
    after = "eligibility: {not: {member_of: {index: %s, when: after}}}\n"
    write(rules, "a", HEAD.replace("small", "a") + after % "b")
    write(rules, "b", HEAD.replace("small", "b") + after % "a")
    assert [code for code, _, _ in found(lambda: load_family(["a"], shipped=rules))] == ["REF002"]


def test_rules_already_read_can_join_a_family(rules: Path) -> None:
    mine = Methodology.from_text("index: mine\nuniverse: {of: parent}\n", shipped=rules)
    family = load_family([mine, "parent"], shipped=rules)
    assert family["mine"].currency == "KRW"
    assert list(family) == ["parent", "mine"]
    other = Methodology.from_text(PARENT.replace("200", "100"), "other.yaml", shipped=rules)
    assert found(lambda: load_family([other, "parent"], shipped=rules))[0][0] == "REF004"


def test_a_file_that_holds_another_index_is_no_parent(rules: Path) -> None:
    write(rules, "alias", PARENT)
    write(rules, "child", "index: child\nuniverse: {of: alias}\n")
    assert found(lambda: load_family(["child"], shipped=rules)) == [("REF004", 2, 16)]


def test_what_a_parent_does_not_say_cannot_be_inherited(rules: Path) -> None:
    write(
        rules,
        "orphan",
        "index: orphan\nunderlying: {index: lost, return: price}\n"
        "overlay: {leverage: 2, reset: daily}\n",
    )
    write(rules, "lost", "index: lost\nreview: {follows: parent}\nuniverse: {where: {market: K}}\n")
    family = load_family(["orphan"], shipped=rules)
    assert family["lost"].currency == "KRW"  # a child by `follows`
    assert family["orphan"].base == family["parent"].base


def test_inherited_values_stay_when_a_value_is_varied(rules: Path) -> None:
    write(
        rules, "child", "index: child\nuniverse: {of: parent}\nbase: {date: 2010-01-04, level: 1}\n"
    )
    child = load_family(["child"], shipped=rules)["child"]
    varied = child.varied({"base.level": "1000"})
    assert (varied.currency, varied.base and int(varied.base.level)) == ("KRW", 1000)
    assert varied.review.follows == ("parent",)


def test_a_dated_universe_names_all_its_parents() -> None:
    read = Methodology.from_text(
        "index: u\nuniverse: {of: {2000-01-04: a, 2010-01-04: [a, b]}, except: {2000-01-04: none, "
        "2015-01-02: c}}\n"
    )
    assert read.parents == ("a", "b", "c")
    assert read.universe.except_ is not None
    assert read.universe.except_.at(D(2005, 1, 1)) is NONE
