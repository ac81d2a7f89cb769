"""Random sequences of events: every level is what a fund that holds, trades at the close and receives
is worth (``tests.oracle.fund``), under every kind of scheme.

The history is drawn with what each event does to one share, in its own words: shares that come of
one, cash paid, rights worth so much, children handed out.  The fund is run on that alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from tests.conftest import ROOT
from tests.oracle.fund import Fund
from tests.unit.calculation import small

CLOSE = 1e-12
MEMBERS = ("A", "M", "Z")
CAP = small.GIVEN + "weighting: {scheme: market_cap}\n"
PRICE = small.GIVEN + "weighting: {scheme: price}\n"
DRIFT = small.EQUAL.replace("average_weight}", "average_weight, special_weight: drift}")
SCHEMES = {"cap": CAP, "equal": small.EQUAL, "drift": DRIFT, "price": PRICE}


@dataclass(frozen=True)
class Happening:
    """One event: ``kind`` in the market's words, its terms, the price before and after it."""

    kind: str
    terms: dict[str, Any]
    before: float
    after: float


@dataclass
class Story:
    """``closes`` and ``counts`` by line and session; ``events`` by (line, session) in order;
    ``ends``: line -> (session, row)."""

    n: int
    valued: bool
    closes: dict[str, dict[int, float]] = field(default_factory=dict)
    counts: dict[str, dict[int, float]] = field(default_factory=dict)
    events: dict[tuple[str, int], list[Happening]] = field(default_factory=dict)
    ends: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)

    def market(self) -> Any:
        lines = [
            small.line(
                name,
                [closes[at] for at in sorted(closes)],
                [self.counts[name][at] for at in sorted(closes)],  # type: ignore[misc]
                start=min(closes),
            )
            for name, closes in self.closes.items()
        ]
        actions, paid = [row for _, row in self.ends.values()], []
        for (name, on), happenings in self.events.items():
            for place, one in enumerate(happenings, start=1):
                if one.kind in ("special", "return_of_capital"):
                    row = small.dividend(name, on, one.terms["amount"], one.kind)
                    paid.append({**row, "sequence": place})
                else:
                    row = small.action(name, on, one.kind, **one.terms)
                    actions.append({**row, "sequence": place})
        return small.market(
            *lines,
            n_sessions=self.n,
            memberships=small.given(*MEMBERS),
            corporate_actions=actions,
            dividends=paid,
        )


