"""Each event under each scheme: the ratio is that of a fund that holds, trades at the close and
receives (``tests.oracle.fund``), written out here step by step.

Three lines at 100 on session 1, where the index starts: A has 1,000 shares, B 2,000 and C 500.  The
event is on session 2 and happens to A.  A cap-weighted fund has 1,000 : 2,000 : 500 shares, an
equal-weighted one the same money in each, a price-weighted one a share of each.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.fund import Fund
from tests.unit.calculation import small
from tests.unit.calculation.small import action, dividend, line, market

CLOSE = 1e-13
CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
PRICE = small.GIVEN + "weighting: {scheme: price}\n"
SCHEMES = {"cap": CAP, "equal": small.EQUAL, "price": PRICE}
START = {
    "cap": {"A": 1000.0, "B": 2000.0, "C": 500.0},
    "equal": {"A": 10.0, "B": 10.0, "C": 10.0},
    "price": {"A": 1.0, "B": 1.0, "C": 1.0},
}
AT_100 = {"A": 100.0, "B": 100.0, "C": 100.0}
BEFORE = 100.0


def run(
    scheme: str,
    closes: list[float | None],
    shares: list[int] | int = 1000,
    others: tuple[list[dict[str, Any]], ...] = (),
    said: str = "",
    **tables: list[dict[str, Any]],
) -> Any:
    """A run over A's closes and shares from session 0 on; B goes to 110, C to 95 on session 2."""
    text = SCHEMES[scheme]
    if said:
        text = (
            text.replace("average_weight}", f"average_weight, {said}}}")
            if "joins_at" in text
            else text + f"maintenance: {{{said}}}\n"
        )
    n = len(closes)
    over = market(
        line("A", closes, shares),
        line("B", [100, 100, *[110] * (n - 2)], 2000),
        line("C", [100, 100, *[95] * (n - 2)], 500),
        *others,
        n_sessions=n,
        memberships=small.given("A", "B", "C"),
        **tables,
    )
    return small.run(text, over)


def worth(fund: Fund, **prices: float) -> float:
    return fund.worth({"B": 110.0, "C": 95.0, **prices})


def grown(scheme: str, happens: Any, put_back: bool = False, **prices: float) -> float:
    """Level of session 2 from 1,000: the fund's worth over what it cost.

    ``happens`` tells a fund what the event does.  An index whose shares are set takes money in or
    pays it out with all of its lines: the fund is bought with what it will receive, so that it has
    no cash after the event.  ``put_back``: what is received buys the line that paid, at its price
    without it, as an index does whose weights only trading moves.
    """
    fund = Fund(dict(START[scheme]))
    cost = fund.worth(AT_100)
    happens(fund)
    if put_back:
        # A's holding is worth what it was: 100 for each old share.
        a = (START[scheme]["A"] * BEFORE) - fund.cash
        fund.shares["A"] *= START[scheme]["A"] * BEFORE / a
        return 1000 * worth(Fund(fund.shares), **prices) / cost
    received, fund.cash = fund.cash, 0.0
    return 1000 * worth(fund, **prices) / (cost - received)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("kind", "m"),
    [
        ("split", 2.0),
        ("consolidation", 0.1),
        ("bonus", 4.0),
        ("stock_dividend", 1.25),
        ("capital_reduction", 0.4),
    ],
)
def test_share_actions(scheme: str, kind: str, m: float) -> None:
    """Ten per cent up on m for one.  A price-weighted index has one new share: it sells m - 1."""
    close = 110 / m
    made = run(
        scheme,
        [100, 100, close],
        [1000, 1000, round(1000 * m)],
        corporate_actions=[action("A", 2, kind, ratio=m)],
    )
    fund = Fund(dict(START[scheme]))
    if scheme == "price":
        fund.shares["A"] = 1 / m
    cost = fund.worth(AT_100)
    fund.split("A", m)
    level = 1000 * worth(fund, A=close) / cost
    assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)
    assert made.diagnostics == ()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("n", "s"), [(0.25, 60.0), (0.5, 99.0), (10.0, 1.0), (25.0, 0.5)], ids=str)
