"""The demo market held against what it claims, from its tables alone: rules of the exchange by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from indexcalc.diagnostics import Findings, UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.choose import packaged
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.conform import conform
from indexcalc.market.demo import demo_source, demo_tables
from indexcalc.market.tables import TABLES

Row = dict[str, Any]


class DemoRows:
    """A demo market as a reader sees it: rows of the small tables, ``daily`` as dense panels.

    Panels have shape (sessions, symbols); ``row_of[t, i]`` is -1 where there is no row.
    """

    def __init__(self, made: Any) -> None:
        self.tables, self.facts = made.tables, made.facts
        daily = made.tables["daily"]
        day, code = arrow.days(daily["date"]), arrow.coded(daily["symbol"])
        self.symbols = code[1]
        self.column = {symbol: i for i, symbol in enumerate(self.symbols)}
        self.days, session = np.unique(day, return_inverse=True)
        self.session = {int(value): t for t, value in enumerate(self.days)}
        shape = (self.days.size, len(self.symbols))
        self.listed = np.zeros(shape, dtype=bool)
        self.listed[session, code[0]] = True
        self._where = (session, code[0])
        self.close = self.panel("close")
        self.base = self.panel("base_price")
        self.shares = self.panel("shares_outstanding")
        self.volume = self.panel("volume")
        self.value = self.panel("traded_value")
        self.actions = self.rows("corporate_actions")
        self.securities = self.rows("securities")
        self.first_facts: dict[str, Row] = {}
        self.last_facts: dict[str, Row] = {}
        for row in self.securities:
            self.first_facts.setdefault(row["symbol"], row)
            self.last_facts[row["symbol"]] = row
        self.ex: dict[tuple[int, int], Row] = {
            (self.at(row["ex_date"]), self.column[row["symbol"]]): row for row in self.actions
        }

    def panel(self, name: str) -> Any:
        made = np.full(self.listed.shape, np.nan)
        made[self._where] = arrow.floats(self.tables["daily"][name])
        return made

    def rows(self, name: str) -> list[Row]:
        found: list[Row] = self.tables[name].to_pylist()
        return found

    def at(self, date: dt.date) -> int:
        """Position of a session; KeyError when the date is none."""
        return self.session[day_number(date)]

    def position(self, date: dt.date | None) -> int:
        """First session on or after a date; past the end for None."""
        return self.days.size if date is None else int(np.searchsorted(self.days, day_number(date)))

    def of(self, kind: str) -> list[Row]:
        return [row for row in self.actions if row["type"] == kind]


@pytest.fixture(scope="module")
def demo() -> DemoRows:
    return DemoRows(demo_tables())


@pytest.fixture(scope="module")
def small() -> Any:
    return demo_tables(150, 3, 7)


def tick(price: float) -> int:
    """The exchange's tick since 2023-01-25, as its rule book lists the bands."""
    if price < 2_000:
        return 1
    if price < 5_000:
        return 5
    if price < 20_000:
        return 10
    if price < 50_000:
        return 50
    if price < 200_000:
        return 100
    if price < 500_000:
        return 500
    return 1_000


# --- form -------------------------------------------------------------------------------------------


def test_every_table_is_already_in_the_canonical_form(demo: DemoRows) -> None:
    findings = Findings()
    for name, table in demo.tables.items():
        conformed = conform(name, table, findings)
        assert findings.items == []
        assert conformed.select(table.column_names).equals(table), name
        # A made-up row has no source.
        assert set(TABLES[name].by_name) - {"source", "certainty"} <= set(table.column_names), name


def test_the_columns_have_the_promised_types(demo: DemoRows) -> None:
    types = {field.name: field.type for field in demo.tables["daily"].schema}
    assert types == {
        "date": pa.date32(),
        "symbol": pa.dictionary(pa.int32(), pa.string()),
        "close": pa.float64(),
        "base_price": pa.float64(),
        "shares_outstanding": pa.int64(),
        "volume": pa.int64(),
        "traded_value": pa.int64(),
        "dividend_yield": pa.float64(),
    }
    assert demo.symbols == sorted(demo.symbols)


