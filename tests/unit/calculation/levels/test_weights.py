"""Weights at reviews, capping factors between them: markets of a few lines, numbers by hand."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import DataError
from indexcalc.market.market import Market
from tests.unit.calculation import small
from tests.unit.calculation.small import FIRST, action, day, given, line, market

EXACT = 1e-12


def weighted(weighting: str, more: str = "") -> str:
    """The rule whose lists are given, with a weighting."""
    return small.GIVEN + f"weighting: {{{weighting}}}\n" + more


def capped(caps: str, scheme: str = "market_cap", more: str = "") -> str:
    return weighted(f"scheme: {scheme}, caps: [{caps}]", more)


def lists(*symbols: str, on: tuple[int, ...] = (1,)) -> list[dict[str, Any]]:
    return [row for at in on for row in given(*symbols, on=at)]


def table(run: Run, column: str, on: int = 1) -> dict[str, float]:
    """A column of ``constituents`` by symbol, of the list effective on a session."""
    return {
        row["symbol"]: row[column]
        for row in run.constituents.to_pylist()
        if (row["effective_date"] - FIRST).days == on
    }


def opening(run: Run, on: int) -> dict[str, float]:
    made = run.weights(day(on).isoformat())
    pairs = zip(made.column("symbol").to_pylist(), made.column("weight").to_pylist(), strict=True)
    return dict(pairs)


def close_to(expected: dict[str, float]) -> Any:
    return pytest.approx(expected, rel=EXACT)


# --- caps over cap weights ------------------------------------------------------------------------

LIMIT = "{per: security, limit: 40%}"


def three(closes: dict[str, list[float | None]], **options: Any) -> Market:
    """A, B, C with 1000 shares each: 100, 60 and 40 a share before the start."""
    shares = options.pop("shares", {})
    memberships = options.pop("memberships", lists("A", "B", "C"))
    lines = [line(name, prices, shares.get(name, 1000)) for name, prices in closes.items()]
    return market(*lines, memberships=memberships, **options)


def test_a_limit_holds_at_the_pricing_closes_and_the_weight_drifts_from_there() -> None:
    """A is half; at 40 % it is two thirds of the 100,000 of the others: c = (2/3) 100 / 100."""
    run = small.run(
        capped(LIMIT), three({"A": [100, 110, 99], "B": [60, 60, 60], "C": [40, 40, 40]})
    )
    assert table(run, "capping_factor") == close_to({"A": 2 / 3, "B": 1, "C": 1})
    # The series starts at the close of session 1, where A is up by a tenth.
    assert table(run, "weight") == close_to({"A": 44 / 104, "B": 36 / 104, "C": 24 / 104})
    assert table(run, "index_shares") == close_to({"A": 2000 / 3, "B": 1000, "C": 1000})
    assert small.levels(run) == close_to([1000, 1000 * 166 / (500 / 3 + 20 / 3)])
    assert run.reviews["capped"].to_pylist() == [1]
    rows = [row for row in run.decisions.to_pylist() if row["step"] == "cap"]
    assert [(row["symbol"], row["outcome"], row["rule_path"]) for row in rows] == [
        ("A", "set", "weighting.caps[0]")
    ]
    assert (rows[0]["observed"], rows[0]["threshold"]) == (0.5, 0.4)
    assert rows[0]["rule_line"] == 8
    assert "capping factor 0.666667" in rows[0]["detail"]


def test_factors_are_frozen_to_the_day_before_the_next_list() -> None:
    """Split of A on session 2: twice the shares at half the price, the factor stays.  On session 4
    the list is made anew at the closes of session 3: 60 : 60 : 40, so 24/64 is under the limit."""
    over = three(
        {"A": [100, 100, 50, 30, 30], "B": [60] * 5, "C": [40] * 5},
        shares={"A": [1000, 1000, 2000, 2000, 2000]},
        memberships=lists("A", "B", "C", on=(1, 4)),
        corporate_actions=[action("A", 2, "split", ratio=2)],
    )
    run = small.run(capped(LIMIT), over)
    held = small.held(run)
    assert held[1]["A"] == pytest.approx(2000 / 3, rel=EXACT)
    assert held[2]["A"] == held[3]["A"] == pytest.approx(4000 / 3, rel=EXACT)
    assert held[4]["A"] == 2000
    assert table(run, "capping_factor", 4) == {"A": 1, "B": 1, "C": 1}
    assert run.reviews["capped"].to_pylist() == [1, 0]
    assert small.levels(run)[:2] == close_to([1000, 1000])
    assert opening(run, 3) == close_to({"A": 0.4, "B": 0.36, "C": 0.24})
    assert small.events(run, "capping_factor") == [
        (4, "A", "capping_factor", pytest.approx(2 / 3), 1.0)
    ]


def test_a_split_between_pricing_and_effective_date_leaves_the_factor() -> None:
    """Reviewed on the split's ex-date: the close before is 100, the shares are doubled already."""
    over = three(
        {"A": [100, 100, 50, 50], "B": [60] * 4, "C": [40] * 4},
        shares={"A": [1000, 1000, 2000, 2000]},
        memberships=lists("A", "B", "C", on=(1, 2)),
        corporate_actions=[action("A", 2, "split", ratio=2)],
    )
    run = small.run(capped(LIMIT), over)
    assert table(run, "capping_factor", 2) == close_to({"A": 2 / 3, "B": 1, "C": 1})
    assert table(run, "weight", 2) == close_to({"A": 0.4, "B": 0.36, "C": 0.24})