STEPS = st.floats(0.8, 1.25).map(lambda value: round(value, 4))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Prices near what the events make them; children that trade at once or some sessions later."""
    n = draw(st.integers(4, 9))
    story = Story(n, draw(st.booleans()))
    children = iter(("B", "N", "c"))
    for name in MEMBERS:
        price, count = float(draw(st.integers(50, 400))), float(draw(st.integers(500, 5000)))
        story.closes[name], story.counts[name] = {0: price, 1: price}, {0: count, 1: count}
    ending = draw(st.sampled_from([None, None, *MEMBERS]))
    ends_on = draw(st.integers(3, n - 1))
    for at in range(2, n):
        for name in MEMBERS:
            if name == ending and at >= ends_on:
                continue
            price, count = story.closes[name][at - 1], story.counts[name][at - 1]
            happenings: list[Happening] = []
            for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2, 3]))):
                one = draw(happening(price, at, n, story, children))
                if one is not None:
                    happenings.append(one)
                    price = one.after
                    count *= _new_shares(one)
            if happenings:
                story.events[name, at] = happenings
            story.closes[name][at] = price * draw(STEPS)
            issue = draw(st.sampled_from([1.0, 1.0, 1.03, 0.98]))
            story.counts[name][at] = count * (issue if not happenings else 1.0)
    if ending is not None:
        _end(draw, story, ending, ends_on)
    return story


def _end(draw: st.DrawFn, story: Story, name: str, on: int) -> None:
    kind = draw(st.sampled_from(["merger", "tender", "bankruptcy", "in shares"]))
    last = story.closes[name][on - 1]
    if kind == "in shares":
        acquirer = next(other for other in MEMBERS if other != name)
        ratio = round(last / story.closes[acquirer][on - 1], 3) or 0.001
        row = small.action(name, on, "merger", ratio=ratio, other_symbol=acquirer)
        new = story.counts[name][on - 1] * ratio
        row["list_date"] = small.day(on)
        own = story.counts[acquirer][on]
        for at in range(on, story.n):
            # What is issued is listed on the session, and multiplied by what comes after.
            story.counts[acquirer][at] *= 1 + new / own
    elif kind == "bankruptcy":
        row = small.action(name, on, kind)
        if draw(st.booleans()):
            row["final_price"] = 1.5
    else:
        row = small.action(name, on, kind)
        if draw(st.booleans()):
            row["final_price"] = round(last * draw(STEPS), 2)
    story.ends[name] = (on, row)


def _new_shares(one: Happening) -> float:
    if one.kind == "rights":
        return 1 + one.terms["ratio"] if one.after < one.before else 1.0
    if "other_symbol" in one.terms or "ratio" not in one.terms:
        return 1.0
    return float(one.terms["ratio"])


@st.composite
def happening(
    draw: st.DrawFn, price: float, at: int, n: int, story: Story, children: Any
) -> Happening | None:
    kind = draw(
        st.sampled_from(["split", "bonus", "consolidation", "rights", "special"])
        | st.sampled_from(["return_of_capital", "spin_off", "stock_dividend"])
    )
    if kind in ("split", "bonus", "consolidation"):
        m = draw(st.sampled_from([0.2, 0.5, 1.1, 2.0, 4.0, 5.0]))
        return Happening(kind, {"ratio": m, "list_date": at}, price, price / m)
    if kind == "rights":
        ratio, s = draw(st.sampled_from([0.1, 0.5, 2.0, 20.0])), round(price * draw(RIGHTS_AT), 2)
        s = max(s, 0.01)
        after = price if s >= price else (price + ratio * s) / (1 + ratio)
        return Happening(kind, {"ratio": ratio, "price": s, "list_date": at}, price, after)
    if kind in ("special", "return_of_capital"):
        amount = round(price * draw(st.floats(0.01, 0.6)), 3)
        return Happening(kind, {"amount": amount}, price, price - amount)
    if kind == "stock_dividend":
        ratio, each = 0.1, round(price * draw(st.floats(0.1, 3)), 2)
        terms = {"ratio": ratio, "price": each, "other_symbol": "elsewhere"}
        return Happening(kind, terms, price, price - ratio * each)
    child = next(children, None)
    if child is None:
        return None
    ratio, first = draw(st.sampled_from([0.25, 1.0, 3.0])), draw(st.integers(at, min(at + 3, n)))
    close = round(price * draw(st.floats(0.05, 0.5)) / ratio, 2)
    for later in range(first, n):
        story.closes.setdefault(child, {})[later] = close
        story.counts.setdefault(child, {})[later] = 100.0
        close = close * 1.125
    if first >= n:
        return None
    value = round(price * 0.2 / ratio, 2)
    terms = {"ratio": ratio, "other_symbol": child, "price": value}
    return Happening(kind, terms, price, price - ratio * value if story.valued else price)


RIGHTS_AT = st.sampled_from([0.05, 0.5, 0.9, 1.0, 1.3])


@dataclass
class Spun:
    """Children a fund holds: ``units`` for one unit of it, at ``value`` until ``first`` trade."""

    name: str
    parent: str
    units: float
    value: float
    first: int


class Follower:
    """The fund that follows an index of a scheme through a story, session by session."""

    def __init__(self, story: Story, scheme: str) -> None:
        self.story, self.scheme = story, scheme
        self.level = 1000.0
        self.spun: list[Spun] = []
        start = {name: story.closes[name][1] for name in MEMBERS}
        # What one unit holds of the members after the events of the session.
        self.units = {
            name: self._own(name, 1) / (start[name] if self.neutral else 1.0) for name in MEMBERS
        }

    @property
    def neutral(self) -> bool:
        return self.scheme in ("equal", "drift")

    def _own(self, name: str, at: int) -> float:
        return self.story.counts[name][at] if self.scheme == "cap" else 1.0

    def price(self, name: str, at: int) -> float:
        for child in self.spun:
            if child.name == name and at < child.first:
                return child.value
        ends = self.story.ends.get(name)
        if ends is not None and at == ends[0] - 1:
            final = ends[1].get("final_price")
            if final is not None or ends[1]["type"] == "bankruptcy":
                return float(final or 0.0)
        return self.story.closes[name][at]

    def step(self, at: int) -> float:
        """The level of a session."""
        self._settle(at)
        # What one unit holds at the close before, so that it holds its shares after the events.
        fund = Fund({name: self._before(name, at) for name in self._members(at)})
        for child in self.spun:
            fund.shares[child.name] = child.units
        cost = fund.worth({name: self.price(name, at - 1) for name in fund.shares})
        for name in self._members(at):
            for one in self.story.events.get((name, at), ()):
                self._happens(fund, name, one, at)
        received, fund.cash = fund.cash, 0.0
        self.units = {name: fund.shares[name] for name in self._members(at)}
        for child in self.spun:
            child.units = fund.shares[child.name]
        now = fund.worth({name: self.price(name, at) for name in fund.shares})
        self.level *= now / (cost - received)
        return self.level

    def _members(self, at: int) -> list[str]:
        ended = {name for name, (on, _) in self.story.ends.items() if on <= at}
        return [name for name in MEMBERS if name not in ended]

    def _settle(self, at: int) -> None:
        """What was sold at the close before: children that traded; a line that is gone."""
        for child in [child for child in self.spun if child.first == at - 1]:
            self.spun.remove(child)
            if self.neutral and child.parent in self._members(at):
                proceeds = child.units * self.story.closes[child.name][at - 1]
                self.units[child.parent] += proceeds / self.price(child.parent, at - 1)
        for name, (on, row) in self.story.ends.items():
            if on == at and self.neutral and "other_symbol" in row:
                self.units[row["other_symbol"]] += self.units[name] * row["ratio"]

    def _before(self, name: str, at: int) -> float:
        """Shares held at the close before the events of a session."""
        if self.neutral:
            return self.units[name]
        wanted = self._own(name, at)
        for one in self.story.events.get((name, at), ()):
            if one.kind != "rights" or self.scheme == "cap":
                wanted /= _new_shares(one)
        return wanted

    def _happens(self, fund: Fund, name: str, one: Happening, at: int) -> None:
        terms = one.terms
        if one.kind in ("split", "bonus", "consolidation"):
            fund.split(name, terms["ratio"])
        elif one.kind == "spin_off":
            child = terms["other_symbol"]
            fund.handed(name, child, terms["ratio"])
            first = min(self.story.closes[child])
            value = terms["price"] if self.story.valued else 0.0
            self.spun.append(Spun(child, name, 0.0, value, first))
        elif one.kind == "rights" and self.scheme == "cap":
            if one.after < one.before:
                fund.subscribes(name, terms["ratio"], terms["price"])
        else:
            # Cash, or what is worth it: rights and paper of elsewhere are sold.
            each = one.before - one.after
            if self.neutral and not (self.scheme == "drift" and "amount" in terms):
                fund.shares[name] *= 1 + each / one.after
            else:
                fund.paid(name, each)


def rule_of(scheme: str, story: Story) -> str:
    text, said = SCHEMES[scheme], "spin_off: valued"
    if not story.valued:
        return text
    if "maintenance" in text:
        return text.replace("maintenance: {", f"maintenance: {{{said}, ")
    return text + f"maintenance: {{{said}}}\n"


@given(scheme=st.sampled_from(sorted(SCHEMES)), story=stories())
def test_levels_are_what_the_fund_is_worth(scheme: str, story: Story) -> None:
    run = small.run(rule_of(scheme, story), story.market())
    fund = Follower(story, scheme)
    expected = [1000.0, *(fund.step(at) for at in range(2, story.n))]
    kinds = {one.kind for ones in story.events.values() for one in ones}
    kinds |= {row["type"] for _, row in story.ends.values()}
    for kind in sorted(kinds):
        event(kind)
    # A dividend above the price cannot be, says a run; what it comes to is judged all the same.
    errors = {item.code for item in run.diagnostics if item.severity == "error"}
    assert errors <= {"DAT055"}
    assert small.levels(run) == pytest.approx(expected, rel=CLOSE)
    # Both forms of the level.
    for level, value, divisor in zip(
        small.levels(run),
        small.levels(run, "market_value"),
        small.levels(run, "divisor"),
        strict=True,
    ):
        assert value / divisor == pytest.approx(level, rel=CLOSE)


@given(scheme=st.sampled_from(sorted(SCHEMES)), story=stories(), block=st.integers(1, 4))
@settings(max_examples=40)
def test_blocks_move_no_bit(scheme: str, story: Story, block: int) -> None:
    """Children, endings and shares received go from one block of sessions to the next."""
    text = rule_of(scheme, story)
    whole, split = small.run(text, story.market()), small.in_blocks(text, story.market(), block)
    for name in ("levels", "constituents", "events", "composition"):
        assert getattr(whole, name).equals(getattr(split, name)), name


@pytest.mark.parametrize("base_price", ["exchange", "terms"])
def test_both_forms_of_the_level_over_thirty_years(base_price: str) -> None:
    """A demo market of 7,494 sessions: value over divisor is the chained level."""
    over = ic.Market.demo(securities=150, years=30, seed=11)
    text = (ROOT / "rules" / "krx" / "kospi.yaml").read_text(encoding="utf-8")
    assert "  base_price: terms" in text
    text = text.replace("  base_price: terms", f"  base_price: {base_price}")
    run = small.run(text, over)
    kinds = {row["event"] for row in run.events.to_pylist()}
    assert {"split", "rights", "bonus", "merger", "spin_off", "capital_reduction"} <= kinds
    assert len(small.levels(run)) > 7_000
    for level, value, divisor in zip(
        *(small.levels(run, name) for name in ("level", "market_value", "divisor")), strict=True
    ):
        assert value / divisor == pytest.approx(level, rel=CLOSE)