def test_rights_in_the_money(scheme: str, n: float, s: float) -> None:
    """Highly dilutive ones too.  A cap-weighted fund takes up its rights; a price-weighted one and
    one whose weights stay sell them for what they are worth: C less (C + n s) / (1 + n)."""
    ex = (100 + n * s) / (1 + n)
    close = 1.02 * ex
    rows = [action("A", 2, "rights", ratio=n, price=s)]
    made = run(
        scheme, [100, 100, close], [1000, 1000, round(1000 * (1 + n))], corporate_actions=rows
    )
    if scheme == "cap":
        level = grown("cap", lambda fund: fund.subscribes("A", n, s), A=close)
    else:
        level = grown(
            scheme, lambda fund: fund.paid("A", 100 - ex), put_back=scheme == "equal", A=close
        )
    assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)
    assert made.diagnostics == ()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_rights_counted_when_they_list(scheme: str) -> None:
    """Until the shares list (session 3) nobody has taken them up: the rights are sold."""
    n, s = 0.5, 60.0
    ex = 130 / 1.5
    rows = [action("A", 2, "rights", ratio=n, price=s)]
    made = run(
        scheme,
        [100, 100, 90, 90],
        [1000, 1000, 1000, 1500],
        said="rights: listing",
        corporate_actions=rows,
    )
    level = grown(scheme, lambda fund: fund.paid("A", 100 - ex), put_back=scheme == "equal", A=90.0)
    assert small.levels(made)[1:] == pytest.approx([level, level], rel=CLOSE)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("s", [100.0, 130.0])
def test_rights_out_of_the_money(scheme: str, s: float) -> None:
    rows = [action("A", 2, "rights", ratio=0.5, price=s)]
    made = run(scheme, [100, 100, 97], corporate_actions=rows)
    level = grown(scheme, lambda fund: None, A=97.0)
    assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)


@pytest.mark.parametrize("kind", ["special", "return_of_capital"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_special_dividends(scheme: str, kind: str) -> None:
    made = run(scheme, [100, 100, 90], dividends=[dividend("A", 2, 12, kind)])
    level = grown(scheme, lambda fund: fund.paid("A", 12), put_back=scheme == "equal", A=90.0)
    assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)


def test_special_dividends_with_weights_that_drift() -> None:
    """What is paid is put into all lines, and A's weight falls by it."""
    paid = [dividend("A", 2, 12, "special")]
    made = run("equal", [100, 100, 90], said="special_weight: drift", dividends=paid)
    level = grown("equal", lambda fund: fund.paid("A", 12), A=90.0)
    assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)
    weights = made.weights(small.day(2)).column("weight").to_pylist()
    assert weights == pytest.approx([88 / 288, 100 / 288, 100 / 288], rel=CLOSE)
    divisor = small.levels(made, "divisor")
    assert divisor[1] == pytest.approx(divisor[0] * 288 / 300, rel=CLOSE)


