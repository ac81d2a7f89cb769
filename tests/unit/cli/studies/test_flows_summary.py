"""Flows in words: the reviews in a table, the last one by cause and line, all indices netted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexcalc.analysis.flows.flows import Flows, flows
from indexcalc.cli.studies.flows_summary import NAME_WIDTH, REVIEWS, summary
from indexcalc.market import arrow
from indexcalc.market.market import Market
from tests.unit.calculation.small import action, given, line, market
from tests.unit.cli.studies.trackers import changed
from tests.unit.cli.two_lines import folder


@pytest.fixture
def rules(tmp_path: Path) -> list[str]:
    return list(folder(tmp_path, changed())[:2])


def study(rules: list[str], over: Market | None = None, **options: float) -> Flows:
    return flows(rules, over or changed(), aum={"": 1e6}, **options)  # type: ignore[arg-type]


def test_a_review_by_hand(rules: list[str]) -> None:
    lines = summary(study(rules[:1])).splitlines()
    assert lines[0] == "cap: 1.00m KRW follow it (as given)"
    # 31.25 % of a million is sold and bought.
    assert lines[2].split() == [
        *("2024-01-05", "regular", "1", "1", "3", "312k", "312k", "0.00", "31.25%", "13.0"),
    ]
    at = lines.index(
        "  2024-01-05, why (bought, sold; each cause before it is netted within a line):"
    )
    # C joins for 20/130 of a million; B leaves with 50/130, what it would be after the change; the others
    # have 72k and 159k more: A and B make room for what B leaves and C takes.
    assert lines[at + 1].split() == ["joined", "or", "left", "154k", "385k"]
    assert lines[at + 2].split() == ["making", "room", "231k", "0.00"]
    added = next(line for line in lines if line.startswith("    C"))
    # 153,846 at 20 is 7,692 shares: that many sessions of one share, and 7.69 times a thousand shares.
    assert added.split() == ["C", "7.69k", "154k", "100.0%", "7692.3", "769.23%"]
    kept = next(line for line in lines if line.startswith("    A"))
    assert kept.split() == ["A", "가나전자", "1.44k", "159k", "18.8%", "1442.3", "144.23%"]


def test_names_are_padded_by_their_width(rules: list[str]) -> None:
    lines = summary(study(rules[:1])).splitlines()
    named = next(line for line in lines if line.startswith("    A"))
    bare = next(line for line in lines if line.startswith("    C"))
    # Four Korean letters take eight columns: the figures of both lines end in the same one.
    assert len(named) + 4 == len(bare)
    assert bare[4:13] == f"{'C':<9}"
    assert bare[13 : 13 + NAME_WIDTH].strip() == ""


def test_a_column_never_runs_into_the_one_before(rules: list[str]) -> None:
    """Ten thousand times the money of `test_a_review_by_hand` takes ten thousand times the days."""
    lines = summary(flows(rules[:1], changed(), aum={"": 1e10})).splitlines()
    added = next(line for line in lines if line.startswith("    C"))
    assert added.split() == ["C", "76.9m", "1.54bn", "100.0%", "76923076.9", "7692307.69%"]


def test_lines_without_a_volume_have_no_days(rules: list[str]) -> None:
    over = changed()
    daily = over.daily_sources()[0].drop_columns(["volume"])
    lines = summary(
        study(
            rules[:1],
            over.from_tables(
                daily=daily,
                complete=True,
                memberships=over.table("memberships"),
                sessions=over.table("sessions"),
            ),
        )
    ).splitlines()
    added = next(line for line in lines if line.startswith("    C"))
    assert added.split()[-2:] == ["-", "769.23%"]
    assert not any(line.startswith("  capacity:") for line in lines)


def test_a_trade_spread_over_sessions_is_told_against_trading_at_once(rules: list[str]) -> None:
    once, spread = (summary(study(rules[:1], implement=n)) for n in (1, 2))
    assert "spread over" not in once
    assert "over one session" in once
    # The list changes on the last session: its closes are those of the two sessions.
    assert "  spread over 2 sessions: " in spread
    assert "basis points of assets" in spread
    beyond = summary(study(rules[:1], implement=3))
    assert "  spread over 3 sessions: not known" in beyond
    assert "the data end before the last of them" in beyond


def test_the_line_that_is_full_first_is_named(rules: list[str]) -> None:
    """At 13.0 won C takes a tenth of a share a session: 0.1 x 20 of 20/130."""
    text = summary(study(rules[:1]))
    assert "  capacity: at 13.0 C takes 10% of its mean volume over one session; half" in text


def test_a_line_nobody_trades_comes_first(rules: list[str]) -> None:
    """A had no volume in any session before the change; it is harder to trade than B and C."""
    over = changed()
    daily = over.daily_sources()[0]
    volume = [0 if row["symbol"] == "A" else row["volume"] for row in daily.to_pylist()]
    place = daily.column_names.index("volume")
    field = daily.schema.field(place)
    daily = daily.set_column(place, field, arrow.from_ints(volume).cast(field.type))
    tables = {name: over.table(name) for name in ("memberships", "sessions", "securities")}
    quiet = Market.from_tables(daily=daily, complete=True, **tables)
    lines = summary(study(rules[:1], quiet)).splitlines()
    kept = next(line for line in lines if line.startswith("    A"))
    assert kept.split()[-2] == "inf"
    assert any(
        line.startswith("  capacity: none, A had no volume in 20 sessions;") for line in lines
    )
    other = summary(study(rules, quiet))
    assert not other.endswith("all together: on no session do two of them trade")


def test_columns_keep_under_their_heads_between_reviews(tmp_path: Path) -> None:
    """A doubles its shares: of a million it has 2 / 3 before and 4 / 5 after, 133k more."""
    one = folder(tmp_path)[0]
    over = market(
        line("A", [100] * 4, [1000, 1000, 2000, 2000]),
        line("B", [50] * 4),
        memberships=[{**row, "index": "cap"} for row in given("A", "B")],
    )
    made = flows([one], over, aum={"": 1e6}, every_session=True)
    head, row = summary(made).splitlines()[1:3]
    assert "between reviews" in row
    assert head.index("bought") + len("bought") == row.index("133k") + len("133k")


def test_a_session_on_which_nothing_is_traded_has_no_causes(tmp_path: Path) -> None:
    """Half a share of A for each of B: funds hold what the index does, and trade nothing."""
    one = folder(tmp_path)[0]
    over = market(
        line("A", [100] * 4, [1000, 1000, 1500, 1500]),
        line("B", [50] * 2),
        memberships=[{**row, "index": "cap"} for row in given("A", "B")],
        corporate_actions=[
            action("B", 2, "merger", ratio=0.5, other_symbol="A", list_date=2),
        ],
    )
    lines = summary(flows([one], over, aum={"": 1e6}, every_session=True)).splitlines()
    assert lines[2].split()[:7] == ["2024-01-04", "deletion", "0", "1", "0", "0.00", "0.00"]
    assert not any("why" in text for text in lines)


def test_two_indices_are_netted(rules: list[str]) -> None:
    assert "all together" not in summary(study(rules[:1]))
    lines = summary(study(rules, changed(("cap", "equal")))).splitlines()
    at = lines.index("all together on 2024-01-05, in KRW")
    rows = {line.split()[0]: line.split()[1:] for line in lines[at + 2 :]}
    # Equal weights of 55 : 50 become half and half: A sells 2.38 % of a million, B 47.62 %, C takes half.
    # With 159k bought, 312k sold and 154k bought for the other index:
    assert rows["A"][1:5] == ["135k", "182k", "1", "1"]
    assert rows["B"][1:4] == ["-789k", "789k", "0"]
    assert rows["C"][:3] == ["654k", "654k", "2"]


def test_nothing_is_traded(rules: list[str]) -> None:
    made = study(rules[1:])
    assert summary(made) == "no review in this period trades anything"


def test_early_reviews_are_counted(rules: list[str]) -> None:
    made = study(rules[:1])
    many = made.reviews.take(arrow.from_ints([0] * (REVIEWS + 3)))
    lines = summary(replace(made, reviews=many)).splitlines()
    assert "  ... 3 earlier (--format json has all)" in lines
    assert sum(line.startswith("  2024-01-05  regular") for line in lines) == REVIEWS
