"""A sweep over caps equals separate runs: levels to 1e-12 and to the published digit, and what is told.

The markets are those of the level properties, drawn apart in time so that a monthly review comes every
few sessions: lines list and are delisted between reviews, split, issue rights, stop trading.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.diagnostics import DataError
from tests.properties.test_levels_against_oracle import History, histories
from tests.unit.calculation import small

CLOSE = 1e-12
SPREAD = 9
TWENTIETHS = st.sampled_from(["10%", "26%", "1/3", "40%", "0.55", "70%"])
MONTHS = list(range(1, 13))
HEAD = small.HEAD + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1, 2, 3, 4, 5], effective: first session of month, "
    "cutoff: 1 session before effective}\n"
)
REBALANCES = (
    "rebalance: {months: [1, 3, 5], effective: first session of month, "
    "cutoff: 1 session before effective}\n"
)
HALF_IN = "selection: {steps: [{select: {symbol: 0A}, inclusion: 50%}, {select: all}]}\n"
MEASURED = "measured: {mean: market_cap, over: 3 sessions, to: 1 session before effective}"
SCHEMES = ("market_cap", "float_market_cap", "equal", "price")


def apart(date: dt.date) -> dt.date:
    """A session of a history, moved so that sessions are days apart."""
    return small.FIRST + SPREAD * (date - small.FIRST)


def market_of(history: History, issuers: list[str], floats: list[float]) -> ic.Market:
    """The history spread over months, with issuers, sectors and float factors for its lines."""
    symbols = sorted({row["symbol"] for row in history.daily})
    moved = [
        {name: apart(value) if isinstance(value, dt.date) else value for name, value in row.items()}
        for rows in (history.daily, history.actions, history.dividends)
        for row in rows
    ]
    daily, rest = moved[: len(history.daily)], moved[len(history.daily) :]
    actions, dividends = rest[: len(history.actions)], rest[len(history.actions) :]
    return small.market(
        daily,
        sessions=[{"date": apart(small.day(number))} for number in range(history.n_sessions)],
        corporate_actions=actions,
        dividends=dividends,
        securities=[
            {"symbol": symbol, "issuer": issuer, "sector": f"s{place % 2}"}
            for place, (symbol, issuer) in enumerate(zip(symbols, issuers, strict=False))
        ],
        float_factors=[
            {"symbol": symbol, "effective_date": small.FIRST, "float_factor": factor}
            for symbol, factor in zip(symbols, floats, strict=False)
        ],
    )


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """A rule's text up to its caps; how it weighs; the cap's window; and the caps beside the swept one."""
    scheme = draw(st.sampled_from(SCHEMES))
    text = HEAD + (REBALANCES if draw(st.booleans()) else "")
    if draw(st.integers(0, 3)) == 0:
        text += HALF_IN
    shares = draw(st.sampled_from(["daily", "daily", "at_rebalance", "{threshold: 3%}"]))
    joins = draw(st.sampled_from(["leaver_weight", "average_weight"]))
    keys = [
        f"shares: {shares}" if "cap" in scheme else "",
        f"joins_at: {joins}" if scheme == "equal" else "",
    ]
    text += f"maintenance: {{{', '.join(key for key in keys if key)}}}\n"
    measured = MEASURED if "cap" in scheme and draw(st.integers(0, 2)) == 0 else ""
    recap = "cap" in scheme and shares == "daily" and not measured and draw(st.booleans())
    how = f"scheme: {scheme}" + (", interim: recap" if recap else "")
    other = draw(
        st.sampled_from(["", "", "{per: sector, limit: 70%}", "{per: security, factor: 50%}"])
    )
    return text, how, measured, other


def variant(rule: tuple[str, str, str, str], limits: list[tuple[str, str]]) -> str:
    """The text of a separate rule with these caps."""
    text, how, measured, other = rule
    caps = [
        f"{{per: {per}, limit: {limit}{', ' + measured if measured else ''}}}"
        for per, limit in limits
    ]
    caps += [other] if other else []
    return text + f"weighting: {{{how}, caps: [{', '.join(caps)}]}}\n"


def own(rule: tuple[str, str, str, str], per: str) -> str:
    """The text of the swept rule, with a cap of its own that gives way."""
    return variant(rule, [(per, "99%")])


def rows_of(table: Any, cap: str, *columns: str) -> list[list[Any]]:
    keys = table.column("cap").to_pylist()
    found = [table.column(name).to_pylist() for name in columns]
    return [
        [value for key, value in zip(keys, column, strict=True) if key == cap] for column in found
    ]


def told(run: ic.Run) -> int:
    """How many reviews of a run could not be capped: each names its date."""
    failed = [
        item for item in run.diagnostics if item.code[:3] == "CAP" and item.severity == "error"
    ]
    return len({item.message.partition(":")[0] for item in failed})


def compare(sweep: ic.CapSweep, run: ic.Run, cap: str, begun: bool = False) -> str:
    """Assert that a point of a sweep is the separate run; at how many reviews it could be met.

    ``begun``: the period begins later than the index; a run tells of the reviews before it too, a
    sweep counts from the one in force.
    """
    summary = {row["cap"]: row for row in sweep.summary.to_pylist()}[cap]
    if begun:
        assert summary["reviews_infeasible"] <= told(run), cap
    else:
        assert summary["reviews_infeasible"] == told(run), cap
    if summary["reviews"] and summary["reviews_infeasible"] == summary["reviews"]:
        assert summary["level_last"] is None
        return "met at no review"
    level, shown = rows_of(sweep.levels, cap, "level", "level_published")
    assert level == pytest.approx(run.levels.column("level").to_pylist(), rel=CLOSE), cap
    assert shown == run.levels.column("level_published").to_pylist(), cap
    names = (
        "kind",
        "constituents",
        "capped",
        "one_way_turnover",
        "largest_weight",
        "effective_number",
    )
    days, *found = rows_of(sweep.reviews, cap, "effective_date", *names)
    assert days == run.reviews.column("effective_date").to_pylist()
    for name, values in zip(names, found, strict=True):
        expected = run.reviews.column(name).to_pylist()
        exact = name in ("kind", "constituents", "capped")
        assert values == (expected if exact else pytest.approx(expected, rel=1e-9, abs=CLOSE)), name
    constituents = {
        (row["effective_date"], row["symbol"]): row["weight"]
        for row in run.constituents.to_pylist()
    }
    for key in zip(*rows_of(sweep.weights, cap, "effective_date", "symbol", "weight"), strict=True):
        assert key[2] == pytest.approx(constituents[key[0], key[1]], rel=1e-9, abs=CLOSE), key
    last = max(run.reviews.column("effective_date").to_pylist(), default=None)
    held = zip(*rows_of(sweep.in_force, cap, "effective_date", "symbol", "weight"), strict=True)
    # A member of no weight, as one that took the place of nothing, is in the run alone.
    wanted = {key: weight for key, weight in constituents.items() if key[0] == last and weight}
    found_held = {(day, symbol): weight for day, symbol, weight in held}
    assert found_held == pytest.approx(wanted, rel=1e-9, abs=CLOSE)
    return "met at some reviews" if told(run) else "met at every review"


def outcome(work: Any) -> Any:
    """A result, or the codes of what was refused."""
    try:
        return work()
    except DataError as refused:
        return sorted({item.code for item in refused.diagnostics})


@given(
    history=histories(),
    rule=rules(),
    issuers=st.lists(st.sampled_from(["x", "y", "z"]), min_size=4, max_size=4),
    floats=st.lists(st.sampled_from([0.2, 0.55, 1.0]), min_size=4, max_size=4),
    per=st.sampled_from(["security", "security", "issuer"]),
    caps=st.lists(TWENTIETHS, min_size=1, max_size=3, unique=True),
)
def test_a_sweep_equals_separate_runs(
    history: History,
    rule: tuple[str, str, str, str],
    issuers: list[str],
    floats: list[float],
    per: str,
    caps: list[str],
) -> None:
    assume("factor" not in rule[3] or per != "security" or not rule[2])
    over = market_of(history, issuers, floats)
    swept = ic.Methodology.from_text(own(rule, per))
    sweep = outcome(lambda: ic.simulate_caps(swept, over, caps=caps, per=per))
    points: list[list[tuple[str, str]]] = [*([(per, cap)] for cap in caps), []]
    for cap, limits in zip([*caps, "none"], points, strict=True):
        run = outcome(lambda limits=limits: small.run(variant(rule, limits), over))
        if isinstance(run, list) or isinstance(sweep, list):
            event("refused")
            assert sweep == run
            continue
        event(compare(sweep, run, cap))


@given(
    history=histories(), issuers=st.lists(st.sampled_from(["x", "y", "z"]), min_size=4, max_size=4)
)
@settings(max_examples=20)
def test_a_grid_of_two_equals_separate_runs(history: History, issuers: list[str]) -> None:
    over = market_of(history, issuers, [1.0] * 4)
    rule = (HEAD, "scheme: market_cap", "", "")
    swept = ic.Methodology.from_text(HEAD + "weighting: {scheme: market_cap}\n")
    sweep = outcome(
        lambda: ic.simulate_caps(swept, over, caps=["30%", "50%"], also={"issuer": ["60%", None]})
    )
    grid = {
        "30% issuer=60%": [("security", "30%"), ("issuer", "60%")],
        "50% issuer=60%": [("security", "50%"), ("issuer", "60%")],
        "30% issuer=none": [("security", "30%")],
        "50% issuer=none": [("security", "50%")],
        "none": [],
    }
    for cap, limits in grid.items():
        run = outcome(lambda limits=limits: small.run(variant(rule, limits), over))
        if isinstance(run, list) or isinstance(sweep, list):
            assert sweep == run
            continue
        event(compare(sweep, run, cap))


@given(history=histories(), start=st.integers(1, 8), equal=st.booleans())
@settings(max_examples=20)
def test_a_later_start_equals_separate_runs(history: History, start: int, equal: bool) -> None:
    over = market_of(history, ["x", "y", "z", "x"], [1.0] * 4)
    keys = "maintenance: {joins_at: leaver_weight}\n" if equal else ""
    rule = (HEAD + REBALANCES + keys, f"scheme: {'equal' if equal else 'market_cap'}", "", "")
    begin = apart(small.day(start))
    swept = ic.Methodology.from_text(own(rule, "issuer"))
    sweep = outcome(lambda: ic.simulate_caps(swept, over, caps=["55%"], per="issuer", start=begin))
    for cap, limits in (("55%", [("issuer", "55%")]), ("none", [])):
        run = outcome(lambda limits=limits: small.run(variant(rule, limits), over, start=begin))
        if isinstance(run, list) or isinstance(sweep, list):
            assert sweep == run
            continue
        event(compare(sweep, run, cap, begun=True))


DEMO = """index: largest
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
universe: {where: {security_type: stock}}
review: {months: [3, 6, 9, 12], effective: session after 2nd thursday, cutoff: last session 1 month before}
measures: {size: {mean: market_cap, over: 3 calendar months}}
selection: {count: 25, steps: [{fill: {to: 25, by: size}}]}
"""


@pytest.mark.parametrize("per", ["security", "issuer", "sector"])
def test_a_sweep_of_the_demo_market_equals_separate_runs(per: str) -> None:
    over = ic.Market.demo(securities=250, years=4, seed=11)
    rule = (DEMO, "scheme: float_market_cap", MEASURED if per == "security" else "", "")
    caps = ["9%", "30%"] if per == "security" else ["25%", "40%"]
    sweep = ic.simulate_caps(ic.Methodology.from_text(own(rule, per)), over, caps=caps, per=per)
    for cap in caps:
        run = small.run(variant(rule, [(per, cap)]), over)
        assert compare(sweep, run, cap) == "met at every review"


def test_other_values_in_one_scan_equal_separate_runs() -> None:
    """Variants share the scan: each is still the index computed alone."""
    over = ic.Market.demo(securities=250, years=3, seed=12)
    text = DEMO.replace("{where: {security_type: stock}}", "{of: kospi}")
    text = text.replace("{to: 25,", "{to: 100% of count,")
    rule = ic.Methodology.from_text(text + "weighting: {scheme: float_market_cap}\n")
    counts = ["25", "10", "18"]
    sweep = ic.simulate_caps(rule, over, caps=["20%"], vary={"selection.count": counts})
    rows = sweep.levels.to_pylist()
    ends = {
        row["level"] for row in rows if row["cap"] == "none" and row["date"] == rows[-1]["date"]
    }
    assert len(ends) == 3
    cap = "weighting: {scheme: float_market_cap, caps: [{per: security, limit: 20%}]}\n"
    for count in counts:
        varied = (text + cap).replace("count: 25", f"count: {count}")
        run = ic.compute(ic.Methodology.from_text(varied), over)
        label = f"selection.count={count}"
        levels = [row["level"] for row in rows if row["variant"] == label and row["cap"] == "20%"]
        assert levels == pytest.approx(run.levels.column("level").to_pylist(), rel=CLOSE), label


def test_contributions_add_up_to_the_total_return() -> None:
    """Every point's contributions of all lines, summed, are its return: nothing is left unexplained."""
    over = ic.Market.demo(securities=150, years=2, seed=5)
    from indexcalc.analysis.sweep.points import points_of
    from indexcalc.analysis.sweep.swept_rule import sweep_rule
    from indexcalc.calculation.plan import Request
    from indexcalc.methodology.load.family import load_family

    text = HEAD.replace("XKRX\nbase: {date: 2024-01-02", "XKRX\nbase: {date: 2000-01-04").replace(
        "[1, 2, 3, 4, 5]", "[3, 6, 9, 12]"
    )
    family = load_family([ic.Methodology.from_text(text + "weighting: {scheme: market_cap}\n")])
    swept = sweep_rule(family, over, Request(), points_of(["5%", "20%"], "security"), True)
    total = swept.levels[:, -1] / swept.levels[:, 0] - 1
    assert np.allclose(swept.sweep.contributions.sum(axis=0), total, rtol=1e-9)
