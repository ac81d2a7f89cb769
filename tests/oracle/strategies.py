"""Hypothesis strategies: small markets full of ties and edges, and valid rules to review them with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.oracle.language import Rule, Symbol
from tests.oracle.review_oracle import review_days
from tests.oracle.rows import Row, SmallMarket

START = dt.date(2021, 1, 4)
SECTORS = ("banks", "energy", "food", "metals", "ships", "tech")
EXACT_FLOATS = (1.0, 0.5, 0.25, 0.75, 0.125, 0.0625)
DECIMAL_FLOATS = (1.0, 0.07, 0.1, 0.35, 0.62, 0.55, 0.095, 0.15, 0.05, 0.3, 0.0999, 0.149)
DURATIONS = (
    "1 session",
    "3 sessions",
    "10 sessions",
    "2 calendar months",
    "3 calendar months",
    "20 days",
    "1 month",
)
SEGMENTS = 4


@dataclass(frozen=True)
class Kind:
    """What a market is like: rules are made to fit.

    ``exact_floats``: float factors that are sums of powers of two, so that a float market cap has
    no rounding.  ``gaps``: some labels and float factors are missing.  ``lots``: prices are drawn
    from so many levels (few: ties everywhere).
    """

    n: int
    sectors: tuple[str, ...]
    exact_floats: bool
    gaps: bool
    levels: int
    weekdays: tuple[int, ...]


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    """5 to 40 lines in 2 to 6 groups."""
    return Kind(
        n=draw(st.integers(5, 12) | st.integers(5, 40)),
        sectors=SECTORS[: draw(st.integers(2, 6))],
        exact_floats=draw(st.booleans()),
        gaps=draw(st.integers(0, 9)) == 0,
        levels=draw(st.sampled_from((2, 5, 100))),
        weekdays=draw(st.sampled_from(((0, 3), (1, 3, 4), (0, 2)))),
    )


def sessions_of(weekdays: tuple[int, ...]) -> tuple[dt.date, ...]:
    """Half a year of a calendar that trades on few days of the week."""
    days = (START + dt.timedelta(days=i) for i in range(180))
    return tuple(day for day in days if day.weekday() in weekdays)


def symbols_of(n: int) -> list[Symbol]:
    """Symbols in no order of size: some all digits, some with letters."""
    return [Symbol(f"{(i * 37) % 100:02}0{'K' if i % 5 == 4 else '0'}") for i in range(n)]


BYTES_A_LINE = 22


@st.composite
def universes(draw: st.DrawFn, kind: Kind | None = None) -> SmallMarket:
    """A market with halts, listings and delistings inside the windows, and ties forced."""
    kind = kind if kind is not None else draw(kinds())
    sessions = sessions_of(kind.weekdays)
    tables: dict[str, list[Row]] = {
        name: [] for name in ("daily", "securities", "float_factors", "designations", "memberships")
    }
    previous = None
    how_existing = draw(st.sampled_from(("nobody", "everyone", "some", "some", "some", "few")))
    for number, symbol in enumerate(symbols_of(kind.n)):
        drawn = draw(st.binary(min_size=BYTES_A_LINE, max_size=BYTES_A_LINE))
        _line(symbol, previous, drawn, kind, sessions, tables)
        previous = tables["securities"][-1]["issuer"]
        was_in = {
            "nobody": False,
            "everyone": True,
            "some": drawn[0] % 2 == 1,
            "few": number < 2,
        }[how_existing]
        if was_in:
            tables["memberships"].append(
                {"index": "small", "effective_date": sessions[0], "symbol": symbol}
            )
    return SmallMarket(sessions, tables)


def _line(
    symbol: str,
    previous: str | None,
    drawn: bytes,
    kind: Kind,
    sessions: tuple[dt.date, ...],
    tables: dict[str, list[Row]],
) -> None:
    last = len(sessions) - 1
    first = 0 if drawn[1] < 200 else (drawn[1] - 199) * last // 60
    stop = last if drawn[2] < 225 else last - (drawn[2] - 224)
    listing = dt.date(2015, 5, 4) if first == 0 else sessions[first]
    prices = [1 + b % kind.levels for b in drawn[3 : 3 + SEGMENTS]]
    traded = [b % (2 * kind.levels) for b in drawn[7 : 7 + SEGMENTS]]
    shares = [10 * (1 + b % 4) for b in drawn[11:13]]
    halted_from = (drawn[13] - 200) if drawn[13] >= 200 else None
    halted_for = drawn[14] % 12 + 1
    close = float(prices[0])
    for index in range(first, max(stop, first) + 1):
        segment = min(index * SEGMENTS // len(sessions), SEGMENTS - 1)
        is_halted = halted_from is not None and halted_from <= index < halted_from + halted_for
        close = close if is_halted and index > first else float(prices[segment])
        tables["daily"].append(
            {
                "date": sessions[index],
                "symbol": symbol,
                "close": close,
                "shares_outstanding": shares[index * 2 // len(sessions)],
                "volume": 0 if is_halted else traded[segment],
                "traded_value": 0 if is_halted else 10 * traded[segment],
            }
        )
    shares_issuer = previous is not None and drawn[15] >= 220
    sector = kind.sectors[drawn[16] % len(kind.sectors)]
    tables["securities"].append(
        {
            "symbol": symbol,
            "valid_from": dt.date(2015, 5, 4),
            "issuer": previous if shares_issuer else f"company of {symbol}",
            "share_class": "preferred" if drawn[17] % 5 == 0 else "common",
            "sector": None if kind.gaps and drawn[16] >= 225 else sector,
            "listing_date": listing,
            "listed_by": ("new", "new", "transfer", "demerger")[drawn[17] % 4],
        }
    )
    if drawn[18] >= 230:  # it changes its group on the way
        other = kind.sectors[drawn[18] % len(kind.sectors)]
        tables["securities"].append(
            {
                "symbol": symbol,
                "valid_from": sessions[(drawn[18] - 225) * last // 40],
                "issuer": tables["securities"][-1]["issuer"],
                "sector": other,
            }
        )
    factors = EXACT_FLOATS if kind.exact_floats else DECIMAL_FLOATS
    if not (kind.gaps and drawn[19] >= 225):
        tables["float_factors"].append(
            {
                "symbol": symbol,
                "effective_date": dt.date(2015, 5, 4),
                "float_factor": factors[drawn[19] % len(factors)],
            }
        )
        if drawn[20] >= 180:
            tables["float_factors"].append(
                {
                    "symbol": symbol,
                    "effective_date": sessions[(drawn[20] - 180) * last // 80],
                    "float_factor": factors[drawn[20] % len(factors)],
                }
            )
    if drawn[21] >= 215:
        start = sessions[(drawn[21] - 215) * last // 60]
        tables["designations"].append(
            {
                "symbol": symbol,
                "from": start,
                "kind": "administrative" if drawn[21] % 2 else "caution",
                "to": start + dt.timedelta(days=30) if drawn[21] % 3 else None,
            }
        )


@dataclass(frozen=True)
class Makings:
    """What a rule is made of: the kind of market, its group, its measures, a date of change."""

    kind: Kind
    turns: dt.date
    scale_free: bool
    measures: tuple[str, ...]
    has_history: bool
    by_issuer: bool


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


def _maybe_dated(values: st.SearchStrategy[Any], m: Makings) -> st.SearchStrategy[Any]:
    """Mostly one value, at times two with the second from a date among the reviews."""
    dated = st.tuples(values, values).map(
        lambda pair: {dt.date(2020, 1, 2): pair[0], m.turns: pair[1]}
    )
    return st.integers(0, 11).flatmap(lambda i: dated if i == 0 else values)


def _by_status(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    both = st.tuples(values, values).map(lambda pair: {"existing": pair[0], "new": pair[1]})
    return st.integers(0, 4).flatmap(lambda i: both if i == 0 else values)


def _limits(values: st.SearchStrategy[Any], m: Makings) -> st.SearchStrategy[Any]:
    return st.one_of(values, _by_status(values), _maybe_dated(values, m))


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
                made["rank"] = draw(_limits(RANKS, m))
            else:
                made["rank"] = {bound: draw(_limits(RANKS, m))}
                if draw(st.integers(0, 3)) == 0:
                    made["rank"]["rounding"] = draw(st.sampled_from(("ceil", "half_up", "floor")))
        elif word == "coverage":
            mode = draw(
                st.sampled_from(("plain", "reach", "max", "below", "above", "nearest", "from_to"))
            )
            if mode == "plain":
                made["coverage"] = draw(_limits(COVERAGES, m))
            elif mode == "from_to":
                made["coverage"] = {"from": draw(SHARES), "to": draw(COVERAGES)}
            elif draw(st.integers(0, 7)) == 0:
                made["coverage"] = {mode: f"rank {draw(st.integers(1, 3))} + 2.5 points"}
            else:
                made["coverage"] = {mode: draw(_limits(COVERAGES, m))}
        elif word == "share":
            bound = draw(st.sampled_from(("min", "max", "above", "below")))
            made["share"] = {bound: draw(_limits(SHARES, m))}
        else:
            made["min"] = draw(_limits(st.sampled_from((0, 20, 40, 100, 300)), m))
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
        return {name: draw(_maybe_dated(st.sampled_from(labels), m))}
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
    return {"group": {"size": {"share": {draw(st.sampled_from(("min", "below"))): draw(SHARES)}}}}


@st.composite
def conditions(
    draw: st.DrawFn, m: Makings, in_steps: bool = True, depth: int = 2
) -> dict[str, Any]:
    """A condition of one to three parts; ``any``, ``not`` and ``was`` down to a depth."""
    made: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
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
        elif depth > 0 and m.has_history and kind == 15:
            part = {"was": draw(conditions(m, in_steps, 0))}
        else:
            part = {"float_factor": {"min": draw(_limits(SHARES, m))}}
        made.update(part)
    return made


COUNTS = st.one_of(
    st.integers(0, 15),
    st.sampled_from(
        (
            "50% of remaining",
            "1/2 of eligible",
            "110% of selected",
            "30% of count",
            "90% of existing",
        )
    ),
).map(lambda said: "50% of eligible" if said == "1/2 of eligible" else said)


@st.composite
def steps(draw: st.DrawFn, m: Makings) -> dict[str, Any]:
    """One step: any of the seven verbs."""
    verb = draw(
        st.sampled_from(
            (
                "require",
                "drop",
                "select",
                "select",
                "select",
                "fill",
                "fill",
                "trim",
                "trim",
                "replace",
                "limit_changes",
            )
        )
    )
    by = draw(st.sampled_from(m.measures))
    made: dict[str, Any]
    if verb in ("require", "drop", "select"):
        made = {verb: draw(conditions(m))}
        if verb == "select" and draw(st.integers(0, 6)) == 0:
            made = {verb: "all"}
    elif verb in ("fill", "trim"):
        said: dict[str, Any] = {"to": draw(_maybe_dated(COUNTS, m)), "by": by}
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
        said["over"] = draw(_maybe_dated(over, m))
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
                _limits(
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
        made["float_factor"] = {"min": draw(_limits(least, m))}
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
    by_issuer = draw(st.integers(0, 9)) == 0
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
    made["selection"] = selection
    return made


@st.composite
def _float_steps(draw: st.DrawFn, m: Makings) -> list[dict[str, Any]]:
    every = [
        {
            "round": draw(
                _maybe_dated(
                    st.sampled_from(("up to 1%", "up to 5%", "nearest 5%", "down to 1%")), m
                )
            )
        },
        {"keep_if_change_below": "5 points"},
        {"phase_in": draw(_maybe_dated(st.sampled_from(("50%", "2/3", "100%", "0%")), m))},
        {"bands": {"10%": "as is", "20%": "20%", "60%": "60%", "100%": "100%"}},
    ]
    return draw(st.lists(st.sampled_from(every), min_size=1, max_size=3, unique_by=str))


@st.composite
def markets_and_rules(draw: st.DrawFn, *, scale_free: bool = False) -> tuple[SmallMarket, Rule]:
    """A rule with a market it can be reviewed on."""
    kind = draw(kinds())
    return draw(universes(kind)), draw(rules(kind, scale_free=scale_free))
