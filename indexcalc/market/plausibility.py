"""What is most likely a mistake: thresholds for values, of which a market may say others, and near names.

``plausible`` in ``market.json`` (or ``facts={"plausible": {...}}``) sets them by name; null switches
one off.  ``docs/data-quality.md`` lists each with its check and its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

# A step that no market has: beyond this many times the value before, a value is an error; so is a price
# of less than a millionth of it (a line may lose nearly all its value in a day).
IMPOSSIBLE = 1000.0
_NOTHING = 1e-6
# As like as `shares_outstandng` and `shares_outstanding`; `score` and `close` are not.
_LIKE = 0.85
_SHORTEST = 4


def impossible(ratio: float) -> bool:
    """Is a price over the one it follows of no market there is?"""
    return ratio >= IMPOSSIBLE or ratio <= _NOTHING


THRESHOLDS: dict[str, float] = {
    # A close this many times the one before, up or down, with no event and no price limit.
    "price_jump": 1.9,
    # Listed shares this many times those before, with no event.
    "share_step": 1.5,
    # An exchange rate this many times the one before.
    "fx_jump": 1.5,
    # A base price this many times the close before, with no event.
    "base_jump": 20.0,
    # Shares after for one before, or the other way round.
    "action_ratio": 1000.0,
    # The final price of a line this many times the close before.
    "final_price_jump": 3.0,
    # An ordinary dividend as a share of the close before.
    "dividend_share": 0.5,
    # An interest rate a year, up or down.
    "rate": 1.0,
    # A published level this many times the one before.
    "published_jump": 1.5,
    # The lines without a row on a session, as a share of those that have one on the session before.
    "missing_rows": 0.05,
}


def threshold(facts: Mapping[str, Any], name: str) -> float | None:
    """The threshold of a market; None: it is switched off."""
    stated = facts.get("plausible") or {}
    value = stated.get(name, THRESHOLDS[name]) if isinstance(stated, Mapping) else THRESHOLDS[name]
    return None if value is None else float(value)


def near_column(name: str, columns: Iterable[str]) -> str:
    """The one of ``columns`` that a name most likely means; '' where none is near."""
    return _near(name.strip().lower().replace(" ", "_"), tuple(columns))


@lru_cache(maxsize=256)  # file after file has the same columns
def _near(plain: str, known: tuple[str, ...]) -> str:
    import difflib

    begun = [
        column for column in known if column.startswith(f"{plain}_") and len(plain) >= _SHORTEST
    ]
    close = difflib.get_close_matches(plain, known, 1, _LIKE)
    return (close or begun or [""])[0]


def meant_for(column: str, names: Iterable[str]) -> str:
    """The first of ``names`` that most likely means ``column``; '' where none does."""
    return next((name for name in names if near_column(name, (column,))), "")