def test_new_shares_that_are_not_listed_yet_count() -> None:
    """Three bonus shares for one on session 2, listed on session 3; the list of session 2 counts
    4,000 at 25."""
    over = three(
        {"A": [100, 100, 25, 25], "B": [60] * 4, "C": [40] * 4},
        shares={"A": [1000, 1000, 1000, 4000]},
        memberships=lists("A", "B", "C", on=(1, 2)),
        corporate_actions=[action("A", 2, "bonus", ratio=4, list_date=3)],
    )
    run = small.run(capped(LIMIT), over)
    assert table(run, "shares", 2)["A"] == 4000
    assert table(run, "capping_factor", 2) == close_to({"A": 2 / 3, "B": 1, "C": 1})


COMMITTEE = 'committee: [{effective: 2024-01-05, add: [D], why: "hand", ref: "test"}]\n'


@pytest.mark.parametrize(
    ("interim", "factors"),
    [
        # D comes at 100 : 60 : 40 : 100 (with A at 2/3: 66.7).  Anew: A and D are a third each.
        pytest.param("keep", {"A": 2 / 3, "B": 1, "C": 1, "D": 1}, id="keep"),
        pytest.param("recap", {"A": 1, "B": 1, "C": 1, "D": 1}, id="recap"),
    ],
)
def test_a_name_that_comes_in_between_has_a_factor_of_one(
    interim: str, factors: dict[str, float]
) -> None:
    over = market(
        *(line(name, [close] * 5) for name, close in zip("ABCD", (100, 60, 40, 100), strict=True)),
        memberships=lists("A", "B", "C"),
    )
    run = small.run(
        weighted(f"scheme: market_cap, interim: {interim}, caps: [{LIMIT}]", COMMITTEE), over
    )
    assert table(run, "capping_factor", 3) == close_to(factors)
    assert run.reviews["kind"].to_pylist()[1:] == ["committee"]
    assert run.reviews["capped"].to_pylist() == [1, 1 if interim == "keep" else 0]


def test_a_new_name_above_the_limit_stands_there() -> None:
    """D is 400 of 400 + 500/3 with the factors that are: 70.6 %, reported and no error."""
    over = market(
        *(line(name, [close] * 5) for name, close in zip("ABCD", (100, 60, 40, 400), strict=True)),
        memberships=lists("A", "B", "C"),
    )
    run = small.run(capped(LIMIT, more=COMMITTEE), over)
    assert run.diagnostics == ()
    assert run.reviews["largest_weight"].to_pylist()[1] == pytest.approx(
        400 / (400 + 500 / 3), rel=EXACT
    )


