"""An import killed at any moment leaves the market as it was, or as it should become."""

from __future__ import annotations

from pathlib import Path

from tests.forks import outcomes

# Forks a child for each import and kills it after a random time.  Import i adds session i, sets every
# close of session 0 to i + 1 (so that the first file is written again) and every name to "i": a market in
# which these three do not agree is neither old nor new.
SCRIPT = """
import os, random, signal, sys, time
from pathlib import Path
from indexcalc.market import arrow, store
from indexcalc.market.importers.imported import Imported
from indexcalc.market.market import Market
from indexcalc.market.merging.merge import merge
from tests.forks import answer, forked

path, kills = Path(sys.argv[1]), int(sys.argv[2])
LINES = [f"{number:06}" for number in range(300)]


def imported(number):
    days = [0] * len(LINES) + ([number] * len(LINES) if number else [])
    rows = len(days)
    daily = arrow.table({
        "date": arrow.from_days(days),
        "symbol": arrow.from_texts(LINES * (rows // len(LINES))),
        "close": arrow.from_floats([number + 1.0] * rows),
        "shares_outstanding": arrow.from_ints([1] * rows),
    })
    names = arrow.table({
        "symbol": arrow.from_texts(LINES),
        "name": arrow.from_texts([str(number)] * len(LINES)),
    })
    return Imported("x", "table", {"daily": daily, "securities": names})


def last_import():
    market = Market.open(path)
    names = set(market.table("securities").column("name").to_pylist())
    assert len(names) == 1, names
    number = int(names.pop())
    assert market.days.tolist() == list(range(number + 1)), (number, market.days)
    for source in market.daily_sources():
        for row in store.open_parquet(source).read().to_pylist():
            day = row["date"].toordinal() - 719163
            assert row["close"] == (number if day == 0 else day) + 1.0
    return number


def first():
    merge(path, imported(0))


assert answer(first) == 0
start = time.perf_counter()
assert answer(lambda: merge(path, imported(1), "replace") and 0) == 0
longest = (time.perf_counter() - start) * 1.3
source = random.Random(20231124)
number, killed, survived = 1, 0, 0
for _ in range(kills):
    nxt = number + 1
    child = forked(lambda: merge(path, imported(nxt), "replace") and 0)
    time.sleep(source.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = answer(last_import)
    assert found in (number, nxt), (number, found)
    killed, survived = killed + (found == number), survived + (found == nxt)
    number = found
print(killed, survived)
"""


def test_killed_at_random_moments(tmp_path: Path) -> None:
    killed, _ = outcomes(SCRIPT, tmp_path / "market")
    assert killed, "no import was killed before its end: the test shows nothing"