def test_it_says_that_it_is_synthetic(demo: DemoRows) -> None:
    assert demo.facts["synthetic"] is True
    assert demo.facts["complete"] is True
    assert demo.facts["price_limit"] == 0.30
    assert [tick(low) for low, _ in demo.facts["tick_table"]] == [
        size for _, size in demo.facts["tick_table"]
    ]


def test_names_and_symbols_are_nobodys(demo: DemoRows) -> None:
    assert len(demo.symbols) == 1200
    for row in demo.first_facts.values():
        assert row["name_en"].startswith("Mock ")
        assert row["name"].startswith("가상")
        symbol = row["symbol"]
        assert re.fullmatch(r"[678]\d{4}[05K]|0[789]\d\d[A-Z]0|97\d{3}0", symbol)
        # ISO 6166: letters as two digits, every second digit from the right doubled, sum 0 mod 10.
        digits = [int(d) for d in "".join(str(int(c, 36)) for c in row["isin"])][::-1]
        total = sum(sum(divmod(d * (1 + k % 2), 10)) for k, d in enumerate(digits))
        assert total % 10 == 0
        assert row["isin"][3:9] == symbol
    assert len({row["name_en"] for row in demo.first_facts.values()}) == 1200
    lettered = [symbol for symbol in demo.symbols if re.match(r"\d{4}[A-Z]", symbol)]
    assert len(lettered) >= 5


def test_a_preferred_line_shares_its_issuer_with_a_common_one(demo: DemoRows) -> None:
    facts = demo.first_facts.values()
    common = {row["issuer"] for row in facts if row["share_class"] == "common"}
    preferred = [row["issuer"] for row in facts if row["share_class"] == "preferred"]
    assert len(preferred) >= 30
    assert set(preferred) <= common
    assert len(common) == sum(row["share_class"] == "common" for row in facts)


# --- prices -----------------------------------------------------------------------------------------


def test_prices_are_whole_ticks(demo: DemoRows) -> None:
    size = np.vectorize(tick, otypes=[float])
    for panel in (demo.close, demo.base):
        prices = np.unique(panel[demo.listed])
        assert prices.min() > 0
        assert (prices % size(prices) == 0).all()


def test_no_session_moves_more_than_the_limit(demo: DemoRows) -> None:
    move = np.abs(demo.close / demo.base - 1.0)[demo.listed]
    assert move.max() <= 0.30
    assert move.max() > 0.2  # and the limit is not idle


def test_daily_has_every_listed_line_on_every_session(demo: DemoRows) -> None:
    sessions = packaged("XKRX").days
    wanted = sessions[(sessions >= demo.days[0]) & (sessions <= demo.days[-1])]
    np.testing.assert_array_equal(demo.days, wanted)
    assert date_of(int(demo.days[-1])) == dt.date(2026, 10, 30)
    for symbol, i in demo.column.items():
        first = demo.position(demo.first_facts[symbol]["listing_date"])
        last = demo.position(demo.last_facts[symbol]["delisting_date"])
        expected = np.zeros(demo.days.size, dtype=bool)
        expected[first:last] = True
        np.testing.assert_array_equal(demo.listed[:, i], expected, err_msg=symbol)


def test_the_base_price_is_the_last_close_unless_an_action_says_otherwise(
    demo: DemoRows,
) -> None:
    before, after = demo.listed[:-1], demo.listed[1:]
    other = before & after & (demo.base[1:] != demo.close[:-1])
    stepped = {(int(t) + 1, int(i)) for t, i in zip(*np.nonzero(other), strict=True)}
    price_actions = {
        place for place, row in demo.ex.items() if row["type"] not in ("merger", "tender")
    }
    assert stepped <= price_actions
    assert len(price_actions - stepped) <= 3  # a stock dividend within half a tick


