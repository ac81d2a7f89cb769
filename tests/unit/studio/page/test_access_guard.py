"""Who is let in: the right token, host and origin together, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from indexcalc.studio.page.access_guard import Guard

TOKEN, PORT = "a-token", 8123


def asked(kind: str, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """What comes back of one request."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "headers": raw}
    # Nothing here waits, so no event loop is needed: a browser of other tests may hold the only one.
    with pytest.raises(StopIteration):
        Guard(app, TOKEN, PORT)(scope, None, send).send(None)  # type: ignore[arg-type]
    return sent


GOOD = {"host": "127.0.0.1:8123"}


@pytest.mark.parametrize(
    "headers",
    [
        GOOD,
        {"host": "localhost:8123"},
        {**GOOD, "origin": "http://127.0.0.1:8123"},
        {**GOOD, "sec-fetch-site": "same-origin"},
        {**GOOD, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ],
)
def test_the_page_itself_comes_in(headers: dict[str, str]) -> None:
    (start,) = asked("http", "/a-token/anything", headers)
    assert start["status"] == 200
    given = {name.decode(): value.decode() for name, value in start["headers"]}
    assert "frame-ancestors 'none'" in given["content-security-policy"]
    assert "default-src 'self'" in given["content-security-policy"]
    assert given["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", GOOD),
        ("/b-token/", GOOD),
        ("/a-tokenx/", GOOD),
        ("/_nicegui/x/a-token", GOOD),
        ("/a-token/", {}),
        ("/a-token/", {"host": "evil.example"}),
        ("/a-token/", {"host": "127.0.0.1:9999"}),
        ("/a-token/", {"host": "127.0.0.1.evil.example:8123"}),
        ("/a-token/", {**GOOD, "origin": "http://evil.example"}),
        ("/a-token/", {**GOOD, "origin": "null"}),
        ("/a-token/", {**GOOD, "sec-fetch-site": "cross-site"}),
        ("/a-token/", {**GOOD, "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}),
    ],
)
def test_nobody_else_comes_in(path: str, headers: dict[str, str]) -> None:
    assert asked("http", path, headers)[0]["status"] == 403
    assert asked("websocket", path, headers) == [{"type": "websocket.close", "code": 1008}]