def test_lines_of_one_issuer_are_held_together_and_keep_their_ratio() -> None:
    """A and its preferred line A5 are 60 and 20 of 160; together 40 % are two thirds of 80."""
    closes = {"A": 60, "A5": 20, "B": 40, "C": 20, "D": 20}
    over = market(
        *(line(name, [close] * 3) for name, close in closes.items()),
        memberships=lists(*closes),
        securities=[{"symbol": name, "issuer": name[0]} for name in closes],
    )
    run = small.run(capped("{per: issuer, limit: 40%}"), over)
    assert table(run, "capping_factor") == close_to(
        {"A": 2 / 3, "A5": 2 / 3, "B": 1, "C": 1, "D": 1}
    )
    assert table(run, "weight") == close_to({"A": 0.3, "A5": 0.1, "B": 0.3, "C": 0.15, "D": 0.15})
    assert run.reviews["capped"].to_pylist() == [2]
    rows = [row for row in run.decisions.to_pylist() if row["step"] == "cap"]
    assert [(row["symbol"], row["observed"]) for row in rows] == [("A", 0.5), ("A5", 0.5)]


def test_groups_merge_labels_and_are_those_of_the_cutoff() -> None:
    """Finance and property are one group, 60 of 100; B changes its sector on the effective date."""
    text = capped(
        "{per: kind, limit: 50%}",
        more="groups: {kind: {column: sector, merge: {money: [bank, property]}}}\n",
    )
    sectors = {"A": "bank", "B": "property", "C": "tech", "D": "oil"}
    over = market(
        *(line(name, [close] * 3) for name, close in zip("ABCD", (40, 20, 25, 15), strict=True)),
        memberships=lists("A", "B", "C", "D"),
        securities=[
            {"symbol": name, "valid_from": None, "sector": sectors[name]} for name in "ABCD"
        ]
        + [{"symbol": "B", "valid_from": day(1), "sector": "tech"}],
    )
    run = small.run(text, over)
    assert table(run, "weight") == close_to({"A": 1 / 3, "B": 1 / 6, "C": 5 / 16, "D": 3 / 16})


def test_floor_and_limit_together() -> None:
    """50 : 30 : 15 : 5 at most 40 % and at least 10 %: A 40, D 10, B and C share 50 as 2 to 1.

    B and C go from 45 to 50 parts: A to 40 is 36 of its 50 at their scale, D to 10 is 9 of its 5."""
    over = market(
        *(line(name, [close] * 3) for name, close in zip("ABCD", (50, 30, 15, 5), strict=True)),
        memberships=lists("A", "B", "C", "D"),
    )
    text = weighted("scheme: market_cap, floor: 10%, caps: [{per: security, limit: 40%}]")
    run = small.run(text, over)
    assert table(run, "weight") == close_to({"A": 0.4, "B": 1 / 3, "C": 1 / 6, "D": 0.1})
    assert table(run, "capping_factor") == close_to({"A": 36 / 50, "B": 1, "C": 1, "D": 9 / 5})


def test_a_ladder_by_rank() -> None:
    """40 : 30 : 20 : 10 under 35, 30, 20, 20: the largest gives five, B and C are full, D takes it."""
    over = market(
        *(line(name, [close] * 3) for name, close in zip("ABCD", (40, 30, 20, 10), strict=True)),
        memberships=lists("A", "B", "C", "D"),
    )
    run = small.run(capped("{per: security, ladder: [35%, 30%, 20%]}"), over)
    assert table(run, "weight") == close_to({"A": 0.35, "B": 0.3, "C": 0.2, "D": 0.15})


def test_a_set_held_together() -> None:
    """Names above 15 % (40 and 20) at most half together: 40/60 and 20/60 of it; the rest is free."""
    over = market(
        *(line(f"N{n}", [close] * 3) for n, close in enumerate((40, 20, 10, 10, 10, 10))),
        memberships=lists(*(f"N{n}" for n in range(6))),
    )
    run = small.run(capped("{per: security, set: {above: 15%}, together: 50%}"), over)
    weights = table(run, "weight")
    assert weights["N0"] == pytest.approx(1 / 3, rel=EXACT)
    assert weights["N1"] == pytest.approx(1 / 6, rel=EXACT)
    assert weights["N5"] == pytest.approx(1 / 8, rel=EXACT)


def test_limits_that_cannot_be_met_name_the_review_and_leave_it_uncapped() -> None:
    over = three(
        {"A": [100] * 5, "B": [60] * 5, "C": [40] * 5},
        memberships=lists("A", "B", "C", on=(1, 3)),
    )
    run = small.run(capped("{per: security, limit: 30%, from: 2024-01-05}"), over)
    assert [(found.code, found.where) for found in run.diagnostics] == [
        ("CAP001", "weighting.caps[0].limit")
    ]
    assert "the review of 2024-01-05" in run.diagnostics[0].message
    assert "33.3334 %" in run.diagnostics[0].message
    assert table(run, "weight", 3) == close_to({"A": 0.5, "B": 0.3, "C": 0.2})
    assert small.levels(run) == [1000] * 4