@pytest.mark.parametrize("drifts", [False, True])
def test_a_split_and_a_special_dividend_on_one_day(drifts: bool) -> None:
    """Twelve on the old share, then two for one; and the other way round on the new ones."""
    split = action("A", 2, "split", ratio=2)
    for place, ex, each in ((1, 44.0, 12.0), (3, 38.0, 24.0)):
        paid = [{**dividend("A", 2, 12, "special"), "sequence": place}]
        made = run(
            "equal",
            [100, 100, 45],
            [1000, 1000, 2000],
            said="special_weight: drift" if drifts else "special_weight: keep",
            corporate_actions=[{**split, "sequence": 2}],
            dividends=paid,
        )
        fund = Fund(dict(START["equal"]))
        fund.split("A", 2)
        cost = 3000.0
        if drifts:
            cost -= 10 * each
        else:
            fund.shares["A"] += 10 * each / ex
        level = 1000 * worth(fund, A=45.0) / cost
        assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_stock_dividend_of_another_company_leaves(scheme: str) -> None:
    """A tenth of D for each: sold at D's last close (25), or at the price the row gives (20)."""
    for price, each in ((None, 2.5), (20.0, 2.0)):
        terms = {"ratio": 0.1, "other_symbol": "D"} | ({"price": price} if price else {})
        made = run(
            scheme,
            [100, 100, 99],
            others=(line("D", [20, 25, 40], 100),),
            corporate_actions=[action("A", 2, "stock_dividend", **terms)],
        )
        level = grown(
            scheme,
            lambda fund, each=each: fund.paid("A", each),  # type: ignore[misc]
            put_back=scheme == "equal",
            A=99.0,
        )
        assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)
        assert made.diagnostics == ()


# -- spin-offs -------------------------------------------------------------------------------------

SPIN = action("A", 2, "spin_off", ratio=0.5, other_symbol="D")


def spun(scheme: str, first_trade: int, said: str = "", row: dict[str, Any] = SPIN) -> Any:
    """Half a D for each A (100, then 70); D trades at 50 and 60 from ``first_trade`` on."""
    n = 6
    closes: list[float | None] = [100, 100, 70, 70, 77, 77]
    others = (line("D", [50, 60][: n - first_trade], 500, start=first_trade),)
    return run(scheme, closes, others=others, said=said, corporate_actions=[row])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("first_trade", [2, 3, 4])
def test_a_spin_off_at_zero(scheme: str, first_trade: int) -> None:
    """D counts for nothing until it trades; its first close counts, and there it is sold."""
    made = spun(scheme, first_trade)
    fund = Fund(dict(START[scheme]))
    cost = fund.worth(AT_100)
    fund.handed("A", "D", 0.5)
    expected = [1000.0]
    a = [100, 100, 70, 70, 77, 77]
    for session in range(2, 6):
        d = {first_trade: 50.0, first_trade + 1: 60.0}.get(session, 0.0)
        expected.append(1000 * worth(fund, A=a[session], D=d) / cost)
        if session != first_trade:
            continue
        prices = {"A": float(a[session]), "B": 110.0, "C": 95.0, "D": 50.0}
        if scheme == "equal":
            # The proceeds are put into the parent.
            fund.sells("D", 50)
            fund.shares["A"] += fund.cash / prices["A"]
            fund.cash = 0.0
        else:
            fund.trades_to(START[scheme], prices)
    assert small.levels(made) == pytest.approx(expected, rel=CLOSE)
    assert made.diagnostics == ()
    added = [row for row in small.events(made, "added") if row[1] == "D"]
    removed = [row for row in small.events(made, "removed") if row[1] == "D"]
    assert added == [(2, "D", "added", None, 0.0)]
    assert removed == [(first_trade + 1, "D", "removed", 50.0, None)]
    held = small.held(made)
    for session in range(2, 6):
        assert ("D" in held[session]) == (session <= first_trade)
    scale = held[2]["A"]
    assert held[2]["D"] == pytest.approx(0.5 * scale, rel=CLOSE)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_valued_spin_off(scheme: str) -> None:
    """D is held at 45 until it trades at 50 on session 4; A is 100 less 22.5 from the start."""
    row = {**SPIN, "price": 45.0}
    made = spun(scheme, 4, "spin_off: valued", row)
    fund = Fund(dict(START[scheme]))
    cost = fund.worth(AT_100)
    fund.handed("A", "D", 0.5)
    a = {2: 70.0, 3: 70.0, 4: 77.0}
    expected = [
        1000 * worth(fund, A=a[session], D=50.0 if session == 4 else 45.0) / cost
        for session in (2, 3, 4)
    ]
    assert small.levels(made)[1:4] == pytest.approx(expected, rel=CLOSE)
    rows = [row for row in made.composition.to_pylist() if row["date"] == small.day(2)]
    base = {row["symbol"]: row["base_price"] for row in rows}
    assert (base["A"], base["D"]) == (pytest.approx(77.5), 45)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_spin_off_of_a_line_that_is_listed(scheme: str) -> None:
    """It has a price: held from it for a session, and sold at the next close."""
    made = run(
        scheme,
        [100, 100, 70, 70],
        others=(line("D", [50, 60, 54, 40], 500),),
        corporate_actions=[SPIN],
    )
    fund = Fund(dict(START[scheme]))
    cost = fund.worth(AT_100)
    fund.handed("A", "D", 0.5)
    level = 1000 * worth(fund, A=70.0, D=54.0) / cost
    assert small.levels(made)[1:] == pytest.approx([level, level], rel=CLOSE)


