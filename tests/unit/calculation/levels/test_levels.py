"""The level itself: start and anchors, divisor, what is printed, and what must not move a bit."""

from __future__ import annotations

import datetime as dt

import pytest

import indexcalc as ic
from indexcalc.diagnostics import DataError, UsageError
from tests.unit.calculation import small
from tests.unit.calculation.small import line, market

EXACT = 1e-13


# -- where a series starts -------------------------------------------------------------------------

PRICES = [50, 55, 60, 66]


def test_the_base_date_has_the_base_level() -> None:
    run = small.run(small.CAP, market(line("A", PRICES)))
    assert small.levels(run) == pytest.approx([1000, 1100, 1200, 1320], rel=EXACT)
    assert small.levels(run, "date")[0] == small.day(0)
    assert small.levels(run, "divisor")[0] == 50
    assert small.levels(run, "status") == ["backtested"] * 4
    assert not [text for text in run.manifest["assumptions"] if "starts on" in text]


def test_a_base_date_inside_the_data_begins_there() -> None:
    text = small.CAP.replace("2024-01-02", "2024-01-04")
    run = small.run(text, market(line("A", PRICES)))
    assert small.levels(run, "date") == [small.day(2), small.day(3)]
    assert small.levels(run) == pytest.approx([1000, 1100], rel=EXACT)


ANCHORED = small.CAP.replace(
    "level: 1000}",
    "level: 1000, anchors: [{on: 2024-01-03, level: 2655.28}, {on: 2024-01-05, level: 3000}]}",
).replace("2024-01-02", "1980-01-04")


def test_data_before_an_anchor_start_at_the_base_level_and_say_so() -> None:
    run = small.run(ANCHORED, market(line("A", PRICES)))
    assert small.levels(run)[:2] == pytest.approx([1000, 1100], rel=EXACT)
    (note,) = [text for text in run.manifest["assumptions"] if "starts on" in text]
    assert note == (
        "test starts on 2024-01-02 at its base level 1000: the base date 1980-01-04 is not in "
        "the data and no anchor is on 2024-01-02"
    )


def test_a_series_that_starts_on_an_anchor_chains_from_the_official_close() -> None:
    run = small.run(ANCHORED, market(line("A", PRICES)), start=small.day(1))
    assert small.levels(run) == pytest.approx(
        [2655.28, 2655.28 * 60 / 55, 2655.28 * 66 / 55], rel=EXACT
    )
    assert small.levels(run)[0] == 2655.28
    (note,) = [text for text in run.manifest["assumptions"] if "starts on" in text]
    assert "official close 2655.28" in note


TABLES = (
    ("levels", "date"),
    ("composition", "date"),
    ("events", "date"),
    ("reviews", "effective_date"),
    ("constituents", "effective_date"),
)


@pytest.mark.parametrize("block", [1, 2, 250])
@pytest.mark.parametrize("text", [small.CAP, small.EQUAL])
@pytest.mark.parametrize("first", [2, 3, 4])
def test_a_later_start_tells_the_rows_of_the_whole_run(text: str, first: int, block: int) -> None:
    """The rows of the whole run from that day on, bit for bit; the list in force opens them."""
    over = market(
        line("A", [*PRICES, 70, 72]),
        line("B", [10, 12, 9, 11, 12, 13], [1000, 1000, 1040, 1040, 1040, 1100]),
        line("C", [5, 6, 7, 8, 9], start=1),
        dividends=[
            {"symbol": "A", "ex_date": small.day(on), "kind": "ordinary", "amount": 1.0}
            for on in (2, 3, 5)
        ],
        memberships=[
            {"index": "test", "effective_date": small.day(on), "symbol": symbol}
            for on, names in ((1, "AB"), (3, "AC"))
            for symbol in names
        ],
    )
    whole = small.in_blocks(text, over, block, returns=["pr", "tr"])
    part = small.in_blocks(text, over, block, returns=["pr", "tr"], start=small.day(first))
    for name, column in TABLES:
        every = getattr(whole, name).to_pylist()
        lists = {row["effective_date"] for row in whole.reviews.to_pylist()}
        late = [row for row in every if row[column] >= small.day(first)]
        rows = getattr(part, name).to_pylist()
        assert rows
        if column == "effective_date" and small.day(first) not in lists:
            # One list more: the one in force.
            rows = [row for row in rows if row[column] != small.day(first)]
        assert rows == late, name
    assert part.reviews.column("effective_date").to_pylist()[0] == small.day(first)


