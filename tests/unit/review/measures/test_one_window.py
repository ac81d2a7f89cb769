"""Sessions that enter a window: sums in order, lines that come, go and begin in the middle."""

from __future__ import annotations

import numpy as np
import pytest

from indexcalc.arrays import Days, Floats
from indexcalc.review.measures.one_window import SeriesRead, closed, let_in, opened
from indexcalc.review.measures.series import Window

K, N = 300, 7
DAYS = np.arange(100, 100 + K, dtype=np.int32)


def series(seed: int) -> Floats:
    """Line 0 is always known, 1 never, 2 from the middle on, the others now and then."""
    random = np.random.default_rng(seed)
    values = random.normal(0.0, 1e9, (K, N))
    values[:, 1] = np.nan
    values[: K // 2, 2] = np.nan
    values[:, 3:][random.random((K, N - 3)) < 0.2] = np.nan
    return values


def slowly(values: Floats, begin: Days) -> tuple[list[float], list[int]]:
    """Sums and counts, one value after the other."""
    totals, counts = [0.0] * N, [0] * N
    for day, row in zip(DAYS.tolist(), values.tolist(), strict=True):
        for line, value in enumerate(row):
            if value == value and day >= begin[line]:
                totals[line] += value
                counts[line] += 1
    return [total if count else np.nan for total, count in zip(totals, counts, strict=True)], counts


@pytest.mark.parametrize("sizes", [[K], [1] * K, [7, 250, 43]])
@pytest.mark.parametrize("how", ["sum", "count", "max"])
def test_sums_are_made_in_order_whatever_enters_at_once(sizes: list[int], how: str) -> None:
    values, begin = series(len(sizes)), np.full(N, -1, dtype=np.int32)
    begin[[4, 5]] = 200, 399  # in the middle, and on the last day
    since = ("listing",)
    item = opened(Window("close_of_mine", "", how, 100, 399, since=since), N, lambda _: begin)
    at = 0
    for size in sizes:
        # A stretch is read with sessions around it.
        low, high = max(at - 3, 0), min(at + size + 3, K)
        read = SeriesRead.of(values[low:high])
        let_in(item, read, DAYS[low:high], at - low, at - low + size)
        at += size
    found = closed(item, None)
    totals, counts = slowly(values, begin)
    assert (found.count.tolist(), found.observed) == (counts, K)
    if how == "sum":
        assert found.total.tobytes() == np.array(totals).tobytes()
    elif how == "count":
        np.testing.assert_array_equal(found.total, [count or np.nan for count in counts])
    else:
        counted = np.where(DAYS[:, None] >= begin, values, np.nan)
        np.testing.assert_array_equal(found.total, np.fmax.reduce(counted, axis=0))