@pytest.mark.parametrize("kind", ["split", "consolidation", "bonus", "stock_dividend", "rights"])
def test_on_an_ex_date_the_base_price_is_the_last_close_through_the_terms(
    demo: DemoRows, kind: str
) -> None:
    for row in demo.of(kind):
        t, i = demo.at(row["ex_date"]), demo.column[row["symbol"]]
        last = demo.close[t - 1, i]
        if kind == "rights":
            n, s = row["ratio"], row["price"]
            assert 0 < s < last  # in the money
            theory = (last + n * s) / (1 + n)
        else:
            theory = last / row["ratio"]
            assert (row["ratio"] < 1) == (kind == "consolidation")
        assert abs(demo.base[t, i] - theory) <= tick(theory)


def test_a_capital_reduction_reopens_at_an_auction_near_its_terms(demo: DemoRows) -> None:
    ratios = []
    for row in demo.of("capital_reduction"):
        t, i = demo.at(row["ex_date"]), demo.column[row["symbol"]]
        assert demo.volume[t - 5 : t, i].sum() == 0
        ratios.append(demo.base[t, i] * row["ratio"] / demo.close[t - 1, i])
    assert min(ratios) > 0.5
    assert max(ratios) < 2.0
    assert np.std(ratios) > 0.05  # not theory


# --- halts ------------------------------------------------------------------------------------------


def test_a_halted_line_has_no_volume_and_keeps_its_price(demo: DemoRows) -> None:
    halted = np.zeros_like(demo.listed)
    lengths = []
    for row in demo.rows("designations"):
        if row["kind"] == "halted":
            i, first, last = (
                demo.column[row["symbol"]],
                demo.position(row["from"]),
                demo.position(row["to"]),
            )
            halted[first:last, i] = True
            lengths.append(last - first)
    np.testing.assert_array_equal(halted & demo.listed, demo.volume == 0)
    assert (demo.value[halted & demo.listed] == 0).all()
    assert (demo.value[demo.listed & ~halted] > 0).all()
    np.testing.assert_array_equal(demo.close[halted & demo.listed], demo.base[halted & demo.listed])
    assert max(lengths) >= 120
    inside = [row for (t, i), row in demo.ex.items() if halted[t, i]]
    assert [row["type"] for row in inside].count("split") >= 1  # terms that take effect in a halt


# --- shares -----------------------------------------------------------------------------------------


def test_every_step_of_the_listed_shares_has_its_cause(demo: DemoRows) -> None:
    causes: dict[tuple[int, int], float] = {}  # (session, line) -> shares after, for scaled counts
    waiting: list[tuple[int, int, float]] = []
    issued: dict[tuple[int, int], float] = {}
    for row in demo.actions:
        t, i, kind = demo.at(row["ex_date"]), demo.column[row["symbol"]], row["type"]
        if kind in ("split", "consolidation", "capital_reduction"):
            causes[t, i] = row["ratio"]
        elif kind in ("bonus", "stock_dividend", "rights"):
            m = 1 + row["ratio"] if kind == "rights" else row["ratio"]
            assert demo.shares[t, i] == demo.shares[t - 1, i]
            if row["list_date"] is None:
                waiting.append((t, i, m))
            elif row["list_date"] <= date_of(int(demo.days[-1])):
                causes[demo.at(row["list_date"]), i] = m
        elif kind == "merger":
            j = demo.column[row["other_symbol"]]
            issued[t, j] = demo.shares[t - 1, i] * row["ratio"]
    steps = np.nonzero(demo.listed[:-1] & demo.listed[1:] & (demo.shares[1:] != demo.shares[:-1]))
    unexplained = {(int(t) + 1, int(i)) for t, i in zip(*steps, strict=True)}
    for place, m in causes.items():
        t, i = place
        assert demo.shares[t, i] == pytest.approx(demo.shares[t - 1, i] * m, abs=0.51)
        unexplained.remove(place)
    for place, new in issued.items():
        t, j = place
        assert demo.shares[t, j] - demo.shares[t - 1, j] == pytest.approx(new, abs=1.0)
        unexplained.remove(place)
    for t, i, m in waiting:  # no list date: the first step of the count is the whole of it
        for later in range(t + 1, min(t + 61, demo.days.size)):
            if (later, i) in unexplained:
                assert demo.shares[later, i] == pytest.approx(demo.shares[t, i] * m, abs=0.51)
                unexplained.remove((later, i))
                break
        else:
            raise AssertionError("the new shares never listed")
    ratios = [demo.shares[t, i] / demo.shares[t - 1, i] for t, i in unexplained]
    assert min(ratios) > 0.96
    assert max(ratios) < 1.10
    assert sum(ratio > 1 for ratio in ratios) >= 200
    assert sum(ratio < 1 for ratio in ratios) >= 50