@pytest.mark.parametrize("excuse", ["equal", "relax"])
def test_what_is_excused_is_a_warning_and_stands_in_the_ledger(excuse: str) -> None:
    over = three({"A": [100] * 3, "B": [60] * 3, "C": [40] * 3})
    text = weighted(
        f"scheme: market_cap, on_infeasible: {excuse}, caps: [{{per: security, limit: 30%}}]"
    )
    run = small.run(text, over)
    assert table(run, "weight") == close_to({"A": 1 / 3, "B": 1 / 3, "C": 1 / 3})
    assert [(found.code, found.severity) for found in run.diagnostics] == [("CAP001", "warning")]


def test_a_cap_ends_and_its_factors_with_it() -> None:
    over = three(
        {"A": [100] * 5, "B": [60] * 5, "C": [40] * 5},
        memberships=lists("A", "B", "C", on=(1, 3)),
    )
    run = small.run(capped("{per: security, limit: 40%, until: 2024-01-05}"), over)
    assert table(run, "capping_factor", 1)["A"] == pytest.approx(2 / 3, rel=EXACT)
    assert table(run, "capping_factor", 3) == {"A": 1, "B": 1, "C": 1}
    assert run.reviews["capped"].to_pylist() == [1, 0]


def test_rounded_factors_and_index_shares() -> None:
    """A is held at 2000/3 shares of 1001, c = 0.66600: 0.67 at two digits; 670.67 shares: 671."""
    over = three({"A": [100] * 3, "B": [60] * 3, "C": [40] * 3}, shares={"A": 1001})
    text = capped(LIMIT) + "rounding: {capping_factor: 2, index_shares: 0}\n"
    run = small.run(text, over)
    assert table(run, "capping_factor")["A"] == 0.67
    assert table(run, "index_shares") == {"A": 671, "B": 1000, "C": 1000}


# --- the KRX factor -------------------------------------------------------------------------------

KRX = (
    "{per: security, limit: 30%, measured: {mean: float_market_cap, over: 2 sessions, "
    "to: 2 sessions before effective}}"
)


def test_the_krx_factor_comes_from_the_window_and_the_weight_of_the_day_from_the_day() -> None:
    """Window of sessions 0 and 1: A is on average 50 of 125, w = 40 %: c = (3/7) (1 - w) / w = 9/14.

    On the effective session 3 it opens at the close of session 2, 80: 80 c of 80 c + 75."""
    closes: dict[str, list[float | None]] = {
        "A": [40, 60, 80, 80, 100],
        **{name: [25] * 5 for name in "BCD"},
    }
    over = market(
        *(line(name, prices) for name, prices in closes.items()),
        memberships=lists("A", "B", "C", "D", on=(3,)),
        float_factors=[
            {"symbol": n, "effective_date": day(0), "float_factor": 1.0} for n in "ABCD"
        ],
    )
    run = small.run(capped(KRX, "float_market_cap"), over)
    c = 3 / 7 * 0.6 / 0.4
    assert table(run, "capping_factor", 3) == close_to({"A": c, "B": 1, "C": 1, "D": 1})
    assert opening(run, 3)["A"] == pytest.approx(80 * c / (80 * c + 75), rel=EXACT)
    assert opening(run, 4)["A"] == pytest.approx(80 * c / (80 * c + 75), rel=EXACT)
    held = small.held(run)
    assert held[4]["A"] == pytest.approx(1000 * c, rel=EXACT)
    row = next(row for row in run.decisions.to_pylist() if row["step"] == "cap")
    assert (row["observed"], row["threshold"]) == (pytest.approx(0.4, rel=EXACT), 0.3)
    assert run.diagnostics == ()


def test_the_window_takes_the_float_factor_of_the_effective_date() -> None:
    """A's float is halved from the effective date on: 25 of 100 in the window, under the limit."""
    over = market(
        *(line(name, [50.0 if name == "A" else 25.0] * 5) for name in "ABCD"),
        memberships=lists("A", "B", "C", "D", on=(3,)),
        float_factors=[{"symbol": n, "effective_date": day(0), "float_factor": 1.0} for n in "ABCD"]
        + [{"symbol": "A", "effective_date": day(3), "float_factor": 0.5, "known_at": day(1)}],
    )
    run = small.run(capped(KRX, "float_market_cap"), over)
    assert table(run, "float_factor", 3)["A"] == 0.5
    assert table(run, "capping_factor", 3)["A"] == 1


