"""Valid rules, and rules with a market to review them on, as hypothesis strategies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from tests.oracle.condition_strategies import Makings, conditions, limits, maybe_dated
from tests.oracle.language import Rule
from tests.oracle.market_strategies import DURATIONS, Kind, kinds, sessions_of, universes
from tests.oracle.review_oracle import review_days
from tests.oracle.rows import SmallMarket


def schedules() -> st.SearchStrategy[dict[str, Any]]:
    """One to four reviews in half a year."""
    return st.fixed_dictionaries(
        {
            "months": st.sampled_from(([4], [5], [3, 6], [4, 6], [3, 4, 5, 6])),
            "effective": st.sampled_from(
                (
                    "session after 2nd thursday",
                    "2nd thursday",
                    "first session of month",
                    "session after 3rd friday",
                )
            ),
            "cutoff": st.sampled_from(
                (
                    "last session 1 month before",
                    "6 sessions before effective",
                    "last session 2 months before",
                    "2 sessions before effective",
                )
            ),
        }
    )


SHARES_OF_COUNTS = (
    "50% of remaining",
    "50% of eligible",
    "110% of selected",
    "30% of count",
    "90% of existing",
)
VERBS = ("require", "drop", "select", "fill", "trim", "replace", "limit_changes")
OFTEN = ("select", "select", "fill", "trim")


def counts(m: Makings) -> st.SearchStrategy[Any]:
    """A number of names: nothing is said of a share of nobody existing."""
    shares = SHARES_OF_COUNTS[: -1 if m.kind.existing == "nobody" else None]
    return st.one_of(st.integers(0, 15), st.sampled_from(shares))


@st.composite
def steps(draw: st.DrawFn, m: Makings) -> dict[str, Any]:
    """One step: any of the seven verbs."""
    verbs = VERBS[: -1 if m.kind.existing == "nobody" else None]
    verb = draw(st.sampled_from((*verbs, *OFTEN)))
    by = draw(st.sampled_from(m.measures))
    made: dict[str, Any]
    if verb in ("require", "drop", "select"):
        made = {verb: draw(conditions(m))}
        if verb == "select" and draw(st.integers(0, 6)) == 0:
            made = {verb: "all"}
    elif verb in ("fill", "trim"):
        said: dict[str, Any] = {"to": draw(maybe_dated(counts(m), m)), "by": by}
        if "%" in str(said["to"]) and draw(st.booleans()):
            said["rounding"] = draw(st.sampled_from(("ceil", "half_up")))
        for word in ("where", "from", "prefer"):
            if (word != "where" or "% of" not in str(said["to"])) and draw(st.integers(0, 4)) == 0:
                said[word] = draw(conditions(m, depth=0))
        if draw(st.integers(0, 4)) == 0:
            said["prefer"] = "existing"
        made = {verb: said}
    elif verb == "replace":
        said = {"out": draw(conditions(m, depth=1)), "in": draw(conditions(m, depth=1)), "by": by}
        if draw(st.booleans()):
            said["at_most"] = draw(st.integers(0, 3))
        made = {verb: said}
    else:
        made = {verb: {"to": draw(st.integers(0, 5) | st.just("10% of count")), "by": by}}
    if verb not in ("replace", "limit_changes") and draw(st.integers(0, 3)) == 0:
        made["within"] = draw(st.sampled_from(("all", "sector", "broad")))
        if verb in ("fill", "trim") and made["within"] == "all":
            del made["within"]
    if draw(st.integers(0, 9)) == 0:
        made["from" if draw(st.booleans()) else "until"] = m.turns
    if draw(st.integers(0, 9)) == 0:
        made["months"] = [3, 4]
    return made


@st.composite
def measures(draw: st.DrawFn, m: Makings) -> dict[str, Any]:
    """``size`` and ``liquidity``, and up to two more."""
    over = st.sampled_from(DURATIONS)
    made: dict[str, Any] = {
        "size": {draw(st.sampled_from(("mean", "mean", "last", "median"))): "market_cap"},
        "liquidity": {draw(st.sampled_from(("mean", "sum", "median", "max"))): "traded_value"},
    }
    for said in made.values():
        said["over"] = draw(maybe_dated(over, m))
    if m.by_issuer:
        made["size"]["per"] = "issuer"
    if "other" in m.measures:
        made["other"] = draw(
            st.sampled_from(
                (
                    {"ratio": ["traded_value", "market_cap"], "over": "10 sessions"},
                    {"min": "close", "over": "1 month"},
                    {
                        "mean": "market_cap",
                        "over": "5 sessions",
                        "to": "last session 1 month before",
                    },
                    {"mean": "float_market_cap", "over": "2 calendar months"}
                    if m.kind.exact_floats
                    else {"sum": "volume", "over": "2 months"},
                )
            )
        )
    if "thin" in m.measures:
        made["thin"] = {"mean": "traded_value", "over": "2 calendar months", "best": "lowest"}
    return made


@st.composite
def eligibilities(draw: st.DrawFn, m: Makings) -> dict[str, Any]:
    """None to three tests of who is eligible."""
    made: dict[str, Any] = {}
    if draw(st.integers(0, 2)) == 0:
        made["listed_for"] = {
            "min": draw(
                limits(
                    st.sampled_from(
                        (
                            "1 session",
                            "10 sessions",
                            "2 calendar months",
                            "3 calendar months",
                            "30 days",
                            "1 month",
                        )
                    ),
                    m,
                )
            )
        }
        if draw(st.booleans()):
            made["listed_for"]["unless"] = [
                "existing",
                "transferred",
                {"size": {"rank": 4}, "listed_for": {"min": "3 sessions"}},
            ]
    if draw(st.integers(0, 2)) == 0:
        least = st.sampled_from(("5%", "10%", "35%", "0.55"))
        made["float_factor"] = {"min": draw(limits(least, m))}
    if draw(st.integers(0, 2)) == 0:
        made.update(draw(conditions(m, in_steps=False, depth=1)))
    return made


@st.composite
def rules(draw: st.DrawFn, kind: Kind, *, scale_free: bool = False) -> Rule:
    """A valid rule for a market of a kind.  ``scale_free``: no absolute amounts."""
    review = draw(schedules())
    bare = {"index": "small", "review": review}
    days = review_days(bare, sessions_of(kind.weekdays))
    turns = draw(
        st.sampled_from([d["effective"] for d in days])
        | st.sampled_from([dt.date(2021, 4, 20), dt.date(2021, 5, 1)])
    )
    names = ["size", "liquidity"]
    names += [name for name in ("other", "thin") if draw(st.integers(0, 2)) == 0]
    by_issuer = kind.levels == 100 and draw(st.integers(0, 3)) == 0
    m = Makings(kind, turns, scale_free, tuple(names), len(days) > 1, by_issuer)
    made: Rule = {
        "index": "small",
        "currency": "KRW",
        "calendar": "XKRX",
        "base": {"date": days[0]["effective"], "level": 100},
        "universe": {
            "where": draw(
                st.sampled_from(
                    (
                        {"designation": {"none_of": ["administrative"]}},
                        {
                            "designation": {"none_of": ["administrative", "caution"]},
                            "share_class": {"in": ["common", "preferred"]},
                        },
                        {"share_class": "common"},
                    )
                )
            )
        },
        "groups": {"broad": {"column": "sector", "merge": {"heavy": list(kind.sectors[:2])}}},
        "review": review,
        "measures": draw(measures(m)),
    }
    eligibility = draw(eligibilities(m))
    if eligibility:
        made["eligibility"] = eligibility
    if not kind.exact_floats and draw(st.booleans()):
        made["float"] = {"steps": draw(_float_steps(m))}
    selection: dict[str, Any] = {"count": draw(st.integers(0, 12))}
    if by_issuer and draw(st.booleans()):
        selection["unit"] = "issuer"
    if draw(st.booleans()):
        selection["within"] = draw(st.sampled_from(("sector", "broad", "all")))
    if draw(st.integers(0, 2)) == 0:
        selection["start"] = "existing"
    if draw(st.integers(0, 5)) == 0:
        selection["ties"] = draw(
            st.sampled_from(
                (
                    ["liquidity", "symbol"],
                    ["market_cap"],
                    ["symbol"],
                    ["traded_value", "market_cap", "symbol"],
                )
            )
        )
    if draw(st.booleans()):
        selection["reserve"] = {"count": draw(st.integers(0, 4)), "by": "size"}
        if draw(st.booleans()):
            selection["reserve"]["within"] = draw(st.sampled_from(("sector", "broad")))
    selection["steps"] = [draw(steps(m)) for _ in range(draw(st.integers(1, 6)))]
    if draw(st.integers(0, 2)) == 0:
        selection["steps"].append({"fill": {"to": draw(st.integers(3, 12)), "by": "size"}})
    made["selection"] = selection
    return made


@st.composite
def _float_steps(draw: st.DrawFn, m: Makings) -> list[dict[str, Any]]:
    every = [
        {
            "round": draw(
                maybe_dated(
                    st.sampled_from(("up to 1%", "up to 5%", "nearest 5%", "down to 1%")), m
                )
            )
        },
        {"keep_if_change_below": "5 points"},
        {"phase_in": draw(maybe_dated(st.sampled_from(("50%", "2/3", "100%", "0%")), m))},
        {"bands": {"10%": "as is", "20%": "20%", "60%": "60%", "100%": "100%"}},
    ]
    return draw(st.lists(st.sampled_from(every), min_size=1, max_size=3, unique_by=str))


@st.composite
def markets_and_rules(draw: st.DrawFn, *, scale_free: bool = False) -> tuple[SmallMarket, Rule]:
    """A rule with a market it can be reviewed on."""
    kind = draw(kinds())
    return draw(universes(kind)), draw(rules(kind, scale_free=scale_free))
