"""Variants: a rule that says only what differs from another one.

Mappings merge key by key; lists and dated values are taken whole.  Nodes keep their own place, so a
diagnostic about a merged rule points into the file that said it.
"""

from __future__ import annotations

from typing import Final

from indexcalc.methodology.model.schedule import MEANINGLESS
from indexcalc.methodology.model.universe_and_measures import STATISTICS
from indexcalc.methodology.reading.containers import is_dated
from indexcalc.methodology.reading.yaml import Mapping, Node

NOT_INHERITED: Final = ("index", "name", "cases", "sources", "launch", "variant_of")
"""Keys that speak of the base itself and never pass to a variant."""
_ONE_OF: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "review": (("months", "every", "follows"),),
    "rebalance": (("months", "every", "follows"),),
}


def merge(base: Mapping, variant: Mapping) -> Mapping:
    """The variant's tree: what it says itself, and the base's where it is silent."""
    own_cases = Mapping(
        tuple((name, value) for name, value in base.entries if name.text not in NOT_INHERITED),
        base.place,
    )
    merged = _merge(own_cases, variant, "")
    return Mapping(merged.entries, variant.place)


def _merge(base: Mapping, variant: Mapping, path: str) -> Mapping:
    own_entries = {name.text: (name, value) for name, value in variant.entries}
    silenced = _silenced(path, set(own_entries))
    entries = []
    for name, value in base.entries:
        if name.text in silenced:
            continue
        if name.text not in own_entries:
            entries.append((name, value))
            continue
        own_name, own = own_entries.pop(name.text)
        below = f"{path}.{name.text}" if path else name.text
        entries.append((own_name, _value(value, own, below)))
    entries.extend(own_entries.values())
    return Mapping(tuple(entries), variant.place)


def _value(base: Node, own: Node, path: str) -> Node:
    if not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return own
    if is_dated(base) or is_dated(own):
        return own
    return _merge(base, own, path)


def _silenced(path: str, keys: set[str]) -> set[str]:
    """Keys of the base that a variant's choice among alternatives takes the place of."""
    groups = _ONE_OF.get(path, ())
    if path.startswith("measures.") and path.count(".") == 1:
        groups = (STATISTICS,)
    silenced = {word for group in groups if keys & set(group) for word in group}
    if path in _ONE_OF:
        silenced |= {day for form in keys & set(MEANINGLESS) for day in MEANINGLESS[form]}
    return silenced - keys