@pytest.mark.parametrize(
    ("test", "is_capped"), [("weight_of_means", True), ("mean_of_weights", False)]
)
def test_the_weight_of_means_is_not_the_mean_of_weights(test: str, is_capped: bool) -> None:
    """A is 10 of 85 and then 150 of 450: the weight of means is 80/267.5 = 29.9 %, the mean of the
    weights (11.8 + 33.3) / 2 = 22.5 %.  The limit is 26 %."""
    over = market(
        line("A", [10, 150, 60, 60, 60]),
        *(line(name, [25, 100, 40, 40, 40]) for name in "BCD"),
        memberships=lists("A", "B", "C", "D", on=(3,)),
    )
    cap = KRX.replace("30%", "26%").replace("float_market_cap", "market_cap")
    run = small.run(capped(cap.replace("}}", f"}}, test: {test}}}")), over)
    assert (table(run, "capping_factor", 3)["A"] < 1) is is_capped
    if is_capped:
        # F: 80 of 80 + 3 x 62.5; c = (26/74) 187.5 / 80.
        assert table(run, "capping_factor", 3)["A"] == pytest.approx(
            0.26 / 0.74 * 187.5 / 80, rel=EXACT
        )


# --- weights that are set -------------------------------------------------------------------------

JOINS = "maintenance: {joins_at: average_weight}\n"


def neutral(weighting: str, over: Market, more: str = "") -> Run:
    return small.run(weighted(weighting, more + JOINS), over)


def with_scores(**tables: Any) -> Market:
    lines = (line("A", [100, 100, 50, 55]), line("B", [20, 20, 20, 20], 2000))
    rows = [
        row | {"score": score}
        for rows, score in zip(lines, (3.0, 1.0), strict=True)
        for row in rows
    ]
    return market(rows, memberships=lists("A", "B"), **tables)  # fmt: skip


SCORE = "measures: {score: {last: score}}\n"


@pytest.mark.parametrize(
    ("weighting", "of_a"),
    [
        pytest.param("scheme: measure, by: score", 3 / 4, id="measure"),
        pytest.param("scheme: inverse_volatility, by: score", 1 / 4, id="inverse"),
        # 100,000 x 3 to 40,000 x 1.
        pytest.param("scheme: tilt, by: score", 30 / 34, id="tilt"),
        pytest.param(
            "scheme: measure, by: score, caps: [{per: security, limit: 60%}]", 0.6, id="capped"
        ),
    ],
)
def test_weights_by_a_measure_are_set_and_left_alone_by_splits(weighting: str, of_a: float) -> None:
    over = with_scores(
        corporate_actions=[action("A", 2, "split", ratio=2)],
        float_factors=[{"symbol": n, "effective_date": day(0), "float_factor": 1.0} for n in "AB"],
    )
    run = neutral(weighting, over, SCORE)
    assert table(run, "weight") == close_to({"A": of_a, "B": 1 - of_a})
    assert small.levels(run) == close_to([1000, 1000, 1000 * (1 + 0.1 * of_a)])
    assert small.levels(run, "divisor") == close_to([small.levels(run, "divisor")[0]] * 3)
    assert run.diagnostics == ()


def test_the_factor_of_a_capped_measure_is_shown() -> None:
    """3 to 1 held at 60 %: 1.5 to 1, half of what it was."""
    run = neutral(
        "scheme: measure, by: score, caps: [{per: security, limit: 60%}]", with_scores(), SCORE
    )
    assert table(run, "capping_factor") == close_to({"A": 0.5, "B": 1})
    assert run.reviews["capped"].to_pylist() == [1]


def test_a_name_that_cannot_weigh_is_told_and_does_not_enter() -> None:
    lines = (line("A", [100] * 3), line("B", [20] * 3), line("C", [20] * 3))
    scores = {"A": 3.0, "B": 0.0, "C": 1.0}
    rows = [row | {"score": scores[row["symbol"]]} for rows in lines for row in rows]
    run = neutral(
        "scheme: measure, by: score", market(rows, memberships=lists("A", "B", "C")), SCORE
    )
    assert table(run, "weight") == close_to({"A": 0.75, "C": 0.25})
    assert [(found.code, found.where) for found in run.diagnostics] == [
        ("DAT011", "weighting.scheme")
    ]
    assert "of 1 member is" in run.diagnostics[0].message
    assert "B" in run.diagnostics[0].message


