"""Rules that delete, and the rows of tables they act on."""

from __future__ import annotations

DELISTING = "{deletions: [{on: delisting, after: 2 sessions, replace_from: reserve}]}"
BAD = "{deletions: [{on: bad, after: 2 sessions, replace_from: reserve}]}"


def bad(symbol: str, day: str, **more: str) -> dict[str, str]:
    """The row of a designation."""
    return {"symbol": symbol, "from": day, "kind": "bad", **more}


def leaving(symbol: str, known: str, gone: str, **more: object) -> dict[str, object]:
    """The row of ``securities`` from which a delisting is known."""
    return {
        "symbol": symbol,
        "valid_from": known,
        "listing_date": "2010-01-04",
        "delisting_date": gone,
        **more,
    }
