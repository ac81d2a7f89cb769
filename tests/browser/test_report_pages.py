"""Reports in a browser: no error, no request, no text cut off or on other text, in every form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from indexcalc.cli.main import run as command

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
OVERLAPS = (HERE / "overlaps.js").read_text(encoding="utf-8").split("\n", 1)[1]
CONTRAST = (HERE / "contrast.js").read_text(encoding="utf-8").split("\n", 1)[1]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Reports by (what, language): one index, an index beside its caps, three sizes side by side."""
    folder = tmp_path_factory.mktemp("pages")
    market, out = str(folder / "market"), folder / "out"
    assert command(["market", "demo", "--securities", "1000", "--years", "4", "--out", market]) == 0
    given = ["--market", market, "--out", str(out)]
    rules = ["kospi200-top10", "kospi-large", "kospi-mid", "kospi-small"]
    assert command(["compute", *rules, "--returns", "tr", *given]) in (0, 1)
    sweep = ["simulate", "kospi-large", "--cap", "5%:30%:5%", "--market", market]
    assert command([*sweep, "--out", str(out / "caps")]) in (0, 1)
    asked = {
        "one": ["kospi200-top10"],
        "caps": ["kospi-large", "caps"],
        "sizes": ["kospi-large", "kospi-mid", "kospi-small"],
    }
    made = {}
    for what, names in asked.items():
        for language in ("en", "ko"):
            page = folder / f"{what}-{language}.html"
            places = [str(out / name) for name in names]
            assert command(["report", *places, "--lang", language, "--out", str(page)]) == 0
            made[what, language] = page
    return made


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
    assert page.locator("svg.wide polyline").count() >= 3
    assert page.locator("table.top tbody tr").count() == 10
    context.close()
