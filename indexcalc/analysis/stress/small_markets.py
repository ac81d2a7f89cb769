"""A small market as a value: blocks of alike lines and what happens to them, and how such are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from indexcalc.analysis.stress.vocabulary import Vocabulary

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

MOST_BLOCKS = 5
MOST_CHANGES = 4
PRICE_STEPS = ("1/2", "7/10", "13/10", "2", "10", "1/10")
FLOATS = (100, 50, 20, 10, 9, 5, 1)
WHATS = ("price", "leaves", "float", "traded", "designated", "label")


class Block(Struct, frozen=True):
    """Lines that are alike.  ``lines``: how many; ``unit``, ``times``: market capitalisation is ``times``
    units of ``Vocabulary.sizes``; ``labels``, ``numbers``: a choice for each text and number column;
    ``float_percent``; ``listed``: 0 long before, else on that session."""

    lines: int
    unit: int
    times: int
    labels: tuple[int, ...]
    numbers: tuple[tuple[int, int], ...]
    float_percent: int
    listed: int


class Change(Struct, frozen=True):
    """From ``session`` on, ``what`` happens to the lines of a block; ``to``: a choice of how much."""

    what: str
    block: int
    session: int
    to: int


class Sketch(Struct, frozen=True):
    """One market: ``reviews`` whose days have rows, its blocks and changes in order."""

    reviews: int
    blocks: tuple[Block, ...]
    changes: tuple[Change, ...]


def sketches(words: Vocabulary, lines: tuple[int, int]) -> SearchStrategy[Sketch]:
    """Markets of ``lines`` (fewest, most) lines for a rule; the simplest has one block and no change."""
    from hypothesis import strategies as st

    fewest, most = lines

    def blocks(count: int) -> SearchStrategy[Block]:
        return st.builds(
            Block,
            lines=st.just(count),
            unit=st.integers(0, len(words.sizes) - 1),
            times=st.integers(1, 10) | st.integers(1, 1000),
            labels=st.tuples(*(st.integers(0, len(said) - 1) for said in words.texts.values())),
            numbers=st.tuples(
                *(
                    st.tuples(st.integers(0, len(said) - 1), st.integers(0, 20))
                    for said in words.numbers.values()
                )
            ),
            float_percent=st.sampled_from(FLOATS),
            listed=st.just(0) | st.integers(0, len(words.sessions[0]) - 1),
        )

    @st.composite
    def sketch(draw: st.DrawFn) -> Sketch:
        reviews = draw(st.integers(1, len(words.sessions)))
        total = draw(st.just(fewest) | st.integers(fewest, most))
        counts: list[int] = []
        for _ in range(draw(st.integers(0, MOST_BLOCKS - 1))):
            room = total - sum(counts)
            if room <= 1:
                break
            counts.append(draw(st.integers(1, min(3, room - 1)) | st.integers(1, room - 1)))
        counts.append(total - sum(counts))
        days = len(words.sessions[reviews - 1])
        changes = draw(
            st.lists(
                st.builds(
                    Change,
                    what=st.sampled_from(WHATS),
                    block=st.integers(0, len(counts) - 1),
                    session=st.integers(1, days - 1),
                    to=st.integers(0, 11),
                ),
                max_size=MOST_CHANGES,
            )
        )
        return Sketch(
            reviews=reviews,
            blocks=tuple(draw(blocks(count)) for count in counts),
            changes=tuple(changes),
        )

    return sketch()
