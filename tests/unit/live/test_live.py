"""Live calculation: session by session over a demo market full of events, from a file, and refusals."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import indexcalc as ic
from indexcalc.calculation.run.run import Run
from indexcalc.live import history
from indexcalc.live import saved_state as kept
from indexcalc.live.live import Live
from indexcalc.market import arrow, store
from indexcalc.market.market import Market
from tests.properties.test_levels_bits import DRIFTED
from tests.properties.test_live_bits import row, rows
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market
from tests.unit.calculation.stored import stored

RULES = (
    "kospi",
    "kospi200",
    "kospi200-cap30",
    "kospi200-equal-weight",
    "kospi-ex-kospi200",
    "kospi-large",
    "pw",
    "ew-amount",
    "kospi-float",
)


@cache
def demo() -> Market:
    return Market.demo(securities=100, years=2)


def days() -> list[dt.date]:
    return [dt.date(1970, 1, 1) + dt.timedelta(days=int(day)) for day in demo().days]


# A share of each of a parent's members, with every return version.
PRICE = """index: pw
universe: {of: kospi200}
measures: {size: {last: market_cap}}
selection: {count: 30, steps: [{select: {size: {rank: 30}}}]}
weighting: {scheme: price}
returns: {kinds: [price, gross, net], withholding: 15.4%}
"""


# Whole index shares bought for a fixed amount.
AMOUNT = """index: ew-amount
variant_of: kospi200-equal-weight
weighting: {amount: {each: 1_000_000}}
rounding: {index_shares: 0}
"""
# Every session, and float factors on dates of their own.
FLOAT = """index: kospi-float
variant_of: kospi
float:
  updated: {months: [2, 6, 12], effective: first session of month}
  steps: [{round: up to 5%}]
