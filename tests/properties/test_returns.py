"""Gross and net returns of random histories in two currencies equal those of funds in fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calculation import small

CLOSE = 1e-12
TAXES = {"KR": Fraction(154, 1000), "US": Fraction(22, 100), "IE": Fraction(0)}
WITHHOLDING = "withholding: {KR: 15.4%, US: 22%, IE: 0%}"


@dataclass
class Line:
    """A line with a price on every session; a dividend and a split factor for some of them."""

    symbol: str
    foreign: bool
    country: str
    prices: list[int]
    splits: dict[int, int]
    dividends: dict[int, int]


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    n = draw(st.integers(2, 7))
    made = []
    for symbol in "ABC"[: draw(st.integers(1, 3))]:
        prices = draw(st.lists(st.integers(60, 90), min_size=n, max_size=n))
        later = st.integers(1, n - 1)
        made.append(
            Line(
                symbol,
                draw(st.booleans()),
                draw(st.sampled_from(sorted(TAXES))),
                prices,
                draw(st.dictionaries(later, st.sampled_from([2, 5]), max_size=1)),
                draw(st.dictionaries(later, st.integers(1, 9), max_size=3)),
            )
        )
    return made


def closes(line: Line) -> list[Fraction]:
    """What is quoted: the path over all splits up to the session."""
    made, factor = [], 1
    for session, price in enumerate(line.prices):
        factor *= line.splits.get(session, 1)
        made.append(Fraction(price, factor))
    return made


def counts(line: Line) -> list[int]:
    made, factor = [], 1000
    for session in range(len(line.prices)):
        factor *= line.splits.get(session, 1)
        made.append(factor)
    return made


def market(made: list[Line], dollar: list[int]) -> Any:
    return small.market(
        *(
            small.line(one.symbol, [float(price) for price in closes(one)], counts(one))
            for one in made
        ),
        securities=[
            {
                "symbol": one.symbol,
                "currency": "USD" if one.foreign else "KRW",
                "country": one.country,
            }
            for one in made
        ],
        fx=[
            {
                "date": small.day(session),
                "from_currency": "USD",
                "to_currency": "KRW",
                "rate": float(rate),
            }
            for session, rate in enumerate(dollar)
        ],
        corporate_actions=[
            small.action(one.symbol, session, "split", ratio=ratio)
            for one in made
            for session, ratio in one.splits.items()
        ],
        dividends=[
            small.dividend(one.symbol, session, amount / 16)
            for one in made
            for session, amount in one.dividends.items()
        ],
        memberships=small.given(*(one.symbol for one in made)),
    )


def fund(made: list[Line], dollar: list[int], kept: dict[str, Fraction], order: str) -> list[float]:
    """Owns every share at the close before, is paid, and counts at the close."""
    level, path = Fraction(1000), [1000.0]
    for session in range(1, len(dollar)):
        before = now = cash = Fraction(0)
        for one in made:
            price, rate = closes(one), dollar if one.foreign else [1] * len(dollar)
            held = counts(one)[session - 1]
            paid = Fraction(one.dividends.get(session, 0), 16) * kept[one.country]
            before += held * price[session - 1] * rate[session - 1]
            now += held * one.splits.get(session, 1) * price[session] * rate[session]
            cash += held * paid * rate[session if order == "after" else session - 1]
        growth = (now + cash) / before if order == "after" else now / before * (1 + cash / before)
        level *= growth
        path.append(float(level))
    return path


@given(
    lines(),
    st.lists(st.integers(3, 9), min_size=7, max_size=7),
    st.sampled_from(["after", "before"]),
)
def test_returns_are_those_of_funds(made: list[Line], dollar: list[int], order: str) -> None:
    dollar = dollar[: len(made[0].prices)]
    text = small.CAP + f"returns: {{kinds: [price, gross, net], order: {order}, {WITHHOLDING}}}\n"
    run = small.run(text, market(made, dollar))
    # Rates that leap are told of; here they are meant.
    assert [item.code for item in run.diagnostics if item.code != "DAT053"] == []
    whole = dict.fromkeys(TAXES, Fraction(1))
    net = {country: 1 - tax for country, tax in TAXES.items()}
    nothing = dict.fromkeys(TAXES, Fraction(0))
    for column, kept in (("level", nothing), ("level_tr", whole), ("level_ntr", net)):
        assert small.levels(run, column) == pytest.approx(
            fund(made, dollar, kept, order), rel=CLOSE
        )


@given(
    lines(),
    st.lists(st.integers(3, 9), min_size=7, max_size=7),
    st.sampled_from([small.CAP, small.EQUAL]),
    st.sampled_from(["order: after", "order: before", "reinvest: paying_stock"]),
)
def test_gross_is_no_less_than_net_nor_net_than_price(
    made: list[Line], dollar: list[int], text: str, how: str
) -> None:
    over = market(made, dollar)
    kinds = "kinds: [price, gross, net]"
    run = small.run(text + f"returns: {{{kinds}, {how}, {WITHHOLDING}}}\n", over)
    price, gross, net = (small.levels(run, name) for name in ("level", "level_tr", "level_ntr"))
    slack = 1 + CLOSE
    # Shares of the payer alone may do worse than the index.
    for p, g, n in zip(price, gross, net, strict=True) if "order" in how else ():
        assert g * slack >= n
        assert n * slack >= p
    free = small.run(text + f"returns: {{{kinds}, {how}, withholding: 0%}}\n", over)
    assert small.levels(free, "level_ntr") == gross
