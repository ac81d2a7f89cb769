"""What will happen to the lines of the demo market, and when: how often each kind, to whom, how large."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from indexcalc.market.demo.agenda import ORDER, Agenda, Designation, Event, Kind, Plan
from indexcalc.market.demo.clock import Clock
from indexcalc.market.demo.lines import Line, Roster


def make_plan(rng: np.random.Generator, roster: Roster, clock: Clock) -> Plan:
    """Events of all lines; gives lines their ``end`` and ``transfer``, new companies their ``start``."""
    plan = Plan(roster, clock)
    n = len(clock)
    agenda = Agenda(rng, roster, n)
    years = n / 246.0
    lines = roster.lines

    def number(rate: float, least: int) -> int:
        """Events at ``rate`` a line and year; at least ``least``, fewer in a tiny market."""
        return max(round(rate * len(lines) * years), min(least, 1 + len(lines) // 60))

    stocks = [line for line in lines if line.security_type == "stock"]
    commons = [line for line in stocks if line.share_class == "common"]
    hosts = {id(line.parent) for line in lines if line.parent is not None}
    _spin_offs(rng, plan, agenda, lines)
    _failures(rng, plan, agenda, commons, hosts, number)
    _takeovers(rng, plan, agenda, commons, hosts, number)
    _moves(plan, agenda, commons, number)
    _mega(plan, agenda)
    _restructurings(rng, plan, agenda, commons, number)
    _new_shares(rng, plan, agenda, commons, number)
    _small_changes(rng, plan, agenda, stocks, commons, number)
    for line in lines:
        if line.start >= 0:
            plan.events.append(Event(line.start, "list", line, float(rng.normal(0.08, 0.12))))
        if line.end is not None:
            plan.events.append(Event(line.end, "delist", line))
    # A line that the plan found no room for is never listed.
    plan.events = [event for event in plan.events if event.session < n]
    plan.events.sort(key=lambda event: (event.session, ORDER[event.kind], event.line.index))
    return plan


Number = Callable[[float, int], int]


def _halt(plan: Plan, line: Line, start: int, stop: int) -> None:
    plan.events.append(Event(start, "halt", line))
    plan.events.append(Event(stop, "resume", line))
    plan.designations.append(Designation(line, "halted", start, stop))


def _spin_offs(rng: np.random.Generator, plan: Plan, agenda: Agenda, lines: list[Line]) -> None:
    """The parent is halted about 20 sessions; both trade again on the session the child lists."""
    for child in [line for line in lines if line.listed_by == "demerger"]:
        assert child.parent is not None
        places = agenda.draw([child.parent], 1, 45, 75)
        if not places:
            continue
        parent, session = places[0]
        _halt(plan, parent, session - int(rng.integers(17, 24)), session)
        child.start = session
        ratio, part = round(float(rng.uniform(0.2, 0.6)), 4), float(rng.uniform(0.15, 0.45))
        plan.events.append(Event(session, "spin_off", parent, ratio, part, other=child))


def _failures(
    rng: np.random.Generator,
    plan: Plan,
    agenda: Agenda,
    commons: list[Line],
    hosts: set[int],
    number: Number,
) -> None:
    """Administrative designation, most with a halt, seven sessions of delisting trade, and out."""
    largest = plan.roster.mega.size / 60
    weak = [line for line in commons if line.size < largest and id(line) not in hosts]
    for line, session in agenda.draw(weak, number(0.0055, 6), 170, 3):
        if not agenda.can_end(line, session):
            continue
        trade = session - 7
        start = trade - int(rng.integers(60, 160))
        line.end = session
        halt = int(rng.integers(20, 55)) if rng.random() < 0.6 else 0
        if halt:
            _halt(plan, line, trade - halt, trade)
        plan.designations.append(Designation(line, "administrative", start, session))
        plan.designations.append(Designation(line, "delisting_trade", trade, session))
        plan.events.append(Event(start, "drift", line, -0.008))
        plan.events.append(Event(trade, "drift", line, -0.12))
        plan.leaving[line.index] = (trade - 2, None)
        plan.impaired[line.index] = start
        agenda.take(line, session - 170, len(plan.clock) + 1)
    spacs = [line for line in plan.roster.lines if line.security_type == "spac"]
    for line, session in agenda.draw(spacs, number(0.0006, 1), 40, 3):
        if not agenda.can_end(line, session):
            continue
        line.end = session
        plan.designations.append(Designation(line, "administrative", session - 30, session))
        plan.designations.append(Designation(line, "delisting_trade", session - 7, session))
        plan.leaving[line.index] = (session - 9, None)
        agenda.take(line, session - 40, len(plan.clock) + 1)
    # Warnings that end well.
    for line, session in agenda.draw(commons, number(0.004, 4), 5, 130):
        if line.size < largest:
            kind = "caution" if rng.random() < 0.6 and line.market == "KOSDAQ" else "administrative"
            stop = session + int(rng.integers(40, 125))
            plan.designations.append(Designation(line, kind, session, stop))


def _takeovers(
    rng: np.random.Generator,
    plan: Plan,
    agenda: Agenda,
    commons: list[Line],
    hosts: set[int],
    number: Number,
) -> None:
    """Mergers into a listed successor, and tenders for cash: halted a few sessions, then out."""
    largest = plan.roster.mega.size / 15
    targets = [line for line in commons if line.size < largest and id(line) not in hosts]
    buyers = [line for line in commons if line.size > plan.roster.mega.size / 200]
    for line, session in agenda.draw(targets, number(0.0022, 4), 60, 3):
        if not agenda.can_end(line, session):
            continue
        announced = session - int(rng.integers(30, 50))
        halt = session - int(rng.integers(4, 9))
        partner = next(
            (
                buyer
                for buyer in (buyers[i] for i in rng.permutation(len(buyers))[:40].tolist())
                if buyer is not line
                and buyer.market == line.market
                and buyer is not plan.roster.mega
                and buyer.end is None
                and buyer.size > 0.7 * line.size
                and agenda.free(buyer, session - 60, session + 20)
            ),
            None,
        )
        if partner is None:
            continue
        line.end = session
        agenda.take(partner, session - 60, session + 20)
        agenda.take(line, session - 60, len(plan.clock) + 1)
        _halt(plan, line, halt, session)
        plan.events.append(Event(announced, "agree", line, 0.08, other=partner))
        plan.events.append(Event(session, "merge", line, other=partner))
        plan.leaving[line.index] = (announced, partner)
    for line, session in agenda.draw(targets, number(0.0003, 2), 60, 3):
        if not agenda.can_end(line, session):
            continue
        announced = session - int(rng.integers(30, 50))
        line.end = session
        agenda.take(line, session - 60, len(plan.clock) + 1)
        _halt(plan, line, session - 5, session)
        plan.events.append(Event(announced, "agree", line, 0.22))
        plan.events.append(Event(session, "tender", line))
        plan.leaving[line.index] = (announced, None)


def _moves(plan: Plan, agenda: Agenda, commons: list[Line], number: Number) -> None:
    """Large KOSDAQ lines that move to KOSPI, symbol and price unbroken."""
    kosdaq = [line for line in commons if line.market == "KOSDAQ" and line.end is None]
    large = sorted(kosdaq, key=lambda line: -line.size)[: max(3, len(kosdaq) // 12)]
    for line, session in agenda.draw(large, number(0.0004, 3), 20, 20):
        if line.transfer is None:
            line.transfer = session
            plan.events.append(Event(session, "move", line))


def _mega(plan: Plan, agenda: Agenda) -> None:
    """The mega-cap splits 50 for 1 with a halt, and cancels treasury shares three times."""
    mega, n = plan.roster.mega, len(plan.clock)
    split = int(0.42 * n)
    agenda.take(mega, split - 30, split + 60)
    _halt(plan, mega, split - 3, split)
    plan.events.append(Event(split, "split", mega, 50.0))
    for part in (0.3, 0.6, 0.8):
        session = int(part * n)
        agenda.take(mega, session - 5, session + 5)
        plan.events.append(Event(session, "cancel", mega, 0.008))


def _restructurings(
    rng: np.random.Generator, plan: Plan, agenda: Agenda, commons: list[Line], number: Number
) -> None:
    """Splits, consolidations and capital reductions: shares step on the ex-date."""
    dear = [line for line in commons if line.price > 15_000 and line is not plan.roster.mega]
    for nth, (line, session) in enumerate(agenda.draw(dear, number(0.004, 6), 70, 70)):
        m = float(rng.choice(np.array([2.0, 5.0, 10.0])))
        if nth == 0:  # the terms take effect on a session within the halt
            _halt(plan, line, session - 4, session + 5)
            plan.events.append(Event(session, "split", line, m, halted=True))
            continue
        if nth % 2:
            _halt(plan, line, session - int(rng.integers(2, 6)), session)
        plan.events.append(Event(session, "split", line, m))
    cheap = [line for line in commons if line.price < 8_000]
    for line, session in agenda.draw(cheap, number(0.0025, 4), 70, 70):
        _halt(plan, line, session - int(rng.integers(8, 16)), session)
        m = 1.0 / float(rng.choice(np.array([2.0, 5.0, 10.0])))
        plan.events.append(Event(session, "consolidation", line, m))
    for line, session in agenda.draw(cheap, number(0.0012, 3), 70, 70):
        _halt(plan, line, session - int(rng.integers(10, 22)), session)
        m = float(rng.choice(np.array([0.5, 0.25, 0.2, 0.1])))
        step = float(rng.normal(-0.05, 0.15))
        plan.events.append(Event(session, "capital_reduction", line, m, step))


def _new_shares(
    rng: np.random.Generator, plan: Plan, agenda: Agenda, commons: list[Line], number: Number
) -> None:
    """Bonus issues, stock dividends and rights: the price steps on the ex-date, shares list later."""

    def later(kind: Kind, line: Line, session: int, lag: int, value: float, more: float) -> None:
        listed = session + lag
        shown = listed if kind == "stock_dividend" or rng.random() < 0.5 else None
        plan.events.append(Event(session, kind, line, value, more, list_session=shown))
        m = 1.0 + value if kind == "rights" else value
        plan.events.append(Event(listed, "list_shares", line, m))

    small = [line for line in commons if line is not plan.roster.mega]
    ratios = np.array([1.5, 2.0, 2.0, 3.0, 4.0])
    for line, session in agenda.draw(small, number(0.005, 8), 70, 70):
        m = float(rng.choice(ratios))
        later("bonus", line, session, int(rng.integers(10, 21)), m, 0.0)
    for line, session in agenda.draw(small, number(0.006, 6), 70, 75):
        n = round(float(rng.uniform(0.1, 0.45)), 4)
        later("rights", line, session, int(rng.integers(25, 41)), n, float(rng.uniform(0.72, 0.88)))
    year_ends = [ex for _, _, ex in plan.clock.record_exes((12,))]
    paying = [line for line in small if line.dividend_yield > 0]
    for line, session in agenda.draw(paying, number(0.002, 3), 70, 75, year_ends):
        m = 1.0 + round(float(rng.uniform(0.02, 0.06)), 2)
        later("stock_dividend", line, session, int(rng.integers(50, 58)), m, 0.0)


def _small_changes(
    rng: np.random.Generator,
    plan: Plan,
    agenda: Agenda,
    stocks: list[Line],
    commons: list[Line],
    number: Number,
) -> None:
    """Short halts and a long one, issues and cancellations, and new sectors."""
    ordinary = [line for line in stocks if line is not plan.roster.mega]
    for nth, (line, session) in enumerate(agenda.draw(ordinary, number(0.012, 10), 5, 12)):
        if nth == 0 and agenda.free(line, session + 12, session + 190):
            agenda.take(line, session + 12, session + 190)
            _halt(plan, line, session, session + 180)
            continue
        _halt(plan, line, session, session + int(rng.integers(1, 8)))
    for line, session in agenda.draw(commons, number(0.06, 20), 3, 3):
        part = round(float(rng.lognormal(-3.6, 0.8)), 5)
        plan.events.append(Event(session, "issue", line, min(part, 0.09)))
    treasury = [
        line
        for line in commons
        if ("treasury", "company") in line.stakes and line.float_at_start > 0.25
    ]
    for line, session in agenda.draw(treasury, number(0.015, 8), 45, 3):
        plan.events.append(
            Event(session, "cancel", line, round(float(rng.uniform(0.004, 0.03)), 5))
        )
    for line, session in agenda.draw(ordinary, number(0.0008, 3), 3, 3):
        if line.share_class == "common" and line.sector in ("industrials", "materials"):
            sector = "materials" if line.sector == "industrials" else "industrials"
            plan.reclassified.append((line, session, sector))