def test_half_of_the_bonus_issues_do_not_say_when_they_list(demo: DemoRows) -> None:
    shown = [row["list_date"] is not None for row in demo.of("bonus")]
    assert 0.3 < sum(shown) / len(shown) < 0.7


def test_a_spin_off_halts_the_parent_and_lists_the_child_when_it_resumes(
    demo: DemoRows,
) -> None:
    children = {s for s, row in demo.first_facts.items() if row["listed_by"] == "demerger"}
    assert {row["other_symbol"] for row in demo.of("spin_off")} == children
    for row in demo.of("spin_off"):
        t, i, j = (
            demo.at(row["ex_date"]),
            demo.column[row["symbol"]],
            demo.column[row["other_symbol"]],
        )
        assert demo.listed[: t + 1, j].sum() == 1  # its first session
        halt = 0
        while demo.volume[t - 1 - halt, i] == 0:
            halt += 1
        assert 15 <= halt <= 25
        assert demo.volume[t, i] > 0
        assert demo.shares[t, j] == pytest.approx(demo.shares[t, i] * row["ratio"], abs=0.51)
        assert row["price"] == demo.close[t, j]
        # What left the parent at its auction is, within the auctions' noise, what the child opens at.
        left = demo.close[t - 1, i] - demo.base[t, i]
        opened = demo.base[t, j] * row["ratio"]
        assert opened + demo.base[t, i] == pytest.approx(demo.close[t - 1, i], rel=0.35)
        assert left < demo.close[t - 1, i]


def test_a_merged_line_ends_on_the_ex_date_and_names_its_successor(demo: DemoRows) -> None:
    for row in demo.of("merger") + demo.of("tender"):
        facts = demo.last_facts[row["symbol"]]
        t, i = demo.at(row["ex_date"]), demo.column[row["symbol"]]
        assert facts["delisting_date"] == row["ex_date"]
        assert facts["successor"] == row["other_symbol"]
        assert row["known_at"] < row["ex_date"]
        assert demo.volume[t - 4 : t, i].sum() == 0
        if row["type"] == "tender":
            assert row["final_price"] == row["amount"] > 0
        else:
            assert demo.listed[t, demo.column[row["other_symbol"]]]
    failed = {
        row["symbol"] for row in demo.rows("designations") if row["kind"] == "delisting_trade"
    }
    taken = {row["symbol"] for row in demo.of("merger") + demo.of("tender")}
    gone = {s for s, row in demo.last_facts.items() if row["delisting_date"] is not None}
    assert gone == failed | taken
    assert not failed & taken


def test_a_delisting_is_announced_and_not_known_before(demo: DemoRows) -> None:
    for symbol, row in demo.last_facts.items():
        if row["delisting_date"] is not None:
            assert demo.first_facts[symbol]["delisting_date"] is None
            assert row["valid_from"] == row["known_at"] < row["delisting_date"]


def test_a_transfer_leaves_the_price_unbroken(demo: DemoRows) -> None:
    moved = [row for row in demo.securities if row["listed_by"] == "transfer"]
    moved = [row for row in moved if row["listing_date"] == row["valid_from"]]
    assert len(moved) >= 3
    for row in moved:
        assert demo.first_facts[row["symbol"]]["market"] == "KOSDAQ"
        assert row["market"] == "KOSPI"
        t, i = demo.at(row["valid_from"]), demo.column[row["symbol"]]
        assert demo.listed[t - 5 : t + 5, i].all()
        assert demo.base[t, i] == demo.close[t - 1, i]


# --- holders and float ------------------------------------------------------------------------------


