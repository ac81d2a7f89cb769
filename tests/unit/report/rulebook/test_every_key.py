"""A rulebook says every key of the rule language: take a value away, or put another in its place, and
some sentence is another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from indexcalc.methodology.describe.json_schema import _blocks
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import shipped_folder, shipped_names
from indexcalc.methodology.model import conditions as c
from indexcalc.methodology.model.methodology import Methodology, RuleKeys
from indexcalc.methodology.reading.block import Block, Item
from indexcalc.methodology.reading.record import MISSING
from indexcalc.methodology.values.date_phrases import DatePhrase, KnownDay
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import (
    ByStatus,
    Duration,
    Label,
    Number,
    Share,
    Special,
    as_number,
    as_share,
)
from indexcalc.report.rulebook.document import rulebook

# A language key that needs no words, and why.
UNSAID = {
    "cases": "the rule's own tests",
}

# What no shipped rule uses, so that every key is met.
MORE = """\
index: more
name: {en: More, ko: 더}
currency: KRW
calendar: XKRX
base:
  date: 2000-01-04
  level: 100
  divisor: 7
  anchors: [{on: 2001-01-02, level: 101, from: 2001-01-02, until: 2009-01-02, months: [1]}]
published: {decimals: 3, rounding: down}
rounding: {index_shares: 2, capping_factor: 3, divisor: 4}
launch: 2010-01-04
dates: {expiry: {months: [3], on: 2nd thursday, means: {en: a day}}}
universe: {where: {market: KOSPI}}
columns: {extra: {of: number, means: {en: an extra}}}
groups: {kind: {column: sector, merge: {all: [a, b]}, means: {en: kinds}}}
measures:
  size: {mean: market_cap, over: 3 months, best: lowest, halted: skip, since: [listing, merger]}
  low: {min: close, over: 3 months}
  high: {max: close, over: 3 months}
float:
  source: holdings
  exclude: [treasury, {government: {min: 5%}}]
  updated: {months: [6], effective: 2nd friday, cutoff: last session 1 month before, pricing: cutoff}
  steps:
    - {round: up to 1%, from: 2001-01-02, until: 2009-01-02, months: [6], note: rounded}
review:
  months: [6, 12]
  effective: 2nd friday
  cutoff: last session 2 months before
  pricing: cutoff
  announcement: 5 sessions before effective
rebalance: {months: [3], effective: 2nd friday, pricing: cutoff, cutoff: last session 1 month before}
eligibility:
  extra: {min: 1}
  close: {min: 5, within: kind, for: 2 reviews, unless: {symbol: {in: [A]}}}
  size: {share: {min: 1%, max: 9%}, within: kind, for: 2 reviews, unless: existing}
  low: {rank: 5, for: 2 reviews, among: {market: KOSPI}}
  high: {coverage: {above: 10%, rounding: ceil}, within: kind, for: 2 reviews}
  listed_for: {2001-01-02: {min: 6 months}}
  sector: {in: [a], unless: existing, for: 2 reviews}
  any: [{market: {coverage: {from: 10%, to: 90%}}}, {2001-01-02: {close: {min: 6}}}]
selection:
  unit: issuer
  count: 50
  rounding: ceil
  reserve: {count: 5, by: size, rounding: ceil}
  steps:
    - {select: {low: {rank: {max: 10, rounding: half_up}}}, inclusion: 50%}
    - {fill: {to: 10% of count, by: size, rounding: ceil}}
    - {replace: {out: {low: {min: 1}}, in: {low: {max: 1}}, by: size, at_most: 3, rounding: ceil}}
    - {limit_changes: {to: 10% of existing, by: size, rounding: ceil}}
weighting:
  floor: 1%
  interim: recap
  on_infeasible: relax
  caps:
    - {per: security, limit: 30%, from: 2001-01-02, until: 2009-01-02, months: [6], note: a}
    - per: security
      limit: 20%
      measured: {mean: market_cap, over: 1 months}
      test: mean_of_weights
  check: [{per: security, limit: 40%, from: 2001-01-02, until: 2009-01-02, months: [6]}]
