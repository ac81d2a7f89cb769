"""Who may ask the server: a browser on this machine that knows the address, from the page itself.

An ASGI layer before everything.  The address holds a token as its first folder, so nothing is answered
without it, files and the socket of the page included, and no cookie is needed (cookies are shared by all
ports of a machine).  ``Host`` and ``Origin`` are compared with the address the server listens on: a page
elsewhere that resolves its name to this machine is refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOST: Final = "127.0.0.1"
# NiceGUI makes its page of inline scripts and compiles templates: both must be allowed to the page itself.
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws://{host}; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class Guard:
    """The ASGI application that lets through what may come in.  ``token``: the first folder of every
    address; ``port``: where the server listens."""

    def __init__(self, app: App, token: str, port: int) -> None:
        self.app, self.token = app, token
        self.hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 403 (a socket: close it before it opens)."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self.allowed(scope["path"], headers):
            await _refuse(scope, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                policy = POLICY.format(host=headers.get(b"host", ""))
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"content-security-policy", policy.encode("latin-1", "replace")),
                    (b"referrer-policy", b"no-referrer"),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cross-origin-opener-policy", b"same-origin"),
                    (b"cross-origin-resource-policy", b"same-origin"),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)

    def allowed(self, path: str, headers: dict[bytes, str]) -> bool:
        """May a request of this path and these headers come in?"""
        first = path.split("/", 2)[1] if path.startswith("/") else ""
        if not hmac.compare_digest(first.encode("utf-8", "surrogatepass"), self.token.encode()):
            return False
        if headers.get(b"host") not in self.hosts:
            return False
        origin = headers.get(b"origin")
        if origin is not None and origin not in self.origins:
            return False
        # A browser says where a request comes from; a page elsewhere may link here, not embed or call.
        site = headers.get(b"sec-fetch-site", "none")
        return site in ("none", "same-origin") or headers.get(b"sec-fetch-mode") == "navigate"


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = b"Refused: open the address that `indexcalc studio` printed.\n"
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
