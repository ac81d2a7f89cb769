"""What differs between two methodologies: every expected difference written by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from indexcalc.methodology.describe.differences import differences, in_words
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from indexcalc.methodology.model.methodology import Methodology

HEAD = """index: {name}
currency: KRW
calendar: XKRX
base: {{date: 2010-01-04, level: 1000}}
universe: {{where: {{security_type: stock}}}}
review: {{months: [6, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}}
measures:
  size: {{mean: market_cap, over: 6 calendar months}}
  flow: {{mean: traded_value, over: 15 sessions}}
"""


def rule(text: str, name: str = "one", **changes: str) -> Methodology:
    """A rule of a head and more keys; ``changes``: texts of the head to put another for."""
    head = HEAD.format(name=name)
    for old, new in changes.items():
        assert old.replace("_", " ") in head
        head = head.replace(old.replace("_", " "), new)
    return Methodology.from_text(head + text)


def said(
    first: Methodology, second: Methodology, on: dt.date | tuple[dt.date, dt.date] | None = None
) -> list[tuple[str, str, str, str]]:
    """(path, when, first, second) of every difference."""
    return [
        (item.path, item.when, item.first, item.second)
        for item in differences(first, second, on=on)
    ]


def one(first: str, second: str) -> list[tuple[str, str, str, str]]:
    """The differences of two rules that differ in the given keys."""
    return said(rule(first), rule(second, "two"))


def test_a_rule_does_not_differ_from_itself_nor_from_one_of_another_name() -> None:
    first = rule("name: {en: One}\nsources: [{what: a, ref: b, confidence: certain}]\n")
    assert said(first, rule("", "two")) == []
    assert in_words((), "one", "two") == "one and two: no difference"


def test_a_default_said_is_no_difference() -> None:
    assert one("published: {decimals: 2}\nmaintenance: {shares: daily}\n", "") == []


def test_spellings_of_one_value_are_no_difference() -> None:
    first = "weighting: {caps: [{per: security, limit: 30%}]}\n"
    assert one(first, first.replace("30%", "0.30")) == []


def test_single_values_in_the_order_of_the_language() -> None:
    first = (
        "eligibility: {size: {min: 100}}\nweighting: {scheme: equal}\npublished: {decimals: 3}\n"
    )
    second = (
        "published: {decimals: 4}\nweighting: {scheme: price}\neligibility: {size: {min: 200}}\n"
    )
    assert one(first, second) == [
        ("published.decimals", "", "3", "4"),
        ("eligibility.size.min", "", "100", "200"),
        ("weighting.scheme", "", "equal", "price"),
    ]


def test_dated_values_are_laid_over_each_other() -> None:
    # 12 months until 2015, 6 from 2015 | 12 until 2018, 6 from 2018: they differ from 2015 to 2017.
    first = "eligibility: {listed_for: {min: {2010-06-11: 12 months, 2015-06-12: 6 months}}}\n"
    second = "eligibility: {listed_for: {min: {2010-06-11: 12 months, 2018-06-15: 6 months}}}\n"
    assert one(first, second) == [
        (
            "eligibility.listed_for.min",
            "from 2015-06-12 until 2018-06-14",
            "6 months",
            "12 months",
        )
    ]


def test_a_dated_value_against_a_constant() -> None:
    first = "weighting: {scheme: {2010-01-04: market_cap, 2015-06-12: equal}}\n"
    assert one(first, "weighting: {scheme: equal}\n") == [
        ("weighting.scheme", "until 2010-01-03", "unknown", "equal"),
        ("weighting.scheme", "from 2010-01-04 until 2015-06-11", "market_cap", "equal"),
    ]


def test_periods_that_say_the_same_become_one() -> None:
    # The first changes in 2015 in a way the second does not see: one period each, not split at 2012.
    first = "weighting: {scheme: {2010-01-04: equal, 2015-06-12: price}}\n"
    second = "weighting: {scheme: {2010-01-04: price, 2012-06-15: price, 2015-06-12: price}}\n"
    assert one(first, second) == [
        ("weighting.scheme", "from 2010-01-04 until 2015-06-11", "equal", "price")
    ]


def test_only_what_differs_of_a_test_is_told() -> None:
    first = (
        "eligibility: {size: {rank: {max: 85%, among: eligible}, coverage: 70%}, flow: {min: 5}}\n"
    )
    second = (
        "eligibility: {size: {rank: {max: 90%, among: eligible}, coverage: 70%}, flow: {max: 5}}\n"
    )
    assert one(first, second) == [
        ("eligibility.size.rank", "", "85%", "90%"),
        ("eligibility.flow", "", "{min: 5}", "{max: 5}"),
    ]


def test_values_by_status_are_told_by_status() -> None:
    first = "selection: {steps: [{select: {size: {rank: {existing: 110, new: 90}}}}]}\n"
    assert one(first, first.replace("90", "80")) == [
        ("selection.steps[0].select.size.rank.new", "", "90", "80")
    ]
    assert one(first, first.replace("{existing: 110, new: 90}", "110")) == [
        ("selection.steps[0].select.size.rank.new", "", "90", "110")
    ]


def test_conditions_part_by_part() -> None:
    first = "universe: {where: {symbol: {not_in: [A]}, designation: {none_of: [halted]}}}\n"
    second = "universe: {where: {symbol: {not_in: [A, B]}, not: {member_of: other}}}\n"
    head = HEAD.replace("universe: {{where: {{security_type: stock}}}}\n", "")
    rules = [
        Methodology.from_text(head.format(name=name) + text)
        for name, text in (("one", first), ("two", second))
    ]
    assert said(*rules) == [
        ("universe.where.symbol.not_in", "", "[A]", "[A, B]"),
        ("universe.where.designation", "", "{none_of: [halted]}", "nothing"),
        ("universe.where.not", "", "nothing", "not: {member_of: other}"),
    ]


STEPS = """selection:
  count: 3
  steps:
    - require: {flow: {rank: 85%}}
    - select:  {size: {rank: 3}}
    - trim:    {to: 3, by: size}
    - fill:    {to: 3, by: size}
"""


def test_a_step_more_is_one_difference() -> None:
    second = STEPS.replace(
        "    - trim:", "    - drop:    {size: {share: {above: 10%}}}\n    - trim:"
    )
    assert one(STEPS, second) == [
        ("selection.steps[2]", "", "nothing", "{drop: {size: {share: {above: 10%}}}}")
    ]
    assert one(second, STEPS) == [
        ("selection.steps[2]", "", "{drop: {size: {share: {above: 10%}}}}", "nothing")
    ]


def test_a_step_that_was_changed_is_told_inside() -> None:
    second = STEPS.replace("85%", "80%").replace(
        "fill:    {to: 3, by: size}", "fill: {to: 3, by: flow}"
    )
    assert one(STEPS, second) == [
        ("selection.steps[0].require.flow.rank", "", "85%", "80%"),
        ("selection.steps[3].fill.by", "", "size", "flow"),
    ]


def test_a_list_that_comes_in_only_later() -> None:
    steps = "selection: {steps: {2010-01-04: unknown, 2017-06-09: [{select: all}]}}\n"
    assert one(steps, "selection: {steps: [{select: all}]}\n") == [
        ("selection.steps", "until 2017-06-08", "unknown", "[{select: all}]")
    ]


def test_steps_that_changed_places_are_told_once_each() -> None:
    first = "selection: {steps: [{require: {flow: {rank: 9}}}, {select: {size: {rank: 3}}}]}\n"
    second = "selection: {steps: [{select: {size: {rank: 4}}}, {require: {flow: {rank: 9}}}]}\n"
    assert one(first, second) == [
        ("selection.steps[0]", "", "nothing", "{select: {size: {rank: 4}}}"),
        ("selection.steps[1]", "", "{select: {size: {rank: 3}}}", "nothing"),
    ]
    # Nothing equal to hold on to: the requirement is paired, the rest is not.
    second = second.replace("9", "8")
    assert one(first, second) == [
        ("selection.steps[0]", "", "nothing", "{select: {size: {rank: 4}}}"),
        ("selection.steps[0].require.flow.rank", "", "9", "8"),
        ("selection.steps[1]", "", "{select: {size: {rank: 3}}}", "nothing"),
    ]


def test_dates_inside_dates() -> None:
    # The steps hold from 2015; inside, the rank changes in 2012 (before they do) and in 2018.
    first = (
        "selection: {steps: {2010-01-04: unknown, 2015-06-12: "
        "[{select: {size: {rank: {2012-06-15: 5, 2018-06-15: 6}}}}]}}\n"
    )
    second = first.replace("{2012-06-15: 5, 2018-06-15: 6}", "6")
    assert one(first, second) == [
        (
            "selection.steps[0].select.size.rank",
            "from 2015-06-12 until 2018-06-14",
            "5",
            "6",
        )
    ]


def test_measures_and_blocks_that_only_one_has() -> None:
    first = rule("rebalance: {follows: other}\n")
    second = rule("", "two", flow="turnover")
    assert said(first, second) == [
        ("rebalance", "", "{follows: [other]}", "nothing"),
        ("measures.flow", "", "{mean: traded_value, over: 15 sessions}", "nothing"),
        ("measures.turnover", "", "nothing", "{mean: traded_value, over: 15 sessions}"),
    ]


PAST = """weighting:
  scheme: {2010-01-04: equal, 2015-06-12: float_market_cap}
  caps:
    - {per: security, limit: 30%, from: 2012-06-15, until: 2020-06-12}
    - {per: security, limit: {2020-06-12: 25%, 2022-06-10: 20%}, from: 2020-06-12}
"""


def test_a_rule_against_its_own_past() -> None:
    mine = rule(PAST)
    days = dt.date(2011, 1, 3), dt.date(2013, 1, 2)
    assert said(mine, mine, days) == [
        ("weighting.caps[0]", "", "nothing", "{per: security, limit: 30%}")
    ]
    days = dt.date(2013, 1, 2), dt.date(2023, 1, 2)
    assert said(mine, mine, days) == [
        ("weighting.scheme", "", "equal", "float_market_cap"),
        ("weighting.caps[0].limit", "", "30%", "20%"),
    ]
    day = dt.date(2023, 1, 2)
    assert said(mine, mine, day) == []
    assert said(mine, rule("weighting: {caps: [{per: security, limit: 20%}]}\n"), day) == []


def test_in_words_a_path_is_said_once() -> None:
    first = rule("weighting: {scheme: {2010-01-04: market_cap, 2015-06-12: equal}}\n")
    second = rule("weighting: {scheme: price}\npublished: {decimals: 3}\n", "two")
    assert in_words(differences(first, second), "one", "two").splitlines() == [
        "one -> two",
        "published.decimals",
        "    2 -> 3",
        "weighting.scheme",
        "    until 2010-01-03: unknown -> price",
        "    from 2010-01-04 until 2015-06-11: market_cap -> price",
        "    from 2015-06-12: equal -> price",
    ]


def test_a_variant_differs_in_what_it_says_and_nothing_else() -> None:
    base = load_family(["kospi200"])["kospi200"]
    variant = base.varied({"selection.count": "180", "base.level": "200"})
    assert said(base, variant) == [
        ("base.level", "", "100", "200"),
        ("selection.count", "", "200", "180"),
    ]


@pytest.mark.parametrize("name", sorted(shipped_names(shipped_folder())))
def test_every_shipped_rule_can_be_compared(name: str) -> None:
    mine = load_family([name])[name]
    other = load_family(["kospi200"])["kospi200"]
    assert said(mine, mine) == []
    there, back = differences(mine, other), differences(other, mine)
    assert (there == ()) is (back == ()) is (name == "kospi200")
    # What differs one way differs the other way, with sides changed (items of lists may align anew).
    plain = {(d.path, d.when, d.first, d.second) for d in there if "[" not in d.path}
    assert plain == {(d.path, d.when, d.second, d.first) for d in back if "[" not in d.path}
    for item in (*there, *back):
        for text in (item.first, item.second):
            assert "object at" not in text
            assert "Dated(" not in text
