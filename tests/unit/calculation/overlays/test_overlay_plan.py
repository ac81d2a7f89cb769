"""Overlays among the rules of a computation: what they stand on, and what is needed of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.calculation.overlays.overlay_plan import (
    OverlayWork,
    held_below,
    published_days,
    split,
    stands_on_published,
    tax_below,
)
from indexcalc.market.calendar.sessions import day_number
from indexcalc.methodology.load.family import Family
from indexcalc.methodology.model.methodology import Methodology
from tests.unit.calculation import small
from tests.unit.calculation.level_table import dates, levels
from tests.unit.calculation.small import line, market

DAYS = dates("2024-01-02", "2024-01-03")
TAX = "returns: {kinds: [price, net], withholding: 15.4%}\n"
BELOW = small.CAP.replace("index: test", "index: below")
OVER = market(line("A", [1, 2]))


def overlay(
    name: str, index: str = "below", keys: str = "return: price", form: str = ""
) -> Methodology:
    return Methodology.from_text(
        f"index: {name}\ncurrency: KRW\ncalendar: XKRX\nbase: {{date: 2024-01-02, level: 1000}}\n"
        f"underlying: {{index: {index}, {keys}}}\noverlay: {form or '{leverage: 2, reset: daily}'}\n"
    )


def family(*rules: Methodology, asked: tuple[str, ...]) -> Family:
    return Family({rule.index: rule for rule in rules}, asked)


def names(rules: Family, over: Any) -> tuple[list[str], list[str]]:
    members, overlays = split(list(rules.rules.values()), rules, over)
    return [rule.index for rule in members], list(overlays)


def test_only_what_is_asked_for_and_what_that_stands_on_is_needed() -> None:
    below, other = small.rule(BELOW), small.rule(small.CAP)
    one, two = overlay("one"), overlay("two", index="one")
    rules = (below, other, one, two)
    assert names(family(*rules, asked=("two",)), OVER) == (["below"], ["one", "two"])
    assert names(family(*rules, asked=("test",)), OVER) == (["test"], [])
    assert names(family(*rules, asked=("test", "one")), OVER) == (["below", "test"], ["one"])


def test_on_official_levels_nothing_below_is_computed() -> None:
    below = small.rule(BELOW)
    official = overlay("one", keys="return: price, levels: published")
    assert names(family(below, official, asked=("one",)), OVER) == ([], ["one"])
    # So it is in a market that has levels and no daily rows.
    table = levels(DAYS, [1, 2])
    assert names(family(below, overlay("one"), asked=("one",)), table) == ([], ["one"])
    assert stands_on_published(official, OVER)
    assert not stands_on_published(overlay("one"), OVER)
    assert not stands_on_published(overlay("one", index="another"), table)


def test_the_days_of_official_levels() -> None:
    table = levels(DAYS, [1, 2])
    works = {
        "one": OverlayWork(overlay("one"), True),
        "two": OverlayWork(overlay("two"), True),
        "three": OverlayWork(overlay("three"), False),
    }
    assert published_days(works, table).tolist() == [day_number(day) for day in DAYS]
    assert published_days({"three": works["three"]}, table).size == 0
    assert published_days({}, table).dtype == np.int32


def test_only_hedges_by_members_ask_what_members_are_worth() -> None:
    hedge = (
        "{hedge: USD, of: members, ratio: 100%, adjust: monthly, forward: 1M,"
        " roll: last session of month}"
    )
    works = {
        "plain": OverlayWork(overlay("plain"), False),
        "members": OverlayWork(overlay("members", index="held", form=hedge), False),
        "official": OverlayWork(overlay("official", form=hedge), True),
    }
    assert held_below(works) == {"held"}


def test_net_levels_below_are_made_at_each_rate_once() -> None:
    net = "return: net"
    own = "return: net, withholding: 22%"
    taxed = small.rule(BELOW + TAX)
    works = {
        name: OverlayWork(overlay(name, keys=keys), False)
        for name, keys in (("a", net), ("b", own), ("c", net), ("d", "return: price"))
    }
    rules = family(taxed, *(work.rule for work in works.values()), asked=("a",))
    (rates,) = tax_below(works, rules).values()
    assert len(rates) == 2
    bare = family(small.rule(BELOW), works["a"].rule, asked=("a",))
    assert tax_below({"a": works["a"]}, bare) == {}
    assert [item.code for item in works["a"].findings.items] == ["CAL016"]
