"""The facts of a market (``market.json``, ``from_tables(facts=...)``): their types and bounds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from indexcalc.market.plausibility import THRESHOLDS

FACTS = ("name", "complete", "price_limit", "calendar", "currency")
"""The facts that a file, a map or a person says of a market."""


def said_fact(name: str, text: str) -> Any:
    """The value of the fact ``name`` as text says it.  ValueError: no such fact, or not one."""
    if name not in FACTS:
        raise ValueError(f"there is no fact {name!r:.60}; there are {', '.join(FACTS)}")
    value: Any = {"true": True, "false": False}.get(text, text) if name == "complete" else text
    if name == "price_limit":
        with suppress(ValueError):
            value = float(text)
    for _, wrong in wrong_facts({name: value}):
        raise ValueError(f"{name}: {wrong}")
    return value


def wrong_facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(fact, what is wrong with it) of every fact that is not what it must be.

    Facts this version does not know are kept where JSON can say them.
    """
    wrong: list[tuple[str, str]] = []
    for name, value in facts.items():
        if name in _KNOWN:
            test, wanted = _KNOWN[name]
            if not test(value):
                wrong.append((name, f"{value!r:.60} is not {wanted}"))
        elif not _plain(value):
            wrong.append((name, f"{value!r:.60} is not a number, a text, or a list of them"))
    thresholds = facts.get("plausible")
    if isinstance(thresholds, Mapping):
        for name, value in thresholds.items():
            if name not in THRESHOLDS:
                known = ", ".join(THRESHOLDS)
                wrong.append(
                    (f"plausible.{name}", f"there is no such threshold; there are {known}")
                )
            elif value is not None and not (_number(value) and value > 0):
                wrong.append((f"plausible.{name}", f"{value!r:.60} is not a number above zero"))
    return wrong


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and _finite(value)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _text(value: Any) -> bool:
    return isinstance(value, str) and all(ord(character) >= 32 for character in value)


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return value is None or isinstance(value, bool) or _number(value) or _text(value)


_FLAG: tuple[Callable[[Any], bool], str] = (lambda value: isinstance(value, bool), "true or false")
_WORDS: tuple[Callable[[Any], bool], str] = (lambda value: value is None or _text(value), "text")
_KNOWN: dict[str, tuple[Callable[[Any], bool], str]] = {
    "complete": _FLAG,
    "synthetic": _FLAG,
    "name": _WORDS,
    "calendar": _WORDS,
    "currency": (
        lambda value: value is None or re.fullmatch("[A-Z]{3}", str(value)) is not None,
        "a code of three capital letters, such as KRW",
    ),
    "price_limit": (
        lambda value: value is None or (_number(value) and 0 < value < 1),
        "a share between 0 and 1: 0.3 is 30 %",
    ),
    "plausible": (
        lambda value: isinstance(value, Mapping),
        "a mapping of thresholds",
    ),
}