def test_equal_weights_across_issuers() -> None:
    names = ("A", "A5", "B", "C")
    over = market(
        *(line(name, [10.0 * (n + 1)] * 3) for n, name in enumerate(names)),
        memberships=lists(*names),
        securities=[{"symbol": name, "issuer": name[0]} for name in names],
    )
    run = neutral("scheme: equal, across: issuer", over)
    assert table(run, "weight") == close_to({"A": 1 / 6, "A5": 1 / 6, "B": 1 / 3, "C": 1 / 3})


# A list starts the index on session 1; the review of session 6 is priced on session 3.
EARLY = small.HEAD.replace("2024-01-02", "2024-01-03") + (
    "universe: {where: {symbol: {not_in: []}}}\n"
    "review: {months: [1], effective: 6 sessions after first session of month, "
    "cutoff: 3 sessions before effective, pricing: 3 sessions before effective}\n"
    "selection: {steps: [{select: all}]}\n"
)


def test_equal_at_an_early_close_has_drifted_by_the_effective_date() -> None:
    """From the close of session 3 to that of session 5 A has gained a half, B a quarter."""
    lines = (
        line("A", [10, 10, 10, 10, 12, 15, 15, 15]),
        line("B", [20, 20, 20, 20, 20, 25, 25, 25]),
    )
    over = market(*lines, memberships=lists("A", "B"))
    run = small.run(EARLY + "weighting: {scheme: equal}\n" + JOINS, over)
    dates = [(row - FIRST).days for row in run.reviews["effective_date"].to_pylist()]
    assert dates == [1, 6]
    assert table(run, "weight", 6) == close_to({"A": 6 / 11, "B": 5 / 11})


def test_an_early_close_is_put_through_a_split_before_the_effective_date() -> None:
    """A is half at the close of session 3 (100 : 60 : 40) and splits on session 5."""
    over = market(
        line("A", [100] * 5 + [50] * 3, [1000] * 5 + [2000] * 3),
        line("B", [60] * 4 + [90] * 4),
        line("C", [40] * 8),
        memberships=lists("A", "B", "C"),
        corporate_actions=[action("A", 5, "split", ratio=2)],
    )
    run = small.run(EARLY + f"weighting: {{scheme: market_cap, caps: [{LIMIT}]}}\n", over)
    assert table(run, "capping_factor", 6) == close_to({"A": 2 / 3, "B": 1, "C": 1})


def test_a_run_that_starts_later_has_the_weights_of_the_longer_run() -> None:
    """Equal on session 1; A doubles on session 2: from session 2 on it is two thirds."""
    over = market(line("A", [10, 10, 20, 20, 30]), line("B", [10] * 5), memberships=lists("A", "B"))
    whole = neutral("scheme: equal", over)
    text = weighted("scheme: equal", JOINS)
    late = small.run(text, over, start=day(2).isoformat())
    assert opening(late, 2) == close_to({"A": 1 / 2, "B": 1 / 2})
    assert opening(late, 3) == close_to({"A": 2 / 3, "B": 1 / 3})
    assert small.levels(late) == small.levels(whole)[1:]
    assert small.levels(late) == pytest.approx([1500, 1500, 2000], rel=EXACT)
    assert small.events(late, "added", "shares") == []


# --- given and price weights ----------------------------------------------------------------------


def factors(on: int, **of: float) -> list[dict[str, Any]]:
    return [
        {"index": "test", "effective_date": day(on), "symbol": name, "weight_factor": float(value)}
        for name, value in of.items()
    ]


def test_given_weight_factors_are_the_index_shares() -> None:
    """3 A at 10 and 2 B at 20; new factors on session 3; a split on session 2 scales them."""
    over = market(
        line("A", [10, 10, 5, 5, 6]),
        line("B", [20] * 5),
        memberships=lists("A", "B"),
        weight_factors=factors(1, A=3, B=2) + factors(3, A=4, B=4),
        corporate_actions=[action("A", 2, "split", ratio=2)],
    )
    run = neutral("scheme: given", over)
    held = small.held(run)
    assert held[1] == {"A": 3, "B": 2}
    assert held[2] == {"A": 6, "B": 2}
    assert held[3] == {"A": 4, "B": 4}
    # 70 -> 70, and from session 3 on 100 -> 104.
    assert small.levels(run) == close_to([1000, 1000, 1000, 1040])
    assert run.reviews["kind"].to_pylist() == ["regular", "rebalance"]


