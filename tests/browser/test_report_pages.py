"""Reports in a browser: no error, no request, no text cut off or on other text, in every form."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from indexcalc.cli.main import run as command

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
OVERLAPS = (HERE / "overlaps.js").read_text(encoding="utf-8").split("\n", 1)[1]
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8").split("\n", 1)[1]


CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(
  (node) => !node.children.length && node.textContent.trim() && node.getClientRects().length &&
    !node.closest('svg, .wide, pre') && getComputedStyle(node).overflowX !== 'visible' &&
    node.scrollWidth > node.clientWidth + 1
).map((node) => node.textContent.trim().slice(0, 40))"""
"""Texts whose end is hidden, outside of what scrolls."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("what", ["one", "caps", "sizes"])
def test_a_page_is_whole(
    browser: Any, pages: Any, what: str, language: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    file = pages[what, language]
    page.goto(file.as_uri())
    page.wait_for_timeout(300)
    assert said == []
    assert asked == [file.as_uri()]
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(CUT_OFF) == []
    across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert across <= 0, "the page scrolls sideways"
    context.close()


def test_the_crosshair_reads_a_row_and_a_name_opens_its_decisions(browser: Any, pages: Any) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["one", "en"].as_uri())
    page.wait_for_timeout(300)
    picture = page.locator("figure.chart .picture").first
    picture.focus()
    page.keyboard.press("ArrowLeft")
    shown = page.locator(".readout").first.inner_text()
    assert re.match(r"\d{4}-\d\d-\d\d\n?price [\d,]+\.\d\d", shown)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 100)
    page.mouse.up()
    page.wait_for_timeout(50)
    assert page.evaluate(OVERLAPS) == []
    page.keyboard.press("Escape")
    name = page.locator("table.top button.name").first
    name.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden])")
    panel = page.locator("#panel").inner_text()
    assert "membership: in" in panel
    assert "Line " in panel
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate("document.activeElement.className") == "name"
    page.close()


def test_what_would_change_it_is_one_press_away(browser: Any, pages: Any) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["one", "en"].as_uri())
    row = page.locator("table.near tbody tr").first
    change = row.locator("td.num").inner_text()
    row.locator("button.name").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel:not([hidden])")
    said = page.locator("#panel .change").inner_text()
    assert change.lstrip("+−") in said
    page.close()


def test_every_figure_shown_is_that_of_the_files(browser: Any, pages: Any) -> None:
    """Top ten, figures and reviews as the browser shows them, against the Parquet tables."""
    run = pages["out", ""] / "kospi200-top10"
    lists = pq.read_table(run / "constituents.parquet").to_pandas()
    last = lists[lists["effective_date"] == lists["effective_date"].max()]
    top = last.sort_values("weight", ascending=False, kind="stable").head(10)
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["one", "en"].as_uri())
    rows = page.locator("table.top tbody tr").all_inner_texts()
    shown = [re.search(r"(\w{6})\s+([\d.]+)\u00a0%", row) for row in rows]
    assert [found and found.group(1) for found in shown] == top["symbol"].tolist()
    weights = [float(found.group(2)) for found in shown if found]
    assert weights == pytest.approx((100 * top["weight"]).tolist(), abs=0.0051)
    table = pq.read_table(run / "reviews.parquet").to_pandas()
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    said = page.locator(".review > summary").all_inner_texts()
    assert len(said) == len(table)
    for text, row in zip(said, reversed(list(table.itertuples())), strict=True):
        assert str(row.effective_date) in text
        turnover = re.search(r"turnover ([\d.]+)", text)
        if turnover:
            expected = 100 * row.one_way_turnover
            assert float(turnover.group(1)) == pytest.approx(expected, abs=0.0051)
    levels = pq.read_table(run / "levels.parquet").to_pandas()
    figures = dict(
        text.rsplit("\t", 1) for text in page.locator("table.figures tbody tr").all_inner_texts()
    )
    total = 100 * (levels["level"].iloc[-1] / levels["level"].iloc[0] - 1)
    assert read(figures["Return over the whole period"]) == pytest.approx(total, abs=0.0051)
    fall = 100 * (levels["level"] / levels["level"].cummax() - 1).min()
    assert read(figures["Deepest drawdown"]) == pytest.approx(fall, abs=0.0051)
    page.close()


def test_months_years_and_joiners_are_those_of_the_files(browser: Any, pages: Any) -> None:
    run = pages["out", ""] / "kospi200-top10"
    levels = pq.read_table(run / "levels.parquet").to_pandas()
    days = pd.to_datetime(levels["date"])
    closes = levels["level"].groupby([days.dt.year, days.dt.month]).last()
    before = closes.shift(fill_value=levels["level"].iloc[0])
    gains = 100 * (closes / before - 1)
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["one", "en"].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    shown = {}
    for row in page.locator("table.months tbody tr").all():
        year = int(row.locator("th").inner_text())
        for month, text in enumerate(row.locator("td").all_inner_texts()[:12], start=1):
            if text.strip():
                shown[year, month] = read(text)
    assert shown == pytest.approx(gains.to_dict(), abs=0.0501)
    decisions = pq.read_table(run / "decisions.parquet").to_pandas()
    decisions = decisions[decisions["step"] == "membership"]
    lines = {(str(row.effective_date), row.symbol): row.rule_line for row in decisions.itertuples()}
    seen = 0
    for review in page.locator("details.review").all():
        day = review.locator(".day").inner_text()
        for row in review.locator("tbody tr").all():
            symbol = row.locator("button.name").get_attribute("data-symbol")
            cells = row.locator("td").all_inner_texts()
            assert int(cells[5]) == lines[day, symbol]
            seen += 1
    counts = pq.read_table(run / "reviews.parquet").to_pandas().iloc[1:]
    assert seen == counts["added"].sum() + counts["removed"].sum()
    page.close()


def test_the_table_of_a_sweep_is_its_summary(browser: Any, pages: Any) -> None:
    summary = pq.read_table(pages["out", ""] / "caps" / "summary.parquet").to_pandas()
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["caps", "en"].as_uri())
    head = page.locator("table.sweep thead th").all_inner_texts()
    rows = [
        row.locator("td").all_inner_texts() for row in page.locator("table.sweep tbody tr").all()
    ]
    assert len(rows) == len(summary)
    columns = {
        "Return a year": ("annual_return", 100, 0.0051),
        "Volatility": ("volatility", 100, 0.0051),
        "Tracking error": ("tracking_error", 100, 0.0051),
        "Turnover a year": ("turnover_a_year", 100, 0.0051),
        "Effective number, mean": ("effective_number_mean", 1, 0.051),
        "Reviews it bound at": ("reviews_capped", 1, 0),
        "Sessions above it": ("sessions_above_limit", 1, 0),
    }
    for title, (name, factor, within) in columns.items():
        shown = [read(row[head.index(title) - 1]) for row in rows]
        assert shown == pytest.approx((factor * summary[name]).tolist(), abs=within), title
    page.close()


def test_paper_is_light_whatever_the_screen_is(browser: Any, pages: Any) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["one", "en"].as_uri())
    page.emulate_media(color_scheme="dark")
    page.locator("#scheme").click()  # light
    page.locator("#scheme").click()  # dark again, now by choice
    colour = "getComputedStyle(document.body).color"
    on_screen = page.evaluate(colour)
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    assert page.evaluate(colour) == "rgb(27, 29, 33)" != on_screen
    page.close()


def read(text: str) -> float:
    return float(re.sub(r"[\u00a0%,]", "", text).replace("−", "-"))


def test_everything_can_be_reached_with_the_keyboard(browser: Any, pages: Any) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(pages["sizes", "en"].as_uri())
    page.wait_for_timeout(300)
    wrong = page.evaluate(
        """() => [...document.querySelectorAll('button, summary, .picture')].filter(
          (node) => node.getClientRects().length && !node.closest('[hidden]') &&
            node.tabIndex < 0 && !(node.matches('.picture') && !node.parentElement.querySelector('.data'))
        ).map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert wrong == []
    page.close()


