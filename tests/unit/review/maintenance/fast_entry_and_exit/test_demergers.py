"""Demergers: the tests of both companies, by hand."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

from indexcalc.market.market import Market
from indexcalc.review.maintenance.fast_entry_and_exit.demergers import (
    Demerger,
    demerger_tests,
    demergers_of,
)
from indexcalc.review.maintenance.fast_entry_and_exit.entry_exit_test import Listing
from indexcalc.review.maintenance.trading_days import TradingDays
from tests.unit.review import small_reviews
from tests.unit.review.data.fields_made import fields_of, on
from tests.unit.review.maintenance.between_reviews import (
    SELECTION,
    SIZES,
    SPAN,
    absent_until,
    before,
    changes,
    row,
    run,
    told,
)
from tests.unit.review.small_reviews import Ran, rule, weekdays

SPLIT = (
    "{demerger: {parent_stays: {require: {size: {min: size at rank 100% of existing, "
    "among: existing}}, after: 2 sessions}, new_company_joins: {require: {size: {above: size at "
    "rank 75% of existing, among: existing}}, effective: 1 session after listing, replaces: none}}}"
)


WATCHED = {"symbol": "A", "from": "2020-04-01", "kind": "watched"}


def demerged(parent: float, child: float, rule: str = SPLIT, **more: object):
    """B is halted from 2020-04-01 and split on 05-04, when it trades again and K is listed."""
    securities = told("ABCDEFGHIJK", K={"listing_date": "2020-05-04", "listed_by": "demerger"})
    actions = [
        {
            "symbol": "B",
            "ex_date": "2020-05-04",
            "type": "spin_off",
            "ratio": 0.3,
            "other_symbol": "K",
            "known_at": "2020-03-02",
        }
    ]
    halts = [{"symbol": "B", "from": "2020-04-01", "to": "2020-05-04", "kind": "halted"}]
    caps = {**SIZES, "B": before("2020-05-04", 90.0, parent), "K": child}
    return run(
        rule,
        caps,
        securities,
        absent={"K": absent_until("2020-05-04")},
        **{"corporate_actions": actions, "designations": halts, **more},  # type: ignore[arg-type]
    )


def test_the_new_company_joins_and_the_old_one_stays() -> None:
    """The members after the split are A 100, B 81, C 80, D 70: three quarters of four is the third,
    80.  K (80.5) is above it on its first day, 05-04, and joins on the 5th: five members.  B is
    above the smallest and stays.  At the June review four are left."""
    ran = demerged(81.0, 80.5)
    assert changes(ran)[:2] == [
        ("2020-05-05", "demerger", "K", ""),
        ("2020-06-12", "regular", "", "D"),
    ]
    into = row(ran, "2020-05-05", "K")
    assert (into["observed"], into["threshold"]) == (80.5, 80.0)
    stays = row(ran, "2020-05-07", "B")
    assert stays["outcome"] == "kept"


def test_the_new_company_is_too_small() -> None:
    ran = demerged(81.0, 80.0)
    assert changes(ran)[0][0] == "2020-06-12"
    assert row(ran, "2020-05-05", "K")["detail"] == "test of 2020-05-04 not passed"


def test_the_old_company_is_too_small() -> None:
    """Traded again on Monday 05-04, tested two sessions after, out on Thursday 05-07: B (69) is
    below the smallest of the others, D (70)."""
    ran = demerged(69.0, 10.0)
    assert changes(ran)[0] == ("2020-05-07", "demerger", "", "B")
    out = row(ran, "2020-05-07", "B")
    assert (out["observed"], out["threshold"]) == (69.0, 70.0)
    assert out["detail"] == "demerged: test of 2020-05-06 not passed"


def test_trading_again_is_a_trade() -> None:
    """No halt is told, but B has no volume from the ex-date to 05-12: it trades again on the 13th."""
    made = demerged(69.0, 10.0, designations=[WATCHED]).market
    daily = made.table("daily").to_pylist()
    for one in daily:
        if one["symbol"] == "B" and "2020-05-04" <= str(one["date"]) < "2020-05-13":
            one["volume"] = 0
    tables = {name: made.table(name) for name in made.names} | {
        "daily": pa.Table.from_pylist(daily)
    }
    again = Market.from_tables(complete=True, **tables)
    ran = Ran(again, SPAN, rule(SELECTION + f"maintenance: {SPLIT}\n"))
    assert changes(ran)[0] == ("2020-05-18", "demerger", "", "B")


def test_the_child_of_a_company_that_is_not_in_does_not_join() -> None:
    extra = 'committee: [{effective: 2020-03-30, remove: ["B"], why: w, ref: r}]\n'
    ran = demerged(81.0, 80.5, extra=extra)
    assert all("K" not in change[2] for change in changes(ran) if change[0] < "2020-06")


@pytest.mark.parametrize("successor", [True, False])
def test_a_demerger_without_an_action_row(successor: bool) -> None:
    """The old company's row names the new one as its successor: the same demerger."""
    securities = told("ABCDEFGHIJK", K={"listing_date": "2020-05-04", "listed_by": "demerger"})
    if successor:
        securities.append(
            {
                "symbol": "B",
                "valid_from": "2020-05-04",
                "listing_date": "2010-01-04",
                "successor": "K",
            }
        )
    caps = {**SIZES, "B": before("2020-05-04", 90.0, 81.0), "K": 80.5}
    ran = run(SPLIT, caps, securities, absent={"K": absent_until("2020-05-04")})
    joined = [change for change in changes(ran) if change[0] == "2020-05-05"]
    assert joined == ([("2020-05-05", "demerger", "K", "")] if successor else [])