def shares_of_one(on: int, **of: float) -> list[dict[str, Any]]:
    return [
        {"index": "test", "effective_date": day(on), "symbol": name, "weight": value}
        for name, value in of.items()
    ]


def test_given_weights_hold_at_the_open_of_their_day() -> None:
    """A quarter in A at 10, the rest in B at 20; a tenth of A up, then halves at 11 and 20."""
    over = market(
        line("A", [10, 10, 11, 11, 22]),
        line("B", [20] * 5),
        memberships=lists("A", "B"),
        weight_factors=shares_of_one(1, A=0.25, B=0.75) + shares_of_one(3, A=0.5, B=0.5),
    )
    run = neutral("scheme: given", over)
    # +10 % of a quarter, nothing, +100 % of a half.
    assert small.levels(run) == close_to([1000, 1025, 1025, 1537.5])
    assert opening(run, 3) == close_to({"A": 0.5, "B": 0.5})
    assert not [d for d in run.diagnostics if d.code == "DAT056"]


def test_given_weights_that_do_not_sum_to_one_are_scaled_and_told() -> None:
    over = market(
        line("A", [10, 10, 11]),
        line("B", [20] * 3),
        memberships=lists("A", "B"),
        weight_factors=shares_of_one(1, A=0.3, B=0.6),
    )
    run = neutral("scheme: given", over)
    assert [(d.code, d.severity) for d in run.diagnostics] == [("DAT056", "warning")]
    assert small.levels(run) == close_to([1000, 1000 + 100 / 3])


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            [{"symbol": "A"}, {"symbol": "B", "weight": 0.5}],
            "1 row has no weight_factor or weight",
        ),
        ([{"weight_factor": 1.0, "weight": 0.5}], "more than one of weight_factor or weight"),
        (
            [{"symbol": "A", "weight_factor": 1.0}, {"symbol": "B", "weight": 0.5}],
            "weight_factor in some rows and weight in others",
        ),
    ],
)
def test_a_list_is_of_index_shares_or_of_weights(rows: list[dict[str, Any]], text: str) -> None:
    table = [
        {
            "index": "test",
            "effective_date": day(1),
            "symbol": "A",
            "weight_factor": None,
            "weight": None,
        }
        | row
        for row in [
            *rows,
            {"effective_date": day(2), "weight_factor": 1.0},
            {"effective_date": day(3), "weight": 1.0},
        ]
    ]
    with pytest.raises(DataError, match=text) as refused:
        market(line("A", [10, 10]), line("B", [20, 20]), weight_factors=table)
    assert refused.value.diagnostics[0].code == "DAT005"


def test_given_factors_on_an_ex_date_have_the_split_in_them() -> None:
    over = market(
        line("A", [10, 10, 5, 6]),
        line("B", [20] * 4),
        memberships=lists("A", "B"),
        weight_factors=factors(1, A=3, B=2) + factors(2, A=6, B=2),
        corporate_actions=[action("A", 2, "split", ratio=2)],
    )
    run = neutral("scheme: given", over)
    assert small.held(run)[2] == {"A": 6, "B": 2}
    assert small.levels(run) == close_to([1000, 1000, 1000 * 76 / 70])


