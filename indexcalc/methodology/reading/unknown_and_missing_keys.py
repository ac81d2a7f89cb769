"""Findings about the keys of a block: unknown (RUL001), missing (RUL002), not together (RUL012)."""

from __future__ import annotations

from collections.abc import Iterable

from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.reader import At, Bad, did_you_mean
from indexcalc.methodology.reading.yaml import Scalar


def unknown_key(name: Scalar, known: Iterable[str], at: At) -> None:
    """The finding for a key the block does not have."""
    at.reading.findings.add(
        "RUL001",
        f"the key `{name.text}` is not known here",
        span=name.span,
        where=at.into(name).path,
        hint=did_you_mean(name.text, known, otherwise="known here: "),
    )


def has_all(required: Iterable[str], names: set[str], node: source.Mapping, at: At) -> bool:
    """Are all required keys written?  A finding for each that is not."""
    missing = [name for name in required if name not in names]
    for name in missing:
        missing_key(name, node, at)
    return not missing


def missing_key(name: str, node: source.Mapping, at: At, hint: str = "") -> Bad:
    """The finding for a key that is not there, at the key that holds the block."""
    span = at.key.span if at.key is not None else node.span
    return at.refuse("RUL002", f"the key `{name}` is missing", span, hint or f"add `{name}: ...`")


def has_exactly_one(group: tuple[str, ...], node: source.Mapping, at: At) -> bool:
    """Is exactly one key of a group written?  Else a finding."""
    present = [name.text for name, _ in node.entries if name.text in group]
    if len(present) == 1:
        return True
    listed = ", ".join(group)
    if not present:
        missing_key(" | ".join(group), node, at, f"say one of {listed}")
        return False
    second = next(name for name, _ in node.entries if name.text == present[1])
    at.refuse(
        "RUL012",
        f"`{present[1]}` cannot stand beside `{present[0]}`",
        second.span,
        f"say one of {listed}",
    )
    return False
