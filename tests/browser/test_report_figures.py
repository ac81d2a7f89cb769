"""Figures of a report, read out of the browser, against the Parquet tables of its run, of its market and of
`attribute`: each made again here with pandas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow

Rows = dict[str, list[str]]


def read(text: str) -> float:
    """31.80 %, −1,234.5: the number, nan for a dash."""
    bare = re.sub(r"[\u00a0 ,%+]", "", text).replace("−", "-")
    return float("nan") if bare in ("–", "") else float(bare)


def frame(folder: Path, name: str) -> pd.DataFrame:
    return pq.read_table(folder / f"{name}.parquet").to_pandas()


def table_of(market: Path, name: str) -> pd.DataFrame:
    """A table of the market, of all its files."""
    files = sorted(market.glob(f"{name}-*.parquet"))
    return pd.concat([pq.read_table(file).to_pandas() for file in files], ignore_index=True)


def rows(part: Any) -> Rows:
    """A table under a fold as the browser shows it: its cells by the first one."""
    return {
        row.locator("th").first.inner_text(): row.locator("td").all_inner_texts()
        for row in part.locator("tbody tr").all()
    }


@pytest.fixture
def tab(browser: Any, pages: Any) -> Iterator[Any]:
    """The report of one index, everything unfolded."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["one", "en"].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    yield page
    page.close()


@pytest.fixture
def run(pages: Any) -> Path:
    folder: Path = pages["out", ""] / "kospi200-top10"
    return folder


def test_levels_drawdown_volatility_and_divisor(tab: Any, run: Path) -> None:
    levels = frame(run, "levels")
    level = levels["level"]
    expected = {
        "level": [level, levels["level_tr"]],
        "drawdown": [100 * (level / level.cummax() - 1)],
        "volatility": [100 * level.pct_change().rolling(60).std() * np.sqrt(252)],
        "divisor": [100 * levels["divisor"] / levels["divisor"].iloc[0]],
    }
    at = {str(date): place for place, date in enumerate(levels["date"])}
    for name, series in expected.items():
        shown = rows(tab.locator(f"figure[data-chart='kospi200-top10-{name}']"))
        assert len(shown) >= 24
        for date, cells in shown.items():
            values = [one.iloc[at[date]] for one in series]
            assert [read(cell) for cell in cells] == pytest.approx(values, abs=0.0051, nan_ok=True)


def test_concentration_on_the_days_of_lists(tab: Any, run: Path) -> None:
    """The opening weights of the day a list takes effect are those of the list."""
    lists = {
        str(date): np.sort(held["weight"].to_numpy())[::-1]
        for date, held in frame(run, "constituents").groupby("effective_date")
    }
    seen = 0
    largest = rows(tab.locator("figure[data-chart='kospi200-top10-largest']"))
    effective = rows(tab.locator("figure[data-chart='kospi200-top10-effective']"))
    for date in sorted(set(lists) & set(largest)):
        weights = lists[date]
        assert [read(cell) for cell in largest[date]] == pytest.approx(
            [100 * weights[:5].sum(), 100 * weights[0]], abs=0.0051
        )
        assert read(effective[date][0]) == pytest.approx(1 / (weights**2).sum(), abs=0.0051)
        seen += 1
    assert seen >= 1


def sections(tab: Any, title: str) -> tuple[list[str], Rows]:
    """The head and the rows of the table in a section."""
    part = tab.locator("section", has=tab.locator("h3", has_text=title)).last
    table = part.locator("details.fold table").first
    return table.locator("thead th").all_inner_texts()[1:], rows(table)


def compared(head: list[str], shown: Rows, expected: pd.DataFrame) -> None:
    """Cells in percent against shares by day and part; a part that is not shown is never held."""
    assert set(expected.columns[(expected > 0).any()]) <= set(head)
    for date, cells in shown.items():
        values = [100 * expected.loc[date].get(name, 0.0) for name in head]
        assert [read(cell) for cell in cells] == pytest.approx(values, abs=0.0501), date