def test_price_weights_let_the_divisor_absorb_a_split() -> None:
    over = market(
        line("A", [30, 30, 10, 11], [1, 1, 3, 3]),
        line("B", [20, 20, 20, 20], 999),
        memberships=lists("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=3)],
    )
    run = small.run(weighted("scheme: price"), over)
    assert small.held(run)[2] == small.held(run)[1] == {"A": 1, "B": 1}
    assert small.levels(run) == close_to([1000, 1000, 1000 * 31 / 30])
    assert small.levels(run, "divisor") == close_to([0.05, 0.03, 0.03])
    assert run.diagnostics == ()


@pytest.mark.parametrize("table_of", ["securities", "daily"])
def test_a_price_factor_scales_the_split(table_of: str) -> None:
    """With the factor tripled on the ex-date the divisor stays."""
    a, b = line("A", [30, 30, 10, 11], [1, 1, 3, 3]), line("B", [20, 20, 20, 20])
    tables: dict[str, Any] = {}
    if table_of == "daily":
        a = [row | {"paf": 1.0 if place < 2 else 3.0} for place, row in enumerate(a)]
        b = [row | {"paf": 2.0} for row in b]
    else:
        tables["securities"] = [
            {"symbol": "A", "valid_from": day(0), "paf": 1.0},
            {"symbol": "A", "valid_from": day(2), "paf": 3.0},
            {"symbol": "B", "valid_from": day(0), "paf": 2.0},
        ]
    over = market(
        a,
        b,
        memberships=lists("A", "B"),
        corporate_actions=[action("A", 2, "split", ratio=3)],
        **tables,
    )
    run = small.run(weighted("scheme: price, price_factor: {column: paf}"), over)
    assert small.held(run)[1] == {"A": 1, "B": 2}
    assert small.held(run)[2] == {"A": 3, "B": 2}
    assert small.levels(run) == close_to([1000, 1000, 1000 * 73 / 70])
    assert small.levels(run, "divisor") == close_to([0.07] * 3)


def test_the_cap_of_a_price_weighted_index_is_a_ratio() -> None:
    """60 of 100 held at 50 %: two thirds of 60."""
    over = market(line("A", [60] * 3), line("B", [40] * 3), memberships=lists("A", "B"))
    run = small.run(capped("{per: security, limit: 50%}", "price"), over)
    assert table(run, "capping_factor") == close_to({"A": 2 / 3, "B": 1})
    assert small.held(run)[1] == close_to({"A": 2 / 3, "B": 1})


# --- index shares from an amount ------------------------------------------------------------------


def test_an_amount_a_member_makes_the_index_shares_and_the_divisor_follows() -> None:
    """1000 each at 7 and 30: 142.857 and 33.333 shares, 143 and 33 rounded: 1991, and the divisor 1.991.

    On session 3 A is at 14, B at 30: worth 2992; anew 71 and 33, worth 1984 at those closes.
    """
    over = market(
        line("A", [7, 7, 14, 14, 15]),
        line("B", [30] * 5),
        memberships=lists("A", "B", on=(1, 3)),
    )
    keys = "scheme: equal, amount: {each: 1000}"
    rule = weighted(keys, "rounding: {index_shares: 0}\nmaintenance: {joins_at: average_weight}\n")
    run = small.run(rule, over)
    for block in (1, 2):
        assert small.levels(small.in_blocks(rule, over, block)) == small.levels(run)
    held = small.held(run)
    assert held[1] == held[2] == {"A": 143, "B": 33}
    assert held[3] == held[4] == {"A": 71, "B": 33}
    level = 1000 * 2992 / 1991
    assert small.levels(run) == close_to([1000, level, level, level * (1984 + 71) / 1984])
    divisors = small.levels(run, "divisor")
    assert divisors == close_to([1.991, 1.991, 1984 / level, 1984 / level])


@pytest.mark.parametrize("amount", ["each: 350", "total: 700"])
def test_an_amount_without_rounding_changes_no_level(amount: str) -> None:
    """A spun-off line is held beside a parent through the session on which weights are set anew."""
    over = market(
        line("A", [10, 10, 8, 9, 9.5, 9]),
        line("B", [20, 20, 22, 21, 20, 23]),
        line("S", [None, None, 3, 3.5], start=2),
        memberships=lists("A", "B", on=(1, 3)),
        corporate_actions=[action("A", 2, "spin_off", ratio=0.5, other_symbol="S", price=3)],
        dividends=[small.dividend("B", 3, 1)],
    )
    more = "maintenance: {joins_at: average_weight, spin_off: valued}\nreturns: {kinds: [price, gross]}\n"
    with_amount = small.run(weighted(f"scheme: equal, amount: {{{amount}}}", more), over)
    without = small.run(weighted("scheme: equal", more), over)
    assert small.levels(with_amount) == close_to(small.levels(without))
    assert small.levels(with_amount, "level_tr") == close_to(small.levels(without, "level_tr"))
    assert small.held(with_amount)[1] == {"A": 35, "B": 17.5}
    assert "S" in small.held(with_amount)[3]
