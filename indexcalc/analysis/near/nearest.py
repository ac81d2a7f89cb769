"""The smallest changes of today's market that flip members, caps and the level at the coming review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from indexcalc.analysis.near.moved_market import MovedMarket
from indexcalc.analysis.near.moved_review import Budget, ComingReview, Judge, quick_judge
from indexcalc.analysis.near.near_caps import near_caps
from indexcalc.analysis.near.near_level import near_level
from indexcalc.analysis.near.near_members import NearMembers
from indexcalc.analysis.near.questions import LEVEL, Ask, Change
from indexcalc.analysis.pro_forma import seen_on
from indexcalc.calculation.members.index_members import capped_on
from indexcalc.calculation.plan import Request
from indexcalc.calculation.run.names_of_day import NamesOfDay
from indexcalc.diagnostics import UsageError
from indexcalc.market import arrow
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.methodology.load.family import load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

SECONDS = 60.0
EACH = 3
SESSIONS = 5
BY = 0.01


class Nearest(Struct, frozen=True):
    """What was found.  ``changes`` in the order asked; ``window``: the sessions the review looks at, of
    which prices are moved; ``by``: the move of the level asked for; ``reviews`` made, ``quick`` of them on
    the sessions of the window alone, and ``computations`` of levels; ``finished``: every question was asked
    to its end; ``seconds``: time taken."""

    index: str
    effective: dt.date
    cutoff: dt.date
    data_until: dt.date
    window: tuple[dt.date, dt.date]
    by: float
    changes: tuple[Change, ...]
    reviews: int
    quick: int
    computations: int
    finished: bool
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Everything but the time taken, for JSON."""
        record = asdict(self) | {"changes": [asdict(change) for change in self.changes]}
        del record["seconds"]
        return record

    @property
    def table(self) -> Any:
        """A row a change: see ``Change``; ``comes`` and ``goes`` as symbols with spaces between."""
        rows = self.changes
        texts = ("flips", "symbol", "name", "side", "moved")
        numbers = ("enough", "short", "down", "up")
        columns = {name: arrow.from_texts([getattr(row, name) for row in rows]) for name in texts}
        for name in ("first", "last"):
            days = [day_number(getattr(row, name)) for row in rows]
            columns[name] = arrow.from_days(days)
        for name in numbers:
            values = [getattr(row, name) for row in rows]
            held = [float("nan") if value is None else value for value in values]
            columns[name] = arrow.from_floats(held, nan_is_null=True)
        columns["searched"] = arrow.from_bools([row.searched for row in rows])
        for name in ("comes", "goes"):
            columns[name] = arrow.from_texts([" ".join(getattr(row, name)) for row in rows])
        columns["tries"] = arrow.from_ints([row.tries for row in rows])
        columns["what"] = arrow.from_texts([row.what for row in rows])
        return arrow.table(columns)


def nearest(
    rule: str | Path | Methodology,
    market: Market | str | Path,
    *,
    on: Said = None,
    as_of: Said = None,
    each: int = EACH,
    sessions: int = SESSIONS,
    by: float = BY,
    seconds: float | None = None,
    tries: int | None = None,
    assume: Mapping[str, str] | None = None,
) -> Nearest:
    """The smallest changes that flip a member, a cap or the level at the first review effective on or after
    ``on`` (not said: after the data), as seen on ``as_of``.

    ``each``: names on each side of an edge, and largest lines; ``sessions``: how far the cut-off is moved;
    ``by``: the move of the level.  ``seconds`` (60 where neither is said) and ``tries`` (reviews and
    computations; the same number finds the same) end it: each kind of question has its share.

    UsageError (CAL010): there is no such review.  Raises RuleError and DataError.
    """
    known = Market.of(market)
    until = date_said(as_of, "as_of")
    begin = date_said(on, "on")
    if not known.days.size:
        raise UsageError.of("CAL010", "the market has no session", where="market")
    if until is not None:
        known = seen_on(known, until)
    if begin is not None and begin <= date_of(known.days[-1]):
        # What was known on the day before: later prices decide nothing about a past review.
        known = known.until(begin - dt.timedelta(days=1))
    begin = begin or date_of(known.days[-1]) + dt.timedelta(days=1)
    request = Request(assume=assumed_said(assume), keep_weights=False)
    family = load_family([rule])
    if seconds is None and tries is None:
        seconds = SECONDS
    budget = Budget(seconds, tries)
    review = ComingReview(family, known, begin, request)
    moved = MovedMarket(known, review.first_day())
    judge, quick = Judge(review, moved), quick_judge(review, known, moved.sessions.first_day)
    names = NamesOfDay(known).all_on(review.result.effective)
    members = NearMembers(judge, quick, budget, names, each)
    kinds: list[list[Ask]] = [
        list(members.window_prices()),
        [partial(members.cut_offs, sessions)],
        list(members.floats()),
        list(members.last_closes()),
    ]
    if capped_on(review.work.rule, date_of(review.result.effective)):
        kinds.append(list(near_caps(judge, quick, budget, names, each)))
    kinds.append(list(near_level(family, moved, budget, names, each=each, by=by, request=request)))
    changes = _answered(kinds, budget)
    of_levels = sum(change.tries for change in changes if change.flips == LEVEL)
    return Nearest(
        index=review.index,
        effective=date_of(review.result.effective),
        cutoff=date_of(review.result.cutoff),
        data_until=date_of(known.days[-1]),
        window=(date_of(moved.sessions.first_day), date_of(known.days[-1])),
        by=by,
        changes=changes,
        reviews=budget.made - of_levels + 1 + (quick is not None),
        quick=budget.quick + (quick is not None),
        computations=of_levels + 1,
        finished=all(change.searched for change in changes),
        seconds=budget.spent,
    )


def _answered(kinds: Sequence[Sequence[Ask]], budget: Budget) -> tuple[Change, ...]:
    """All answers in order.  Each kind of question has its share of the budget; what is left at the end
    goes to the questions that were not answered."""
    made: dict[tuple[int, int], list[Change]] = {}
    for kind, asked in enumerate(kinds):
        budget.share(len(kinds) - kind)
        made |= {(kind, place): ask() for place, ask in enumerate(asked)}
    budget.share(1)
    for kind, place in made:
        before = made[kind, place]
        if all(change.searched for change in before):
            continue
        again = kinds[kind][place]()
        made[kind, place] = [
            replace(change, tries=change.tries + before[0].tries) for change in again
        ]
    return tuple(change for changes in made.values() for change in changes)