def test_a_spin_off_where_the_exchange_rebases_the_parent_holds_nothing() -> None:
    """KRX: the survivor reopens at 72; the value is gone, and the new line comes in by the rule."""
    rows = [SPIN, {**action("A", 2, "base_price", price=72), "sequence": 2}]
    for scheme in SCHEMES:
        made = run(
            scheme,
            [100, 100, 70],
            others=(line("D", [50], 500, start=2),),
            corporate_actions=rows,
        )
        level = grown(scheme, lambda fund: fund.paid("A", 28), put_back=scheme == "equal", A=70.0)
        assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)
        assert "D" not in small.held(made)[2]


def test_a_spin_off_and_a_split_on_one_day() -> None:
    """Half a D for each old A, then two for one; or for each new one, if the split comes first."""
    for place, children in ((1, 0.5), (3, 1.0)):
        for scheme in SCHEMES:
            made = run(
                scheme,
                [100, 100, 35],
                [1000, 1000, 2000],
                others=(line("D", [50], 500, start=2),),
                corporate_actions=[
                    {**SPIN, "sequence": place},
                    {**action("A", 2, "split", ratio=2), "sequence": 2},
                ],
            )
            fund = Fund(dict(START[scheme]))
            if scheme == "price":
                fund.shares["A"] = 0.5
            cost = fund.worth(AT_100)
            fund.handed("A", "D", children)
            fund.split("A", 2)
            level = 1000 * worth(fund, A=35.0, D=50.0) / cost
            assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)


# -- mergers, tenders, bankruptcies ----------------------------------------------------------------


def ended(
    scheme: str, row: dict[str, Any], b_shares: list[int] | None = None, said: str = ""
) -> Any:
    """A has rows up to session 2, at 90; the row goes ex on session 3, after which B is at 120."""
    text = SCHEMES[scheme]
    if said:
        text += f"maintenance: {{{said}}}\n"
    over = market(
        line("A", [100, 100, 90]),
        line("B", [100, 100, 110, 120], [2000] * 4 if b_shares is None else b_shares),
        line("C", [100, 100, 95, 95], 500),
        n_sessions=4,
        memberships=small.given("A", "B", "C"),
        corporate_actions=[row],
    )
    return small.run(text, over)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("kind", "terms", "last"),
    [
        ("merger", {"amount": 93.0}, 90.0),
        ("merger", {"amount": 93.0, "final_price": 93.0}, 93.0),
        ("tender", {"final_price": 93.0}, 93.0),
        ("bankruptcy", {}, 0.0),
        ("bankruptcy", {"final_price": 4.0}, 4.0),
        ("merger", {"ratio": 0.8, "other_symbol": "elsewhere"}, 90.0),
    ],
)
def test_a_line_that_ends_leaves_at_its_last_price(
    scheme: str, kind: str, terms: dict[str, Any], last: float
) -> None:
    """The fund holds A at its last price, is paid that, and puts it into the two that stay."""
    made = ended(scheme, action("A", 3, kind, **terms))
    fund = Fund(dict(START[scheme]))
    cost = fund.worth(AT_100)
    day_2 = 1000 * worth(fund, A=last) / cost
    stays = {name: START[scheme][name] for name in ("B", "C")}
    fund.trades_to(stays, {"A": last, "B": 110.0, "C": 95.0})
    day_3 = 1000 * fund.worth({"B": 120.0, "C": 95.0}) / cost
    assert small.levels(made) == pytest.approx([1000, day_2, day_3], rel=CLOSE)
    assert made.diagnostics == ()
    assert small.events(made, kind) == [(3, "A", kind, 90.0, last)]


