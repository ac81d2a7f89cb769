"""Checks overlays against what they stand on."""

from __future__ import annotations

from indexcalc.methodology.check.findings_in_place import Checking


def check_overlay(checking: Checking) -> None:
    """REF006 and RUL117."""
    rule = checking.rule
    if rule.underlying is None or rule.overlay is None:
        return
    below = checking.family.get(rule.underlying.index)
    published = rule.underlying.levels == "published"
    if below is not None and below.is_overlay and rule.underlying.return_ != "price":
        checking.say(
            "REF006",
            f"`{below.index}` is an overlay: it has one level, and no {rule.underlying.return_} one",
            "underlying.return",
            hint="say `return: price`",
        )
    if rule.overlay.of == "members" and (published or (below is not None and below.is_overlay)):
        checking.say(
            "REF006",
            f"`{rule.underlying.index}` has a level here and no members",
            "overlay.of",
            hint="hedge a share of the level: remove `of`",
        )
    if rule.overlay.hedge is not None and rule.overlay.hedge == rule.currency:
        checking.say(
            "RUL117",
            f"the index is in {rule.currency}, and sells {rule.currency} forward",
            "overlay.hedge",
            hint="`hedge` is the currency that is sold; `currency` the one it is sold for",
        )
    home = rule.underlying.currency if published else "" if below is None else below.currency
    if rule.overlay.conversion is not None and (home or rule.currency) == rule.currency:
        checking.say(
            "RUL117",
            f"`{rule.underlying.index}` is in {rule.currency} already",
            "overlay.conversion",
            hint="say the `currency` of this rule, or leave the overlay out",
        )
