"""What happens between reviews: ``maintenance`` and the committee's decisions."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Literal

from indexcalc.methodology.model.condition_kinds import ConditionKind
from indexcalc.methodology.model.conditions import Condition
from indexcalc.methodology.model.schedule import Schedule
from indexcalc.methodology.reading import yaml as source
from indexcalc.methodology.reading.block import Block, BlockKind, Item, key, read_block
from indexcalc.methodology.reading.containers import DatedKind, ListOf
from indexcalc.methodology.reading.kinds import (
    Bool,
    Date,
    DurationKind,
    Phrase,
    ShareKind,
    Symbol,
    Text,
    WholeNumber,
    Word,
)
from indexcalc.methodology.reading.reader import BAD, At, Kind, Schema
from indexcalc.methodology.reading.yaml import Node, Scalar
from indexcalc.methodology.values.date_phrases import DatePhrase
from indexcalc.methodology.values.dated import Dated
from indexcalc.methodology.values.values import Duration, Share

_CONDITION: Final = DatedKind(ConditionKind())
_SESSIONS: Final = DatedKind(DurationKind(("sessions",), least=0, wanted="a number of sessions"))
_TEST_DAYS: Final = ("test", "listing")
_REPLACES: Final = DatedKind(Word(("smallest", "none")))
_REPLACE_FROM: Final = DatedKind(Word(("reserve", "largest", "given", "none")))
_LEAVER: Final = DatedKind(Word(("none", "first_reserve")))
_COUNT: Final = DatedKind(WholeNumber(1))
_DAY: Final = DatedKind(Phrase(_TEST_DAYS))


class ShareUpdates(Block):
    """``shares``: when changes of share counts enter; ``threshold`` from the given change on,
    ``after`` so many sessions or on the dates of ``updated``."""

    mode: Literal["daily", "at_rebalance", "threshold"] = "threshold"
    threshold: Dated[Share] | None = key(DatedKind(ShareKind()), required=True)
    after: Dated[Duration] | None = key(_SESSIONS)
    updated: Schedule | None = key(BlockKind(Schedule))


class SharesKind(Kind):
    """``daily``, ``at_rebalance`` or ``{threshold, after, updated}``."""

    def read(self, node: Node, at: At) -> Any:
        if isinstance(node, Scalar):
            word = Word(("daily", "at_rebalance")).read(node, at)
            if word is BAD:
                return BAD
            at.reading.uses.add(f"{at.pattern}.{word}")
            return ShareUpdates(mode=word, path=at.path, line=node.span.line)
        return read_block(ShareUpdates, node, at)

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": ["daily", "at_rebalance"]}, BlockKind(ShareUpdates).schema()]}


class FastEntry(Item):
    """A listing that does not wait for the review: tested ``after`` N sessions of trading."""

    after: Dated[Duration] = key(_SESSIONS, required=True)
    require: Dated[Condition] | None = key(_CONDITION)
    effective: Dated[DatePhrase] = key(_DAY, required=True)
    replaces: Dated[str] = key(_REPLACES, required=True)
    leaver: Dated[str] = key(_LEAVER, default=Dated.constant("none"))
    note: str = key(Text(), default="")


class FastExit(Block):
    """A member that does not wait for the review: checked every month."""

    checked: Dated[DatePhrase] = key(DatedKind(Phrase(known=())), required=True)
    when: Dated[Condition] = key(_CONDITION, required=True)
    effective: Dated[DatePhrase] = key(_DAY, required=True)
    replace_from: Dated[str] = key(_REPLACE_FROM, required=True)


class Deletion(Item):
    """What takes a member out between reviews: ``on`` any of its facts, or ``when`` a condition on
    its columns becomes true; ``after`` N sessions or at the trading halt (``effective: halt``).

    ``counted: own``: the N sessions are those on which the line trades, ``at_most`` so many sessions
    of halt.  ``if_below``: it is replaced only where fewer members remain.
    """

    exclusive = (("after", "effective"), ("on", "when"))

    on: tuple[str, ...] = key(ListOf(Text("a fact"), or_one=True, distinct=True), default=())
    when: Dated[Condition] | None = key(_CONDITION)
    after: Dated[Duration] | None = key(_SESSIONS)
    counted: Dated[str] = key(DatedKind(Word(("market", "own"))), default=Dated.constant("market"))
    at_most: Dated[Duration] | None = key(_SESSIONS)
    effective: Dated[str] | None = key(DatedKind(Word(("halt",))))
    replace_from: Dated[str] = key(_REPLACE_FROM, required=True)
    if_below: Dated[int] | None = key(_COUNT)
    unless_review_within: Dated[Duration] | None = key(
        DatedKind(DurationKind(("sessions", "days", "months")))
    )
    note: str = key(Text(), default="")


class ParentStays(Block):
    """When a demerged company stays; tested ``after`` N sessions from its first trade.

    ``replace_from``: who comes for one that does not stay; ``if_below``: only where fewer remain.
    """

    require: Dated[Condition] = key(_CONDITION, required=True)
    after: Dated[Duration] = key(_SESSIONS, required=True)
    replace_from: Dated[str] = key(_REPLACE_FROM, default=Dated.constant("none"))
    if_below: Dated[int] | None = key(_COUNT)


class NewCompanyJoins(Block):
    """When the company born of a demerger joins."""

    require: Dated[Condition] = key(_CONDITION, required=True)
    effective: Dated[DatePhrase] = key(_DAY, required=True)
    replaces: Dated[str] = key(_REPLACES, required=True)
    leaver: Dated[str] = key(_LEAVER, default=Dated.constant("none"))


class Demerger(Block):
    """What becomes of both companies of a demerger."""

    parent_stays: ParentStays | None = key(BlockKind(ParentStays))
    new_company_joins: NewCompanyJoins | None = key(BlockKind(NewCompanyJoins))


def _word(*words: str) -> Any:
    """A dated word whose first is what holds when nothing is said."""
    return key(DatedKind(Word(words)), default=Dated.constant(words[0]))


class Maintenance(Block):
    """``maintenance``: shares, entries, exits and corporate actions between reviews.

    ``joins_at`` None: the entrant's own weight where the scheme is by capitalisation.
    """

    shares: Dated[ShareUpdates] = key(
        DatedKind(SharesKind()), default=Dated.constant(ShareUpdates(mode="daily"))
    )
    joins_at: Dated[str] | None = key(DatedKind(Word(("leaver_weight", "average_weight", "own"))))
    fast_entry: Dated[tuple[FastEntry, ...]] = key(
        DatedKind(ListOf(BlockKind(FastEntry), least=0)), default=Dated.constant(())
    )
    fast_exit: Dated[FastExit] | None = key(DatedKind(BlockKind(FastExit)))
    deletions: Dated[tuple[Deletion, ...]] = key(
        DatedKind(ListOf(BlockKind(Deletion), least=0)), default=Dated.constant(())
    )
    demerger: Dated[Demerger] | None = key(DatedKind(BlockKind(Demerger)))
    rights: Dated[str] = _word("ex_date", "listing", "theoretical_ex", "theoretical_cum")
    base_price: Dated[str] = _word("exchange", "terms")
    resumption: Dated[str] = _word("counted", "frozen")
    merger_shares: Dated[str] = _word("of_members", "of_any")
    spin_off: Dated[str] = _word("zero", "valued")
    special: Dated[str] = _word("gross", "taxed", "net")
    special_weight: Dated[str] = _word("keep", "drift")
    announced: Dated[str] = _word("none", "given")
    follow_entries: Dated[bool] = key(DatedKind(Bool()), default=Dated.constant(False))


class Committee(Block):
    """One decision of the index committee: discretion as data, with its reason and source."""

    effective: dt.date = key(Date(), required=True)
    add: tuple[str, ...] = key(ListOf(Symbol(), distinct=True), default=())
    remove: tuple[str, ...] = key(ListOf(Symbol(), distinct=True), default=())
    refuse: tuple[str, ...] = key(ListOf(Symbol(), distinct=True), default=())
    keep: tuple[str, ...] = key(ListOf(Symbol(), distinct=True), default=())
    who: str = key(Text(), default="")
    why: str = key(Text(), required=True)
    ref: str = key(Text(), required=True)

    @classmethod
    def complete(cls, values: dict[str, Any], node: source.Mapping, at: At) -> bool:
        """It decides something, and nothing twice."""
        decided = [s for word in ("add", "remove", "refuse", "keep") for s in values.get(word, ())]
        if not any(node.says(word) for word in ("add", "remove", "refuse", "keep")):
            at.refuse("RUL002", "decides nothing", node, "say add, remove, refuse or keep")
            return False
        twice = next((s for s in decided if decided.count(s) > 1), None)
        if twice is not None:
            at.refuse("RUL018", f"`{twice}` is decided twice", node, "keep one")
        return twice is None