@pytest.mark.parametrize("shares", [None, [2000, 2000, 2000, 2800]], ids=["later", "at once"])
def test_a_merger_in_shares_goes_to_the_acquirer(shares: list[int] | None) -> None:
    """0.8 B for each A: 800 more, whether the exchange lists them at once or later."""
    made = ended("cap", action("A", 3, "merger", ratio=0.8, other_symbol="B"), shares)
    fund = Fund(dict(START["cap"]))
    cost = fund.worth(AT_100)
    day_2 = 1000 * worth(fund, A=90.0) / cost
    # A share of A is 0.8 of B, worth 88: the two that are missing come out of all lines.
    fund.trades_to({"B": 2800.0, "C": 500.0}, {"A": 90.0, "B": 110.0, "C": 95.0})
    day_3 = 1000 * fund.worth({"B": 120.0, "C": 95.0}) / cost
    assert small.levels(made) == pytest.approx([1000, day_2, day_3], rel=CLOSE)
    assert small.held(made)[3]["B"] == 2800
    assert made.diagnostics == ()


def test_a_merger_in_shares_where_shares_are_fixed_between_reviews() -> None:
    row = action("A", 3, "merger", ratio=0.8, other_symbol="B")
    for said in ("shares: at_rebalance", "shares: {threshold: 50%}"):
        made = ended("cap", row, said=said)
        assert small.held(made)[3]["B"] == 2800


def test_shares_issued_for_a_target_count_by_the_float_of_the_acquirer() -> None:
    """As when they list: 2,800 at 60 % from session 3 on, though 50 % of the target counted."""
    text = small.GIVEN + "weighting: {scheme: float_market_cap}\n"
    floats = {"A": 0.5, "B": 0.6, "C": 1.0}
    over = market(
        line("A", [100, 100, 90]),
        line("B", [100, 100, 110, 120, 120], [2000] * 4 + [2800]),
        line("C", [100, 100, 95, 95, 95], 500),
        n_sessions=5,
        memberships=small.given("A", "B", "C"),
        corporate_actions=[action("A", 3, "merger", ratio=0.8, other_symbol="B")],
        float_factors=[
            {"symbol": name, "effective_date": small.day(0), "float_factor": factor}
            for name, factor in floats.items()
        ],
    )
    held = small.held(small.run(text, over))
    assert [held[session]["B"] for session in (2, 3, 4)] == [
        pytest.approx(value, rel=CLOSE) for value in (1200, 1680, 1680)
    ]


def test_a_merger_in_shares_where_weights_are_set() -> None:
    """The fund swaps: 8 B for its 10 A; and nothing is traded, so the divisor stays where the swap
    is worth what it gives up (88 for 90 is 2 less a share)."""
    made = ended("equal", action("A", 3, "merger", ratio=0.8, other_symbol="B"))
    fund = Fund(dict(START["equal"]))
    cost = fund.worth(AT_100)
    worth_2 = worth(fund, A=90.0)
    fund.swapped("A", "B", 0.8)
    worth_after = worth(fund)
    day_3 = 1000 * worth_2 / cost * fund.worth({"B": 120.0, "C": 95.0}) / worth_after
    assert small.levels(made) == pytest.approx([1000, 1000 * worth_2 / cost, day_3], rel=CLOSE)
    held = small.held(made)
    assert held[3]["B"] == pytest.approx(1.8 * held[2]["B"], rel=CLOSE)