def held_on(demo: DemoRows) -> dict[str, list[tuple[int, dict[tuple[str, str], float]]]]:
    """Per symbol, the stakes in force from each day a stake changed, in order."""
    states: dict[str, list[tuple[int, dict[tuple[str, str], float]]]] = {}
    for row in demo.rows("holdings"):
        of = states.setdefault(row["symbol"], [])
        day = day_number(row["date"])
        now = dict(of[-1][1]) if of else {}
        now[row["holder_kind"], row["holder"]] = row["shares"]
        if of and of[-1][0] == day:
            of[-1] = (day, now)
        else:
            of.append((day, now))
    return states


def test_stakes_never_exceed_the_shares(demo: DemoRows) -> None:
    for symbol, states in held_on(demo).items():
        i = demo.column[symbol]
        held = np.zeros(demo.days.size)
        for day, now in states:
            held[demo.session[day] :] = sum(now.values())
            assert min(now.values()) >= 0
        ratio = (held / demo.shares[:, i])[demo.listed[:, i]]
        assert ratio.max() <= 1.0, symbol


def test_stakes_are_scaled_with_a_split(demo: DemoRows) -> None:
    states = held_on(demo)
    checked = 0
    for row in demo.of("split") + demo.of("consolidation"):
        before = [now for day, now in states[row["symbol"]] if day < day_number(row["ex_date"])][-1]
        after = [now for day, now in states[row["symbol"]] if day <= day_number(row["ex_date"])][-1]
        for stake, shares in before.items():
            assert after[stake] == pytest.approx(shares * row["ratio"], abs=1.0)
            checked += 1
    assert checked > 100


def test_lock_ups_end_after_six_months(demo: DemoRows) -> None:
    spans = []
    first: dict[str, dt.date] = {}
    for row in demo.rows("holdings"):
        if row["holder_kind"] == "lock_up":
            if row["shares"] > 0:
                first.setdefault(row["symbol"], row["date"])
            else:
                spans.append((row["date"] - first[row["symbol"]]).days)
    assert len(spans) >= 50
    assert min(spans) >= 183
    assert max(spans) <= 200


def test_float_factors_are_made_from_the_holdings(demo: DemoRows) -> None:
    """1 less the part held, up to the next 1 %, on the last session of April or October (first row:
    the first session), from the session after the second Thursday of June or December."""
    states = held_on(demo)
    seen: set[str] = set()
    last_sessions = {
        (date_of(int(a)).year, date_of(int(a)).month): int(a)
        for a, b in zip(demo.days[:-1], demo.days[1:], strict=True)
        if date_of(int(a)).month != date_of(int(b)).month
    }
    for row in demo.rows("float_factors"):
        symbol, effective = row["symbol"], row["effective_date"]
        assert row["known_at"] <= effective
        if symbol not in seen:
            seen.add(symbol)
            measured = day_number(effective)
        else:
            assert effective.month in (6, 12)
            assert 9 <= effective.day <= 19
            assert row["known_at"] < effective
            measured = last_sessions[effective.year, effective.month - 2]
        now = [now for day, now in states[symbol] if day <= measured][-1]
        shares = int(demo.shares[demo.session[measured], demo.column[symbol]])
        free = shares - int(sum(now.values()))
        percent = next(p for p in range(101) if p * shares >= free * 100)
        assert row["float_factor"] == percent / 100
    assert seen == set(demo.symbols)


def test_float_reviews_take_effect_after_the_second_thursday(demo: DemoRows) -> None:
    dates = {row["effective_date"] for row in demo.rows("float_factors")}
    for date in (dt.date(2022, 6, 10), dt.date(2022, 12, 9), dt.date(2023, 6, 9)):
        assert date in dates  # the exchange's own review dates


# --- dividends --------------------------------------------------------------------------------------


def test_dividends_go_ex_before_the_last_session_of_a_quarter(demo: DemoRows) -> None:
    months: Counter[int] = Counter()
    for row in demo.rows("dividends"):
        t = demo.at(row["ex_date"])
        assert demo.listed[t, demo.column[row["symbol"]]]
        assert date_of(int(demo.days[t + 1])).month == row["ex_date"].month
        assert date_of(int(demo.days[t + 2])).month != row["ex_date"].month
        months[row["ex_date"].month] += 1
        lag = (row["known_at"] - row["ex_date"]).days
        assert (60 <= lag <= 100) if row["ex_date"].month == 12 else (10 <= lag <= 30)
        assert row["amount"] > 0
    assert set(months) == {3, 6, 9, 12}
    assert months[12] > 10 * months[3] > 0
    assert dt.date(2020, 12, 29) in {row["ex_date"] for row in demo.rows("dividends")}


