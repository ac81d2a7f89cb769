"""Multiples of few lines say what a whole table of all lines would say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.analysis.sweep.multiples import Multiples

N_SYMBOLS, N_VARIANTS = 6, 3
FACTOR = st.sampled_from([1.0, 1.0, 0.5, 0.25])


@st.composite
def steps(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    codes = sorted(draw(st.sets(st.integers(0, N_SYMBOLS - 1))))
    n = draw(st.sampled_from([len(codes), 1]))
    factor = [[draw(FACTOR) for _ in range(N_VARIANTS)] for _ in range(n)]
    capped = [[draw(st.booleans()) for _ in range(N_VARIANTS)] for _ in range(n)]
    shape = (n, N_VARIANTS)
    return np.array(codes, dtype=np.int64), np.reshape(factor, shape), np.reshape(capped, shape)


@given(st.lists(steps(), max_size=5))
def test_rows_replace_each_other_as_in_a_whole_table(
    taken: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> None:
    factors = np.ones((N_SYMBOLS, N_VARIANTS))
    caps = np.zeros((N_SYMBOLS, N_VARIANTS), dtype=bool)
    multiples = Multiples.ones(N_SYMBOLS, N_VARIANTS)
    everyone = np.arange(N_SYMBOLS)
    for codes, factor, capped in taken:
        before, said = multiples, multiples.of(everyone)
        multiples = multiples.with_rows(codes, factor, capped)
        factors[codes], caps[codes] = factor, capped
        assert multiples.of(everyone).tolist() == factors.tolist()
        assert multiples.count_capped(codes).tolist() == caps[codes].sum(axis=0).tolist()
        assert before.of(everyone).tolist() == said.tolist()
        assert len(multiples.factor) <= N_SYMBOLS + 1