def test_a_mixed_merger_gives_shares_and_leaves_cash() -> None:
    made = ended(
        "cap", action("A", 3, "merger", ratio=0.4, amount=46.0, other_symbol="B", final_price=92.0)
    )
    fund = Fund(dict(START["cap"]))
    cost = fund.worth(AT_100)
    prices = {"A": 92.0, "B": 110.0, "C": 95.0}
    day_2 = 1000 * fund.worth(prices) / cost
    fund.trades_to({"B": 2400.0, "C": 500.0}, prices)
    day_3 = 1000 * fund.worth({"B": 120.0, "C": 95.0}) / cost
    assert small.levels(made) == pytest.approx([1000, day_2, day_3], rel=CLOSE)


def test_new_shares_of_a_takeover_count_until_they_list() -> None:
    """Halted on session 3 and deleted then for its merger, which goes ex on session 5; the 800 list
    with it.  B's listed shares are 2,000 until then, and the index has 2,800 all along."""
    rule = CAP + "maintenance: {deletions: [{on: merger, effective: halt, replace_from: none}]}\n"
    row = {**action("A", 5, "merger", ratio=0.8, other_symbol="B"), "known_at": small.day(1)}
    over = market(
        line("A", [100, 100, 90, 90, 90], volume={3: 0, 4: 0}),
        line("B", [100, 100, 110, 120, 120, 120], [2000] * 5 + [2800]),
        line("C", [100, 100, 95, 95, 95, 95], 500),
        n_sessions=6,
        memberships=small.given("A", "B", "C"),
        corporate_actions=[row],
        designations=[{"symbol": "A", "from": small.day(3), "kind": "halted"}],
        securities=[
            {
                "symbol": "A",
                "valid_from": small.day(0),
                "delisting_date": small.day(5),
                "successor": "B",
                "known_at": small.day(1),
            }
        ],
    )
    made = small.run(rule, over)
    held = small.held(made)
    assert [held[session].get("A") for session in (2, 3, 4, 5)] == [1000, None, None, None]
    assert [held[session]["B"] for session in (2, 3, 4, 5)] == [2000, 2800, 2800, 2800]
    assert len(small.events(made, "shares_received")) == 2


def test_a_line_that_trades_after_it_ended_stays_and_is_told() -> None:
    made = run(
        "cap",
        [100, 100, 80, 60],
        corporate_actions=[action("A", 3, "tender", final_price=95.0)],
    )
    (found,) = made.diagnostics
    assert (found.code, found.severity, found.where) == (
        "CAL011",
        "error",
        f"test A {small.day(3)}",
    )
    # From the session after on it is as if nothing had been said.
    expected = (60 * 1000 + 110 * 2000 + 95 * 500) / 350
    assert small.levels(made)[2] == pytest.approx(expected, rel=CLOSE)


def test_a_line_that_ended_comes_back_only_when_it_trades() -> None:
    """Where no row means nothing, and where the exchange prints a price without a trade."""
    rows = [action("A", 3, "bankruptcy")]
    for complete, prices, volume in (
        (False, [100, 100, 90], {}),
        (True, [100, 100, 90, 90, 90], {3: 0, 4: 0}),
        (True, [100, 100, 90, 5, 5], {3: 0, 4: 0}),
    ):
        over = market(
            line("A", prices, volume=volume),
            line("B", [100, 100, 110, 120, 130], 2000),
            n_sessions=5,
            complete=complete,
            corporate_actions=rows,
        )
        made = small.run(small.CAP, over)
        day_2 = 1000 * 220_000 / 300_000
        assert small.levels(made) == pytest.approx(
            [1000, 1000, day_2, day_2 * 120 / 110, day_2 * 130 / 110], rel=CLOSE
        )
        assert made.diagnostics == ()


