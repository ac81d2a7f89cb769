"""Valid rules, and rules with a market to review them on, as hypothesis strategies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from tests.oracle.condition_strategies import SHARES, Maker, condition
from tests.oracle.language import Rule
from tests.oracle.market_strategies import DURATIONS, Kind, kinds, sessions_of, universes
from tests.oracle.review_oracle import review_days
from tests.oracle.rows import SmallMarket

MONTHS = ([4], [5], [3, 6], [4, 6], [3, 4, 5, 6])
EFFECTIVE = (
    "session after 2nd thursday",
    "2nd thursday",
    "first session of month",
    "session after 3rd friday",
)
CUTOFF = (
    "last session 1 month before",
    "6 sessions before effective",
    "last session 2 months before",
    "2 sessions before effective",
)
SCHEDULES = st.tuples(st.sampled_from(MONTHS), st.sampled_from(EFFECTIVE), st.sampled_from(CUTOFF))
TURNS = st.integers(0, 5)
SEASONING = (
    "1 session",
    "10 sessions",
    "2 calendar months",
    "3 calendar months",
    "30 days",
    "1 month",
)
WHERE: tuple[Any, ...] = (
    {"designation": {"none_of": ["administrative"]}},
    {
        "designation": {"none_of": ["administrative", "caution"]},
        "share_class": {"in": ["common", "preferred"]},
    },
    {"share_class": "common"},
)
PARENTS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {},
    {"of": "upper"},
    {"of": ["upper", "lower"]},
    {"of": ["upper", "lower"], "except": "lower", "as_of": "effective"},
    {"of": "upper", "as_of": "effective"},
)
TIES = (
    ["liquidity", "symbol"],
    ["market_cap"],
    ["symbol"],
    ["traded_value", "market_cap", "symbol"],
)
SHARES_OF_COUNTS = (
    "50% of remaining",
    "50% of eligible",
    "110% of selected",
    "30% of count",
    "90% of existing",
)
VERBS = ("require", "drop", "select", "fill", "trim", "replace", "select", "select", "fill", "trim")


def _count(make: Maker) -> Any:
    """A number of names: nothing is said of a share of nobody existing."""
    shares = SHARES_OF_COUNTS[: -1 if make.kind.existing == "nobody" else None]
    return make.pick((*range(16), *shares, *shares))


def _step(make: Maker) -> dict[str, Any]:
    """One step (`limit_changes` is put last), in force at some reviews or all."""
    verb = make.pick(VERBS)
    made: dict[str, Any] = {verb: _verb(make, verb)}
    if verb != "replace" and make.chance(4):
        made["within"] = make.pick(("sector", "broad", "all"))
        if verb in ("fill", "trim") and made["within"] == "all":
            del made["within"]
    if make.chance(10):
        made[make.pick(("from", "until"))] = make.turns
    if make.chance(10):
        made["months"] = [3, 4]
    return made


def _verb(make: Maker, verb: str) -> Any:
    by = make.pick(make.measures)
    if verb in ("require", "drop", "select"):
        return "all" if verb == "select" and make.chance(6) else condition(make)
    if verb == "replace":
        said = {"out": condition(make, depth=1), "in": condition(make, depth=1), "by": by}
        return {**said, "at_most": make.number(0, 3)} if make.chance(2) else said
    said = {"to": make.maybe_dated(lambda: _count(make)), "by": by}
    by_share = "% of" in str(said["to"])
    if by_share and make.chance(2):
        said["rounding"] = make.pick(("ceil", "half_up"))
    for word in ("where", "from", "prefer"):
        if (word != "where" or not by_share) and make.chance(5):
            said[word] = condition(make, depth=0)
    if make.chance(5):
        said["prefer"] = "existing"
    return said


def _measures(make: Maker) -> dict[str, Any]:
    """``size`` and ``liquidity``, and up to two more."""
    made: dict[str, Any] = {
        "size": {make.pick(("mean", "last", "median")): "market_cap"},
        "liquidity": {make.pick(("mean", "sum", "median", "max")): "traded_value"},
    }
    for said in made.values():
        said["over"] = make.maybe_dated(lambda: make.pick(DURATIONS))
    if make.by_issuer:
        made["size"]["per"] = "issuer"
    floats = {"mean": "float_market_cap", "over": "2 calendar months"}
    others: tuple[dict[str, Any], ...] = (
        {"ratio": ["traded_value", "market_cap"], "over": "10 sessions"},
        {"min": "close", "over": "1 month"},
        {"mean": "market_cap", "over": "5 sessions", "to": "3 sessions before cutoff"},
        floats if make.kind.exact_floats else {"sum": "volume", "over": "2 months"},
    )
    if "other" in make.measures:
        made["other"] = make.pick(others)
    if "thin" in make.measures:
        made["thin"] = {"mean": "traded_value", "over": "2 calendar months", "best": "lowest"}
    return made


def _eligibility(make: Maker) -> dict[str, Any]:
    """None to three tests of who is eligible."""
    made: dict[str, Any] = {}
    if make.chance(3):
        made["listed_for"] = {"min": make.limit(SEASONING)}
        if make.chance(2):
            large = {"size": {"rank": 4}, "listed_for": {"min": "3 sessions"}}
            made["listed_for"]["unless"] = ["existing", "transferred", large]
    if make.chance(3):
        made["float_factor"] = {"min": make.limit(("5%", "10%", "35%", "0.55", *SHARES))}
    if make.chance(3):
        made.update(condition(make, in_steps=False, depth=1))
    return made


def _float_steps(make: Maker) -> list[dict[str, Any]]:
    """One to three steps of a float factor, each kind once."""
    roundings = ("up to 1%", "up to 5%", "nearest 5%", "down to 1%")
    phases = ("50%", "2/3", "100%", "0%")
    every: dict[str, Any] = {
        "round": lambda: make.maybe_dated(lambda: make.pick(roundings)),
        "keep_if_change_below": lambda: "5 points",
        "phase_in": lambda: make.maybe_dated(lambda: make.pick(phases)),
        "bands": lambda: {"10%": "as is", "20%": "20%", "60%": "60%", "100%": "100%"},
    }
    kinds_of = dict.fromkeys(make.pick(tuple(every)) for _ in range(make.number(1, 3)))
    return [{kind: every[kind]()} for kind in kinds_of]


def _selection(make: Maker) -> dict[str, Any]:
    made: dict[str, Any] = {"count": make.number(0, 12)}
    if make.by_issuer and make.chance(2):
        made["unit"] = "issuer"
    if make.chance(2):
        made["within"] = make.pick(("sector", "broad", "all"))
    if make.chance(3):
        made["start"] = "existing"
    if make.chance(6):
        made["ties"] = make.pick(TIES)
    if make.chance(2):
        made["reserve"] = {"count": make.number(0, 4), "by": "size"}
        if make.chance(2):
            made["reserve"]["within"] = make.pick(("sector", "broad"))
    made["steps"] = [_step(make) for _ in range(make.number(1, 6))]
    if make.chance(3):
        made["steps"].append({"fill": {"to": make.number(3, 12), "by": "size"}})
    if make.kind.existing != "nobody" and make.chance(8):
        most = make.pick((*range(6), "10% of count"))
        made["steps"].append({"limit_changes": {"to": most, "by": make.pick(make.measures)}})
    return made


@st.composite
def rules(draw: st.DrawFn, kind: Kind, *, scale_free: bool = False) -> Rule:
    """A valid rule for a market of a kind.  ``scale_free``: no absolute amounts."""
    months, effective, cutoff = draw(SCHEDULES)
    review = {"months": months, "effective": effective, "cutoff": cutoff}
    days = review_days({"index": "small", "review": review}, sessions_of(kind.weekdays))
    turning = [*(one["effective"] for one in days), dt.date(2021, 4, 20), dt.date(2021, 5, 1)]
    make = Maker(
        draw=draw,
        kind=kind,
        turns=turning[draw(TURNS) % len(turning)],
        scale_free=scale_free,
        measures=("size", "liquidity", "other", "thin")[: 2 + draw(TURNS) // 2],
        has_history=len(days) > 1,
        by_issuer=kind.levels == 100 and draw(TURNS) == 5,
    )
    made: Rule = {
        "index": "small",
        "currency": "KRW",
        "calendar": "XKRX",
        "base": {"date": days[0]["effective"], "level": 100},
        "universe": {**make.pick(PARENTS), "where": make.pick(WHERE)},
        "groups": {"broad": {"column": "sector", "merge": {"heavy": list(kind.sectors[:2])}}},
        "review": review,
        "measures": _measures(make),
    }
    eligibility = _eligibility(make)
    if eligibility:
        made["eligibility"] = eligibility
    if not kind.exact_floats and make.chance(2):
        made["float"] = {"steps": _float_steps(make)}
    made["selection"] = _selection(make)
    return made


@st.composite
def markets_and_rules(draw: st.DrawFn, *, scale_free: bool = False) -> tuple[SmallMarket, Rule]:
    """A rule with a market it can be reviewed on."""
    kind = draw(kinds())
    return draw(universes(kind)), draw(rules(kind, scale_free=scale_free))
