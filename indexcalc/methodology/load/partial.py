"""What can be checked of a rule that does not read: the blocks without mistakes.

A person wants all mistakes at once, also those of meaning in blocks that read well.  The blocks with
mistakes are left out, what every rule needs is put in their place, and findings that would only speak
of what was left out are not made.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from indexcalc.diagnostics import Diagnostic, Findings, RuleError
from indexcalc.methodology.load import load
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.load.load import RuleTextError
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.methodology.reading import yaml as source

_STAND_INS: Final = """\
index: left-out
currency: KRW
calendar: XKRX
base: {date: 2000-01-03, level: 100}
universe: {}
review: {months: [6], effective: last session of month, cutoff: last session 1 month before}
"""
_INHERITED: Final = ("REF003", "REF005")  # of what is not there, said at `index`
# Findings that may come from what was left out, by its key ('': in any case).
_UNSURE: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("RUL019", "RUL114"),
    "selection": ("RUL110", "RUL111"),
    "maintenance": ("RUL112",),
    "rebalance": ("RUL112",),
    "universe": ("RUL108", "RUL109"),
    "weighting": ("RUL112",),
}
_NEEDED: Final = ("review", "calendar", "base")
_OF_DATES: Final = ("review", "calendar", "base", "dates", "rebalance")


class Partial(Struct, frozen=True):
    """The part of a rule that reads, with its family; ``dated``: may its dates be made?"""

    rule: Methodology
    family: Mapping[str, Methodology]
    left_out: frozenset[str]
    dated: bool

    def sure(self, finding: Diagnostic) -> bool:
        """Does a finding hold whatever the blocks left out were to say?"""
        return not any(
            finding.code in codes
            for key, codes in _UNSURE.items()
            if not key or key in self.left_out
        )


def readable_part(
    path: Path, error: RuleTextError, shipped: Path | None = None
) -> tuple[Partial | None, tuple[Diagnostic, ...]]:
    """The part of the file at ``path`` that reads beside the mistakes of ``error``, and findings
    about other rules it names (REF); (None, ()) where nothing can be said."""
    folder = shipped or load.shipped_folder()
    shown = load.shown_path(path, folder)
    text = error.texts.get(shown)
    root = None if text is None else source.parse(text, shown, Findings())
    if root is None or text is None or root.says("variant_of"):
        return None, ()
    here = [
        finding for finding in error.diagnostics if finding.span is None or finding.file == shown
    ]
    wrong = [
        finding
        for finding in here
        if finding.severity == "error" and finding.code not in _INHERITED
    ]
    if not wrong:
        return None, ()
    out = _keys_with_mistakes(root, wrong)
    readable = [(key, value) for key, value in root.entries if key.text not in out]
    rule = _read(root, readable, text, shown, path)
    if rule is None:
        return None, ()
    try:
        family = load_family([rule], shipped=folder)
    except RuleTextError as failed:
        known = {(finding.code, finding.span) for finding in error.diagnostics}
        other = [
            finding for finding in failed.diagnostics if (finding.code, finding.span) not in known
        ]
        return None, tuple(finding for finding in other if finding.code.startswith("REF"))
    inherits = bool(family[rule.index].parents)
    dated = not any(
        name in out or (not inherits and name in _NEEDED and not root.says(name))
        for name in _OF_DATES
    )
    return Partial(family[rule.index], family.rules, frozenset(out), dated), ()


def _keys_with_mistakes(root: source.Mapping, errors: Iterable[Diagnostic]) -> set[str]:
    """The top-level keys that hold the places of errors."""
    starts = [(key.span.line, key.span.column) for key, _ in root.entries]
    keys: set[str] = set()
    for error in errors:
        if error.span is None:
            continue
        here = (error.span.line, error.span.column)
        before = bisect.bisect_right(starts, here)
        if before:
            keys.add(root.entries[before - 1][0].text)
    return keys


def _read(
    root: source.Mapping,
    entries: list[tuple[source.Scalar, source.Node]],
    text: str,
    shown: str,
    path: Path,
) -> Methodology | None:
    stand_ins = source.parse(_STAND_INS, shown, Findings())
    assert stand_ins is not None
    keys = {key.text for key, _ in entries}
    child = _names_a_parent(entries)
    added: list[tuple[source.Scalar, source.Node]] = [
        # What has no place of its own is shown at `index`; a stand-in lies nowhere in the file.
        (key, source.Scalar("left-out", False, (shown, 1, 1, 1)) if key.text == "index" else value)
        for key, value in stand_ins.entries
        if key.text not in keys and (key.text == "index" or not child)
    ]
    merged = source.Mapping((*entries, *added), root.place)
    own = frozenset(keys)
    try:
        return load.build(
            merged,
            own_keys=own,
            files=(load.source_file(shown, text),),
            folder=path.parent,
            findings=Findings(),
        )
    except RuleError:
        return None


def _names_a_parent(entries: Iterable[tuple[source.Scalar, source.Node]]) -> bool:
    return any(
        key.text in ("underlying", "overlay")
        or (key.text == "universe" and isinstance(value, source.Mapping) and value.says("of"))
        or (key.text == "review" and isinstance(value, source.Mapping) and value.says("follows"))
        for key, value in entries
    )
