"""Indices moved on session by session, with the bits of a run over all of them.

    live = ic.Live.begin("kospi200", market, returns=["tr"])     # as far as the market goes
    live.save("kospi200.state")
    ...                                                          # another day, another process
    live = ic.Live.resume("kospi200.state", "kospi200", market)  # the market has a day more
    for session in live.advance():
        print(session.date, session["kospi200"].level_published)
    live.save("kospi200.state")

A session goes through the same code as a block of them in ``compute``; a state is what one block
hands to the next.  Reviews are made anew from the market's history whenever a state is taken up: they
read what was known at their cut-offs, so those of the past must be what they were, which is checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from indexcalc.calculation.compute import line_prices, take_block
from indexcalc.calculation.findings import report_actions
from indexcalc.calculation.plan import Plan, Request, make_plan
from indexcalc.calculation.prices.daily_rows import DailyRows, rows_between, stretches
from indexcalc.calculation.returns.return_kinds import returns_said
from indexcalc.calculation.run.manifest import version_of
from indexcalc.diagnostics import Diagnostic, RunError, UsageError, quantity
from indexcalc.live import history, index_state, line_state
from indexcalc.live import saved_state as kept
from indexcalc.live.saved_state import Kept, check_header
from indexcalc.live.session import Session, forget, taken, told
from indexcalc.live.ticks import Ticks
from indexcalc.market.calendar.said_dates import Said, date_said
from indexcalc.market.calendar.sessions import date_of, day_number
from indexcalc.market.market import Market
from indexcalc.market.notebook_display import Displayed, Rows
from indexcalc.methodology.load.family import Family, load_family
from indexcalc.methodology.model.methodology import Methodology
from indexcalc.review.data.assumptions import assumed_said

Rule = str | Path | Methodology
AGAIN = "make the state anew with `Live.begin`, and write the run again with `compute --restate`"


class Live(Displayed):
    """Indices between two sessions.  Make one with ``begin`` or ``resume``.

    ``last``: position of the session it stands after among the market's observed ones, -1 before the
    first.  ``recomputed``: the state did not hold what a session to come rests on (closes of a pricing
    session before the state, for a review that was not known then), so it was made anew from the
    market's history, with the same level.
    """

    def __init__(self, plan: Plan, digest: str = "", last: int = -1) -> None:
        self.plan = plan
        self.last = last
        self.recomputed = False
        self._hashes: dict[tuple[str, int], str] = {}
        self.prices = line_prices(plan)
        self.digest = history.DailyDigest(plan.market, digest, last + 1)
        for work in plan.works.values():
            report_actions(self.prices[work.treatment], work.findings)

    def _shown(self) -> tuple[str, Rows]:
        days = self.plan.market.days
        after = str(date_of(int(days[self.last]))) if self.last >= 0 else "nothing yet"
        return f"Live {', '.join(self.plan.family.asked)}", [
            ("after", after),
            ("to come", f"{quantity(days.size - self.last - 1, 'session')} of the market"),
        ]

    @classmethod
    def begin(
        cls,
        rules: Rule | Sequence[Rule],
        market: Market | str | Path,
        *,
        start: Said = None,
        returns: str | Sequence[str] = (),
        assume: Mapping[str, str] | None = None,
        until: Said = None,
    ) -> Live:
        """Indices as they stand after the last session of the market, or after that of ``until``.

        ``start``, ``returns``, ``assume`` as in ``compute``.  Raises RuleError, DataError, UsageError
        (CAL008: an overlay; CAL010: ``until`` is before the data).
        """
        market = Market.of(market)
        request = Request(
            date_said(start, "start"),
            None,
            returns_said(returns),
            assumed_said(assume),
            None,
            keep_weights=False,
        )
        family = _family(rules)
        live = cls(_plan(family, market, request))
        last = market.days.size - 1
        if until is not None:
            day = date_said(until, "until")
            assert day is not None
            last = int(np.searchsorted(market.days, day_number(day), side="right")) - 1
            if last < 0:
                message = f"the data begin on {date_of(market.days[0])}, after {day}"
                raise UsageError.of("CAL010", message, path=market.place)
        live._go(last)
        return live

    @classmethod
    def resume(
        cls,
        state: str | Path | Kept,
        rules: Rule | Sequence[Rule],
        market: Market | str | Path,
    ) -> Live:
        """Indices as they were saved, over a market that has the same past.

        ``rules``: those the state was begun with.  RunError: RUN005 the state cannot be read, RUN006 it is
        of other rules or another version, RUN007 the market's past is another now.
        """
        market = Market.of(market)
        path = None if isinstance(state, Kept) else Path(state)
        saved = state if isinstance(state, Kept) else kept.read(Path(state))
        family = _family(rules)
        with _readable(path):
            said = saved.said
            check_header(said)
            _check_rules(said["rules"], family, path)
            if said["version"] != (ours := version_of("indexcalc")):
                message = f"the state was made by version {said['version']}, this is {ours}"
                raise RunError.of("RUN006", message, path=path, hint=AGAIN)
            start = None if said["start"] is None else dt.date.fromisoformat(said["start"])
            returns, assume = tuple(said["returns"]), dict(said["assume"])
            day, digest = int(said["day"]), str(said["digest"])
        last = _position(market, day, path)
        request = Request(start, None, returns, assume, None, keep_weights=False)
        live = cls(_plan(family, market, request), digest, last)
        live._check_past(saved, path)
        with _readable(path):
            lacking = live.put(saved)
        live._report()
        if not lacking:
            return live
        # The history has what the state does not; it must lead to the same levels.
        asked = [family[name] for name in family.asked]
        again = cls.begin(
            asked, market, start=start, returns=returns, assume=assume, until=date_of(day)
        )
        again._check_levels(saved, path)
        again.recomputed = True
        return again

    @property
    def day(self) -> dt.date | None:
        """The session it stands after; None before the first."""
        return None if self.last < 0 else date_of(self.plan.market.days[self.last])

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What there was to say of rules, reviews and data before the sessions advanced through."""
        found = {item for work in self.plan.works.values() for item in work.findings.items}
        return tuple(sorted(found, key=lambda item: item.sort_key))

    def advance(self) -> Iterator[Session]:
        """The sessions the market has after the last one, each as it is advanced through.

        Stop when you like: the indices stand after the last session handed out.
        """
        market = self.plan.market
        for session in range(self.last + 1, market.days.size):
            yield self.take(rows_between(market, session, session + 1))

    def ticks(self) -> Ticks:
        """The session after the last one, price by price; the indices stay where they are.

        The market has its opening rows: lines, listed shares and base prices; closes and volumes are not
        looked at.  UsageError (CAL010): it has no rows after the last session, or that is the first.
        """
        market = self.plan.market
        if not 0 <= self.last < market.days.size - 1:
            message = f"the market has no rows after {self.day}"
            hint = "import the opening rows of the session: symbols, listed shares, base prices"
            raise UsageError.of("CAL010", message, path=market.place, hint=hint)
        return Ticks(self, rows_between(market, self.last + 1, self.last + 2))

    def take(self, rows: DailyRows) -> Session:
        """Advance through one session.

        ValueError: it is not the one after the last.
        """
        if rows.first != self.last + 1 or rows.days.size != 1:
            raise ValueError("sessions are taken one by one, in order")
        take_block(self.plan, {name: one.advance(rows) for name, one in self.prices.items()})
        self.last = rows.first
        return taken(self.plan, self.plan.works, rows.first)

    def save(self, path: str | Path) -> None:
        """Write the state to a file, whole or not at all."""
        kept.write(Path(path), self.state())

    def state(self) -> Kept:
        """The state after the last session."""
        market, request = self.plan.market, self.plan.request
        made = self.captured()
        day = int(market.days[self.last])
        made.said |= {
            "version": version_of("indexcalc"),
            "rules": _hashes(self.plan.family),
            "start": None if request.start is None else request.start.isoformat(),
            "returns": list(request.returns),
            "assume": dict(sorted(request.assume.items())),
            "day": day,
            "digest": self.digest.to(self.last + 1),
            "files": history.stored_files(market, day),
            "past": self._past(day, frozenset(market.symbols)),
        }
        return made

    def captured(self) -> Kept:
        """The part of the state that a session moves."""
        symbols = self.plan.market.symbols
        made = Kept(symbols)
        for number, lines in enumerate(self.prices.values()):
            line_state.keep(lines, made.part(f"lines{number}", symbols))
        for name, work in self.plan.works.items():
            index_state.keep(work.run, self.last, made.part(f"index.{name}", symbols))
        return made

    def _go(self, last: int) -> None:
        """From before the first session to after the one at ``last``, in long blocks."""
        market = self.plan.market
        for rows in stretches(market, last + 1):
            take_block(self.plan, {name: one.advance(rows) for name, one in self.prices.items()})
            for work in self.plan.works.values():
                told(self.plan, work)
                forget(work.run)
        self.last = last
        self._report()

    def _report(self) -> None:
        """What there is to say of who is in, of the lines seen so far."""
        for work in self.plan.works.values():
            state = self.prices[work.treatment].state
            work.members.report(state.first_seen, state.last_seen, work.findings)

    def put(self, saved: Kept) -> bool:
        """Put a state into the plan.  Does it lack something that a session to come rests on?"""
        lacking: list[int] = []
        symbols = self.plan.market.symbols
        for number, lines in enumerate(self.prices.values()):
            line_state.take_up(lines, saved.part(f"lines{number}", symbols))
        for name, work in self.plan.works.items():
            part = saved.part(f"index.{name}", symbols)
            takeovers = self.prices[work.treatment].events.takeovers
            lacking += index_state.take_up(work.run, self.last, takeovers, part)
        return bool(lacking)

    def _past(self, day: int, known: frozenset[str]) -> dict[str, str]:
        market = self.plan.market
        facts = {name: market.facts.get(name) for name in ("complete", "price_limit")}
        made = {"facts": repr(sorted(facts.items())), "calendar": history.calendar(self.plan, day)}
        made |= {
            f"table {name}": text
            for name, text in history.tables(market, day, self._hashes).items()
        }
        made["lines handed out"] = history.handed_out(market, day)
        made["prices of endings"] = history.ending_prices(
            [lines.events for lines in self.prices.values()], market.symbols, self.last
        )
        for name, work in self.plan.works.items():
            made[f"members of {name}"] = history.members(work, market.symbols, self.last, known)
        return made

    def _check_past(self, saved: Kept, path: Path | None) -> None:
        """RunError (RUN007): the past of the market is another than that of the state."""
        market, said = self.plan.market, saved.said
        gone = sorted(set(saved.symbols) - set(market.symbols))
        other = [f"lines {', '.join(gone[:5])}"] if gone else []
        day = int(said["day"])
        files = history.stored_files(market, day)
        same = files is not None and files == said["files"]
        if not same and history.DailyDigest(market).to(self.last + 1) != said["digest"]:
            other.append("table daily")
        now = self._past(day, frozenset(saved.symbols))
        other += [name for name in now if now[name] != said["past"].get(name)]
        if other:
            message = f"up to {date_of(day)} the market is not what the state was made from: "
            raise RunError.of("RUN007", message + ", ".join(other), path=path, hint=AGAIN)

    def _check_levels(self, saved: Kept, path: Path | None) -> None:
        symbols = self.plan.market.symbols
        for name, work in self.plan.works.items():
            part = saved.part(f"index.{name}", symbols)
            state = work.run.state
            if state is not None and part.get_float("level").hex() != state.level.hex():
                message = f"the history gives {name} the level {state.level!r} on {self.day}, the "
                message += f"state has {part.get_float('level')!r}"
                raise RunError.of("RUN007", message, path=path, hint=AGAIN)