def test_the_dividend_yield_is_the_last_years_dividends_over_the_close(demo: DemoRows) -> None:
    paid: dict[str, dict[dt.date, float]] = {}
    for row in demo.rows("dividends"):
        paid.setdefault(row["symbol"], {})[row["ex_date"]] = row["amount"]
    acted = {row["symbol"] for row in demo.actions}
    shown = demo.panel("dividend_yield")
    day = dt.date(2021, 3, 15)  # before May: the year of record days from May 2019 to April 2020
    t = demo.at(day)
    checked = 0
    for symbol, i in demo.column.items():
        if symbol in acted or not demo.listed[t, i] or demo.listed[:, i].sum() < t:
            continue
        year = [
            amount
            for date, amount in paid.get(symbol, {}).items()
            if dt.date(2019, 5, 1) <= date < dt.date(2020, 5, 1)
        ]
        assert shown[t, i] * demo.close[t, i] == pytest.approx(sum(year))
        checked += len(year) > 0
    assert checked > 200


# --- enough of everything ---------------------------------------------------------------------------


def test_there_is_enough_of_every_kind_of_event(demo: DemoRows) -> None:
    actions = Counter(row["type"] for row in demo.actions)
    least = {
        "split": 30,
        "consolidation": 15,
        "bonus": 40,
        "stock_dividend": 15,
        "rights": 40,
        "spin_off": 10,
        "capital_reduction": 8,
        "merger": 10,
        "tender": 2,
    }
    assert all(actions[kind] >= number for kind, number in least.items()), actions
    kinds = Counter(row["kind"] for row in demo.rows("designations"))
    assert kinds["administrative"] >= 50
    assert kinds["delisting_trade"] >= 30
    assert kinds["caution"] >= 5
    assert kinds["halted"] >= 100
    types = Counter(row["security_type"] for row in demo.first_facts.values())
    assert min(types[kind] for kind in ("reit", "spac", "foreign", "infrastructure_fund")) >= 2
    first = date_of(int(demo.days[0]))
    listings = Counter(
        row["listing_date"].year for row in demo.first_facts.values() if row["listing_date"] > first
    )
    assert all(listings[year] >= 3 for year in range(2014, 2027)), listings


def common(demo: DemoRows, market: str) -> np.ndarray[Any, Any]:
    """Which columns are ordinary common shares that begin on a market."""
    rows = [demo.first_facts[symbol] for symbol in demo.symbols]
    return np.array(
        [
            (row["market"], row["share_class"], row["security_type"]) == (market, "common", "stock")
            for row in rows
        ]
    )


def test_both_markets_have_lines_enough_for_every_rule(demo: DemoRows) -> None:
    kospi, kosdaq = common(demo, "KOSPI"), common(demo, "KOSDAQ")
    sectors = [demo.first_facts[symbol]["sector"] for symbol in demo.symbols]
    for t in range(0, demo.days.size, 120):
        assert (demo.listed[t] & kospi).sum() >= 480
        assert (demo.listed[t] & kosdaq).sum() >= 430
        by_sector = Counter(
            sector for i, sector in enumerate(sectors) if demo.listed[t, i] and kospi[i]
        )
        assert len(by_sector) == 11
        assert min(by_sector.values()) >= 5


def test_some_new_listings_are_large_enough_for_a_fast_entry(demo: DemoRows) -> None:
    """The mean market cap of the first 15 sessions ranks 50th or better among KOSPI's commons."""
    kospi = common(demo, "KOSPI")
    cap = demo.close * demo.shares
    fast = 0
    for symbol, i in demo.column.items():
        first = int(np.argmax(demo.listed[:, i]))
        if first == 0 or not kospi[i] or demo.first_facts[symbol]["listed_by"] != "new":
            continue
        if first + 15 < demo.days.size:
            mean = cap[first : first + 15].mean(axis=0)
            fast += int((mean[kospi] >= mean[i]).sum() <= 50)
    assert fast >= 2


