"""Markets as they are drawn: within their bounds; the simplest is one block to which nothing happens."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import find, given, settings
from hypothesis import strategies as st

from indexcalc.analysis.stress.small_markets import (
    FLOATS,
    MOST_BLOCKS,
    MOST_CHANGES,
    Sketch,
    sketches,
)
from indexcalc.analysis.stress.vocabulary import Vocabulary

DAYS = tuple(dt.date(2024, 1, 2) + dt.timedelta(days=7 * n) for n in range(6))
WORDS = Vocabulary(
    texts={"market": ("A", "B"), "sector": ("(each)", "g1", "g2")},
    numbers={"traded_value": (Fraction(5), Fraction(7))},
    sizes=(Fraction(100), Fraction(3)),
    designations=(),
    sessions=(DAYS[:3], DAYS),
    least=4,
    given=(),
    weighed=(),
    currency="KRW",
    weekdays=None,
)


@settings(max_examples=100)
@given(st.data())
def test_a_market_has_as_many_lines_as_asked_and_stays_inside_its_words(
    data: st.DataObject,
) -> None:
    fewest = data.draw(st.integers(1, 6))
    most = data.draw(st.integers(fewest, 12))
    made = data.draw(sketches(WORDS, (fewest, most)))
    assert fewest <= sum(block.lines for block in made.blocks) <= most
    assert 1 <= len(made.blocks) <= MOST_BLOCKS
    assert all(block.lines >= 1 for block in made.blocks)
    assert made.reviews in (1, 2)
    for block in made.blocks:
        assert block.unit in (0, 1)
        assert [choice < count for choice, count in zip(block.labels, (2, 3), strict=True)] == [
            True
        ] * 2
        assert all(unit < 2 for unit, _ in block.numbers)
        assert block.float_percent in FLOATS
        assert block.listed < len(WORDS.sessions[0])
    days = len(WORDS.sessions[made.reviews - 1])
    assert len(made.changes) <= MOST_CHANGES
    for change in made.changes:
        assert 1 <= change.session < days
        assert change.block < len(made.blocks)


def simplest(about: object) -> Sketch:
    return find(sketches(WORDS, (4, 8)), about)  # type: ignore[arg-type]


def test_the_simplest_market_is_one_block_and_nothing_happens() -> None:
    made = simplest(lambda sketch: True)
    (block,) = made.blocks
    assert (made.reviews, made.changes, block.lines) == (1, (), 4)
    assert (block.unit, block.times, block.float_percent, block.listed) == (0, 1, 100, 0)


def test_what_is_needed_alone_is_left_after_shrinking() -> None:
    made = simplest(lambda sketch: any(change.what == "leaves" for change in sketch.changes))
    assert [change.what for change in made.changes] == ["leaves"]
    assert len(made.blocks) == 1
