"""A written level changes only when told to; what was known then can be computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexcalc.calculation.run.publish import publish
from indexcalc.calculation.run.run import Run
from indexcalc.diagnostics import RunError
from tests.unit.calculation import small
from tests.unit.calculation.small import action, line, market
from tests.unit.calculation.stored import column, files_of

# A split of session 2 that becomes known on session 4, and its correction on session 6.
SPLIT = {**action("A", 2, "split", ratio=2), "known_at": small.day(4)}


def run(known: int | None = None, *more: dict[str, Any], n: int = 5, **options: Any) -> Run:
    over = market(
        line("A", [100, 100, 50, 50, 50, 50, 50, 50][:n], [1000, 1000, *[2000] * 6][:n]),
        line("B", [100] * n),
        corporate_actions=[SPLIT, *more],
    )
    said = None if known is None else small.day(known)
    return small.run(small.CAP, over, known=said, **options)


def test_known_is_what_was_known_then() -> None:
    before, after = run(known=3), run(known=4)
    assert small.codes(before) == ["CAL001"]  # the split is a gap that nothing explains
    assert small.codes(after) == []
    assert before.manifest["options"]["known"] == small.day(3).isoformat()
    assert run().levels.equals(after.levels)
    assert run(known=4).levels.equals(run().levels)


RIGHTS = action("A", 1, "rights", ratio=1, price=50)
LATER = {**RIGHTS, "known_at": small.day(6)}


def test_a_fact_known_later_changes_no_written_level_unasked(tmp_path: Path) -> None:
    publish(run(4, LATER), tmp_path)
    before = files_of(tmp_path / "test")
    with pytest.raises(RunError, match="RUN001") as refused:
        publish(run(6, LATER), tmp_path)
    assert refused.value.exit_code == 1
    (found,) = refused.value.diagnostics
    assert f"{small.day(1)} level 1000.0 -> " in found.message
    assert "--restate" in found.hint
    assert files_of(tmp_path / "test") == before


def test_restated_values_are_kept_and_later_ones_added(tmp_path: Path) -> None:
    first = run(4, LATER)
    folder = publish(first, tmp_path)
    second = run(6, LATER)
    publish(second, tmp_path, restate=True)
    old, new = small.levels(first), small.levels(second)
    changed = [n for n, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    assert changed == [1, 2, 3, 4]
    assert column(folder, "restatements", "date") == [small.day(n) for n in changed]
    assert column(folder, "restatements", "series") == ["level"] * 4
    assert column(folder, "restatements", "old") == old[1:]
    assert column(folder, "restatements", "new") == new[1:]
    assert column(folder, "levels", "level") == new
    # And back: the second restatement comes after the first.
    publish(first, tmp_path, restate=True)
    assert column(folder, "restatements", "old") == old[1:] + new[1:]
    assert column(folder, "restatements", "new") == new[1:] + old[1:]
    # An unchanged run keeps the history and needs no permission.
    publish(first, tmp_path)
    assert column(folder, "restatements", "old") == old[1:] + new[1:]


def test_more_sessions_are_no_restatement(tmp_path: Path) -> None:
    folder = publish(run(n=5), tmp_path)
    publish(run(n=8), tmp_path)
    assert len(column(folder, "levels", "level")) == 8
    assert "restatements.parquet" not in files_of(folder)


def test_fewer_sessions_at_the_end_are_no_change_of_a_value(tmp_path: Path) -> None:
    folder = publish(run(n=8), tmp_path)
    publish(run(n=5), tmp_path)
    assert len(column(folder, "levels", "level")) == 5


def test_a_session_that_vanishes_is_a_restatement(tmp_path: Path) -> None:
    publish(run(), tmp_path)
    later = run(start=small.day(2))
    with pytest.raises(RunError, match=r"RUN001.*2024-01-02 level 1000\.0 -> gone"):
        publish(later, tmp_path)
    folder = publish(later, tmp_path, restate=True)
    assert column(folder, "restatements", "new")[:2] == [None, None]


def test_total_return_is_watched_too(tmp_path: Path) -> None:
    def paid(amount: float) -> Run:
        over = market(line("A", [100, 100]), dividends=[small.dividend("A", 1, amount)])
        return small.run(small.CAP, over, returns=["pr", "tr"])

    publish(paid(1), tmp_path)
    with pytest.raises(RunError, match=r"RUN001.*level_tr"):
        publish(paid(2), tmp_path)
    folder = publish(paid(2), tmp_path, restate=True)
    assert column(folder, "restatements", "series") == ["level_tr"]


def estimated(known: int | None, **options: Any) -> Run:
    """5 a share is booked for session 2 by last year's amount; on session 4 it turns out to be 6."""
    rows = [
        {**small.dividend("A", 2, 5, "estimated"), "known_at": small.day(2)},
        {**small.dividend("A", 2, 6), "known_at": small.day(4)},
    ]
    said = None if known is None else small.day(known)
    over = market(line("A", [100] * 5), dividends=rows)
    text = small.CAP + "returns: {kinds: [price, gross, net], withholding: 20%}\n"
    return small.run(text, over, known=said, **options)