def test_sectors_through_time(tab: Any, run: Path, pages: Any) -> None:
    held = frame(run, "constituents")
    known = table_of(pages["market", ""], "securities")
    # A row without a day holds from the beginning.
    known["since"] = pd.to_datetime(known["valid_from"]).fillna(pd.Timestamp("1900-01-01"))
    known = known.sort_values("since", kind="stable")

    def sector(row: Any) -> str:
        of_line = known[known["symbol"] == row.symbol]
        of = of_line[of_line["since"] <= pd.Timestamp(row.effective_date)]
        text = str(of["sector"].iloc[-1]).replace("_", " ")
        return text[:1].upper() + text[1:]

    held["sector"] = [sector(row) for row in held.itertuples()]
    held["day"] = held["effective_date"].astype(str)
    split = held.pivot_table(index="day", columns="sector", values="weight", aggfunc="sum")
    compared(*sections(tab, "Sectors through time"), split.fillna(0.0))


def test_sizes_through_time(tab: Any, run: Path, pages: Any) -> None:
    held = frame(run, "constituents")
    daily = table_of(pages["market", ""], "daily")
    daily["value"] = daily["close"] * daily["shares_outstanding"]
    sessions = sorted(daily["date"].unique())
    bands = []
    for row in held.itertuples():
        before = max((day for day in sessions if day < row.effective_date), default=sessions[0])
        of_day = daily[daily["date"] == before].set_index("symbol")["value"]
        # A line without a row that day has no value and is the smallest.
        rank = 1 + int((of_day > of_day.get(row.symbol, 0.0)).sum())
        bands.append(
            "Ranks 1 to 100"
            if rank <= 100
            else "Ranks 101 to 300"
            if rank <= 300
            else "Ranks 301 and below"
        )
    held["band"], held["day"] = bands, held["effective_date"].astype(str)
    split = held.pivot_table(index="day", columns="band", values="weight", aggfunc="sum")
    compared(*sections(tab, "Size of companies through time"), split.fillna(0.0))


def test_what_moved_it_is_what_attribute_writes_and_sums_to_the_return(
    tab: Any, run: Path, pages: Any
) -> None:
    levels = frame(run, "levels")["level_tr"]
    total = 100 * (levels.iloc[-1] / levels.iloc[0] - 1)
    part = tab.locator("section", has=tab.locator("h3", has_text="What moved it")).last
    said = part.locator("p").first.inner_text()
    assert read(said.split()[1]) == pytest.approx(total, abs=0.0051)
    tables = part.locator("table.moved").all()
    groups = frame(pages["attribution", ""], "groups").sort_values("contribution", ascending=False)
    lines = frame(pages["attribution", ""], "lines").sort_values("contribution", ascending=False)
    columns = ["contribution", "price", "dividends", "average_weight"]
    shown = [list(row) for row in rows(tables[0]).values()]
    assert len(shown) == len(groups)
    for cells, expected in zip(shown, groups[columns].to_numpy(), strict=True):
        numbers = [read(cell) for cell in cells if cell.strip()]
        assert numbers == pytest.approx(100 * expected, abs=0.0051)
    by_symbol = lines.set_index("symbol")[columns]
    names = tables[1].locator("tbody button.name").all()
    for button in names:
        symbol = button.get_attribute("data-symbol")
        cells = button.locator("xpath=ancestor::tr").locator("td").all_inner_texts()
        numbers = [read(cell) for cell in cells if cell.strip()]
        assert numbers == pytest.approx(100 * by_symbol.loc[symbol].to_numpy(), abs=0.0051)
    assert [button.get_attribute("data-symbol") for button in names[:6]] == list(
        lines["symbol"][:6]
    )
    parts = [read(cells[0]) for cells in rows(tables[1]).values()]
    assert sum(parts) == pytest.approx(total, abs=0.0051 * len(parts))
    reviews = frame(pages["attribution", ""], "reviews").set_index("effective_date")
    for date, cells in rows(part.locator("details.fold table").first).items():
        expected = reviews.loc[pd.Timestamp(date).date()]
        values = 100 * expected[["index_return", "kept_list_return", "effect"]].astype(float)
        assert [read(cell) for cell in cells[1:]] == pytest.approx(
            values.tolist(), abs=0.0051, nan_ok=True
        )


