"""A buffer put into a rule that has none: members stay a little longer than others come.

Ranks of the selection become a higher one for members and a lower one for others.  Where the rule only
fills and trims to a count, the selection by rank is put before that.  What is selected too many is trimmed.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from indexcalc.methodology.model.methodology import Methodology
from indexcalc.studio.text.edits import with_buffer, with_item
from indexcalc.studio.text.levers import in_force

_RANK: Final = re.compile(
    r"(selection\.steps(?:\.[\d-]{10})?)\[(\d+)\]\.select\.(\w+)\.rank(?:\.[\d-]{10})?"
)
_FILL: Final = re.compile(r"(selection\.steps(?:\.[\d-]{10})?)\[(\d+)\]\.(?:fill|trim)\.to")
_WIDTH: Final = 10
"""Percent of the count by which members may be below it, and others must be above."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a buffer goes: ``step`` of the list of steps at ``steps``, around ``count`` names by ``by``.

    ``rank``: the path of the rank it takes the place of, '' where there is none; ``trims``: what is too
    many is trimmed already.
    """

    steps: str
    step: int
    by: str
    count: int
    rank: str
    trims: bool


def buffer_place(rule: Methodology, on: dt.date) -> Place | None:
    """Where a buffer can be put into a rule as in force on a day; None: it has one, or no such place."""
    said = {path: node.text for path, node in in_force(rule, on) if path.startswith("selection.")}
    if any(path.endswith((".existing", ".new", ".status")) for path in said):
        return None
    trims = any(".trim." in path for path in said)
    for path, text in said.items():
        if (found := _RANK.fullmatch(path)) and _holds_two(text):
            return Place(found[1], int(found[2]), found[3], int(text), path, trims)
    for path, text in said.items():
        by = said.get(path.removesuffix(".to") + ".by", "")
        if (found := _FILL.fullmatch(path)) and by and _holds_two(text):
            return Place(found[1], int(found[2]), by, int(text), "", trims)
    return None


def _holds_two(text: str) -> bool:
    return text.isdecimal() and int(text) > 1


def with_new_buffer(text: str, place: Place) -> str:
    """The text with the buffer.  RuleError (RUL020): the text does not say the place."""
    wide = -(-place.count * _WIDTH // 100)
    existing, new = str(place.count + wide), str(place.count - wide)
    trim = f"trim: {{to: {place.count}, by: {place.by}}}"
    if place.rank:
        text = with_buffer(text, place.rank, existing, new)
        return text if place.trims else with_item(text, place.steps, place.step + 1, trim)
    if not place.trims:
        text = with_item(text, place.steps, place.step, trim)
    select = f"select: {{{place.by}: {{rank: {{existing: {existing}, new: {new}}}}}}}"
    return with_item(text, place.steps, place.step, select)