@pytest.mark.parametrize(
    ("old", "new", "joined", "left"),
    [
        # The terms of the day on which a test is effective: 05-05 for K, 05-07 for B.
        ("after: 2 sessions", "after: {2020-05-07: 2 sessions}", "K", "B"),
        ("after: 2 sessions", "after: {2020-05-08: 2 sessions}", "K", ""),
        ("after: 2 sessions", "after: {2010-01-04: 2 sessions, 2020-05-08: 9 sessions}", "K", "B"),
        ("1 session after listing", "{2020-05-04: 1 session after listing}", "K", "B"),
        ("1 session after listing", "{2020-05-05: 1 session after listing}", "", "B"),
        ("replaces: none", "replaces: {2020-05-05: none}", "K", "B"),
        ("replaces: none", "replaces: {2020-05-06: none}", "", "B"),
    ],
)
def test_terms_that_begin_on_a_date(old: str, new: str, joined: str, left: str) -> None:
    assert old in SPLIT
    ran = demerged(69.0, 80.5, SPLIT.replace(old, new))
    before_june = [change for change in changes(ran) if change[0] < "2020-06"]
    assert "".join(change[2] for change in before_june) == joined
    assert "".join(change[3] for change in before_june) == left


# --- demergers the tables tell of, asked for directly -----------------------------------------------

ASKED = weekdays("2020-04-01", "2020-06-30")


def listing(code: int, first: int, listed_by: str = "") -> Listing:
    return Listing(code, first, int(ASKED.days[first]), listed_by)


def told_of(listings: list[Listing], **tables: object) -> list[Demerger]:
    return demergers_of(small_reviews.market(ASKED, dict.fromkeys("ABC", 1.0), **tables), listings)


def spin_off(
    symbol: str, other: str | None, day: str = "2020-05-04", **more: object
) -> dict[str, object]:
    return {"symbol": symbol, "ex_date": day, "type": "spin_off", "other_symbol": other, **more}


def test_an_action_row_is_a_demerger_known_from_its_ex_date_at_the_soonest() -> None:
    rows = [
        spin_off("A", "B", known_at="2020-04-02", part=0.25, ratio=0.5),
        spin_off("A", "C", "2020-05-05", known_at="2020-05-11", part=None, ratio=None),
        {**spin_off("B", "C"), "type": "split", "known_at": None, "part": None, "ratio": None},
    ]
    first, second = told_of([listing(1, 23)], corporate_actions=rows)
    assert (first.parent, first.child, first.listed) == (0, 1, 23)
    assert (first.ex_day, first.known) == (on("2020-05-04"), on("2020-05-04"))
    assert (first.part, first.ratio) == (0.25, 0.5)
    assert (second.child, second.listed, second.known) == (2, None, on("2020-05-11"))
    assert math.isnan(second.part)


def test_a_successor_born_of_a_demerger_tells_of_it_where_no_action_does() -> None:
    lines = [{"symbol": "A", "successor": "B"}, {"symbol": "C", "successor": "B"}]
    born = [listing(1, 23, "demerger")]
    assert [(one.parent, one.child) for one in told_of(born, securities=lines)] == [(0, 1), (2, 1)]
    assert told_of([listing(1, 23)], securities=lines) == []  # listed in another way
    # A line that is delisted was taken over.
    gone = [{**lines[0], "delisting_date": "2020-06-01"}, {**lines[1], "delisting_date": None}]
    assert [one.parent for one in told_of(born, securities=gone)] == [2]
    # Told twice, it is one.
    both = told_of(born, securities=lines[:1], corporate_actions=[spin_off("A", "B")])
    assert len(both) == 1


def test_the_parts_of_both_companies() -> None:
    """Of 100 shares 60 stay."""
    found = []
    for part, ratio, after in (
        (0.25, None, 60),
        (None, 0.5, 60),
        (None, None, 60),
        (None, None, 100),
    ):
        made = small_reviews.market(
            ASKED,
            dict.fromkeys("ABC", 1.0),
            corporate_actions=[spin_off("A", "B", part=part, ratio=ratio)],
        )
        rows = made.table("daily").to_pylist()
        for one in rows:
            if one["symbol"] == "A" and str(one["date"]) >= "2020-05-04":
                one["shares_outstanding"] = after
        tables = {name: made.table(name) for name in made.names}
        again = Market.from_tables(
            complete=True, **(tables | {"daily": pa.Table.from_pylist(rows)})
        )
        trading = TradingDays(again, ASKED, [])
        (stays,) = [
            test
            for test in demerger_tests(
                rule(SELECTION + f"maintenance: {SPLIT}\n"),
                demergers_of(again, []),
                trading,
                fields_of(again, ASKED),
            )
        ]
        # Halted from the ex-date's session on alone: it traded on the Friday before.
        assert stays.halt == on("2020-05-04")
        found.append([round(part, 9) for _, part in stays.parts.values()])
    # The row's part; the ratio beside the shares that stay; the rest of them; shares that stay say nothing.
    assert found[:3] == [[0.75, 0.25], [0.6, 0.5], [0.6, 0.4]]
    assert all(math.isnan(part) for part in found[3])
