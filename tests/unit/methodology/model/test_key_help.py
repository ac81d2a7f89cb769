"""The help of the keys: of every key there is, and of nothing else."""

from __future__ import annotations

from indexcalc.methodology.describe.json_schema import _blocks
from indexcalc.methodology.model.key_help import EXPLAINED
from indexcalc.methodology.reading.block import Block


def test_nothing_is_explained_that_is_no_key() -> None:
    keys = {
        block.__name__: set(block.language_keys) for block in _blocks(Block) if block.language_keys
    }
    keys.pop("Methodology")
    assert {name: set(words) for name, words in EXPLAINED.items()} == keys


def test_a_key_is_explained_in_a_line() -> None:
    for block, words in EXPLAINED.items():
        for word, text in words.items():
            assert text.strip() == text, (block, word)
            assert text.endswith((".", "}", "]")), (block, word)
            assert "\n" not in text, (block, word)
