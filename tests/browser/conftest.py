"""The system's Chromium, headless; tests are skipped, with the reason shown, where there is none.  And the
reports that they look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from indexcalc.cli.main import run as command

PATHS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium that playwright drives."""
    path = next((found for name in PATHS if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    if find_spec("playwright") is None:
        pytest.skip("playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
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
    made = {("out", ""): out}
    for what, names in asked.items():
        for language in ("en", "ko"):
            page = folder / f"{what}-{language}.html"
            places = [str(out / name) for name in names]
            # One page goes without its market: that form exists as well.
            also = [] if what == "caps" else ["--market", market, "--aum", "5tn"]
            given = [*also, "--lang", language, "--out", str(page)]
            assert command(["report", *places, *given]) == 0
            made[what, language] = page
    attribution = ["attribute", str(out / "kospi200-top10"), "--market", market]
    assert command([*attribution, "--series", "tr", "--out", str(folder / "attribution")]) == 0
    made["attribution", ""] = folder / "attribution"
    made["market", ""] = folder / "market"
    return made
