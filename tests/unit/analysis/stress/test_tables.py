"""A sketch as the tables of a market, every row by hand, and as the text of a case that says the same."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from msgspec.structs import replace

from indexcalc.analysis.stress.small_markets import Block, Change, Sketch
from indexcalc.analysis.stress.tables import SHARES, SmallMarket, small_market
from indexcalc.analysis.stress.vocabulary import Vocabulary

DAYS = tuple(dt.date(2024, 1, day) for day in (2, 3, 4))
WORDS = Vocabulary(
    texts={"market": ("KOSPI", "other"), "sector": ("(each)", "g1", "g2")},
    numbers={"traded_value": (Fraction(5),)},
    sizes=(Fraction(1_000_000),),
    designations=("halted",),
    sessions=(DAYS[:2], DAYS),
    least=1,
    given=(),
    weighed=(),
    currency="KRW",
    weekdays=None,
)
BLOCK = Block(
    lines=2, unit=0, times=3, labels=(0, 0), numbers=((0, 4),), float_percent=50, listed=0
)
ONE = Block(lines=1, unit=0, times=1, labels=(1, 2), numbers=((0, 0),), float_percent=100, listed=1)


def made(*changes: Change, reviews: int = 2) -> SmallMarket:
    return small_market(Sketch(reviews=reviews, blocks=(BLOCK, ONE), changes=changes), WORDS)


def closes(small: SmallMarket) -> list[tuple[str, str, float]]:
    return [(str(row["date"]), row["symbol"], row["close"]) for row in small.rows["daily"]]


def test_blocks_are_lines_with_prices_that_make_their_size() -> None:
    """3 x 1,000,000 over 10,000 shares: 300; the third line, listed on the second session, has 100."""
    small = made(reviews=1)
    assert (small.lines, small.fewest, small.sessions) == (3, 2, DAYS[:2])
    assert closes(small) == [
        ("2024-01-02", "A0001", 300),
        ("2024-01-02", "A0002", 300),
        ("2024-01-03", "A0001", 300),
        ("2024-01-03", "A0002", 300),
        ("2024-01-03", "A0003", 100),
    ]
    first, *_, last = small.rows["daily"]
    assert (first["shares_outstanding"], first["traded_value"]) == (SHARES, 20)  # 4 units of 5
    assert last["traded_value"] == 500  # nothing drawn: a hundred units
    names = {row["symbol"]: row for row in small.rows["securities"]}
    # Each line of the first block has another sector; that of the second is the label drawn.
    assert [names[f"A000{n}"]["sector"] for n in (1, 2, 3)] == ["g1", "g2", "g2"]
    assert [names[f"A000{n}"]["market"] for n in (1, 2, 3)] == ["KOSPI", "KOSPI", "other"]
    assert names["A0003"]["listing_date"] == DAYS[1]
    assert names["A0001"]["listing_date"] < DAYS[0]
    assert [row["float_factor"] for row in small.rows["float_factors"]] == [0.5, 0.5, 1.0]
    assert small.rows["designations"] == []


def test_a_price_halves_from_a_session_on() -> None:
    """Choice 0 of the steps is a half: 300 becomes 150, on the third session."""
    small = made(Change(what="price", block=0, session=2, to=0))
    prices = {(day, symbol): close for day, symbol, close in closes(small)}
    assert prices["2024-01-03", "A0001"] == 300
    assert prices["2024-01-04", "A0001"] == 150
    assert prices["2024-01-04", "A0003"] == 100


def test_a_block_that_leaves_has_no_rows_from_then_on() -> None:
    small = made(Change(what="leaves", block=0, session=1, to=0))
    assert {symbol for day, symbol, _ in closes(small) if day > "2024-01-02"} == {"A0003"}
    gone = {row["symbol"]: row.get("delisting_date") for row in small.rows["securities"]}
    assert gone == {"A0001": DAYS[1], "A0002": DAYS[1], "A0003": None}
    assert small.fewest == 1


def test_a_float_factor_a_designation_trading_and_a_label_change_on_their_day() -> None:
    small = made(
        Change(what="float", block=1, session=2, to=3),  # the fourth of the factors: 10 %
        Change(what="designated", block=0, session=1, to=0),
        Change(what="traded", block=0, session=2, to=0),
        Change(what="label", block=0, session=1, to=2),  # column 0, its label number 1
    )
    factors = [
        (str(row["effective_date"]), row["float_factor"])
        for row in small.rows["float_factors"]
        if row["symbol"] == "A0003"
    ]
    assert [item for item in factors if item[0] >= "2024"] == [("2024-01-04", 0.1)]
    assert [(row["symbol"], row["from"], row["kind"]) for row in small.rows["designations"]] == [
        ("A0001", DAYS[1], "halted"),
        ("A0002", DAYS[1], "halted"),
    ]
    traded = {(str(row["date"]), row["symbol"]): row["traded_value"] for row in small.rows["daily"]}
    assert (traded["2024-01-03", "A0001"], traded["2024-01-04", "A0001"]) == (20, 0)
    labels = [
        (str(row["valid_from"]), row["market"])
        for row in small.rows["securities"]
        if row["symbol"] == "A0001"
    ]
    assert [label for _, label in labels] == ["KOSPI", "other"]
    assert labels[1][0] == "2024-01-03"


def test_a_change_of_a_block_that_is_not_listed_changes_nothing() -> None:
    late = Change(what="price", block=1, session=1, to=3)
    gone = Change(what="leaves", block=1, session=2, to=0)
    after = Change(what="price", block=1, session=2, to=3)
    assert closes(made(late, gone)) == closes(made(late, gone, after))


def test_the_market_has_the_rows_and_the_text_says_them_once() -> None:
    small = made(reviews=1)
    market = small.market()
    assert market.complete
    assert [len(market.days), len(market.symbols)] == [2, 3]
    text = small.text("  ")
    assert "symbol: [A0001..A0002]" in text
    assert text.count("close: 300") == 1  # both lines and both days together
    assert "date: [2024-01-02, 2024-01-03], symbol: [A0001..A0002]" in text
    assert "  designations: []" in text


def test_first_lists_and_weights_that_a_rule_is_given() -> None:
    words = replace(
        WORDS, given=("mine",), weighed=("mine",), weekdays=(DAYS[0], dt.date(2024, 1, 7))
    )
    small = small_market(Sketch(reviews=1, blocks=(BLOCK, ONE), changes=()), words)
    assert [(row["index"], row["symbol"]) for row in small.rows["memberships"]] == [
        ("mine", "A0001"),
        ("mine", "A0002"),
    ]
    assert len(small.rows["weight_factors"]) == 2 + 3
    # 6 and 7 January 2024 are a weekend.
    assert [row["date"].day for row in small.rows["sessions"]] == [2, 3, 4, 5]