weighting: {scheme: float_market_cap}
"""
TEXTS = {"pw": PRICE, "ew-amount": AMOUNT, "kospi-float": FLOAT}


def loaded(name: str) -> ic.Methodology | str:
    return ic.Methodology.from_text(TEXTS[name]) if name in TEXTS else name


@cache
def whole(rule: str) -> Run:
    return ic.compute(loaded(rule), demo(), returns=["tr"])


@pytest.mark.parametrize("rule", RULES)
def test_session_by_session_has_the_bits_of_one_run(rule: str, tmp_path: Path) -> None:
    path = tmp_path / "x.state"
    live = Live.begin(loaded(rule), demo(), returns=["tr"], until=days()[250])
    live.save(path)
    # Resumed every now and then: nothing lives on but the file.
    made: dict[dt.date, Any] = {}
    while live.last + 1 < len(days()):
        live = Live.resume(path, loaded(rule), demo())
        for _, session in zip(range(80), live.advance(), strict=False):
            if rule in session.indices:
                made[session.date] = row(session, rule)
        live.save(path)
    expected = {date: said for date, said in rows(whole(rule)).items() if date > days()[250]}
    assert len(expected) > 200
    assert made == expected
    kinds = set(whole(rule).events.column("event").to_pylist())
    assert {"added", "removed", "carried", "dividend"} <= kinds


def split(n: int = 6) -> list[list[dict[str, Any]]]:
    """The first sessions of two lines; A falls to a half on session 4."""
    closes = {"A": [100, 110, 120, 130, 65, 66], "B": [30, 31, 29, 30, 33, 32]}
    return [line(symbol, said[:n]) for symbol, said in closes.items()]


def small_state(path: Path, text: str = small.CAP, **tables: Any) -> Market:
    over = market(*split(4), n_sessions=6, **tables)
    Live.begin(small.rule(text), over).save(path)
    return over


def refused(path: Path, text: str, over: Market) -> str:
    with pytest.raises(ic.RunError) as caught:
        Live.resume(path, small.rule(text), over)
    return "; ".join(f"{item.code}: {item.message}" for item in caught.value.diagnostics)


def test_a_state_that_is_none(tmp_path: Path) -> None:
    over = small_state(tmp_path / "good")
    assert "RUN005: there is no state here" in refused(tmp_path / "none", small.CAP, over)
    (tmp_path / "bad").write_bytes(b"not Arrow")
    assert "RUN005: the state cannot be read" in refused(tmp_path / "bad", small.CAP, over)
    (tmp_path / "cut").write_bytes((tmp_path / "good").read_bytes()[:200])
    assert "RUN005" in refused(tmp_path / "cut", small.CAP, over)
    good = (tmp_path / "good").read_bytes()
    flipped = good.replace(b'"index.test.level": "0x1.', b'"index.test.level": "0x0.')
    assert flipped != good
    (tmp_path / "flipped").write_bytes(flipped)
    told = refused(tmp_path / "flipped", small.CAP, over)
    assert told == "RUN005: the state is damaged: its content is not what was written"
    state = kept.read(tmp_path / "good")
    del state.said["index.test.level"]
    kept.write(tmp_path / "less", state)
    assert "RUN005: the state lacks or has a wrong" in refused(tmp_path / "less", small.CAP, over)


def test_a_state_of_something_else(tmp_path: Path) -> None:
    over = small_state(tmp_path / "s")
    told = refused(tmp_path / "s", small.CAP.replace("1000", "100"), over)
    assert told == "RUN006: the state is of other rules: test"
    state = kept.read(tmp_path / "s")
    state.said["version"] = "0.0.0"
    kept.write(tmp_path / "s", state)
    assert "RUN006: the state was made by version 0.0.0" in refused(tmp_path / "s", small.CAP, over)


def test_a_past_that_is_another_now(tmp_path: Path) -> None:
    path = tmp_path / "s"
    small_state(path)
    longer = market(*split())
    assert Live.resume(path, small.rule(small.CAP), longer).day == small.day(3)
    # A close of the past, an event of the past, a line of the past, days that are not there.
    other = market(line("A", [100, 110, 121, 130, 65, 66]), split()[1])
    assert refused(path, small.CAP, other).endswith("made from: table daily")
    acted = market(*split(), corporate_actions=[action("A", 3, "split", ratio=2.0)])
    assert refused(path, small.CAP, acted).endswith("made from: table corporate_actions")
    assert "lines B, table daily" in refused(path, small.CAP, market(split()[0], n_sessions=6))
    short = market(*split(2), n_sessions=6)
    assert "RUN007: the market has no session on 2024-01-05" in refused(path, small.CAP, short)
    # One that is to come is none of it: the split of session 4 halves the price and no more.
    acted = market(*split(), corporate_actions=[action("A", 4, "split", ratio=2.0)])
    live = Live.resume(path, small.rule(small.CAP), acted)
    first = next(live.advance())
    # Session 3: 130 * 1000 + 30 * 1000 = 160,000; session 4: 65 * 2000 + 33 * 1000 = 163,000.
    before = small.run(small.CAP, market(*split(4), n_sessions=6))
    assert first["test"].level == pytest.approx(small.levels(before)[-1] * 163 / 160, rel=1e-14)
    assert first["test"].events().column("event").to_pylist() == ["split"]


def test_an_overlay_is_refused() -> None:
    with pytest.raises(ic.UsageError, match=r"CAL008.*overlays"):
        Live.begin("kospi200-usd-ntr", demo())


def test_weights_that_rest_on_sessions_before_the_state(tmp_path: Path) -> None:
    # Reviews take effect on the seventh of January and February and price on the fourth.  One that
    # ends on the fifth of February knows of no review on the seventh: its state has no closes.
    rule = small.rule(DRIFTED.replace("months: [1]", "months: [1, 2]"))

    def until(n: int) -> Market:
        waves = [[100 + (7 * k + n * n) % 13 for n in range(n)] for k in range(3)]
        return market(*[line("ABC"[k], closes) for k, closes in enumerate(waves)], n_sessions=60)

    n = (dt.date(2024, 2, 6) - small.FIRST).days
    path = tmp_path / "s"
    Live.begin(rule, until(n)).save(path)
    same = Live.resume(path, rule, until(n + 1))
    assert not same.recomputed
    live = Live.resume(path, rule, until(n + 10))
    assert live.recomputed
    met = {session.date: row(session) for session in live.advance()}
    whole_run = ic.compute(rule, until(n + 10))
    assert met == {date: said for date, said in rows(whole_run).items() if date >= small.day(n)}
    assert whole_run.reviews.num_rows == 2
    # Begun on a market that knows of the review, the state holds the closes of its pricing session.
    Live.begin(rule, until(n + 10), until=small.day(n - 1)).save(path)
    live = Live.resume(path, rule, until(n + 10))
    assert not live.recomputed
    assert {session.date: row(session) for session in live.advance()} == met


KILLED = """
import os, signal, sys
from pathlib import Path
import indexcalc as ic
from indexcalc.calculation.levels.published_levels import published
from indexcalc.live import saved_state
from indexcalc.live.live import Live

