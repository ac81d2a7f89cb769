"""Conditions as a rule writes them: one grammar for ``where``, ``eligibility``, steps and exits.

    C = {FIELD: TEST, ..., any: [C], not: C, was: C, group: {FIELD: TEST}, member_of: ..., status: ...}

Every node of the tree knows its rule path and line; ``block.walk`` yields them all.  ``among``,
``within``, ``for`` and ``unless`` stand on each test, also where the rule wrote them beside.
"""

from __future__ import annotations

from typing import Final, Literal

from indexcalc.methodology.reading.block import Block, walk
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import ByStatus, Label, Share, Special, Value

Flagged = Literal["existing", "transferred", "demerged", "merged"]
FLAGS: Final[tuple[Flagged, ...]] = ("existing", "transferred", "demerged", "merged")
AMONG_WORDS: Final = ("eligible", "remaining", "existing")
CONDITION_WORDS: Final = ("any", "not", "was", "group", "member_of", "status")
GROUP_COUNTS: Final = ("existing_count", "screened_count", "joining_count")

Threshold = Dated[ByStatus[Value | Special]]
Op = Literal["equals", "min", "max", "above", "below"]
ListOp = Literal["in", "not_in", "none_of"]
Rounding = Literal["floor", "ceil", "half_up"]


class Among(Block):
    """Whom a name is ranked with: a set of the review, an index's list, or a condition."""

    kind: Literal["eligible", "remaining", "existing", "index", "condition"]
    index: str = ""
    condition: AllOf | None = None


class Unless(Block):
    """What excuses a name from a test: any of the flags or conditions."""

    flags: tuple[Flagged, ...] = ()
    conditions: tuple[AllOf, ...] = ()


class Test(Block):
    """Base of all tests of one field.

    ``among`` None: the default of the place (remaining in a step, else the universe); ``within``
    None: the step's (outside steps: all).  ``for_reviews`` N: it holds at this and the N-1 reviews
    before.  ``unless`` excuses after that.
    """

    among: Among | None = None
    within: Dated[str] | None = None
    for_reviews: int = 1
    unless: Dated[Unless] | None = None


class Compare(Test):
    """``equals``, ``min`` and ``max`` (inclusive), ``above`` and ``below`` (strict)."""

    op: Op
    value: Threshold


class OneOf(Test):
    """``in``, ``not_in`` (the last value of a column), ``none_of`` (any designation in force)."""

    op: ListOp
    labels: Dated[tuple[Label, ...]]


class Rank(Test):
    """``rank``: ``max`` and ``from_ .. to`` inclusive, ``beyond`` strict; a share is of the names
    ranked, rounded as ``rounding`` says.  ``of_ranks_in``: ranked by the rank within this grouping, as
    a part of the names ranked there."""

    max: Threshold | None = None
    beyond: Threshold | None = None
    from_: Threshold | None = None
    to: Threshold | None = None
    rounding: Rounding = "floor"
    of_ranks_in: Dated[str] | None = None


class Coverage(Test):
    """``coverage``: cumulative share, largest first.

    ``reach`` takes the crossing name, ``max`` and ``below`` read the share with the name
    (inclusive, strict), ``above`` too; ``nearest`` takes the crossing name if that is closer;
    ``from_ .. to`` read the share before the name, in [from, to).  ``share_cap``: no name counts for
    more in the cumulation.
    """

    reach: Threshold | None = None
    max: Threshold | None = None
    below: Threshold | None = None
    above: Threshold | None = None
    nearest: Threshold | None = None
    from_: Threshold | None = None
    to: Threshold | None = None
    share_cap: Dated[Share] | None = None
    rounding: Rounding = "floor"


class ShareOf(Test):
    """``share``: the part of the sum of the field that the name has."""

    min: Threshold | None = None
    max: Threshold | None = None
    above: Threshold | None = None
    below: Threshold | None = None


AnyTest = Compare | OneOf | Rank | Coverage | ShareOf


class Field(Block):
    """All tests of one field (a column, a measure, a group, listed_for, symbol, inclusion ...)."""

    name: str
    tests: Dated[tuple[AnyTest, ...]]


class GroupTests(Block):
    """``group``: tests of the name's group (its counts, or the group's sum of a measure)."""

    fields: tuple[Field, ...]


class Status(Block):
    """``status``: in force on the session before, or not."""

    status: Literal["existing", "new"]


class MemberOf(Block):
    """``member_of``: in another index's list before (or after) its own review of that day."""

    index: str
    when: Literal["before", "after"] = "before"


class AnyOf(Block):
    """``any``: at least one holds."""

    conditions: tuple[AllOf, ...]


class Not(Block):
    """``not``: it does not hold."""

    condition: AllOf


class Was(Block):
    """``was``: it held at the regular review (or check) before; false where there was none."""

    condition: AllOf


class ByDate(Block):
    """A condition inside another that changes by date."""

    conditions: Dated[AllOf]


Part = Field | GroupTests | Status | MemberOf | AnyOf | Not | Was | ByDate


class AllOf(Block):
    """All parts hold; without parts (``all``) everything passes."""

    parts: tuple[Part, ...]


Condition = AllOf


def fields_used(condition: Block) -> tuple[str, ...]:
    """The names of all fields a condition tests, in order, without repeats."""
    return tuple(dict.fromkeys(node.name for node in walk(condition) if isinstance(node, Field)))


# What the parts of a condition are for, in a line: shown by editors through the JSON Schema.
WITHIN_HELP: Final = (
    "Rank or count inside each group: a name in `groups`, a text column, `issuer`, or `all`."
)
ROUNDING_HELP: Final = (
    "How a share of a count becomes a whole number: floor (default), ceil or half_up."
)
CONDITION: Final = {
    "any": "At least one of these conditions holds.",
    "not": "This condition does not hold.",
    "was": "This held at the regular review before.",
    "group": "Tests of the name's group: existing_count, screened_count, joining_count, or its sum of a "
    "measure.",
    "member_of": "In another index's list, before (default) or after its review of that day.",
    "status": "existing: in force the session before; new: not.",
}
TESTS: Final = {
    "min": "At least this.",
    "max": "At most this.",
    "above": "More than this.",
    "below": "Less than this.",
    "in": "One of these.",
    "not_in": "None of these.",
    "none_of": "No designation of these kinds is in force.",
    "rank": "Among the best so many, or a share of them; {existing: 110, new: 90} is a buffer.",
    "coverage": "Among the largest that together reach this share.",
    "share": "The part of the whole sum that the name has.",
    "among": "Whom it is ranked with: eligible, remaining (default), existing, an index, a condition.",
    "within": WITHIN_HELP,
    "for": "At this many reviews in a row: 3 reviews.",
    "unless": "Who is excused: existing, transferred, demerged, merged, or a condition.",
    "beyond": "Ranks behind this.",
    "from": "From here (included).",
    "to": "To here.",
    "reach": "Including the name that crosses this share.",
    "of_ranks_in": "Rank by the rank within this grouping, over how many are ranked there.",
    "share_cap": "No name counts for more than this share in the cumulation.",
    "nearest": "Including the crossing name if that is nearer to this share.",
    "rounding": ROUNDING_HELP,
    "existing": "For names that are in the index.",
    "new": "For names that are not.",
    "index": "The index's name.",
    "when": "before (default) or after its own review of that day.",
}