def test_errors_before_a_later_start_are_told_once() -> None:
    over = market(line("A", [100, 50, 50, 51]), line("B", [100] * 4), facts={"price_limit": 0.3})
    run = small.run(small.CAP, over, start=small.day(2))
    (found,) = run.diagnostics
    assert (found.code, found.severity) == ("CAL020", "warning")
    assert "from 2024-01-02 on, and 1 error before 2024-01-04 is in them" in found.message
    assert "first CAL001 A 2024-01-03" in found.message
    assert small.levels(run) == small.levels(small.run(small.CAP, over))[2:]


def test_a_later_start_begins_anew_where_what_is_before_is_not_computed() -> None:
    """Rights by ex-date until the third day, by listing from then on: no run computes both."""
    text = small.CAP + "maintenance: {rights: {2024-01-02: ex_date, 2024-01-04: listing}}\n"
    over = market(line("A", PRICES), line("B", [10, 12, 9, 11]))
    run = small.run(text, over, start=small.day(2))
    (found,) = run.diagnostics
    assert (found.code, found.where) == ("CAL020", "--from")
    assert "begin anew on 2024-01-04; from 2024-01-02 on: maintenance.rights" in found.message
    assert small.levels(run)[0] == 1000


def test_an_end_cuts_the_series_and_changes_no_bit_of_the_rest() -> None:
    over = market(line("A", PRICES), line("B", [10, 12, 9, 11]))
    whole, part = small.run(small.CAP, over), small.run(small.CAP, over, end=small.day(2))
    assert small.levels(part) == small.levels(whole)[:3]


def test_one_session_alone() -> None:
    run = small.run(small.CAP, market(line("A", [50]), line("B", [20])))
    assert small.levels(run) == [1000]
    assert run.weights(small.day(0)).column("weight").to_pylist() == [50 / 70, 20 / 70]
    assert run.constituents.num_rows == 2


@pytest.mark.parametrize(("key", "value"), [("start", small.day(9)), ("end", dt.date(2023, 1, 2))])
def test_a_start_or_end_outside_the_data_is_told(key: str, value: dt.date) -> None:
    with pytest.raises(DataError, match="CAL010"):
        small.run(small.CAP, market(line("A", PRICES)), **{key: value})


def test_weights_of_a_day_that_is_no_session_of_the_run_are_told() -> None:
    run = small.run(small.CAP, market(line("A", PRICES)), start=small.day(1))
    for day in (small.day(0), small.day(9), "2024-02-30"[:7] + "-28"):
        with pytest.raises(UsageError, match="CAL010"):
            run.weights(day)


def test_live_from_the_launch_on() -> None:
    text = small.CAP + "launch: 2024-01-04\n"
    run = small.run(text, market(line("A", PRICES)))
    assert small.levels(run, "status") == ["backtested", "backtested", "live", "live"]


# -- invariances -----------------------------------------------------------------------------------


def some_market(scale: float = 1.0, shares: int = 1, order: int = 1) -> ic.Market:
    lines = [
        line(
            "A",
            [101 * scale, 103 * scale, 51.5 * scale, 55 * scale],
            [7919 * shares] * 2 + [15838 * shares] * 2,
        ),
        line("B", [0.1 * scale, 0.3 * scale, 0.3 * scale, 0.7 * scale], 104729 * shares),
        line("C", [977 * scale, 983 * scale, 991 * scale], 1299709 * shares, start=1),
        line("D", [33.3 * scale, 33.4 * scale], 611953 * shares),
    ]
    rows = [row for one in lines for row in one][::order]
    return market(rows, n_sessions=4, corporate_actions=[small.action("A", 2, "split", ratio=2)])


def test_the_order_of_rows_moves_no_bit() -> None:
    one, two = (small.run(small.CAP, some_market(order=order)) for order in (1, -1))
    for name in ("levels", "constituents", "events", "reviews", "decisions"):
        assert getattr(one, name).equals(getattr(two, name)), name


@pytest.mark.parametrize("power", [-30, -1, 1, 30])
def test_another_unit_of_currency_or_of_shares_moves_no_bit(power: int) -> None:
    """By a power of two, which floating point carries exactly."""
    plain = small.run(small.CAP, some_market())
    assert small.levels(small.run(small.CAP, some_market(2.0**power))) == small.levels(plain)
    if power > 0:
        many = small.run(small.CAP, some_market(shares=2**power))
        assert small.levels(many) == small.levels(plain)


