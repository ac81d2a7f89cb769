"""Base, returns, underlying and overlays as a rule writes them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.values.values import Points, Share
from tests.unit.methodology.small_rule import HEAD, found_in, rule

OVERLAY = """\
index: small
currency: KRW
calendar: XKRX
base: {date: 2000-01-04, level: 100}
underlying: {index: other, return: gross}
"""


def overlay(said: str) -> Methodology:
    return Methodology.from_text(f"{OVERLAY}overlay: {said}\n")


def codes(text: str) -> list[str]:
    return [found[0] for found in found_in(text)]


def test_price_returns_unless_more_is_said() -> None:
    assert rule().returns.kinds == ("price",)
    read = rule("returns: {kinds: [price, net], withholding: {KR: 15.4%, US: 30%}}\n").returns
    assert read.withholding is not None
    rates = dict(read.withholding.value.by_country)  # type: ignore[union-attr]
    assert {country: share.exact for country, share in rates.items()} == {
        "KR": Fraction(154, 1000),
        "US": Fraction(3, 10),
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("returns: {kinds: [price, net]}\n", "RUL002"),
        ("returns: {kinds: [price, price]}\n", "RUL018"),
        ("returns: {kinds: dividends}\n", "RUL004"),
        ("returns: {withholding: {Korea: 15.4%}}\n", "RUL008"),
        ("published: {decimals: 13}\n", "RUL011"),
        ("rounding: {divisor: -1}\n", "RUL011"),
        ("sources: [{what: all, ref: book, confidence: sure}]\n", "RUL004"),
    ],
)
def test_what_cannot_be_said(text: str, code: str) -> None:
    assert codes(HEAD + text) == [code]


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("{date: 2000-01-04, level: 0}", "RUL011"),
        ("{date: 2000-01-04}", "RUL002"),
        (
            "{date: 2000-01-04, level: 100, anchors: "
            "[{on: 2010-01-04, level: 90}, {on: 2005-01-03, level: 80}]}",
            "DTE002",
        ),
        ("{date: 2000-01-04, level: 100, anchors: [{on: 1999-01-04, level: 90}]}", "DTE002"),
    ],
)
def test_a_base_that_cannot_be(base: str, code: str) -> None:
    assert codes(HEAD.replace("{date: 2000-01-04, level: 100}", base)) == [code]


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("{leverage: 2, reset: daily}", "leverage"),
        ("{decrement: 5%, day_count: ACT/365}", "decrement"),
        (
            "{hedge: USD, ratio: 100%, roll: last session of month, forward: 1 month, adjust: daily}",
            "hedge",
        ),
        ("{conversion: spot}", "conversion"),
        (
            "{risk_control: {target: 10%, leverage_max: 150%, lag: 2 sessions, "
            "estimators: [{decay: 94%}]}}",
            "risk_control",
        ),
    ],
)
def test_the_form_of_an_overlay(said: str, form: str) -> None:
    read = overlay(said).overlay
    assert read is not None
    assert read.form == form


@pytest.mark.parametrize(("text", "kind"), [("5%", Share), ("50 points", Points)])
def test_a_decrement_is_a_share_or_points(text: str, kind: type) -> None:
    read = overlay(f"{{decrement: {text}, day_count: ACT/365}}").overlay
    assert read is not None
    assert read.decrement is not None
    assert isinstance(read.decrement.value, kind)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("{leverage: 2}", ["RUL002"]),
        ("{leverage: 2, reset: daily, floor: 10}", ["RUL012"]),
        ("{leverage: 2, reset: daily, conversion: spot}", ["RUL012", "RUL012"]),
        ("{decrement: 50 points, day_count: ACT/365, method: geometric}", ["RUL012"]),
        (
            "{risk_control: {target: 10%, leverage_max: 0, lag: 2 sessions, estimators: [{decay: 94%}]}}",
            ["RUL011"],
        ),
        (
            "{risk_control: {target: 10%, leverage_max: 150%, lag: 2 sessions, "
            "estimators: [{window: 20 sessions, seed: 10%}]}}",
            ["RUL012"],
        ),
    ],
)
def test_an_overlay_that_cannot_be(said: str, found: list[str]) -> None:
    assert codes(f"{OVERLAY}overlay: {said}\n") == found


@pytest.mark.parametrize(
    "said",
    [
        "{index: other, return: net, levels: published, withholding: 15.4%}",
        "{index: other, return: net, currency: USD}",
    ],
)
def test_an_underlying_says_only_what_is_its_own(said: str) -> None:
    text = OVERLAY.replace("{index: other, return: gross}", said)
    assert codes(text + "overlay: {conversion: spot}\n") == ["RUL012"]
