"""Shipped rules with parts of other rules in them, as far as they load: computed, reviewed, explained and
written in words on a demo market.  A finding is fine; a traceback, a hang or a number that is none is not.

`INDEXCALC_HYPOTHESIS=thorough` makes eight hundred of them; the default is short.
"""

from __future__ import annotations

import datetime as dt
import random
import warnings
from collections import defaultdict
from contextlib import suppress
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.calculation.validate import validate
from indexcalc.market import arrow
from indexcalc.market.demo import demo_tables
from indexcalc.methodology.load.load import shipped_folder
from indexcalc.report.rulebook.document import rulebook
from indexcalc.report.rulebook.pages import markdown
from tests.properties.fuzz import DUMPER, bounded, places, tries, value_at

LINES = 40
SCALARS: list[Any] = [
    0,
    1,
    -1,
    2,
    5,
    1e300,
    10**12,
    0.5,
    "30%",
    "0%",
    "150%",
    "none",
    "all",
    "x",
    "",
]
SCALARS += ["5 sessions", "3 calendar months", "2024-01-03", "2025-06-02", "price_limit", "unknown"]
SCALARS += ["close", "market_cap", "market", "symbol", "existing", "50% of existing", True, None]
SCALARS += ["1 session before effective", "3rd thursday", "2nd half", [], {}, "kospi", "9" * 30]


class _Words(yaml.CSafeLoader):
    """YAML in which ``on`` and ``no`` are words."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":bool")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def shipped() -> dict[str, Any]:
    """Every shipped rule as Python values."""
    return {
        path.stem: yaml.load(path.read_text(encoding="utf-8"), _Words)
        for path in sorted(shipped_folder().rglob("*.yaml"))
        if not path.name.endswith(".cases.yaml")
    }


RULES = shipped()


def by_key() -> tuple[dict[str, list[Any]], dict[str, list[tuple[str, Any]]]]:
    """Values of a key in all rules; entries of the mapping under a key in all rules."""
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    entries: dict[str, dict[str, tuple[str, Any]]] = defaultdict(dict)
    for rule in RULES.values():
        for at in places(rule):
            value = value_at(rule, at)
            if isinstance(at[-1], str):
                values[at[-1]].setdefault(repr(value), value)
                above = next((key for key in reversed(at[:-1]) if isinstance(key, str)), "")
                entries[above].setdefault(repr((at[-1], value)), (at[-1], value))
    return (
        {key: list(found.values()) for key, found in values.items()},
        {key: list(found.values()) for key, found in entries.items()},
    )


VALUES, ENTRIES = by_key()
BLOCKS = [key for key, found in VALUES.items() if any(isinstance(v, dict | list) for v in found)]
LEAVES = [v for found in VALUES.values() for v in found if not isinstance(v, dict | list)]
WAYS = ["same key", "same key", "add", "add", "scalar", "leaf", "delete", "dated", "twice", "block"]
LEFT_OUT = ("cases", "sources", "name", "notes")


def crossed(draw: random.Random) -> str:
    """A shipped rule with one to three values, blocks or entries of other rules in it."""
    rule = deepcopy(RULES[draw.choice(sorted(RULES))])
    for name in LEFT_OUT:
        rule.pop(name, None)
    if draw.random() < 0.8:
        if "calendar" in rule:
            rule["calendar"] = "XKRX"
        if "currency" in rule:
            rule["currency"] = "KRW"
        if "base" in rule and draw.random() < 0.7:
            rule["base"] = {"date": draw.choice(DAYS[:250]), "level": 1000}
    only_what_loads = draw.random() < 0.8
    for _ in range(draw.randint(1, 3)):
        for _ in range(4):
            other = deepcopy(rule)
            _cross(other, draw)
            if not only_what_loads or _loads(_text(other)):
                rule = other
                break
    return _text(rule)


def _text(rule: dict[Any, Any]) -> str:
    return yaml.dump(rule, Dumper=DUMPER, allow_unicode=True, sort_keys=False)


def _loads(text: str) -> bool:
    with suppress(ic.RuleError):
        return bool(ic.Methodology.from_text(text))
    return False


def _cross(rule: dict[Any, Any], draw: random.Random) -> None:
    at = draw.choice(list(places(rule)))
    node, key = value_at(rule, at[:-1]), at[-1]
    above = next((name for name in reversed(at) if isinstance(name, str)), "")
    what = draw.choice(WAYS)
    if what == "same key" and above in VALUES:
        node[key] = draw.choice(VALUES[above])
    elif what == "add":
        target = node[key] if isinstance(node[key], dict) else rule
        name = above if isinstance(node[key], dict) else ""
        if ENTRIES.get(name):
            added, value = draw.choice(ENTRIES[name])
            if added not in LEFT_OUT:
                target[added] = value
    elif what == "scalar":
        node[key] = draw.choice(SCALARS)
    elif what == "leaf":
        node[key] = draw.choice(LEAVES)
    elif what == "delete":
        del node[key]
    elif what == "dated":
        later = draw.choice(VALUES.get(above, [node[key]]))
        node[key] = {dt.date(2000, 1, 4): node[key], draw.choice(DAYS): later}
    elif what == "twice":
        node[key] = [node[key], draw.choice(VALUES.get(above, [node[key]]))]
    elif what == "block":
        name = draw.choice(BLOCKS)
        rule[name] = draw.choice(VALUES[name])


@cache
def market() -> ic.Market:
    """Two years of forty lines of the demo market: every kind of event that they met."""
    tables = dict(demo_tables(n_securities=100, n_years=2, seed=5).tables)
    kept = pa.array(sorted(set(tables["daily"].column("symbol").to_pylist()))[::2][:LINES])
    for name, table in tables.items():
        if "symbol" in table.column_names:
            tables[name] = table.filter(pc.is_in(table.column("symbol").cast(pa.string()), kept))
    return ic.Market.from_tables(complete=True, **tables)


def days() -> list[dt.date]:
    return [dt.date(1970, 1, 1) + dt.timedelta(int(day)) for day in market().days]


DAYS = days()


def finite(run: ic.Run) -> None:
    tables = (run.levels, run.constituents, run.reviews, run.decisions, run.events)
    for table in (*tables, run.composition):
        for name in table.column_names if table is not None else ():
            if str(table.column(name).type) == "double":
                null = arrow.null_mask(table.column(name))
                assert np.isfinite(arrow.floats(table.column(name))[~null]).all(), name


def all_verbs(text: str, draw: random.Random) -> str:
    """What becomes of a rule: ``refused``, ``computed``, or ``told`` why not."""
    validate("test.yaml", market(), text=text)
    try:
        rule = ic.Methodology.from_text(text, "test.yaml")
    except ic.RuleError:
        return "refused"
    for language in ("en", "ko"):
        markdown(rulebook(rule), language)
    said = "told"
    with suppress(ic.IndexcalcError):
        finite(ic.compute(rule, market(), returns=draw.choice([(), ("pr",), ("pr", "tr", "ntr")])))
        said = "computed"
    if draw.random() < 0.25:
        day = draw.choice(DAYS)
        with suppress(ic.IndexcalcError):
            repr(ic.review(rule, market(), on=day, as_of=draw.choice([None, day])))
        symbol = market().symbols[draw.randrange(len(market().symbols))]
        with suppress(ic.IndexcalcError):
            repr(ic.explain(rule, market(), symbol, on=draw.choice([None, day])))
    return said


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=tries(800, 25))
@given(seed=st.integers(0, 2**48))
def test_crossed_rules(seed: int) -> None:
    draw = random.Random(seed)
    text = crossed(draw)
    with bounded(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        all_verbs(text, draw)