def test_an_estimated_dividend_is_trued_up_by_a_restatement(tmp_path: Path) -> None:
    publish(estimated(2, end=small.day(2)), tmp_path)
    publish(estimated(3, end=small.day(3)), tmp_path)  # one session more, nothing new known
    with pytest.raises(RunError, match=r"RUN001.*2024-01-04 level_tr 1050\.0 -> 1060\.0"):
        publish(estimated(4), tmp_path)
    folder = publish(estimated(4), tmp_path, restate=True)
    days = [small.day(2), small.day(3)]
    assert column(folder, "restatements", "date") == days * 2
    assert column(folder, "restatements", "series") == ["level_tr"] * 2 + ["level_ntr"] * 2
    assert column(folder, "restatements", "old") == pytest.approx([1050] * 2 + [1040] * 2)
    assert column(folder, "restatements", "new") == pytest.approx([1060] * 2 + [1048] * 2)
    # What was known on session 3 can still be computed, and the price index never moved.
    assert small.levels(estimated(3), "level_tr")[3] == pytest.approx(1050)
    assert set(small.levels(estimated(None))) == {1000}


def test_a_series_that_vanishes_is_a_restatement(tmp_path: Path) -> None:
    over = market(line("A", [100, 100]), dividends=[small.dividend("A", 1, 1)])
    publish(small.run(small.CAP, over, returns=["tr"]), tmp_path)
    gone = (
        r"(?s)RUN001.*level_tr 1000\.0 -> gone.*hint: --returns tr computes what is gone; --restate"
    )
    with pytest.raises(RunError, match=gone):
        publish(small.run(small.CAP, over), tmp_path)
    folder = publish(small.run(small.CAP, over), tmp_path, restate=True)
    assert column(folder, "restatements", "old") == [1000, 1010]
    # A series that is new changes nothing that was written.
    publish(small.run(small.CAP, over, returns=["tr"]), tmp_path)


def test_a_damaged_run_is_told(tmp_path: Path) -> None:
    folder = publish(run(), tmp_path)
    (folder / "levels.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(RunError, match="RUN003"):
        publish(run(), tmp_path)


def test_a_run_that_ended_in_errors_is_no_history_for_one_without(tmp_path: Path) -> None:
    """As the hint of CAL003 is typed: nothing more is asked, and what was written is kept."""
    over = market(line("A", [100, 110, 120]), line("B", [50, 80, 90], skip=(1,)), complete=False)
    wrong = small.run(small.CAP, over)
    assert [(found.code, found.severity) for found in wrong.diagnostics] == [("CAL003", "error")]
    publish(wrong, tmp_path)
    assert levels_of(tmp_path) == pytest.approx([1000, 1000 * 160 / 150, 1400])
    publish(small.run(small.CAP, over, assume={"missing_row": "not_listed"}), tmp_path)
    # B leaves for a session, and comes back at the close of the next one.
    assert levels_of(tmp_path) == [1000, 1100, 1200]
    assert column(tmp_path / "test", "restatements", "old") == [
        pytest.approx(1000 * 160 / 150),
        pytest.approx(1400),
    ]
    with pytest.raises(RunError, match="RUN001"):  # a good run is history, whatever comes after it
        publish(wrong, tmp_path)


def test_a_run_with_errors_does_not_change_one_with_errors_unasked(tmp_path: Path) -> None:
    def gap(close: float) -> Run:
        closes = [100, 100, close, close]
        over = market(line("A", closes), line("B", [100] * 4), facts={"price_limit": 0.3})
        return small.run(small.CAP, over)

    assert small.codes(gap(20)) == ["CAL001"]
    other = small.run(
        small.CAP,
        market(line("A", [100, 101, 20, 20]), line("B", [100] * 4), facts={"price_limit": 0.3}),
    )
    assert small.codes(other) == ["CAL001"]
    publish(gap(20), tmp_path)
    with pytest.raises(RunError, match="RUN001"):
        publish(other, tmp_path)


def levels_of(folder: Path) -> list[float]:
    """The levels of the run in a folder."""
    return column(folder / "test", "levels", "level")
