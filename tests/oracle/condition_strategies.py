"""Conditions that are valid in a generated rule, as hypothesis strategies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.oracle.market_strategies import Kind, symbols_of


@dataclass(frozen=True)
class Makings:
    """What a rule is made of: the kind of market, its group, its measures, a date of change."""

    kind: Kind
    turns: dt.date
    scale_free: bool
    measures: tuple[str, ...]
    has_history: bool
    by_issuer: bool


def maybe_dated(values: st.SearchStrategy[Any], m: Makings) -> st.SearchStrategy[Any]:
    """Mostly one value, at times two with the second from a date among the reviews."""
    dated = st.tuples(values, values).map(
        lambda pair: {dt.date(2020, 1, 2): pair[0], m.turns: pair[1]}
    )
    return st.integers(0, 11).flatmap(lambda i: dated if i == 0 else values)


def by_status(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    both = st.tuples(values, values).map(lambda pair: {"existing": pair[0], "new": pair[1]})
    return st.integers(0, 4).flatmap(lambda i: both if i == 0 else values)


def limits(values: st.SearchStrategy[Any], m: Makings) -> st.SearchStrategy[Any]:
    return st.one_of(values, by_status(values), maybe_dated(values, m))


RANKS = st.one_of(
    st.integers(1, 12),
    st.sampled_from(("10%", "30%", "1/3", "50%", "85%", "100%")),
    st.sampled_from(("50% of existing", "90% of existing", "110% of existing", "100% of existing")),
)
COVERAGES = st.sampled_from(("25%", "1/3", "50%", "60%", "3/4", "85%", "100%", "0.2"))
SHARES = st.sampled_from(("0%", "1%", "5%", "10%", "1/5", "1/4", "50%"))


@st.composite
def _place(draw: st.DrawFn, m: Makings, modified: bool) -> dict[str, Any]:
    """``among``, ``within`` and ``unless`` of one test."""
    made: dict[str, Any] = {}
    if not modified:
        return made
    if draw(st.booleans()):
        made["among"] = draw(
            st.sampled_from(("eligible", "remaining", "existing"))
            | st.just({"share_class": "common"})
        )
    if draw(st.integers(0, 2)) == 0:
        made["within"] = draw(st.sampled_from(("all", "sector", "broad", "share_class")))
    if draw(st.integers(0, 3)) == 0:
        made["unless"] = draw(
            st.sampled_from(
                (
                    "existing",
                    ["existing", "transferred", "demerged"],
                    {"group": {"existing_count": {"below": 3}}},
                    {"share_class": "common"},
                    ["demerged", {"size": {"rank": 3}}],
                )
            )
        )
    return made


@st.composite
def measure_tests(draw: st.DrawFn, m: Makings, in_steps: bool) -> dict[str, Any]:
    """A measure with one of its tests (now and then two) and their modifiers."""
    name = draw(st.sampled_from(m.measures))
    beside = draw(_place(m, draw(st.integers(0, 2)) == 0))
    if not in_steps and isinstance(beside.get("among"), str):
        del beside["among"]
    made: dict[str, Any] = {}
    words = ["rank", "coverage", "share"] if name != "thin" else ["rank"]
    if not m.scale_free and name in ("size", "liquidity"):
        words.append("min")
    for word in draw(st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True)):
        if word == "rank":
            bound = draw(st.sampled_from(("max", "max", "max", "beyond", "from_to")))
            if bound == "from_to":
                low = draw(st.integers(1, 4))
                made["rank"] = {"from": low, "to": low + draw(st.integers(0, 6))}
            elif bound == "max" and draw(st.booleans()):
                made["rank"] = draw(limits(RANKS, m))
            else:
                made["rank"] = {bound: draw(limits(RANKS, m))}
                if draw(st.integers(0, 3)) == 0:
                    made["rank"]["rounding"] = draw(st.sampled_from(("ceil", "half_up", "floor")))
        elif word == "coverage":
            mode = draw(
                st.sampled_from(("plain", "reach", "max", "below", "above", "nearest", "from_to"))
            )
            if mode == "plain":
                made["coverage"] = draw(limits(COVERAGES, m))
            elif mode == "from_to":
                made["coverage"] = {"from": draw(SHARES), "to": draw(COVERAGES)}
            elif draw(st.integers(0, 7)) == 0:
                made["coverage"] = {mode: f"rank {draw(st.integers(1, 3))} + 2.5 points"}
            else:
                made["coverage"] = {mode: draw(limits(COVERAGES, m))}
        elif word == "share":
            bound = draw(st.sampled_from(("min", "max", "above", "below")))
            made["share"] = {bound: draw(limits(SHARES, m))}
        else:
            made["min"] = draw(limits(st.sampled_from((0, 20, 40, 100, 300)), m))
    if beside and draw(st.booleans()):
        made.update(beside)
    elif beside:
        word = next(iter(made))
        inside = made[word]
        short = {"rank": "max", "coverage": "reach"}.get(word)
        if word == "min":
            made.update(beside)
        elif (
            isinstance(inside, dict)
            and not {"existing", "new"} & set(inside)
            and all(isinstance(key, str) for key in inside)
        ):
            made[word] = {**inside, **beside}
        elif short is not None:
            made[word] = {short: inside, **beside}
    if m.has_history and not in_steps and draw(st.integers(0, 7)) == 0:
        made["for"] = draw(st.sampled_from(("2 reviews", "3 reviews")))
    return {name: made}


@st.composite
def label_tests(draw: st.DrawFn, m: Makings) -> dict[str, Any]:
    """A group, a column or the symbol against labels."""
    name = draw(st.sampled_from(("sector", "broad", "share_class", "symbol")))
    labels = {
        "sector": m.kind.sectors,
        "broad": ("heavy", *m.kind.sectors[2:]),
        "share_class": ("common", "preferred"),
        "symbol": tuple(symbols_of(m.kind.n)[:6]),
    }[name]
    if draw(st.booleans()):
        return {name: draw(maybe_dated(st.sampled_from(labels), m))}
    chosen = draw(st.lists(st.sampled_from(labels), min_size=1, max_size=3, unique=True))
    return {name: {draw(st.sampled_from(("in", "not_in"))): chosen}}


@st.composite
def group_tests(draw: st.DrawFn, m: Makings) -> dict[str, Any]:
    """``group``: its counts, or its sum's share among groups."""
    which = draw(st.integers(0, 2))
    if which == 0:
        bound = draw(st.sampled_from(("min", "max", "above", "below")))
        return {"group": {"existing_count": {bound: draw(st.integers(0, 5))}}}
    if which == 1:
        return {"group": {"screened_count": {"min": draw(st.integers(1, 6))}}}
    share = {draw(st.sampled_from(("min", "below"))): draw(SHARES)}
    within = draw(st.sampled_from(("sector", "broad", "share_class")))
    return {"group": {"size": {"share": share, "within": within}}}


@st.composite
def conditions(
    draw: st.DrawFn, m: Makings, in_steps: bool = True, depth: int = 2
) -> dict[str, Any]:
    """A condition of one to three parts; ``any``, ``not`` and ``was`` down to a depth."""
    made: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3)))):
        kind = draw(st.integers(0, 15))
        if kind <= 7:
            part = draw(measure_tests(m, in_steps))
        elif kind <= 9:
            part = {"status": draw(st.sampled_from(("existing", "new")))}
        elif kind <= 11:
            part = draw(label_tests(m))
        elif kind == 12 and in_steps:
            part = draw(group_tests(m))
        elif depth > 0 and kind == 13:
            part = {
                "any": draw(st.lists(conditions(m, in_steps, depth - 1), min_size=1, max_size=2))
            }
        elif depth > 0 and kind == 14:
            part = {"not": draw(conditions(m, in_steps, depth - 1))}
        elif depth > 0 and m.has_history and kind == 15 and (not in_steps or draw(st.booleans())):
            part = {"was": draw(conditions(m, in_steps, 0))}
        else:
            part = {"float_factor": {"min": draw(limits(SHARES, m))}}
        made.update(part)
    return made
