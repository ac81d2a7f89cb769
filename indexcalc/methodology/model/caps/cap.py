"""One item of ``weighting.caps`` or ``weighting.check``, and the table of the forms a cap can have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from indexcalc.methodology.model.caps.by_rank import TARGETS, TIMES, TargetKeys, TimesKeys
from indexcalc.methodology.model.caps.factor import FACTOR, FactorKeys
from indexcalc.methodology.model.caps.form import SHARE, CapForm
from indexcalc.methodology.model.caps.ladder import LADDER, LadderKeys
from indexcalc.methodology.model.caps.limit import LIMIT, LimitKeys
from indexcalc.methodology.model.caps.measured import MEASURED, MeasuredKeys
from indexcalc.methodology.model.caps.set_together import SET, SetCapKeys, SetKeys
from indexcalc.methodology.model.selection import BY
from indexcalc.methodology.model.value_kinds import GroupingKind
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, Item, key
from indexcalc.methodology.reading.containers import DatedKind
from indexcalc.methodology.reading.kinds import Text, WholeNumber
from indexcalc.methodology.reading.reader import At
from indexcalc.methodology.reading.unknown_and_missing_keys import missing_key
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.values import Share

CAP_FORMS: Final[Mapping[str, CapForm]] = MappingProxyType(
    {
        "limit": LIMIT,
        "ladder": LADDER,
        "set": SET,
        "factor": FACTOR,
        "targets": TARGETS,
        "times": TIMES,
        "measured": MEASURED,
    }
)
"""Every form of cap by its key; what each does to weights: ``weighting.caps.forms.all_forms``."""

ALONE: Final = tuple(name for name in CAP_FORMS if name != "measured")
"""Forms of which a cap has exactly one; ``measured`` stands beside ``limit``."""

_HELP: Final = {word: text for form in CAP_FORMS.values() for word, text in form.help.items()}


class Limited(Item, part=True):
    """What caps and checks share: ``per``, what they count as one unit."""

    per: str = key(GroupingKind(), required=True)


class Fewer(Block):
    """A count that is ``below`` a number."""

    below: Dated[int] = key(DatedKind(WholeNumber(1)), required=True)


class CapUnless(Block):
    """When a cap is left out: where there are fewer ``members``."""

    members: Fewer = key(BlockKind(Fewer), required=True)


class _FormKeys(
    LimitKeys, LadderKeys, SetCapKeys, FactorKeys, TargetKeys, TimesKeys, MeasuredKeys, part=True
):
    """The keys of all forms."""


class Cap(Limited, _FormKeys):
    """One cap, of a form in ``CAP_FORMS``; caps act in the order written.

    ``by``: what ``targets`` and ``times`` rank by (None: the weights so far).

    ``trigger``: act only if the largest weight (the set's sum) exceeds it (None: the limit).
    ``unless``: it is left out where there are few names.
    """

    exclusive = (ALONE,)

    trigger: Dated[Share] | None = key(SHARE)
    by: Dated[str] | None = key(BY)
    unless: CapUnless | None = key(BlockKind(CapUnless))
    note: str = key(Text(), default="")

    def left_out(self, n: int | None, on: dt.date) -> bool:
        """Is it left out of ``n`` names on a date (None: nobody knows how many there are)?"""
        fewest = None if self.unless is None else value_on(self.unless.members.below, on)
        return fewest is not None and n is not None and n < fewest

    @property
    def form(self) -> str:
        """Which form it has, whatever the date: ``limit`` for a measured one."""
        return next(name for name in ALONE if getattr(self, name) is not None)

    def form_on(self, effective_date: dt.date) -> str:
        """Which form it has on a date: ``measured`` where a window is said."""
        measured = value_on(self.measured, effective_date)
        return self.form if measured is None else "measured"

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """The keys of a form stand beside the key that makes it, those it needs among them."""
        good = True
        if node.says("by") and not (node.says("targets") or node.says("times")):
            at.refuse("RUL012", "`by` belongs to `targets` or `times`", node.get("by"), "add one")
            good = False
        for name, form in CAP_FORMS.items():
            if node.says(name):
                for word in form.needs:
                    if not node.says(word):
                        missing_key(word, node, at, _HELP[word])
                        good = False
                continue
            for word in form.help:
                span = next((key.span for key, _ in node.entries if key.text == word), None)
                if span is not None:
                    at.refuse("RUL012", f"`{word}` belongs to `{name}`", span, f"add `{name}`")
                    good = False
        return good


class Check(Limited, LimitKeys, SetKeys):
    """One limit that is verified after all caps, apart from the path that leads to it."""

    exclusive = (("limit", "set"),)

    @property
    def form(self) -> str:
        """``limit`` or ``set``."""
        return "limit" if self.set is None else "set"

    def form_on(self, effective_date: dt.date) -> str:
        """The same on every date."""
        return self.form

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """``set`` and ``together`` go together."""
        if node.says("set") != node.says("together"):
            missing_key("together" if node.says("set") else "set", node, at)
            return False
        if node.says("others") and not node.says("set"):
            at.refuse("RUL012", "`others` belongs to `set`", node.get("others"), "add `set`")
            return False
        return True
