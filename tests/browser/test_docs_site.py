"""The documentation as a site: it is built, asks for nothing from elsewhere, and its search finds."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tools import docs_site

pytestmark = pytest.mark.slow


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site, served on the loopback."""
    if find_spec("zensical") is None:
        pytest.skip("zensical is not installed (the extra docs)")
    folder = tmp_path_factory.mktemp("site")
    assert docs_site.assemble(folder / "out" / "docs-src") == []
    config = folder / "zensical.toml"
    config.write_bytes(docs_site.CONFIG.read_bytes())
    build = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    handler = functools.partial(_Quiet, directory=str(folder / "out" / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("asked", "page"), [("withholding", "returns.html"), ("비중", "tutorials/cap.ko.html")]
)
def test_the_search_finds_in_both_languages(
    browser: Any, address: str, asked: str, page: str
) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    requests: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{address}/index.html")
    tab.wait_for_timeout(500)
    tab.locator("button.md-search__button").click()
    tab.wait_for_timeout(500)
    tab.keyboard.type(asked)
    tab.wait_for_timeout(1500)
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/{page}*")
    assert errors == []
    assert [url for url in requests if not url.startswith((address, "blob:", "data:"))] == []
    tab.close()


def test_every_page_opens(browser: Any, address: str) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    for page in docs_site.navigation():
        answer = tab.goto(f"{address}/{page.removesuffix('.md')}.html")
        assert answer.status == 200, page
        assert tab.locator("h1").count() >= 1, page
        across = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert across <= 0, f"{page} scrolls sideways"
    assert errors == []
    tab.close()