def test_equal_weights_that_begin_on_the_day_a_member_ends_at_nothing() -> None:
    """The index starts at the close of session 1, which is A's last: it is worth nothing there."""
    over = market(
        line("A", [100, 90]),
        line("B", [100, 100, 110], 2000),
        line("C", [50, 50, 60], 500),
        n_sessions=3,
        complete=True,
        memberships=[
            {"index": "test", "effective_date": small.day(1), "symbol": symbol} for symbol in "ABC"
        ],
        corporate_actions=[action("A", 2, "bankruptcy")],
    )
    made = small.run(small.EQUAL, over)
    # B and C, as much of each: (110/100 + 60/50) / 2.
    assert small.levels(made) == pytest.approx([1000, 1150], rel=CLOSE)
    assert all(value == value for value in made.constituents["weight"].to_pylist())


# -- several at once -------------------------------------------------------------------------------


def test_shares_and_float_change_with_a_split() -> None:
    """Two for one, five per cent more shares, and a float factor from 50 to 60 % at a review."""
    rule = (
        small.GIVEN.replace("months: [1]", "months: [2, 3]")
        .replace("effective: first session of month", "effective: first session of month")
        .replace("selection: given", "selection: {steps: [{select: all}]}")
        + "weighting: {scheme: float_market_cap}\n"
    )
    n = 65
    split_on = 59  # 2024-03-01, the first session of the month; the index starts a month before
    closes: list[float | None] = [100.0] * split_on + [52.0] * (n - split_on)
    counts = [1000] * split_on + [2100] * (n - split_on)
    over = market(
        line("A", closes, counts),
        line("B", [100.0] * n, 2000),
        n_sessions=n,
        corporate_actions=[action("A", split_on, "split", ratio=2)],
        float_factors=[
            {"symbol": "A", "effective_date": small.day(0), "float_factor": 0.5},
            {
                "symbol": "A",
                "effective_date": small.day(split_on),
                "float_factor": 0.6,
                "known_at": small.day(40),
            },
            {"symbol": "B", "effective_date": small.day(0), "float_factor": 1.0},
        ],
    )
    made = small.run(rule, over)
    fund = Fund({"A": 500.0, "B": 2000.0})
    cost = fund.worth({"A": 100.0, "B": 100.0})
    # It trades at the close before, to what it will hold: 2,100 x 0.6 new shares are 630 old ones.
    fund.trades_to({"A": 630.0, "B": 2000.0}, {"A": 100.0, "B": 100.0})
    fund.split("A", 2)
    level = 1000 * fund.worth({"A": 52.0, "B": 100.0}) / cost
    assert small.levels(made)[-1] == pytest.approx(level, rel=CLOSE)


@pytest.mark.parametrize("said", ["spin_off: zero", "spin_off: valued"])
def test_the_daily_limit_is_no_judge_of_a_spin_off(said: str) -> None:
    """A falls by more than half with its child, or by less than the row's value: both are returns."""
    row = {**SPIN, "price": 120.0}
    over = market(
        line("A", [100, 100, 45]),
        line("B", [100, 100, 100], 2000),
        line("C", [100, 100, 100], 500),
        line("D", [100], 500, start=2),
        n_sessions=3,
        memberships=small.given("A", "B", "C"),
        corporate_actions=[row],
        facts={"price_limit": 0.05},
    )
    made = small.run(CAP + f"maintenance: {{{said}}}\n", over)
    assert made.diagnostics == ()
    level = 1000 * (45_000 + 500 * 100 + 250_000) / 350_000
    assert small.levels(made)[1:] == pytest.approx([level], rel=CLOSE)