maintenance:
  shares: {threshold: 5%, after: 3 sessions}
  fast_entry:
    - {after: 5 sessions, effective: session after test, replaces: smallest, note: b,
       from: 2001-01-02, until: 2009-01-02, months: [6]}
  deletions:
    - {when: {close: {max: 1}}, after: 2 sessions, replace_from: none, if_below: 9, note: c,
       from: 2001-01-02, until: 2009-01-02, months: [6]}
  demerger:
    new_company_joins:
      {require: {close: {min: 1}}, effective: session after test, replaces: smallest, leaver: first_reserve}
  rights: listing
  base_price: terms
  spin_off: valued
  special: taxed
  special_weight: drift
committee:
  - {effective: 2005-01-03, add: [A], remove: [B], keep: [C], refuse: [D], who: z, why: x, ref: y}
returns: {kinds: [price, gross], order: before, points: {every: session}}
sources:
  - {what: a, ref: b, confidence: single, from: 2001-01-02, until: 2009-01-02, months: [6]}
"""
OTHERS = (
    """\
index: floored
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
underlying: {index: other, return: price, levels: published, currency: USD}
overlay: {decrement: 5%, day_count: ACT/365, method: geometric, floor: 1}
""",
    """\
index: controlled
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
underlying: {index: other, return: price, levels: published}
overlay:
  risk_control:
    target: 10%
    leverage_max: 150%
    combine: mean
    annual_factor: 250
    lag: 2 sessions
    estimators: [{decay: 94%}, {window: 20 sessions}]
""",
    """\
index: followed
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
universe: {where: {market: KOSPI}}
review: {every: session}
rebalance: {follows: kospi200}
""",
    """\
