"""The form ``set``: all units above a weight, or the largest N, weigh at most ``together``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from indexcalc.diagnostics import quantity
from indexcalc.methodology.model.caps.form import (
    POSITIVE_SHARE,
    SHARE,
    CapForm,
    Problem,
    below_the_whole,
    units_of,
)
from indexcalc.methodology.reading.block import Block, BlockKind, key
from indexcalc.methodology.reading.containers import DatedKind
from indexcalc.methodology.reading.kinds import Text, WholeNumber, Word
from indexcalc.methodology.values.dated import Dated, value_on
from indexcalc.methodology.values.exact_shares import fewest, percent
from indexcalc.methodology.values.values import Share


class CapSet(Block):
    """The set a cap holds together: all ``above`` a weight, or the ``largest`` N."""

    exclusive = (("above", "largest"),)

    above: Dated[Share] | None = key(SHARE)
    largest: Dated[int] | None = key(DatedKind(WholeNumber(1)))


class Others(Block):
    """The limit of all names outside the set."""

    limit: Dated[Share] = key(POSITIVE_SHARE, required=True)
    not_above: Dated[str] | None = key(DatedKind(Word(("smallest_of_set",))))


class SetKeys(Block, part=True):
    """``set`` and ``together``: whom it holds, and how much they may weigh; ``others``: the rest."""

    set: CapSet | None = key(BlockKind(CapSet))
    together: Dated[Share] | None = key(POSITIVE_SHARE)
    others: Others | None = key(BlockKind(Others))


class SetCapKeys(SetKeys, part=True):
    """What a cap on a set says besides: who gives way, and who takes what they release.

    ``acts_on: uncapped``: once it acts, it begins from the weights before any cap.  ``excess``: how what
    a limit takes off names of the set, or outside it, is shared by the others there.
    """

    method: Dated[str] = key(
        DatedKind(Word(("proportional", "descending", "smallest_first"))),
        default=Dated.constant("proportional"),
    )
    each: Dated[Share] | None = key(POSITIVE_SHARE)
    least: Dated[Share] | None = key(POSITIVE_SHARE)
    excess: Dated[str] = key(
        DatedKind(Word(("proportional", "equal"))), default=Dated.constant("proportional")
    )
    acts_on: Dated[str] = key(
        DatedKind(Word(("capped", "uncapped"))), default=Dated.constant("capped")
    )
    document: str = key(Text(), default="")


def infeasible(item: Any, n: int, on: dt.date) -> Problem | None:
    """``together`` and the limit of the others come to less than one."""
    others: Others | None = getattr(item, "others", None)
    if others is None:
        return None
    limit, together = value_on(others.limit, on), value_on(item.together, on)
    if limit is None or together is None:
        return None
    outside = n - (value_on(item.set.largest, on) or 1)
    total = together.exact + limit.exact * max(0, outside)
    if total >= 1:
        return None
    way_out = "nobody is left outside the set"
    if outside > 0:
        enough = percent((1 - together.exact) / outside, up=True)
        way_out = f"smallest feasible limit of the others is {enough}"
    sum_of = f"{percent(together.exact)} for the set and {percent(limit.exact)} for the others"
    return Problem(
        "others.limit",
        below_the_whole(total, sum_of, way_out),
        "raise the limit of the others, or `together`",
    )


def too_few(item: Any, n: int, limits: Sequence[Fraction], on: dt.date) -> Problem | None:
    """5/10/40 needs sixteen names: four at 10 % and twelve at 5 %."""
    above, together = value_on(item.set.above, on), value_on(item.together, on)
    if above is None or together is None or above.exact == 0:
        return None
    most = min([together.exact, *limits])
    steps = [(most, together.exact)] if most > above.exact else []
    needed = fewest(steps, above.exact)
    if n >= needed:
        return None
    large = int(together.exact / most) if steps else 0
    return Problem(
        "set.above",
        f"all above {above} at most {together} together: {needed} {units_of(item.per)} are "
        f"needed ({large} of {percent(most)}, the others of {percent(above.exact)}), there are {n}",
        "raise a limit, or have more names",
    )


def contradictions(item: Any, on: dt.date) -> Iterator[Problem]:
    """One name that is more than the set may weigh; a set that never comes to ``together``, or comes to
    more; a floor or equal parts where a method chooses who stays."""
    together = value_on(item.together, on)
    if together is None:
        return
    yield from _shared_out(item, together, on)
    above, each = value_on(item.set.above, on), value_on(item.each, on)
    if above is not None and together.exact < above.exact:
        message = f"one name above {above} is more than the {together} of the whole set"
        yield Problem("together", message, f"`together` must be at least {above}")
    largest = value_on(item.set.largest, on)
    if each is not None and largest is not None and each.exact * largest < together.exact:
        message = f"{quantity(largest, 'name')} of at most {each} never come to {together} together"
        yield Problem("each", message, f"`together` at most {percent(each.exact * largest)}")


def _shared_out(item: Any, together: Share, on: dt.date) -> Iterator[Problem]:
    """What contradicts ``least`` and ``excess``."""
    least, each = value_on(item.least, on), value_on(item.each, on)
    method, largest = value_on(item.method, on), value_on(item.set.largest, on)
    equal = value_on(item.excess, on) == "equal"
    if method != "proportional" and (equal or least is not None):
        word = "excess" if equal else "least"
        message = f"`{word}` is for `method: proportional`, not for `{method}`"
        yield Problem(word, message, "leave `method` out")
    if least is None:
        return
    if each is not None and least.exact > each.exact:
        message = f"the least weight {least} is above the most, {each}"
        yield Problem("least", message, f"at most {each}")
    if largest is not None and least.exact * largest > together.exact:
        names = quantity(largest, "name")
        message = f"{names} of at least {least} have more than the {together} of the whole set"
        yield Problem("least", message, f"at most {percent(together.exact / largest, up=False)}")


SET: Final = CapForm(
    help={
        "set": "A set that is limited together: all above a weight, or the N largest.",
        "together": "The most weight of the whole set.",
        "others": "The limit of all names outside the set.",
        "method": "proportional (default), descending or smallest_first: who gives way.",
        "each": "The most weight of each name of the set.",
        "least": "The least weight of each name of the set; the others of the set give in proportion.",
        "excess": "proportional (default) or equal: how what a limit takes off is shared by the others, "
        "inside the set and outside it.",
        "acts_on": "capped (default): the weights the cap before left; uncapped: where it acts, those "
        "before any cap.",
        "document": "The rulebook's words for the procedure.",
    },
    words="held at its limit",
    needs=("together",),
    infeasible=infeasible,
    too_few=too_few,
    contradictions=contradictions,
)

SET_PARTS: Final = {
    "CapSet": {"above": "All names above this weight.", "largest": "The N largest names."},
    "Others": {
        "limit": "The most weight of each name outside the set.",
        "not_above": "smallest_of_set: no name outside may exceed the smallest inside.",
    },
}
"""What the keys of ``set`` and ``others`` are for."""