def test_a_base_price_of_the_exchange_ends_the_spin_off_as_a_row_does() -> None:
    """The column says 72 for the parent: nothing of D is held.  At 100 it says nothing of a spin-off."""
    for said, holds in ((72.0, False), (100.0, True)):
        over = market(
            line("A", [100, 100, 70], base={2: said}),
            line("B", [100, 100, 110], 2000),
            line("C", [100, 100, 95], 500),
            line("D", [50], 500, start=2),
            memberships=small.given("A", "B", "C"),
            corporate_actions=[SPIN],
        )
        for text in SCHEMES.values():
            made = small.run(text, over)
            assert ("D" in small.held(made)[2]) == holds
            assert made.diagnostics == ()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_dividend_on_the_day_rights_go_ex_is_that_of_the_old_shares(scheme: str) -> None:
    """Five on each share held before: the fund's own A, before it takes up or sells its rights."""
    n, s, ex = 0.5, 60.0, 130 / 1.5
    text = SCHEMES[scheme] + "returns: {kinds: [price, gross]}\n"
    over = market(
        line("A", [100, 100, 90], [1000, 1000, 1500]),
        line("B", [100, 100, 110], 2000),
        line("C", [100, 100, 95], 500),
        memberships=small.given("A", "B", "C"),
        corporate_actions=[action("A", 2, "rights", ratio=n, price=s)],
        dividends=[dividend("A", 2, 5)],
    )
    made = small.run(text, over)
    fund = Fund(dict(START[scheme]))
    cost, paid = fund.worth(AT_100), 5 * fund.shares["A"]
    if scheme == "cap":
        fund.subscribes("A", n, s)
        cost -= fund.cash
    elif scheme == "equal":
        fund.shares["A"] *= 100 / ex
    else:
        cost -= 100 - ex
    fund.cash = 0.0
    total = 1000 * (worth(fund, A=90.0) + paid) / cost
    assert small.levels(made, "level_tr")[1:] == pytest.approx([total], rel=CLOSE)


def test_a_rebalance_while_a_spun_off_line_is_held() -> None:
    """A month of half a D for each A at 45, and no trade: the rebalance of 2024-03-01 splits the money in
    A, B and C in three and leaves D; D trades at 50 two sessions later, and goes into A."""
    text = (
        small.HEAD.replace("2024-01-02", "2024-02-01")
        + "universe: {where: {symbol: {not_in: [D]}}}\n"
        + "review: {months: [2, 3], effective: first session of month, "
        + "cutoff: 1 session before effective}\n"
        + "weighting: {scheme: equal}\n"
        + "maintenance: {joins_at: average_weight, spin_off: valued}\n"
    )
    n, out, reset, trades = 65, 40, 59, 61
    prices: dict[str, list[float | None]] = {
        "A": [100.0] * out + [80.0] * (n - out),
        "B": [100.0] * 50 + [130.0] * (n - 50),
        "C": [100.0] * 62 + [90.0] * (n - 62),
    }
    over = market(
        *(line(name, closes) for name, closes in prices.items()),
        line("D", [50.0] * (n - trades), 500, start=trades),
        n_sessions=n,
        corporate_actions=[
            action("A", out, "spin_off", ratio=0.5, price=45, other_symbol="D"),
        ],
    )
    made = small.run(text, over)
    fund = Fund({"A": 10.0, "B": 10.0, "C": 10.0})
    expected = []
    for at in range(30, n):
        if at == out:
            fund.handed("A", "D", 0.5)
        last = {name: float(closes[at - 1] or 0) for name, closes in prices.items()}
        if at == reset:
            third = sum(fund.shares[name] * last[name] for name in "ABC") / 3
            fund.shares |= {name: third / last[name] for name in "ABC"}
        if at == trades + 1:
            fund.sells("D", 50)
            fund.shares["A"] += fund.cash / last["A"]
            fund.cash = 0.0
        now = {name: float(closes[at] or 0) for name, closes in prices.items()}
        expected.append(fund.worth({**now, "D": 45.0 if at < trades else 50.0}) / 3)
    assert small.levels(made) == pytest.approx(expected, rel=1e-12)
    assert made.diagnostics == ()