def test_events_are_the_rows_of_the_file_the_newest_first(tab: Any, run: Path) -> None:
    events = frame(run, "events")
    part = tab.locator("section", has=tab.locator("h3", has_text="Corporate actions")).last
    table = part.locator("table", has=tab.locator("th", has_text="Divisor")).last
    shown = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    symbols = [button.get_attribute("data-symbol") for button in table.locator("button.name").all()]
    assert len(shown) >= 20
    days = [cells[0] for cells in shown]
    assert days == sorted(days, reverse=True)
    for cells, symbol in zip(shown, symbols, strict=True):
        of_day = events[(events["date"].astype(str) == cells[0]) & (events["symbol"] == symbol)]
        for cell, column in ((cells[3], "before"), (cells[4], "after")):
            value = read(cell)
            known = of_day[column].dropna().to_numpy()
            if np.isnan(value):
                assert of_day[column].isna().any()
            else:
                assert np.isclose(known, value, rtol=0.005).any(), (cells, column)


@pytest.mark.parametrize(("what", "index"), [("one", "kospi200-top10"), ("sizes", "kospi-large")])
def test_the_four_figures_shown_large(browser: Any, pages: Any, what: str, index: str) -> None:
    run = pages["out", ""] / index
    levels, reviews = frame(run, "levels"), frame(run, "reviews")
    tab = browser.new_page()
    tab.goto(pages[what, "en"].as_uri())
    level = levels["level"]
    shown = tab.locator(".key dd").all_inner_texts()
    assert read(shown[0]) == pytest.approx(level.iloc[-1], abs=0.0051)
    annual = (level.iloc[-1] / level.iloc[0]) ** (252 / (len(level) - 1)) - 1
    assert read(shown[1]) == pytest.approx(100 * annual, abs=0.0051)
    if index == "kospi200-top10":  # equal weights: the value of the index is no market value
        assert shown[2] == "10"
    else:
        value = re.fullmatch(r"([\d.,]+)tn won", shown[2])
        assert value is not None
        exact = levels["market_value"].iloc[-1]
        assert read(value[1]) * 1e12 == pytest.approx(exact, rel=0.005)
    assert read(shown[3]) == pytest.approx(100 * reviews["largest_weight"].iloc[-1], abs=0.051)
    tab.close()


def test_reviews_that_are_packed_are_there_when_opened(browser: Any, pages: Any) -> None:
    """Who joined and who left at each review of three indices; the first list is no change."""
    tab = browser.new_page()
    tab.goto(pages["sizes", "en"].as_uri())
    assert tab.locator("script.later").count() >= 1
    opened = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"
    tab.evaluate(opened)
    tab.wait_for_function("!document.querySelector('script.later')")
    for index in ("kospi-large", "kospi-mid", "kospi-small"):
        run = pages["out", ""] / index
        events, days = frame(run, "events"), frame(run, "reviews")["effective_date"]
        moved = events[events["event"].isin(["added", "removed"]) & events["date"].isin(days[1:])]
        expected = sorted(zip(moved["date"].astype(str), moved["symbol"], strict=True))
        shown = tab.evaluate(
            f"""[...document.querySelectorAll("[data-run='{index}'] .review")].flatMap((review) =>
              [...review.querySelectorAll(".changes button.name")].map((name) =>
                [review.querySelector(".day").textContent, name.dataset.symbol]))"""
        )
        assert sorted((day, symbol) for day, symbol in shown) == expected
    tab.close()


@pytest.mark.parametrize("what", ["one", "sizes"])
def test_the_korean_page_has_the_same_figures(browser: Any, pages: Any, what: str) -> None:
    """Every figure of every table but amounts of money, which are said in another unit."""
    found = []
    for language in ("en", "ko"):
        page = browser.new_page()
        page.goto(pages[what, language].as_uri())
        cells = page.evaluate(
            """[...document.querySelectorAll("main tbody td")]
              .filter((cell) => getComputedStyle(cell).textAlign === "right")
              .map((cell) => cell.textContent)"""
        )
        found.append([text for text in cells if not re.search("won|원|[조억만]", text)])
        page.close()
    english, korean = found
    assert len(english) > 300
    assert [re.sub(r"[\u00a0 ]%", "%", text) for text in english] == korean