def test_one_line_drifts_to_a_third_of_the_float_market_cap(demo: DemoRows) -> None:
    kospi = common(demo, "KOSPI")
    factor = np.zeros_like(demo.close)
    for row in demo.rows("float_factors"):
        factor[demo.position(row["effective_date"]) :, demo.column[row["symbol"]]] = row[
            "float_factor"
        ]
    size = np.where(demo.listed & kospi, demo.close * demo.shares * factor, 0.0)
    share = size / size.sum(axis=1, keepdims=True)
    mega = int(np.argmax(share[-1]))
    assert (share.argmax(axis=1) == mega).all()
    assert share[:, mega].min() > 0.20
    assert share[:, mega].max() < 0.45
    assert share[0, mega] < 0.25
    assert 0.30 < share[-1, mega] < 0.36
    above = share[:, mega] > 0.30
    assert (above[1:] != above[:-1]).sum() >= 2
    second = np.sort(share, axis=1)[:, -2]
    assert second.min() > 0.03
    assert second.max() < 0.2


def test_rates_and_fx_are_there_on_every_session(demo: DemoRows) -> None:
    for name, keys in (("rates", {"call", "cd91"}), ("fx", {"spot", "1 month"})):
        rows = demo.rows(name)
        column = "name" if name == "rates" else "tenor"
        assert {row[column] for row in rows} == keys
        assert len({row["date"] for row in rows}) == demo.days.size
        assert len(rows) == 2 * demo.days.size
    assert all(0 < row["rate"] < 0.1 for row in demo.rows("rates"))
    assert all(700 < row["rate"] < 2500 for row in demo.rows("fx"))


# --- making it --------------------------------------------------------------------------------------


def bits(tables: dict[str, Any]) -> str:
    """One hash of every bit of every table."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        stream = io.BytesIO()
        table = tables[name].combine_chunks().unify_dictionaries()
        with pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table)
        digest.update(name.encode() + stream.getvalue())
    return digest.hexdigest()


def test_the_same_numbers_make_the_same_bits(small: Any) -> None:
    again = demo_tables(150, 3, 7)
    assert bits(small.tables) == bits(again.tables)
    assert small.facts == again.facts
    assert bits(small.tables) != bits(demo_tables(150, 3, 8).tables)


def test_chunk_by_chunk_is_the_same_market(small: Any) -> None:
    source = demo_source(150, 3, 7)
    with pytest.raises(RuntimeError, match="daily_chunks"):
        source.small_tables()
    chunks = list(source.daily_chunks())
    sessions = [len(set(arrow.days(chunk["date"]).tolist())) for chunk in chunks]
    assert sessions[:-1] == [250] * (len(chunks) - 1)
    assert bits({"daily": pa.concat_tables(chunks), **source.small_tables()}) == bits(small.tables)
    with pytest.raises(RuntimeError, match="once"):
        list(source.daily_chunks())


@pytest.mark.parametrize(("securities", "years", "seed"), [(100, 2, 0), (130, 2.5, 1), (400, 4, 2)])
def test_small_markets_hold_together_too(securities: int, years: float, seed: int) -> None:
    demo = DemoRows(demo_tables(securities, years, seed))
    assert len(demo.symbols) == securities
    test_every_table_is_already_in_the_canonical_form(demo)
    test_no_session_moves_more_than_the_limit(demo)
    test_daily_has_every_listed_line_on_every_session(demo)
    test_stakes_never_exceed_the_shares(demo)
    test_float_factors_are_made_from_the_holdings(demo)


def test_numbers_it_cannot_make_are_all_refused_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        demo_tables(5, 400, -1)
    assert [found.code for found in refused.value.diagnostics] == ["DAT020"] * 3
    assert [found.where for found in refused.value.diagnostics] == ["securities", "seed", "years"]


def test_making_it_imports_no_pandas() -> None:
    code = (
        "import sys; from indexcalc.market.demo import demo_tables; demo_tables(100, 2, 1);"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