def test_an_index_of_one_stock_is_the_stock() -> None:
    closes = [70, 71, 35.5, 40, 40, 41.3]
    run = small.run(
        small.CAP,
        market(
            line("A", closes, [500, 500, 1000, 1000, 1030, 1030]),
            corporate_actions=[small.action("A", 2, "split", ratio=2)],
        ),
    )
    adjusted = [70, 71, 71, 80, 80, 82.6]
    assert small.levels(run) == pytest.approx([1000 * close / 70 for close in adjusted], rel=EXACT)


def test_chained_and_divisor_forms_agree_over_a_long_series() -> None:
    n = 700
    closes = [100 + (number * 7919 % 101) / 7 for number in range(n)]
    shares = [1000 + (number // 9) * 3 for number in range(n)]
    run = small.run(
        small.CAP,
        market(
            line("A", closes, shares),
            line("B", closes[::-1], 7777),
            line("C", closes[100:400], 4999, start=100),
        ),
    )
    columns = (small.levels(run, name) for name in ("level", "market_value", "divisor"))
    for level, value, divisor in zip(*columns, strict=True):
        assert value / divisor == pytest.approx(level, rel=1e-12)
    assert small.levels(run, "market_value")[-1] == pytest.approx(
        closes[-1] * shares[-1] + closes[0] * 7777, rel=EXACT
    )


def test_a_relabelling_that_keeps_the_order_moves_no_bit() -> None:
    def named(names: tuple[str, str, str]) -> list[float]:
        lines = (
            line(name, [101.1 + n, 99.7, 103.3 * n], 7919 * n)
            for n, name in enumerate(names, start=1)
        )
        return small.levels(small.run(small.CAP, market(*lines)))

    assert named(("A", "B", "C")) == named(("005930", "005935", "0126Z0"))
    assert named(("C", "B", "A")) == pytest.approx(named(("A", "B", "C")), rel=1e-12)


def test_total_return_is_not_below_price_return() -> None:
    text = small.CAP + "returns: {kinds: [price, gross]}\n"
    over = market(
        line("A", PRICES), dividends=[small.dividend("A", 1, 2), small.dividend("A", 3, 1)]
    )
    run = small.run(text, over)
    price, total = small.levels(run), small.levels(run, "level_tr")
    assert total == pytest.approx(
        [1000, 1000 * 57 / 50, 1000 * 57 / 50 * 60 / 55, 1000 * 57 / 50 * 60 / 55 * 67 / 60]
    )
    assert all(one >= two for one, two in zip(total, price, strict=True))
    # Asked for by the caller, where the rule says nothing.
    asked = small.run(small.CAP, over, returns=["pr", "tr"])
    assert small.levels(asked, "level_tr") == total
    with pytest.raises(UsageError, match=r"CAL012 --returns: test says no tax rate"):
        small.run(small.CAP, over, returns=["ntr"])


def test_the_composition_is_what_the_session_opens_with() -> None:
    """A splits and goes from 50 to 60; the weights are those of the base prices."""
    over = market(
        line("A", [100, 60], [1000, 2000]),
        line("B", [100, 90], 3000),
        corporate_actions=[small.action("A", 1, "split", ratio=2)],
    )
    run = small.run(small.CAP, over)
    assert run.composition is not None
    rows = [tuple(row.values()) for row in run.composition.to_pylist()]
    assert rows == [
        (small.day(0), "A", 100, 100, 1000, 0.25, 400),
        (small.day(0), "B", 100, 100, 3000, 0.75, 400),
        (small.day(1), "A", 50, 60, 2000, 0.25, None),
        (small.day(1), "B", 100, 90, 3000, 0.75, None),
    ]


def test_a_name_is_that_of_the_day() -> None:
    names = [(0, "Old Motors"), (2, "New Motors")]
    over = market(
        line("A", [100] * 4),
        line("B", [10, 10, 10, 10], start=0),
        line("C", [5.0, 5.0], start=2),
        securities=[
            *({"symbol": "A", "valid_from": small.day(at), "name": name} for at, name in names),
            {"symbol": "B", "valid_from": small.day(3), "name": "Known Later"},
        ],
    )
    rows = small.run(small.CAP, over).constituents.select(["effective_date", "symbol", "name"])
    of_a = [row["name"] for row in rows.to_pylist() if row["symbol"] == "A"]
    assert of_a[0] == "Old Motors"
    assert of_a[-1] == "New Motors"
    assert {row["name"] for row in rows.to_pylist() if row["symbol"] == "B"} == {"Known Later"}
    assert {row["name"] for row in rows.to_pylist() if row["symbol"] == "C"} == {None}
