"""Overlays against what they stand on: one level, no members, a currency of their own."""

from __future__ import annotations

import pytest

from indexcalc.methodology.check.findings_in_place import Checking
from indexcalc.methodology.check.overlay import check_overlay
from indexcalc.methodology.load.family import load_family
from tests.unit.methodology.small_rule import HEAD, rule

TWICE = "index: twice\nunderlying: {index: small, return: price}\noverlay: {leverage: 2, reset: daily}\n"


def said(underlying: str, overlay: str, more: str = "") -> list[tuple[str, str]]:
    """Code and place of what is found in an overlay on `small` (in KRW) or on `twice`, an overlay."""
    text = f"index: over\nunderlying: {{{underlying}}}\noverlay: {{{overlay}}}\n{more}"
    family = load_family([rule(), rule("", TWICE), rule("", text)])
    checking = Checking(family["over"], family.rules)
    check_overlay(checking)
    return [(item.code, item.where) for item in checking.findings.items]


PUBLISHED = "index: yours, levels: published, return: price"
OWN = "currency: KRW\ncalendar: XKRX\nbase: {date: 2000-01-04, level: 100}\n"
LEVERAGE = "leverage: 2, reset: daily"
HEDGE = "hedge: USD, ratio: 50%, adjust: daily, roll: last session of month, forward: 1 month"


@pytest.mark.parametrize(
    ("underlying", "overlay", "more", "expected"),
    [
        ("index: small, return: gross", LEVERAGE, "", []),
        ("index: twice, return: price", LEVERAGE, "", []),
        ("index: twice, return: gross", LEVERAGE, "", [("REF006", "underlying.return")]),
        ("index: small, return: price", HEDGE, "", []),
        ("index: small, return: price", HEDGE + ", of: members", "", []),
        ("index: twice, return: price", HEDGE + ", of: members", "", [("REF006", "overlay.of")]),
        (PUBLISHED, HEDGE + ", of: members", OWN, [("REF006", "overlay.of")]),
        (
            "index: small, return: price",
            HEDGE.replace("USD", "KRW"),
            "",
            [("RUL117", "overlay.hedge")],
        ),
        ("index: small, return: price", "conversion: spot", "currency: USD\n", []),
        (
            "index: small, return: price",
            "conversion: spot",
            "",
            [("RUL117", "overlay.conversion")],
        ),
        (PUBLISHED + ", currency: USD", "conversion: spot", OWN, []),
        (PUBLISHED, "conversion: spot", OWN, [("RUL117", "overlay.conversion")]),
        (
            PUBLISHED + ", currency: KRW",
            "conversion: spot",
            OWN,
            [("RUL117", "overlay.conversion")],
        ),
    ],
)
def test_an_overlay_against_its_underlying(
    underlying: str, overlay: str, more: str, expected: list[tuple[str, str]]
) -> None:
    assert said(underlying, overlay, more) == expected


def test_a_rule_without_an_overlay_has_nothing_to_check() -> None:
    made = rule("", HEAD)
    checking = Checking(made, {"small": made})
    check_overlay(checking)
    assert checking.findings.items == []
