"""One entry of the catalogue of diagnostic codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means and how to get out of it."""

    code: str
    title: str
    meaning: str
    fix: str
    severity: Severity = "error"