@contextmanager
def _readable(path: Path | None) -> Iterator[None]:
    """RunError (RUN005): the state lacks something, or it is not what it should be."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise RunError.of(
            "RUN005", f"the state lacks or has a wrong {error}", path=path, hint=AGAIN
        ) from error


def _family(rules: Rule | Sequence[Rule]) -> Family:
    return load_family([rules] if isinstance(rules, str | Path | Methodology) else list(rules))


def _plan(family: Family, market: Market, request: Request) -> Plan:
    plan = make_plan(family, market, request)
    if plan.overlays:
        names = ", ".join(sorted(plan.overlays))
        raise UsageError.of(
            "CAL008",
            f"overlays are not advanced session by session by this version: {names}",
            hint="advance what it stands on, and compute the overlay over its levels",
        )
    return plan


def _hashes(family: Family) -> dict[str, str]:
    return {name: family[name].sha256 for name in sorted(family)}


def _check_rules(said: Mapping[str, str], family: Family, path: Path | None) -> None:
    now = _hashes(family)
    other = sorted(name for name in {*said, *now} if said.get(name) != now.get(name))
    if other:
        message = f"the state is of other rules: {', '.join(other)}"
        raise RunError.of("RUN006", message, path=path, hint=AGAIN)


def _position(market: Market, day: int, path: Path | None) -> int:
    last = int(np.searchsorted(market.days, day))
    if last == market.days.size or int(market.days[last]) != day:
        message = f"the market has no session on {date_of(day)}, the day of the state"
        raise RunError.of(
            "RUN007", message, path=path, hint="give the market it was made from, or a longer one"
        )
    return last