def test_it_prints_to_paper(browser: Any, pages: Any, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(pages["one", "ko"].as_uri())
    made = page.pdf(format="A4")
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", made)) >= 2
    page.close()


def test_without_a_script_everything_is_there(browser: Any, pages: Any) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1200, "height": 900}
    )
    page = context.new_page()
    page.goto(pages["one", "en"].as_uri())
    assert page.locator("figure.chart svg path.line:visible").count() >= 6
    assert page.locator(".multiples svg:visible").count() >= 8
    assert page.locator("table.moved tbody tr").count() >= 10
    assert page.locator("table.top tbody tr").count() == 10
    context.close()


NAME = "</script><img src=x onerror=alert(1)>"


def test_a_name_of_markup_is_only_text_in_a_browser(
    browser: Any, pages: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "kospi200-top10"
    shutil.copytree(pages["out", ""] / "kospi200-top10", folder)
    place = folder / "constituents.parquet"
    table = pq.read_table(place)
    names = pa.array([NAME + "x" * 200] * table.num_rows).dictionary_encode()
    table = table.set_column(table.schema.get_field_index("name"), "name", names)
    pq.write_table(table, place)
    assert command(["report", str(folder), "--out", str(tmp_path / "page.html")]) == 0
    page = browser.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    page.locator("table.top button.name").first.click()
    page.wait_for_selector("#panel:not([hidden]) li")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert NAME in page.locator("#panel h2").inner_text()
    assert page.locator("img").count() == 0
    assert said == []
    page.close()


@pytest.mark.parametrize("what", ["one", "caps", "sizes"])
def test_every_picture_has_its_words_and_its_table(browser: Any, pages: Any, what: str) -> None:
    page = browser.new_page()
    page.goto(pages[what, "en"].as_uri())
    words = page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].map((p) => p.getAttribute('aria-label'))"
    )
    assert len(words) >= 4
    assert all(words)
    without = page.evaluate(
        "[...document.querySelectorAll('figure.chart')].filter((figure) => "
        "!figure.querySelector('table') && !figure.parentElement.querySelector('table'))"
        ".map((figure) => figure.textContent)"
    )
    assert without == []
    page.close()