path = Path(sys.argv[1])
over = ic.Market.demo(securities=100, years=2)
live = Live.resume(path, "kospi", over)
for number, session in enumerate(live.advance()):
    live.save(path)
    if number == 20:
        saved_state.os.replace = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_a_state_to_go_on_from(tmp_path: Path) -> None:
    path = tmp_path / "kospi.state"
    over = Market.demo(securities=100, years=2)
    run = ic.compute("kospi", over)
    expected = rows(run)
    dates = sorted(expected)
    Live.begin("kospi", over, until=dates[300]).save(path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    live = Live.resume(path, "kospi", over)
    # Twenty-one sessions were saved; the writer died over the next.
    assert live.day == dates[321]
    met = {session.date: row(session, "kospi") for session in live.advance()}
    assert met == {date: expected[date] for date in dates[322:]}


def test_a_stored_market_is_known_by_its_files(tmp_path: Path, monkeypatch: Any) -> None:
    # One file of daily up to session 3, then one more: the scan for the hash of daily is not needed.
    folder, path = tmp_path / "market", tmp_path / "s"
    rule = small.rule(small.CAP)
    stored(market(*split(4), n_sessions=6), folder)
    Live.begin(rule, Market.open(folder)).save(path)
    whole_run = small.run(small.CAP, market(*split()))
    with store.writing(folder) as writer:
        (daily,) = market(*split(), n_sessions=6).daily_sources()
        days = arrow.days(daily.column("date"))
        count = int((days <= (small.day(3) - dt.date(1970, 1, 1)).days).sum())
        writer.put_daily(store.sessions_in_groups(daily.slice(count)))
    scans: list[int] = []
    scan = history.DailyDigest.to
    monkeypatch.setattr(history.DailyDigest, "to", lambda *a: scans.append(1) or scan(*a))
    live = Live.resume(path, rule, Market.open(folder))
    assert scans == []
    assert [session["test"].level for session in live.advance()] == small.levels(whole_run)[4:]
    # Written anew in one file, the same rows are the same past: a scan says so.
    again = stored(market(*split()), tmp_path / "again")
    live = Live.resume(path, rule, Market.open(again))
    assert scans == [1]
    assert [session["test"].level for session in live.advance()] == small.levels(whole_run)[4:]


def test_sessions_are_taken_in_order() -> None:
    live = Live.begin(small.rule(small.CAP), market(*split()), until=small.day(2))
    one, other = live.advance(), live.advance()
    assert next(one).date == small.day(3)
    # The other begins where the index stands by now, and then the first is behind.
    assert next(other).date == small.day(4)
    with pytest.raises(ValueError, match="in order"):
        next(one)
    assert [session.date for session in live.advance()] == [small.day(5)]
    assert list(live.advance()) == []


def test_several_rules_share_one_scan() -> None:
    live = Live.begin(["kospi200", "kospi-ex-kospi200"], demo(), returns=["tr"], until=days()[400])
    for session in live.advance():
        for rule in ("kospi200", "kospi-ex-kospi200"):
            assert row(session, rule) == rows_of(rule)[session.date]


@cache
def rows_of(rule: str) -> dict[dt.date, dict[str, Any]]:
    return rows(whole(rule))
