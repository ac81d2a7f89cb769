"""One entry of the catalogue of diagnostic codes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Code(Struct, frozen=True):
    """What a code means and how to get out of it."""

    code: str
    title: str
    meaning: str
    fix: str
    severity: Severity = "error"
    follows: bool = False
    """Does it follow from another finding, as a rule?  It is told after those that may be its cause."""
