"""Members near an edge of the coming review and the first outside: what moves each to the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from indexcalc.analysis.near.moved_market import FloatRows, cut_off_moved, last_session
from indexcalc.analysis.near.moved_review import Budget, Judge, Outcome, TimeIsUp
from indexcalc.analysis.near.questions import (
    CLOSE,
    CUT_OFF,
    FLOAT,
    MEMBER,
    PRICE,
    Ask,
    Change,
    Question,
    answer,
    in_words,
)
from indexcalc.analysis.near.smallest import MOST
from indexcalc.analysis.near_misses import near_names
from indexcalc.arrays import Bools
from indexcalc.market.calendar.sessions import date_of


class Candidate(Struct, frozen=True):
    """A name near an edge; ``needed``: the relative change of ``measure`` that moves it, where known."""

    code: int
    inside: bool
    measure: str | None
    needed: float | None

    @property
    def side(self) -> str:
        """in or out, as a table says it."""
        return "in" if self.inside else "out"


class NearMembers:
    """The questions about members of one review on one market."""

    def __init__(
        self,
        judge: Judge,
        quick: Judge | None,
        budget: Budget,
        names: Sequence[str | None],
        each: int,
    ) -> None:
        self.judge, self.quick, self.budget, self.names = judge, quick, budget, names
        self.review, self.moved = judge.review, judge.moved
        moved, self.symbols = judge.moved, judge.review.plan.market.symbols
        self.last = int(moved.market.days[-1])
        self.first = moved.sessions.first_day
        self.looked_at = last_session(moved.market, min(self.review.result.cutoff, self.last))
        self.candidates = self._candidates(each)

    def _candidates(self, each: int) -> list[Candidate]:
        """The nearest on each side, in turns."""
        review = self.review
        rows = near_names(review.work, review.result, self.names).to_pylist()
        sides = [[row for row in rows if row["side"] == side][:each] for side in ("in", "out")]
        turns = [row for at in range(each) for side in sides for row in side[at : at + 1]]
        order = review.plan.market.order
        return [
            Candidate(
                order[row["symbol"]], row["side"] == "in", row["measure"], row["needed_change"]
            )
            for row in turns
        ]

    def window_prices(self) -> Iterator[Ask]:
        """Prices throughout the sessions the review looks at."""
        for one in self.candidates:
            yield self._asked(one, PRICE, self.first, one.needed)

    def last_closes(self) -> Iterator[Ask]:
        """Prices of the last session the review looks at, and after."""
        days = self.moved.market.days
        seen = int(((days >= self.first) & (days <= self.looked_at)).sum())
        for one in self.candidates if seen > 1 else ():
            # Of a mean over the window, one session is so small a part.
            guess = None if one.needed is None else one.needed * seen
            yield self._asked(one, CLOSE, self.looked_at, guess)

    def floats(self) -> Iterator[Ask]:
        """The float factor from the first session the review looks at on."""
        for one in self.candidates:
            rows = self.moved.float_rows(one.code, self.first)
            if rows is None:
                continue
            up = MOST if rows.largest <= 0 else min(MOST, 1.0 / rows.largest - 1.0)
            guess = one.needed if self._of_float(one.measure) else None

            def on(judge: Judge, change: float, rows: FloatRows = rows) -> Outcome:
                return judge.floated(rows, change, self.first)

            yield self._answer(one, FLOAT, self.first, on, (up, MOST), guess)

    def cut_offs(self, most: int) -> list[Change]:
        """Every line that the cut-off, moved by up to ``most`` sessions, moves to the other side; and the
        near names that it does not."""
        review, before = self.review, self.budget.made
        if not review.scheduled_with:
            return []
        sessions = review.plan.sessions
        at = sessions.at_or_before(date_of(review.result.cutoff))
        after = sessions.at_or_before(date_of(review.result.effective))
        until = sessions.at_or_before(date_of(self.last))
        down = at - sessions.at_or_after(date_of(self.moved.market.days[0]))
        up = max(min(most, until - at, after - 1 - at), 0)
        steps = [
            step for size in range(1, most + 1) for step in (-size, size) if -down <= step <= up
        ]
        made: dict[int, Bools] = {0: review.asked.members}
        searched = True
        try:
            for step in steps:
                made[step] = self._with_cut_off(step)
        except TimeIsUp:
            searched = False
        found: dict[int, int] = {}
        for step in [step for step in steps if step in made]:
            for code in (made[step] != made[0]).nonzero()[0].tolist():
                found.setdefault(code, step)
        near = [one.code for one in self.candidates]
        reach = (-min(made), max(made))
        tries = self.budget.made - before
        return [
            self._of_cut_off(code, (found.get(code, 0), made), reach, searched, tries)
            for code in [*near, *(code for code in found if code not in near)]
        ]

    def _with_cut_off(self, step: int) -> Bools:
        """The members where the cut-off is so many sessions later."""
        self.budget.spend()
        review = self.review
        sessions = review.plan.sessions
        family = cut_off_moved(
            review.family,
            review.scheduled_with,
            date_of(review.result.effective),
            cutoff=sessions.date(sessions.at_or_before(date_of(review.result.cutoff)) + step),
            sessions=sessions,
        )
        return review.on(self.moved.market, family).members

    def _of_cut_off(
        self,
        code: int,
        found: tuple[int, Mapping[int, Bools]],
        reach: tuple[int, int],
        searched: bool,
        tries: int,
    ) -> Change:
        """The answer about one line, of the ``tries`` that were made for all of them."""
        review = self.review
        inside = bool(review.asked.members[code])
        sessions = review.plan.sessions
        place = sessions.at_or_before(date_of(review.result.cutoff))
        step, made = found
        comes, goes = self._told(made[step])
        change = Change(
            flips=MEMBER,
            symbol=self.symbols[code],
            name=self.names[code],
            side="in" if inside else "out",
            moved=CUT_OFF,
            first=date_of(review.result.cutoff),
            last=sessions.date(place + step),
            enough=float(step) if step else None,
            short=float(step - (1 if step > 0 else -1)) if step else None,
            down=float(reach[0]),
            up=float(reach[1]),
            searched=searched or step != 0,
            comes=comes,
            goes=goes,
            tries=tries,
        )
        return replace(change, what=in_words(change))

    def _asked(self, one: Candidate, moved: str, first: int, guess: float | None) -> Ask:
        def on(judge: Judge, change: float) -> Outcome:
            return judge.priced(one.code, change, first)

        return self._answer(one, moved, first, on, (MOST, MOST), guess)

    def _answer(
        self,
        one: Candidate,
        moved: str,
        first: int,
        on: Callable[[Judge, float], Outcome],
        most: tuple[float, float],
        guess: float | None,
    ) -> Ask:
        """The answer about one name; a guess says the direction as well."""
        sign = -1.0 if one.inside else 1.0
        if guess is not None and guess != 0.0:
            sign = 1.0 if guess > 0 else -1.0
        quick = self.quick
        question: Question[Outcome] = Question(
            flips=MEMBER,
            codes=(one.code,),
            side=one.side,
            moved=moved,
            span=(date_of(first), date_of(self.last)),
            on=lambda change: on(self.judge, change),
            quickly=None if quick is None else lambda change: on(quick, change),
            flipped=lambda outcome: bool(outcome.members[one.code]) != one.inside,
            told=lambda outcome: self._told(outcome.members),
            sign=sign,
            most=most,
            guess=None if guess is None else abs(guess),
        )
        return partial(answer, question, self.budget, self.symbols, self.names)

    def _told(self, members: Bools) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines that come and go, beside today's answer."""
        asked = self.review.asked.members
        return (
            tuple(self.symbols[code] for code in (members & ~asked).nonzero()[0].tolist()),
            tuple(self.symbols[code] for code in (asked & ~members).nonzero()[0].tolist()),
        )

    def _of_float(self, measure: str | None) -> bool:
        """Is a measure made of float factors?"""
        said = self.review.work.rule.measures.get(measure or "")
        return said is not None and any(
            "float" in column for item in said.values for column in item.columns
        )