index: daily
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
universe: {where: {market: KOSPI}}
review: {every: session}
rebalance: {every: session}
""",
)


# Fields that no rule fills: labels are not ranked; holders are read into a tuple of their own.
NEVER = {("OneOf", "among"), ("OneOf", "within"), ("_HolderTerms", "min")}
PLACE = ("path", "line")


def holds_blocks(value: Any) -> bool:
    return next(blocks(value), None) is not None


def said(rule: Methodology) -> list[Any]:
    return [
        (
            section.title,
            [(s.text, s.history) for s in section.sentences],
            section.tables,
            section.formulas,
        )
        for section in rulebook(rule).sections
    ]


def blocks(held: Any) -> Iterator[Block]:
    """All blocks of a value, itself first."""
    if isinstance(held, Block):
        yield held
        names = RuleKeys.defaults if isinstance(held, Methodology) else held.defaults
        for name in names:
            yield from blocks(getattr(held, name))
    elif isinstance(held, Dated):
        for _, value in held:
            yield from blocks(value)
    elif isinstance(held, Mapping):
        for value in held.values():
            yield from blocks(value)
    elif isinstance(held, tuple):
        for value in held:
            yield from blocks(value)


def replaced(held: Any, block: Block, other: Block) -> Any:
    """A value with one of its blocks replaced; the value itself where the block is not in it."""
    if held is block:
        return other
    if isinstance(held, Block):
        names = RuleKeys.defaults if isinstance(held, Methodology) else held.defaults
        changes = {}
        for name in names:
            before = getattr(held, name)
            after = replaced(before, block, other)
            if after is not before:
                changes[name] = after
        return held.changed(**changes) if changes else held
    if isinstance(held, Dated):
        entries = tuple((day, replaced(value, block, other)) for day, value in held)
        same = all(a is b for (_, a), (_, b) in zip(entries, held, strict=True))
        return held if same else Dated(entries)
    if isinstance(held, Mapping):
        values = {key: replaced(value, block, other) for key, value in held.items()}
        return held if all(values[key] is held[key] for key in held) else values
    if isinstance(held, tuple):
        items = tuple(replaced(value, block, other) for value in held)
        return held if all(a is b for a, b in zip(items, held, strict=True)) else items
    return held


def others(value: Any, default: Any) -> Iterator[Any]:
    """Values to put in the place of one: its default, and another of its kind."""
    if default is not MISSING and value != default:
        yield default
    if isinstance(value, Dated):
        for start, inner in value:
            for other in () if isinstance(inner, Special) else others(inner, MISSING):
                yield Dated(tuple((d, other if d == start else v) for d, v in value))
    elif isinstance(value, ByStatus):
        for other in others(value.existing, MISSING):
            yield ByStatus(other, other)
    elif isinstance(value, Label):
        yield Label(value.text + "x")
    elif isinstance(value, Share):
        yield as_share("17%")
    elif isinstance(value, Duration):
        yield Duration(17, value.unit, f"17 {value.unit}")
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield value + "x"
    elif isinstance(value, dt.date):
        yield value + dt.timedelta(days=1)
    elif isinstance(value, Number):
        yield as_number("17")
    elif isinstance(value, DatePhrase):
        yield DatePhrase(KnownDay("halt"), 7, False, "7 sessions after halt")
    elif isinstance(value, tuple) and len(value) > 1:
        yield value[:1]
    elif isinstance(value, Mapping) and value:
        yield {}


def changes(rule: Methodology, block: Block, name: str, before: list[Any]) -> bool:
    """Does another value of a field make another rulebook?  A value no rulebook has words for counts:
    it was looked at."""
    value = getattr(block, name)
    for other in others(value, block.defaults[name]):
        varied = replaced(rule, block, block.changed(**{name: other}))
        try:
            after = said(varied)
        except (AssertionError, AttributeError, KeyError, TypeError, ValueError, StopIteration):
            return True
        if after != before:
            return True
    return False


def rules() -> Iterator[Methodology]:
    for _, path in sorted(shipped_names(shipped_folder()).items()):
        family = load_family([path])
        yield family[family.asked[0]]
    for text in (MORE, *OTHERS):
        yield Methodology.from_text(text)


def language() -> set[tuple[str, str]]:
    """Every block of the language with every one of its fields."""
    return {
        (block.__name__, name)
        for block in _blocks(Block)
        for name in block.defaults
        if name not in PLACE and not block.part and block not in (Methodology, Item, c.Test)
    }


def test_every_key_has_its_words() -> None:
    met: dict[tuple[str, str], bool] = {}
    for rule in rules():
        before = said(rule)
        for block in blocks(rule):
            kind = "RuleKeys" if isinstance(block, Methodology) else type(block).__name__
            names = RuleKeys.defaults if isinstance(block, Methodology) else block.defaults
            for name in names:
                if name in PLACE or met.get((kind, name)):
                    continue
                if holds_blocks(getattr(block, name)):
                    met[kind, name] = True  # the blocks inside are looked at one by one
                elif getattr(block, name) != block.defaults[name]:
                    met[kind, name] = changes(rule, block, name, before)
    silent = {place for place, differs in met.items() if not differs and place[1] not in UNSAID}
    never = language() - met.keys() - NEVER
    assert sorted(silent) == []
    assert sorted(never) == []


def test_a_list_that_is_given_for_a_time() -> None:
    """Which of the two holds now, and which held before, with its days."""
    head = MORE[: MORE.index("selection:")]
    text = head + (
        "selection:\n  2000-01-04: given\n"
        "  2010-01-04: {count: 20, steps: [{select: {size: {rank: 20}}}]}\n"
    )
    shown = str(said(Methodology.from_text(text)))
    assert "The constituents are chosen by the steps below" in shown
    assert "before: given by a published list, 4 January 2000 to 3 January 2010" in shown
